package rule

import (
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/row"
)

func TestCleaning(t *testing.T) {
	codes := map[string]map[string]string{"nation": {"01": "汉族", "02": "蒙古族", "03": "回族", "04": "藏族", "05": "维吾尔族", "06": "苗族", "07": "彝族", "08": "壮族", "09": "布依族", "10": "朝鲜族", "11": "满族"}}
	do := func(names ...string) (out []Step) {
		for _, n := range names {
			out = append(out, Step{Do: n})
		}
		return out
	}
	id := do("trim", "half_width", "x_mark")
	for _, c := range []struct {
		name   string
		steps  []Step
		before string
		after  string
	}{
		{"no steps: empty is blank", do("trim"), "", ""},
		{"only blanks are blank", do("trim"), " 　\u00a0\t", ""},
		{"BOM and line ends go", do("trim"), "\ufeff张三\r\n", "张三"},
		{"inner blanks stay", do("trim"), " 张 三", "张 三"},
		{"a clean id stays", id, "11010519491231002X", "11010519491231002X"},
		{"full-width id", id, "　１１０１０５１９４９１２３１００２ｘ ", "11010519491231002X"},
		{"multiplication sign", id, "11010519491231002×", "11010519491231002X"},
		{"Cyrillic х", id, "11010519491231002х", "11010519491231002X"},
		{"star", id, "11010519491231002*", "11010519491231002X"},
		{"seventeen and x is no id", id, "1101051949123100x", "1101051949123100x"},
		{"nineteen is no id", id, "110105194912310021x", "110105194912310021x"},
		{"list of codes by name", []Step{{Do: "trim"}, {Do: "map", List: "nation"}}, " 维吾尔族", "05"},
		{"a code of the list stays", []Step{{Do: "map", List: "nation"}}, "11", "11"},
		{"a name outside the list stays", []Step{{Do: "map", List: "nation"}}, "满", "满"},
		{"replace all", []Step{{Do: "replace", Find: "a", With: "bb"}}, "banana", "bbbnbbnbb"},
		{"replace by nothing", []Step{{Do: "replace", Find: "居委会"}}, "居委会", ""},
		{"blank words after trim", do("trim", "blank_words"), " 无 ", ""},
		{"blank word inside stays", do("blank_words"), "无锡", "无锡"},
		{"collapse", do("collapse"), "a \t　b", "a b"},
		{"upper", do("upper"), "9135ma0é", "9135MA0É"},
		{"digits of nothing", do("digits"), "无", ""},
		{"date then trim", do("date", "trim"), "2024/1/5", "2024-01-05"},
		{"date with time and fraction", do("date"), "2024-01-05 13:14:15.123", "2024-01-05"},
		{"date with zone", do("date"), "2024-01-05T00:00:00+08:00", "2024-01-05"},
		{"day first is not guessed", do("date"), "05/01/2024", "05/01/2024"},
		{"two-digit years are not guessed", do("date"), "24-01-05", "24-01-05"},
		{"no such day", do("date"), "20240230", "20240230"},
		{"seven digits are no date", do("date"), "2024115", "2024115"},
		{"first serial", do("date"), "10000", "1927-05-18"},
		{"last serial", do("date"), "79999", "2119-01-10"},
		{"leap serial", do("date"), "45351", "2024-02-29"},
		{"only the forms asked for", []Step{{Do: "date", Forms: []string{"slash"}}}, "45351", "45351"},
		{"the form asked for", []Step{{Do: "date", Forms: []string{"slash"}}}, "2024/2/29", "2024-02-29"},
		{"Oracle's month", do("date"), "5-JAN-2024", "2024-01-05"},
		{"mobile with code", do("phone"), "+86-138 0013 8000", "13800138000"},
		{"mobile with 86", do("phone"), "8613800138000", "13800138000"},
		{"full-width plus", do("phone"), "＋8613800138000", "13800138000"},
		{"fixed with dash", do("phone"), "027-82345678", "02782345678"},
		{"fixed with code", do("phone"), "+86 (27) 8234-5678", "02782345678"},
		{"Beijing with code", do("phone"), "+86 10 62345678", "01062345678"},
		{"extension in words", do("phone"), "027-82345678转801", "02782345678-801"},
		{"extension, local", do("phone"), "82345678-12", "82345678-12"},
		{"400", do("phone"), "400-820-8820", "4008208820"},
		{"two numbers stay", do("phone"), "13800138000/13900139000", "13800138000/13900139000"},
		{"words stay", do("phone"), "无", "无"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, dirty := cleaned(t, c.before, c.steps, codes)
			if got != c.after {
				t.Errorf("%q became %q, not %q", c.before, got, c.after)
			}
			if got != c.before && !dirty {
				t.Errorf("%q changes but is not called dirty", c.before)
			}
			again, _ := cleaned(t, got, c.steps, codes)
			if c.steps[0].Do != "replace" && again != got {
				t.Errorf("cleaned again it is %q", again)
			}
		})
	}
}

