package policy_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

var ctx = context.Background()

// world is grants over two directories, with what they told.
type world struct {
	*policy.Grants
	st      *sqlite.Store
	now     time.Time
	records []string
	refuse  error // of the record
}

func (w *world) Directory(_ context.Context, name string) (policy.Directory, error) {
	switch d := pension(); name {
	case "pension":
		return d, nil
	case "secret":
		d.Name, d.Share = "secret", "none"
		return d, nil
	case "wide":
		return wide(), nil
	case "draft":
		d.Name, d.Barred = "draft", fault.T("尚未发布", "not published")
		return d, nil
	}
	return policy.Directory{}, fault.New(fault.Missing, "directory.unknown", fault.T("没有该目录", "there is no such directory"))
}

func (w *world) Grantee(_ context.Context, g policy.Grantee) error {
	if slices.Contains([]string{"app:a1", "app:a2", "office:mzj", "office:rsj"}, g.String()) {
		return nil
	}
	return fault.New(fault.Invalid, "app.unknown", fault.T("没有该应用", "there is no such application"))
}

func (w *world) record(ctx context.Context, tx store.Tx, c people.Change) error {
	if w.refuse != nil {
		return w.refuse
	}
	if c.Key == "" || c.At.IsZero() || c.Text.ZH == "" || c.Detail["directory"] == "" {
		return fmt.Errorf("an incomplete entry %+v", c)
	}
	if stored, err := w.body(ctx, tx, c.Key); err != nil || c.Detail["sm3"] != stored {
		return fmt.Errorf("the entry does not bind the grant: %s, %s, %v", c.Detail["sm3"], stored, err)
	}
	w.records = append(w.records, c.Action+" by "+c.Actor.ID+" of "+c.Office)
	return nil
}

// body is the SM3 of a grant's draft as it is stored.
func (w *world) body(ctx context.Context, tx store.Tx, id string) (string, error) {
	var body string
	err := tx.QueryRowContext(ctx, `SELECT body FROM policy_grant WHERE id = ?`, id).Scan(&body)
	sum := gm.Sum3([]byte(body))
	return hex.EncodeToString(sum[:]), err
}

func open(t *testing.T) *world {
	t.Helper()
	st, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "store.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	w := &world{st: st, now: noon}
	w.Grants = w.again(t)
	return w
}

