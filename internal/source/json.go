package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// object is one element's keys and values in its own order.
type object struct{ keys, values []string }

// readObject gives false for anything that is no object, and for texts with a NUL byte,
// which no engine keeps.
func readObject(raw []byte) (object, bool) {
	var o object
	if len(raw) == 0 || raw[0] != '{' || !json.Valid(raw) {
		return o, false
	}
	i := 1
	for {
		if i = blanks(raw, i); raw[i] == '}' {
			return o, true
		}
		if raw[i] == ',' {
			i = blanks(raw, i+1)
		}
		end := valueEnd(raw, i)
		key := cellOf(raw[i:end])
		i = blanks(raw, end) // the colon
		i = blanks(raw, i+1) // the value
		end = valueEnd(raw, i)
		value := cellOf(raw[i:end])
		if strings.IndexByte(key, 0) >= 0 || strings.IndexByte(value, 0) >= 0 {
			return o, false
		}
		o.keys, o.values = append(o.keys, key), append(o.values, value)
		i = end
	}
}

func blanks(b []byte, i int) int {
	for b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n' {
		i++
	}
	return i
}

// valueEnd passes over one value of valid JSON.
func valueEnd(b []byte, i int) int {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '"':
			for i++; b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth == 0 {
				return i
			}
			depth--
		case ',', ':', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return i
}

// cellOf is a value as a cell's text: texts plain, null blank, numbers as written, what is
// nested as JSON.
func cellOf(v []byte) string {
	switch v[0] {
	case 'n':
		return ""
	case '"':
		if bytes.IndexByte(v, '\\') < 0 {
			return string(v[1 : len(v)-1])
		}
		var s string
		if err := json.Unmarshal(v, &s); err != nil {
			return string(v)
		}
		return s
	case '{', '[':
		var b bytes.Buffer
		if err := json.Compact(&b, v); err != nil {
			return string(v)
		}
		return b.String()
	}
	return string(v)
}

// keyed orders keys as they were first met.
type keyed struct {
	at   map[string]int
	keys []string
}

func (k *keyed) add(keys []string) {
	for _, s := range keys {
		if _, ok := k.at[s]; !ok {
			k.at[s] = len(k.keys)
			k.keys = append(k.keys, s)
		}
	}
}

// row lays values out by key; false when a key is not known. The last of two like keys
// counts.
func (k *keyed) row(o object, into []string) bool {
	clear(into)
	for i, key := range o.keys {
		at, ok := k.at[key]
		if !ok || at >= len(into) {
			return false
		}
		into[at] = o.values[i]
	}
	return true
}

func lookJSON(sh *Shape, s *Spooled, h head, o Options) error {
	sh.Reasons[ReasonFormat] = fault.T("内容是 JSON 数组", "its content is a JSON array")
	if sh.Format == JSONL {
		sh.Reasons[ReasonFormat] = fault.T("内容是每行一个 JSON 对象", "its content is one JSON object a line")
	}
	sh.Header, sh.Reasons[ReasonHeader] = true, fault.T("列名取自对象的键", "the column names are the objects' keys")
	e := newElements(bytes.NewReader(h.text), s.Name, sh.Format, o.MaxLine)
	k := keyed{at: map[string]int{}}
	var sample []object
	all, objects, upTo := int64(0), int64(0), int64(0)
	for {
		_, raw, err := e.next()
		if err != nil {
			if errors.Is(err, io.EOF) || !h.whole && e.off >= int64(len(h.text))-1 {
				break
			}
			return err
		}
		ob, ok := readObject(raw)
		if sh.Format == JSONL && !h.whole && e.off >= int64(len(h.text)) {
			break // cut off by the head's end
		}
		all, upTo = all+1, e.off
		if !ok {
			continue
		}
		objects++
		k.add(ob.keys)
		if len(k.keys) > o.MaxColumns {
			return faultColumns(s.Name, len(k.keys), o.MaxColumns)
		}
		if len(sample) < sampleRows {
			sample = append(sample, ob)
		}
	}
	switch {
	case all == 0 && h.whole:
		return faultNoRows(s.Name)
	case objects == 0 || len(k.keys) == 0:
		return faultJSON(s.Name, 1, fault.T("没有读到带有键的 JSON 对象", "no JSON objects with keys were found"))
	}
	for _, ob := range sample {
		row := make([]string, len(k.keys))
		k.row(ob, row)
		sh.Sample = append(sh.Sample, row)
	}
	sh.keys = k.keys
	sh.RowsEstimate = all
	if !h.whole && upTo > 0 {
		sh.RowsEstimate = int64(float64(all) * float64(s.Bytes) / float64(len(h.raw)) * float64(len(h.text)) / float64(upTo))
	}
	return nameColumns(sh, s, tops{header: true, names: k.keys}, len(k.keys), h.whole, o)
}

// objects writes JSON as CSV. Keys that Look could not see yet become columns at the end:
// then the file is walked a second time.
func (w *work) objects() (*Ready, error) {
	k := &keyed{at: map[string]int{}}
	keys := w.sh.keys
	if len(keys) != len(w.sh.Columns) {
		keys = w.sh.Columns
	}
	k.add(keys)
	columns := append([]string(nil), w.sh.Columns...)
	for {
		known := len(k.keys)
		r, err := w.objectTable(k, columns)
		if err != nil || len(k.keys) == known {
			return r, err
		}
		for _, p := range w.made {
			if err := remove(p); err != nil {
				return nil, err
			}
		}
		w.made = nil
		if len(k.keys) > w.o.MaxColumns {
			return nil, faultColumns(w.s.Name, len(k.keys), w.o.MaxColumns)
		}
		if columns, err = columnNames(w.s.Name, append(columns, k.keys[known:]...), w.o.MaxColumns); err != nil {
			return nil, err
		}
	}
}

// objectTable writes until it meets a key without a column; from there on it only gathers
// keys.
func (w *work) objectTable(k *keyed, columns []string) (*Ready, error) {
	src, err := w.open(w.s.Path, w.s.Bytes)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	e := newElements(decode(src, w.sh.Encoding), w.s.Name, w.sh.Format, w.o.MaxLine)
	row := make([]string, len(columns))
	r, err := w.table(columns, func(t *table) error {
		for {
			line, raw, err := e.next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			ob, ok := readObject(raw)
			switch {
			case !ok:
				err = t.reject(line, string(raw))
			case len(k.keys) == len(columns) && k.row(ob, row):
				err = t.put(line, row)
			default:
				t.rows++
				if k.add(ob.keys); len(k.keys) > w.o.MaxColumns {
					err = faultColumns(w.s.Name, len(k.keys), w.o.MaxColumns)
				}
			}
			if err != nil {
				return err
			}
		}
	})
	var bad *undecodable
	if errors.As(err, &bad) {
		err = faultDamaged(w.s.Name, w.sh.Encoding, place{bad.off, bad.line})
	}
	return r, err
}
