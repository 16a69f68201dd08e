package audit

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/chengshu/chengshu/internal/store"
)

// Filter says which entries are sought; what is empty does not matter.
type Filter struct {
	Action, Actor, App, Service, Directory, Grant, Target string
	Office                                                string    // whose application called, or whose thing was changed
	Subjects                                              []string  // any of them: hashes of what was looked up
	From, Until                                           time.Time // Until is not included
	Before                                                int64     // only entries before this number; 0: the newest
	Limit                                                 int       // 50
}

// Page is what was found, newest first; Next is the Before of the next page, 0 at the end.
type Page struct {
	Entries []Entry `json:"entries"`
	Next    int64   `json:"next"`
}

func (f *Filter) terms() (all []term) {
	e := Entry{Action: f.Action, Actor: f.Actor, App: f.App, Service: f.Service, Directory: f.Directory, Grant: f.Grant, Target: f.Target, Office: f.Office}
	for i, v := range e.sought().values {
		if v != "" {
			all = append(all, term{i, v})
		}
	}
	return all
}

func (f *Filter) takes(e *Entry, terms []term) bool {
	if f.Before > 0 && e.Seq >= f.Before || !f.From.IsZero() && e.At.Before(f.From) || !f.Until.IsZero() && !e.At.Before(f.Until) {
		return false
	}
	if f.Subjects != nil && !slices.Contains(f.Subjects, e.Subject) {
		return false
	}
	own := e.sought()
	return !slices.ContainsFunc(terms, func(t term) bool { return own.values[t.field] != t.value })
}

// index adds every full block that is not in the index yet: as the writer gathered it, or
// else read from the chain.
func (a *Audit) index(ctx context.Context) error {
	next, err := a.indexed(ctx)
	if err != nil {
		return err
	}
	for ; (next+1)*blockSize <= a.Last(); next++ {
		b := a.fresh.take(next)
		if b == nil {
			b = newBlock(next)
			if err := a.scan(ctx, next*blockSize+1, (next+1)*blockSize, func(e *Entry) {
				s := e.sought()
				b.add(&s)
			}); err != nil {
				return err
			}
		}
		if err := a.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error { return b.save(ctx, tx) }); err != nil {
			return err
		}
	}
	return nil
}

func (b *block) save(ctx context.Context, tx store.Tx) error {
	if _, err := tx.ExecContext(ctx, `INSERT INTO audit_block (block, oldest, newest, fields) VALUES (?, ?, ?, ?)`, b.number, b.oldest.UTC(), b.newest.UTC(), len(fields)); err != nil {
		return err
	}
	stmt, err := tx.Prepared(ctx, `INSERT INTO audit_term (term, block) VALUES ($1, $2)`)
	for t := range b.terms {
		if err == nil {
			_, err = stmt.ExecContext(ctx, t.String(), b.number)
		}
	}
	if err != nil {
		return err
	}
	return b.calls.save(ctx, tx)
}

// indexed is how many blocks are in the index.
func (a *Audit) indexed(ctx context.Context) (n int64, err error) {
	err = a.opt.Store.Read().QueryRowContext(ctx, `SELECT COALESCE(MAX(block) + 1, 0) FROM audit_block`).Scan(&n)
	return n, err
}

// scan goes over the entries of a range in order.
func (a *Audit) scan(ctx context.Context, from, to int64, see func(*Entry)) error {
	for from <= to {
		if err := ctx.Err(); err != nil {
			return err
		}
		p, err := a.locate(from)
		if errors.Is(err, ErrAway) { // Segments says so; what is here is gone over
			from = p.segment.line.Last + 1
			continue
		}
		if err != nil {
			return err
		}
		began := from
		var bad error
		p.batches(func(entries [][]byte, h header, _ []byte) bool {
			for _, line := range entries {
				e, err := parse(line)
				if err != nil {
					bad = err
					return false
				}
				if e.Seq == from && from <= to {
					see(&e)
					from++
				}
			}
			return from <= to
		})
		if bad != nil || from == began {
			return damaged(p.segment.path, p.offset, "第 %d 条无法读出", "entry %d cannot be read", from)
		}
	}
	return nil
}

// Search finds entries, newest first: what the index does not know yet is read, of the
// rest only blocks that may hold something.
func (a *Audit) Search(ctx context.Context, f Filter) (p Page, err error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	last, terms := a.Last(), f.terms()
	if f.Before > 0 {
		last = min(last, f.Before-1)
	}
	known, err := a.indexed(ctx)
	if err != nil {
		return p, err
	}
	for block := last / blockSize; block >= known; block-- {
		if full, err := a.gather(ctx, block, last, &f, terms, &p); full || err != nil {
			return p, err
		}
	}
	for below := min(known, last/blockSize+1); ; {
		blocks, err := a.candidates(ctx, below, &f, terms)
		if err != nil || len(blocks) == 0 {
			return p, err
		}
		for _, block := range blocks {
			if full, err := a.gather(ctx, block, last, &f, terms, &p); full || err != nil {
				return p, err
			}
			below = block
		}
	}
}

// gather adds what one block holds; full when the page is.
func (a *Audit) gather(ctx context.Context, block, last int64, f *Filter, terms []term, p *Page) (full bool, err error) {
	var found []Entry
	err = a.scan(ctx, block*blockSize+1, min(last, (block+1)*blockSize), func(e *Entry) {
		if f.takes(e, terms) {
			found = append(found, *e)
		}
	})
	slices.Reverse(found)
	p.Entries = append(p.Entries, found...)
	if len(p.Entries) > f.Limit {
		p.Entries = p.Entries[:f.Limit]
		p.Next = p.Entries[f.Limit-1].Seq
		return true, err
	}
	return false, err
}

// candidates are the next indexed blocks that may hold something, newest first.
func (a *Audit) candidates(ctx context.Context, below int64, f *Filter, terms []term) (blocks []int64, err error) {
	q := a.opt.Store.Read().NewSelect().Table("audit_block").Column("block").Where("block < ?", below).OrderExpr("block DESC").Limit(20)
	for _, t := range terms {
		q = q.Where("(fields <= ? OR EXISTS (SELECT 1 FROM audit_term AS t WHERE t.term = ? AND t.block = audit_block.block))", t.field, t.String())
	}
	if !f.From.IsZero() {
		q = q.Where("newest >= ?", f.From.UTC())
	}
	if !f.Until.IsZero() {
		q = q.Where("oldest < ?", f.Until.UTC())
	}
	err = q.Scan(ctx, &blocks)
	return blocks, err
}
