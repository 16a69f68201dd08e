package rule

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/row"
)

// nasty are values that readers of files have stumbled over.
func nasty() []string {
	return []string{
		"", " ", "　", "\u00a0", "\ufeff", "\t\n", "0", "-0", "−0", "+", "-", ".", "+.5", "5.", "00012", "１２３", "1e3", "1_000", "0x1F", " 7 ",
		"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551616", "9223372036854775800",
		"99999.994", "99999.995", "-99999.995", "100000", "0.005", "99999.9949999", strings.Repeat("0", 100) + "1", strings.Repeat("9", 40), "99999." + strings.Repeat("9", 50),
		"2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "0000-01-01", "0001-01-01", "9999-12-31", "2024-13-01", "2024-00-10", "2024-01-00", "2024-1-5", "2024/01/05", "2024-01-05 00:00:00", "２０２４-01-05", "2024-01-05\n", "infinity", "epoch", "2024-01-32", "2024−01−05",
		"11010519491231002X", "11010519491231002x", "11010519491231002×", "11010519491231002Ｘ", "11010519491231002*", "110105194912310021", "11010519490229002X", "110105194912310020", "1101051949123100\n2", "01010519491231002X", "810000199408230021", "420102199001010014", "42010219900101001", "4201021990010100144", "91015619900101001X", "110105179912310022", "110105210012310022", "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002😀",
		"91350100M000100Y43", "91350100M000100Y4O", "91350100m000100y43", "91350100M000100Y44", "9135010OM000100Y43", "ABCDEFGHJKLMNPQRTU", "000000000000000000", "91350100I000100Y43",
		"13800138000", "12800138000", "+8613800138000", "010-12345678", "01012345678", "0101234567", "02782345678", "027-82345678-1", "027-82345678-1234567", "0712-2345678", "07122345678", "0712-12345678", "82345678", "8234567", "823456", "400-820-8820", "4008208820", "400--8208820", "400820-8820", "400-8208820-", "800-1234567", "4001234", "4001234-12", "8001234567", "01012345678-", "0", "00000000", "-2345678", "2345678-", "0271234567８", "95588", "14", "0-0",
		"420102002007", "420102000000", "420102", "000000000000", "42010200200700", "420102002007001", "４２０１０２００２００７", "42010200200a",
		"1", "2", "3", "男", "女", "男 ", "张三", "欧阳娜娜", "👨‍👩‍👧", "e\u0301", "\u202e1", "NULL", "\x00", "1\x00", "a\x00b", "'; DROP TABLE x; --", `"`, "\\", "%s", strings.Repeat("长", 1000), strings.Repeat("1", 100000),
	}
}

// broken bytes that are no UTF-8: an engine hands none over, a kernel must survive them.
func broken() []string {
	return []string{"\xff", "\xe3\x80", "1101051949123100\xff\xfe", "\xc0\xaf", "2024-\xff1-01", "4201020020\xe3\x80", "\xed\xa0\x80"}
}

// generated are values near to good ones.
func generated(n int) []string {
	r := rand.New(rand.NewPCG(11, 36344))
	near := []string{"11010519491231002X", "420102199001010014", "91350100M000100Y43", "13800138000", "027-82345678-12", "0712-2345678", "400-820-8820", "2024-02-29", "420102002007", "-12345.678", "150"}
	alphabet := []rune("0123456789Xx-. +ABZ９×　")
	out := make([]string, n)
	for i := range out {
		s := []rune(near[r.IntN(len(near))])
		for range r.IntN(3) {
			at := r.IntN(len(s))
			switch r.IntN(4) {
			case 0:
				s = append(s[:at], s[min(at+1, len(s)):]...)
			case 1:
				s = append(s[:at], append([]rune{alphabet[r.IntN(len(alphabet))]}, s[at:]...)...)
			default:
				s[at] = alphabet[r.IntN(len(alphabet))]
			}
			if len(s) == 0 {
				s = []rune("0")
			}
		}
		out[i] = string(s)
		if r.IntN(4) == 0 { // a right check character, whatever the date
			out[i] = fmt.Sprintf("%06d%04d%02d%02d%03d", 110000+r.IntN(700000), 1795+r.IntN(310), r.IntN(14), r.IntN(33), r.IntN(1000))
			out[i] += string(citizenCheck(out[i]))
		}
		if r.IntN(8) == 0 {
			out[i] = creditOf(r)
		}
	}
	return out
}

func citizenCheck(s string) byte {
	sum := 0
	for i, w := range citizenWeights {
		sum += int(w) * int(s[i]-'0')
	}
	return citizenChecks[sum%11]
}

// creditOf makes a credit code with right checks, or with a wrong one now and then.
func creditOf(r *rand.Rand) string {
	b := []byte("914201000000000000")
	for i := 8; i < 16; i++ {
		b[i] = creditAlphabet[r.IntN(len(creditAlphabet))]
	}
	sum := 0
	for i, w := range organWeights {
		sum += int(w) * strings.IndexByte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", b[8+i])
	}
	b[16] = "0X987654321"[sum%11]
	sum = 0
	for i, w := range creditWeights {
		sum += int(w) * strings.IndexByte(creditAlphabet, b[i])
	}
	b[17] = creditAlphabet[(31-sum%31)%31]
	if r.IntN(3) == 0 {
		b[8+r.IntN(10)] = creditAlphabet[r.IntN(len(creditAlphabet))]
	}
	return string(b)
}

