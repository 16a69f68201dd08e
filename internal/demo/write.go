package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/chengshu/chengshu/internal/demo/invent"
)

// deliver makes the file of a delivery.
func (w *world) deliver(path string, d delivery, day invent.Day) error {
	if d.expect == "failed" {
		return w.mixUp(path, d, day)
	}
	sink, err := newSink(path, d)
	if err != nil {
		return err
	}
	if err := w.rows(sink, d, day); err != nil {
		return fmt.Errorf("demo: %s: %w", path, err)
	}
	if err := sink.close(); err != nil {
		return fmt.Errorf("demo: %s: %w", path, err)
	}
	return nil
}

// mixUp delivers another directory's table in place of the right one: its columns do not
// fit, and the load must fail.
func (w *world) mixUp(path string, d delivery, day invent.Day) error {
	other := tables()["penalties"]
	return w.deliver(path, delivery{table: other, directory: "penalties", rough: d.rough, title: d.title}, day)
}

// rows makes the rows of a delivery and hands them to the sink.
func (w *world) rows(out sink, d delivery, day invent.Day) error {
	items := w.items[d.directory]
	cells, header := make([]cell, len(items)), make([][]byte, len(items))
	for i, it := range items {
		header[i] = []byte(it.header)
		cells[i] = d.cells[it.name]
		if cells[i] == nil {
			cells[i] = common[it.name]
		}
		if cells[i] == nil {
			return fmt.Errorf("nothing makes the item %s of %s", it.name, d.directory)
		}
	}
	if err := out.header(header); err != nil {
		return err
	}
	var name uint64
	for _, c := range []byte(d.directory) {
		name = name*31 + uint64(c)
	}
	r := &record{world: w, delivery: d, today: day, last: d.from, Rand: w.mix(name, uint64(d.turn)+3)}
	row, ends := make([][]byte, len(cells)), make([]int, len(cells))
	var b []byte
	for r.n = 0; r.n < d.rows; r.n++ {
		if r.n == 0 || !r.hit(d.twice) { // else the row before comes again
			r.next()
			if d.place != nil {
				d.place(r)
			}
			b = b[:0]
			for i, c := range cells {
				b = c(r, b)
				ends[i] = len(b)
			}
			start := 0
			for i, end := range ends {
				row[i], start = b[start:end], end
			}
		}
		if err := out.row(row); err != nil {
			return err
		}
	}
	return nil
}

// sink writes rows in one form of file.
type sink interface {
	header(titles [][]byte) error
	row(cells [][]byte) error
	close() error
}

func newSink(path string, d delivery) (sink, error) {
	switch d.form {
	case xlsx:
		return newSheet(path)
	case jsonl:
		return &lines{path: path}, nil
	}
	t := &delimited{path: path, form: d.form, delim: ','}
	switch d.form {
	case tabbed:
		t.delim = '\t'
	case piped:
		t.delim = '|'
	case csvBOM:
		t.b = append(t.b, "\ufeff"...)
	}
	return t, nil
}

// delimited is a table of text.
type delimited struct {
	path  string
	form  form
	delim byte
	b     []byte
}

func (t *delimited) header(titles [][]byte) error { return t.row(titles) }

func (t *delimited) row(cells [][]byte) error {
	for i, c := range cells {
		if i > 0 {
			t.b = append(t.b, t.delim)
		}
		if bytes.IndexByte(c, t.delim) < 0 && bytes.IndexByte(c, '"') < 0 {
			t.b = append(t.b, c...)
			continue
		}
		t.b = append(t.b, '"')
		t.b = append(t.b, bytes.ReplaceAll(c, []byte(`"`), []byte(`""`))...)
		t.b = append(t.b, '"')
	}
	t.b = append(t.b, '\r', '\n')
	return nil
}

func (t *delimited) close() error {
	if t.form == csvGB18030 {
		b, err := simplifiedchinese.GB18030.NewEncoder().Bytes(t.b)
		if err != nil {
			return err
		}
		t.b = b
	}
	return os.WriteFile(t.path, t.b, 0o644)
}

// lines is JSON, an object a line.
type lines struct {
	path string
	keys [][]byte
	b    []byte
}

func (l *lines) header(titles [][]byte) error {
	for _, t := range titles {
		key, err := json.Marshal(string(t))
		if err != nil {
			return err
		}
		l.keys = append(l.keys, append(key, ':'))
	}
	return nil
}

func (l *lines) row(cells [][]byte) error {
	l.b = append(l.b, '{')
	for i, c := range cells {
		if i > 0 {
			l.b = append(l.b, ',')
		}
		l.b = append(l.b, l.keys[i]...)
		if len(c) == 0 {
			l.b = append(l.b, "null"...)
			continue
		}
		text, err := json.Marshal(string(c))
		if err != nil {
			return err
		}
		l.b = append(l.b, text...)
	}
	l.b = append(l.b, '}', '\n')
	return nil
}

func (l *lines) close() error { return os.WriteFile(l.path, l.b, 0o644) }

// sheet is a workbook of one sheet.
type sheet struct {
	path string
	file *excelize.File
	out  *excelize.StreamWriter
	n    int
	line []any
}

func newSheet(path string) (*sheet, error) {
	f := excelize.NewFile()
	out, err := f.NewStreamWriter("Sheet1")
	return &sheet{path: path, file: f, out: out}, err
}

func (s *sheet) header(titles [][]byte) error { return s.row(titles) }

func (s *sheet) row(cells [][]byte) error {
	s.n++
	s.line = s.line[:0]
	for _, c := range cells {
		if len(c) == 0 {
			s.line = append(s.line, nil)
			continue
		}
		s.line = append(s.line, string(c))
	}
	return s.out.SetRow(fmt.Sprintf("A%d", s.n), s.line)
}

func (s *sheet) close() error {
	if err := s.out.Flush(); err != nil {
		return err
	}
	if err := s.file.SaveAs(s.path); err != nil {
		return err
	}
	return s.file.Close()
}
