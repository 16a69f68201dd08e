package ingest_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/chengshu/chengshu/internal/ingest"
)

// standing is a world in which a batch is published: whatever is refused leaves it so.
func standing(t testing.TB) (*world, *ingest.Batch) {
	w := open(t)
	w.declare("people", "a, b", "", plain)
	b := w.loaded("people", "1,a", "2,x")
	return w, b
}

func (w *world) stands(b *ingest.Batch) {
	w.Helper()
	w.is(b, ingest.Published, 2, 1, 1, 0, 0)
	w.published("people", "1 a")
	w.quarantined("people", "2 x")
	w.books()
	if _, err := w.Care(ctx, 0); err != nil {
		w.Error(err)
	}
	w.tidy()
	w.published("people", "1 a")
}

// TestBadInput: each file is refused with its place and a remedy, and nothing has changed.
func TestBadInput(t *testing.T) {
	w, b := standing(t)
	wide := strings.Repeat("c,", 5000) + "c\n" + strings.Repeat("1,", 5000) + "1\n"
	for _, c := range []struct{ name, file, content, code, where string }{
		{"wrong encoding", "e.csv", "编号,词\n1,a\n2,\xff\xfe\xff\n", "source.encoding", "e.csv:3"},
		{"damaged GBK", "g.csv", "\xb1\xe0\xba\xc5,\xb4\xca\n1,\xb4\xca\n2,\xb4\n", "source.encoding", "g.csv:3"},
		{"empty", "z.csv", "", "source.empty", "z.csv"},
		{"header only", "h.csv", "编号,词\n", "source.rows.none", "h.csv"},
		{"duplicate headers", "d.csv", "编号,词,编号\n1,a,2\n", "source.header.duplicate", "d.csv"},
		{"5,000 columns", "w.csv", wide, "source.columns", "w.csv"},
		{"a missing column", "m.csv", "编号,别的\n1,a\n", "load.column.missing", "m.csv"},
		{"NUL bytes", "n.csv", "编号,词\n1,a\n2,b\x00\n", "source.nul", "n.csv:3"},
		{"an open quote", "q.csv", "编号,词\n1,a\n2,\"b\n3,b\n", "source.quote", "q.csv:3"},
		{"a zip bomb", "b.xlsx", bomb(t), "source.zip.bomb", "b.xlsx"},
		{"no workbook", "x.xlsx", "PK\x03\x04 and then nothing of the kind", "source.xlsx.broken", "x.xlsx"},
		{"broken JSON", "j.json", `[{"编号":1,"词":"a"},{"编号":2,`, "source.json", "j.json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			batch, err := w.begin(ingest.Request{Directory: "people"}, w.file(c.file, c.content))
			if batch != nil {
				t.Errorf("a batch was begun: %+v", batch)
			}
			refused(t, err, c.code, c.where)
		})
	}
	w.stands(b)
	list, _, err := w.Ingest.Batches(ctx, ingest.Filter{}, "", 10)
	if err != nil || len(list) != 1 {
		t.Errorf("%d batches, %v", len(list), err)
	}
}

// bomb is a workbook whose sheet unpacks to a thousand times its size.
func bomb(t testing.TB) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   `<worksheet><sheetData>` + strings.Repeat(`<row><c t="inlineStr"><is><t>a</t></is></c></row>`, 1<<20) + `</sheetData></worksheet>`,
	} {
		f, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(f, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// endless is a line of a gigabyte, and counts what was taken of it.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.read >= 1<<30 {
		return 0, io.EOF
	}
	for i := range p {
		p[i] = 'a'
	}
	e.read += int64(len(p))
	return len(p), nil
}

// TestLineOfAGigabyte is refused once it passes the limit, not when it has been read.
func TestLineOfAGigabyte(t *testing.T) {
	w, b := standing(t)
	line := &endless{}
	f, err := w.Ingest.Receive(ctx, io.MultiReader(strings.NewReader(csv("1,a")+"2,"), line), "long.csv")
	if err == nil {
		_, err = w.Ingest.Load(ctx, ingest.Request{Directory: "people", File: f})
	}
	refused(t, err, "source.line", "long.csv:3")
	if line.read > 64<<20 {
		t.Errorf("%d bytes of it were read", line.read)
	}
	// The same on the server's own disk: 20 MiB of it are there, the rest is a hole.
	path := w.file("sparse.csv", csv("1,a")+"2,"+strings.Repeat("a", 20<<20))
	w.must(os.Truncate(path, 1<<30))
	_, err = w.begin(ingest.Request{Directory: "people"}, path)
	refused(t, err, "source.line", "sparse.csv:3")
	w.stands(b)
}

