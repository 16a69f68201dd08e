package duckdb

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"unicode"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

const (
	fewValues   = 1000    // an item with more different values is not looked at by value
	topValues   = 3       // per item
	patternRows = 200_000 // patterns are taken from so many rows
	leastShare  = 0.05    // of the broken rows
	leastMore   = 0.02    // by which a share must exceed its base
)

// Concentrations says what the rows that broke a rule have in common: values of items with
// few of them, months and days, and for the items that the rule reads the patterns of their
// raw texts. Only what is commoner among the broken rows than elsewhere is given.
func (d *DB) Concentrations(ctx context.Context, st query.Staged, bit int, reads []string) ([]query.Concentration, error) {
	s, err := d.session()
	if err != nil {
		return nil, err
	}
	defer s.close()
	c := &concentrations{session: s, staged: st}
	c.word, c.mask = query.Place(bit)
	if err := c.totals(ctx); err != nil || c.broken == 0 {
		return nil, err
	}
	if err := c.values(ctx, reads); err != nil {
		return nil, err
	}
	for i, f := range st.Items {
		for _, r := range reads {
			if r == f.Name {
				if err := c.patterns(ctx, i); err != nil {
					return nil, err
				}
			}
		}
	}
	return c.out, nil
}

type concentrations struct {
	*session
	staged      query.Staged
	word        int
	mask        int64
	all, broken int64
	out         []query.Concentration
}

// rows prints the staged rows and the condition that the rule is broken.
func (c *concentrations) rows(p *printer) (from, broken string, err error) {
	from, err = p.table(append(append([]lake.File{}, c.staged.Bad...), c.staged.Good...), query.Table(c.staged.Items, c.staged.Words), false)
	return from, fmt.Sprintf("((%s & %d) <> 0)", name(query.Broken(c.word)), c.mask), err
}

func (c *concentrations) totals(ctx context.Context) error {
	p := &printer{}
	from, broken, err := c.rows(p)
	if err != nil {
		return err
	}
	return c.each(ctx, "SELECT count(*), count(*) FILTER ("+broken+") FROM "+from, p.args, func(v []any) error {
		c.all, c.broken = v[0].(int64), v[1].(int64)
		return nil
	})
}

// trait is something a row has: an item's value, or the month or day of a date.
type trait struct {
	item, kind string
	sql        string
}

func (c *concentrations) traits(reads []string) (out []trait) {
	for i, f := range c.staged.Items {
		n := name(f.Name)
		switch f.Type.Kind {
		case row.Date, row.Time:
			out = append(out, trait{f.Name, "time", "strftime(" + n + ", '%Y-%m')"}, trait{f.Name, "time", "strftime(" + n + ", '%Y-%m-%d')"})
		case row.Text, row.Int, row.Bool:
			sql := "CAST(" + n + " AS VARCHAR)"
			for _, r := range reads {
				if r == f.Name { // its value may be missing because it is broken
					sql = fmt.Sprintf("coalesce(CASE WHEN len(%[1]s) = %[2]d THEN %[1]s[%[3]d] END, %[4]s)", name(query.RawColumn), len(c.staged.Items), i+1, sql)
				}
			}
			out = append(out, trait{f.Name, "value", sql})
		}
	}
	return out
}

