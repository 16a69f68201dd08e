package rule

import (
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/row"
)

var aDay = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// someLists is a small list of divisions: 江岸区 with a street and a community.
type someLists struct{}

func (someLists) Region(code []byte) (string, bool) {
	level, ok := map[string]string{
		"420000000000": "province", "420100000000": "city", "420102000000": "district", "420102002000": "street", "420102002007": "community",
		"420104000000": "district", "420104001000": "street", "420104001001": "community",
	}[string(code)]
	return level, ok
}

func (someLists) Division(six []byte, year int) bool {
	switch string(six) {
	case "420102", "110105":
		return true
	case "420121":
		return year <= 1991
	}
	return false
}

// judge tells which rows break the rule: by its kernel and by its expression, which must
// agree.
func judge(t *testing.T, p *Program, c Compiled, set Set, rows [][]string) []bool {
	t.Helper()
	out := make([]bool, len(rows))
	twin := Twin(c, someLists{})
	for i, cellsOf := range rows {
		at := rowOf(p, set, cellsOf)
		if twin != nil {
			out[i] = at.eval(twin) == true
		}
		if c.Kernel == nil {
			continue
		}
		var args []row.Texts
		for _, name := range c.Args {
			var v *string
			if s, ok := at.clean[name].(string); ok {
				v = &s
			}
			args = append(args, row.TextsOf([]*string{v}))
		}
		bits := []uint64{1 << 40}
		c.Kernel(args, 1, 1<<7, bits)
		if twin != nil && (bits[0] == 1<<40|1<<7) != out[i] {
			t.Errorf("%s: row %d: kernel %b, twin %v", c.Name, i, bits[0], out[i])
		}
		out[i] = bits[0] == 1<<40|1<<7
	}
	return out
}

// rowOf is a row through the program's layers.
func rowOf(p *Program, set Set, raw []string) cells {
	at := cells{cols: map[string]any{}, clean: map[string]any{}, today: aDay}
	for i, it := range set.Items {
		at.cols[it.Name] = raw[i]
	}
	for _, n := range p.Clean {
		at.clean[n.Name] = at.eval(n.X)
	}
	for _, n := range p.Typed {
		at.cols[n.Name] = at.eval(n.X)
	}
	return at
}

func TestEveryDocumentedExampleOfAKindHolds(t *testing.T) {
	for _, k := range Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			var d Decl
			if err := yaml.Unmarshal([]byte(k.Example.YAML), &d); err != nil || d.Kind != k.Name {
				t.Fatal(k.Example.YAML, err)
			}
			set := Set{Items: k.Example.Items, Rules: []Decl{d}, Codes: k.Example.Codes, Today: aDay}
			p, err := Compile(set, someLists{})
			if err != nil {
				t.Fatal(err)
			}
			c := p.Rules[len(p.Rules)-1]
			if len(k.Example.Good) == 0 || len(k.Example.Bad) == 0 {
				t.Fatal("an example has good and bad rows")
			}
			switch {
			case c.Scope == OfRow:
				for i, broken := range judge(t, p, c, set, k.Example.Good) {
					if broken {
						t.Errorf("good row %d breaks it", i)
					}
				}
				for i, broken := range judge(t, p, c, set, k.Example.Bad) {
					if !broken {
						t.Errorf("bad row %d passes", i)
					}
				}
			case c.Scope == OfKey && len(c.Reads) == 0, c.Scope == OfRef && (c.Table == "" || c.Column == ""):
				t.Error("nothing to look at")
			}
		})
	}
}

func TestEveryDocumentedExampleOfAStepHolds(t *testing.T) {
	for _, s := range Steps() {
		t.Run(s.Name, func(t *testing.T) {
			var d Step
			if err := yaml.Unmarshal([]byte(s.Example.YAML), &d); err != nil || d.Do != s.Name {
				t.Fatal(s.Example.YAML, err)
			}
			for _, pair := range s.Example.Pairs {
				got, dirty := cleaned(t, pair[0], []Step{d}, s.Example.Codes)
				if got != pair[1] {
					t.Errorf("%q became %q, not %q", pair[0], got, pair[1])
				}
				if got != pair[0] && !dirty {
					t.Errorf("%q changes but is not called dirty", pair[0])
				}
			}
		})
	}
}

// cleaned gives a text after its steps ("" for NULL) and whether the kernel called it dirty.
func cleaned(t testing.TB, s string, steps []Step, codes map[string]map[string]string) (string, bool) {
	t.Helper()
	p, err := Compile(Set{Items: []Item{{Name: "v", Clean: steps}}, Codes: codes}, nil)
	if err != nil {
		t.Fatal(err)
	}
	bits := []uint64{0}
	p.Dirty[0].Kernel([]row.Texts{row.TextsOf([]*string{&s})}, 1, 1, bits)
	out, _ := cells{cols: map[string]any{"v": s}}.eval(p.Clean[0].X).(string)
	return out, bits[0] == 1
}

func TestReferenceTextsAreWhole(t *testing.T) {
	for _, k := range Kinds() {
		if k.Title.ZH == "" || k.Title.EN == "" || k.Help.ZH == "" || k.Help.EN == "" || len(k.Norm) != 4 || k.Dim == "" {
			t.Errorf("%s: something is missing", k.Name)
		}
		dims := map[byte]Dimension{'1': Normative, '2': Completeness, '3': Accuracy, '4': Consistency, '5': Timeliness, '6': Access}
		if dims[k.Norm[1]] != k.Dim || k.Bad != (k.Norm == "0303" || k.Norm == "0305") {
			t.Errorf("%s: %s is not of %s, or bad rows are counted wrongly", k.Name, k.Norm, k.Dim)
		}
		if e := Explain(Compiled{Decl: Decl{Kind: k.Name}}); e.ZH == "" || e.EN == "" {
			t.Errorf("%s: nothing explains it", k.Name)
		}
	}
	for _, s := range Steps() {
		if s.Title.ZH == "" || s.Title.EN == "" || s.Help.ZH == "" || s.Help.EN == "" {
			t.Errorf("%s: something is missing", s.Name)
		}
	}
}
