package console

import (
	"context"
	"net/http"
	"time"

	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/task"
)

func (c *Console) overview() {
	route(c, http.MethodGet, "/district", "get-district", "本区划 / The district", func(ctx context.Context, _ *struct{}) (districtBody, error) {
		return districtBody{c.Regions.Name(region.Code(c.District)), c.District, c.Demo, c.Version, c.Now()}, nil
	})
	route(c, http.MethodGet, "/overview", "get-overview", "今日 / Today", c.today)
	route(c, http.MethodGet, "/tasks", "list-tasks", "任务 / Tasks", c.listTasks)
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

func (c *Console) today(ctx context.Context, _ *struct{}) (out overviewBody, err error) {
	now := c.Now()
	day := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	t, err := c.Ingest.Totals(ctx, day, now.AddDate(0, 0, -7))
	if err != nil {
		return out, err
	}
	n, err := c.Catalog.Counts(ctx)
	if err != nil {
		return out, err
	}
	out = overviewBody{Directories: int64(n.Directories), Mounted: int64(n.Mounted), Offices: int64(n.Offices), Items: int64(n.Items), Rows: t.Rows,
		BatchesToday: t.BatchesToday, RowsToday: t.RowsToday, Quarantined: t.Quarantined, Held: t.Held, Failed: t.Failed,
		Running: t.Running, QualityDays: []dayBody{}}
	days, err := c.Quality.Days(ctx, 7)
	for _, d := range days {
		out.QualityDays = append(out.QualityDays, dayBody(d))
	}
	return out, err
}

type taskBody struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	Key       string     `json:"key"`
	Title     string     `json:"title,omitempty" doc:"of what it works on, where it has one"`
	State     string     `json:"state"`
	Stage     string     `json:"stage"`
	Rows      int64      `json:"rows"`
	Total     int64      `json:"total"`
	CreatedAt time.Time  `json:"created_at"`
	StartedAt *time.Time `json:"started_at"`
	EndedAt   *time.Time `json:"ended_at"`
}

func (c *Console) listTasks(ctx context.Context, _ *struct{}) (List[taskBody], error) {
	ts, err := c.Tasks.List(ctx, task.Filter{})
	out := make([]taskBody, len(ts))
	for i, t := range ts {
		out[i] = taskBody{ID: t.ID, Kind: t.Kind, Key: t.Key, State: string(t.State), Stage: t.Stage, Rows: t.Rows, Total: t.Total,
			CreatedAt: t.CreatedAt, StartedAt: moment(t.StartedAt), EndedAt: moment(t.EndedAt)}
	}
	if err == nil {
		err = c.nameTasks(ctx, out)
	}
	return page(out, ""), err
}

// nameTasks says which batch a task works on: its directory's title and its label.
func (c *Console) nameTasks(ctx context.Context, tasks []taskBody) error {
	keys := make([]string, len(tasks))
	for i, t := range tasks {
		keys[i] = t.Key
	}
	named, err := c.Ingest.Named(ctx, keys...)
	if err != nil {
		return err
	}
	var names []string
	for _, b := range named {
		names = append(names, b.Directory)
	}
	titles, err := c.Catalog.Entries(ctx, names...)
	if err != nil {
		return err
	}
	for i, t := range tasks {
		if b := named[t.Key]; b != nil {
			tasks[i].Title = titles[b.Directory].Title + " " + b.Label
		}
	}
	return nil
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
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
