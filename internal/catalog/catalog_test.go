package catalog_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/store"
)

func TestVersions(t *testing.T) {
	c, st := open(t)
	ctx := context.Background()
	put := func(d catalog.Directory, version int, created, changed bool) {
		t.Helper()
		got, err := c.Put(ctx, people.Actor{Kind: people.UserKind, ID: "u1", Name: "钱一"}, d)
		if want := (catalog.Saved{Name: d.Name, Version: version, Created: created, Changed: changed}); err != nil || got != want {
			t.Fatalf("put: %+v %v, want %+v", got, err, want)
		}
	}
	first, second := pension(), pension()
	second.Items = append(second.Items, catalog.Item{Name: "bank", Title: "开户行"})
	second.Title = "养老待遇人员"
	put(first, 1, true, true)
	put(first, 1, false, false)
	put(second, 2, false, true)
	put(first, 3, false, true)

	got, err := c.Get(ctx, "pension")
	if err != nil || got.Version != 3 || !reflect.DeepEqual(got.Directory, first) || !got.At.Equal(day.Add(3*time.Minute)) {
		t.Errorf("get: %+v, %v", got, err)
	}
	if got, err = c.At(ctx, "pension", 2); err != nil || !reflect.DeepEqual(got.Directory, second) {
		t.Errorf("at 2: %+v, %v", got, err)
	}
	want := []string{"删除信息项 bank；修改名称", "新增信息项 bank；修改名称", "首次登记：6 个信息项，2 条规则"}
	history, err := c.History(ctx, "pension")
	if err != nil || len(history) != 3 {
		t.Fatalf("history: %v, %v", history, err)
	}
	for i, h := range history {
		if h.Version != 3-i || h.Change.ZH != want[i] || h.By != "u1" || h.ByName != "钱一" {
			t.Errorf("history %d: %+v", i, h)
		}
	}
	for _, err := range []error{missing(c.Get(ctx, "none")), missing(c.At(ctx, "pension", 4)), missing(c.At(ctx, "pension", 0)), missing(c.History(ctx, "none"))} {
		if !errors.Is(err, catalog.ErrMissing) || fault.KindOf(err) != fault.Missing {
			t.Errorf("missing: %v", err)
		}
	}
	if got := changes(t, st); !reflect.DeepEqual(got, []int{1, 2, 3}) {
		t.Errorf("events of versions %v", got)
	}
	e, err := c.Entries(ctx, "pension", "none")
	if err != nil || len(e) != 1 || e["pension"].Version != 3 || e["pension"].Items != 6 || !e["pension"].Mounted {
		t.Errorf("entries: %+v, %v", e, err)
	}
}

func missing[T any](_ T, err error) error { return err }

