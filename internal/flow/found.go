package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/region"
)

// A list that is narrowed by office, region or text is read by the way that fewest cases stand
// on: those of the offices, of the region, with the rarest two characters of the text, or those
// somebody sees at all. The other conditions are asked of each case on the way.

// placed says whether a filter asks for an office, a region or a text.
func (f Filter) placed() bool { return len(f.offices) > 0 || f.Region != "" || f.text != "" }

// there says whether a case is where a filter wants it, and has the text.
func (f Filter) there(b brief) bool {
	return (len(f.offices) == 0 || slices.Contains(f.offices, b.office)) && (f.Region == "" || strings.HasPrefix(b.region, region.Code(f.Region).Short())) &&
		(f.text == "" || strings.HasPrefix(b.key, f.number()) || utf8Long(f.text) && strings.Contains(b.title, f.text))
}

// number is the text as a number begins.
func (f Filter) number() string { return strings.ToUpper(f.text) }

// utf8Long says whether a text is sought in titles: one character alone is not.
func utf8Long(text string) bool { return len([]rune(text)) >= 2 }

// place prints the conditions of there, with their columns' prefix.
func (f Filter) place(of string) (where string, args []any) {
	if len(f.offices) > 0 {
		where += " AND " + of + "office IN (" + questions(len(f.offices)) + ")"
		for _, o := range f.offices {
			args = append(args, o)
		}
	}
	if f.Region != "" {
		on, arg := within(f.Region, of)
		where, args = where+" AND "+on, append(args, arg)
	}
	if f.text != "" {
		where, args = where+" AND ("+of+"key >= ? AND "+of+"key < ?", append(args, f.number(), f.number()+afterAll)
		if utf8Long(f.text) {
			where, args = where+" OR "+of+`title LIKE ? ESCAPE '\\'`, append(args, "%"+escaped(f.text)+"%")
		}
		where += ")"
	}
	return where, args
}

func questions(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

func escaped(s string) string { return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) }

// within is the condition of being in a region, as an index has it where there is one.
func within(code, of string) (string, any) {
	short := region.Code(code).Short()
	if len(short) > 12 {
		return of + "region = ?", short
	}
	return fmt.Sprintf("substr(%sregion, 1, %d) = ?", of, len(short)), short
}

// mostFound is how many cases of a text are gathered at once.
const mostFound = 5_000

// narrow gathers the cases of a text where they are few, so that they need not be sought on
// the way. A text that has a digit may be a number's beginning.
func (e *Engine) narrow(ctx context.Context, f *Filter) error {
	if f.text == "" {
		return nil
	}
	var ids []string
	if strings.ContainsAny(f.text, "0123456789") {
		some, all, err := e.some(ctx, numbered(f.number()), mostFound)
		if err != nil || !all {
			return err
		}
		ids = some
	}
	if g, ok, err := e.rarest(ctx, f.text); err != nil {
		return err
	} else if ok {
		some, all, err := e.some(ctx, g, mostFound)
		if err != nil || !all {
			return err
		}
		ids = append(ids, some...)
	}
	slices.SortFunc(ids, newest)
	f.within, f.known = slices.Compact(ids), true
	return nil
}

// rarest are the cases with those two characters of a text that the fewest have; not ok for a
// text of one.
func (e *Engine) rarest(ctx context.Context, text string) (best stream, ok bool, err error) {
	least := mostCounted + 1
	for _, g := range gramsOf(text) {
		s := of("flow_gram", "case_id", "gram = ?", g)
		n, err := e.atMost(ctx, []stream{s}, least)
		if err != nil {
			return best, false, err
		}
		if n < least || !ok {
			best, least, ok = s, n, true
		}
	}
	return best, ok, nil
}

// placed are the streams of a filter by office, region or text: of the ways there are the one
// on which the fewest cases stand.
func (e *Engine) placed(ctx context.Context, by people.Actor, f Filter, packs []string) ([]stream, error) {
	var ways [][]stream
	if len(f.offices) > 0 {
		var all []stream
		for _, o := range f.offices {
			all = append(all, of("flow_case", "id", "office = ?", o))
		}
		ways = append(ways, all)
	}
	if f.Region != "" {
		on, arg := within(f.Region, "")
		ways = append(ways, []stream{of("flow_case", "id", on, arg)})
	}
	if g, ok, err := e.rarest(ctx, f.text); err != nil {
		return nil, err
	} else if ok && !strings.ContainsAny(f.text, "0123456789") {
		ways = append(ways, []stream{g})
	}
	ways = append(ways, packsStreams(packs, f))
	if !e.seesAll(by, packs) {
		ways = append(ways, e.sightStreams(by, packs, f))
	}
	best, least := ways[0], mostCounted
	for _, w := range ways {
		n, err := e.atMost(ctx, w, least)
		if err != nil {
			return nil, err
		}
		if n < least {
			best, least = w, n
		}
	}
	where, args := f.place("")
	if f.State != "" {
		where, args = where+" AND state = ?", append(args, f.State)
	}
	for i, s := range best {
		if s.from == "flow_case" {
			best[i].where, best[i].args = s.where+where, append(slices.Clone(s.args), args...)
		}
	}
	return best, nil
}
