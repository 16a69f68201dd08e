package flow

import (
	"context"
	"slices"

	"github.com/chengshu/chengshu/internal/people"
)

// Offered is an action that may be done now on several cases of one state.
type Offered struct {
	Offer
	Machine *Machine
	State   string
	Cases   []string // ids
}

// OffersOf are the actions somebody may do now on some cases: those of each state apart, in
// the order of the cases. What may not be done yet, and cases they may not see, are left out.
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
			i := slices.IndexFunc(out, func(k Offered) bool { return k.Machine == m && k.State == x.State && k.Action == o.Action })
			if i < 0 {
				i, out = len(out), append(out, Offered{Offer: o, Machine: m, State: x.State})
			}
			out[i].Cases = append(out[i].Cases, x.ID)
		}
	}
	return out, nil
}