// changes runs a consumer over all events and gives the versions they told.
func changes(t *testing.T, st store.Store) (versions []int) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	err := st.Consume(store.Consumer{Name: "test", Kinds: []event.Kind{event.DirectoryChanged},
		Handle: func(_ context.Context, e event.Event) (store.Writes, error) {
			var c event.DirectoryChange
			if err := json.Unmarshal(e.Body, &c); err != nil || c.Directory != e.Key {
				t.Errorf("event %+v: %v", e, err)
			}
			versions = append(versions, c.Version)
			return nil, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- st.Run(ctx) }()
	if err := st.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return versions
}

func TestList(t *testing.T) {
	c, _ := open(t)
	ctx := context.Background()
	if err := c.PutOffices(ctx, offices()); err != nil {
		t.Fatal(err)
	}
	for i := range 25 {
		d := catalog.Directory{Name: fmt.Sprintf("d%02d", i), Title: fmt.Sprintf("目录 %d%%", i), Office: "rsj", Class: "base",
			Items: []catalog.Item{{Name: "x", Title: "低保金额"}}}
		if i%5 == 0 {
			d.Office, d.Class, d.Load = "mzj", "theme", &catalog.Load{Mode: "append"}
		}
		if _, err := c.Put(ctx, people.Local(), d); err != nil {
			t.Fatal(err)
		}
	}
	yes, no := true, false
	for _, q := range []struct {
		name string
		f    catalog.Filter
		want int
	}{
		{"all", catalog.Filter{}, 25},
		{"office", catalog.Filter{Office: "mzj"}, 5},
		{"class", catalog.Filter{Class: "base"}, 20},
		{"mounted", catalog.Filter{Mounted: &yes}, 5},
		{"not mounted", catalog.Filter{Mounted: &no}, 20},
	} {
		t.Run(q.name, func(t *testing.T) {
			n, err := c.Total(ctx, q.f)
			if err != nil || n != q.want {
				t.Errorf("total %d, %v; want %d", n, err, q.want)
			}
			var names []string
			for cursor := ""; ; {
				page, next, err := c.List(ctx, q.f, cursor, 4)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range page {
					names = append(names, e.Name)
				}
				if next == "" {
					break
				}
				cursor = next
			}
			if len(names) != q.want {
				t.Errorf("listed %v, want %d", names, q.want)
			}
			for i := 1; i < len(names); i++ {
				if names[i-1] >= names[i] {
					t.Errorf("out of order: %v", names)
				}
			}
		})
	}
	if _, _, err := c.List(ctx, catalog.Filter{}, "'; DROP", 5); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a bad cursor gave %v", err)
	}
	page, _, err := c.List(ctx, catalog.Filter{}, "", 1)
	if err != nil || page[0].OfficeTitle != "江岸区民政局" {
		t.Errorf("page %+v, %v", page, err)
	}
	n, err := c.Counts(ctx)
	if want := (catalog.Counts{Directories: 25, Mounted: 5, Items: 25, Offices: 3}); err != nil || n != want {
		t.Errorf("counts %+v, %v", n, err)
	}
}

