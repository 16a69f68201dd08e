package population

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/rule"
)

func write(t testing.TB, rows int64, seed uint64) (string, Truth) {
	path := filepath.Join(t.TempDir(), "population.csv")
	truth, err := Write(path, rows, seed)
	if err != nil {
		t.Fatal(err)
	}
	return path, truth
}

func TestTheTruthIsWhatASlowJudgeFinds(t *testing.T) {
	for _, c := range []struct {
		rows int64
		seed uint64
	}{{100_000, 1}, {100_000, 20261123}, {8193, 7}, {2, 3}, {1, 4}} {
		path, truth := write(t, c.rows, c.seed)
		got, err := judgeFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got.In != truth.In || got.Good != truth.Good || got.Bad != truth.Bad || got.Unparsed != truth.Unparsed || truth.In != truth.Good+truth.Bad {
			t.Errorf("%d rows, seed %d: judged %d = %d + %d (%d unparsed), truth %d = %d + %d (%d)", c.rows, c.seed,
				got.In, got.Good, got.Bad, got.Unparsed, truth.In, truth.Good, truth.Bad, truth.Unparsed)
		}
		for _, name := range ruleNames {
			if got.Rules[name] != truth.Rules[name] {
				t.Errorf("%d rows, seed %d: %s judged %d, truth %d", c.rows, c.seed, name, got.Rules[name], truth.Rules[name])
			}
			if c.rows >= 100_000 && truth.Rules[name] == 0 {
				t.Errorf("%s is never broken", name)
			}
		}
	}
}

func TestTheFileIsAsDirtyAsAskedFor(t *testing.T) {
	path, truth := write(t, 200_000, 5)
	share := func(rule string) float64 { return 100 * float64(truth.Rules[rule]) / float64(truth.In) }
	if s := share("citizen_id_id_no"); s < 2.5 || s > 4 {
		t.Errorf("%.2f %% bad ids", s)
	}
	if s := share("unique_id_no"); s < 0.8 || s > 1.2 {
		t.Errorf("%.2f %% rows with a doubled id", s)
	}
	if b := 100 * float64(truth.Bad) / float64(truth.In); b < 8 || b > 18 {
		t.Errorf("%.1f %% bad rows", b)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := info.Size() / truth.In; n < 170 || n > 210 {
		t.Errorf("%d bytes a row", n)
	}
}

func TestTheSameSeedGivesTheSameFileOnAnyNumberOfProcessors(t *testing.T) {
	a, ta := write(t, 50_000, 9)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	b, tb := write(t, 50_000, 9)
	if !same(t, a, b) || !maps.Equal(ta.Rules, tb.Rules) {
		t.Error("two runs differ")
	}
	if c, _ := write(t, 50_000, 10); same(t, a, c) {
		t.Error("another seed gives the same file")
	}
}

func same(t *testing.T, a, b string) bool {
	x, err1 := os.ReadFile(a)
	y, err2 := os.ReadFile(b)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(x, y)
}

func TestTheDeclarationDeclaresTheRulesOfTheTruth(t *testing.T) {
	var d catalog.Directory
	dec := yaml.NewDecoder(bytes.NewReader(Declaration))
	dec.KnownFields(true)
	if err := dec.Decode(&d); err != nil {
		t.Fatal(err)
	}
	if d.Name != Directory || len(d.Items) != 15 {
		t.Errorf("%s with %d items", d.Name, len(d.Items))
	}
	header, err := csv.NewReader(bytes.NewReader([]byte(header))).Read()
	if err != nil {
		t.Fatal(err)
	}
	for i, it := range d.Items {
		if header[i] != it.Title {
			t.Errorf("column %d is %s in the file and %s in the declaration", i, header[i], it.Title)
		}
	}
	p, err := rule.Compile(d.RuleSet(), book)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range p.Rules {
		names = append(names, r.Name)
	}
	slices.Sort(names)
	if want := slices.Sorted(slices.Values(ruleNames[:])); !slices.Equal(names, want) {
		t.Errorf("declared %v\nwant %v", names, want)
	}
	if err := catalog.Check(d, catalog.Env{Lists: book}); err != nil {
		t.Error(err)
	}
	if len(d.Rules) < 35 {
		t.Errorf("only %d rules", len(d.Rules))
	}
}

func TestTooManyRowsAreRefused(t *testing.T) {
	for _, n := range []int64{0, -1, int64(identities) + 1} {
		if _, err := Write(filepath.Join(t.TempDir(), "x"), n, 1); err == nil {
			t.Errorf("%d rows were made", n)
		}
	}
	if _, err := Write(filepath.Join(t.TempDir(), "no", "folder"), 1, 1); err == nil {
		t.Error("a file was made in no folder")
	}
}

func judgeFile(path string) (Truth, error) {
	f, err := os.Open(path)
	if err != nil {
		return Truth{}, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	if _, err := r.Read(); err != nil {
		return Truth{}, err
	}
	var rows [][]string
	ids := map[string]int{}
	for {
		rec, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return Truth{}, err
		}
		if rows = append(rows, rec); len(rec) == 15 && rec[0] != "" {
			ids[rec[0]]++
		}
	}
	t := Truth{In: int64(len(rows)), Rules: map[string]int64{}}
	for _, rec := range rows {
		bad := false
		for _, name := range judge(rec, ids) {
			t.Rules[name]++
			bad = bad || name != "id_division_id_no"
		}
		if bad {
			t.Bad++
		}
	}
	t.Good, t.Unparsed = t.In-t.Bad, t.Rules["parse"]
	return t, nil
}

func BenchmarkRows(b *testing.B) {
	m, err := newMaker(10_000_000, 1, book)
	if err != nil {
		b.Fatal(err)
	}
	c := &chunk{}
	for i := 0; b.Loop(); i++ {
		m.fill(c, i%1000)
	}
	b.ReportMetric(float64(b.N)*chunkRows/b.Elapsed().Seconds()/1e6, "Mrows/s")
}

func TestDivisionsWereAlwaysInForceAndTheirTwinsNever(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range divisions {
		for _, year := range []int{1930, 1985, 2021} {
			if twin := d[:4] + "98"; !book.InForce([]byte(d), year) || book.Division([]byte(twin), year) {
				t.Errorf("%s or %s in %d", d, twin, year)
			}
		}
		if seen[d[:4]] {
			t.Errorf("two divisions of city %s: their unknown twins would be one", d[:4])
		}
		seen[d[:4]] = true
	}
}
