package sqlite

import (
	"fmt"
	"os"
	"testing"

	"pgregory.net/rapid"

	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/serving"
)

// Whatever happens to a table, and whenever it is followed, every row is served as the
// lake has it.
func TestAnyHistoryIsFollowed(t *testing.T) {
	root := t.TempDir()
	engine := openEngine(t, root)
	defer engine.Close()
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(root, "w")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(dir)
		w := begin(rt, engine, dir)
		defer w.end()
		w.o.Memory = rapid.SampledFrom([]int64{1, 300, 0}).Draw(rt, "memory")
		w.o.Least = rapid.SampledFrom([]int64{1, 5, 1000, 1000}).Draw(rt, "least")
		w.reopen()
		h := history{T: rt, world: w, versions: map[string]int{}, seen: map[string]map[string][]any{}}
		for range rapid.IntRange(2, 14).Draw(rt, "steps") {
			h.step()
		}
		h.refresh()
	})
}

type history struct {
	*rapid.T
	*world
	versions map[string]int // of batches
	added    int
	seen     map[string]map[string][]any // keys that were there, by dataset
}

func (h history) Fatalf(format string, args ...any) { h.T.Fatalf(format, args...) }
func (h history) Errorf(format string, args ...any) { h.T.Errorf(format, args...) }

func (h *history) choose(what string, of int) int { return rapid.IntRange(0, of-1).Draw(h.T, what) }

func (h *history) step() {
	switch h.choose("step", 14) {
	case 0, 1, 2:
		h.batch(add)
	case 3, 4:
		h.batch(merge)
	case 5:
		h.batch(replace)
	case 6:
		h.versions["removals"]++
		_, err := h.lake.Remove(ctx, table, ident.Batch(h.name()), fmt.Sprint("r", h.versions["removals"]))
		h.must(err)
	case 7, 8:
		_, err := h.lake.Compact(ctx, table, everything)
		h.must(err)
	case 9:
		h.change()
	case 10:
		_, err := h.lake.Expire(ctx, table, h.now, nil)
		h.must(err)
	case 11:
		h.reopen()
	default:
		h.refresh()
	}
}

func (h *history) name() string { return fmt.Sprint("b", h.choose("batch", 4)) }

func (h *history) batch(m lake.Mode) {
	b := h.name()
	h.versions[b]++
	files := make([][]person, h.choose("files", 3))
	for i := range files {
		for range h.choose("rows", 6) {
			files[i] = append(files[i], h.person())
		}
	}
	h.publish(m, b, fmt.Sprint("v", h.versions[b]), files...)
}

// person draws a row of few values, so that keys meet and rows are equal.
func (h *history) person() person {
	p := person{
		h.maybe(int64(h.choose("id", 5) - 1)),
		h.maybe([]string{"", "甲", `"\` + "\n\x01", "乙 long enough to be told apart from the short ones"}[h.choose("name", 4)]),
		h.maybe([]int64{0, -719162, 19000, 2932896}[h.choose("born", 4)]),
		h.maybe([]int64{0, -5, 1250, 99999999, -100}[h.choose("sum", 5)]),
		h.maybe([]float64{0, -1.5, 1e-9, 1e300}[h.choose("rate", 4)]),
		h.maybe(h.choose("ok", 2) == 0),
		h.maybe([]int64{0, -1, 1_700_000_000_123_400, -62135596800_000_000}[h.choose("seen", 4)]),
	}
	for range h.added {
		p = append(p, h.maybe("new"))
	}
	return p
}

func (h *history) maybe(v any) any {
	if h.choose("null", 6) == 0 {
		return nil
	}
	return v
}

// change adds an item or widens one.
func (h *history) change() {
	if h.choose("change", 2) == 0 && h.added < 3 {
		h.added++
		h.evolve(row.Field{Name: fmt.Sprint("more", h.added), Type: row.TextType})
		return
	}
	for i := range h.schema {
		if h.schema[i].Name == "sum" && h.schema[i].Type.Precision < 20 {
			h.schema[i].Type.Precision += 3
		}
	}
	h.evolve()
}

// refresh follows and compares, some or all of the served files.
func (h *history) refresh() {
	for _, d := range []serving.Dataset{byID, byPair, bySum} {
		if h.seen[d.Name] == nil {
			h.seen[d.Name] = map[string][]any{}
		}
		_, err := h.files.Refresh(ctx, d)
		h.must(err)
		h.same(d, h.seen[d.Name])
	}
}