// TestFileThatChanges is written to for as long as it is read.
func TestFileThatChanges(t *testing.T) {
	w, b := standing(t)
	path := w.file("busy.csv", csv(strings.Repeat("1,a\n", 4<<20)))
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	w.must(err)
	defer f.Close()
	stop, begun := make(chan struct{}), make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		once := sync.OnceFunc(func() { close(begun) })
		for {
			select {
			case <-stop:
				return
			default:
				_, err := f.WriteString("2,b\n")
				once()
				if err != nil {
					t.Error(err)
					return
				}
			}
		}
	})
	<-begun
	_, err = w.begin(ingest.Request{Directory: "people"}, path)
	close(stop)
	writer.Wait()
	refused(t, err, "source.changed", "busy.csv")
	w.stands(b)
}

// TestChildKilled: the kernel kills the child when its files are all written and nothing is
// told yet; the first load comes to nothing, a second version leaves the first as it stands.
func TestChildKilled(t *testing.T) {
	w, b := standing(t)
	watching, done := context.WithCancel(ctx)
	defer done()
	changes := w.Ingest.Watch(watching)
	w.halt("report")
	fresh, err := w.begin(ingest.Request{Directory: "people"}, w.file("new.csv", csv("7,a", "8,x")))
	w.must(err)
	kill(t, w.halted(changes, fresh, "report"))
	fresh = w.end(fresh, nil)
	w.is(fresh, ingest.Failed, 0, 0, 0, 0, 0)
	refused(t, fresh.Error, "load.killed", "")
	w.stands(b)

	again, err := w.begin(ingest.Request{Directory: "people", Again: true}, w.file("people.csv", csv("1,a", "2,x")))
	w.must(err)
	if again.ID != b.ID || again.Version != 2 {
		t.Errorf("not the same batch: %+v", again)
	}
	kill(t, w.halted(changes, again, "report"))
	again = w.end(again, nil)
	refused(t, again.Error, "load.killed", "")
	w.stands(b)

	w.unhalt() // and it can be loaded all the same
	again = w.end(w.begin(ingest.Request{Directory: "people", Again: true}, w.file("people.csv", csv("1,a", "2,x"))))
	if again.Version != 3 || again.Error != nil {
		t.Errorf("after all: %+v", again)
	}
	w.stands(b)
}

const limited = "CHENGSHU_INGEST_LIMITED"

// TestDiskFull has a process of its own whose files may not grow beyond a size, and so have
// its children: their writes fail in the kernel as they would on a full disk.
func TestDiskFull(t *testing.T) {
	if os.Getenv(limited) != "" {
		diskFull(t)
		return
	}
	c := exec.Command(os.Args[0], "-test.run=^TestDiskFull$", "-test.v")
	c.Env = append(os.Environ(), limited+"=1")
	if out, err := c.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestDiskFull") {
		t.Errorf("%v\n%s", err, out)
	}
}

func diskFull(t *testing.T) {
	signal.Ignore(syscall.SIGXFSZ)
	w, b := standing(t)
	noise := rand.New(rand.NewPCG(1, 2))
	var text strings.Builder
	for i := range 600_000 {
		fmt.Fprintf(&text, "%d,%016x%016x\n", i, noise.Uint64(), noise.Uint64())
	}
	path := w.file("large.csv", csv(text.String()))
	whole, err := w.Ingest.Spooled(ctx, path)
	w.must(err)
	var before syscall.Rlimit
	w.must(syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before))
	w.must(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 8 << 20, Max: before.Max}))
	w.stop() // the children that wait for loads keep their old limit
	w.start()
	_, err = w.begin(ingest.Request{Directory: "people"}, path)
	refused(t, err, "source.disk_full", w.config.Data)
	failed := w.end(w.Ingest.Load(ctx, ingest.Request{Directory: "people", File: whole}))
	w.is(failed, ingest.Failed, 0, 0, 0, 0, 0)
	refused(t, failed.Error, "query.disk", "")
	w.must(whole.Remove())
	w.must(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before))
	w.stands(b)
}
