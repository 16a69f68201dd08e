package console

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
)

type kindParam struct {
	Name     string `json:"name"`
	Required bool   `json:"required"`
	Help     string `json:"help"`
}

type ruleKind struct {
	Name      string      `json:"name"`
	Title     string      `json:"title"`
	Help      string      `json:"help"`
	Norm      string      `json:"norm"`
	Dimension string      `json:"dimension"`
	Do        string      `json:"do" enum:"reject,warn,block"`
	Params    []kindParam `json:"params"`
	Example   string      `json:"example"`
}

type stepKind struct {
	Name   string      `json:"name"`
	Title  string      `json:"title"`
	Help   string      `json:"help"`
	Params []kindParam `json:"params"`
}

type kindsBody struct {
	Rules  []ruleKind  `json:"rules"`
	Common []kindParam `json:"common" doc:"parameters that every rule takes"`
	Steps  []stepKind  `json:"steps"`
	Masks  []maskKind  `json:"masks"`
	Fields []fieldKind `json:"fields" doc:"fields of a directory's declaration"`
}

// fieldKind is a field of a declaration, as the reference has it.
type fieldKind struct {
	Path     string     `json:"path"`
	Title    string     `json:"title"`
	Help     string     `json:"help"`
	Required bool       `json:"required"`
	Words    []wordKind `json:"words" doc:"what it may be; none: any text"`
	Example  string     `json:"example"`
}

type wordKind struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

func fieldOf(f catalog.Field, lang string) fieldKind {
	out := fieldKind{Path: f.Path, Title: f.Title.In(lang), Help: f.Help.In(lang), Required: f.Required, Example: f.Example}
	for _, w := range f.Words {
		out.Words = append(out.Words, wordKind{w.Name, w.Title.In(lang)})
	}
	return out
}

func paramsOf(params []rule.Param, lang string) []kindParam {
	out := []kindParam{}
	for _, p := range params {
		out = append(out, kindParam{p.Name, p.Required, p.Help.In(lang)})
	}
	return out
}

type maskKind struct {
	Name    string   `json:"name" doc:"empty: shown whole"`
	Title   string   `json:"title"`
	Fits    []string `json:"fits" doc:"types of items it can be laid over; decimal stands for all decimals"`
	Example string   `json:"example" doc:"an invented value"`
	Shown   string   `json:"shown" doc:"what is left of it"`
}

func masks(lang string) (out []maskKind) {
	types := []row.Type{row.TextType, row.IntType, {Kind: row.Decimal, Precision: 18, Scale: 2}, row.FloatType, row.BoolType, row.DateType, row.TimeType, row.ListType}
	for _, k := range policy.Masks() {
		m := policy.Mask{Kind: k.Name}
		b := maskKind{Name: string(k.Name), Title: k.Title.In(lang)}
		for _, t := range types {
			if m.Fits(t) {
				name, _, _ := strings.Cut(t.String(), "(")
				b.Fits = append(b.Fits, name)
			}
		}
		b.Example, b.Shown = m.Example()
		out = append(out, b)
	}
	return out
}

type regionBody struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Level string `json:"level"`
}

func kindOf(k rule.KindInfo, lang string) ruleKind {
	b := ruleKind{Name: k.Name, Title: k.Title.In(lang), Help: k.Help.In(lang), Norm: k.Norm, Dimension: string(k.Dim), Do: string(k.Do), Example: k.Example.YAML, Params: paramsOf(k.Params, lang)}
	return b
}

func (c *Console) reference() {
	route(c, http.MethodGet, "/kinds", "list-kinds", "规则与清洗步骤 / Kinds of rules and cleaning steps", func(ctx context.Context, _ *struct{}) (out kindsBody, err error) {
		l := lang(ctx)
		for _, k := range rule.Kinds() {
			out.Rules = append(out.Rules, kindOf(k, l))
		}
		for _, s := range rule.Steps() {
			out.Steps = append(out.Steps, stepKind{s.Name, s.Title.In(l), s.Help.In(l), paramsOf(s.Params, l)})
		}
		out.Common = paramsOf(rule.CommonParams(), l)
		for _, f := range catalog.Fields() {
			out.Fields = append(out.Fields, fieldOf(f, l))
		}
		out.Masks = masks(l)
		return out, nil
	})
	route(c, http.MethodGet, "/regions", "list-regions", "区划 / Regions", func(ctx context.Context, in *struct {
		Parent string `query:"parent" maxLength:"15"`
	}) (List[regionBody], error) {
		var out []regionBody
		for _, r := range c.Regions.Children(region.Code(in.Parent)) {
			out = append(out, regionBody{string(r.Code), r.Name, string(r.Level)})
		}
		return page(out, ""), nil
	})
	route(c, http.MethodGet, "/regions/{code}/outline", "get-outline", "区划边界（WGS-84）/ Outline of a region", func(ctx context.Context, in *struct {
		Code string `path:"code" maxLength:"15"`
	}) (json.RawMessage, error) {
		o, ok := c.Regions.Outline(region.Code(in.Code))
		if !ok {
			return nil, fault.New(fault.Missing, "region.outline", fault.T("没有区划 %s 的边界", "there is no outline of region %s", in.Code)).
				Fix(fault.T("请核对区划代码；本区划以外没有边界", "check the region code; there are outlines of this district alone"))
		}
		return json.Marshal(o)
	})
}
