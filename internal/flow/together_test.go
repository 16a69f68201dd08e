package flow_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

// TestUpgradeCommittedTogether has cases acted on and opened while the pack is upgraded with
// its cases, all waiting for the store at once, so that they are committed together: each act
// finds the version its case was just moved to, each case begins on the newest.
func TestUpgradeCommittedTogether(t *testing.T) {
	w := open(t, t.TempDir())
	w.put(matterFiles(), "", false)
	var cases []flow.Case
	for range 20 {
		cases = append(cases, w.matter(front, "water"))
	}
	p, err := w.Engine.MachineOf(t.Context(), cases[0])
	if err != nil || p.Version != "1.0.0" {
		t.Fatal(p, err)
	}
	next, err := w.packs.Read(changed(t, "version: 1.0.0", "version: 1.1.0", "title: 待签收", "title: 等待签收"))
	if err != nil {
		t.Fatal(err)
	}
	hold, held := make(chan struct{}), make(chan struct{})
	var work sync.WaitGroup
	work.Go(func() { // the store is busy until all of them wait
		_ = w.store.Write(context.Background(), func(context.Context, store.Tx) error { close(held); <-hold; return nil })
	})
	<-held
	errs := make([]error, len(cases)+1)
	opened := make([]flow.Case, len(cases))
	started := make(chan struct{}, 2*len(cases)+1)
	work.Go(func() {
		started <- struct{}{}
		_, errs[len(cases)] = w.packs.Install(t.Context(), people.Local(), next, "1.0.0", true)
	})
	for i, c := range cases {
		work.Go(func() {
			started <- struct{}{}
			_, errs[i] = w.try(front, c, "send")
		})
		work.Go(func() {
			started <- struct{}{}
			opened[i], _, _ = w.Open(t.Context(), front, flow.Opening{Pack: "matter", Flow: "matter", Values: ledger.Values{"name": "漏水", "class": "water", "region": place}})
		})
	}
	for range 2*len(cases) + 1 {
		<-started
	}
	close(hold)
	work.Wait()
	for i, err := range errs {
		if err != nil && !strings.Contains(err.Error(), "case.stale") {
			t.Errorf("%d: %v", i, err)
		}
	}
	for _, c := range append(cases, opened...) {
		if x := w.get(c); x.Version != "1.1.0" {
			t.Errorf("%s is on %s", x.Key, x.Version)
		}
	}
}
