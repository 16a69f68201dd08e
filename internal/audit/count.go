package audit

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/store"
)

// Calls is how often something was called, how often that was refused, and how many rows
// were shown.
type Calls struct {
	Calls   int64 `json:"calls"`
	Refused int64 `json:"refused"`
	Rows    int64 `json:"rows"`
}

// CallFilter says which calls are counted; what is empty does not matter. Days are those of
// Beijing time, as 2006-01-02.
type CallFilter struct {
	From, Until         string // first and last day
	Service, App, Grant string
	Outcome             string   // "ok", the code of a refusal, or "refused" for any
	Limited             bool     // Services are all that may be seen, also when empty
	Services            []string // of Limited
	Apps                []string // any of them; nil: all
	Subjects            []string // any of them, hashes of what was looked up; nil: all. The entries are read
}

// CallSum is a part of the counted calls: all that agree in what they were asked to be
// counted by. Outcome is "ok" or the code of a refusal.
type CallSum struct {
	Day     string `json:"day,omitempty"`
	Service string `json:"service,omitempty"`
	App     string `json:"app,omitempty"`
	Grant   string `json:"grant,omitempty"`
	Outcome string `json:"outcome,omitempty"`
	Calls
}

// By is what calls are counted by.
type By string

// What calls can be counted by.
const (
	ByDay     By = "day"
	ByService By = "service"
	ByApp     By = "app"
	ByGrant   By = "grant"
	ByOutcome By = "outcome"
)

// callKey is what calls are counted by, all of it.
type callKey struct {
	day                          int64
	service, app, grant, outcome string
}

// beijing is the one legal time of the country: days of counts are its days.
const beijing = 8 * 60 * 60

func dayOf(t time.Time) int64 { return (t.Unix() + beijing) / 86400 }

// dayStart is when a day begins.
func dayStart(day int64) time.Time { return time.Unix(day*86400-beijing, 0) }

func dayText(day int64) string { return time.Unix(day*86400, 0).UTC().Format(time.DateOnly) }

func dayNumber(text string) (int64, error) {
	t, err := time.Parse(time.DateOnly, text)
	return t.Unix() / 86400, err
}

// counts are calls by key.
type counts map[callKey]Calls

// callOf is what an entry counts as; ok is false for what is no call of an application.
func callOf(s *sought) (k callKey, ok bool) {
	app, service := s.values[2], s.values[3]
	return callKey{dayOf(s.at), service, app, s.values[5], s.outcome}, app != "" && service != ""
}

func (c counts) add(s *sought) {
	k, ok := callOf(s)
	if !ok {
		return
	}
	n := c[k]
	n.Calls++
	n.Rows += s.rows
	if s.outcome != "ok" {
		n.Refused++
	}
	c[k] = n
}

// save adds the counts of a block to those of the blocks before.
func (c counts) save(ctx context.Context, tx store.Tx) error {
	if len(c) == 0 {
		return nil
	}
	stmt, err := tx.Prepared(ctx, `INSERT INTO audit_call (day, service, app, grant_id, outcome, calls, shown) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (day, service, app, grant_id, outcome) DO UPDATE SET calls = audit_call.calls + excluded.calls, shown = audit_call.shown + excluded.shown`)
	for k, n := range c {
		if err == nil {
			_, err = stmt.ExecContext(ctx, k.day, k.service, k.app, k.grant, k.outcome, n.Calls, n.Rows)
		}
	}
	return err
}

// tail is the counts of the entries behind the index, kept so that each is read once.
type tail struct {
	mu       sync.Mutex
	from, to int64 // entries from+1 to to
	counts   counts
}

// tailCounts are the counts of the entries behind so many indexed blocks.
func (a *Audit) tailCounts(ctx context.Context, blocks int64) (counts, error) {
	a.tail.mu.Lock()
	defer a.tail.mu.Unlock()
	t, from, last := &a.tail, blocks*blockSize, a.Last()
	if t.counts == nil || t.from != from {
		t.from, t.to, t.counts = from, from, counts{}
	}
	if last <= t.to {
		return maps.Clone(t.counts), nil
	}
	next := maps.Clone(t.counts)
	if err := a.scan(ctx, t.to+1, last, func(e *Entry) {
		s := e.sought()
		next.add(&s)
	}); err != nil {
		return nil, err
	}
	t.to, t.counts = last, next
	return maps.Clone(next), nil
}

