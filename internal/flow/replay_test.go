package flow_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/packs"
)

// TestReplay: a month's cases through the pack they ran on come to what they came to; through
// a changed one the replay says which would have been late, with other offices, ended otherwise
// or refused, and nothing of the store is written.
func TestReplay(t *testing.T) {
	w := open(t, t.TempDir())
	w.install("examples/pothole")
	mended := with(map[string]any{"method": "cold", "area": 1.2, "after": shot})

	w.at("2026-11-16 09:00")
	first := w.report(desk, nil) // mended in three working hours, checked by somebody else
	w.do(desk, first, "accept")
	w.at("2026-11-16 10:00").do(mender, first, "sign")
	w.at("2026-11-16 14:30").do(mender, first, "done", mended)
	w.at("2026-11-16 15:00").do(checker, first, "pass", with(map[string]any{"score": 5}))

	w.at("2026-11-17 09:00")
	second := w.report(desk, nil) // never mended: it is late, and waits in the rain meanwhile
	w.do(desk, second, "accept")
	w.at("2026-11-17 10:00").do(mender, second, "sign")
	w.do(mender, second, "wait")
	w.at("2026-11-18 09:30")
	w.do(mender, second, "resume")
	w.at("2026-11-20 09:00")
	if _, err := w.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	third := w.report(desk, map[string]any{"class": "branch"})
	w.do(desk, third, "reject", because("不在道路范围内"))

	text, err := fs.ReadFile(packs.Files, "examples/pothole/pack.yaml")
	if err != nil {
		t.Fatal(err)
	}
	since := time.Date(2026, 11, 1, 0, 0, 0, 0, region.Beijing)
	replay := func(since time.Time, changes ...string) flow.Replayed {
		t.Helper()
		changed := strings.NewReplacer(changes...).Replace(string(text))
		if len(changes) > 0 && changed == string(text) {
			t.Fatalf("%q changes nothing", changes)
		}
		p, err := w.packs.Read(fstest.MapFS{"pack.yaml": {Data: []byte(changed)}})
		if err != nil {
			t.Fatal(err)
		}
		out, err := w.Replay(t.Context(), p, since)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	told := func(r flow.Replayed) string {
		var out []string
		for _, d := range r.Differ {
			line := map[string]string{first.ID: "first", second.ID: "second", third.ID: "third"}[d.ID]
			for _, x := range []struct {
				on   bool
				word string
			}{{d.Late, "late"}, {d.Routed, "routed"}, {d.Ended, "ended"}, {d.Refused, "refused"}} {
				if x.on {
					line += " " + x.word
				}
			}
			out = append(out, line)
		}
		return strings.Join(out, ", ")
	}
	same := replay(since)
	if same.Cases != 3 || same.Unclear != 0 || len(same.Differ) != 0 {
		t.Errorf("through its own pack %d cases, %d unclear, %s", same.Cases, same.Unclear, told(same))
	}
	if got := replay(time.Date(2026, 11, 20, 0, 0, 0, 0, region.Beijing)); got.Cases != 1 {
		t.Errorf("since the 20th %d cases", got.Cases)
	}
	for name, x := range map[string]struct {
		changes []string
		want    string
	}{
		"a limit half as long":                 {[]string{"name: {zh: 主干道, en: main road}, budget: 8wh", "name: {zh: 主干道, en: main road}, budget: 2wh"}, "first late"},
		"a limit nobody misses":                {[]string{"name: {zh: 主干道, en: main road}, budget: 8wh", "name: {zh: 主干道, en: main road}, budget: 20wd"}, "second late"},
		"menders of the district":              {[]string{"by: mender@street, route: climb", "by: mender@district, route: climb"}, "second routed, first routed"},
		"a state that pauses ends by itself":   {[]string{"at-most: 3wd, expire: mending", "at-most: 2wh, expire: void"}, "second late ended refused"},
		"an act that needs what was not given": {[]string{"to: void, need: reason}", "to: void, need: [reason, place]}"}, "third ended refused"},
		"an act that is gone":                  {[]string{"wait: {", "halt: {"}, "second refused"},
	} {
		if got := told(replay(since, x.changes...)); got != x.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	after, err := w.Replay(t.Context(), mustRead(t, w, string(text)), since)
	if err != nil || len(after.Differ) != 0 || after.From != "1.0.0" {
		t.Errorf("afterwards %+v, %v", after, err)
	}
}

func mustRead(t *testing.T, w *world, text string) *pack.Pack {
	t.Helper()
	p, err := w.packs.Read(fstest.MapFS{"pack.yaml": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
