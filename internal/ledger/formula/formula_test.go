package formula_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger/formula"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/spec"
)

var env = formula.Env{
	"class": formula.Text, "score": formula.Number, "fee": formula.Number, "urgent": formula.Bool,
	"found": formula.Time, "now": formula.Time, "place": formula.Place,
	"photos": formula.Object(formula.Env{"place": formula.List(formula.Place), "count": formula.Number}),
	"costs":  formula.Table(formula.Env{"item": formula.Text, "amount": formula.Number}),
	"actor":  formula.Object(formula.Env{"office": formula.Text}),
}

var square = formula.Point{Lon: 114.305, Lat: 30.593}

func facts() map[string]any {
	now := time.Date(2026, 11, 27, 15, 0, 0, 0, region.Beijing)
	found, _ := formula.Day("2026-11-25", region.Beijing)
	return map[string]any{
		"class": "0101", "score": int64(4), "urgent": false, "found": found, "now": now, "place": square,
		"photos": map[string]any{"#": 2, "count": 2, "place": []any{formula.Point{Lon: 114.3052, Lat: 30.593}, formula.Point{Lon: 114.305, Lat: 30.5933}}},
		"costs":  formula.Rows([]map[string]any{{"item": "沥青", "amount": 120.5}, {"item": "人工", "amount": int64(80)}, {"item": "其他"}}),
		"actor":  map[string]any{"office": "water"},
	}
}

func TestValues(t *testing.T) {
	for source, want := range map[string]any{
		`score + 1`:                    5.0,
		`score * 2 - 10 / 4`:           5.5,
		`7 % 4`:                        3.0,
		`-score`:                       -4.0,
		`fee`:                          nil,
		`fee + 1`:                      nil,
		`fee ?? 0`:                     0.0,
		`1 / 0`:                        nil,
		`class + "-" + actor.office`:   "0101-water",
		`fee > 3`:                      false,
		`not (fee > 3)`:                true,
		`fee == nil and score >= 4`:    true,
		`class == "0101" ? 1 : 2`:      1.0,
		`class in ["0101", "0203"]`:    true,
		`score in [1, 4.0]`:            true,
		`class contains "10"`:          true,
		`class matches "^01"`:          true,
		`urgent or score == 4`:         true,
		`len("井盖破损")`:                  4.0,
		`len(costs)`:                   3.0,
		`len(photos)`:                  2.0,
		`sum(costs.amount)`:            200.5,
		`max(costs.amount)`:            120.5,
		`min(3, score, 9)`:             3.0,
		`round(2.345, 2)`:              2.35,
		`now - found > days(2)`:        true,
		`found + days(3) < now`:        false,
		`(now - found) / hours(1)`:     63.0,
		`found == date("2026-11-25")`:  true,
		`year(now) * 100 + month(now)`: 202611.0,
		`distance(photos.place, place) <= metres(50)`: true,
		`distance(photos.place, place) <= metres(20)`: false,
		`lower(" AB ") == " ab "`:                     true,
		`empty(fee) and not empty(class)`:             true,
	} {
		f, err := formula.Compile(source, env, formula.Any)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got, err := f.Eval(facts()); err != nil || got != want {
			t.Errorf("%s = %v (%v), want %v", source, got, err, want)
		}
	}
}

// TestRefused shows what a formula may not do and that each refusal says where and what
// would do.
func TestRefused(t *testing.T) {
	for _, c := range []struct{ source, code, says string }{
		{`scor > 1`, "formula.name", `did you mean "score"`},
		{`photos.plase`, "formula.name", `did you mean "place"`},
		{`class.budget`, "formula.name", "holds nothing inside"},
		{`score > "3"`, "formula.type", "different types: a number and text"},
		{`class > 3 and scor`, "formula.invalid", "2 errors"},
		{`score and urgent`, "formula.type", "at both sides of and stands yes or no, not a number"},
		{`score + class`, "formula.type", "a number and text cannot be taken by +"},
		{`score`, "formula.result", "it gives a number, yes or no is wanted"},
		{`place < place`, "formula.type", "is not more or less"},
		{`let x = 1; x > 0`, "formula.construct", "no variables"},
		{`all(costs.amount, # > 1)`, "formula.function", "the functions are"},
		{`filter(1..1000000000, true) == []`, "formula.function", "the functions are"},
		{`score in 1..1000000000`, "formula.operator", "no operator .."},
		{`2 ** 1000 > 1`, "formula.operator", "no operator **"},
		{`repeat("a", 1000000000) == ""`, "formula.function", "the functions are"},
		{`now.AddDate(1, 0, 0) > now`, "formula.construct", "only functions of formulas"},
		{`env("HOME") == ""`, "formula.function", "the functions are"},
		{`$env == nil`, "formula.name", "there is no name"},
		{`photos["place"] == nil and photos[class] == nil`, "formula.construct", "not taken this way"},
		{`class matches "(((((a{9}){9}){9}){9}){9})"`, "formula.pattern", "too often"},
		{`class matches class`, "formula.pattern", "written out"},
		{`class matches "a{300}" or class matches "b{300}"`, "formula.pattern", "too complex"},
		{`distanse(place, place) > 1`, "formula.function", `did you mean "distance"`},
		{`distance(place) > 1`, "formula.arguments", "write distance(a, b)"},
		{`distance(place, score) > 1`, "formula.type", "does not take a number here"},
		{`score >`, "formula.syntax", "character"},
		{`{"a": 1} == nil`, "formula.construct", "no loops"},
		{strings.Repeat("(score) + ", 90) + "score > 1" + strings.Repeat(" ", 200), "formula.long", "more than"},
		{strings.Repeat("1+", 150) + "1 > 0", "formula.long", "too long"},
	} {
		_, err := formula.Compile(c.source, env, formula.Bool)
		f := fault.From(err)
		if err == nil || f.Code != c.code || !strings.Contains(f.In("en"), c.says) || f.Kind != fault.Invalid {
			t.Errorf("%s:\n gave %v\n want %s: %s", c.source, err, c.code, c.says)
		}
		if err != nil && (f.Text.ZH == "" || f.Text.ZH == f.Text.EN) {
			t.Errorf("%s: no Chinese: %q", c.source, f.Text.ZH)
		}
	}
}

