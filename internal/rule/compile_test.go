package rule

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

func person() []Item {
	return []Item{
		{Name: "id_no", Title: "公民身份号码", Required: true, Clean: []Step{{Do: "trim"}, {Do: "half_width"}, {Do: "x_mark"}}},
		{Name: "name", Title: "姓名"},
		{Name: "birth", Title: "出生日期", Type: row.DateType, Clean: []Step{{Do: "date"}}},
		{Name: "age", Title: "年龄", Type: row.IntType},
		{Name: "income", Title: "收入", Type: row.Type{Kind: row.Decimal, Precision: 18, Scale: 2}},
		{Name: "updated", Title: "更新时间", Type: row.TimeType},
		{Name: "poor", Title: "是否困难", Type: row.BoolType},
		{Name: "weight", Title: "体重", Type: row.FloatType},
	}
}

func decls(t testing.TB, text string) []Decl {
	t.Helper()
	var out []Decl
	if err := yaml.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCompileLaysOutImpliedAndDeclaredRules(t *testing.T) {
	p, err := Compile(Set{Items: person(), Rules: decls(t, `
- {kind: citizen_id, item: id_no}
- {kind: type, item: age, do: warn}
- {kind: id_birth, items: [id_no, birth], do: block, above: 5}
- {kind: row_count, within: 20%}
- {kind: unique, item: id_no, title: 一人一行}
- {kind: duplicate_row}
- {kind: check, expr: 'age < 18 or income >= 0'}
- {kind: id_division, item: id_no}
`)}, someLists{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"0 parse reject 0305 行可解析",
		"1 required_id_no reject 0201 「公民身份号码」必填",
		"2 type_birth reject 0302 「出生日期」类型",
		"3 type_income reject 0302 「收入」类型",
		"4 type_updated reject 0302 「更新时间」类型",
		"5 type_poor reject 0302 「是否困难」类型",
		"6 type_weight reject 0302 「体重」类型",
		"7 citizen_id_id_no reject 0301 「公民身份号码」校验码",
		"8 type_age warn 0302 「年龄」类型",
		"9 id_birth_id_no_birth block 0402 「公民身份号码」「出生日期」一致",
		"-1 row_count warn 0202 批次行数波动",
		"10 unique_id_no reject 0304 一人一行",
		"11 duplicate_row reject 0303 整行重复",
		"12 check_age_income reject 0402 「年龄」「收入」逻辑关系",
		"13 id_division_id_no warn 0105 「公民身份号码」前六位区划",
	}
	var got []string
	for _, r := range p.Rules {
		got = append(got, fmt.Sprintf("%d %s %s %s %s", r.Bit, r.Name, r.Do, r.Norm, r.Title))
	}
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
	if len(p.Clean) != 8 || len(p.Typed) != 8 || len(p.Dirty) != 2 || p.Words() != 1 {
		t.Errorf("%d clean, %d typed, %d dirty, %d words", len(p.Clean), len(p.Typed), len(p.Dirty), p.Words())
	}
	if got := p.Reject()[0]; got != 1<<13-1-1<<8 {
		t.Errorf("reject bits %b", got)
	}
	if r, ok := p.Find("duplicate_row"); !ok || len(r.Reads) != 8 || !r.Bad {
		t.Error("duplicate_row reads every item and counts bad rows")
	}
}

func TestManyRulesTakeSeveralWords(t *testing.T) {
	var rules []Decl
	for i := range 130 {
		rules = append(rules, Decl{Kind: "required", Item: "name", Name: fmt.Sprintf("r%d", i)})
	}
	p, err := Compile(Set{Items: []Item{{Name: "name"}}, Rules: rules}, nil)
	if err != nil {
		t.Fatal(err)
	}
	words := p.Reject()
	if p.Words() != 3 || len(words) != 3 || words[0] != 1<<63-1 || words[2] != 1<<5-1 {
		t.Errorf("%d words, %b", p.Words(), words)
	}
}

func TestEveryMistakeIsNamedWithItsRuleAndRemedy(t *testing.T) {
	for _, c := range []struct{ rule, code, where string }{
		{"{kind: nonsense, item: name}", "rules.kind", "rules[0]"},
		{"{kind: parse}", "rules.kind", "rules[0]"},
		{"{kind: required}", "rules.param.missing", "rules[0] required"},
		{"{kind: required, item: nobody}", "rules.item.unknown", "rules[0] required_nobody"},
		{"{kind: required, item: name, min: 3}", "rules.param.unknown", "rules[0] required_name"},
		{"{kind: required, item: name, do: perhaps}", "rules.do", "rules[0] required_name"},
		{"{kind: required, item: name, do: block}", "rules.above.missing", "rules[0] required_name"},
		{"{kind: required, item: name, above: 3}", "rules.above.unused", "rules[0] required_name"},
		{"{kind: required, item: name, do: block, above: 100}", "rules.above.range", "rules[0] required_name"},
		{"{kind: required, item: name, do: block, above: -1}", "rules.above.range", "rules[0] required_name"},
		{"{kind: required, item: name, name: Bad Name}", "name.form", "rules[0] Bad Name"},
		{"{kind: required, item: name, name: parse}", "rules.name.twice", "rules[0] parse"},
		{"{kind: type, item: name}", "rules.item.type", "rules[0] type_name"},
		{"{kind: pattern, item: name, pattern: '('}", "rules.pattern", "rules[0] pattern_name"},
		{"{kind: pattern, item: name, pattern: '(?=a)b'}", "rules.pattern", "rules[0] pattern_name"},
		{"{kind: length, item: name}", "rules.length.none", "rules[0] length_name"},
		{"{kind: length, item: name, min: 1.5}", "rules.bound.whole", "rules[0] length_name"},
		{"{kind: length, item: name, min: 5, max: 2}", "rules.bound.order", "rules[0] length_name"},
		{"{kind: range, item: name, min: 5}", "rules.item.type", "rules[0] range_name"},
		{"{kind: range, item: age, from: 2024-01-01}", "rules.range.bounds", "rules[0] range_age"},
		{"{kind: range, item: age}", "rules.range.bounds", "rules[0] range_age"},
		{"{kind: range, item: age, min: 0.5}", "rules.bound.whole", "rules[0] range_age"},
		{"{kind: range, item: birth, from: 2024-02-30}", "rules.bound.date", "rules[0] range_birth"},
		{"{kind: range, item: birth, from: 2024-02-03, to: 2023-01-01}", "rules.bound.order", "rules[0] range_birth"},
		{"{kind: codes, item: name, list: none}", "rules.list.unknown", "rules[0] codes_name"},
		{"{kind: region, item: name, levels: [planet]}", "rules.level.unknown", "rules[0] region_name"},
		{"{kind: region, item: name, within: '999999000000'}", "rules.within.unknown", "rules[0] region_name"},
		{"{kind: id_birth, items: [id_no]}", "rules.items.two", "rules[0] id_birth_id_no"},
		{"{kind: id_birth, items: [id_no, age]}", "rules.item.type", "rules[0] id_birth_id_no_age"},
		{"{kind: not_future, item: age}", "rules.item.type", "rules[0] not_future_age"},
		{"{kind: unique}", "rules.unique.items", "rules[0] unique"},
		{"{kind: unique, items: [name, name]}", "rules.items.twice", "rules[0] unique_name_name"},
		{"{kind: reference, item: name, table: Other, column: x}", "rules.reference.name", "rules[0] reference_name"},
		{"{kind: row_count, within: much}", "rules.within.percent", "rules[0] row_count"},
		{"{kind: row_count, within: 20%, do: reject}", "rules.do.batch", "rules[0] row_count"},
		{"{kind: freshness, within: soon}", "rules.within.period", "rules[0] freshness"},
		{"{kind: freshness, column: name}", "rules.item.type", "rules[0] freshness"},
		{"{kind: check, expr: 'name ='}", "rules.expr", "rules[0] check: expr:6"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := Compile(Set{Items: person(), Rules: decls(t, "["+c.rule+"]")}, someLists{})
			var e *fault.Error
			if !errors.As(err, &e) {
				t.Fatal("no fault:", err)
			}
			if e.Code != c.code || e.Where != c.where {
				t.Errorf("got %s at %q", e.Code, e.Where)
			}
			if e.Kind != fault.Invalid || e.Text.ZH == "" || e.Text.EN == "" || e.Remedy.ZH == "" || e.Remedy.EN == "" {
				t.Errorf("a text or remedy is missing: %+v", e)
			}
		})
	}
}

func TestAllMistakesComeAtOnce(t *testing.T) {
	items := append(person(), Item{Name: "note", Clean: []Step{{Do: "polish"}, {Do: "replace"}, {Do: "date", Forms: []string{"runes"}}, {Do: "map", List: "none"}, {Do: "trim", Find: "x"}}})
	_, err := Compile(Set{Items: items, Rules: decls(t, `
- {kind: required, item: nobody}
- {kind: citizen_id, item: id_no}
- {kind: citizen_id, item: id_no}
- {kind: check, expr: 'nobody > 1'}
- {kind: region, item: name}
`)}, nil)
	var got []string
	for _, p := range fault.From(err).Parts {
		got = append(got, p.Code+" "+p.Where)
	}
	want := []string{
		"rules.item.unknown rules[0] required_nobody",
		"rules.name.twice rules[2] citizen_id_id_no",
		"rules.expr rules[3] check: expr:1",
		"rules.lists.none rules[4] region_name",
		"rules.step.unknown note.clean[0] polish",
		"rules.step.param note.clean[1] replace",
		"rules.step.forms note.clean[2] date",
		"rules.step.map note.clean[3] map",
		"rules.step.param note.clean[4] trim",
	}
	want[7] = "rules.list.unknown note.clean[3] map"
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

func TestBatchRules(t *testing.T) {
	count := Compiled{Percent: 20}
	for _, c := range []struct {
		rows, last int64
		value      string
		broken, ok bool
	}{
		{120, 100, "+20.0%", false, true}, {121, 100, "+21.0%", true, true}, {80, 100, "-20.0%", false, true},
		{0, 100, "-100.0%", true, true}, {5, 0, "", false, false}, {100, 100, "+0.0%", false, true},
	} {
		if v, b, ok := count.JudgeCount(c.rows, c.last); v != c.value || b != c.broken || ok != c.ok {
			t.Errorf("%d after %d: %q %v %v", c.rows, c.last, v, b, ok)
		}
	}
	for _, c := range []struct {
		own, days, limit int
		broken, ok       bool
	}{{7, 7, 0, false, true}, {7, 8, 31, true, true}, {0, 8, 31, false, true}, {0, 8, 0, true, false}} {
		if _, b, ok := (Compiled{Days: c.own}).JudgeAge(c.days, c.limit); b != c.broken || ok != c.ok {
			t.Errorf("%+v: %v %v", c, b, ok)
		}
	}
	if UpdateDays("monthly") != 31 || UpdateDays("whenever") != 0 {
		t.Error("update periods")
	}
}
