package catalog_test

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

// lead reviews what the offices under the government publish.
var lead = people.Actor{Kind: people.UserKind, ID: "u1", Name: "周明", Office: "zf", Below: []string{"mzj", "rsj"}, Roles: []people.Role{people.Reviewer}}

func put(t *testing.T, c *catalog.Catalog, d catalog.Directory) {
	t.Helper()
	if _, err := c.Put(context.Background(), people.Local(), d); err != nil {
		t.Fatal(err)
	}
}

// facts are the facts of a store, in order.
func facts(t *testing.T, st *sqlite.Store) (out []string) {
	t.Helper()
	var rows []struct{ Kind, Key string }
	if err := st.Read().NewRaw("SELECT kind, key FROM event ORDER BY seq").Scan(context.Background(), &rows); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		out = append(out, r.Kind+" "+r.Key)
	}
	return out
}

// TestLifeOfADirectory walks draft → published → changed → published again → withdrawn →
// published, and looks at list, rights, history, facts and audit.
func TestLifeOfADirectory(t *testing.T) {
	ctx := context.Background()
	_, st := open(t)
	var changes []people.Change
	c, err := catalog.New(st, catalog.WithRecord(func(_ context.Context, _ store.Tx, ch people.Change) error {
		changes = append(changes, ch)
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	put(t, c, pension())
	stands := func(state catalog.State, published int, barred string) {
		t.Helper()
		e, err := c.Entries(ctx, "pension")
		if err != nil || e["pension"].State != state || e["pension"].PublishedVersion != published {
			t.Errorf("%+v %v; want %s with version %d published", e, err, state, published)
		}
		r, err := c.Directory(ctx, "pension")
		if err != nil || r.Barred.EN != barred || (r.Barred.ZH == "") != (barred == "") {
			t.Errorf("barred by %q, want %q; %v", r.Barred.EN, barred, err)
		}
		page, _, err := c.List(ctx, catalog.Filter{State: state}, "", 0)
		if err != nil || len(page) != 1 {
			t.Errorf("the list of %s: %v %v", state, page, err)
		}
	}
	step := func(do func(context.Context, people.Actor, string, string) (catalog.Turn, error), reason string) {
		t.Helper()
		if _, err := do(ctx, lead, "pension", reason); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(do func(context.Context, people.Actor, string, string) (catalog.Turn, error), reason, code string) {
		t.Helper()
		if _, err := do(ctx, lead, "pension", reason); err == nil || fault.From(err).Code != code || fault.From(err).Remedy.ZH == "" {
			t.Errorf("%v, want %s", err, code)
		}
	}
	stands(catalog.Draft, 0, "it is not published yet")
	refused(c.Withdraw, "没有用", "directory.state")
	step(c.Publish, "")
	stands(catalog.Published, 1, "")
	refused(c.Publish, "", "directory.state")

	d := pension()
	d.Title = "养老待遇领取人员名单"
	put(t, c, d)
	stands(catalog.Published, 1, "")
	step(c.Publish, "名称已复核")
	stands(catalog.Published, 2, "")

	refused(c.Withdraw, "  ", "directory.reason")
	refused(c.Withdraw, strings.Repeat("长", 401), "directory.reason.long")
	step(c.Withdraw, "数源有误，待重编")
	stands(catalog.Withdrawn, 2, "it was withdrawn")
	refused(c.Withdraw, "再撤", "directory.state")
	step(c.Publish, "已重编")
	stands(catalog.Published, 2, "")

	turns, err := c.Turns(ctx, "pension")
	var got []string
	for _, u := range turns {
		if u.By != "u1" || u.ByName != "周明" || u.At.IsZero() {
			t.Errorf("%+v", u)
		}
		got = append(got, string(u.State)+" "+u.Reason)
	}
	if want := []string{"published 已重编", "withdrawn 数源有误，待重编", "published 名称已复核", "published "}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("history %q %v", got, err)
	}
	if want := []string{"directory.changed pension", "directory.published pension", "directory.changed pension", "directory.published pension",
		"directory.withdrawn pension", "directory.published pension"}; !reflect.DeepEqual(facts(t, st), want) {
		t.Errorf("facts %q", facts(t, st))
	}
	var acts []string
	for _, ch := range changes {
		acts = append(acts, ch.Action)
	}
	if want := "directory.write directory.publish directory.write directory.publish directory.withdraw directory.publish"; strings.Join(acts, " ") != want {
		t.Errorf("audit of %v", acts)
	}
	changes = slices.DeleteFunc(changes, func(ch people.Change) bool { return ch.Action == "directory.write" })
	if len(changes) != 4 || changes[2].Action != "directory.withdraw" || changes[2].Office != "rsj" || changes[2].Detail["reason"] != "数源有误，待重编" || changes[2].Actor.ID != "u1" {
		t.Errorf("audit %+v", changes)
	}
}

func TestWhoMayPublish(t *testing.T) {
	ctx := context.Background()
	c, _ := open(t)
	put(t, c, pension())
	for name, by := range map[string]people.Actor{
		"nobody":               {},
		"its officer":          {Kind: people.UserKind, ID: "u2", Office: "rsj", Roles: []people.Role{people.Officer}},
		"a reviewer elsewhere": {Kind: people.UserKind, ID: "u3", Office: "mzj", Roles: []people.Role{people.Reviewer}},
		"an application":       {Kind: people.AppKind, ID: "a1", Office: "rsj", Roles: []people.Role{people.Application}},
	} {
		if _, err := c.Publish(ctx, by, "pension", ""); fault.KindOf(err) != fault.Denied {
			t.Errorf("%s: %v", name, err)
		}
	}
	if turns, err := c.Turns(ctx, "pension"); err != nil || len(turns) != 0 {
		t.Errorf("refusals left %v %v", turns, err)
	}
	if _, err := c.Publish(ctx, people.Local(), "pension", ""); err != nil {
		t.Error(err)
	}
	if _, err := c.Publish(ctx, people.Local(), "unheard", ""); !errors.Is(err, catalog.ErrMissing) {
		t.Error(err)
	}
}

// TestUnrecordedIsUnpublished: where the audit cannot take the entry, nothing happens.
func TestUnrecordedIsUnpublished(t *testing.T) {
	ctx := context.Background()
	unrecorded, st := open(t)
	put(t, unrecorded, pension())
	full := errors.New("no room")
	c, err := catalog.New(st, catalog.WithRecord(func(context.Context, store.Tx, people.Change) error { return full }))
	if err != nil {
		t.Fatal(err)
	}
	changed := pension()
	changed.Title = "另一名称"
	if _, err := c.Put(ctx, people.Local(), changed); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	if v, err := c.Get(ctx, "pension"); err != nil || v.Version != 1 {
		t.Errorf("version %d, %v", v.Version, err)
	}
	if _, err := c.Publish(ctx, people.Local(), "pension", ""); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	d, err := c.Directory(ctx, "pension")
	if turns, _ := c.Turns(ctx, "pension"); err != nil || d.Barred.ZH == "" || len(turns) != 0 || len(facts(t, st)) != 1 {
		t.Errorf("%+v %v %v", d, turns, err)
	}
}

// TestOldFoldersStayPublished: directories from before there were states were in use.
func TestOldFoldersStayPublished(t *testing.T) {
	ctx := context.Background()
	st, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "store.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := st.Migrate(ctx, "catalog", []store.Migration{{Version: 1, SQL: catalog.Schema1}}); err != nil {
		t.Fatal(err)
	}
	err = st.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO catalog_directory VALUES ('old', '旧目录', '', 'rsj', '', '', 'free', 'L1', '', 1, 0, FALSE, 3, 'h', '2026-10-01 08:00:00', 'old');
INSERT INTO catalog_version VALUES ('old', 3, '2026-10-01 08:00:00', '', '', '{"name":"old","title":"旧目录","office":"rsj","share":{"type":"free"}}')`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.New(st)
	if err != nil {
		t.Fatal(err)
	}
	d, err := c.Directory(ctx, "old")
	if err != nil || d.Barred != (fault.Text{}) || d.Share != "free" {
		t.Errorf("%+v %v", d, err)
	}
	turns, err := c.Turns(ctx, "old")
	if err != nil || len(turns) != 1 || turns[0].State != catalog.Published || turns[0].Version != 3 || turns[0].At.IsZero() {
		t.Errorf("%+v %v", turns, err)
	}
	if _, err := c.Withdraw(ctx, people.Local(), "old", "停用"); err != nil {
		t.Error(err)
	}
}
