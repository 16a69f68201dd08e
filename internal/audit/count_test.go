package audit

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/store"
)

// counted are entries over some days, with refusals, changes and looks of users among them.
func counted(n int) []Entry {
	all := make([]Entry, n)
	start := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC) // 23:00 in Beijing
	for i := range all {
		e := call(i)
		e.At, e.Rows = start.Add(time.Duration(i)*time.Minute), int64(i%4)
		switch {
		case i%13 == 0:
			e.Outcome, e.Rows = "call.denied", 0
		case i%29 == 0:
			e.Outcome, e.Rows = "quota.day", 0
		case i%17 == 0:
			e = Entry{At: e.At, Action: "rows.read", Actor: "user", Directory: "resident", Rows: 50, Outcome: "ok"}
		}
		if i%5 == 0 {
			e.Subject = fmt.Sprintf("subject-%d", i%3)
		}
		all[i] = e
	}
	return all
}

// tally counts entries one by one, as the plainest program would.
func tally(all []Entry, f CallFilter, by ...By) map[string]Calls {
	out := map[string]Calls{}
	for _, e := range all {
		day := e.At.Add(8 * time.Hour).UTC().Format(time.DateOnly)
		if e.App == "" || e.Service == "" || f.From != "" && day < f.From || f.Until != "" && day > f.Until || f.Service != "" && e.Service != f.Service ||
			f.App != "" && e.App != f.App || f.Grant != "" && e.Grant != f.Grant || f.Outcome == anyRefusal && e.Outcome == "ok" ||
			f.Outcome != "" && f.Outcome != anyRefusal && e.Outcome != f.Outcome || f.Limited && (len(f.Services) == 0 || e.Service != f.Services[0]) ||
			f.Apps != nil && !slices.Contains(f.Apps, e.App) || f.Subjects != nil && !slices.Contains(f.Subjects, e.Subject) {
			continue
		}
		k := ""
		for _, b := range by {
			k += " " + map[By]string{ByDay: day, ByService: e.Service, ByApp: e.App, ByGrant: e.Grant, ByOutcome: e.Outcome}[b]
		}
		c := out[k]
		c.Calls, c.Rows = c.Calls+1, c.Rows+e.Rows
		if e.Outcome != "ok" {
			c.Refused++
		}
		out[k] = c
	}
	return out
}

var countFilters = []CallFilter{{}, {Service: "service_1"}, {App: "app-2", Grant: "grant-3"}, {From: "2026-11-22", Until: "2026-11-22"}, {Outcome: anyRefusal},
	{Outcome: "quota.day", From: "2026-11-21"}, {Limited: true}, {Limited: true, Services: []string{"service_2"}}, {Service: "none"}, {From: "2030-01-01"},
	{Apps: []string{"app-2", "app-5"}}, {Apps: []string{}}, {Subjects: []string{"subject-1", "subject-2"}}, {Subjects: []string{"subject-0"}, Service: "service_1", From: "2026-11-21", Until: "2026-11-22", Apps: []string{"app-0", "app-3"}}, {Subjects: []string{}}}

func compareCounts(t *testing.T, a *Audit, all []Entry, when string) {
	t.Helper()
	for _, f := range countFilters {
		for _, by := range [][]By{{}, {ByDay}, {ByService}, {ByApp}, {ByGrant}, {ByOutcome}, {ByDay, ByOutcome}, {ByDay, ByService, ByApp, ByGrant}} {
			if f.Subjects != nil && len(by) != 2 {
				continue // each reads all entries
			}
			sums, err := a.Count(background, f, by...)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]Calls{}
			for _, s := range sums {
				k := ""
				for _, b := range by {
					k += " " + map[By]string{ByDay: s.Day, ByService: s.Service, ByApp: s.App, ByGrant: s.Grant, ByOutcome: s.Outcome}[b]
				}
				got[k] = s.Calls
			}
			if want := tally(all, f, by...); !reflect.DeepEqual(got, want) {
				t.Errorf("%s, %+v by %v:\n%v and not\n%v", when, f, by, got, want)
			}
		}
	}
}

func TestCountsAreThoseOfAFullScan(t *testing.T) {
	dir := t.TempDir()
	b := opened(t, dir, nil)
	all := counted(2*blockSize + 700)
	add := func(from, to int) {
		for i := from; i < to; i++ {
			if _, err := b.Append(background, all[i]); err != nil {
				t.Fatal(err)
			}
		}
	}
	add(0, blockSize+300)
	compareCounts(t, b.Audit, all[:blockSize+300], "behind the index alone")
	if err := b.Keep(background); err != nil {
		t.Fatal(err)
	}
	compareCounts(t, b.Audit, all[:blockSize+300], "of the index and behind it")
	add(blockSize+300, len(all))
	compareCounts(t, b.Audit, all, "grown since")
	if err := b.Keep(background); err != nil {
		t.Fatal(err)
	}
	compareCounts(t, b.Audit, all, "indexed since")
	// What was indexed before there were counts is gone over again.
	if err := b.opt.Store.Write(background, func(ctx context.Context, tx store.Tx) error {
		for _, table := range []string{"audit_call", "audit_term", "audit_block"} {
			if _, err := tx.ExecContext(ctx, fmt.Sprintf("DELETE FROM %s", table)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	compareCounts(t, b.Audit, all, "without an index")
	if err := b.Keep(background); err != nil {
		t.Fatal(err)
	}
	compareCounts(t, b.Audit, all, "of an index made again")
	if _, err := b.Count(background, CallFilter{From: "yesterday"}); err == nil {
		t.Error("a day that is none was taken")
	}
	closed(t, b)
}
