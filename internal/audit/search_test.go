package audit

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// TestSearchFindsWhatAFullScanFinds pages through several filters before and after the
// index was made.
func TestSearchFindsWhatAFullScanFinds(t *testing.T) {
	b := opened(t, t.TempDir(), nil)
	const n = 2*blockSize + 700
	tails := make([][]byte, n)
	all := make([]Entry, n)
	start := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
	for i := range tails {
		e := call(i)
		e.At = start.Add(time.Duration(i) * time.Second)
		if i == 900 {
			e.Action, e.Target = "grant.add", "grant/rare"
		}
		tail, err := e.tail()
		if err != nil {
			t.Fatal(err)
		}
		e.Seq = int64(i + 1)
		tails[i], all[i] = tail, e
	}
	for group := range slices.Chunk(tails, 100) {
		if _, err := b.enqueue(&request{ctx: background, tails: group, done: make(chan error, 1)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, indexed := range []bool{false, true} {
		if indexed {
			if err := b.Keep(background); err != nil {
				t.Fatal(err)
			}
			if blocks, err := b.indexed(background); err != nil || blocks != 2 {
				t.Fatal(blocks, err)
			}
		}
		for _, f := range []Filter{
			{}, {Service: "service_1"}, {Grant: "grant-3", App: "app-2"}, {Target: "grant/rare"}, {Action: "none"},
			{Service: "service_2", From: start.Add(time.Hour), Until: start.Add(70 * time.Minute)}, {Before: 2050, Actor: "app-6"}, {From: start.Add(100 * time.Hour)},
		} {
			f.Limit = 400
			var want, got []int64
			for _, e := range slices.Backward(all) {
				if f.takes(&e, f.terms()) {
					want = append(want, e.Seq)
				}
			}
			for page := f; ; {
				p, err := b.Search(background, page)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range p.Entries {
					got = append(got, e.Seq)
				}
				if page.Before = p.Next; p.Next == 0 {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("indexed %v, %+v: %d found, want %d", indexed, f, len(got), len(want))
			}
		}
	}
	if p, err := b.Search(background, Filter{}); err != nil || len(p.Entries) != 50 || fmt.Sprint(p.Next) != fmt.Sprint(n-49) {
		t.Error(len(p.Entries), p.Next, err)
	}
	closed(t, b)
}
