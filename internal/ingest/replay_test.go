package ingest_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/door/console"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/ingest"
	trust "github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/store"
)

func TestReplay(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", "", plain)
	b := w.loaded("people", "1,a", "2,x", "3,y", ",a", "5,a,more")
	w.is(b, ingest.Published, 5, 1, 4, 0, 0)

	w.declare("people", "a, b, x", "", plain)
	first := w.end(w.Ingest.Replay(ctx, string(b.ID), nil))
	w.is(first, ingest.Published, 1, 1, 0, 0, 0)
	w.is(b, ingest.Published, 5, 1, 3, 0, 1)
	w.published("people", "1 a", "2 x")
	w.books()

	// A replay that mends nothing is an empty batch, and an empty batch has no grade.
	none := w.end(w.Ingest.Replay(ctx, string(b.ID), nil))
	w.is(none, ingest.Published, 0, 0, 0, 0, 0)
	kept, err := w.Quality.Report(ctx, string(none.ID))
	w.must(err)
	if kept.Report.Score != nil || kept.Report.Grade != "" || kept.Report.Passed != nil {
		t.Errorf("an empty batch is graded %v %q", kept.Report.Score, kept.Report.Grade)
	}
	if kept, err = w.Quality.Report(ctx, string(first.ID)); err != nil || kept.Report.Grade == "" {
		t.Errorf("a replay that mended something: %+v, %v", kept.Report, err)
	}
	w.books()
	w.tidy()

	// Where nothing is in quarantine there is nothing to replay.
	_, err = w.Ingest.Replay(ctx, string(first.ID), nil)
	refused(t, err, "batch.state", "")
}

// places are the positions of quarantined rows by their word.
func (w *world) places(directory, word string) []query.Pos {
	w.Helper()
	ref := ident.Ref{Space: ident.Quarantine, Name: directory}
	files, err := w.Lake.Files(ctx, ref, 0)
	w.must(err)
	schema, err := w.Lake.Schema(ctx, ref)
	w.must(err)
	rows, err := query.Values(ctx, w.Reader, row.Query{Select: []row.Named{{Name: "f", X: row.Column(query.FileColumn)}, {Name: "p", X: row.Column(query.PosColumn)}},
		Where: row.F(row.Eq, row.Column("word"), row.Str(word))}, files, schema)
	w.must(err)
	var out []query.Pos
	for _, r := range rows {
		out = append(out, query.Pos{File: r[0].(string), Pos: r[1].(int64)})
	}
	return out
}

func TestReplayOfRows(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", "", plain)
	b := w.loaded("people", "1,a", "2,x", "3,y", "4,z")
	w.declare("people", "a, b, x, y", "", plain)
	chosen := w.places("people", "x")
	child := w.end(w.Ingest.Replay(ctx, string(b.ID), chosen))
	w.is(child, ingest.Published, 1, 1, 0, 0, 0)
	w.is(b, ingest.Published, 4, 1, 2, 0, 1)
	w.published("people", "1 a", "2 x") // not 3 y, which nobody chose
	w.quarantined("people", "3 y", "4 z")
	_, err := w.Ingest.Replay(ctx, string(b.ID), chosen)
	refused(t, err, "replay.stale", "")
	w.end(w.Ingest.Replay(ctx, string(b.ID), w.places("people", "y")))
	w.published("people", "1 a", "2 x", "3 y")
	w.books()
	w.tidy()
}

