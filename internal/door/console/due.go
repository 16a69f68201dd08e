package console

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/rule"
)

// dueBody is one thing that waits for somebody.
type dueBody struct {
	Kind        string     `json:"kind" enum:"held,failed,grant,directory" doc:"a batch to decide, a load that failed, a grant that ends, data that did not come"`
	ID          string     `json:"id" doc:"of the batch or the grant; the directory's name"`
	Title       string     `json:"title" doc:"the directory's, or the purpose of the grant"`
	Label       string     `json:"label" doc:"of the batch; whom the grant is to"`
	Office      string     `json:"office"`
	OfficeTitle string     `json:"office_title"`
	Since       time.Time  `json:"since" doc:"when it began to wait; when the grant was made; when data came last, or the directory was declared"`
	Due         *time.Time `json:"due" doc:"null for what waits without a term"`
	Never       bool       `json:"never" doc:"data of the directory never came"`
	Quarantined int64      `json:"quarantined"`
	Held        int64      `json:"held"`
	Error       *Problem   `json:"error"`
}

const (
	mostDue    = 50
	grantsSoon = 30 // days
	failedFor  = 7  // days
)

// todayDue gathers what waits for the actor, as far as they may do something about it. What
// waits without a term stands where it would if it had been due when it came.
func (c *Console) todayDue(ctx context.Context, now time.Time, out *overviewBody) error {
	came, err := c.Ingest.Came(ctx)
	if err != nil {
		return err
	}
	var all []dueBody
	for _, part := range []func() ([]dueBody, error){
		func() ([]dueBody, error) { return c.dueBatches(ctx, now, came) },
		func() ([]dueBody, error) { return c.dueGrants(ctx, now, out) },
		func() ([]dueBody, error) { return c.dueData(ctx, now, came, out) },
	} {
		some, err := part()
		if err != nil {
			return err
		}
		all = append(all, some...)
	}
	slices.SortStableFunc(all, func(a, b dueBody) int { return cmp.Or(a.at().Compare(b.at()), strings.Compare(a.ID, b.ID)) })
	end := midnight(now).AddDate(0, 0, 1)
	for _, d := range all {
		switch {
		case d.Due == nil:
		case d.Due.Before(now):
			out.Overdue++
		case d.Due.Before(end):
			out.DueToday++
		}
	}
	out.DueTotal = int64(len(all))
	out.Due = append(out.Due, all[:min(mostDue, len(all))]...)
	return nil
}

func (d dueBody) at() time.Time {
	if d.Due != nil {
		return *d.Due
	}
	return d.Since
}

// dueBatches are held batches that the actor may decide, and loads that failed and whose
// directory got no data since.
func (c *Console) dueBatches(ctx context.Context, now time.Time, came map[string]time.Time) (out []dueBody, err error) {
	for _, q := range []struct {
		kind string
		act  policy.Action
		of   ingest.Filter
	}{{"held", policy.BatchRelease, ingest.Filter{States: []ingest.State{ingest.Held}}},
		{"failed", policy.LoadRun, ingest.Filter{States: []ingest.State{ingest.Failed}, From: now.AddDate(0, 0, -failedFor)}}} {
		if !can(ctx, q.act) {
			continue
		}
		names, all, err := c.reached(ctx, q.act)
		if err != nil {
			return nil, err
		}
		q.of.Limited, q.of.Directories = !all, names
		bs, _, err := c.Ingest.Batches(ctx, q.of, "", 200)
		if err != nil {
			return nil, err
		}
		if q.kind == "failed" {
			bs = slices.DeleteFunc(bs, func(b *ingest.Batch) bool { return came[b.Directory].After(b.StartedAt) })
		}
		bodies, err := c.bodies(ctx, bs)
		if err != nil {
			return nil, err
		}
		for _, b := range bodies {
			since := b.StartedAt
			if b.EndedAt != nil {
				since = *b.EndedAt
			}
			out = append(out, dueBody{Kind: q.kind, ID: b.ID, Title: b.DirectoryTitle, Label: b.Label, OfficeTitle: b.OfficeTitle, Since: since,
				Quarantined: b.Quarantined, Held: b.Held, Error: b.Error})
		}
	}
	return out, nil
}

// dueGrants are grants that end soon, to those who gave them or were given them.
func (c *Console) dueGrants(ctx context.Context, now time.Time, out *overviewBody) ([]dueBody, error) {
	if !can(ctx, policy.GrantRead) {
		return nil, nil
	}
	f := policy.Filter{State: policy.Active, Before: now.AddDate(0, 0, grantsSoon)}.Seen(policy.Reaching(actor(ctx), policy.GrantRead))
	grants, _, err := c.Grants.List(ctx, f, "", 500)
	if err != nil {
		return nil, err
	}
	var apps []string
	for _, g := range grants {
		if g.Grantee.Kind == policy.ToApp {
			apps = append(apps, g.Grantee.Name)
		}
	}
	titles, err := c.People.AppTitles(ctx, apps...)
	if err != nil {
		return nil, err
	}
	offices, err := c.officeTitles(ctx)
	var due []dueBody
	for _, g := range grants {
		if !g.Until.After(now) {
			continue // its books are closed in a moment
		}
		label := titles[g.Grantee.Name]
		if g.Grantee.Kind == policy.ToOffice {
			label = offices[g.Grantee.Name]
		}
		due = append(due, dueBody{Kind: "grant", ID: g.ID, Title: g.Purpose, Label: cmp.Or(label, g.Grantee.Name), Office: g.Office, OfficeTitle: offices[g.Office], Since: g.MadeAt, Due: &g.Until})
	}
	out.Expiring = int64(len(due))
	return due, err
}

// dueData are mounted directories whose data are overdue by their update period, or due
// today, of those the actor loads. What came and is held waits as a batch.
func (c *Console) dueData(ctx context.Context, now time.Time, came map[string]time.Time, out *overviewBody) ([]dueBody, error) {
	offices, all := policy.Reaching(actor(ctx), policy.LoadRun).Offices()
	if !all && len(offices) == 0 {
		return nil, nil
	}
	entries, err := c.Catalog.All(ctx, catalog.Filter{Mounted: new(true)})
	var due []dueBody
	for _, e := range entries {
		at, is := dataDue(e, came)
		if !is || !at.Before(midnight(now).AddDate(0, 0, 1)) || !all && !slices.Contains(offices, e.Office) {
			continue
		}
		since, ever := came[e.Name]
		if !ever {
			since = e.ChangedAt
		}
		if at.Before(now) {
			out.Stale++
		}
		due = append(due, dueBody{Kind: "directory", ID: e.Name, Title: e.Title, Office: e.Office, OfficeTitle: e.OfficeTitle, Since: since, Due: &at, Never: !ever})
	}
	return due, err
}

// dataDue is when the next data of a directory are due; is false where its period sets no
// term. Before the first came it counts from the declaration.
func dataDue(e catalog.Entry, came map[string]time.Time) (at time.Time, is bool) {
	days := rule.UpdateDays(e.Update)
	if days == 0 || e.State == catalog.Withdrawn {
		return at, false
	}
	since, ever := came[e.Name]
	if !ever {
		since = e.ChangedAt
	}
	return since.AddDate(0, 0, days), true
}
