package source

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/chengshu/chengshu/internal/fault"
)

var background = context.Background()

// write puts content under a name in a folder of its own.
func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// spooled takes content through Spool.
func spooled(t testing.TB, name, content string, o Options) *Spooled {
	t.Helper()
	s, err := Spool(background, write(t, name, content), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// walk takes content all the way.
func walk(t testing.TB, name, content string, o Options) (*Shape, *Ready, error) {
	t.Helper()
	s, err := Spool(background, write(t, name, content), o, nil)
	if err != nil {
		return nil, nil, err
	}
	sh, err := Look(background, s, o)
	if err != nil {
		return sh, nil, err
	}
	r, err := Prepare(background, s, sh, o, nil)
	return sh, r, err
}

func read(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func left(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func code(err error) string {
	if err == nil {
		return ""
	}
	return fault.From(err).Code
}

func gbk(s string) string {
	out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return out
}

func wide(s string, big bool) string {
	var b []byte
	for _, r := range "\uFEFF" + s {
		lo, hi := byte(r), byte(r>>8)
		if big {
			lo, hi = hi, lo
		}
		b = append(b, lo, hi)
	}
	return string(b)
}

func TestSpoolKeepsTheOriginal(t *testing.T) {
	content := strings.Repeat("id,name\n1,甲\n", 300_000) // several blocks
	o := Options{Dir: t.TempDir()}
	var last, of int64
	s, err := Spool(background, write(t, "people.csv", content), o, func(done, total int64) { last, of = done, total })
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(content))
	if s.Hash != hex.EncodeToString(sum[:]) || s.Bytes != int64(len(content)) || s.Name != "people.csv" {
		t.Errorf("spooled as %+v", s)
	}
	if read(t, s.Path) != content || last != s.Bytes || of != s.Bytes {
		t.Errorf("content differs or progress ended at %d of %d", last, of)
	}
	if s.scan.records != 600_000 || s.scan.lf != 600_000 || s.scan.crlf != 0 || !s.scan.high {
		t.Errorf("scanned as %+v", s.scan)
	}
	up, err := SpoolReader(background, iotest.HalfReader(strings.NewReader(content)), `C:\导出\people.csv`, o)
	if err != nil || up.Hash != s.Hash || up.Name != "people.csv" || up.Path == s.Path || *up.scan.guess != *s.scan.guess {
		t.Errorf("upload: %+v, %v", up, err)
	}
	if err := errors.Join(s.Remove(), s.Remove(), up.Remove()); err != nil || len(left(t, o.Dir)) != 0 {
		t.Errorf("after removal: %v, %v", err, left(t, o.Dir))
	}
}

// TestSpoolOfALargeFile reads one whose pages are given back behind the reading.
func TestSpoolOfALargeFile(t *testing.T) {
	content := strings.Repeat("id,name\n1,甲\n", (rarelyReread+blockSize)/14)
	path := write(t, "people.csv", content)
	s, err := Spool(background, path, Options{Dir: t.TempDir()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256([]byte(content)); s.Hash != hex.EncodeToString(sum[:]) || s.Bytes < rarelyReread {
		t.Errorf("spooled as %+v", s)
	}
	if read(t, s.Path) != content || read(t, path) != content {
		t.Error("the copy or the original differs")
	}
}

func TestSpoolRefusesAndLeavesNothing(t *testing.T) {
	long := strings.Repeat("1,2\n", 2_000_000)
	cancelled, cancel := context.WithCancel(background)
	cancel()
	tests := map[string]struct {
		content string
		o       Options
		ctx     context.Context
		during  func(path string) // once, while it is read
		code    string
	}{
		"empty":          {content: "", code: "source.empty"},
		"too large":      {content: "a,b\n1,2\n", o: Options{MaxBytes: 4}, code: "source.large"},
		"cancelled":      {content: "a,b\n1,2\n", ctx: cancelled, code: "internal"},
		"grows":          {content: long, during: func(p string) { appendTo(p, "3,4\n") }, code: "source.changed"},
		"shrinks":        {content: long, during: func(p string) { os.Truncate(p, int64(len(long)-4)) }, code: "source.changed"},
		"is overwritten": {content: long, during: func(p string) { overwrite(p, "9,9\n") }, code: "source.changed"},
		"is replaced": {content: long, during: func(p string) {
			os.WriteFile(p+".new", []byte(long), 0o600)
			os.Rename(p+".new", p)
		}, code: "source.changed"},
		"is removed": {content: long, during: func(p string) { os.Remove(p) }, code: "source.changed"},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			c.o.Dir = t.TempDir()
			if c.ctx == nil {
				c.ctx = background
			}
			path, once := write(t, "people.csv", c.content), false
			s, err := Spool(c.ctx, path, c.o, func(done, total int64) {
				if !once && c.during != nil {
					once = true
					c.during(path)
				}
			})
			if s != nil || code(err) != c.code {
				t.Errorf("got %v, %v", s, err)
			}
			if l := left(t, c.o.Dir); len(l) > 0 {
				t.Errorf("left behind: %v", l)
			}
		})
	}
	t.Run("upload fails", func(t *testing.T) {
		o := Options{Dir: t.TempDir()}
		_, err := SpoolReader(background, io.MultiReader(strings.NewReader(long), iotest.ErrReader(io.ErrClosedPipe)), "x", o)
		if code(err) != "source.read" || len(left(t, o.Dir)) > 0 {
			t.Errorf("got %v, left %v", err, left(t, o.Dir))
		}
	})
	for name, c := range map[string][2]string{"missing": {"/nowhere/people.csv", "source.missing"}, "folder": {t.TempDir(), "source.kind"}, "device": {"/dev/zero", "source.kind"}} {
		t.Run(name, func(t *testing.T) {
			if _, err := Spool(background, c[0], Options{Dir: t.TempDir()}, nil); code(err) != c[1] {
				t.Errorf("got %v", err)
			}
		})
	}
}

func appendTo(path, s string) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		f.WriteString(s)
		f.Close()
	}
}

func overwrite(path, s string) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err == nil {
		f.WriteAt([]byte(s), 0)
		f.Close()
	}
}

