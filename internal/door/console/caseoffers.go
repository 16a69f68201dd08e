package console

import (
	"context"

	"github.com/chengshu/chengshu/internal/flow"
)

type caseOffersIn struct {
	Body struct {
		IDs []string `json:"ids" minItems:"1" maxItems:"200" doc:"cases"`
	}
}

// CaseOffers is an action that may be done now on some of several cases, those of one state.
type CaseOffers struct {
	Offer  offerBody   `json:"offer"`
	Pack   string      `json:"pack"`
	State  string      `json:"state_title" doc:"the state they are in; empty for what may be done in any"`
	Fields []FieldBody `json:"fields" doc:"of the record, that it asks for"`
	Cases  []string    `json:"cases" doc:"ids of those it may be done on"`
}

// apart are the acts that are done case by case: what they say or name is of that one.
var apart = map[string]bool{flow.ActComment: true, flow.ActDelegate: true, flow.ActAgree: true, flow.ActRefuse: true, flow.ActJoin: true, flow.ActPart: true}

// caseOffers says what may be done on several cases together.
func (c *Console) caseOffers(ctx context.Context, in *caseOffersIn) (List[CaseOffers], error) {
	all, err := c.Flow.OffersOf(ctx, actor(ctx), in.Body.IDs)
	if err != nil {
		return List[CaseOffers]{}, err
	}
	l := lang(ctx)
	var out []CaseOffers
	for _, o := range all {
		if apart[o.Action] {
			continue
		}
		b := CaseOffers{Offer: c.offerOf(o.Offer, l), Pack: o.Machine.Pack, Cases: o.Cases}
		if o.State != "" {
			b.State = o.Machine.StateTitle(o.State).In(l)
		}
		for _, name := range append(append([]string{}, o.Need...), o.Edit...) {
			if f, ok := o.Machine.Entity().Field(name); ok {
				b.Fields = append(b.Fields, formFieldOf(f, l))
			}
		}
		out = append(out, b)
	}
	return page(out, ""), nil
}