// Count counts calls by any of their properties, the first day, or the name that comes
// first, first. It reads the counts of the index and the few entries behind it.
func (a *Audit) Count(ctx context.Context, f CallFilter, by ...By) ([]CallSum, error) {
	within, err := f.compile()
	if err != nil {
		return nil, err
	}
	if f.Subjects != nil {
		return a.countSubjects(ctx, within, by)
	}
	var rows []struct {
		Known   int64   `bun:"known"`
		Day     *int64  `bun:"day"`
		Service *string `bun:"service"`
		App     *string `bun:"app"`
		Grant   *string `bun:"grant_id"`
		Outcome *string `bun:"outcome"`
		Calls   *int64  `bun:"calls"`
		Shown   *int64  `bun:"shown"`
	}
	// One statement: the counts are those of exactly so many blocks.
	db := a.opt.Store.Read()
	known := db.NewSelect().TableExpr("audit_block").ColumnExpr("COALESCE(MAX(block) + 1, 0) AS known")
	err = db.NewSelect().TableExpr("(?) AS k", known).Join("LEFT JOIN (?) AS c ON TRUE", within.query(db, by)).
		ColumnExpr("k.known, c.*").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("audit: count: %w", err)
	}
	sums, blocks := counts{}, int64(0)
	for _, r := range rows {
		if blocks = r.Known; r.Calls == nil {
			continue
		}
		k := callKey{*r.Day, *r.Service, *r.App, *r.Grant, *r.Outcome}
		sums.merge(k, Calls{*r.Calls, 0, *r.Shown}, by)
	}
	behind, err := a.tailCounts(ctx, blocks)
	if err != nil {
		return nil, err
	}
	for k, n := range behind {
		if within.takes(k) {
			sums.merge(k, n, by)
		}
	}
	return sums.list(by), nil
}

// countSubjects counts what the index does not: it reads the entries that may be meant.
func (a *Audit) countSubjects(ctx context.Context, w within, by []By) ([]CallSum, error) {
	sums := counts{}
	if len(w.Subjects) == 0 {
		return sums.list(by), nil
	}
	f := Filter{App: w.App, Service: w.Service, Grant: w.Grant, Subjects: w.Subjects, Limit: blockSize}
	if w.CallFilter.From != "" {
		f.From = dayStart(w.from)
	}
	if w.CallFilter.Until != "" {
		f.Until = dayStart(w.until + 1)
	}
	for {
		p, err := a.Search(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, e := range p.Entries {
			s := e.sought()
			if k, ok := callOf(&s); ok && w.takes(k) {
				sums.merge(k, Calls{Calls: 1, Rows: s.rows}, by)
			}
		}
		if f.Before = p.Next; f.Before == 0 {
			return sums.list(by), nil
		}
	}
}

// merge adds a count to the sum of all that agree with it in what they are counted by. What
// was refused follows from the outcome.
func (c counts) merge(k callKey, n Calls, by []By) {
	if n.Refused = 0; k.outcome != "ok" {
		n.Refused = n.Calls
	}
	keep := callKey{}
	for _, b := range by {
		switch b {
		case ByDay:
			keep.day = k.day
		case ByService:
			keep.service = k.service
		case ByApp:
			keep.app = k.app
		case ByGrant:
			keep.grant = k.grant
		case ByOutcome:
			keep.outcome = k.outcome
		}
	}
	sum := c[keep]
	c[keep] = Calls{sum.Calls + n.Calls, sum.Refused + n.Refused, sum.Rows + n.Rows}
}

func (c counts) list(by []By) []CallSum {
	keys := slices.SortedFunc(maps.Keys(c), func(a, b callKey) int { return a.compare(b) })
	out := make([]CallSum, len(keys))
	for i, k := range keys {
		out[i] = CallSum{Service: k.service, App: k.app, Grant: k.grant, Outcome: k.outcome, Calls: c[k]}
		if slices.Contains(by, ByDay) {
			out[i].Day = dayText(k.day)
		}
	}
	return out
}
