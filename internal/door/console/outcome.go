package console

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/fault"
)

type outcomeBody struct {
	Code  string `json:"code"`
	Title string `json:"title" doc:"in words; the code itself where nothing of it is known"`
}

func (c *Console) outcomes() {
	route(c, http.MethodGet, "/outcomes/{code}", "get-outcome", "结果代码的含义 / What an outcome means", func(ctx context.Context, in *struct {
		Code string `path:"code" maxLength:"64"`
	}) (outcomeBody, error) {
		return outcomeBody{in.Code, outcomeOf(in.Code, lang(ctx))}, nil
	})
}

// callChoices are what the calls of a time can be narrowed to, with their titles.
type callChoices struct {
	Services []choiceBody `json:"services"`
	Apps     []choiceBody `json:"apps"`
	Grants   []choiceBody `json:"grants"`
	Outcomes []choiceBody `json:"outcomes"`
	Offices  []choiceBody `json:"offices" doc:"whose applications called"`
	Owners   []choiceBody `json:"owners" doc:"whose services were called"`
}

// callChoices finds what was called in a time, by whom, under what, and what came of it: of
// what the actor may see.
func (c *Console) callChoices(ctx context.Context, f audit.CallFilter) (out callChoices, err error) {
	for _, x := range []struct {
		by   string
		into *[]choiceBody
	}{{string(audit.ByService), &out.Services}, {string(audit.ByApp), &out.Apps}, {string(audit.ByGrant), &out.Grants}, {string(audit.ByOutcome), &out.Outcomes}, {byOffice, &out.Offices}} {
		rows, err := c.countBy(ctx, f, x.by)
		if err != nil {
			return out, err
		}
		if err := c.nameCalls(ctx, x.by, rows); err != nil {
			return out, err
		}
		for _, r := range rows {
			if r.Key != "" && r.Key != "ok" {
				*x.into = append(*x.into, choiceBody{r.Key, cmp.Or(r.Title, r.Key)})
			}
		}
		slices.SortFunc(*x.into, func(a, b choiceBody) int { return cmp.Compare(a.Title, b.Title) })
	}
	out.Owners, err = c.ownersOf(ctx, out.Services)
	return out, err
}

// ownersOf are the offices that serve something.
func (c *Console) ownersOf(ctx context.Context, services []choiceBody) (out []choiceBody, err error) {
	titles, err := c.officeTitles(ctx)
	for _, s := range c.Share.Services("", nil) {
		called := slices.ContainsFunc(services, func(x choiceBody) bool { return x.Name == s.Name })
		if called && !slices.ContainsFunc(out, func(x choiceBody) bool { return x.Name == s.Office }) {
			out = append(out, choiceBody{s.Office, cmp.Or(titles[s.Office], s.Office)})
		}
	}
	slices.SortFunc(out, func(a, b choiceBody) int { return cmp.Compare(a.Title, b.Title) })
	return out, err
}

// outcomeOf says in words what an entry of the audit keeps as a code: the text of the fault,
// as the reference has it. An unknown code stays one.
func outcomeOf(code, lang string) string {
	switch code {
	case "ok":
		return fault.T("成功", "done").In(lang)
	case "refused":
		return fault.T("全部拒绝", "all refusals").In(lang)
	case "internal":
		return fault.From(errors.New(code)).Text.In(lang)
	case goneCode:
		return fault.T("应答未送完，连接已断开", "the connection broke off before the answer was whole").In(lang)
	}
	if t, ok := faultTitles[code]; ok {
		return t.In(lang)
	}
	return code
}
