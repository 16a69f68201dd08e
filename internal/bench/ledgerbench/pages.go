package ledgerbench

import (
	"context"
	"fmt"
	"time"

	"github.com/chengshu/chengshu/internal/bench/measure"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

// fill makes the records of the register that is listed: half of them one office's, a few
// another's, the rest spread.
func (w *world) fill(ctx context.Context) error {
	w.o.Tell(fmt.Sprintf("making %d records", w.o.Records))
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	const batch = 1000
	quiet := w.ledger.Quiet()
	for from := 0; from < w.o.Records; from += batch {
		err := w.books.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
			for i := from; i < min(from+batch, w.o.Records); i++ {
				owner := office(i)
				switch {
				case i%2 == 0:
					owner = office(1)
				case owner == office(5) && i%997 != 0:
					owner = office(7)
				}
				v := ledger.Values{"title": fmt.Sprintf("第%d号事件：路面井盖松动", i), "class": fmt.Sprintf("%02d", 1+i%4), "office": owner, "region": fmt.Sprintf("42010200%d", 1+i%9), "found": "2026-11-01",
					"place": []any{114.0 + float64(i%9999)/1e4, 30.0 + float64(i%8999)/1e4}, "size": float64(i % 1000)}
				by := people.Actor{Kind: people.UserKind, ID: fmt.Sprintf("u-%d", i%500), Name: "x", Office: owner}
				if _, err := quiet.Create(ctx, tx, by, w.event, v, start.Add(time.Duration(i)*time.Second)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// pages asks for pages as people turn them: the first, and some behind it.
func (w *world) pages(ctx context.Context) ([]Page, error) {
	all := ledger.Reach{All: true}
	var many []string
	for i := range 12 {
		many = append(many, office(i))
	}
	class := []ledger.Filter{{Field: "class", Op: ledger.Is, Values: []string{"02"}}}
	region := []ledger.Filter{{Field: "region", Op: ledger.Under, Values: []string{"420102003"}}}
	var out []Page
	limit, err := w.limit(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range []struct {
		name string
		q    ledger.Query
	}{
		{"all", ledger.Query{Reach: all}},
		{"one office, half of all", ledger.Query{Reach: ledger.Reach{Offices: []string{office(1)}}}},
		{"one office, a few", ledger.Query{Reach: ledger.Reach{Offices: []string{office(5)}}}},
		{"twelve offices and one's own", ledger.Query{Reach: ledger.Reach{Offices: many, Creator: "u-7"}}},
		{"one's own", ledger.Query{Reach: ledger.Reach{Creator: "u-7"}}},
		{"a class", ledger.Query{Reach: all, Where: class}},
		{"a class of one office", ledger.Query{Reach: ledger.Reach{Offices: []string{office(1)}}, Where: class}},
		{"a street", ledger.Query{Reach: all, Where: region}},
		{"by number", ledger.Query{Reach: all, Sort: "key", Asc: true}},
		{"a word that one record has, by no index", ledger.Query{Reach: all, Text: fmt.Sprintf("第%d号", w.o.Records/3)}},
	} {
		pages := w.o.Pages
		if p.q.Text != "" {
			pages = max(pages/100, 2) // each reads the whole register
		}
		times := make([]float64, 0, pages)
		for len(times) < pages {
			q := p.q
			for turn := 0; turn < 5 && len(times) < pages; turn++ {
				began := time.Now()
				_, next, err := w.ledger.Find(ctx, w.event, q)
				if err != nil {
					return nil, err
				}
				times = append(times, measure.Millis(time.Since(began)))
				if q.After = next; next == "" {
					break
				}
			}
		}
		x := Page{Name: p.name, P50: measure.Percentile(times, 0.5), P99: measure.Percentile(times, 0.99), Limit: limit}
		x.Ratio = x.Limit / x.P99
		w.o.Tell(fmt.Sprintf("%s: p99 %.2f ms", x.Name, x.P99))
		out = append(out, x)
	}
	return append(out, w.count(ctx)), nil
}

// limit is the bare statement: the newest fifty rows by their index, not read.
func (w *world) limit(ctx context.Context) (float64, error) {
	times := make([]float64, w.o.Pages)
	for i := range times {
		began := time.Now()
		rows, err := w.books.Store.Read().QueryContext(ctx, `SELECT * FROM r_bench__event ORDER BY created_at DESC, id DESC LIMIT 51`)
		if err != nil {
			return 0, err
		}
		for rows.Next() {
		}
		if err := rows.Close(); err != nil {
			return 0, err
		}
		times[i] = measure.Millis(time.Since(began))
	}
	return measure.Percentile(times, 0.99), nil
}

// count is how long the number over a list takes.
func (w *world) count(ctx context.Context) Page {
	var times []float64
	for range max(w.o.Pages/20, 1) {
		began := time.Now()
		if _, err := w.ledger.Count(ctx, w.event, ledger.Query{Reach: ledger.Reach{Offices: []string{office(1)}}}); err != nil {
			return Page{Name: "count: " + err.Error()}
		}
		times = append(times, measure.Millis(time.Since(began)))
	}
	return Page{Name: "count of one office, as far as it is told", P50: measure.Percentile(times, 0.5), P99: measure.Percentile(times, 0.99)}
}
