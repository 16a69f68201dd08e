package task

import (
	"errors"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

var now = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)

func TestOutcome(t *testing.T) {
	broken := fault.New(fault.Invalid, "file.empty", fault.T("文件为空", "the file is empty")).At("a.csv").Fix(fault.T("请重传", "upload it again"))
	for _, c := range []struct {
		name   string
		result error
		stop   bool
		cause  error
		state  State
		code   string
		tries  int
	}{
		{name: "done", state: Done, tries: 1},
		{name: "done although a cancel came", stop: true, cause: ErrCancelled, state: Done, tries: 1},
		{name: "done although the process stops", cause: ErrStopping, state: Done, tries: 1},
		{name: "failed with a fault", result: broken, state: Failed, code: "file.empty", tries: 1},
		{name: "failed with any error", result: errors.New("x"), state: Failed, code: "internal", tries: 1},
		{name: "cancelled", result: broken, stop: true, cause: ErrCancelled, state: Cancelled, tries: 1},
		{name: "cancelled, heard while stopping", result: broken, stop: true, cause: ErrStopping, state: Cancelled, tries: 1},
		{name: "stopping leaves it to the next process", result: broken, cause: ErrStopping, state: Queued, tries: 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &taskRow{State: Running, Stop: c.stop, Owner: "me", Attempts: 1, Lease: now}
			if err := r.outcome(c.result, c.cause, now); err != nil {
				t.Fatal(err)
			}
			s := r.task()
			if s.State != c.state || s.Attempts != c.tries || r.Owner != "" || !r.Lease.IsZero() || r.Stop {
				t.Errorf("%+v", r)
			}
			if s.State.Ended() == s.EndedAt.IsZero() {
				t.Errorf("state %s, ended at %v", s.State, s.EndedAt)
			}
			if (s.Failure != nil) != (c.code != "") || s.Failure != nil && s.Failure.Code != c.code {
				t.Errorf("failure %v", s.Failure)
			}
			if c.code == "file.empty" && s.Failure.In("zh") != broken.In("zh") {
				t.Errorf("the failure reads %s", s.Failure.In("zh"))
			}
		})
	}
}

func TestOrphaned(t *testing.T) {
	for _, c := range []struct {
		name     string
		attempts int
		stop     bool
		state    State
	}{
		{"run again", 1, false, Queued},
		{"a cancel was asked for", 1, true, Cancelled},
		{"once too often", 3, false, Failed},
	} {
		r := &taskRow{State: Running, Owner: "dead", Attempts: c.attempts, Stop: c.stop}
		if err := r.orphaned(3, now); err != nil || r.State != c.state || r.Owner != "" {
			t.Errorf("%s: %+v %v", c.name, r, err)
		}
	}
}

func TestProgress(t *testing.T) {
	at := func(s int) time.Time { return now.Add(time.Duration(s) * time.Second) }
	var p progress
	for _, c := range []struct {
		stage       string
		rows, total int64
		second      int
		rate        float64
		left        time.Duration
	}{
		{"judge", 0, 1000, 0, 0, 0},
		{"judge", 0, 1000, 1, 0, 0},
		{"judge", 100, 1000, 2, 50, 18 * time.Second},
		{"judge", 100, 1000, 2, 50, 18 * time.Second},
		{"judge", 900, 0, 3, 300, 0},
		{"judge", 1200, 1000, 4, 300, 0},
		{"publish", 10, 100, 5, 0, 0},
		{"publish", 30, 100, 6, 20, 3500 * time.Millisecond},
		{"publish", 5, 100, 7, 0, 0},
	} {
		p = p.next(c.stage, c.rows, c.total, at(c.second))
		if p.stage != c.stage || p.rows != c.rows || p.total != c.total || p.rate != c.rate || p.left != c.left {
			t.Errorf("second %d: %+v", c.second, p)
		}
	}
}
