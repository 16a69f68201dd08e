package flow_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

// TestTitlesAreFoundBy: a case is found by any part of its title, as it is now: a record that
// is changed in its register, or was there before titles were gathered, is found as well.
func TestTitlesAreFoundBy(t *testing.T) {
	w := open(t, t.TempDir())
	p := w.install("examples/pothole")
	c := w.report(desk, ledger.Values{"road": "香港路"})
	w.report(desk, ledger.Values{"road": "球场街", "class": "branch"})
	found := func(text string) (n int) {
		t.Helper()
		rows, _, err := w.List(t.Context(), desk, flow.Filter{Desk: flow.DeskAll, Text: text}, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(rows)
	}
	if found("香港") != 1 || found("港路") != 1 || found("香路") != 0 || found("街") != 0 || found("P20261120") != 2 {
		t.Errorf("%d %d %d %d %d", found("香港"), found("港路"), found("香路"), found("街"), found("P20261120"))
	}
	e, _ := ledger.Of(p, "hole")
	err := w.store.Write(t.Context(), func(ctx context.Context, tx store.Tx) error {
		_, err := w.ledger.Update(ctx, tx, people.Local(), e, c.Record, ledger.Values{"road": "Gongnong Road"}, 0, "update", "", w.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.facts(t, event.RecordChanged)
	if found("香港") != 0 || found("gongnong road") != 1 || found("ＮＯＮＧ") != 1 {
		t.Errorf("after a change: %d %d %d", found("香港"), found("gongnong road"), found("ＮＯＮＧ"))
	}
	err = w.store.Write(t.Context(), func(ctx context.Context, tx store.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM flow_gram`)
		if err == nil {
			_, err = tx.ExecContext(ctx, `UPDATE flow_case SET title = NULL`)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	for found("球场") != 1 || found("gongnong") != 1 { // the go test's own limit ends what never comes
		if ctx.Err() != nil {
			t.Fatal("gone")
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// held is a store from which, once it is held, nothing is selected until it is let go.
type held struct {
	store.Store
	on  atomic.Bool
	let chan struct{}
}

func (h *held) Read() bun.IDB { return heldRead{h.Store.Read(), h} }

type heldRead struct {
	bun.IDB
	*held
}

func (h heldRead) NewSelect() *bun.SelectQuery {
	if h.on.Load() {
		<-h.let
	}
	return h.IDB.NewSelect()
}

// TestTimersDoNotWaitForTitles: clocks advance while the titles of earlier cases are gathered.
func TestTimersDoNotWaitForTitles(t *testing.T) {
	w := open(t, t.TempDir())
	w.install("examples/pothole")
	c := w.report(desk, nil)
	slow := &held{Store: w.store, let: make(chan struct{})}
	e, err := flow.New(t.Context(), flow.Options{Store: slow, Packs: w.packs, Ledger: w.ledger, Notices: w.notices, Now: w.Now, People: w.people,
		Record:  func(context.Context, store.Tx, people.Change) error { return nil },
		Offices: func(context.Context) ([]flow.Office, error) { return offices, nil }})
	if err != nil {
		t.Fatal(err)
	}
	w.at(late)
	slow.on.Store(true)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	for len(w.get(c).Steps) < 2 { // the go test's own limit ends what never comes
		if t.Context().Err() != nil {
			t.Fatal("gone")
		}
	}
	stop()
	close(slow.let)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
