package console

import (
	"context"
	"net/http"
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/region"
)

func (c *Console) overview() {
	route(c, http.MethodGet, "/district", "get-district", "本区划 / The district", func(ctx context.Context, _ *struct{}) (districtBody, error) {
		return districtBody{c.Regions.Name(region.Code(c.District)), c.District, c.Demo, c.Version, c.Now()}, nil
	})
	route(c, http.MethodGet, "/overview", "get-overview", "今日 / Today", c.today)
	route(c, http.MethodGet, "/parked", "list-parked", "停靠的事件 / Parked events", c.parked)
	route(c, http.MethodPost, "/verify", "verify", "核对账目 / Verify the books", func(ctx context.Context, _ *struct{}) (Verified, error) {
		return c.Verify(ctx)
	})
	route(c, http.MethodPost, "/care", "care", "整理数据湖 / Compact, expire and sweep now", func(ctx context.Context, in *struct {
		Body struct {
			GraceSeconds *int `json:"grace_seconds,omitempty" minimum:"0" doc:"files younger than this are spared; 3600 unless given"`
		}
	}) (Cared, error) {
		grace := time.Hour // a default of the router's own would take the place of a zero, too
		if s := in.Body.GraceSeconds; s != nil {
			grace = time.Duration(*s) * time.Second
		}
		return c.Care(ctx, grace)
	})
}

// Verified is the answer of a check of the books.
type Verified struct {
	OK      bool           `json:"ok"`
	Batches int            `json:"batches"`
	Doubts  []ingest.Doubt `json:"doubts"`
}

// Cared is what a round of care did.
type Cared struct {
	Compacted int `json:"compacted" doc:"tables whose small files were gathered"`
	Expired   int `json:"expired" doc:"snapshots forgotten"`
	Swept     int `json:"swept" doc:"files removed that nobody owned"`
}

// midnight began the day of a moment.
func midnight(t time.Time) time.Time {
	y, m, d := t.In(region.Beijing).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, region.Beijing)
}

// today answers with what the actor's rights reach: what they may not see is zero, and no
// number tells of more than a list would show. It asks each room once, however much there is.
func (c *Console) today(ctx context.Context, _ *struct{}) (out overviewBody, err error) {
	now := c.Now()
	out = overviewBody{QualityDays: []dayBody{}, Due: []dueBody{}, Day: midnight(now).Format(time.DateOnly)}
	for _, part := range []func(context.Context, time.Time, *overviewBody) error{c.todayCatalog, c.todayBatches, c.todaySharing, c.todayCalls, c.todayDue} {
		if err := part(ctx, now, &out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// can says whether the actor may do something to anything at all.
func can(ctx context.Context, act policy.Action) bool {
	return policy.Reaching(actor(ctx), act).Scope != policy.None
}

func (c *Console) todayCatalog(ctx context.Context, _ time.Time, out *overviewBody) error {
	if !can(ctx, policy.DirectoryRead) {
		return nil
	}
	n, err := c.Catalog.Counts(ctx)
	out.Directories, out.Mounted, out.Offices, out.Items = int64(n.Directories), int64(n.Mounted), int64(n.Offices), int64(n.Items)
	return err
}

func (c *Console) todayBatches(ctx context.Context, now time.Time, out *overviewBody) error {
	if !can(ctx, policy.BatchRead) {
		return nil
	}
	names, all, err := c.reached(ctx, policy.BatchRead)
	if err != nil {
		return err
	}
	t, err := c.Ingest.Totals(ctx, ingest.Scope{All: all, Directories: names}, midnight(now), now.AddDate(0, 0, -7))
	if err != nil {
		return err
	}
	out.Rows, out.BatchesToday, out.RowsToday, out.Quarantined, out.Held, out.Failed, out.Running = t.Rows, t.BatchesToday, t.RowsToday, t.Quarantined, t.Held, t.Failed, t.Running
	days, err := c.Quality.Days(ctx, midnight(now).AddDate(0, 0, -6), !all, names)
	for _, d := range days {
		out.QualityDays = append(out.QualityDays, dayBody(d))
	}
	return err
}

func (c *Console) todaySharing(ctx context.Context, _ time.Time, out *overviewBody) error {
	if can(ctx, policy.ServiceRead) {
		for _, s := range c.Share.Services("", reachedOffices(ctx, policy.ServiceRead)) {
			if !s.Stopped {
				out.Services++
			}
		}
	}
	if !can(ctx, policy.GrantRead) {
		return nil
	}
	n, err := c.Grants.Count(ctx, policy.Filter{State: policy.Active}.Seen(policy.Reaching(actor(ctx), policy.GrantRead)))
	out.Grants = n
	return err
}

// reachedOffices are those whose things a list may show; nil means no limit.
func reachedOffices(ctx context.Context, act policy.Action) []string {
	offices, all := policy.Reaching(actor(ctx), act).Offices()
	if all {
		return nil
	}
	return append([]string{}, offices...)
}

func (c *Console) todayCalls(ctx context.Context, _ time.Time, out *overviewBody) error {
	if !can(ctx, policy.CallRead) {
		return nil
	}
	sums, err := c.Audit.Count(ctx, c.callsSeen(ctx, audit.CallFilter{From: out.Day, Until: out.Day}))
	for _, s := range sums {
		out.Calls = CallSums(s.Calls)
	}
	return err
}

// callsSeen limits calls to those of services of offices that the actor's right reaches.
func (c *Console) callsSeen(ctx context.Context, f audit.CallFilter) audit.CallFilter {
	offices := reachedOffices(ctx, policy.CallRead)
	if f.Limited = offices != nil; f.Limited {
		for _, s := range c.Share.Services("", offices) {
			f.Services = append(f.Services, s.Name)
		}
	}
	return f
}

type parkedBody struct {
	Consumer string    `json:"consumer"`
	Seq      int64     `json:"seq"`
	Kind     string    `json:"kind"`
	Key      string    `json:"key"`
	Error    string    `json:"error"`
	Attempts int       `json:"attempts"`
	Next     time.Time `json:"next"`
}

func (c *Console) parked(ctx context.Context, _ *struct{}) (List[parkedBody], error) {
	ps, err := c.Store.Parked(ctx)
	var out []parkedBody
	for _, p := range ps {
		out = append(out, parkedBody{p.Consumer, p.Event.Seq, string(p.Event.Kind), p.Event.Key, p.Error, p.Attempts, p.Next})
	}
	return page(out, ""), err
}
