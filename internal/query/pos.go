package query

import (
	"github.com/chengshu/chengshu/internal/row"
)

// Pos is the place of a row: its file and its number in it. It names the row as long as
// the file lives.
type Pos struct {
	File string `json:"file"`
	Pos  int64  `json:"pos"`
}

// AnyOf is true for the rows at these places.
func AnyOf(rows []Pos) row.Expr {
	byFile := map[string][]row.Lit{}
	var files []string
	for _, r := range rows {
		if byFile[r.File] == nil {
			files = append(files, r.File)
		}
		byFile[r.File] = append(byFile[r.File], row.Lit{Value: r.Pos, Type: row.IntType})
	}
	var any []row.Expr
	for _, f := range files {
		any = append(any, row.F(row.And,
			row.F(row.Eq, row.Column(FileColumn), row.Str(f)),
			row.In{X: row.Column(PosColumn), Set: byFile[f]}))
	}
	return row.F(row.Or, any...)
}