func (c *concentrations) values(ctx context.Context, reads []string) error {
	list := c.traits(reads)
	if len(list) == 0 {
		return nil
	}
	few, err := c.few(ctx, list)
	if err != nil {
		return err
	}
	for i, t := range list {
		if few[i] {
			if err := c.top(ctx, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// few says which traits take few values among the broken rows.
func (c *concentrations) few(ctx context.Context, list []trait) ([]bool, error) {
	p := &printer{}
	from, broken, err := c.rows(p)
	if err != nil {
		return nil, err
	}
	counts := make([]string, len(list))
	for i, t := range list {
		counts[i] = "approx_count_distinct(" + t.sql + ")"
	}
	out := make([]bool, len(list))
	return out, c.each(ctx, "SELECT "+strings.Join(counts, ", ")+" FROM "+from+" WHERE "+broken, p.args, func(v []any) error {
		for i := range v {
			out[i] = v[i].(int64) <= fewValues
		}
		return nil
	})
}

func (c *concentrations) top(ctx context.Context, t trait) error {
	p := &printer{}
	from, broken, err := c.rows(p)
	if err != nil {
		return err
	}
	sql := fmt.Sprintf("SELECT v, count(*) FILTER (b), count(*) FROM (SELECT %s AS v, %s AS b FROM %s) WHERE v IS NOT NULL GROUP BY v ORDER BY 2 DESC, 1 LIMIT %d",
		t.sql, broken, from, topValues)
	return c.each(ctx, sql, p.args, func(v []any) error {
		c.add(t.item, t.kind, v[0].(string), v[1].(int64), float64(v[2].(int64))/float64(c.all), c.broken)
		return nil
	})
}

func (c *concentrations) add(item, kind, value string, rows int64, base float64, of int64) {
	share := float64(rows) / float64(of)
	if share >= leastShare && share >= base+leastMore {
		c.out = append(c.out, query.Concentration{Item: item, Kind: kind, Value: value, Rows: rows, Share: share, Base: base})
	}
}

// patterns compares the written forms of item i among broken rows and among all.
func (c *concentrations) patterns(ctx context.Context, i int) error {
	broken, of, err := c.forms(ctx, i, true)
	if err != nil || of == 0 {
		return err
	}
	all, ofAll, err := c.forms(ctx, i, false)
	if err != nil {
		return err
	}
	var list []string
	for f := range broken {
		list = append(list, f)
	}
	sort.Slice(list, func(a, b int) bool {
		if broken[list[a]] != broken[list[b]] {
			return broken[list[a]] > broken[list[b]]
		}
		return list[a] < list[b]
	})
	for _, f := range list[:min(topValues, len(list))] {
		rows := broken[f] * c.broken / of // of all broken rows
		c.add(c.staged.Items[i].Name, "pattern", f, rows, float64(all[f])/float64(max(ofAll, 1)), c.broken)
	}
	return nil
}

func (c *concentrations) forms(ctx context.Context, i int, onlyBroken bool) (map[string]int64, int64, error) {
	p := &printer{}
	from, broken, err := c.rows(p)
	if err != nil {
		return nil, 0, err
	}
	where := "TRUE"
	if onlyBroken {
		where = broken
	}
	sql := fmt.Sprintf("SELECT coalesce(CASE WHEN len(%[1]s) = %[2]d THEN %[1]s[%[3]d] END, CAST(%[4]s AS VARCHAR)) FROM %[5]s WHERE %[6]s",
		name(query.RawColumn), len(c.staged.Items), i+1, name(c.staged.Items[i].Name), from, where)
	if onlyBroken {
		sql += fmt.Sprintf(" LIMIT %d", patternRows)
	} else if c.all > patternRows {
		sql = "SELECT * FROM (" + sql + fmt.Sprintf(") USING SAMPLE reservoir(%d ROWS) REPEATABLE (1)", patternRows)
	}
	forms, n := map[string]int64{}, int64(0)
	return forms, n, c.each(ctx, sql, p.args, func(v []any) error {
		n++
		if s, ok := v[0].(string); ok {
			forms[Form(s)]++
		}
		return nil
	})
}

// Form is the written form of a text: digits as 9, Latin letters as A, Han characters as
// 汉, full-width ones as ９ and Ａ, other characters as they are; runs are counted; and
// after "…" the last character where it is neither a digit nor Han. No value can be read
// back from it.
func Form(s string) string {
	var b strings.Builder
	run, last, n := rune(-1), rune(-1), 0
	flush := func() {
		if n > 0 {
			b.WriteRune(run)
		}
		if n > 1 {
			fmt.Fprintf(&b, "{%d}", n)
		}
	}
	for _, r := range s {
		k := kindOf(r)
		if k != run {
			flush()
			run, n = k, 0
		}
		n++
		last = r
	}
	flush()
	if last >= 0 && run != '9' && run != '汉' {
		b.WriteString("…")
		b.WriteRune(last)
	}
	return b.String()
}

func kindOf(r rune) rune {
	switch {
	case r >= '0' && r <= '9':
		return '9'
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
		return 'A'
	case r >= '０' && r <= '９':
		return '９'
	case r >= 'ａ' && r <= 'ｚ', r >= 'Ａ' && r <= 'Ｚ':
		return 'Ａ'
	case unicode.Is(unicode.Han, r):
		return '汉'
	}
	return r
}
