package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/node"
	trust "github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/store"
)

// TestMain lets the test binary be the loading process: the real one, which a gate can bring
// to a halt at a stage of its work.
func TestMain(m *testing.M) {
	if len(os.Args) != 3 || os.Args[1] != "child" {
		os.Exit(m.Run())
	}
	if err := node.Child(context.Background(), os.Stdin, &gated{os.Stdout, os.Args[2]}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// gated passes the child's lines on. Once it has passed one of the stage that the gate's file
// names, it leaves its process id beside the gate and stands still.
type gated struct {
	io.Writer
	gate string
}

func (g *gated) Write(line []byte) (int, error) {
	stage, _ := os.ReadFile(g.gate)
	shut := len(stage) > 0 && bytes.Contains(line, []byte(`"stage":"`+string(stage)+`"`))
	if shut {
		if err := os.WriteFile(g.gate+".pid", []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
			return 0, err
		}
	}
	n, err := g.Writer.Write(line)
	if shut {
		select {}
	}
	return n, err
}

var ctx = context.Background()

// world is a data folder with a node on it: store, catalog, lake, engine and children are the
// real ones.
type world struct {
	testing.TB
	*node.Node
	config node.Config
	gate   string
	files  int
}

func open(t testing.TB) *world {
	t.Helper()
	dir := t.TempDir()
	w := &world{TB: t, config: node.Defaults(), gate: filepath.Join(dir, "gate")}
	w.config.Data = filepath.Join(dir, "data")
	w.config.Loads.Memory, w.config.Loads.Threads, w.config.Loads.Parallel = "256MB", 1, 2
	w.config.Reads.Memory = "256MB"
	w.start()
	t.Cleanup(w.stop)
	return w
}

func (w *world) start() {
	w.Helper()
	self, err := os.Executable()
	w.must(err)
	w.Node, err = node.Open(ctx, w.config, node.Options{Child: []string{self, "child", w.gate}})
	w.must(err)
}

func (w *world) stop() {
	if w.Node != nil {
		n := w.Node
		w.Node = nil
		if err := n.Close(); err != nil {
			w.Error(err)
		}
	}
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// people is the directory of these tests, with rules and a mode to choose.
const people = `kind: directory
name: %[1]s
title: 人员 %[1]s
office: tests
abstract: rows whose truth is known
class: department
format: table
update: daily
level: L1
share: {type: free, way: exchange}
items:
  - {name: id, title: 编号, type: int}
  - {name: word, title: 词, type: text}
rules:
  - {kind: required, item: id}
  - {kind: values, item: word, values: [%[2]s]%[3]s}
load: %[4]s
`

const (
	plain     = "{mode: append}"
	merging   = "{mode: merge, key: [id]}"
	replacing = "{mode: replace}"
	blocking  = ", do: block, above: 10"
)

// declare registers a version of a directory that takes these words.
func (w *world) declare(name, words, do, mode string) {
	w.Helper()
	w.put(fmt.Sprintf(people, name, words, do, mode))
}

func (w *world) put(yaml string) {
	w.Helper()
	docs, err := catalog.Decode("test.yaml", []byte(yaml))
	w.must(err)
	w.must(w.Catalog.Check(ctx, *docs[0].Value, w.Regions))
	_, err = w.Catalog.Put(ctx, trust.Local(), *docs[0].Value)
	w.must(err)
}

// file writes a file outside the data folder.
func (w *world) file(name, content string) string {
	w.Helper()
	w.files++
	dir := filepath.Join(filepath.Dir(w.gate), strconv.Itoa(w.files))
	w.must(os.Mkdir(dir, 0o700))
	path := filepath.Join(dir, name)
	w.must(os.WriteFile(path, []byte(content), 0o600))
	return path
}

func csv(rows ...string) string { return "编号,词\n" + strings.Join(rows, "\n") + "\n" }

// begin spools a file and begins its load.
func (w *world) begin(r ingest.Request, path string) (*ingest.Batch, error) {
	f, err := w.Ingest.Spooled(ctx, path)
	if err != nil {
		return nil, err
	}
	r.File = f
	b, err := w.Ingest.Load(ctx, r)
	if e := f.Remove(); e != nil {
		w.Error(e)
	}
	return b, err
}

// end waits for a batch and for the removal of what it left.
func (w *world) end(b *ingest.Batch, err error) *ingest.Batch {
	w.Helper()
	w.must(err)
	limit, cancel := context.WithTimeout(ctx, time.Minute) // a hang fails the test
	defer cancel()
	b, err = w.Ingest.Wait(limit, b.ID)
	w.must(err)
	w.settled()
	return b
}

// settled waits for what follows a commit: its own writers come after it.
func (w *world) settled() {
	w.Helper()
	w.must(w.Store.Write(ctx, func(context.Context, store.Tx) error { return nil }))
	w.Ingest.Cleaned()
}

func (w *world) load(directory, path string) *ingest.Batch {
	w.Helper()
	return w.end(w.begin(ingest.Request{Directory: directory}, path))
}

func (w *world) loaded(directory string, rows ...string) *ingest.Batch {
	w.Helper()
	return w.load(directory, w.file("people.csv", csv(rows...)))
}

// rows are the rows of a table, as "id word", sorted.
func (w *world) rows(space ident.Space, directory string) []string {
	w.Helper()
	ref := ident.Ref{Space: space, Name: directory}
	files, err := w.Lake.Files(ctx, ref, 0)
	w.must(fault.Except(fault.Missing, err))
	if len(files) == 0 {
		return []string{}
	}
	schema, err := w.Lake.Schema(ctx, ref)
	w.must(err)
	q := row.Query{Select: []row.Named{{Name: "id", X: row.Column("id")}, {Name: "word", X: row.Column("word")}}}
	cells, err := query.Values(ctx, w.Reader, q, files, schema)
	w.must(err)
	out := []string{}
	for _, c := range cells {
		out = append(out, fmt.Sprint(c[0], " ", c[1]))
	}
	slices.Sort(out)
	return out
}

func (w *world) published(directory string, want ...string) {
	w.Helper()
	w.have(ident.Published, directory, want)
}

func (w *world) quarantined(directory string, want ...string) {
	w.Helper()
	w.have(ident.Quarantine, directory, want)
}

func (w *world) have(space ident.Space, directory string, want []string) {
	w.Helper()
	if got := w.rows(space, directory); !slices.Equal(got, append([]string{}, want...)) {
		w.Errorf("%s.%s holds %d rows, %q, want %q", space, directory, len(got), got[:min(len(got), 10)], want)
	}
}

// is compares a batch as the store has it.
func (w *world) is(b *ingest.Batch, s ingest.State, in, published, quarantined, held, replayed int64) {
	w.Helper()
	now, err := w.Ingest.Batch(ctx, string(b.ID))
	w.must(err)
	got := []int64{now.In, now.Published, now.Quarantined, now.Held, now.Replayed}
	if now.State != s || !slices.Equal(got, []int64{in, published, quarantined, held, replayed}) {
		w.Errorf("batch %s is %s with %v, want %s with %v (%v)", now.Label, now.State, got, s, []int64{in, published, quarantined, held, replayed}, now.Error)
	}
}

// books proves that nothing is amiss in the whole folder.
func (w *world) books() {
	w.Helper()
	v, err := w.Verify(ctx)
	w.must(err)
	if !v.OK {
		w.Errorf("the books do not hold: %+v", v.Doubts)
	}
}

// tidy proves that no file is left that only finished batches needed.
func (w *world) tidy() {
	w.Helper()
	for _, dir := range []string{"spool", "temp", "lake/_stage"} {
		err := filepath.WalkDir(filepath.Join(w.config.Data, dir), func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				w.Errorf("left behind: %s", path)
			}
			if os.IsNotExist(err) {
				return nil
			}
			return err
		})
		w.must(err)
	}
}

// refused checks that a person can act on a fault: place, words and remedy, in both languages.
func refused(t testing.TB, err error, code, where string) {
	t.Helper()
	f := fault.From(err)
	switch {
	case f == nil || f.Code != code:
		t.Errorf("got %v, want %s", err, code)
		return
	case !strings.Contains(f.Where, where):
		t.Errorf("%s names the place %q, want %q", code, f.Where, where)
	}
	zh, en := f.In("zh-CN"), f.In("en")
	if zh == "" || en == "" || zh == en || f.Remedy.ZH == "" || f.Remedy.EN == "" || f.Remedy.ZH == f.Remedy.EN {
		t.Errorf("%s cannot be acted upon: %q, %q", code, zh, en)
	}
}

// halt lets children stand still once they reach a stage.
func (w *world) halt(stage string) {
	w.Helper()
	_ = os.Remove(w.gate + ".pid")
	w.must(os.WriteFile(w.gate, []byte(stage), 0o600))
}

func (w *world) unhalt() {
	w.Helper()
	w.must(os.Remove(w.gate))
}

// halted waits until a batch's child stands still and gives its process id.
func (w *world) halted(changes <-chan ingest.Change, b *ingest.Batch, stage string) int {
	w.Helper()
	limit, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		select {
		case c := <-changes:
			if c.Batch.ID != b.ID || c.Progress == nil || c.Progress.Stage != stage {
				continue
			}
			text, err := os.ReadFile(w.gate + ".pid")
			w.must(err)
			pid, err := strconv.Atoi(string(text))
			w.must(err)
			return pid
		case <-limit.Done():
			w.Fatal("no child came to the stage ", stage)
		}
	}
}

func kill(t testing.TB, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

// sql changes the store behind everybody's back.
func (w *world) sql(statement string) error {
	return w.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.ExecContext(ctx, statement)
		return err
	})
}
