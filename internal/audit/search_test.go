package audit

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/store"
)

// TestSearchFindsWhatAFullScanFinds pages through several filters before and after the
// index was made: of what the writer gathered, of what is read again, and of both, as after
// a start within a block.
func TestSearchFindsWhatAFullScanFinds(t *testing.T) {
	for name, from := range map[string]int{"gathered": 0, "read": 1 << 30, "both": 1000} {
		t.Run(name, func(t *testing.T) { searches(t, from) })
	}
}

// searches does so where the writer gathers entries from a number on.
func searches(t *testing.T, gathered int) {
	b := opened(t, t.TempDir(), nil)
	const n = 2*blockSize + 700
	tails := make([][]byte, n)
	all := make([]Entry, n)
	by := make([]sought, n)
	start := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
	for i := range tails {
		e := call(i)
		e.At = start.Add(time.Duration(i) * time.Second)
		if i == 900 {
			e.Action, e.Target, e.Office = "grant.add", "grant/rare", "数据局"
		}
		tail, err := e.tail(nil)
		if err != nil {
			t.Fatal(err)
		}
		e.Seq = int64(i + 1)
		tails[i], all[i], by[i] = tail, e, e.sought()
	}
	for at := 0; at < n; at += 100 {
		r := &request{ctx: background, tails: tails[at:min(at+100, n)], done: make(chan error, 1)}
		if at >= gathered {
			r.by = by[at:min(at+100, n)]
		}
		if _, err := b.enqueue(r); err != nil {
			t.Fatal(err)
		}
	}
	for number, whole := range []bool{gathered == 0, gathered < blockSize, false} {
		if _, is := b.fresh.whole[int64(number)]; is != whole {
			t.Errorf("block %d was gathered whole: %v", number, is)
		}
	}
	for _, when := range []string{"not indexed", "indexed", "indexed before offices were"} {
		switch when {
		case "indexed before offices were":
			if err := b.opt.Store.Write(background, func(ctx context.Context, tx store.Tx) error {
				_, err := tx.ExecContext(ctx, `DELETE FROM audit_term WHERE term LIKE 'office=%'`)
				if err == nil {
					_, err = tx.ExecContext(ctx, `UPDATE audit_block SET fields = 7`)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		case "indexed":
			if err := b.Keep(background); err != nil {
				t.Fatal(err)
			}
			if blocks, err := b.indexed(background); err != nil || blocks != 2 || len(b.fresh.whole) > 0 {
				t.Fatal(blocks, err, len(b.fresh.whole))
			}
		}
		for _, f := range []Filter{
			{}, {Service: "service_1"}, {Grant: "grant-3", App: "app-2"}, {Target: "grant/rare"}, {Office: "数据局"}, {Office: "民政局", App: "app-3"}, {Action: "none"},
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
				t.Errorf("%s, %+v: %d found, want %d", when, f, len(got), len(want))
			}
		}
	}
	if p, err := b.Search(background, Filter{}); err != nil || len(p.Entries) != 50 || fmt.Sprint(p.Next) != fmt.Sprint(n-49) {
		t.Error(len(p.Entries), p.Next, err)
	}
	closed(t, b)
}
