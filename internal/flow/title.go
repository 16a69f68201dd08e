package flow

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/uptrace/bun"
	"golang.org/x/text/width"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/store"
)

// Cases are found by any part of their title, which is what stands for their record and
// nobody's personal information. Every two characters of it that stand beside each other are
// kept with the case (its grams); of a text that is sought, those cases are looked at that have
// its rarest two.

// titleOf is a case's title as it is sought: in both languages, folded, and without the numbers
// of persons that slipped into it, which nobody finds by a part.
func titleOf(e *ledger.Entity, v ledger.Values) string {
	var lines []string
	for _, lang := range []string{"zh", "en"} {
		if line := folded(strings.Join(e.Heading(v, lang), " ")); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// folded is a text without what does not matter in seeking: case, width, more than one space.
func folded(s string) string {
	return strings.Join(strings.Fields(strings.ToLower(width.Fold.String(s))), " ")
}

// gramsOf are the pairs of characters of a text that stand beside each other, each once.
func gramsOf(text string) (out []string) {
	seen := map[string]bool{}
	for _, word := range strings.Fields(text) {
		r := []rune(word)
		for i := 0; i+2 <= len(r); i++ {
			if g := string(r[i : i+2]); !seen[g] {
				seen[g] = true
				out = append(out, g)
			}
		}
	}
	return out
}

// addGrams has a case found by some grams.
func addGrams(ctx context.Context, tx store.Tx, id string, grams []string) error {
	for _, g := range grams {
		if err := exec(ctx, tx, `INSERT INTO flow_gram (gram, case_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, g, id); err != nil {
			return err
		}
	}
	return nil
}

// entitle changes the title of a case that is there, and what it is found by.
func entitle(ctx context.Context, tx store.Tx, id, title string) error {
	stmt, err := tx.Prepared(ctx, `SELECT COALESCE(title, '') FROM flow_case WHERE id = $1`)
	if err != nil {
		return err
	}
	var was string
	if err := stmt.QueryRowContext(ctx, id).Scan(&was); err != nil {
		return err
	}
	if was == title && title != "" {
		return nil
	}
	before, now := gramsOf(was), gramsOf(title)
	for _, g := range before {
		if slices.Contains(now, g) {
			continue
		}
		if err := exec(ctx, tx, `DELETE FROM flow_gram WHERE gram = $1 AND case_id = $2`, g, id); err != nil {
			return err
		}
	}
	now = slices.DeleteFunc(now, func(g string) bool { return slices.Contains(before, g) })
	if err := addGrams(ctx, tx, id, now); err != nil {
		return err
	}
	return exec(ctx, tx, `UPDATE flow_case SET title = $1 WHERE id = $2`, title, id)
}

// titles follows records that are changed in their register: a new one has no case, or one that
// was opened with it and has its title. It is repeatable.
func (e *Engine) titles(ctx context.Context, ev event.Event) (store.Writes, error) {
	var body event.RecordChange
	if err := json.Unmarshal(ev.Body, &body); err != nil {
		return nil, err
	}
	p, err := e.opt.Packs.Current(body.Pack)
	if err != nil {
		return nil, nil //nolint:nilerr // a pack that is gone has no lists
	}
	m, ok := Of(p, body.Entity)
	if !ok || body.Action == "create" || len(body.Fields) > 0 && !slices.ContainsFunc(body.Fields, func(name string) bool { return slices.Contains(m.entity.Show, name) }) {
		return nil, nil
	}
	return nil, e.entitled(ctx, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("pack = ? AND flow = ?", body.Pack, body.Entity).Where("record IN (?)", bun.List(body.Records))
	})
}

// entitleAll gathers the titles of cases that have none yet, by pages, the latest first.
func (e *Engine) entitleAll(ctx context.Context) error {
	for {
		n, err := e.opt.Store.Read().NewSelect().TableExpr("(SELECT 1 FROM flow_case WHERE title IS NULL LIMIT 1) AS x").Count(ctx)
		if err != nil || n == 0 {
			return err
		}
		err = e.entitled(ctx, func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("title IS NULL").Order("id DESC").Limit(tickPage)
		})
		if err != nil {
			return err
		}
	}
}

// entitled makes the titles of some cases anew.
func (e *Engine) entitled(ctx context.Context, which func(*bun.SelectQuery) *bun.SelectQuery) error {
	var rows []caseRow
	if err := which(e.opt.Store.Read().NewSelect().Model(&rows)).Scan(ctx); err != nil || len(rows) == 0 {
		return wrapped("titles", err)
	}
	all, err := e.listed(ctx, rows)
	if err != nil {
		return err
	}
	err = e.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		for _, x := range all {
			m, err := e.machineIn(ctx, tx, x.Case)
			if err != nil {
				return err
			}
			if err := entitle(ctx, tx, x.ID, titleOf(m.entity, x.Record.Values)); err != nil {
				return err
			}
		}
		return nil
	})
	return wrapped("titles", err)
}
