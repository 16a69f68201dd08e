package ingest

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/mozillazg/go-pinyin"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/source"
)

// RuleHint is a rule that fits a column's sample.
type RuleHint struct {
	Decl   rule.Decl `json:"decl"`
	Reason string    `json:"reason"`
}

// StepHint is a cleaning step that a column's sample asks for.
type StepHint struct {
	Step   rule.Step `json:"step"`
	Reason string    `json:"reason"`
}

// firstDeclaration fills in the guesses of columns and makes a declaration of them.
func (e *Engine) firstDeclaration(file string, shape *source.Shape, g *Guess, lang string) catalog.Directory {
	base := strings.TrimSuffix(file, extension.FindString(file))
	d := catalog.Directory{Kind: catalog.Kind, Name: nameOf(base, "dataset"), Title: base, Class: "department", Format: "table",
		Abstract: base, Update: "monthly", Level: "L2", Share: catalog.Share{Type: "conditional", Condition: "按需申请，经提供部门同意后共享", Way: "exchange"},
		Load: &catalog.Load{Mode: "append"}}
	taken := map[string]bool{}
	for i, header := range shape.Columns {
		cells, values, distinct := column(shape.Sample, i)
		typ, why := rule.GuessType(values)
		c := ColumnGuess{Header: header, Title: header, Name: unique(nameOf(header, "item"), taken), Type: typ.String(), TypeReason: why.In(lang),
			Blank: len(cells) - len(values), Distinct: distinct, Samples: values[:min(3, len(values))], Rules: []RuleHint{}, Clean: []StepHint{}}
		it := catalog.Item{Name: c.Name, Title: header, Type: typ}
		for _, s := range rule.GuessSteps(header, values) {
			c.Clean = append(c.Clean, StepHint{s.Step, s.Reason.In(lang)})
			it.Clean = append(it.Clean, s.Step)
		}
		for _, r := range rule.GuessRules(header, cells, e.Lists) {
			r.Decl.Item = c.Name
			c.Rules = append(c.Rules, RuleHint{r.Decl, r.Reason.In(lang)})
			d.Rules = append(d.Rules, r.Decl)
			if class := personalOf(r.Decl.Kind); class != "" {
				it.Personal, c.Personal, it.Type = class, class, row.TextType
			}
		}
		if c.Personal == "" {
			it.Personal = rule.PersonalOf(header)
			c.Personal = it.Personal
		}
		c.Type = it.Type.String()
		d.Items = append(d.Items, it)
		g.Columns = append(g.Columns, c)
	}
	return d
}

var (
	extension = regexp.MustCompile(`(\.[A-Za-z0-9]{1,8})+$`)
	notName   = regexp.MustCompile(`[^a-z0-9]+`)
)

// personalOf is the class of personal data whose check a rule kind is.
func personalOf(kind string) string {
	switch kind {
	case "citizen_id":
		return "id"
	case "phone":
		return "phone"
	}
	return ""
}

// column takes a column out of the sample: its cells, its values that are not blank, and how
// many of these differ.
func column(sample [][]string, i int) (cells, values []string, distinct int) {
	seen := map[string]bool{}
	for _, r := range sample {
		cell := ""
		if i < len(r) {
			cell = r[i]
		}
		if cells = append(cells, cell); strings.TrimSpace(cell) == "" {
			continue
		}
		values = append(values, cell)
		seen[cell] = true
	}
	return cells, values, len(seen)
}

// nameOf makes a name that may be declared out of a title: Latin letters stay, Han are
// spelt out in pinyin.
func nameOf(title, otherwise string) string {
	known := map[string]string{"姓名": "name", "性别": "sex", "身份证号": "id_no", "身份证号码": "id_no", "公民身份号码": "id_no", "证件号码": "id_no",
		"统一社会信用代码": "credit_code", "出生日期": "birth_date", "联系电话": "phone", "手机号": "phone", "手机号码": "phone", "住址": "address",
		"地址": "address", "备注": "remark", "序号": "seq"}
	if n := known[strings.TrimSpace(title)]; n != "" {
		return n
	}
	var b strings.Builder
	for _, r := range title {
		if p := pinyin.SinglePinyin(r, pinyin.NewArgs()); len(p) > 0 {
			b.WriteString("_" + p[0] + "_")
			continue
		}
		b.WriteString(strings.ToLower(string(r)))
	}
	n := strings.Trim(notName.ReplaceAllString(b.String(), "_"), "_")
	if n == "" || n[0] < 'a' || n[0] > 'z' {
		n = strings.Trim(otherwise+"_"+n, "_")
	}
	return strings.Trim(n[:min(len(n), 56)], "_")
}

func unique(name string, taken map[string]bool) string {
	n := name
	for i := 2; taken[n]; i++ {
		n = name + "_" + strconv.Itoa(i)
	}
	taken[n] = true
	return n
}
