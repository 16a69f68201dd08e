package conform

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// load writes a file whose truth is known and loads it. Whatever the answer, the truth is
// kept once the server has accepted the file.
func (w *world) load(ctx context.Context, directory string, seed uint64) {
	w.mu.Lock()
	w.files++
	n := w.files
	w.mu.Unlock()
	path := filepath.Join(w.dir, fmt.Sprintf("f%d.csv", n))
	t, err := write(path, n, seed)
	if err != nil {
		return
	}
	var b batch
	if w.call(ctx, "POST", "/loads", map[string]any{"directory": directory, "path": path}, &b) != nil {
		return
	}
	w.mu.Lock()
	w.truths[b.ID] = t
	w.mu.Unlock()
}

// write makes a file of a few thousand rows; keys of a file are its own, so that no merge
// or replacement between files blurs a count.
func write(path string, n int, seed uint64) (t truth, err error) {
	f, err := os.Create(path)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	rng := rand.New(rand.NewPCG(seed, uint64(n)))
	b := bufio.NewWriter(f)
	fmt.Fprintln(b, "id,word,day")
	words := []string{"alpha", "beta", "gamma", "delta"}
	for i := range 500 + rng.IntN(4000) {
		word, t2 := words[rng.IntN(3)], truth{in: 1, good: 1}
		switch rng.IntN(25) {
		case 0:
			word, t2 = words[3], truth{in: 1, bad: 1}
		case 1:
			fmt.Fprintf(b, "%d,%s\n", n*100_000+i, word) // a cell short
			t.add(truth{in: 1, bad: 1})
			continue
		}
		fmt.Fprintf(b, "%d,%s,2026-01-%02d\n", n*100_000+i, word, 1+rng.IntN(28))
		t.add(t2)
	}
	return t, b.Flush()
}

func (t *truth) add(o truth) { t.in, t.good, t.bad = t.in+o.in, t.good+o.good, t.bad+o.bad }

// replay judges some batch's quarantine again; nothing was mended, so nothing may move.
func (w *world) replay(ctx context.Context, pick uint64) {
	bs := w.list(ctx, "&state=published")
	if len(bs) > 0 {
		_ = w.call(ctx, "POST", "/batches/"+bs[pick%uint64(len(bs))].ID+"/replay", map[string]any{}, nil)
	}
}

// decide releases, returns or discards a held batch.
func (w *world) decide(ctx context.Context, pick uint64) {
	bs := w.list(ctx, "&state=held")
	if len(bs) > 0 {
		verb := []string{"release", "release", "return", "discard"}[pick>>32%4]
		_ = w.call(ctx, "POST", "/batches/"+bs[pick%uint64(len(bs))].ID+"/"+verb, map[string]string{"reason": "a round of the crash test"}, nil)
	}
}

// prove waits until nothing is at work and compares books, tables and truths.
func (w *world) prove(ctx context.Context) error {
	if err := w.settled(ctx); err != nil {
		return err
	}
	if err := w.holds(ctx); err != nil {
		return err
	}
	return w.compare(ctx)
}

// compare finds an accepted file that is not there, or whose counts are not its truth. A
// load whose process was killed may have failed, and says so.
func (w *world) compare(ctx context.Context) error {
	for id, t := range w.truths {
		var b batch
		if err := w.call(ctx, "GET", "/batches/"+id, nil, &b); err != nil {
			return fmt.Errorf("the accepted batch %s: %w", id, err)
		}
		switch b.State {
		case "failed":
			if b.Error == nil || b.Error.Code != "load.killed" {
				return fmt.Errorf("batch %s failed: %+v", id, b)
			}
			continue
		case "returned", "discarded":
			continue
		case "published", "held":
		default:
			return fmt.Errorf("batch %s is %s", id, b.State)
		}
		if b.RowsIn != t.in || b.Published+b.Held+b.Replayed != t.good || b.Quarantined != t.bad {
			return fmt.Errorf("batch %+v; its truth is %+v", b, t)
		}
	}
	return nil
}

// final sweeps and proves that nothing is left over: a second sweep finds nothing.
func (w *world) final(ctx context.Context) (batches, swept int, err error) {
	var c struct {
		Swept int `json:"swept"`
	}
	if err := w.call(ctx, "POST", "/care", map[string]any{"grace_seconds": 0}, &c); err != nil {
		return 0, 0, err
	}
	swept = c.Swept
	if err := w.prove(ctx); err != nil {
		return 0, swept, err
	}
	if err := w.call(ctx, "POST", "/care", map[string]any{"grace_seconds": 0}, &c); err != nil {
		return 0, swept, err
	}
	if c.Swept != 0 {
		return 0, swept, fmt.Errorf("a second sweep still found %d files", c.Swept)
	}
	held := w.list(ctx, "&state=held")
	if len(held) == 0 {
		for _, dir := range []string{"spool", "temp"} {
			left, err := filepath.Glob(filepath.Join(w.data, dir, "*"))
			if err != nil || len(left) > 0 {
				return 0, swept, fmt.Errorf("files are left in %s: %v", dir, left)
			}
		}
	}
	return len(w.list(ctx, "")), swept, nil
}
