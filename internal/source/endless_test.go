package source

import (
	"io"
	"strings"
	"testing"
)

// counted counts what is read of it.
type counted struct {
	io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// as is text that never ends its line.
type as struct{}

func (as) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// TestEndlessLine: what no dialect could read is refused while it comes in.
func TestEndlessLine(t *testing.T) {
	for _, c := range []struct{ name, begin, code, where string }{
		{"the first line", "", "source.line", "x:1"},
		{"a later line", "a,b\n1,2\n3,", "source.line", "x:3"},
		{"after the first block", strings.Repeat("1,2\n", 1<<20) + "x", "source.line", "x:1048577"},
		{"lines that end in CR", "a,b\r1,2\r3,", "source.line", "x:3"},
		{"one array of JSON", `[{"a":"`, "source.large", "x"},
		{"a workbook", "PK\x03\x04", "source.large", "x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			in := &counted{Reader: io.MultiReader(strings.NewReader(c.begin), as{})}
			_, err := SpoolReader(background, in, "x", Options{Dir: dir, MaxLine: 1 << 20, MaxBytes: 64 << 20})
			if code(err) != c.code || !strings.Contains(err.Error(), c.where+":") {
				t.Errorf("got %v, want %s at %s", err, c.code, c.where)
			}
			if c.code == "source.line" && in.n > 16<<20 {
				t.Errorf("%d bytes were read", in.n)
			}
			if l := left(t, dir); len(l) > 0 {
				t.Errorf("left behind: %v", l)
			}
		})
	}
}

// TestLinesWithinTheLimit: a line may be as long as the limit wherever blocks part it.
func TestLinesWithinTheLimit(t *testing.T) {
	line := strings.Repeat("a", 1<<20-2) + ",\n"
	_, err := SpoolReader(background, strings.NewReader(strings.Repeat(line, 20)), "x", Options{Dir: t.TempDir(), MaxLine: 1 << 20})
	if err != nil {
		t.Error(err)
	}
}
