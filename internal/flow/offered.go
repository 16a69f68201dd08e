package flow

import (
	"context"
	"slices"

	"github.com/chengshu/chengshu/internal/people"
)

// Offered is an action that may be done now on several cases, of one state where the flow
// declares it.
type Offered struct {
	Offer
	Machine *Machine
	State   string   // "" of what every flow has
	Cases   []string // ids
}

// OffersOf are the actions somebody may do now on some cases: those of each state apart, in
// the order of the cases, then what every flow has. What may not be done yet, and cases they
// may not see, are left out.
func (e *Engine) OffersOf(ctx context.Context, by people.Actor, ids []string) ([]Offered, error) {
	packs := e.visible(by, "")
	spots := make([]spot, len(ids))
	for i, id := range ids {
		spots[i] = spot{id: id}
	}
	shown, err := e.shown(ctx, by, Filter{}, packs, spots)
	if err != nil {
		return nil, wrapped("offers", err)
	}
	rows, err := e.rows(ctx, slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !shown[id] }))
	if err != nil {
		return nil, wrapped("offers", err)
	}
	all, err := e.listed(ctx, rows)
	if err != nil {
		return nil, err
	}
	var out []Offered
	for _, x := range all {
		m, err := e.machine(ctx, x.Case)
		if err != nil {
			return nil, err
		}
		for _, o := range m.Offers(x.Case, e.Actor(by, x.Pack), e.env(x.Record.Values)) {
			if o.Why.ZH != "" {
				continue
			}
			next := Offered{Offer: o, Machine: m, State: x.State}
			if _, own := builtIn[o.Action]; own {
				next.State = ""
			}
			i := slices.IndexFunc(out, func(k Offered) bool {
				return k.Action == o.Action && k.State == next.State && (k.Machine == m || k.State == "")
			})
			if i < 0 {
				i, out = len(out), append(out, next)
			}
			out[i].Cases = append(out[i].Cases, x.ID)
		}
	}
	own := func(o Offered) bool { return o.State == "" }
	return append(slices.DeleteFunc(slices.Clone(out), own), slices.DeleteFunc(out, func(o Offered) bool { return !own(o) })...), nil
}
