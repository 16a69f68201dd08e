package policy

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/people"
)

// grantRow is a grant as it is stored: what is asked for in columns, the draft as JSON.
type grantRow struct {
	bun.BaseModel `bun:"table:policy_grant,alias:g"`
	ID            string `bun:"id,pk"`
	GranteeKind   GranteeKind
	Grantee       string
	Directory     string
	Office        string
	State         State
	Until         time.Time
	MadeAt        time.Time
	MadeBy        string
	EndedAt       *time.Time
	EndedBy       string
	EndReason     string
	Body          string
}

type historyRow struct {
	bun.BaseModel `bun:"table:policy_history,alias:h"`
	GrantID       string `bun:",pk"`
	State         State  `bun:",pk"`
	At            time.Time
	Actor         string
	Reason        string
}

func rowOf(g Grant) (*grantRow, error) {
	body, err := json.Marshal(g.Draft)
	if err != nil {
		return nil, fmt.Errorf("policy: grant %s: %w", g.ID, err)
	}
	return &grantRow{ID: g.ID, GranteeKind: g.Grantee.Kind, Grantee: g.Grantee.Name, Directory: g.Directory, Office: g.Office,
		State: g.State, Until: g.Until, MadeAt: g.MadeAt, MadeBy: g.MadeBy, Body: string(body)}, nil
}

func (r grantRow) grant() (Grant, error) {
	g := Grant{ID: r.ID, Office: r.Office, State: r.State, MadeAt: r.MadeAt.UTC(), MadeBy: r.MadeBy,
		EndedBy: r.EndedBy, EndReason: r.EndReason}
	if r.EndedAt != nil {
		at := r.EndedAt.UTC()
		g.EndedAt = &at
	}
	if err := json.Unmarshal([]byte(r.Body), &g.Draft); err != nil {
		return Grant{}, fmt.Errorf("policy: grant %s: %w", r.ID, err)
	}
	return g, nil
}

func find(ctx context.Context, db bun.IDB, id string) (Grant, error) {
	var r grantRow
	err := db.NewSelect().Model(&r).Where("id = ?", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Grant{}, ErrMissing.At("%s", id)
	}
	if err != nil {
		return Grant{}, fmt.Errorf("policy: grant %s: %w", id, err)
	}
	return r.grant()
}

// Get gives a grant; ErrMissing where there is none.
func (g *Grants) Get(ctx context.Context, id string) (Grant, error) {
	return find(ctx, g.opt.Store.Read(), id)
}

// Filter chooses grants of a list; zero fields do not limit. Offices limits to grants of
// directories of these offices and to these offices, App to what an application may use.
type Filter struct {
	Directory string
	Grantee   Grantee
	State     State
	Before    time.Time // those that end before it
	Offices   []string
	Limited   bool // Offices and App are all that may be seen, also when empty
	App       string
}

// Seen limits a filter to what a right reaches.
func (f Filter) Seen(r Reach) Filter {
	offices, all := r.Offices()
	if f.Limited = !all; f.Limited {
		f.Offices = offices
		if r.Role == app {
			f.App = r.owner
		}
	}
	return f
}

// List gives grants, the newest first, and the cursor of the next page, "" on the last.
func (g *Grants) List(ctx context.Context, f Filter, cursor string, limit int) ([]Grant, string, error) {
	var rows []grantRow
	q := f.where(g.opt.Store.Read().NewSelect().Model(&rows))
	if cursor != "" {
		q = q.Where("id < ?", cursor)
	}
	if err := q.Order("id DESC").Limit(int64(limit) + 1).Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("policy: list grants: %w", err)
	}
	next := ""
	if len(rows) > limit {
		rows, next = rows[:limit], rows[limit-1].ID
	}
	out := make([]Grant, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.grant(); err != nil {
			return nil, "", err
		}
	}
	return out, next, nil
}

// Count counts the grants of a filter.
func (g *Grants) Count(ctx context.Context, f Filter) (int64, error) {
	n, err := f.where(g.opt.Store.Read().NewSelect().Model((*grantRow)(nil))).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("policy: count grants: %w", err)
	}
	return int64(n), nil
}

// Named gives the grants of these ids; unknown ones are left out.
func (g *Grants) Named(ctx context.Context, ids ...string) (map[string]Grant, error) {
	var rows []grantRow
	if len(ids) > 0 {
		if err := g.opt.Store.Read().NewSelect().Model(&rows).Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
			return nil, fmt.Errorf("policy: grants: %w", err)
		}
	}
	out := make(map[string]Grant, len(rows))
	for _, r := range rows {
		gr, err := r.grant()
		if err != nil {
			return nil, err
		}
		out[gr.ID] = gr
	}
	return out, nil
}

func (f Filter) where(q *bun.SelectQuery) *bun.SelectQuery {
	if f.Directory != "" {
		q = q.Where("directory = ?", f.Directory)
	}
	if f.Grantee != (Grantee{}) {
		q = q.Where("grantee_kind = ? AND grantee = ?", f.Grantee.Kind, f.Grantee.Name)
	}
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	if !f.Before.IsZero() {
		q = q.Where("until < ?", f.Before.UTC())
	}
	if !f.Limited {
		return q
	}
	offices := f.Offices
	if len(offices) == 0 {
		offices = []string{""} // no office is called so
	}
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("office IN (?)", bun.List(offices)).
			WhereOr("grantee_kind = ? AND grantee IN (?)", ToOffice, bun.List(offices)).
			WhereOr("grantee_kind = ? AND grantee = ? AND grantee <> ''", ToApp, f.App)
	})
}

// Event is one step of a grant's history.
type Event struct {
	State  State     `json:"state"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason,omitempty"`
}

// History gives what happened to a grant, the first first; ErrMissing where there is none.
func (g *Grants) History(ctx context.Context, id string) ([]Event, error) {
	var rows []historyRow
	err := g.opt.Store.Read().NewSelect().Model(&rows).Where("grant_id = ?", id).Order("at", "state").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("policy: history of %s: %w", id, err)
	}
	if len(rows) == 0 {
		return nil, ErrMissing.At("%s", id)
	}
	out := make([]Event, len(rows))
	for i, r := range rows {
		out[i] = Event{r.State, r.At.UTC(), r.Actor, r.Reason}
	}
	return out, nil
}

// Seen says whether an actor may look at a grant: as its provider or as its grantee.
func (g Grant) Seen(a people.Actor) error {
	t := Target{Office: g.Grantee.Name}
	if g.Grantee.Kind == ToApp {
		t = Target{Owner: g.Grantee.Name}
	}
	if Allowed(a, GrantRead, t) == nil {
		return nil
	}
	return Allowed(a, GrantRead, Target{Office: g.Office})
}