func TestFaultsSpeakBothLanguages(t *testing.T) {
	for _, err := range []error{faultEmpty("f"), faultNoRows("f"), faultLarge("f", 1), faultChanged("f"), faultDisk("d", io.EOF),
		faultNul("f", place{1, 2}), faultLine("f", place{1, 2}, 3), faultEncoding("f", place{1, 2}), faultDamaged("f", GBK, place{1, 2}),
		faultQuote("f", place{1, 2}), faultColumns("f", 1, 2), faultBlankHeader("f", 1), faultDuplicate("f", "姓名", 1, 2),
		unreadable("f", pdfDocument, nil), unreadable("f", zipArchive, nil), unreadable("f", legacyOffice, nil), unreadable("f", compressed, nil),
		unreadable("f", picture, nil), unreadable("f", lockedTable, nil), readFault("f", os.ErrNotExist), readFault("f", os.ErrPermission), readFault("f", io.EOF)} {
		f := fault.From(err)
		for _, s := range []string{f.Text.ZH, f.Text.EN, f.Remedy.ZH, f.Remedy.EN, f.Where, f.Code} {
			if s == "" || strings.Contains(s, "%!") {
				t.Errorf("%s: %+v", f.Code, f)
			}
		}
	}
}

func TestBlocksAreScannedAsOne(t *testing.T) {
	content := []byte("\"a\"\"x\",b\r\n1,\"多\r\n行\"\r\n2, \"q\" \r\n3,x\"y\n4,é\U00020000\r5,z")
	whole := newScanner(dialect{',', '"', '"'}, 1<<20)
	whole.feed(content)
	want := *whole.end()
	if want.records != 5 || want.crlf != 3 || want.lf != 1 || want.cr != 1 || want.bad != nil {
		t.Fatalf("whole: %+v", want)
	}
	for size := 1; size < len(content); size++ {
		s := newScanner(dialect{',', '"', '"'}, 1<<20)
		for b := range bytesChunks(content, size) {
			s.feed(b)
		}
		if got := *s.end(); got != want {
			t.Errorf("blocks of %d: %+v, want %+v", size, got, want)
		}
	}
}

func bytesChunks(b []byte, size int) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(b) > 0 {
			n := min(size, len(b))
			if !yield(bytes.Clone(b[:n])) {
				return
			}
			b = b[n:]
		}
	}
}

func readAll(r io.Reader) (string, error) {
	b, err := io.ReadAll(r)
	return string(b), err
}
