package source

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strings"
)

// table writes rows as CSV and rows without a shape beside it.
type table struct {
	out     *bufio.Writer
	columns int
	rows    int64
	w       *work
	rejects *bufio.Writer // nil until there is one
	draft   *draft
	bad     int64
}

// table makes the files; fill puts the rows.
func (w *work) table(columns []string, fill func(*table) error) (*Ready, error) {
	t := &table{columns: len(columns), w: w}
	path, err := w.create(".csv", func(dst *draft) error {
		t.out = bufio.NewWriterSize(writerFunc(dst.write), 1<<20)
		t.out.WriteString(strings.Join(numbered(t.columns), ",") + "\n") // engines tell the line ends by the first
		if err := fill(t); err != nil {
			return err
		}
		return t.out.Flush()
	})
	r := &Ready{Format: CSV, Files: []string{path}, Columns: columns, Delim: ",", Quote: `"`, Escape: `"`, Skip: 1}
	if t.draft != nil {
		defer t.draft.discard()
	}
	if err == nil && t.rows+t.bad == 0 {
		err = faultNoRows(w.s.Name)
	}
	if err == nil && t.bad > 0 {
		if err = t.rejects.Flush(); err == nil {
			path, err = w.place(t.draft, ".rejects.jsonl")
			r.Rejects = []string{path}
		}
	}
	if err != nil {
		return nil, err
	}
	r.Rows, r.Bad = t.rows, t.bad
	return r, nil
}

// put writes a row; cells missing at its end are blank, more than there are columns make
// it a reject.
func (t *table) put(line int64, cells []string) error {
	if len(cells) > t.columns {
		return t.reject(line, asJSON(cells))
	}
	for i := range t.columns {
		if i > 0 {
			t.out.WriteByte(',')
		}
		if i < len(cells) {
			t.cell(cells[i])
		}
	}
	if t.columns == 1 && (len(cells) == 0 || cells[0] == "") {
		t.out.WriteString(`""`) // an empty line would be no row
	}
	t.rows++
	return t.out.WriteByte('\n')
}

func (t *table) cell(s string) {
	if !strings.ContainsAny(s, ",\"\r\n") && !strings.HasPrefix(s, " ") {
		t.out.WriteString(s)
		return
	}
	t.out.WriteByte('"')
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			break
		}
		t.out.WriteString(s[:i+1])
		t.out.WriteByte('"')
		s = s[i+1:]
	}
	t.out.WriteString(s)
	t.out.WriteByte('"')
}

// reject keeps a record that has no shape, by its line in the original.
func (t *table) reject(line int64, raw string) (err error) {
	if t.rejects == nil {
		if t.draft, err = newDraft(t.w.o.Dir); err != nil {
			return err
		}
		t.rejects = bufio.NewWriterSize(writerFunc(t.draft.write), 64<<10)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(struct {
		Line int64  `json:"line"`
		Raw  string `json:"raw"`
	}{line, raw}); err != nil {
		return err
	}
	t.bad++
	_, err = t.rejects.Write(b.Bytes())
	return err
}