// again opens the grants anew over the same store, as a process that starts does.
func (w *world) again(t *testing.T) *policy.Grants {
	t.Helper()
	g, err := policy.New(ctx, policy.Options{Store: w.st, Directories: w, Grantees: w, Record: w.record,
		Now: func() time.Time { return w.now }})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func (w *world) must(t *testing.T, by people.Actor, d policy.Draft) policy.Grant {
	t.Helper()
	g, err := w.Make(ctx, by, d)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func (w *world) events(t *testing.T) (out []string) {
	t.Helper()
	var rows []struct{ Kind, Key string }
	err := w.st.Read().NewSelect().Table("event").Column("kind", "key").Order("seq").Scan(ctx, &rows)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		out = append(out, r.Kind+" "+r.Key)
	}
	return out
}

func officerOf(office string) people.Actor {
	return people.Actor{Kind: people.UserKind, ID: "u-" + office, Office: office, Roles: []people.Role{people.Officer}}
}

func guard() people.Actor {
	return people.Actor{Kind: people.UserKind, ID: "guard", Office: "sjj", Roles: []people.Role{people.SecurityAdmin}}
}

func draft() policy.Draft { return grant(pension()).Draft }

func TestGrantLives(t *testing.T) {
	w := open(t)
	var told []string
	stop := w.Watch(func(g policy.Grant) { told = append(told, g.ID+" "+string(g.State)) })
	turn := w.Turn()
	g := w.must(t, officerOf("rsj"), draft())
	if got := w.For("pension", "a1", "mzj"); len(got) != 1 || got[0].ID != g.ID || w.Turn() == turn {
		t.Fatalf("it does not stand: %v", got)
	}
	if got, err := w.Get(ctx, g.ID); err != nil || !reflect.DeepEqual(got, g) {
		t.Errorf("kept as\n%+v\nnot\n%+v (%v)", got, g, err)
	}
	turn = w.Turn()
	ended, err := w.Revoke(ctx, guard(), g.ID, "用途变更")
	if err != nil {
		t.Fatal(err)
	}
	if got := w.For("pension", "a1", "mzj"); len(got) != 0 || w.Turn() == turn {
		t.Errorf("it stands after it was revoked: %v", got)
	}
	if policy.Compile(ended, pension(), noon, salt).Allow {
		t.Error("it allows after it was revoked")
	}
	if _, err := w.Revoke(ctx, guard(), g.ID, "again"); !errors.Is(err, policy.ErrEnded) {
		t.Errorf("revoked twice: %v", err)
	}
	stop()
	other := w.must(t, officerOf("rsj"), draft())
	if want := []string{g.ID + " active", g.ID + " revoked"}; !reflect.DeepEqual(told, want) {
		t.Errorf("told %v", told)
	}
	if want := []string{"grant.made " + g.ID, "grant.revoked " + g.ID, "grant.made " + other.ID}; !reflect.DeepEqual(w.events(t), want) {
		t.Errorf("events %v", w.events(t))
	}
	if want := []string{"grant.make by u-rsj of rsj", "grant.revoke by guard of rsj", "grant.make by u-rsj of rsj"}; !reflect.DeepEqual(w.records, want) {
		t.Errorf("recorded %v", w.records)
	}
	h, err := w.History(ctx, g.ID)
	if want := []policy.Event{{policy.Active, noon, "u-rsj", ""}, {policy.Revoked, noon, "guard", "用途变更"}}; err != nil || !reflect.DeepEqual(h, want) {
		t.Errorf("history %v %v", h, err)
	}
}

func TestGrantSurvivesRestart(t *testing.T) {
	w := open(t)
	g, gone := w.must(t, officerOf("rsj"), draft()), w.must(t, officerOf("rsj"), draft())
	if _, err := w.Revoke(ctx, officerOf("rsj"), gone.ID, "重复"); err != nil {
		t.Fatal(err)
	}
	if got := w.again(t).For("pension", "a1", ""); len(got) != 1 || !reflect.DeepEqual(got[0], g) {
		t.Errorf("%v", got)
	}
}

// TestNothingHalf: where the audit entry cannot be saved there is no grant, and none ends.
func TestNothingHalf(t *testing.T) {
	w := open(t)
	g := w.must(t, officerOf("rsj"), draft())
	w.refuse = fault.New(fault.Busy, "audit.full", fault.T("审计空间已满", "the audit is full"))
	if _, err := w.Make(ctx, officerOf("rsj"), draft()); !errors.Is(err, w.refuse) {
		t.Errorf("made without an entry: %v", err)
	}
	if _, err := w.Revoke(ctx, guard(), g.ID, "x"); !errors.Is(err, w.refuse) {
		t.Errorf("revoked without an entry: %v", err)
	}
	if n, err := w.Expire(ctx, g.Until); !errors.Is(err, w.refuse) {
		t.Errorf("%d expired without an entry: %v", n, err)
	}
	all, _, err := w.List(ctx, policy.Filter{}, "", 10)
	if err != nil || len(all) != 1 || all[0].State != policy.Active || len(w.events(t)) != 1 || len(w.For("pension", "a1", "")) != 1 {
		t.Errorf("left %v %v", all, w.events(t))
	}
}

func TestExpire(t *testing.T) {
	w := open(t)
	short := draft()
	short.Until = noon.Add(time.Hour)
	a, b := w.must(t, officerOf("rsj"), short), w.must(t, officerOf("rsj"), draft())
	for _, c := range []struct {
		after time.Duration
		n     int
	}{{time.Hour - time.Second, 0}, {time.Hour, 1}, {time.Hour, 0}} {
		w.now = noon.Add(c.after)
		if n, err := w.Expire(ctx, w.now); err != nil || n != c.n {
			t.Errorf("after %v: %d %v", c.after, n, err)
		}
	}
	if got := w.For("pension", "a1", ""); len(got) != 1 || got[0].ID != b.ID {
		t.Errorf("left %v", got)
	}
	if got, err := w.Get(ctx, a.ID); err != nil || got.State != policy.Expired || got.EndedBy != "system" {
		t.Errorf("%+v %v", got, err)
	}
	if last := w.events(t)[2]; last != "grant.expired "+a.ID || w.records[2] != "grant.expire by system of rsj" {
		t.Errorf("told %s, recorded %s", last, w.records[2])
	}
}

// TestOtherNodesFollow: a second process over the same store learns of grants by events,
// and news that come late do not wake what has ended.
func TestOtherNodesFollow(t *testing.T) {
	w := open(t)
	other := w.again(t)
	follow := other.Follow("n2")
	g := w.must(t, officerOf("rsj"), draft())
	hear := func(k event.Kind) {
		t.Helper()
		if !slices.Contains(follow.Kinds, k) {
			t.Fatalf("it does not listen to %s", k)
		}
		if _, err := follow.Handle(ctx, event.Event{Kind: k, Key: g.ID}); err != nil {
			t.Fatal(err)
		}
	}
	hear(event.GrantMade)
	if len(other.For("pension", "a1", "")) != 1 {
		t.Error("it has not learned of the grant")
	}
	hear(event.GrantMade)
	if len(other.For("pension", "a1", "")) != 1 {
		t.Error("heard twice, it stands twice")
	}
	if _, err := w.Revoke(ctx, guard(), g.ID, "x"); err != nil {
		t.Fatal(err)
	}
	hear(event.GrantRevoked)
	hear(event.GrantMade)
	if len(other.For("pension", "a1", "")) != 0 {
		t.Error("it stands on the other node after it was revoked")
	}
	g.ID = "unheard"
	hear(event.GrantMade)
}

func TestOwnBeforeOffice(t *testing.T) {
	w := open(t)
	office := draft()
	office.Grantee = policy.Grantee{Kind: policy.ToOffice, Name: "mzj"}
	o := w.must(t, officerOf("rsj"), office)
	a, b := w.must(t, officerOf("rsj"), draft()), w.must(t, officerOf("rsj"), draft())
	ids := func(app, office string) (out []string) {
		for _, g := range w.For("pension", app, office) {
			out = append(out, g.ID)
		}
		return out
	}
	if got := ids("a1", "mzj"); !reflect.DeepEqual(got, []string{b.ID, a.ID, o.ID}) {
		t.Errorf("%v", got)
	}
	if got := ids("a2", "mzj"); !reflect.DeepEqual(got, []string{o.ID}) {
		t.Errorf("another application of the office: %v", got)
	}
	if got := slices.Concat(ids("a2", "gaj"), ids("", "")); got != nil || len(w.For("wide", "a1", "mzj")) > 0 {
		t.Errorf("somebody else, or another directory: %v", got)
	}
}

func TestWhoMayGrant(t *testing.T) {
	w := open(t)
	admin := people.Actor{Kind: people.UserKind, ID: "da", Office: "sjj", Roles: []people.Role{people.DataAdmin}}
	for name, c := range map[string]struct {
		by           people.Actor
		make, revoke bool
	}{
		"nobody":              {people.Actor{}, false, false},
		"the provider":        {officerOf("rsj"), true, true},
		"the grantee":         {officerOf("mzj"), false, false},
		"data administrator":  {admin, true, true},
		"security":            {guard(), false, true},
		"a local command":     {people.Local(), true, true},
		"the application":     {people.Actor{Kind: people.AppKind, ID: "a1", Office: "rsj"}, false, false},
		"an office of a name": {people.Actor{Kind: people.UserKind, ID: "x", Roles: []people.Role{people.Officer}}, false, false},
	} {
		_, err := w.Make(ctx, c.by, draft())
		if (err == nil) != c.make || err != nil && !errors.Is(err, policy.ErrDenied) {
			t.Errorf("%s makes a grant: %v", name, err)
		}
		wrong := draft()
		wrong.Purpose = ""
		if _, err := w.Make(ctx, c.by, wrong); errors.Is(err, policy.ErrDenied) == c.make {
			t.Errorf("%s learns what is wrong with a grant: %v", name, err)
		}
		g := w.must(t, people.Local(), draft())
		if _, err := w.Revoke(ctx, c.by, g.ID, "x"); (err == nil) != c.revoke {
			t.Errorf("%s revokes a grant: %v", name, err)
		}
	}
}

func TestCheckTellsAllAtOnce(t *testing.T) {
	w := open(t)
	places := func(err error) string {
		f := fault.From(err)
		if f == nil {
			return ""
		}
		var out []string
		for _, p := range append(slices.Clone(f.Parts), f)[:max(1, len(f.Parts))] {
			if p.Remedy.ZH == "" && p.Code != "directory.unknown" && p.Code != "app.unknown" || p.Text.EN == "" {
				t.Errorf("%s says too little: %v", p.Code, p)
			}
			out = append(out, p.Code+"@"+p.Where)
		}
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	all := policy.Draft{Directory: "pension"}
	want := "grant.grantee@grantee grant.basis@basis grant.items@items grant.purpose@purpose grant.quota@per_day grant.quota@per_second grant.rows@rows grant.until@until"
	if got := places(w.Check(ctx, all)); got != sorted(want) {
		t.Errorf("an empty draft: %s", got)
	}
	for name, c := range map[string]struct {
		change func(*policy.Draft)
		want   string
	}{
		"right":                {func(*policy.Draft) {}, ""},
		"no such directory":    {func(d *policy.Draft) { d.Directory = "unheard" }, "directory.unknown@"},
		"not shared":           {func(d *policy.Draft) { d.Directory = "secret" }, "grant.unshared@directory"},
		"not published":        {func(d *policy.Draft) { d.Directory = "draft" }, "grant.barred@directory"},
		"no such application":  {func(d *policy.Draft) { d.Grantee.Name = "a9" }, "app.unknown@"},
		"… and another thing":  {func(d *policy.Draft) { d.Grantee.Name, d.Basis = "a9", " " }, "app.unknown@grantee grant.basis@basis"},
		"a grantee of no kind": {func(d *policy.Draft) { d.Grantee = policy.Grantee{Kind: "user", Name: "u"} }, "app.unknown@grantee grant.grantee@grantee"},
		"no such item":         {func(d *policy.Draft) { d.Items[0].Item = "nom" }, "grant.item@items[0]"},
		"an item twice":        {func(d *policy.Draft) { d.Items[1] = d.Items[0] }, "grant.item.twice@items[1]"},
		"personal, no mask":    {func(d *policy.Draft) { d.Items[1].Mask = policy.Mask{} }, "grant.personal@items[1]"},
		"… a blank basis":      {func(d *policy.Draft) { d.Items[1] = policy.GrantItem{Item: "id_no", Basis: "　"} }, "grant.personal@items[1]"},
		"… a basis":            {func(d *policy.Draft) { d.Items[1] = policy.GrantItem{Item: "id_no", Basis: "第十七条"} }, ""},
		"a mask of text":       {func(d *policy.Draft) { d.Items[3].Mask.Kind = policy.MaskName }, "grant.mask@items[3].mask"},
		"over":                 {func(d *policy.Draft) { d.Until = noon }, "grant.until.past@until"},
		"over before it began": {func(d *policy.Draft) { d.From = d.Until }, "grant.until.before@until"},
		"long words":           {func(d *policy.Draft) { d.Purpose = strings.Repeat("字", 501) }, "grant.long@purpose"},
		"a quota of nothing":   {func(d *policy.Draft) { d.PerDay = 0 }, "grant.quota@per_day"},
		"all rows and rules": {func(d *policy.Draft) {
			d.Rows.Rules = []policy.RowRule{{Item: "community", Op: "eq", Values: []string{"a"}}}
		}, "grant.rows@rows"},
		"rules that do not fit": {func(d *policy.Draft) {
			d.Rows = policy.Rows{Rules: []policy.RowRule{
				{Item: "nom", Op: "eq", Values: []string{"a"}}, {Item: "name", Op: "eq", Values: []string{"李明"}},
				{Item: "born", Op: "ge", Values: []string{"1956"}}, {Item: "born", Op: "le", Values: []string{"1966-12-31"}},
				{Item: "amount", Op: "ge", Values: []string{"0.001"}}, {Item: "amount", Op: "ge", Values: []string{"1e3"}},
				{Item: "community", Op: "like", Values: []string{"%"}}, {Item: "community", Op: "eq", Values: []string{"a", "b"}},
				{Item: "community", Op: "under", Values: []string{"42x"}}, {Item: "amount", Op: "under", Values: []string{"420102"}},
				{Item: "alive", Op: "ge", Values: []string{"true"}}, {Item: "community", Op: "in"},
			}}
		}, "grant.rows.item@rows.rules[0] grant.rows.personal@rows.rules[1] grant.rows.value@rows.rules[2] grant.rows.value@rows.rules[4] grant.rows.value@rows.rules[5] " +
			"grant.rows.op@rows.rules[6] grant.rows.values@rows.rules[7] grant.rows.value@rows.rules[8] grant.rows.type@rows.rules[9] grant.rows.type@rows.rules[10] grant.rows.values@rows.rules[11]"},
	} {
		d := draft()
		c.change(&d)
		err := w.Check(ctx, d)
		if got := places(err); got != sorted(c.want) {
			t.Errorf("%s: %s", name, got)
		}
		_, made := w.Make(ctx, people.Local(), d)
		if (made == nil) != (err == nil) {
			t.Errorf("%s: Check says %v, Make %v", name, err, made)
		}
	}
}

func sorted(s string) string {
	f := strings.Fields(s)
	slices.Sort(f)
	return strings.Join(f, " ")
}

func TestList(t *testing.T) {
	w := open(t)
	office := draft()
	office.Grantee = policy.Grantee{Kind: policy.ToOffice, Name: "mzj"}
	a, b, c := w.must(t, people.Local(), draft()), w.must(t, people.Local(), office), w.must(t, people.Local(), draft())
	if _, err := w.Revoke(ctx, guard(), a.ID, "x"); err != nil {
		t.Fatal(err)
	}
	ids := func(f policy.Filter) string {
		var out []string
		for cursor := ""; ; {
			page, next, err := w.List(ctx, f, cursor, 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range page {
				out = append(out, map[string]string{a.ID: "a", b.ID: "b", c.ID: "c"}[g.ID])
			}
			if cursor = next; next == "" {
				return strings.Join(out, "")
			}
		}
	}
	program := people.Actor{Kind: people.AppKind, ID: "a1", Office: "mzj"}
	for name, x := range map[string]struct {
		f    policy.Filter
		want string
	}{
		"all":               {policy.Filter{}, "cba"},
		"standing":          {policy.Filter{State: policy.Active}, "cb"},
		"over soon":         {policy.Filter{Before: draft().Until.Add(time.Second)}, "cba"},
		"over by then":      {policy.Filter{Before: draft().Until}, ""},
		"of a grantee":      {policy.Filter{Grantee: office.Grantee}, "b"},
		"of a directory":    {policy.Filter{Directory: "other"}, ""},
		"the provider's":    {policy.Filter{}.Seen(policy.Reaching(officerOf("rsj"), policy.GrantRead)), "cba"},
		"the grantee's":     {policy.Filter{}.Seen(policy.Reaching(officerOf("mzj"), policy.GrantRead)), "b"},
		"somebody else's":   {policy.Filter{}.Seen(policy.Reaching(officerOf("gaj"), policy.GrantRead)), ""},
		"nobody's":          {policy.Filter{}.Seen(policy.Reaching(people.Actor{}, policy.GrantRead)), ""},
		"an application's":  {policy.Filter{}.Seen(policy.Reaching(program, policy.GrantRead)), "cba"},
		"the administrator": {policy.Filter{}.Seen(policy.Reaching(guard(), policy.GrantRead)), "cba"},
	} {
		if got := ids(x.f); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
	for name, x := range map[string]struct {
		a    people.Actor
		seen bool
	}{"provider": {officerOf("rsj"), true}, "grantee": {officerOf("mzj"), true}, "other": {officerOf("gaj"), false}, "nobody": {people.Actor{}, false}, "program of the office": {program, true}} {
		if err := b.Seen(x.a); (err == nil) != x.seen {
			t.Errorf("%s sees it: %v", name, err)
		}
	}
	if _, err := w.Get(ctx, "unheard"); !errors.Is(err, policy.ErrMissing) {
		t.Errorf("%v", err)
	}
	if _, err := w.History(ctx, "unheard"); !errors.Is(err, policy.ErrMissing) {
		t.Errorf("%v", err)
	}
	if _, err := w.Revoke(ctx, guard(), "unheard", "x"); !errors.Is(err, policy.ErrMissing) {
		t.Errorf("%v", err)
	}
	if _, err := w.Revoke(ctx, guard(), c.ID, " "); !errors.Is(err, policy.ErrReason) {
		t.Errorf("%v", err)
	}
}
