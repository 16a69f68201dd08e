package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/task"
)

type taskBody struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	Key       string     `json:"key"`
	Batch     string     `json:"batch,omitempty" doc:"it works on"`
	Title     string     `json:"title,omitempty" doc:"of what it works on, where it has one"`
	State     string     `json:"state"`
	Stage     string     `json:"stage"`
	Rows      int64      `json:"rows"`
	Total     int64      `json:"total"`
	CreatedAt time.Time  `json:"created_at"`
	StartedAt *time.Time `json:"started_at"`
	EndedAt   *time.Time `json:"ended_at"`
	Error     *Problem   `json:"error" doc:"why it failed"`
}

type listTasksIn struct {
	State string `query:"state" maxLength:"100" doc:"states, with commas between"`
	Limit int    `query:"limit" default:"100" minimum:"1" maximum:"500"`
}

func (c *Console) tasks() {
	route(c, http.MethodGet, "/tasks", "list-tasks", "任务 / Tasks", c.listTasks)
}

// taskStates are what a task can be asked for by.
var taskStates = []task.State{task.Queued, task.Running, task.Done, task.Failed, task.Cancelled}

// listTasks gives tasks, the newest first. Whose right does not reach all sees those that
// work on batches of directories it reaches.
func (c *Console) listTasks(ctx context.Context, in *listTasksIn) (List[taskBody], error) {
	f := task.Filter{Limit: in.Limit}
	for s := range strings.SplitSeq(in.State, ",") {
		state := task.State(strings.TrimSpace(s))
		if state == "" {
			continue
		}
		if !slices.Contains(taskStates, state) {
			return List[taskBody]{}, fault.New(fault.Invalid, "task.state", fault.T("没有状态 %s", "there is no state %s", s)).
				Fix(fault.T("可用的状态：%v", "the states are %v", taskStates))
		}
		f.States = append(f.States, state)
	}
	names, all, err := c.reached(ctx, policy.TaskRead)
	if err != nil {
		return List[taskBody]{}, err
	}
	if !all {
		f.Limit = 500 // of which some are others'
	}
	ts, err := c.Tasks.List(ctx, f)
	if err != nil {
		return List[taskBody]{}, err
	}
	out, err := c.taskBodies(ctx, ts, names, all)
	return page(out[:min(len(out), in.Limit)], ""), err
}

// taskBodies says of each task which batch it works on: its directory's title and its label.
func (c *Console) taskBodies(ctx context.Context, ts []task.Task, reached []string, all bool) ([]taskBody, error) {
	keys := make([]string, len(ts))
	for i, t := range ts {
		keys[i], _, _ = strings.Cut(t.Key, "@") // behind it stands the version of the batch
	}
	batches, err := c.Ingest.Named(ctx, keys...)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, b := range batches {
		names = append(names, b.Directory)
	}
	titles, err := c.Catalog.Entries(ctx, names...)
	out := []taskBody{}
	for i, t := range ts {
		b := batches[keys[i]]
		if !all && (b == nil || !slices.Contains(reached, b.Directory)) {
			continue
		}
		body := taskBody{ID: t.ID, Kind: t.Kind, Key: t.Key, State: string(t.State), Stage: t.Stage, Rows: t.Rows, Total: t.Total,
			CreatedAt: t.CreatedAt, StartedAt: moment(t.StartedAt), EndedAt: moment(t.EndedAt)}
		if b != nil {
			body.Batch, body.Title = string(b.ID), titles[b.Directory].Title+" "+b.Label
		}
		if t.Failure != nil {
			body.Error = problemOf(t.Failure, lang(ctx))
		}
		out = append(out, body)
	}
	return out, err
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
