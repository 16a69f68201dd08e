package duckdb

import (
	"fmt"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// longest is how many bytes a line of text may have.
const longest = 16 << 20

// input prints the relation of a load's raw rows: one text column for every column of the
// file that feeds an item, named rawName. With rejects, lines that cannot be parsed are
// kept in the session's table "rejected"; without, they are passed over.
func (p *printer) input(g *query.Governed, rejects bool) (string, error) {
	switch g.Format {
	case "csv":
		return p.csv(g, rejects), nil
	case "parquet":
		return p.parquet(g), nil
	case "raw":
		return p.raw(g)
	}
	return "", fault.New(fault.Invalid, "load.format", fault.T("不支持的输入格式 %q", "the input format %q is not supported", g.Format)).
		Fix(fault.T("请使用 CSV、Parquet，或先转换", "give CSV or Parquet, or have it converted first"))
}

// rawName is the raw text of item number i inside the statement.
func rawName(i int) string { return fmt.Sprintf("r%d", i) }

// feeds gives, per item, the first column of the file that feeds it, or −1.
func feeds(g *query.Governed) []int {
	out := make([]int, len(g.Types))
	for i, f := range g.Types {
		out[i] = -1
		for k, c := range g.Columns {
			if c == f.Name {
				out[i] = k
				break
			}
		}
	}
	return out
}

func (p *printer) csv(g *query.Governed, rejects bool) string {
	var columns []string
	for k := range g.Columns {
		columns = append(columns, fmt.Sprintf("'f%d': 'VARCHAR'", k))
	}
	delim := g.Delim
	if delim == "" {
		delim = ","
	}
	keep := ""
	if rejects {
		keep = ", store_rejects=true, rejects_table='rejected', rejects_scan='rejected_scan', rejects_limit=0"
	}
	options := fmt.Sprintf("auto_detect=false, header=false, columns={%s}, delim=%s, quote=%s, escape=%s, skip=%d, max_line_size=%d, buffer_size=%d, nullstr='', ignore_errors=true%s",
		strings.Join(columns, ", "), p.bind(delim), p.bind(g.Quote), p.bind(g.Escape), g.Skip, longest, 2*longest, keep)
	return "SELECT " + fed(g, func(k int) string { return fmt.Sprintf("f%d", k) }) + " FROM read_csv(" + p.bind(g.Files) + "::VARCHAR[], " + options + ")" + p.limit(g)
}

// fed selects the raw text of every item from the column that feeds it.
func fed(g *query.Governed, column func(k int) string) string {
	out := make([]string, len(g.Types))
	for i, k := range feeds(g) {
		out[i] = "NULL::VARCHAR AS " + rawName(i)
		if k >= 0 {
			out[i] = column(k) + " AS " + rawName(i)
		}
	}
	return strings.Join(out, ", ")
}

func (p *printer) limit(g *query.Governed) string {
	if g.Limit <= 0 {
		return ""
	}
	return " LIMIT " + p.bind(g.Limit)
}

// parquet reads columns by position, as texts; dates and numbers become what ToText gives.
func (p *printer) parquet(g *query.Governed) string {
	names := make([]string, len(g.Columns))
	for k := range names {
		names[k] = fmt.Sprintf("f%d", k)
	}
	return "SELECT " + fed(g, func(k int) string { return fmt.Sprintf("nullif(CAST(f%d AS VARCHAR), '')", k) }) +
		" FROM read_parquet(" + p.bind(g.Files) + "::VARCHAR[], hive_partitioning=false) AS t(" + strings.Join(names, ", ") + ")" + p.limit(g)
}

// raw reads the kept texts of a quarantine table; lines that could never be parsed stay
// behind.
func (p *printer) raw(g *query.Governed) (string, error) {
	s := query.Table(nil, words(g.Where))
	where, err := p.rows(g, s)
	if err != nil {
		return "", err
	}
	table, err := p.table(g.Table, s, true)
	if err != nil {
		return "", err
	}
	return "SELECT " + fed(g, func(k int) string { return p.corrected(g, k) }) +
		" FROM " + table + " WHERE " + where + p.limit(g), nil
}

// corrected is the raw text of a column, or what was written in its place.
func (p *printer) corrected(g *query.Governed, k int) string {
	kept := fmt.Sprintf("%s[%d]", name(query.RawColumn), k+1)
	var cases strings.Builder
	for _, c := range g.Cells {
		if c.Column != k {
			continue
		}
		text := "NULL"
		if c.Text != nil {
			text = p.bind(*c.Text)
		}
		fmt.Fprintf(&cases, " WHEN %s = %s AND %s = %s THEN %s::VARCHAR", name(query.FileColumn), p.bind(c.File), name(query.PosColumn), p.bind(c.Pos.Pos), text)
	}
	if cases.Len() == 0 {
		return kept
	}
	return "CASE" + cases.String() + " ELSE " + kept + " END"
}

// words is how many words of bits a condition speaks of.
func words(where row.Expr) int {
	n := 1
	q := row.Query{Where: where}
	for w := 1; w < 64; w++ {
		if names(q, query.Broken(w)) {
			n = w + 1
		}
	}
	return n
}

// rows prints which rows of the quarantine table are meant.
func (p *printer) rows(g *query.Governed, s row.Schema) (string, error) {
	if g.Where == nil {
		return "TRUE", nil
	}
	inner := printer{column: columnsOf(s, true), today: g.Today, args: p.args}
	sql, _, err := inner.expr(g.Where)
	p.args = inner.args
	return sql, err
}

// columnsOf resolves the columns of a table by name.
func columnsOf(s row.Schema, places bool) func(row.Col) (string, row.Type, error) {
	return func(c row.Col) (string, row.Type, error) {
		if f, ok := s.Find(c.Name); ok && !c.Clean {
			return name(f.Name), f.Type, nil
		}
		if places && c.Name == query.FileColumn {
			return name(c.Name), row.TextType, nil
		}
		if places && c.Name == query.PosColumn {
			return name(c.Name), row.IntType, nil
		}
		return "", row.Type{}, fault.New(fault.Invalid, "query.column", fault.T("没有名为 %q 的列", "there is no column %q", c.Name)).
			Fix(fault.T("请核对列名", "check the name"))
	}
}
