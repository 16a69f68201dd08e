package audit

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/chengshu/chengshu/internal/gm"
)

// chain is a closed audit whose files can be put back after each spoiling.
type chain struct {
	*bureau
	files map[string][]byte
	names []string
	last  int64
}

func newChain(t *testing.T) *chain {
	t.Helper()
	b := opened(t, t.TempDir(), small)
	written(t, b, 150)
	closed(t, b)
	b = opened(t, b.dir, small)
	if _, err := b.ring.Rotate(gm.Audit); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		if _, err := b.Append(background, call(i)); err != nil {
			t.Fatal(err)
		}
	}
	closed(t, b)
	c := &chain{bureau: b, files: map[string][]byte{}, last: 170}
	segments, err := listSegments(filepath.Join(b.dir, "audit"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range segments {
		data, err := os.ReadFile(s.path)
		if err != nil {
			t.Fatal(err)
		}
		c.files[s.path] = data
		c.names = append(c.names, s.path)
	}
	wellAt(t, c.report(t), c.last)
	return c
}

type fataler interface {
	rapid.TB
}

func (c *chain) put(t fataler, path string, data []byte) {
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// restore puts every file back.
func (c *chain) restore(t fataler) {
	for path, data := range c.files {
		c.put(t, path, data)
	}
}

func (c *chain) verify(t fataler) Report {
	r, err := Verify(background, VerifyOptions{Dir: filepath.Join(c.dir, "audit"), Head: filepath.Join(c.dir, "audit.head"), PublicKey: c.ring.PublicKey, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// lines of a segment, each with its end, without the zero bytes behind.
func (c *chain) lines(path string) [][]byte {
	data := bytes.TrimRight(c.files[path], "\x00")
	return slices.DeleteFunc(bytes.SplitAfter(data, []byte("\n")), func(l []byte) bool { return len(l) == 0 })
}

// entryOf is the entry a line holds, or for other lines the first one it speaks for.
func (c *chain) entryOf(path string, at int) int64 {
	data := c.files[path]
	begin := bytes.LastIndexByte(data[:at], '\n') + 1
	line, _, _ := bytes.Cut(data[begin:], []byte("\n"))
	switch {
	case line[0] == 'e':
		e, err := parse(line[entryAt:])
		if err != nil {
			panic(err)
		}
		return e.Seq
	case line[0] == 'b':
		text, _, _ := splitHeader(line)
		h, _ := parseHeader(text)
		return h.First
	}
	h, _, _ := parseSegmentHead(append(bytes.Clone(line), '\n'))
	return h.First
}

// TestAnyChangedByteIsFoundAndNamed is the promise itself.
func TestAnyChangedByteIsFoundAndNamed(t *testing.T) {
	c := newChain(t)
	rapid.Check(t, func(t *rapid.T) {
		defer c.restore(t)
		path := c.names[rapid.IntRange(0, len(c.names)-1).Draw(t, "file")]
		at := rapid.IntRange(0, len(bytes.TrimRight(c.files[path], "\x00"))-1).Draw(t, "at")
		data := bytes.Clone(c.files[path])
		data[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "by"))
		c.put(t, path, data)
		r := c.verify(t)
		if r.OK || r.Flaw == nil {
			t.Fatalf("byte %d of %s was changed and nothing found", at, filepath.Base(path))
		}
		// A line whose end is gone merges with the next: the entry named is that of the line
		// or, for a header that cannot be read, the place where it stands.
		want := c.entryOf(path, at)
		if line := bytes.LastIndexByte(c.files[path][:at], '\n') + 1; c.files[path][line] == 'b' {
			last := want
			for l := range bytes.SplitSeq(c.files[path][:line], []byte("\n")) {
				if len(l) > 0 && l[0] == 'e' {
					last++
				}
			}
			if r.Flaw.Seq < want || r.Flaw.Seq > last {
				t.Fatalf("byte %d of %s, header of %d: named %+v", at, filepath.Base(path), want, r.Flaw)
			}
		} else if r.Flaw.Seq != want {
			t.Fatalf("byte %d of %s, entry %d: named %+v", at, filepath.Base(path), want, r.Flaw)
		}
		if r.Flaw.What.ZH == "" || r.Flaw.Segment == "" {
			t.Fatalf("a flaw without words or place: %+v", r.Flaw)
		}
	})
}

// TestLinesTakenOutExchangedAndDoubled works on whole lines: entries, headers, heads.
func TestLinesTakenOutExchangedAndDoubled(t *testing.T) {
	c := newChain(t)
	rapid.Check(t, func(t *rapid.T) {
		defer c.restore(t)
		path := c.names[rapid.IntRange(0, len(c.names)-1).Draw(t, "file")]
		lines := c.lines(path)
		i := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
		j := rapid.IntRange(0, len(lines)-1).Draw(t, "other")
		changed := slices.Clone(lines)
		how := rapid.SampledFrom([]string{"drop", "double", "exchange", "move", "batch"}).Draw(t, "how")
		switch how {
		case "drop":
			changed = slices.Delete(changed, i, i+1)
		case "double":
			changed = slices.Insert(changed, i, lines[i])
		case "exchange":
			changed[i], changed[j] = changed[j], changed[i]
		case "move":
			changed = slices.Insert(slices.Delete(changed, i, i+1), min(j, len(changed)-1), lines[i])
		case "batch": // the whole batch around i goes
			from, to := i, i+1
			for from > 1 && lines[from-1][0] != 'b' {
				from--
			}
			for to < len(lines) && lines[to-1][0] != 'b' {
				to++
			}
			changed = slices.Delete(changed, max(1, from), max(1, to))
		}
		text := bytes.Join(changed, nil)
		if bytes.Equal(text, bytes.Join(lines, nil)) {
			t.Skip("nothing changed")
		}
		if path == c.names[len(c.names)-1] {
			text = append(text, make([]byte, 100)...)
		}
		c.put(t, path, text)
		// The first line that is not what it was names the entry at the latest.
		n := 0
		for n < len(lines) && n < len(changed) && bytes.Equal(lines[n], changed[n]) {
			n++
		}
		var first int64
		if n < len(lines) {
			first = c.entryOf(path, len(bytes.Join(lines[:n], nil)))
			for m := n; lines[m][0] == 'b' && m > 0 && m-1 > 0 && lines[m-1][0] == 'e'; m-- {
				first = max(first, c.entryOf(path, len(bytes.Join(lines[:m-1], nil)))+1)
			}
		} else {
			e := c.entryOf(path, len(bytes.Join(lines[:n-1], nil)))
			first = e + int64(len(lines)) // behind everything in the file
		}
		r := c.verify(t)
		if r.OK || r.Flaw == nil || r.Flaw.Seq > first {
			t.Fatalf("%s line %d of %s: %+v %+v, want at most %d", how, i, filepath.Base(path), r, r.Flaw, first)
		}
	})
}

func TestFilesTakenOutCutAndExchanged(t *testing.T) {
	c := newChain(t)
	for i, path := range c.names {
		first := c.entryOf(path, 0)
		t.Run(fmt.Sprintf("file %d", i), func(t *testing.T) {
			defer c.restore(t)
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if r := c.verify(t); r.OK || r.Flaw.Seq != first || r.Flaw.Code != "missing" {
				t.Errorf("taken out: %+v %+v, want %d", r, r.Flaw, first)
			}
			c.restore(t)
			other := c.names[(i+1)%len(c.names)]
			c.put(t, path, c.files[other])
			c.put(t, other, c.files[path])
			if r := c.verify(t); r.OK || r.Flaw.Seq != min(first, c.entryOf(other, 0)) {
				t.Errorf("exchanged: %+v %+v", r, r.Flaw)
			}
		})
	}
	data := bytes.TrimRight(c.files[c.names[len(c.names)-1]], "\x00")
	var sizes []int
	for size := 0; size < len(data); size += 211 {
		sizes = append(sizes, size)
	}
	for _, size := range append(sizes, len(data)-3, len(data)-2, len(data)-1) {
		for _, zeros := range []int{0, 50} {
			c.put(t, c.names[len(c.names)-1], append(bytes.Clone(data[:size]), make([]byte, zeros)...))
			r := c.verify(t)
			if r.OK || r.Flaw.Seq > c.last {
				t.Fatalf("cut to %d of %d bytes: %+v %+v", size, len(data), r, r.Flaw)
			}
		}
		if _, err := openBureau(c.dir, small); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut to %d of %d bytes it opens: %v", size, len(data), err)
		}
	}
	c.restore(t)
	for path, spoil := range map[string]func(){
		"the head taken away": func() { _ = os.Remove(filepath.Join(c.dir, "audit.head")) },
		"the head changed": func() {
			text, _ := os.ReadFile(filepath.Join(c.dir, "audit.head"))
			c.put(t, filepath.Join(c.dir, "audit.head"), bytes.Replace(text, []byte(`"seq":170`), []byte(`"seq":150`), 1))
		},
	} {
		keep, err := os.ReadFile(filepath.Join(c.dir, "audit.head"))
		if err != nil {
			t.Fatal(err)
		}
		spoil()
		if r := c.verify(t); r.OK || r.Flaw.Code != "head" {
			t.Errorf("%s: %+v", path, r)
		}
		if _, err := openBureau(c.dir, small); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: it opens: %v", path, err)
		}
		c.put(t, filepath.Join(c.dir, "audit.head"), keep)
	}
	wellAt(t, c.verify(t), c.last)
}

// TestAChainOfAnotherKey has somebody with the files but without the key write the end of
// the chain anew, every hash right.
func TestAChainOfAnotherKey(t *testing.T) {
	c := newChain(t)
	forger, err := gm.NewPair()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{1, len(c.names) - 2} {
		path := c.names[i]
		lines := c.lines(path)
		n := len(lines) / 2
		for lines[n][0] != 'b' {
			n++
		}
		text, _, _ := splitHeader(bytes.TrimSuffix(lines[n], []byte("\n")))
		h, _ := parseHeader(text)
		sig, err := forger.Sign(text)
		if err != nil {
			t.Fatal(err)
		}
		lines[n] = append(base64.StdEncoding.AppendEncode(append(append([]byte("b "), text...), ' '), sig), '\n')
		c.put(t, path, bytes.Join(lines, nil))
		if r := c.verify(t); r.OK || r.Flaw.Seq != h.First || r.Flaw.Code != "signature" {
			t.Errorf("one signature replaced: %+v, want %d", r.Flaw, h.First)
		}
		c.restore(t)
	}
	// From the second file on, everything is made anew.
	dir := filepath.Join(c.dir, "audit")
	for _, path := range c.names[1:] {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	_, s, _ := parseSegmentHead(c.lines(c.names[1])[0])
	w := &writer{a: &Audit{chain: c.Chain(), opt: Options{Now: c.opt.Now, Signer: func() gm.Signer { return forged{c.ring.Current(gm.Audit), forger} }}}, hash: newHasher(), from: s, to: s}
	text := s.head(c.Chain()).append(nil)
	for s.seq < c.last {
		s.seq++
		w.linkAll(&request{tails: [][]byte{[]byte(`"at":"2026-01-01T00:00:00.000000Z","action":"nothing","rows":0,"outcome":"ok"}`)}})
		b := w.cut(&batch{})
		text = append(text, b.lines...)
	}
	c.put(t, segmentPath(dir, c.entryOf(c.names[1], 0)), text)
	if r := c.verify(t); r.OK || r.Flaw.Seq != c.entryOf(c.names[1], 0) || r.Flaw.Code != "signature" {
		t.Errorf("the end made anew: %+v", r.Flaw)
	}
}

// forged claims the key of another.
type forged struct {
	gm.Signer
	pair gm.Pair
}

func (f forged) Sign(msg []byte) ([]byte, error) { return f.pair.Sign(msg) }

// TestAnEntryChangedWithItsCheck has the forger make the entry's own check right again:
// then the batch it is in is named.
func TestAnEntryChangedWithItsCheck(t *testing.T) {
	c := newChain(t)
	for _, path := range []string{c.names[0], c.names[3], c.names[len(c.names)-1]} {
		lines := c.lines(path)
		_, s, _ := parseSegmentHead(lines[0])
		first, h := s.seq+1, newHasher()
		for i, line := range lines[1:] {
			if line[0] == 'b' {
				first = s.seq + 1
				continue
			}
			before := s.leaf
			s.seq, s.leaf = s.seq+1, h.leaf(&s.leaf, line[entryAt:len(line)-1])
			forged := bytes.Replace(line, []byte(`"rows":1`), []byte(`"rows":7`), 1)
			leaf := h.leaf(&before, forged[entryAt:len(line)-1])
			check(forged[2:2+checkChars], &leaf)
			changed := slices.Clone(lines)
			changed[i+1] = forged
			c.put(t, path, bytes.Join(changed, nil))
			r := c.verify(t)
			if r.OK || r.Flaw.Seq < first || r.Flaw.Seq > s.seq+1 {
				t.Errorf("entry %d of the batch from %d: %+v %+v", s.seq, first, r, r.Flaw)
			}
		}
		c.restore(t)
	}
}
