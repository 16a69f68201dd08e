package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/region"
)

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
			where, args = where+" OR "+of+`title LIKE ? ESCAPE '!'`, append(args, "%"+escaped(f.text)+"%")
		}
		where += ")"
	}
	return where, args
}

func questions(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

func escaped(s string) string { return strings.NewReplacer(`!`, `!!`, `%`, `!%`, `_`, `!_`).Replace(s) }

// within is the condition of being in a region, as an index has it where there is one.
func within(code, of string) (string, any) {
	short := region.Code(code).Short()
	if len(short) > 12 {
		return of + "region = ?", short
	}
	return fmt.Sprintf("substr(%sregion, 1, %d) = ?", of, len(short)), short
}

// sought looks for the cases of a text. Where they are few the filter knows them all; else path
// is a way that holds them, where there is one. A text may be a number's beginning as well.
func (e *Engine) sought(ctx context.Context, f *Filter) (path []stream, err error) {
	if f.text == "" {
		return nil, nil
	}
	ids, all, err := e.some(ctx, e.bounds.named, numbered(f.number()))
	if err != nil || !all {
		return nil, err
	}
	g, ok, err := e.rarest(ctx, f.text)
	if err != nil {
		return nil, err
	}
	if ok {
		titled, all, err := e.some(ctx, e.bounds.named, g)
		if err != nil {
			return nil, err
		}
		if !all && len(ids) == 0 {
			return []stream{g}, nil
		}
		if !all {
			return []stream{g, of("flow_case", "id", "id IN (?)", bun.List(ids))}, nil
		}
		ids = append(ids, titled...)
	}
	slices.SortFunc(ids, newest)
	f.within, f.known = slices.Compact(ids), true
	return nil, nil
}

// rarest are the cases with those two characters of a text that the fewest have; not ok for a
// text of one.
func (e *Engine) rarest(ctx context.Context, text string) (best stream, ok bool, err error) {
	least := e.bounds.counted
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
