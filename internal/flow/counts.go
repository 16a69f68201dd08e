package flow

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/people"
)

// countTurns counts the cases of streams over turns, each once: the largest is counted by its
// index, of the others those that are in none before.
func (e *Engine) countTurns(ctx context.Context, all []stream) (total int64, err error) {
	counts := make([]int64, len(all))
	order := make([]int, len(all))
	for i, s := range all {
		order[i] = i
		if err := e.opt.Store.Read().QueryRowContext(ctx, "SELECT COUNT(*) FROM flow_turn WHERE "+s.where, s.args...).Scan(&counts[i]); err != nil {
			return 0, err
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(counts[b] - counts[a]) })
	var before []stream
	for _, i := range order {
		if counts[i] == 0 {
			break
		}
		n := counts[i]
		if len(before) > 0 {
			if n, err = e.countOther(ctx, all[i], before); err != nil {
				return 0, err
			}
		}
		total, before = total+n, append(before, all[i])
	}
	return total, nil
}

// countOther counts the cases of a stream that are in none of others.
func (e *Engine) countOther(ctx context.Context, s stream, others []stream) (n int64, err error) {
	args := slices.Clone(s.args)
	query := "SELECT COUNT(*) FROM (SELECT case_id AS id FROM flow_turn WHERE " + s.where + ") AS mine WHERE TRUE"
	for _, o := range others {
		query, args = query+" AND NOT EXISTS (SELECT 1 FROM flow_turn WHERE case_id = mine.id AND "+o.key.where+")", append(args, o.key.args...)
	}
	err = e.opt.Store.Read().QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

// countSeen counts the cases of a desk that are watched, opened or stray. Those somebody
// opened are theirs to see; the others are few, and looked at.
func (e *Engine) countSeen(ctx context.Context, by people.Actor, f Filter, packs []string) (n int64, err error) {
	w, err := e.wayTo(ctx, by, f, packs, false)
	if err != nil {
		return 0, err
	}
	if f.Desk == DeskWatch {
		err := e.opt.Store.Read().NewSelect().TableExpr("flow_case").Where("creator = ?", by.ID).Where("creator <> ''").Where("pack IN (?)", bun.List(packs)).Where("ended IS NULL").ColumnExpr("COUNT(*)").Scan(ctx, &n)
		if err != nil {
			return 0, err
		}
		w.paths = [][]stream{{of("flow_watch", "case_id", "person = ? AND NOT EXISTS (SELECT 1 FROM flow_case AS c WHERE c.id = case_id AND c.creator = ?)", by.ID, by.ID)}}
	}
	more, _, err := e.met(ctx, by, f, packs, w, 0)
	return n + more, err
}

// met counts the cases on a way that somebody sees, and gives so many of the first.
func (e *Engine) met(ctx context.Context, by people.Actor, f Filter, packs []string, w way, most int) (n int64, first []string, err error) {
	for !w.done {
		spots, err := e.next(ctx, &w, e.bounds.met)
		if err != nil {
			return n, first, err
		}
		shown, err := e.shown(ctx, by, f, packs, spots)
		if err != nil {
			return n, first, err
		}
		for _, s := range spots {
			if shown[s.id] && len(first) < most {
				first = append(first, s.id)
			}
		}
		n += int64(len(shown))
	}
	return n, first, nil
}

// Among are the cases below another, or joined to it, as far as somebody sees them.
type Among struct {
	All, Open int64
	First     []Listed // open ones first, then the newest; the filter by which they are listed has all of them
}

// mostAmong bounds those that stand on a case's page.
const mostAmong = 20

func (e *Engine) among(ctx context.Context, by people.Actor, f Filter) (a Among, err error) {
	var ids []string
	packs := e.visible(by, "")
	for _, open := range []bool{true, false} {
		f.Open = &open
		w, err := e.wayTo(ctx, by, f, packs, false)
		if err != nil {
			return a, wrapped("among", err)
		}
		n, some, err := e.met(ctx, by, f, packs, w, mostAmong-len(ids))
		if err != nil {
			return a, wrapped("among", err)
		}
		if a.All, ids = a.All+n, append(ids, some...); open {
			a.Open = n
		}
	}
	rows, err := e.rows(ctx, ids)
	if err != nil {
		return a, wrapped("among", err)
	}
	a.First, err = e.listed(ctx, rows)
	return a, err
}
