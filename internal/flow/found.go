package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"

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

// sought gives the cases that a text is to be sought in: those whose number begins so, and those
// with its rarest two characters. There are none where the numbers are too many for a page; few
// says whether all are few.
func (e *Engine) sought(ctx context.Context, f Filter) (all []stream, few bool, err error) {
	if f.text == "" {
		return nil, false, nil
	}
	all = append(all, numbered(f.number()))
	n, err := e.atMost(ctx, all, e.bounds.sorted+1)
	if err != nil || n > e.bounds.sorted {
		return nil, false, err
	}
	if n == 0 {
		all = nil
	}
	g, k, err := e.rarest(ctx, f.text)
	if k > 0 {
		all = append(all, g)
	}
	if len(all) == 0 {
		all = append(all, numbered(f.number())) // nothing is called so
	}
	return all, n+k <= e.bounds.named, err
}

// rarest are the cases with those two characters of a text that the fewest have, and with the
// others of its first ones; least is how many have the rarest, as far as was counted. There are
// none for a text of one character.
func (e *Engine) rarest(ctx context.Context, text string) (best stream, least int, err error) {
	grams, at := gramsOf(text), 0
	for i, g := range grams {
		most := least
		if i == 0 {
			most = e.bounds.counted
		}
		n, err := e.atMost(ctx, []stream{of("flow_gram", "case_id", "gram = ?", g)}, most)
		if err != nil {
			return best, 0, err
		}
		if n < least || i == 0 {
			at, least = i, n
		}
	}
	if len(grams) == 0 {
		return best, 0, nil
	}
	best = of("flow_gram", "case_id", "gram = ?", grams[at])
	for i, g := range grams[:min(mostGrams, len(grams))] {
		if i != at {
			best.where += " AND EXISTS (SELECT 1 FROM flow_gram AS o WHERE o.gram = ? AND o.case_id = flow_gram.case_id)"
			best.args = append(best.args, g)
		}
	}
	return best, least, nil
}

// mostGrams bounds how many pairs of characters of a text a case is asked for.
const mostGrams = 5
