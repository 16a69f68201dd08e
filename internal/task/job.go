package task

import (
	"context"
	"encoding/json"
	"sync"
	"time"
)

// Job is a task being worked on, in the hands of its handler.
type Job struct {
	ID      string
	Kind    string
	Key     string
	Body    json.RawMessage
	Attempt int // 1, and more when a process died or stopped over it

	tasks  *Tasks
	began  Task            // as it was claimed
	jobs   context.Context // ends when the process stops
	ctx    context.Context // ends then, or when this job is to end
	cancel context.CancelCauseFunc

	mu    sync.Mutex
	at    progress
	dirty bool // not saved yet
	over  bool // late calls of Progress are ignored
}

// Decode reads the body the task was started with.
func (j *Job) Decode(into any) error { return json.Unmarshal(j.Body, into) }

// Progress tells where the work stands: rows done of a total within a stage; a total of 0
// is unknown. Watchers see it at once, the store now and then. It is cheap and never fails.
func (j *Job) Progress(stage string, rows, total int64) {
	j.mu.Lock()
	if j.over {
		j.mu.Unlock()
		return
	}
	j.at = j.at.next(stage, rows, total, j.tasks.opt.Now())
	j.dirty = true
	s := j.began
	j.at.into(&s)
	j.mu.Unlock()
	j.tasks.publish(s)
}

// progress is where a stage stands and how fast it goes.
type progress struct {
	stage       string
	rows, total int64
	since       time.Time // when the stage was first heard of
	first       int64     // rows then
	rate        float64
	left        time.Duration
}

func (p progress) next(stage string, rows, total int64, now time.Time) progress {
	if p.since.IsZero() || stage != p.stage || rows < p.first {
		return progress{stage: stage, rows: rows, total: total, since: now, first: rows}
	}
	p.rows, p.total, p.rate, p.left = rows, total, 0, 0
	took := now.Sub(p.since).Seconds()
	if took <= 0 || rows <= p.first {
		return p
	}
	p.rate = float64(rows-p.first) / took
	if total > rows {
		p.left = time.Duration(float64(total-rows) / p.rate * float64(time.Second))
	}
	return p
}

func (p progress) into(s *Task) {
	s.Stage, s.Rows, s.Total, s.Rate, s.Left = p.stage, p.rows, p.total, p.rate, p.left
}
