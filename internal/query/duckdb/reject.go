package duckdb

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/chengshu/chengshu/internal/query"
)

// unparsed writes the rows that could not be parsed as bad rows: no values, the bit of
// parsing, and the line as their only raw text.
func (l *load) unparsed() error {
	p := &printer{}
	lines := l.lost(p)
	if len(lines) == 0 {
		return nil
	}
	known := p.args
	from := "(" + strings.Join(lines, " UNION ALL ") + ")"
	n := int64(0)
	if err := l.session.each(l.ctx, "SELECT count(*) FROM "+from, p.args, func(v []any) error { n = v[0].(int64); return nil }); err != nil || n == 0 {
		return err
	}
	var out []string
	for _, f := range l.g.Types {
		out = append(out, "NULL::"+sqlType(f.Type)+" AS "+name(f.Name))
	}
	out = append(out, p.bind(l.badBatch())+"::VARCHAR AS "+name(query.BatchColumn), p.bind(l.g.Ruleset)+"::BIGINT AS "+name(query.RulesetColumn))
	word, bit := place(l.g.ParseBit)
	for w := range l.g.Words {
		value := int64(0)
		if w == word {
			value = int64(bit)
		}
		out = append(out, fmt.Sprintf("%d::BIGINT AS %s", value, name(query.Broken(w))))
	}
	to := filepath.Join(l.g.Bad, "unparsed.parquet")
	sql := "COPY (SELECT " + strings.Join(out, ", ") + ", [coalesce(line, '')]::VARCHAR[] AS " + name(query.RawColumn) + " FROM " + from + ") TO " +
		text(to) + " (" + l.parquet(l.g.BadIDs) + ")"
	if err := l.session.exec(l.ctx, sql, p.args...); err != nil {
		return err
	}
	if err := l.sampleUnparsed(from, known); err != nil {
		return err
	}
	l.outcome.Unparsed = n
	l.outcome.In += n
	l.outcome.BadFiles = append(l.outcome.BadFiles, to)
	return nil
}

// sampleUnparsed keeps some of the lines.
func (l *load) sampleUnparsed(from string, args []any) error {
	return l.session.each(l.ctx, "SELECT coalesce(line, '') FROM "+from+fmt.Sprintf(" LIMIT %d", l.g.Samples), args, func(v []any) error {
		line, _ := v[0].(string)
		l.samples.add(query.Sample{Bits: []int{l.g.ParseBit}, Cells: []*string{&line}})
		return nil
	})
}

// lost prints the relations of lines that could not be parsed.
func (l *load) lost(p *printer) (lines []string) {
	if l.g.Format == "csv" {
		lines = append(lines, "SELECT any_value(csv_line) AS line FROM rejected GROUP BY scan_id, file_id, line, line_byte_position")
	}
	if len(l.g.Rejects) > 0 {
		lines = append(lines, "SELECT raw AS line FROM read_json("+p.bind(l.g.Rejects)+
			"::VARCHAR[], columns={'line': 'BIGINT', 'raw': 'VARCHAR'}, format='newline_delimited', maximum_object_size="+fmt.Sprint(2*longest)+")")
	}
	return lines
}