// TestCorrectedCells: what an officer writes in the place of a cell is judged by the same
// rules, first to see, then for good; the audit knows who did it, and no text.
func TestCorrectedCells(t *testing.T) {
	w := open(t)
	var kept []trust.Change
	w.Ingest.Record = func(_ context.Context, _ store.Tx, c trust.Change) error {
		kept = append(kept, c)
		return nil
	}
	w.declare("people", "a, b", "", plain)
	b := w.loaded("people", "1,a", "2,x", "3,y", "4,z")
	by := trust.Actor{Kind: trust.UserKind, ID: "u1", Office: "tests"}
	good, bad := "b", "c"
	cell := func(word string, text *string) ingest.Correction {
		return ingest.Correction{Row: w.places("people", word)[0], Item: "word", Text: text}
	}
	for _, q := range []struct {
		name  string
		cells []ingest.Correction
		rows  []query.Pos
		in    int64
		mends int64
	}{
		{"a cell that is right now", []ingest.Correction{cell("x", &good)}, w.places("people", "x"), 1, 1},
		{"a cell that is still wrong", []ingest.Correction{cell("x", &bad)}, w.places("people", "x"), 1, 0},
		{"a blank", []ingest.Correction{cell("x", nil)}, w.places("people", "x"), 1, 1},
		{"among all", []ingest.Correction{cell("x", &good), cell("y", &bad)}, nil, 3, 1},
		{"none", nil, nil, 3, 0},
	} {
		j, err := w.Ingest.Preview(ctx, string(b.ID), q.rows, q.cells)
		if err != nil || j.In != q.in || j.Good != q.mends {
			t.Errorf("%s: %d of %d would pass, %v", q.name, j.Good, j.In, err)
		}
	}
	w.quarantined("people", "2 x", "3 y", "4 z") // nothing was kept

	child := w.end(w.Ingest.Correct(ctx, by, string(b.ID), []ingest.Correction{cell("x", &good), cell("y", &bad)}))
	w.is(child, ingest.Published, 1, 1, 0, 0, 0)
	w.is(b, ingest.Published, 4, 1, 2, 0, 1)
	w.published("people", "1 a", "2 b")
	w.quarantined("people", "3 c", "4 z")
	if len(kept) != 1 || kept[0].Action != "mend.correct" || kept[0].Actor.ID != "u1" || kept[0].Key != string(b.ID) || kept[0].Detail["rows"] != "2" || kept[0].Detail["items"] != "word" {
		t.Errorf("the audit has %+v", kept)
	}
	_, err := w.Ingest.Correct(ctx, by, string(b.ID), []ingest.Correction{{Row: w.places("people", "z")[0], Item: "none", Text: &good}})
	refused(t, err, "mend.item", "")
	w.books()
	w.tidy()
}

// TestReplayAfterItemsChanged: raw texts are read by the items of the version that kept them,
// replay after replay.
func TestReplayAfterItemsChanged(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", "", plain)
	b := w.loaded("people", "1,a", "2,x", "3,y")
	turned := func(words string) {
		text := fmt.Sprintf(people, "people", words, "", plain)
		id := "  - {name: id, title: 编号, type: int}\n"
		word := "  - {name: word, title: 词, type: text}\n"
		w.put(strings.Replace(text, id+word, word+id, 1))
	}
	turned("a, b, x")
	_, err := w.Ingest.Replay(ctx, string(b.ID), w.places("people", "x"))
	refused(t, err, "replay.items", "")
	w.end(w.Ingest.Replay(ctx, string(b.ID), nil))
	w.published("people", "1 a", "2 x")
	turned("a, b, x, y")
	w.end(w.Ingest.Replay(ctx, string(b.ID), nil))
	w.published("people", "1 a", "2 x", "3 y")
	w.is(b, ingest.Published, 3, 1, 0, 0, 2)
	w.books()
}

// TestReplayInBulk: one batch that is busy does not keep the others waiting.
func TestReplayInBulk(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", "", plain)
	one := w.loaded("people", "1,a", "2,x")
	two := w.loaded("people", "3,x", "4,y")
	clean := w.loaded("people", "5,a")
	w.declare("people", "a, b, x", "", plain)
	changes := w.Ingest.Watch(t.Context())
	w.halt("report")
	busy, err := w.Ingest.Replay(ctx, string(two.ID), nil)
	w.must(err)
	pid := w.halted(changes, busy, "report")
	w.unhalt()

	seen, err := w.Ingest.Foresee(ctx, "people")
	w.must(err)
	if len(seen.Batches) != 2 || seen.Batches[0].Refused == nil || seen.Batches[0].Refused.Code != "batch.busy" || seen.Batches[1].Judgement.Good != 1 {
		t.Errorf("foreseen %+v", seen.Batches)
	}
	begun, err := w.Ingest.ReplayAll(ctx, "people")
	f := fault.From(err)
	refused(t, err, "batch.busy", two.Label)
	if f == nil || f.Kind != fault.Conflict || len(begun) != 1 || begun[0].Parent != one.ID {
		t.Errorf("begun %+v, %v", begun, err)
	}
	w.end(begun[0], nil)
	kill(t, pid)
	w.end(busy, nil)
	w.published("people", "1 a", "2 x", "5 a")
	w.is(two, ingest.Published, 2, 0, 2, 0, 0)

	begun, err = w.Ingest.ReplayAll(ctx, "people")
	if err != nil || len(begun) != 1 || begun[0].Parent != two.ID {
		t.Fatalf("begun %+v, %v", begun, err)
	}
	w.end(begun[0], nil)
	w.is(clean, ingest.Published, 1, 1, 0, 0, 0)
	w.published("people", "1 a", "2 x", "3 x", "5 a")
	w.books()
	w.tidy()
}

