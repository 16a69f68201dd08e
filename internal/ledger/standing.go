package ledger

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
)

// Standing is how a form stands while it is filled in: which of its fields are asked now,
// which must not stay empty, what the others compute, and what is wrong so far.
type Standing struct {
	Asked    []string
	Required []string
	Computed Values
	Faults   []*fault.Error
}

// Stand judges a form by what was typed so far. id is the record that is corrected, "" for a
// new one; held are its fields whose values whoever types does not see: they are there, and
// not missing. office is theirs. Nothing is kept.
func (l *Ledger) Stand(ctx context.Context, db bun.IDB, e *Entity, id, office string, typed Values, held []string, now time.Time) (Standing, error) {
	v, faults := e.Take(typed)
	s := Standing{Computed: Values{}}
	whole, more := e.complete(v, faults, now)
	for _, f := range more {
		if f.Code != "value.missing" || !slices.Contains(held, f.Where) {
			faults = append(faults, f)
		}
	}
	s.Faults = faults
	facts := e.Facts(whole)
	facts["now"] = now
	for _, f := range e.Fields {
		if f.Computes() {
			s.Computed[f.Name] = whole[f.Name]
			continue
		}
		if asked, err := holds(f.visible, f.Visible != "false", facts); err != nil || !asked {
			continue // an error stands among the faults
		}
		s.Asked = append(s.Asked, f.Name)
		if must, err := holds(f.required, f.Required == "true", facts); err == nil && must {
			s.Required = append(s.Required, f.Name)
		}
	}
	if len(s.Faults) > 0 {
		return s, nil
	}
	r := Record{Pack: e.Pack, Entity: e.Name, ID: id, Values: whole}
	e.owned(&r, office)
	before := Values{} // of a record that is corrected, whose number stays
	if id == "" {
		before = nil
		if !e.key.seq {
			r.Key = e.key.number(e.key.scope(&r, now), 0)
		}
	}
	twins, err := l.twins(ctx, db, e, &r, before, office)
	s.Faults = append(s.Faults, twins...)
	return s, err
}
