package ledger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/chengshu/chengshu/internal/fault"
)

const (
	red  = "B42318"
	pink = "FDECEB"
	grey = "F0F2F5"
)

// Marked writes the file of an import as a workbook in which every wrong cell is red and a
// first column says what is wrong and what to do. It is corrected there and sent again: the
// column is passed over.
func (l *Ledger) Marked(ctx context.Context, e *Entity, d Import, id, lang string, out io.Writer) (err error) {
	j, err := l.Job(ctx, id)
	if err != nil {
		return err
	}
	if j.Pack != e.Pack || j.Entity != e.Name {
		return ErrNoJob.At("%s", id)
	}
	if j.Sheet == "" {
		j.Sheet = d.Sheet
	}
	rows, err := l.openRows(ctx, &j)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.close()) }()
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	w, err := newMarker(f, j.Faults, lang, rows.header)
	if err != nil {
		return err
	}
	for n := 2; ; n++ {
		line, cells, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := w.row(n, line, cells); err != nil {
			return err
		}
	}
	if err := w.stream.Flush(); err != nil {
		return err
	}
	return f.Write(out)
}

type marker struct {
	stream    *excelize.StreamWriter
	bad, head int // styles
	lang      string
	shift     int // columns put before the file's own
	said      int // the file's own column of errors, -1: none
	by        map[int64][]CellFault
}

func newMarker(f *excelize.File, faults []CellFault, lang string, header []string) (*marker, error) {
	m := &marker{lang: lang, shift: 1, said: -1, by: map[int64][]CellFault{}}
	for _, c := range faults {
		m.by[c.Line] = append(m.by[c.Line], c)
	}
	for i, h := range header {
		if folded(h) == folded(errorColumn.ZH) || folded(h) == folded(errorColumn.EN) {
			m.said = i // of a file that was marked before
		}
	}
	var err error
	if m.bad, err = f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{pink}}, Font: &excelize.Font{Color: red}}); err != nil {
		return nil, err
	}
	if m.head, err = f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{grey}}, Font: &excelize.Font{Bold: true}}); err != nil {
		return nil, err
	}
	if m.stream, err = f.NewStreamWriter("Sheet1"); err != nil {
		return nil, err
	}
	for _, err := range []error{m.stream.SetColWidth(1, 1, 60), m.stream.SetColWidth(2, len(header)+1, 16),
		m.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})} {
		if err != nil {
			return nil, err
		}
	}
	top := []any{excelize.Cell{StyleID: m.head, Value: errorColumn.In(lang)}}
	for i, h := range header {
		if i != m.said {
			top = append(top, excelize.Cell{StyleID: m.head, Value: h})
		}
	}
	return m, m.stream.SetRow("A1", top)
}

func (m *marker) row(n int, line int64, cells []string) error {
	wrong := map[int]bool{}
	var said []string
	for _, f := range m.by[line] {
		wrong[f.Column] = true
		said = append(said, f.Text.In(m.lang)+map[bool]string{true: "；", false: "; "}[m.lang != "en"]+f.Remedy.In(m.lang))
	}
	out := []any{excelize.Cell{StyleID: map[bool]int{true: m.bad}[len(said) > 0], Value: strings.Join(said, "\n")}}
	width := len(cells)
	for c := range wrong {
		width = max(width, c+1)
	}
	for i := range width {
		if i == m.said {
			continue
		}
		text := ""
		if i < len(cells) {
			text = cells[i]
		}
		if wrong[i] {
			out = append(out, excelize.Cell{StyleID: m.bad, Value: text})
		} else {
			out = append(out, text) // a text, never a formula
		}
	}
	return m.stream.SetRow(fmt.Sprintf("A%d", n), out)
}

// Template writes a workbook to fill in for an import: the header, what to write in each
// column, and lists to choose from.
func (l *Ledger) Template(ctx context.Context, e *Entity, d Import, lang string, out io.Writer) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	t := &blank{f: f, lang: lang, main: cleanSheet(e.Title.In(lang)), about: fault.T("填写说明", "what to write").In(lang), lists: fault.T("取值", "choices").In(lang)}
	if l != nil && l.opt.Offices != nil {
		titles, err := l.opt.Offices(ctx)
		if err != nil {
			return err
		}
		for _, title := range titles {
			t.offices = append(t.offices, title)
		}
	}
	if err := t.write(e, d); err != nil {
		return fmt.Errorf("ledger: template of %s: %w", e.ID(), err)
	}
	return f.Write(out)
}

func cleanSheet(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return '_'
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 30 {
		s = string(r[:30])
	}
	if s == "" {
		return "Sheet1"
	}
	return s
}
