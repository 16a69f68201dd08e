package flowbench

import (
	"context"
	"fmt"
	"time"

	"github.com/chengshu/chengshu/internal/bench/measure"
	"github.com/chengshu/chengshu/internal/flow"
)

// limit is how many cases a page has.
const limit = 50

// deep is how many pages are turned before it is begun again.
const deep = 20

// pages asks for the desk's lists as people do: the first page and those behind it.
func (w *world) pages(ctx context.Context) (out []Page, err error) {
	open, ended := true, false
	key := time.Unix(w.now.Load(), 0).AddDate(0, 0, -30).Format("20060102")
	for _, p := range []struct {
		name, who string
		f         flow.Filter
	}{
		{"the desk's to-do", "desk-0", flow.Filter{Desk: flow.DeskTodo}},
		{"the desk's overdue", "desk-0", flow.Filter{Desk: flow.DeskOverdue}},
		{"the desk's, due today", "desk-0", flow.Filter{Desk: flow.DeskToday}},
		{"the desk's, watched or opened", "desk-0", flow.Filter{Desk: flow.DeskWatch}},
		{"the desk's strays: none", "desk-0", flow.Filter{Desk: flow.DeskStray}},
		{"all the desk sees", "desk-1", flow.Filter{Desk: flow.DeskAll}},
		{"all open ones", "desk-1", flow.Filter{Desk: flow.DeskAll, Open: &open}},
		{"all ended ones: few", "desk-1", flow.Filter{Desk: flow.DeskAll, Open: &ended}},
		{"all in one state", "desk-1", flow.Filter{Desk: flow.DeskAll, Pack: packID, State: "checking"}},
		{"all in a state none is in", "desk-1", flow.Filter{Desk: flow.DeskAll, Pack: packID, State: "weather"}},
		{"all that are late", "desk-1", flow.Filter{Desk: flow.DeskAll, Late: true}},
		{"numbers of one day", "desk-1", flow.Filter{Desk: flow.DeskAll, Key: "P" + key}},
		{"one number", "desk-1", flow.Filter{Desk: flow.DeskAll, Key: "P" + key + "-0001"}},
		{"a road in the title: one in 450", "desk-1", flow.Filter{Desk: flow.DeskAll, Text: "第117号"}},
		{"two characters every title has", "desk-1", flow.Filter{Desk: flow.DeskAll, Text: "号路"}},
		{"what no title has", "desk-1", flow.Filter{Desk: flow.DeskAll, Text: "隧道"}},
		{"a mender's to-do with a road in the title", "mender-07", flow.Filter{Desk: flow.DeskTodo, Text: "第142号"}},
		{"all of one street's office", "desk-1", flow.Filter{Desk: flow.DeskAll, Office: street(7)}},
		{"all of the centre and below it, in one region", "desk-1", flow.Filter{Desk: flow.DeskAll, Office: centre, Region: "420102008000"}},
		{"all of one region, in one state", "desk-1", flow.Filter{Desk: flow.DeskAll, Region: "420102008000", State: "checking"}},
		{"the desk's to-do of one region", "desk-0", flow.Filter{Desk: flow.DeskTodo, Region: "420102008000"}},
		{"a mender's to-do", "mender-07", flow.Filter{Desk: flow.DeskTodo}},
		{"a mender's overdue", "mender-07", flow.Filter{Desk: flow.DeskOverdue}},
		{"all a street's office sees", "checker-07", flow.Filter{Desk: flow.DeskAll}},
		{"a street's, in one state", "checker-07", flow.Filter{Desk: flow.DeskAll, State: "mending"}},
		{"a mender's, opened or watched: none", "second-07", flow.Filter{Desk: flow.DeskWatch}},
	} {
		x, err := w.turn(ctx, p.name, p.who, p.f)
		if err != nil {
			return out, err
		}
		out = append(out, x)
	}
	return out, nil
}

// turn turns the pages of one list until enough were asked for.
func (w *world) turn(ctx context.Context, name, who string, f flow.Filter) (Page, error) {
	x, by := Page{Name: name}, w.person(who)
	var times []float64
	for patience := time.Now().Add(15 * time.Second); len(times) < w.o.Pages && (len(times) < 5 || time.Now().Before(patience)); {
		cursor := ""
		for turn := 0; turn < deep && len(times) < w.o.Pages; turn++ {
			began := time.Now()
			rows, next, err := w.engine.List(ctx, by, f, cursor, limit)
			if err != nil {
				return x, fmt.Errorf("%s: %w", name, err)
			}
			times = append(times, measure.Millis(time.Since(began)))
			if turn == 0 || len(rows) > 0 {
				x.Rows = len(rows)
			}
			if cursor = next; next == "" {
				break
			}
		}
	}
	x.P50, x.P99 = measure.Percentile(times, 0.5), measure.Percentile(times, 0.99)
	w.o.Tell(fmt.Sprintf("%s: p50 %.2f, p99 %.2f ms, %d rows", x.Name, x.P50, x.P99, x.Rows))
	return x, nil
}

// counts asks for the numbers over the desks.
func (w *world) counts(ctx context.Context) (out []Page, err error) {
	for _, who := range []string{"desk-0", "desk-1", "mender-07", "checker-07"} {
		x, by := Page{Name: "counts of " + who}, w.person(who)
		var times []float64
		for patience := time.Now().Add(15 * time.Second); len(times) < max(w.o.Pages/10, 5) && (len(times) < 5 || time.Now().Before(patience)); {
			began := time.Now()
			n, err := w.engine.Counts(ctx, by, "")
			if err != nil {
				return out, err
			}
			times = append(times, measure.Millis(time.Since(began)))
			x.Rows = int(n[flow.DeskTodo])
		}
		x.P50, x.P99 = measure.Percentile(times, 0.5), measure.Percentile(times, 0.99)
		w.o.Tell(fmt.Sprintf("%s: p50 %.2f, p99 %.2f ms, %d to do", x.Name, x.P50, x.P99, x.Rows))
		out = append(out, x)
	}
	return out, nil
}
