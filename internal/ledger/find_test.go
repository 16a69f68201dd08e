package ledger_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

// many makes 40 roads: three offices, two classes, every fourth without a length, two made
// at the same instant.
func (w *world) many(e *ledger.Entity) (all []ledger.Record) {
	w.t.Helper()
	err := w.store.Write(w.t.Context(), func(ctx context.Context, tx store.Tx) error {
		for i := range 40 {
			v := ledger.Values{"name": fmt.Sprintf("路%02d_100%%电1390000%04d", i, i), "class": []string{"01", "02"}[i%2], "keeper": offices[i%3], "region": fmt.Sprintf("42010200%d", 1+i%5), "phone": fmt.Sprintf("138000010%02d", i)}
			if i%4 > 0 {
				v["length"] = float64(i % 7)
			}
			if i%5 > 0 {
				v["checked"] = now.Add(time.Duration(i%3) * time.Hour).Format(time.RFC3339)
			}
			r, err := w.Create(ctx, tx, people.Actor{Kind: people.UserKind, ID: []string{"u-lin", "u-chen"}[i%2], Name: "x", Office: "water"}, e, v, now.Add(time.Duration(i/2)*time.Second))
			if err != nil {
				return err
			}
			all = append(all, r)
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

var everybody = ledger.Reach{All: true}

// TestFind compares what pages give with the records themselves, for filters, reaches and
// orders, by pages of three.
func TestFind(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	all := w.many(e)
	has := func(field string, values ...any) func(ledger.Record) bool {
		return func(r ledger.Record) bool { return slices.Contains(values, r.Values[field]) }
	}
	for _, c := range []struct {
		name string
		q    ledger.Query
		want func(ledger.Record) bool
	}{
		{"nobody", ledger.Query{}, func(ledger.Record) bool { return false }},
		{"all", ledger.Query{Reach: everybody}, func(ledger.Record) bool { return true }},
		{"an office", ledger.Query{Reach: ledger.Reach{Offices: []string{"roads"}}}, has("keeper", "roads")},
		{"two offices", ledger.Query{Reach: ledger.Reach{Offices: []string{"roads", "police"}}}, has("keeper", "roads", "police")},
		{"an office and one's own", ledger.Query{Reach: ledger.Reach{Offices: []string{"roads"}, Creator: "u-lin"}}, func(r ledger.Record) bool { return r.Office == "roads" || r.CreatedBy == "u-lin" }},
		{"a code by its name", ledger.Query{Reach: everybody, Where: []ledger.Filter{{Field: "class", Op: ledger.Is, Values: []string{"主干路"}}}}, has("class", "01")},
		{"several", ledger.Query{Reach: everybody, Where: []ledger.Filter{{Field: "length", Op: ledger.Is, Values: []string{"1", "2", "3"}}}}, has("length", 1.0, 2.0, 3.0)},
		{"none of", ledger.Query{Reach: everybody, Where: []ledger.Filter{{Field: "length", Op: ledger.Not, Values: []string{"1", "2"}}}}, func(r ledger.Record) bool { return !has("length", 1.0, 2.0)(r) }},
		{"a range", ledger.Query{Reach: everybody, Where: []ledger.Filter{{Field: "length", Op: ledger.From, Values: []string{"2"}}, {Field: "length", Op: ledger.To, Values: []string{"4"}}}}, has("length", 2.0, 3.0, 4.0)},
		{"empty", ledger.Query{Reach: everybody, Where: []ledger.Filter{{Field: "length", Op: ledger.IsEmpty}}}, func(r ledger.Record) bool { return r.Values["length"] == nil }},
		{"without a place", ledger.Query{Reach: everybody, Where: []ledger.Filter{{Field: "place", Op: ledger.Filled}}}, func(r ledger.Record) bool { return false }},
		{"a region", ledger.Query{Reach: everybody, Where: []ledger.Filter{{Field: "region", Op: ledger.Under, Values: []string{"420102001", "420102003000"}}}}, has("region", "420102001000", "420102003000")},
		{"a district", ledger.Query{Reach: everybody, Where: []ledger.Filter{{Field: "region", Op: ledger.Under, Values: []string{"420102"}}}}, func(ledger.Record) bool { return true }},
		{"another district", ledger.Query{Reach: everybody, Where: []ledger.Filter{{Field: "region", Op: ledger.Under, Values: []string{"420103"}}}}, func(ledger.Record) bool { return false }},
		{"by time", ledger.Query{Reach: everybody, Where: []ledger.Filter{{Field: "created_at", Op: ledger.From, Values: []string{now.Add(15 * time.Second).Format(time.RFC3339)}}}}, func(r ledger.Record) bool { return !r.CreatedAt.Before(now.Add(15 * time.Second)) }},
		{"text", ledger.Query{Reach: everybody, Text: "路0"}, func(r ledger.Record) bool { return strings.HasPrefix(r.Values["name"].(string), "路0") }},
		{"text is no pattern", ledger.Query{Reach: everybody, Text: "0_100%"}, func(r ledger.Record) bool { return strings.Contains(r.Values["name"].(string), "0_100%") }},
		{"the number", ledger.Query{Reach: everybody, Text: "R2026-007"}, func(r ledger.Record) bool { return r.Key == "R2026-007" }},
		{"a phone is not found by a part", ledger.Query{Reach: everybody, Text: "1380000"}, func(ledger.Record) bool { return false }},
		{"the whole of a phone that is covered", ledger.Query{Reach: everybody, Where: []ledger.Filter{{Field: "phone", Op: ledger.Is, Values: []string{"13800001007"}}}}, has("phone")},
		{"of an office's own records", ledger.Query{Reach: everybody, Plain: ledger.Reach{Offices: []string{"roads"}}, Where: []ledger.Filter{{Field: "phone", Op: ledger.Is, Values: []string{"13800001007", "13800001009"}}}},
			func(r ledger.Record) bool {
				return r.Office == "roads" && has("phone", "13800001007", "13800001009")(r)
			}},
		{"a number that slipped into a text", ledger.Query{Reach: everybody, Text: "13900000007"}, has("name")},
		{"a part of it that is covered", ledger.Query{Reach: everybody, Text: "9000000"}, has("name")},
		{"a part by a filter", ledger.Query{Reach: everybody, Where: []ledger.Filter{{Field: "name", Op: ledger.Like, Values: []string{"90000"}}}}, has("name")},
		{"a part that is shown", ledger.Query{Reach: everybody, Text: "电139", Where: []ledger.Filter{{Field: "name", Op: ledger.Like, Values: []string{"002"}}}}, func(r ledger.Record) bool {
			name := r.Values["name"].(string)
			return strings.Contains(name[len(name)-4:], "002")
		}},
		{"what an office sees of its own", ledger.Query{Reach: everybody, Plain: ledger.Reach{Offices: []string{"roads"}, Creator: "u-chen"}, Text: "9000000"}, func(r ledger.Record) bool { return r.Office == "roads" || r.CreatedBy == "u-chen" }},
		{"a phone is found whole", ledger.Query{Reach: everybody, Plain: everybody, Where: []ledger.Filter{{Field: "phone", Op: ledger.Is, Values: []string{"13800001007"}}}}, has("phone", "13800001007")},
	} {
		var want []string
		for _, r := range all {
			if c.want(r) {
				want = append(want, r.Key)
			}
		}
		for _, sort := range []string{"", "key", "length", "checked", "updated_at", "class"} {
			for _, asc := range []bool{true, false} {
				q := c.q
				q.Sort, q.Asc, q.Limit = sort, asc, 3
				got := w.pages(e, q)
				ordered(t, fmt.Sprintf("%s by %s", c.name, sort), got, sort, asc)
				keys := make([]string, len(got))
				for i, r := range got {
					keys[i] = r.Key
				}
				slices.Sort(keys)
				if !slices.Equal(keys, want) {
					t.Fatalf("%s by %q asc %v: got %v, want %v", c.name, sort, asc, keys, want)
				}
			}
		}
		if n, err := w.Count(t.Context(), e, c.q); err != nil || n != len(want) {
			t.Errorf("%s: count %d %v, want %d", c.name, n, err, len(want))
		}
	}
}

func (w *world) pages(e *ledger.Entity, q ledger.Query) (out []ledger.Record) {
	w.t.Helper()
	for {
		page, next, err := w.Find(w.t.Context(), e, q)
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, page...)
		if next == "" {
			return out
		}
		if len(page) != q.Limit {
			w.t.Fatalf("a page of %d", len(page))
		}
		q.After = next
	}
}

// ordered checks the order of a list by one column.
func ordered(t *testing.T, name string, got []ledger.Record, sort string, asc bool) {
	t.Helper()
	cell := func(r ledger.Record) string {
		switch v := r.Values[sort]; {
		case sort == "":
			return r.CreatedAt.Format(time.RFC3339Nano)
		case sort == "key":
			return r.Key
		case sort == "updated_at":
			return r.UpdatedAt.Format(time.RFC3339Nano)
		case v == nil:
			return "" // the least
		default:
			return fmt.Sprint(v)
		}
	}
	for i := 1; i < len(got); i++ {
		if a, b := cell(got[i-1]), cell(got[i]); asc && a > b || !asc && a < b {
			t.Fatalf("%s, asc %v: %q stands before %q", name, asc, a, b)
		}
	}
}

func TestFindRefuses(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	for _, c := range []struct {
		q    ledger.Query
		says string
	}{
		{ledger.Query{Where: []ledger.Filter{{Field: "lenght", Op: ledger.Is, Values: []string{"1"}}}}, `did you mean "length"`},
		{ledger.Query{Where: []ledger.Filter{{Field: "id = id OR 1", Op: ledger.Is, Values: []string{"1"}}}}, "cannot be filtered"},
		{ledger.Query{Where: []ledger.Filter{{Field: "length", Op: "= 1 OR", Values: []string{"1"}}}}, "no comparison"},
		{ledger.Query{Where: []ledger.Filter{{Field: "length", Op: ledger.Is, Values: []string{"long"}}}}, "no number"},
		{ledger.Query{Where: []ledger.Filter{{Field: "length", Op: ledger.Is}}}, "from 1 to"},
		{ledger.Query{Where: []ledger.Filter{{Field: "phone", Op: ledger.Like, Values: []string{"138"}}}}, "the whole of it only"},
		{ledger.Query{Where: []ledger.Filter{{Field: "phone", Op: ledger.From, Values: []string{"138"}}}}, "the whole of it only"},
		{ledger.Query{Where: []ledger.Filter{{Field: "class", Op: ledger.Like, Values: []string{"0"}}}}, "only texts"},
		{ledger.Query{Where: []ledger.Filter{{Field: "name", Op: ledger.Under, Values: []string{"420102"}}}}, "for regions"},
		{ledger.Query{Sort: "phone"}, "cannot be sorted"},
		{ledger.Query{Sort: "place"}, "cannot be sorted"},
		{ledger.Query{Sort: "id; DROP TABLE event"}, "cannot be sorted"},
		{ledger.Query{After: "!!"}, "mark of the page"},
		{ledger.Query{After: "e30"}, "mark of the page"},
	} {
		_, _, err := w.Find(t.Context(), e, c.q)
		if f := fault.From(err); err == nil || f.Kind != fault.Invalid || !strings.Contains(f.In("en"), c.says) || f.Remedy.ZH == "" {
			t.Errorf("%+v: %v", c.q, err)
		}
	}
}

// TestUsualList shows the list and form of a register that declares none.
func TestUsualList(t *testing.T) {
	p, err := read(t, roads)
	if err != nil {
		t.Fatal(err)
	}
	e, _ := ledger.Of(p, "road")
	l, f := ledger.ListOf(p, e), ledger.FormOf(p, e)
	if got := strings.Join(l.Columns, " "); got != "key name class length lanes cost opened created_at" {
		t.Errorf("columns %s", got)
	}
	if got := strings.Join(l.Filters, " "); got != "class opened lit surface keeper region" {
		t.Errorf("filters %s", got)
	}
	if n := len(f.Groups[0].Fields); n != 19 {
		t.Errorf("%d fields in the form: %v", n, f.Groups[0].Fields)
	}
}

func TestTexts(t *testing.T) {
	p, err := read(t, roads)
	if err != nil {
		t.Fatal(err)
	}
	e, _ := ledger.Of(p, "road")
	for _, c := range []struct {
		field, text string
		want        any
		shown       string
	}{
		{"cost", "￥１，２００．５", int64(120050), "1200.50"},
		{"cost", "0.1", int64(10), "0.10"},
		{"lanes", "4.0", int64(4), "4"},
		{"length", " 3,000.25 ", 3000.25, "3000.25"},
		{"opened", "2026/1/5", "2026-01-05", "2026-01-05"},
		{"opened", "2026年10月1日", "2026-10-01", "2026-10-01"},
		{"opened", "20261001", "2026-10-01", "2026-10-01"},
		{"checked", "2026-01-05 8:30", "2026-01-05T00:30:00Z", "2026-01-05 08:30"},
		{"lit", "是", true, "是"},
		{"class", "主干路", "01", "主干路"},
		{"class", "02", "02", "支路"},
	} {
		f, _ := e.Field(c.field)
		got, bad := f.Parse(c.text)
		if bad != nil || got != c.want || f.Format(got, "zh") != c.shown {
			t.Errorf("%s %q: %v %v %q", c.field, c.text, got, bad, f.Format(got, "zh"))
		}
	}
	for field, text := range map[string]string{"cost": "1.234", "lanes": "4.5", "length": "long", "opened": "2026-13-01", "checked": "noon", "lit": "maybe", "class": "主干", "place": "114"} {
		f, _ := e.Field(field)
		if got, bad := f.Parse(text); bad == nil || bad.Text.ZH == bad.Text.EN || bad.Remedy.ZH == "" {
			t.Errorf("%s %q: %v %v", field, text, got, bad)
		}
	}
	f, _ := e.Field("contact")
	if got, _ := f.Parse("赵一，13800001234"); fmt.Sprint(got) != "map[name:赵一 phone:13800001234]" {
		t.Errorf("person %v", got)
	}
}