func TestOffices(t *testing.T) {
	c, _ := open(t)
	ctx := context.Background()
	if n, err := c.Counts(ctx); err != nil || n != (catalog.Counts{}) {
		t.Errorf("counts of nothing: %+v, %v", n, err)
	}
	if err := c.PutOffices(ctx, offices()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Put(ctx, people.Local(), pension()); err != nil {
		t.Fatal(err)
	}
	renamed := offices()[2]
	renamed.Title = "民政局"
	if err := c.PutOffices(ctx, []catalog.Office{renamed, {Name: "aaj", Title: "安监局", Region: "420102000000", Parent: "zf"}}); err != nil {
		t.Fatal(err)
	}
	got, err := c.Offices(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var line []string
	for _, o := range got {
		line = append(line, fmt.Sprint(o.Name, o.Directories, o.Mounted))
	}
	if s := strings.Join(line, " "); s != "zf0 0 rsj1 1 mzj0 0 aaj0 0" || got[2].Title != "民政局" {
		t.Errorf("offices: %s", s)
	}
	if o, err := c.Office(ctx, "rsj"); err != nil || o != offices()[1] {
		t.Errorf("office: %+v, %v", o, err)
	}
	if _, err := c.Office(ctx, "none"); fault.KindOf(err) != fault.Missing {
		t.Errorf("no office: %v", err)
	}
	circle := offices()[0]
	circle.Parent = "rsj"
	for _, bad := range []struct {
		code string
		o    catalog.Office
	}{
		{"office.circle", circle},
		{"office.parent", catalog.Office{Name: "x", Title: "某局", Region: "420102000000", Parent: "nobody"}},
		{"office.region", catalog.Office{Name: "x", Title: "某局", Region: "4201"}},
		{"office.credit", catalog.Office{Name: "x", Title: "某局", Region: "420102000000", Credit: "I23"}},
		{"office.title", catalog.Office{Name: "x", Region: "420102000000"}},
		{"name.form", catalog.Office{Name: "某局", Title: "某局", Region: "420102000000"}},
	} {
		if err := c.PutOffices(ctx, []catalog.Office{bad.o}); fault.From(err).Code != bad.code {
			t.Errorf("%s: got %v", bad.code, err)
		}
	}
}

func TestChanged(t *testing.T) {
	base := pension()
	for _, c := range []struct {
		name string
		do   func(*catalog.Directory)
		zh   string
	}{
		{"item changed", func(d *catalog.Directory) { d.Items[3].Required = true }, "修改信息项 sex"},
		{"rule added and removed", func(d *catalog.Directory) { d.Rules[0] = rule.Decl{Kind: "phone", Item: "phone"} }, "新增规则 phone_phone；删除规则 citizen_id_id_no"},
		{"rule changed", func(d *catalog.Directory) { d.Rules[0].Do = rule.Warn }, "修改规则 citizen_id_id_no"},
		{"code list", func(d *catalog.Directory) { d.Codes[0].Codes = map[string]string{"1": "男"} }, "修改代码集 sex"},
		{"unmounted", func(d *catalog.Directory) { d.Load = nil }, "修改挂接"},
		{"order", func(d *catalog.Directory) { d.Items[0], d.Items[1] = d.Items[1], d.Items[0] }, "调整次序"},
		{"many", func(d *catalog.Directory) {
			for i := range 7 {
				d.Items = append(d.Items, catalog.Item{Name: fmt.Sprint("n", i)})
			}
		}, "新增信息项 n0、n1、n2、n3、n4 等 7 个"},
	} {
		after := pension()
		c.do(&after)
		if got := catalog.Changed(&base, after); got.ZH != c.zh {
			t.Errorf("%s: %s / %s", c.name, got.ZH, got.EN)
		}
	}
}

func TestDirectoryGivesItsParts(t *testing.T) {
	d := pension()
	set := d.RuleSet()
	if len(set.Items) != 6 || !set.Items[0].Required || set.Codes["sex"]["2"] != "女" || len(set.Rules) != 2 {
		t.Errorf("rule set: %+v", set)
	}
	if s := d.Columns(); len(s) != 6 || s[2] != (row.Field{Name: "born", Type: row.DateType}) {
		t.Errorf("columns: %+v", s)
	}
}

// TestCheckKnowsTheCatalog: offices, tables referred to and twins come from the store.
func TestCheckKnowsTheCatalog(t *testing.T) {
	c, _ := open(t)
	ctx := context.Background()
	other := pension()
	other.Name, other.Title, other.Code = "people", "人口", "301002/16"
	refers := pension()
	refers.Rules = append(refers.Rules, rule.Decl{Kind: "reference", Item: "id_no", Table: "people", Column: "id_no"})
	twin := pension()
	twin.Name = "pension2"
	codes := func(d catalog.Directory) (out []string) {
		err := c.Check(ctx, d, lists{})
		if err == nil {
			return nil
		}
		f := fault.From(err)
		for _, p := range append(f.Parts, f) {
			if len(p.Parts) == 0 {
				out = append(out, p.Code)
			}
		}
		return out
	}
	if got := codes(refers); !reflect.DeepEqual(got, []string{"directory.reference.table"}) {
		t.Errorf("nothing is there, any office will do: %v", got)
	}
	if err := c.PutOffices(ctx, offices()); err != nil {
		t.Fatal(err)
	}
	stranger := refers
	stranger.Office = "nobody"
	if got := codes(stranger); !reflect.DeepEqual(got, []string{"directory.office", "directory.reference.table"}) {
		t.Errorf("offices are there, another is named: %v", got)
	}
	for _, d := range []catalog.Directory{other, refers} {
		if _, err := c.Put(ctx, people.Local(), d); err != nil {
			t.Fatal(err)
		}
	}
	if got := codes(refers); got != nil {
		t.Errorf("itself again: %v", got)
	}
	if got := codes(twin); !reflect.DeepEqual(got, []string{"directory.code.taken", "directory.title.taken"}) {
		t.Errorf("a twin: %v", got)
	}
}
