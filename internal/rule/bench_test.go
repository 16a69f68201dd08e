package rule

import (
	"fmt"
	"testing"

	"github.com/chengshu/chengshu/internal/row"
)

// BenchmarkKernels gives ns a value, on values as files have them.
func BenchmarkKernels(b *testing.B) {
	p, err := Compile(kernelRules(b), someLists{})
	if err != nil {
		b.Fatal(err)
	}
	const n = 2048
	columns := map[string][]*string{}
	column := func(kind string, make func(i int) string) {
		for i := range n {
			s := make(i)
			columns[kind] = append(columns[kind], &s)
		}
	}
	column("id", func(i int) string {
		s := fmt.Sprintf("420102%04d%02d%02d%03d", 1950+i%60, 1+i%12, 1+i%28, i%1000)
		return s + string(citizenCheck(s))
	})
	column("day", func(i int) string { return fmt.Sprintf("%04d-%02d-%02d", 1950+i%60, 1+i%12, 1+i%28) })
	column("credit", func(int) string { return "91350100M000100Y43" })
	column("phone", func(i int) string { return fmt.Sprintf("138%08d", i*7919) })
	column("number", func(i int) string { return fmt.Sprint(i % 120) })
	column("code", func(int) string { return "420102002007" })
	args := map[string][]string{"citizen_id": {"id"}, "id_division": {"id"}, "id_birth": {"id", "day"}, "credit_code": {"credit"}, "phone": {"phone"},
		"range": {"number"}, "type": {"number"}, "not_future": {"day"}, "region": {"code"}, "required": {"id"}, "length": {"id"}, "values": {"number"}, "codes": {"number"}}
	seen := map[string]bool{}
	for _, c := range p.Rules[1:] {
		if seen[c.Kind] {
			continue
		}
		seen[c.Kind] = true
		var in []row.Texts
		for _, a := range args[c.Kind] {
			in = append(in, row.TextsOf(columns[a]))
		}
		out := make([]uint64, n)
		b.Run(c.Kind, func(b *testing.B) {
			for b.Loop() {
				c.Kernel(in, n, 1, out)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/value")
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	set := kernelRules(b)
	for b.Loop() {
		if _, err := Compile(set, someLists{}); err != nil {
			b.Fatal(err)
		}
	}
}