// kernelRules are all rules that have a kernel, over items that leave texts as they come.
func kernelRules(t testing.TB) Set {
	return Set{
		Items: []Item{{Name: "v"}, {Name: "w"}, {Name: "i", Type: row.IntType}, {Name: "d", Type: row.Type{Kind: row.Decimal, Precision: 7, Scale: 2}},
			{Name: "e", Type: row.Type{Kind: row.Decimal, Precision: 2, Scale: 2}}, {Name: "day", Type: row.DateType}},
		Codes: map[string]map[string]string{"sex": {"1": "男", "2": "女"}, "many": {"1": "", "2": "", "3": "", "a": "", "b": "", "c": "", "d": "", "e": "", "张三": "", "0": ""}},
		Today: aDay,
		Rules: decls(t, `
- {kind: required, item: v}
- {kind: length, item: v, min: 2, max: 4}
- {kind: values, item: v, values: ["1", 男]}
- {kind: codes, item: v, list: sex}
- {kind: codes, item: v, list: many, name: many}
- {kind: region, item: v}
- {kind: region, item: v, levels: [community], within: "420102000000", name: community}
- {kind: citizen_id, item: v}
- {kind: credit_code, item: v}
- {kind: phone, item: v}
- {kind: id_division, item: v}
- {kind: id_birth, items: [v, w]}
- {kind: range, item: i, min: -5, max: 150}
- {kind: range, item: day, from: 1949-10-01, to: 2024-02-29}
- {kind: not_future, item: day}
`)}
}

func TestKernelsEqualTheirTwins(t *testing.T) {
	set := kernelRules(t)
	p, err := Compile(set, someLists{})
	if err != nil {
		t.Fatal(err)
	}
	values := append(nasty(), generated(3000)...)
	births := []string{"1949-12-31", "1949-12-30", "1990-01-01", "x", ""}
	twins := map[string]row.Expr{}
	for _, c := range p.Rules {
		twins[c.Name] = Twin(c, someLists{})
	}
	hits := map[string]int{}
	for n, v := range values {
		at := cells{cols: map[string]any{}, clean: map[string]any{}, today: aDay}
		for _, it := range set.Items {
			at.clean[it.Name] = v
		}
		at.clean["w"] = births[n%len(births)]
		for _, c := range p.Rules[1:] {
			bits := []uint64{0}
			c.Kernel(textsOf(at, c.Args), 1, 1, bits)
			if want := at.eval(twins[c.Name]) == true; (bits[0] == 1) != want {
				t.Errorf("%s: value %d %.40q: kernel %v, twin %v", c.Name, n, v, bits[0] == 1, want)
			}
			hits[c.Name] += int(bits[0])
		}
	}
	for _, c := range p.Rules[1:] {
		if hits[c.Name] == 0 || hits[c.Name] == len(values) {
			t.Errorf("%s: %d of %d broken, nothing was tried", c.Name, hits[c.Name], len(values))
		}
	}
}

func textsOf(at cells, items []string) (out []row.Texts) {
	for _, name := range items {
		var v *string
		if s, ok := at.clean[name].(string); ok {
			v = &s
		}
		out = append(out, row.TextsOf([]*string{v}))
	}
	return out
}

func TestKernelsSurviveBytesThatAreNoText(t *testing.T) {
	p, err := Compile(kernelRules(t), someLists{})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range append(broken(), nasty()...) {
		for cut := range min(len(v), 30) + 1 {
			s := v[:cut]
			for _, c := range p.Rules[1:] {
				args := make([]row.Texts, len(c.Args))
				for i := range args {
					args[i] = row.TextsOf([]*string{&s})
				}
				c.Kernel(args, 1, 1, []uint64{0})
			}
		}
	}
}

func TestNullBreaksOnlyRequiredAndKernelsOnlyAddBits(t *testing.T) {
	p, err := Compile(kernelRules(t), someLists{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range p.Rules[1:] {
		args := make([]row.Texts, len(c.Args))
		empty := ""
		for i := range args {
			args[i] = row.TextsOf([]*string{nil, &empty})
		}
		out := []uint64{6, 6}
		c.Kernel(args, 2, 8, out)
		want := uint64(6)
		if c.Kind == "required" {
			want = 14
		}
		if out[0] != want || out[1] != want {
			t.Errorf("%s: %b", c.Name, out)
		}
	}
}

func TestKernelsDoNotAllocate(t *testing.T) {
	p, err := Compile(kernelRules(t), someLists{})
	if err != nil {
		t.Fatal(err)
	}
	id, birth := "420102199001010014", "1990-01-01"
	for _, c := range p.Rules[1:] {
		if c.Kind == "region" || c.Kind == "id_division" {
			continue // the lists of this test are maps of strings
		}
		args := []row.Texts{row.TextsOf([]*string{&id}), row.TextsOf([]*string{&birth})}[:len(c.Args)]
		out := []uint64{0}
		if n := testing.AllocsPerRun(100, func() { c.Kernel(args, 1, 1, out) }); n > 0 {
			t.Errorf("%s allocates %v times", c.Name, n)
		}
	}
}

func FuzzCitizenID(f *testing.F) {
	for _, s := range nasty() {
		if len(s) < 40 {
			f.Add(s)
		}
	}
	twin := fitsCitizenID(row.CleanText("v"))
	f.Fuzz(func(t *testing.T, s string) {
		if s == "" || strings.ToValidUTF8(s, "") != s {
			citizenID([]byte(s))
			return
		}
		if got, want := citizenID([]byte(s)), (cells{clean: map[string]any{"v": s}}).eval(twin) == true; got != want {
			t.Errorf("%q: kernel %v, twin %v", s, got, want)
		}
	})
}