// TestOldNewsYields: in a directory that merges by key, what is mended or released late does
// not overwrite what a batch begun later says.
func TestOldNewsYields(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", "", merging)
	old := w.loaded("people", "1,a", "2,x", "3,x")
	w.loaded("people", "2,b")
	w.published("people", "1 a", "2 b")
	w.declare("people", "a, b, x", "", merging)
	child := w.end(w.Ingest.Replay(ctx, string(old.ID), nil))
	w.published("people", "1 a", "2 b", "3 x")
	w.is(child, ingest.Published, 2, 2, 0, 0, 0)
	w.is(old, ingest.Published, 3, 1, 0, 0, 2)
	if child.Outrun != 1 {
		t.Errorf("%d rows are said to be outrun", child.Outrun)
	}
	w.books()
	// A new batch overwrites what was mended, and its own replay is not old news.
	late := w.loaded("people", "3,a", "1,y")
	w.declare("people", "a, b, x, y", "", merging)
	mended := w.end(w.Ingest.Replay(ctx, string(late.ID), nil))
	w.published("people", "1 y", "2 b", "3 a")
	if mended.Outrun != 0 {
		t.Errorf("%d rows are said to be outrun", mended.Outrun)
	}
	w.books()
}

// TestOldTableYields: a batch released after a later one has become the table stays out of it.
func TestOldTableYields(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", blocking, replacing)
	old := w.loaded("people", "1,a", "2,x")
	w.is(old, ingest.Held, 2, 0, 1, 1, 0)
	w.loaded("people", "7,a")
	released := w.end(w.Ingest.Release(ctx, string(old.ID), "late"))
	w.is(old, ingest.Published, 2, 1, 1, 0, 0)
	if released.Outrun != 1 {
		t.Errorf("%d rows are said to be outrun", released.Outrun)
	}
	w.published("people", "7 a")
	w.books()
	w.tidy()
}

// TestTrials judge and keep nothing.
func TestTrials(t *testing.T) {
	w := open(t)
	w.declare("people", "A, B", "", plain)
	b := w.loaded("people", "1,A", "2,b", "3,z")
	before := w.rows(ident.Quarantine, "people")

	f, err := w.Ingest.Spooled(ctx, w.file("people.csv", csv("7,A", "8,b", "9,B")))
	w.must(err)
	j, err := w.Ingest.TryFile(ctx, ingest.Request{Directory: "people", File: f}, 2)
	w.must(err)
	if j.In != 2 || j.Good != 1 || j.Bad != 1 {
		t.Errorf("two rows judged: %+v", j)
	}
	w.must(f.Remove())

	upper := rule.Step{Do: "upper"}
	a, err := w.Ingest.Try(ctx, string(b.ID), "word", upper)
	w.must(err)
	if a.Of != 2 || a.Mends != 1 {
		t.Errorf("the step would mend %d of %d", a.Mends, a.Of)
	}
	_, err = w.Ingest.Try(ctx, string(b.ID), "nothing", upper)
	refused(t, err, "step.there", "item")
	w.quarantined("people", before...)
	w.is(b, ingest.Published, 3, 1, 2, 0, 0)
	w.tidy()

	// Adopted, it is a version of the directory, once; the replay mends what the trial said.
	for range 2 {
		d, version, err := w.Ingest.Adopt(ctx, trust.Local(), string(b.ID), "word", upper)
		if err != nil || d != "people" || version != 2 {
			t.Errorf("adopted: %s, %d, %v", d, version, err)
		}
	}
	w.is(w.end(w.Ingest.Replay(ctx, string(b.ID), nil)), ingest.Published, 1, 1, 0, 0, 0)
	w.published("people", "1 A", "2 B")
	w.books()
	w.tidy()
}

// TestVerifyFinds: the proof finds rows that are not as the books say.
func TestVerifyFinds(t *testing.T) {
	w, b := standing(t)
	for name, plant := range map[string]struct{ do, undo func() error }{
		"a row too many in the books": {
			func() error { return w.sql(`UPDATE ingest_batch SET rows_published = rows_published + 1`) },
			func() error { return w.sql(`UPDATE ingest_batch SET rows_published = rows_published - 1`) }},
		"a batch that nobody knows": {
			func() error { return w.sql(`UPDATE ingest_batch SET id = id || 'x'`) },
			func() error { return w.sql(`UPDATE ingest_batch SET id = '` + string(b.ID) + `'`) }},
		"a sum that holds over tables that do not": {
			func() error {
				return w.sql(`UPDATE ingest_batch SET rows_published = rows_published + 1, rows_quarantined = rows_quarantined - 1`)
			},
			func() error {
				return w.sql(`UPDATE ingest_batch SET rows_published = rows_published - 1, rows_quarantined = rows_quarantined + 1`)
			}},
	} {
		w.must(plant.do())
		if v, err := w.Verify(ctx); err != nil || v.OK || len(v.Doubts) == 0 {
			t.Errorf("%s was not found: %+v, %v", name, v, err)
		}
		w.must(plant.undo())
		w.books()
	}
	_, err := w.Lake.Remove(ctx, ident.Ref{Space: ident.Published, Name: "people"}, b.ID, "planted")
	w.must(err)
	if v, err := w.Verify(ctx); err != nil || v.OK {
		t.Errorf("rows that left the table were not missed: %+v, %v", v, err)
	}
}