// TestWhatIsNotDirtyStays proves the promise engines rely on, for each step and for chains.
func TestWhatIsNotDirtyStays(t *testing.T) {
	codes := map[string]map[string]string{"sex": {"1": "男", "2": "女"}}
	chains := [][]Step{
		{{Do: "trim"}, {Do: "half_width"}, {Do: "x_mark"}},
		{{Do: "trim"}, {Do: "half_width"}, {Do: "date"}},
		{{Do: "half_width"}, {Do: "phone"}, {Do: "blank_words"}},
		{{Do: "trim"}, {Do: "upper"}, {Do: "map", List: "sex"}},
		{{Do: "map", Map: map[string]string{"１": "1"}}},
		{{Do: "replace", Find: "0", With: "O"}},
	}
	for _, s := range plainSteps() {
		if s.Name != "replace" {
			chains = append(chains, []Step{{Do: s.Name}})
		}
	}
	for _, s := range shapeSteps() {
		if s.Name != "map" {
			chains = append(chains, []Step{{Do: s.Name}})
		}
	}
	values := append(nasty(), generated(1000)...)
	values = append(values, "45296", "2024年1月5日", "NaN", "a  b", "ß", "ŉ", "ǆ", "x\u2003", "\u3000x", "（027）82345678", "8623456789", "00862782345678")
	for _, steps := range chains {
		p, err := Compile(Set{Items: []Item{{Name: "v", Clean: steps}}, Codes: codes}, nil)
		if err != nil {
			t.Fatal(err)
		}
		clean := 0
		for _, v := range values {
			bits := []uint64{0}
			p.Dirty[0].Kernel([]row.Texts{row.TextsOf([]*string{&v})}, 1, 1, bits)
			if bits[0] == 1 {
				continue
			}
			clean++
			if got := (cells{cols: map[string]any{"v": v}}).eval(p.Clean[0].X); got != v {
				t.Errorf("%v: %.40q is not called dirty but becomes %.40q", steps, v, got)
			}
		}
		if clean == 0 {
			t.Errorf("%v: everything is called dirty", steps)
		}
	}
}

func TestNullStaysNull(t *testing.T) {
	for _, s := range steps() {
		d := Step{Do: s.Name}
		for _, p := range s.Params {
			switch p.Name {
			case "find":
				d.Find = "x"
			case "map":
				d.Map = map[string]string{"a": "b"}
			}
		}
		x, errs := chain(row.Column("v"), []Step{d}, nil)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		if got := (cells{cols: map[string]any{"v": nil}}).eval(x); got != nil {
			t.Errorf("%s makes %v of nothing", s.Name, got)
		}
	}
}

func FuzzDate(f *testing.F) {
	for _, p := range []string{"2024-1-5", "2024/1/5 0:00", "20240105", "45296", "05-Jan-2024", "2024年1月5日", "2024-02-30", "0000-1-1", "2024.12.31"} {
		f.Add(p)
	}
	x, _ := cleanDate(row.Column("v"), Step{}, nil)
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ToValidUTF8(s, "") != s {
			return
		}
		got := (cells{cols: map[string]any{"v": s}}).eval(x)
		iso, form := readDate(s)
		if form == "" && got != s || form != "" && got != iso {
			t.Errorf("%q: the expression says %v, Go %q (%s)", s, got, iso, form)
		}
		if form != "" {
			if _, err := time.Parse(time.DateOnly, iso); err != nil {
				t.Errorf("%q: %q is no date", s, iso)
			}
		}
	})
}
