package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/people"
)

// A list of cases is read from a few indexes side by side, each in the list's order. There are
// several ways to it: the cases of the offices somebody looks for, those of the packs in a
// state, of a region, of a text. Each way holds all of the list with others between, so what
// stands on all of them is looked at, in steps until a page is full: a page costs what it is
// long and not what there is. A planner is not asked to choose among a million cases.

// stream is what one index gives in the list's order: by due time and id, or the newest first.
type stream struct {
	from  string // table
	id    string // its column of the case
	where string
	args  []any
	key   key // of the turns it holds
}

// key is what the turns of a stream have alike: the beginning of their table's primary key
// after the case.
type key struct {
	where string
	args  []any
}

func of(from, id, where string, args ...any) stream {
	return stream{from: from, id: id, where: where, args: args}
}

// spot is a case's place in a list.
type spot struct {
	due time.Time
	id  string
}

func (s spot) compare(o spot, byDue bool) int {
	if !byDue {
		return newest(s.id, o.id)
	}
	if c := s.due.Compare(o.due); c != 0 {
		return c
	}
	return strings.Compare(s.id, o.id)
}

// page gives the next spots of all streams, each case once, so many and no further than one of
// them, where there is one.
func (e *Engine) page(ctx context.Context, all []stream, byDue bool, after, until spot, n int) ([]spot, error) {
	if len(all) == 0 {
		return nil, nil
	}
	var parts []string
	var args []any
	for i, s := range all {
		columns, more, order := s.id+" AS id", "", s.id+" DESC"
		if byDue {
			columns, order = s.id+" AS id, due", "due, "+s.id
		}
		args = append(args, s.args...)
		switch {
		case after.id == "":
		case byDue:
			more, args = " AND (due, "+s.id+") > (?, ?)", append(args, after.due.UTC(), after.id)
		default:
			more, args = " AND "+s.id+" < ?", append(args, after.id)
		}
		if until.id != "" {
			more, args = more+" AND "+s.id+" >= ?", append(args, until.id)
		}
		parts = append(parts, fmt.Sprintf("SELECT * FROM (SELECT %s FROM %s WHERE %s%s ORDER BY %s LIMIT %d) AS s%d", columns, s.from, s.where, more, order, n, i))
	}
	order := "id DESC"
	if byDue {
		order = "due, id"
	}
	rows, err := e.opt.Store.Read().QueryContext(ctx, fmt.Sprintf("%s ORDER BY %s LIMIT %d", strings.Join(parts, " UNION "), order, n), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []spot
	for rows.Next() {
		var s spot
		into := []any{&s.id}
		if byDue {
			into = append(into, (*instant)(&s.due))
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// instant is a time of a union of queries, which SQLite gives as the text it keeps.
type instant time.Time

// Scan is part of sql.Scanner.
func (i *instant) Scan(v any) error {
	switch x := v.(type) {
	case time.Time:
		*i = instant(x.UTC())
		return nil
	case string:
		t, err := time.Parse("2006-01-02 15:04:05.999999999-07:00", x)
		*i = instant(t.UTC())
		return err
	}
	return fmt.Errorf("flow: a time is kept as %T", v)
}

// atMost counts what streams hold, no further than a number.
func (e *Engine) atMost(ctx context.Context, all []stream, most int) (n int, err error) {
	for _, s := range all {
		if n >= most {
			return n, nil
		}
		var k int
		args := append(slices.Clone(s.args), most-n)
		if err := e.opt.Store.Read().QueryRowContext(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM "+s.from+" WHERE "+s.where+" LIMIT ?) AS x", args...).Scan(&k); err != nil {
			return n, err
		}
		n += k
	}
	return n, nil
}

// turnStreams are the cases whose turn is somebody's, of a filter's desk; of its text those that
// few hold, where there are such.
func (e *Engine) turnStreams(by people.Actor, packs []string, f Filter, few []stream) (out []stream) {
	more, also := "", []any{}
	and := func(term string, args ...any) { more, also = more+" AND "+term, append(also, args...) }
	now := e.opt.Now()
	switch f.Desk {
	case DeskOverdue:
		and("due <= ?", now.UTC())
	case DeskToday:
		and("due > ?", now.UTC())
		and("due <= ?", endOfDay(now).UTC())
	case DeskUrged:
		and("urged")
	}
	if f.Late {
		and("due <= ?", now.UTC())
	}
	if f.Flow != "" {
		and("flow = ?", f.Flow)
	}
	if f.State != "" {
		and("state = ?", f.State)
	}
	in := func(all ...stream) {
		var parts []string
		var args []any
		for _, s := range all {
			parts, args = append(parts, "SELECT "+s.id+" FROM "+s.from+" WHERE "+s.where), append(args, s.args...)
		}
		and("case_id IN ("+strings.Join(parts, " UNION ")+")", args...)
	}
	if len(few) > 0 {
		in(few...)
	} else if where, args := f.place("c."); where != "" {
		and("EXISTS (SELECT 1 FROM flow_case AS c WHERE c.id = case_id"+where+")", args...)
	}
	if f.Parent != "" {
		in(opened(f.Parent))
	}
	if f.Into != "" { // what was joined has ended
		and("FALSE")
	}
	if f.Key != "" {
		in(numbered(f.Key))
	}
	add := func(where string, args ...any) {
		k := key{where, args}
		if where == byName {
			k.where += " AND office = '' AND role = ''"
		}
		out = append(out, stream{from: "flow_turn", id: "case_id", where: where + more, args: append(slices.Clone(args), also...), key: k})
	}
	if by.ID != "" {
		add(byName, by.ID)
	}
	if by.Office == "" {
		return out
	}
	for _, role := range held(by, packs) {
		add("office = ? AND role = ?", by.Office, role)
		add("office = '' AND role = ?", role)
	}
	return out
}

// byName are the turns that are a person's.
const byName = "person = ?"

// afterAll comes after every text that begins alike.
const afterAll = "\U0010FFFF"

// sightStreams are the cases somebody may see.
func (e *Engine) sightStreams(by people.Actor, packs []string, f Filter) (out []stream) {
	offices := []string{}
	for _, p := range packs {
		s := e.sees(by, p)
		if s.all {
			out = append(out, packStreams(p, f)...)
			continue
		}
		for _, o := range s.offices {
			if !slices.Contains(offices, o) {
				offices = append(offices, o)
			}
		}
		for _, role := range held(by, []string{p}) {
			out = append(out, of("flow_turn", "case_id", "office = '' AND role = ?", role))
		}
	}
	for _, o := range offices {
		out = append(out, of("flow_party", "case_id", "office = ?", o))
	}
	return append(out, ownStreams(by)...)
}

// ownStreams are the cases somebody opened or holds, or that wait for them by name.
func ownStreams(by people.Actor) []stream {
	if by.ID == "" {
		return nil
	}
	return []stream{
		of("flow_case", "id", "creator = ? AND creator <> ''", by.ID),
		of("flow_case", "id", "holder = ? AND holder <> ''", by.ID),
		of("flow_turn", "case_id", byName, by.ID),
	}
}

// packsStreams are the cases of some packs.
func packsStreams(packs []string, f Filter) (out []stream) {
	for _, p := range packs {
		out = append(out, packStreams(p, f)...)
	}
	return out
}

// packStreams are the cases of a pack, with what of a filter there is an index for.
func packStreams(p string, f Filter) (out []stream) {
	in := func(where string, args ...any) {
		out = append(out, of("flow_case", "id", "pack = ?"+where, append([]any{p}, args...)...))
	}
	switch {
	case f.Desk == DeskStray:
		in(" AND stray")
	case f.State != "":
		in(" AND state = ?", f.State)
	case f.Flow != "" && f.Open == nil:
		in(" AND flow = ?", f.Flow)
	default:
		if f.Open == nil || *f.Open || f.Late {
			in(" AND ended IS NULL")
		}
		if !f.Late && (f.Open == nil || !*f.Open) {
			in(" AND ended IS NOT NULL")
		}
	}
	return out
}

// bounds of looking for a page. They say how it is found, never what is on it.
type bounds struct {
	met     int // cases looked at in one step
	sorted  int // cases of a number, or late ones, that are sorted for a page
	named   int // cases with a text whose turns are sought
	counted int // cases with two characters are counted as far as this
	streams int // of one path: more are no narrow one
}

var usual = bounds{met: 1_000, sorted: 20_000, named: 5_000, counted: 20_001, streams: 64}

// way is how a list is read on: each of its paths holds the whole list with others between.
type way struct {
	paths [][]stream
	byDue bool
	at    spot // it was read as far as here
	done  bool
}

// wayTo says how a list is read, the path first that is likely to be the narrowest.
func (e *Engine) wayTo(ctx context.Context, by people.Actor, f Filter, packs []string, byDue bool) (way, error) {
	only := func(all ...stream) (way, error) { return way{paths: [][]stream{all}, byDue: byDue}, nil }
	text, few, err := e.sought(ctx, f)
	if err != nil {
		return way{}, err
	}
	switch {
	case byDue:
		if !few {
			text = nil
		}
		return only(e.turnStreams(by, packs, f, text)...)
	case f.Desk == DeskWatch:
		own := ownStreams(by)
		own = own[:min(1, len(own))]
		if len(own) > 0 && f.Open != nil && *f.Open {
			own[0].where += " AND ended IS NULL"
		}
		return only(append(own, of("flow_watch", "case_id", "person = ?", by.ID))...)
	case f.Desk == DeskStray:
		return only(packsStreams(packs, f)...)
	case f.Parent != "":
		return only(opened(f.Parent))
	case f.Into != "":
		return only(of("flow_case", "id", "into_case = ? AND into_case <> ''", f.Into))
	case f.Key != "" || f.Late:
		some := e.someOf(f, packs)
		if n, err := e.atMost(ctx, some, e.bounds.sorted+1); err != nil || n <= e.bounds.sorted {
			return way{paths: [][]stream{some}}, err
		}
	}
	var w way
	add := func(all ...stream) {
		if len(all) > 0 && len(all) <= e.bounds.streams {
			w.paths = append(w.paths, all)
		}
	}
	add(text...)
	if f.Region != "" {
		on, arg := within(f.Region, "")
		add(of("flow_case", "id", on, arg))
	}
	var offices []stream
	for _, o := range f.offices {
		offices = append(offices, of("flow_case", "id", "office = ?", o))
	}
	add(offices...)
	w.paths = append(w.paths, packsStreams(packs, f))
	if !e.seesAll(by, packs) {
		add(e.sightStreams(by, packs, f)...)
	}
	return w, nil
}

// someOf are the cases of a filter by number, or of late ones: they are not in a list's order.
func (e *Engine) someOf(f Filter, packs []string) (out []stream) {
	if f.Key != "" {
		return []stream{numbered(f.Key)}
	}
	for _, p := range packs {
		out = append(out, of("flow_case", "id", "pack = ? AND ended IS NULL AND due <= ?", p, e.opt.Now().UTC()))
	}
	return out
}

// numbered are the cases whose numbers begin so.
func numbered(begin string) stream {
	return of("flow_case", "id", "key >= ? AND key < ?", begin, begin+afterAll)
}

// opened are the cases that were opened below another.
func opened(parent string) stream {
	return of("flow_case", "id", "parent = ? AND parent <> ''", parent)
}

// newest compares ids so that the newest comes first.
func newest(a, b string) int { return strings.Compare(b, a) }

// next reads a way on by about so many cases. The first path says how far; of the others those
// are asked as well that do not hold many more as far as there. Who holds the fewest is first
// the next time.
func (e *Engine) next(ctx context.Context, w *way, n int) (out []spot, err error) {
	out, err = e.page(ctx, w.paths[0], w.byDue, w.at, spot{}, n)
	if w.done = len(out) < n; err != nil || w.done {
		return out, err
	}
	from, until := w.at, out[n-1]
	if w.at = until; len(w.paths) < 2 {
		return out, nil
	}
	hold := map[*stream]int{&w.paths[0][0]: n}
	for _, p := range w.paths[1:] {
		also, err := e.page(ctx, p, w.byDue, from, until, 2*n)
		if err != nil {
			return nil, err
		}
		if hold[&p[0]] = len(also); len(also) < 2*n {
			out = common(out, also, w.byDue)
		}
	}
	slices.SortStableFunc(w.paths, func(a, b []stream) int { return hold[&a[0]] - hold[&b[0]] })
	return out, nil
}

// common are the spots of both.
func common(a, b []spot, byDue bool) []spot {
	return slices.DeleteFunc(a, func(s spot) bool {
		_, there := slices.BinarySearchFunc(b, s, func(x, y spot) int { return x.compare(y, byDue) })
		return !there
	})
}
