package console

import (
	"context"
	"net/http"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/policy"
)

type checkRecordIn struct {
	RegisterIn
	Body struct {
		Values map[string]any `json:"values" doc:"what was typed so far"`
		ID     string         `json:"id,omitempty" maxLength:"64" doc:"of the record that is corrected"`
		Held   []string       `json:"held,omitempty" maxItems:"200" doc:"fields that hold something the asker does not see"`
	}
}

type recordStandingBody struct {
	Asked    []string          `json:"asked" doc:"fields that are asked now"`
	Required []string          `json:"required" doc:"of these, such as must not stay empty"`
	Computed map[string]string `json:"computed" doc:"what the others compute, in words"`
	Faults   []Problem         `json:"faults" doc:"what is wrong so far; where names the field"`
}

func (c *Console) recordForms() {
	route(c, http.MethodPost, "/register-forms/{pack}/{register}", "check-record", "试填登记表单 / Judge a form while it is filled in", c.checkRecord)
}

// checkRecord judges what was typed into a form, with the rules in words, and keeps nothing.
func (c *Console) checkRecord(ctx context.Context, in *checkRecordIn) (out recordStandingBody, err error) {
	_, e, err := c.register(ctx, in.Pack, in.Register)
	if err != nil {
		return out, err
	}
	a := actor(ctx)
	if c.reachOf(a, in.Pack, policy.RecordWrite).Nobody() {
		return out, policy.Allowed(a.In(in.Pack), policy.RecordWrite, policy.Target{Office: a.Office})
	}
	s, err := c.Ledger.Stand(ctx, c.Store.Read(), e, in.Body.ID, a.Office, in.Body.Values, in.Body.Held, c.Now())
	if err != nil {
		return out, err
	}
	l := lang(ctx)
	out.Asked, out.Required, out.Computed = s.Asked, s.Required, map[string]string{}
	for name, v := range s.Computed {
		if f, ok := e.Field(name); ok {
			out.Computed[name] = c.words(f, v, l)
		}
	}
	for _, f := range s.Faults {
		out.Faults = append(out.Faults, *problemOf(fault.From(f), l))
	}
	return out, nil
}