// TestSyntaxInOurWords shows that what cannot be read is told where it stands and with what
// would do, in both languages, and never in the words of the library.
func TestSyntaxInOurWords(t *testing.T) {
	for _, c := range []struct{ source, zh, en, fix string }{
		{`score >`, "第 7 个字符处：没有写完", "character 7 of the formula: it breaks off", "give the value that is missing"},
		{`(score > 3`, "没有写完", "it breaks off", "close the bracket"},
		{`score = 3`, "第 7 个字符处：= 不是运算符", "= is no operator", "write == to compare"},
		{`score > 3)`, "多了一个 )", "one ) too many", "come in pairs"},
		{`score > > 3`, "> 不能在这里", "> cannot stand here", "a value on both its sides"},
		{`score > 3 urgent`, "urgent 之前缺少运算符", "an operator is missing before urgent", "and, == or +"},
		{`class in ["a" "b"]`, "b 之前缺少运算符", "missing before b", "and, == or +"},
		{`class == "a，b`, "缺少右引号", "lacks its closing quote", "close it"},
		{`class == “a”`, "不认识的字符 '“'", "the character '“' means nothing", "write \"\\\"\""},
		{`max(score，3) > 1`, "第 10 个字符处：不认识的字符 '，'", "character 10", `write ","`},
		{`score ≥ 3`, "不认识的字符 '≥'", "means nothing", `write ">="`},
		{`class matches "a\d"`, "反斜杠", "backslash", `\\`},
		{`score > 3a`, "数写得不对", "no number", "12.5"},
		{`score > 99999999999999999999`, "数过大", "too large", "smaller"},
		{`fee ?? 0 > 3 and urgent`, "?? 与其他运算符混用", "mixed", "brackets"},
		{`{a b} == nil`, "之前缺少", "missing before", ""},
		{`score. > 3`, "缺少名称", "a name is missing", "name.name"},
		{`/* why`, "注释没有结束", "a remark does not end", "leave remarks out"},
		{``, "没有写完", "it breaks off", "give the value"},
		{`class matches "a["`, "不合规", "ill-formed", "a ] is missing: ["},
		{`class matches "(?<=a)b"`, "不合规", "ill-formed", "not known"},
		{`score <> 3`, "没有运算符 <>", "no operator <>", "write !="},
		{`score => 3`, "没有运算符 =>", "no operator =>", "write >="},
		{`score > 3 AND urgent`, "AND 不是运算符", "AND is no operator", "write and"},
		{`score > 3 并且 urgent`, "并且 不是运算符", "并且 is no operator", "write and"},
		{`score > 3米`, "数写得不对", "no number", "metres(50)"},
	} {
		_, err := formula.Compile(c.source, env, formula.Bool)
		f := fault.From(err)
		if err == nil || f.Kind != fault.Invalid || !strings.Contains(f.In("zh-CN"), c.zh) || !strings.Contains(f.Text.EN, c.en) || !strings.Contains(f.Remedy.EN, c.fix) {
			t.Errorf("%s:\n gave %s\n  and  %s\n want %s; %s; %s", c.source, f.In("zh-CN"), f.In("en"), c.zh, c.en, c.fix)
		}
		for _, library := range []string{"unexpected", "token", "Operator(", "unrecognized", "error parsing"} {
			if err != nil && strings.Contains(f.In("zh-CN")+f.In("en"), library) {
				t.Errorf("%s: %q is the library's word", c.source, library)
			}
		}
	}
}

