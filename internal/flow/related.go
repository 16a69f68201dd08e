package flow

import (
	"cmp"
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/ledger/formula"
	"github.com/chengshu/chengshu/internal/people"
)

// Related are the cases a case has to do with, as far as somebody may see them.
type Related struct {
	Into   *Listed // that it was joined to
	Joined Among   // that were joined to it
	Parent *Listed
	Like   []Alike
	By     *ledger.Compiled // the field in which those like it are the same; nil: they lie near it
	Times  int              // how often something was reported at this place in a year, itself included
}

// Alike is a case that resembles another.
type Alike struct {
	Listed
	Metres float64 // between the two; 0 where they are alike by a field
	Joins  bool    // the other may be joined to it
}

const (
	mostNear  = 300 // metres
	samePlace = 50  // metres, where the register's rule of merging names none
	mostLike  = 5
	mostAlike = 200 // that are compared
)

// Related gives what a case has to do with.
func (e *Engine) Related(ctx context.Context, by people.Actor, w Whole) (out Related, err error) {
	if w.Into != "" || w.Parent != "" {
		above, err := e.seenOf(ctx, by, func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("c.id IN (?)", bun.List([]string{w.Into, w.Parent}))
		})
		if err != nil {
			return out, err
		}
		for i, x := range above {
			if x.ID == w.Into {
				out.Into = &above[i]
			}
			if x.ID == w.Parent {
				out.Parent = &above[i]
			}
		}
	}
	if w.Merged > 0 {
		if out.Joined, err = e.among(ctx, by, Filter{Into: w.ID}); err != nil {
			return out, err
		}
	}
	return out, e.alike(ctx, by, w, &out)
}

// seenOf are the cases of a query that somebody may see, in its order.
func (e *Engine) seenOf(ctx context.Context, by people.Actor, which func(*bun.SelectQuery) *bun.SelectQuery) ([]Listed, error) {
	rows, err := e.seenRows(ctx, by, which)
	if err != nil {
		return nil, err
	}
	return e.listed(ctx, rows)
}

// seenRows are seenOf without their records.
func (e *Engine) seenRows(ctx context.Context, by people.Actor, which func(*bun.SelectQuery) *bun.SelectQuery) ([]caseRow, error) {
	var rows []caseRow
	if err := which(e.opt.Store.Read().NewSelect().Model(&rows)).Scan(ctx); err != nil {
		return nil, wrapped("related", err)
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	shown, err := e.Shown(ctx, by, ids)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(r caseRow) bool { return !shown[r.ID] }), nil
}

// SeesRecord says whether somebody sees a case of a record: they see its files as well, whose
// record is of another office.
func (e *Engine) SeesRecord(ctx context.Context, by people.Actor, packID, flow, record string) (bool, error) {
	rows, err := e.seenRows(ctx, by, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Column("id").Where("c.pack = ?", packID).Where("c.flow = ?", flow).Where("c.record = ?", record)
	})
	return len(rows) > 0, err
}

// alike finds the cases of a year that resemble one: those near it, or the same in a field.
func (e *Engine) alike(ctx context.Context, by people.Actor, w Whole, out *Related) error {
	entity := w.Machine.entity
	like := entity.Like(w.Listed.Record.Values)
	ids, err := e.opt.Ledger.Resembling(ctx, e.opt.Store.Read(), entity, like, w.Listed.Record.Values, mostNear, e.opt.Now().AddDate(-1, 0, 0), mostAlike)
	if err != nil || len(ids) == 0 {
		return err
	}
	if like.Place == nil {
		out.By = like.Field
	}
	all, err := e.seenOf(ctx, by, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("c.pack = ?", w.Pack).Where("c.flow = ?", w.Flow).Where("c.record IN (?)", bun.List(ids)).Where("c.id <> ?", w.ID).Order("c.id DESC")
	})
	if err != nil {
		return err
	}
	same := float64(samePlace)
	if r := entity.Merge; r != nil && r.Within > 0 {
		same = float64(r.Within)
	}
	if like.Place != nil {
		out.Times = 1
	}
	for _, x := range all {
		a := Alike{Listed: x, Joins: x.Open() && w.Open()}
		if like.Place != nil {
			there, _ := entity.PlaceOf(x.Record.Values)
			if a.Metres = formula.Metres(*like.Place, there); a.Metres > mostNear {
				continue
			}
			if a.Metres <= same {
				out.Times++
			}
		}
		if x.Into != w.ID && x.ID != w.Into && x.Into == "" {
			out.Like = append(out.Like, a)
		}
	}
	slices.SortStableFunc(out.Like, func(a, b Alike) int { // open ones first, then the nearest, then the newest
		return cmp.Or(cmp.Compare(ended(a), ended(b)), cmp.Compare(a.Metres, b.Metres))
	})
	out.Like = out.Like[:min(len(out.Like), mostLike)]
	return nil
}

func ended(a Alike) int {
	if a.Open() {
		return 0
	}
	return 1
}
