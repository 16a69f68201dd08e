package source

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wherever a guess goes, it has a column at least, and the two ways to cut records agree.
func FuzzGuess(f *testing.F) {
	for _, s := range []string{people, "a;b\n1;2\n", "\"a\n\",b\r\n\"\"\"\",\r", "x", "\n", ",,,", "a\t'b'\t\n", "1|\"2\n", `"\"",` + "\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			return
		}
		g := guessDialect(text, true)
		if g.columns < 1 {
			t.Fatalf("%d columns", g.columns)
		}
		records := firstRecords(head{raw: text, text: text, whole: true}, g.dialect)
		top := findHeader(records, g.columns)
		if top.skip > len(records) || top.header && len(top.names) == 0 {
			t.Fatalf("skips %d of %d records", top.skip, len(records))
		}
		s := newScanner(g.dialect, 1<<20)
		s.feed(text)
		if sc := s.end(); sc.bad == nil && sc.nul == nil && sc.open == nil && sc.uniform() && sc.malformed == 0 {
			n := int64(0)
			parse(text, g.dialect, true, func(record) bool { n++; return true })
			if n != sc.records {
				t.Fatalf("%d records parsed, %d scanned", n, sc.records)
			}
		}
	})
}

// FuzzWalk takes anything all the way: a fault or files, never a panic, nothing left over,
// and evened text has even line ends.
func FuzzWalk(f *testing.F) {
	for _, s := range []string{people, gbk(people), wide(people, true), "a,b\r\n1,2\n3,\"x\ry\"\r", "[{\"a\":1},{\"b\":[2]}]", "{\"a\":\"\\u0041\"}\n{}", "PAR1", "\uFEFFa\n1\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		o := Options{Dir: t.TempDir(), MaxLine: 1 << 12}
		s, err := SpoolReader(background, bytes.NewReader(content), "x", o)
		if err != nil {
			return
		}
		sh, err := Look(background, s, o)
		if err != nil {
			return
		}
		if len(sh.Columns) == 0 {
			t.Fatal("no columns")
		}
		r, err := Prepare(background, s, sh, o, nil)
		if err != nil {
			if l := left(t, o.Dir); len(l) != 1 {
				t.Fatalf("left %v", l)
			}
			return
		}
		if r.Format == CSV && sh.Format == CSV {
			b, err := os.ReadFile(r.Files[0])
			if err != nil {
				t.Fatal(err)
			}
			sc := newScanner(dialect{r.Delim[0], first(r.Quote), first(r.Escape)}, 1<<20)
			sc.feed(b)
			if got := sc.end(); !got.uniform() {
				t.Fatalf("%q became %q", content, b)
			}
		}
		if err := r.Remove(); err != nil || len(left(t, o.Dir)) != 1 {
			t.Fatalf("left %v, %v", left(t, o.Dir), err)
		}
	})
}

func first(s string) byte {
	if s == "" {
		return 0
	}
	return s[0]
}

// FuzzJSON reads elements as encoding/json reads the whole.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`[{"a":1,"b":"x\"]"},{}]`, "[]", `[{"a":[{"b":null}]} , {"é":"\u00e9"}]`, "[1,\"]\",{\"a\" : {}}]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if textFormat([]byte(text)) != JSON || len(text) > 1<<16 {
			return
		}
		e := newElements(strings.NewReader(text), "x", JSON, 1<<20)
		var got []string
		for {
			_, raw, err := e.next()
			if err == io.EOF {
				break
			}
			if err != nil {
				if json.Valid([]byte(text)) && !strings.Contains(err.Error(), "source.encoding") {
					t.Fatalf("%q: %v", text, err)
				}
				return
			}
			readObject(raw)
			got = append(got, string(raw))
		}
		var want []json.RawMessage
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			return
		}
		if len(got) != len(want) {
			t.Fatalf("%q: %d elements, want %d", text, len(got), len(want))
		}
		for i := range want {
			var m map[string]any
			o, ok := readObject([]byte(got[i]))
			if err := json.Unmarshal(want[i], &m); ok != (err == nil && m != nil && !strings.Contains(strings.Join(append(o.keys, o.values...), ""), "\x00")) && !strings.Contains(got[i], `\u0000`) {
				t.Fatalf("%q: read as object: %v", got[i], ok)
			}
			for k, v := range m {
				if s, is := v.(string); ok && is && o.last(k) != s {
					t.Fatalf("%q: %q is %q, want %q", got[i], k, o.last(k), s)
				}
			}
		}
	})
}

func (o object) last(key string) string {
	for i := len(o.keys) - 1; i >= 0; i-- {
		if o.keys[i] == key {
			return o.values[i]
		}
	}
	return "(none)"
}

// A workbook that anything is made of never panics.
func FuzzSheet(f *testing.F) {
	f.Add(`<worksheet><dimension ref="A1:B9"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="C1" s="1"><v>1e5</v></c></row><row><c><f>1+1</f><v>2</v></c></row></sheetData></worksheet>`)
	f.Fuzz(func(t *testing.T, sheet string) {
		o := Options{Dir: t.TempDir()}
		path := filepath.Join(t.TempDir(), "x.xlsx")
		if err := os.WriteFile(path, []byte(sheetOf(t, sheet)), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Spool(background, path, o, nil)
		if err != nil {
			t.Fatal(err)
		}
		if sh, err := Look(background, s, o); err == nil {
			_, _ = Prepare(background, s, sh, o, nil)
		}
	})
}
