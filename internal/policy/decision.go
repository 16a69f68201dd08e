package policy

import (
	"fmt"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

// Column is an item a decision lets see, through its mask.
type Column struct {
	Item string
	Type row.Type // of the item; what the mask gives is Mask.Type of it
	Mask Mask
}

// Decision is what a role's scope or a grant comes to. The zero value denies: no column is
// in it and no row passes. It is not changed after it was made and is safe for concurrent
// use.
type Decision struct {
	ID      string // of the grant; empty for a role's
	Allow   bool
	Reason  fault.Text // why it denies
	Remedy  fault.Text
	Rule    string // what decided: a grant, or a cell of the table
	From    time.Time
	Until   time.Time // zero: no term
	Columns []Column
	Rows    row.Expr // nil: none

	// Lost are items that a grant names and that can no longer be given: they are gone from
	// the directory, or became personal without a mask or a basis.
	Lost []string

	salt   Salt
	domain string
}

// nothing is the filter no row passes.
var nothing row.Expr = row.Lit{Value: false, Type: row.BoolType}

// everything is the filter every row passes.
var everything row.Expr = row.Lit{Value: true, Type: row.BoolType}

// Where is the filter for an engine: never nil, since a query without one reads every row.
func (d Decision) Where() row.Expr {
	if !d.Allow || d.Rows == nil {
		return nothing
	}
	return d.Rows
}

// Select are the columns for an engine, unmasked: the masks are laid over its answer.
func (d Decision) Select() []row.Named {
	if !d.Allow {
		return nil
	}
	out := make([]row.Named, len(d.Columns))
	for i, c := range d.Columns {
		out[i] = row.Named{Name: c.Item, X: row.Column(c.Item)}
	}
	return out
}

// Schema is what the answer looks like after the masks.
func (d Decision) Schema() row.Schema {
	if !d.Allow {
		return nil
	}
	out := make(row.Schema, len(d.Columns))
	for i, c := range d.Columns {
		out[i] = row.Field{Name: c.Item, Type: c.Mask.Type(c.Type)}
	}
	return out
}

// Plain says whether a caller may filter and sort by an item: by a masked one it could ask
// for the value piece by piece.
func (d Decision) Plain(item string) bool {
	for _, c := range d.Columns {
		if c.Item == item {
			return d.Allow && c.Mask.Kind == MaskNone
		}
	}
	return false
}

// Lens shows of a row what a decision allows. The zero value shows nothing. It is safe for
// concurrent use.
type Lens struct {
	pass func(cells []any) truth
	cols []place
}

type place struct {
	at   int
	mask func(any) any
}

// Over makes a lens for rows of a schema, whose cells are as query.Values gives them. It is
// the same truth as Where and Select have in an engine. A column or filter that does not
// fit the schema is an error: then nothing may be shown.
func (d Decision) Over(s row.Schema) (Lens, error) {
	if err := d.Err(); err != nil {
		return Lens{}, err
	}
	pass, err := tester(d.Where(), s)
	if err != nil {
		return Lens{}, err
	}
	l := Lens{pass: pass, cols: make([]place, len(d.Columns))}
	for i, c := range d.Columns {
		at := index(s, c.Item)
		if at < 0 || s[at].Type != c.Type {
			return Lens{}, fmt.Errorf("policy: column %s is not in the table as it was decided", c.Item)
		}
		l.cols[i] = place{at, c.Mask.masker(c.Type, d.salt, d.domain)}
	}
	return l, nil
}

// Row gives the columns of a row in the decision's order, masked; not ok for a row that
// may not be seen.
func (l Lens) Row(cells []any) (shown []any, ok bool) {
	if l.pass == nil || l.pass(cells) != yes {
		return nil, false
	}
	shown = make([]any, len(l.cols))
	for i, c := range l.cols {
		if c.at < len(cells) {
			shown[i] = c.mask(cells[c.at])
		}
	}
	return shown, true
}

// Masked lays the masks over cells an engine answered to Select and Where.
func (d Decision) Masked() func(cells []any) []any {
	masks := make([]func(any) any, len(d.Columns))
	for i, c := range d.Columns {
		masks[i] = c.Mask.masker(c.Type, d.salt, d.domain)
	}
	return func(cells []any) []any {
		if !d.Allow || len(cells) != len(masks) {
			return nil
		}
		out := make([]any, len(cells))
		for i, m := range masks {
			out[i] = m(cells[i])
		}
		return out
	}
}

func index(s row.Schema, name string) int {
	for i, f := range s {
		if f.Name == name {
			return i
		}
	}
	return -1
}
