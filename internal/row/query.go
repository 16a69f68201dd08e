package row

import "github.com/chengshu/chengshu/internal/ident"

// Query reads one table. The zero Where reads every row: callers that must deny say so
// with a constant false. At is a snapshot of the lake, 0 the current one.
type Query struct {
	From   ident.Ref
	At     int64
	Select []Named // empty: every column of the schema
	Where  Expr
	Group  []Expr
	Order  []Order
	Limit  int // 0: all
	Offset int
}

// Named is an output column: an expression, or an aggregate over one.
type Named struct {
	Name string
	Agg  Agg // "" for a plain expression
	X    Expr
}

// Agg is an aggregate; Count with a nil X counts rows.
type Agg string

// The aggregates.
const (
	Count         Agg = "count"
	CountDistinct Agg = "count_distinct"
	Sum           Agg = "sum"
	Min           Agg = "min"
	Max           Agg = "max"
	Avg           Agg = "avg"
)

// Order is one key of the order; NULLs come last.
type Order struct {
	X    Expr
	Desc bool
}