// TestCostWhileItRuns shows that a regular expression is not sought in a text longer than a
// record holds, which only joining makes.
func TestCostWhileItRuns(t *testing.T) {
	f, err := formula.Compile(`(class + class) matches "(a|b){90}c"`, env, formula.Bool)
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := f.Holds(map[string]any{"class": strings.Repeat("ab", 45) + "c"}); err != nil || !ok {
		t.Errorf("%v, %v", ok, err)
	}
	if ok, err := f.Holds(nil); err != nil || ok {
		t.Errorf("of nothing: %v, %v", ok, err)
	}
	if _, err := f.Holds(map[string]any{"class": strings.Repeat("井", 7_000)}); fault.From(err).Code != "formula.cost" {
		t.Errorf("%v", err)
	}
}

func TestPlaceInside(t *testing.T) {
	_, err := formula.Compile(`类别 == "a" and urgnt`, formula.Env{"类别": formula.Text, "urgent": formula.Bool}, formula.Bool)
	if f := fault.From(err); !strings.Contains(f.Text.ZH, "第 15 个字符") {
		t.Errorf("%v", err)
	}
}

// TestLongText shows that joining texts is bounded while it runs.
func TestLongText(t *testing.T) {
	f, err := formula.Compile(strings.Repeat("class+", 9)+"class", env, formula.Text)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Eval(map[string]any{"class": strings.Repeat("x", 10_000)})
	if fault.From(err).Code != "formula.text" {
		t.Errorf("%v", err)
	}
}

func FuzzFormula(f *testing.F) {
	for _, s := range []string{`score + 1 > 2`, `class in ["a"] ? 1 : fee ?? 2`, `distance(photos.place, place) <= metres(50)`, `len(costs) > sum(costs.amount)`, `now - found > days(2)`, `not (class matches "a+b")`, `filter(costs, #.x)`, `((((`, `1..9`, `-"a"`, `a?.b`, `photos.place[0]`, `round(1,2,3)`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		p, err := formula.Compile(source, env, formula.Any)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", source, err)
			}
			return
		}
		for _, in := range []map[string]any{facts(), {}, nil} {
			v, err := p.Eval(in)
			if err != nil && fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", source, err)
			}
			if s, ok := v.(string); ok && len(s) > 64<<10 {
				t.Fatalf("%q makes %d bytes", source, len(s))
			}
		}
	})
}

func BenchmarkHolds(b *testing.B) {
	f, err := formula.Compile(`class == "0101" and distance(photos.place, place) <= metres(50)`, env, formula.Bool)
	if err != nil {
		b.Fatal(err)
	}
	in := facts()
	for b.Loop() {
		if ok, err := f.Holds(in); err != nil || !ok {
			b.Fatal(err)
		}
	}
}

// TestKnownOfNames: what is known of a name beside its type is used: what people call it, what
// it may be, its attributes, and why it cannot be read.
func TestKnownOfNames(t *testing.T) {
	env := formula.Env{
		"level": formula.Text.Called(fault.T("等级", "Level")).Among([]spec.Word{{Name: "high", Title: fault.T("高", "high")}, {Name: "low", Title: fault.T("低", "low")}}).With(formula.Env{"days": formula.Number}),
		"total": formula.Withheld(fault.T("它由 a 算出", "it is made of a")),
		"score": formula.Number,
	}
	for source, want := range map[string][2]string{
		`等级 == "high"`:                    {"formula.name", `did you mean "level"?`},
		`level == "hihg"`:                 {"formula.word", `did you mean "high"?`},
		`"高" != level`:                    {"formula.word", `did you mean "high"?`},
		`level in ["low", "middle"]`:      {"formula.word", "there are: high, low"},
		`level.day > 3`:                   {"formula.name", `did you mean "days"?`},
		`total > 3`:                       {"formula.withheld", "it is made of a"},
		`IF(score > 3, true, false)`:      {"formula.function", "write a ? b : c"},
		`score.x > 1`:                     {"formula.name", "no record that is referred to"},
		`level == 3`:                      {"formula.type", "let them be alike"},
		`zzzz > 3`:                        {"formula.name", "there are: level, score"},
		`level == "high" and TODAY() > 1`: {"formula.function", "write now"},
	} {
		_, err := formula.Compile(source, env, formula.Bool)
		if f := fault.From(err); err == nil || f.Code != want[0] || !strings.Contains(f.In("en"), want[1]) {
			t.Errorf("%s: %v", source, err)
		}
	}
	f, err := formula.Compile(`level == "high" and level.days * 2 > 5`, env, formula.Bool)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		facts map[string]any
		want  bool
	}{
		{map[string]any{"level": "high", "level.days": 3.0}, true},
		{map[string]any{"level": "high", "level.days": 2.0}, false},
		{map[string]any{"level": "high"}, false},
	} {
		if got, err := f.Holds(c.facts); err != nil || got != c.want {
			t.Errorf("%v: %v, %v", c.facts, got, err)
		}
	}
	if got := formula.Reads(`level.days + score > len(photos.place)`); !slices.Equal(got, []string{"level", "score", "photos"}) {
		t.Errorf("reads %q", got)
	}
}
