package search_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/catalog/search"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

type world struct {
	t   *testing.T
	dir string
	st  *sqlite.Store
	cat *catalog.Catalog
	x   *search.Index
}

func open(t *testing.T, dir string) *world {
	t.Helper()
	st, err := sqlite.Open(context.Background(), filepath.Join(dir, "state.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.New(st)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t, dir, st, c, nil}
	w.again()
	t.Cleanup(func() {
		if err := w.x.Close(); err != nil {
			t.Error(err)
		}
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// again closes the index and opens another in the same folder.
func (w *world) again() {
	if w.x != nil {
		if err := w.x.Close(); err != nil {
			w.t.Fatal(err)
		}
	}
	w.x = search.New(filepath.Join(w.dir, "search"), w.cat, slog.New(slog.DiscardHandler))
}

func (w *world) put(d catalog.Directory) {
	w.t.Helper()
	if _, err := w.cat.Put(context.Background(), people.Local(), d); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) finds(q string, want ...string) {
	w.t.Helper()
	got, err := w.x.Names(context.Background(), q)
	slices.Sort(got)
	slices.Sort(want)
	if err != nil || !slices.Equal(got, want) {
		w.t.Errorf("%q finds %q, want %q; %v", q, got, want, err)
	}
}

func directory(name, title, office, abstract string, items ...catalog.Item) catalog.Directory {
	return catalog.Directory{Name: name, Title: title, Office: office, Abstract: abstract, Items: items}
}

func stocked(t *testing.T) *world {
	w := open(t, t.TempDir())
	err := w.cat.PutOffices(context.Background(), []catalog.Office{
		{Name: "rsj", Title: "人力资源和社会保障局", Region: "420102000000"}, {Name: "cgj", Title: "城市管理执法局", Region: "420102000000"}})
	if err != nil {
		t.Fatal(err)
	}
	w.put(directory("pension", "养老待遇领取人员", "rsj", "每月领取养老金的人员名单",
		catalog.Item{Name: "id_no", Title: "公民身份号码", Aka: []string{"身份证号"}}, catalog.Item{Name: "bank", Title: "开户银行"}))
	w.put(directory("key_firms", "重点企业月报", "rsj", "规模以上企业的经营情况", catalog.Item{Name: "output", Title: "总产值"}))
	d := directory("lamps", "路灯台账", "cgj", "全区路灯的位置和状态", catalog.Item{Name: "pole_code", Title: "灯杆编号"}, catalog.Item{Name: "green", Title: "绿化带"})
	d.Code = "301002/15"
	w.put(d)
	return w
}

func TestFinds(t *testing.T) {
	w := stocked(t)
	for q, want := range map[string][]string{
		"养老":           {"pension"},
		"养老 银行":        {"pension"}, // title and item
		"养老 路灯":        nil,         // every word must be found
		"养":            {"pension"},
		"遇":            {"pension"},
		"待领":           nil, // both characters, but not side by side
		"身份证号":         {"pension"},
		"人员名单":         {"pension"}, // in the abstract
		"社会保障":         {"pension", "key_firms"},
		"城市管理":         {"lamps"},
		"yanglao":      {"pension"},
		"yangla":       {"pension"},
		"YangLao":      {"pension"},
		"ＹＡＮＧＬＡＯ":      {"pension"}, // full width
		"yang'lao":     {"pension"},
		"laoyang":      nil,
		"yldy":         {"pension"},
		"dylq":         {"pension"}, // from the middle
		"zhongdian":    {"key_firms"},
		"chongdian":    {"key_firms"}, // 重, its other reading
		"zdqy":         {"key_firms"},
		"cdqy":         {"key_firms"},
		"kaihuyinhang": {"pension"},
		"kaihuyinxing": {"pension"}, // 行
		"lvhua":        {"lamps"},
		"luhua":        {"lamps"}, // 绿 is lü, and lu too
		"ludeng":       {"lamps"},
		"csgl":         {"lamps"},
		"ludeng 编号":    {"lamps"},
		"pens":         {"pension"},
		"code":         {"lamps"}, // part of an item's name
		"id_no":        {"pension"},
		"301002":       {"lamps"},
		"301002/15":    {"lamps"},
		"xyzzy":        nil,
		".*":           nil,
		"a|b(":         nil,
		"":             nil,
		"   ":          nil,
		"'":            nil,
	} {
		w.finds(q, want...)
	}
}

// TestBestFirst: a title counts more than an abstract.
func TestBestFirst(t *testing.T) {
	w := stocked(t)
	w.put(directory("notes", "说明", "cgj", "与路灯有关的说明"))
	if got, err := w.x.Names(context.Background(), "路灯"); err != nil || !slices.Equal(got, []string{"lamps", "notes"}) {
		t.Errorf("%v %v", got, err)
	}
}

func TestShowsWhere(t *testing.T) {
	w := stocked(t)
	for q, want := range map[string]string{
		"养老":        "title:[养老]待遇领取人员 abstract:每月领取[养老]金的人员名单",
		"yanglao":   "title:[养老]待遇领取人员 abstract:每月领取[养老]金的人员名单",
		"dylq":      "title:养老[待遇领取]人员",
		"yinhang":   "items:开户[银行]",
		"身份 bank":   "names:[bank] items:公民[身份]号码 items:[身份]证号",
		"chongdian": "title:[重点]企业月报",
	} {
		hits, total, err := w.x.Find(context.Background(), q, 0, 10)
		if err != nil || total != 1 || len(hits) != 1 {
			t.Errorf("%q: %v of %d, %v", q, hits, total, err)
			continue
		}
		var got []string
		for _, f := range hits[0].Fragments {
			s := f.Field + ":"
			for _, p := range f.Pieces {
				if p.Hit {
					p.Text = "[" + p.Text + "]"
				}
				s += p.Text
			}
			got = append(got, s)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %s, want %s", q, strings.Join(got, " "), want)
		}
	}
}

// TestNeverOlderThanTheQuestion: every change is found by the next question, before and
// after the index was opened, and what is no longer so is not.
func TestNeverOlderThanTheQuestion(t *testing.T) {
	w := stocked(t)
	w.finds("垃圾")
	w.put(directory("lamps", "垃圾分类", "cgj", "改作他用"))
	w.finds("垃圾", "lamps")
	w.finds("路灯")
	if err := w.cat.PutOffices(context.Background(), []catalog.Office{{Name: "cgj", Title: "综合行政执法局", Region: "420102000000"}}); err != nil {
		t.Fatal(err)
	}
	w.finds("综合行政", "lamps")
	w.finds("zhxz", "lamps")
	w.finds("城市管理")
	w.again()
	w.put(directory("parks", "公园绿地", "cgj", "公园"))
	w.finds("公园", "parks")
	w.finds("养老", "pension")
}

// TestBuiltAnew: an index that is missing, broken, of another form or ahead of the catalog
// is replaced.
func TestBuiltAnew(t *testing.T) {
	w := stocked(t)
	w.finds("养老", "pension")
	folder := filepath.Join(w.dir, "search")
	for name, spoil := range map[string]func(){
		"missing":         func() { w.must(os.RemoveAll(folder)) },
		"empty":           func() { w.must(os.RemoveAll(folder)); w.must(os.MkdirAll(folder, 0o700)) },
		"broken":          func() { w.must(os.WriteFile(filepath.Join(folder, "index_meta.json"), []byte("{"), 0o600)) },
		"of another form": func() { w.must(search.Mark(folder, "chengshu.form", "0")) },
		"ahead":           func() { w.must(search.Mark(folder, "chengshu.cursor", "999")) },
		"unfinished":      func() { w.must(search.Mark(folder, "chengshu.cursor", "")) },
	} {
		w.must(w.x.Close())
		spoil()
		w.x = search.New(folder, w.cat, slog.New(slog.DiscardHandler))
		t.Log(name)
		w.finds("养老", "pension")
		w.finds("zdqy", "key_firms")
		w.put(directory("lamps", "路灯台账 "+name, "cgj", "改"))
		w.finds("路灯", "lamps")
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// TestKeptAcrossStarts: what is in the index is not read from the catalog again.
func TestKeptAcrossStarts(t *testing.T) {
	w := stocked(t)
	w.finds("养老", "pension")
	w.must(w.x.Close())
	watch := &counted{Catalog: w.cat}
	w.x = search.New(filepath.Join(w.dir, "search"), watch, slog.New(slog.DiscardHandler))
	w.finds("养老", "pension")
	w.put(directory("parks", "公园绿地", "cgj", "公园"))
	w.finds("公园", "parks")
	if watch.n != 1 {
		t.Errorf("%d directories were read, want the one that is new", watch.n)
	}
}

type counted struct {
	*catalog.Catalog
	n int
}

func (c *counted) Texts(ctx context.Context, after int64, limit int) ([]catalog.Text, int64, error) {
	out, last, err := c.Catalog.Texts(ctx, after, limit)
	c.n += len(out)
	return out, last, err
}

// TestManyAtOnce: questions and changes side by side; each finds what it was preceded by.
func TestManyAtOnce(t *testing.T) {
	w := stocked(t)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 5 {
				name := fmt.Sprintf("d%d_%d", i, j)
				if _, err := w.cat.Put(context.Background(), people.Local(), directory(name, "并发目录", "cgj", "一")); err != nil {
					t.Error(err)
				}
				if got, err := w.x.Names(context.Background(), "bingfa "+name); err != nil || !slices.Contains(got, name) {
					t.Errorf("%s is not found: %v %v", name, got, err)
				}
			}
		})
	}
	wg.Wait()
	hits, total, err := w.x.Find(context.Background(), "bfml", 15, 20)
	if err != nil || total != 20 || len(hits) != 5 {
		t.Errorf("%d hits of %d, %v", len(hits), total, err)
	}
}

func TestClosed(t *testing.T) {
	w := stocked(t)
	w.must(w.x.Close())
	if _, err := w.x.Names(context.Background(), "养老"); err == nil {
		t.Error("a closed index answers")
	}
}