// TestUploads: one upload may be loaded into several directories, each batch with a file of
// its own; a name that is no upload is refused.
func TestUploads(t *testing.T) {
	w := open(t)
	w.declare("people", "a", "", plain)
	w.declare("others", "x", "", plain)
	up, err := w.Ingest.Receive(ctx, strings.NewReader(csv("1,a", "2,x")), "both.csv")
	w.must(err)
	f, err := w.Ingest.Received(ctx, filepath.Base(up.Path), up.Hash)
	w.must(err)
	one, err := w.Ingest.Load(ctx, ingest.Request{Directory: "people", File: f})
	w.must(err)
	two, err := w.Ingest.Load(ctx, ingest.Request{Directory: "others", File: f})
	w.must(err)
	w.is(w.end(one, nil), ingest.Published, 2, 1, 1, 0, 0)
	w.is(w.end(two, nil), ingest.Published, 2, 1, 1, 0, 0)
	w.tidy()
	_, err = w.Ingest.Received(ctx, filepath.Base(up.Path), up.Hash)
	refused(t, err, "upload.missing", "")
	if _, err = w.Ingest.Load(ctx, ingest.Request{Directory: "people", File: f, Again: true}); !errors.Is(err, fault.New(fault.Missing, "upload.missing", fault.Text{})) {
		t.Errorf("a file that is gone: %v", err)
	}
}

// TestReplayedRowsAreExplained: after a replay a row's reasons are those of the rules that
// judged it last, whatever became of their number and order, and they can be asked for.
func TestReplayedRowsAreExplained(t *testing.T) {
	w := open(t)
	w.declare("people", "a, b", "", plain)
	b := w.loaded("people", "1,x", "2,y", ",a", "9,a,more")
	turned := func(words string) {
		text := fmt.Sprintf(people, "people", words, "", plain)
		rules := text[strings.Index(text, "rules:\n"):strings.Index(text, "load:")]
		w.put(strings.Replace(text, rules, fmt.Sprintf(`rules:
  - {kind: length, item: word, max: 0, do: warn, name: shortest}
  - {kind: values, item: word, values: [%s], name: agreed}
  - {kind: required, item: id}
`, words), 1))
	}
	turned("x")
	w.end(w.Ingest.Replay(ctx, string(b.ID), w.places("people", "y"))) // the others keep their version
	w.explained(b, "", " a: required_id", "2 y: shortest!, agreed", "1 x: values_word", "9,a,more: parse")
	w.explained(b, "values_word", "1 x: values_word")
	w.explained(b, "agreed", "2 y: shortest!, agreed")
	w.end(w.Ingest.Replay(ctx, string(b.ID), nil))
	w.explained(b, "", " a: shortest!, agreed, required_id", "2 y: shortest!, agreed", "9,a,more: parse")
	w.explained(b, "agreed", " a: shortest!, agreed, required_id", "2 y: shortest!, agreed")
	w.explained(b, "values_word")
	w.books()
}

// explained compares what the door tells of a batch's quarantine: texts and rules, a mark
// after those that only warn, and words for each.
func (w *world) explained(b *ingest.Batch, name string, want ...string) {
	w.Helper()
	r := httptest.NewRecorder()
	asked := httptest.NewRequestWithContext(console.Local(ctx), "GET", "http://127.0.0.1/api/v1/batches/"+string(b.ID)+"/quarantine?rule="+name, nil)
	w.Handler.ServeHTTP(r, asked)
	var body struct {
		Items []struct {
			Cells             []*string
			Raw               string
			Rules, Why, Warns []string
		}
		Total int
	}
	if err := json.Unmarshal(r.Body.Bytes(), &body); err != nil || r.Code != 200 {
		w.Fatalf("%d %s, %v", r.Code, r.Body, err)
	}
	got := []string{}
	for _, row := range body.Items {
		texts := []string{}
		for _, c := range row.Cells {
			if row.Raw == "" {
				texts = append(texts, *cmp.Or(c, new(string)))
			}
		}
		for i, why := range row.Why {
			if why == "" || len(row.Why) != len(row.Rules) {
				w.Errorf("%v is told as %q", row.Rules, row.Why)
			}
			if slices.Contains(row.Warns, row.Rules[i]) {
				row.Rules[i] += "!"
			}
		}
		got = append(got, row.Raw+strings.Join(texts, " ")+": "+strings.Join(row.Rules, ", "))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) || body.Total != len(want) {
		w.Errorf("told %d: %q, want %q", body.Total, got, want)
	}
}
