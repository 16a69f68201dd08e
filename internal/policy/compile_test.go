package policy_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/row"
)

var noon = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)

// salt stands for HMAC-SM3: the room takes any keyed hash of this shape.
func salt(parts ...[]byte) (out [32]byte) {
	h := hmac.New(sha256.New, []byte("key"))
	for _, p := range parts {
		h.Write(p)
	}
	copy(out[:], h.Sum(nil))
	return out
}

func pension() policy.Directory {
	return policy.Directory{Name: "pension", Title: "养老待遇领取人员", Office: "rsj", Share: "conditional", Items: []policy.Item{
		{Name: "name", Personal: "name"}, {Name: "id_no", Personal: "id"}, {Name: "born", Type: row.DateType, Personal: "birth"},
		{Name: "amount", Type: money}, {Name: "community"}, {Name: "alive", Type: row.BoolType}, {Name: "blood", Personal: "other"},
	}}
}

// grant is a right grant of every item of a directory, and all of its rows.
func grant(d policy.Directory) policy.Grant {
	g := policy.Grant{ID: "g1", Office: d.Office, State: policy.Active, Draft: policy.Draft{
		Grantee: policy.Grantee{Kind: policy.ToApp, Name: "a1"}, Directory: d.Name, Rows: policy.Rows{All: true},
		Purpose: "养老服务资格核验", Basis: "《社会救助暂行办法》第十一条", From: noon.Add(-time.Hour), Until: noon.Add(24 * time.Hour),
		PerSecond: 10, PerDay: 1000,
	}}
	for _, it := range d.Items {
		g.Items = append(g.Items, policy.GrantItem{Item: it.Name, Mask: policy.DefaultMask(it.Personal)})
	}
	return g
}

func TestCompile(t *testing.T) {
	d := pension()
	dec := policy.Compile(grant(d), d, noon, salt)
	if err := dec.Err(); err != nil {
		t.Fatal(err)
	}
	want := row.Schema{{Name: "name"}, {Name: "id_no"}, {Name: "born"}, {Name: "amount", Type: money}, {Name: "community"},
		{Name: "alive", Type: row.BoolType}, {Name: "blood"}}
	if !reflect.DeepEqual(dec.Schema(), want) {
		t.Errorf("schema %v", dec.Schema())
	}
	lens, err := dec.Over(schemaOf(d))
	if err != nil {
		t.Fatal(err)
	}
	cells := []any{"李明", "420102195603120031", time.Date(1956, 3, 12, 0, 0, 0, 0, time.UTC), "3120.50", "塔新社区", true, "O"}
	masked := []any{"李*", "420102********0031", "1956-**-**", "3120.50", "塔新社区", true, nil}
	if got, ok := lens.Row(cells); !ok || !reflect.DeepEqual(got, masked) {
		t.Errorf("%v %v", got, ok)
	}
	if got := dec.Masked()(cells); !reflect.DeepEqual(got, masked) {
		t.Errorf("after an engine: %v", got)
	}
	for item, want := range map[string]bool{"name": false, "born": false, "blood": false, "community": true, "amount": true, "unheard": false} {
		if dec.Plain(item) != want {
			t.Errorf("callers may filter by %s: %v", item, !want)
		}
	}
	if !dec.Live(noon) || dec.Live(noon.Add(-2*time.Hour)) || dec.Live(noon.Add(24*time.Hour)) {
		t.Error("its term")
	}
}

// TestCompileDenies: every way in which a grant does not stand gives no column and no row.
func TestCompileDenies(t *testing.T) {
	for name, change := range map[string]func(*policy.Grant, *policy.Directory){
		"the zero grant":             func(g *policy.Grant, _ *policy.Directory) { *g = policy.Grant{} },
		"no id":                      func(g *policy.Grant, _ *policy.Directory) { g.ID = "" },
		"no state":                   func(g *policy.Grant, _ *policy.Directory) { g.State = "" },
		"revoked":                    func(g *policy.Grant, _ *policy.Directory) { g.State = policy.Revoked },
		"expired":                    func(g *policy.Grant, _ *policy.Directory) { g.State = policy.Expired },
		"over at this moment":        func(g *policy.Grant, _ *policy.Directory) { g.Until = noon },
		"no term":                    func(g *policy.Grant, _ *policy.Directory) { g.Until = time.Time{} },
		"not begun":                  func(g *policy.Grant, _ *policy.Directory) { g.From = noon.Add(time.Nanosecond) },
		"of another directory":       func(g *policy.Grant, _ *policy.Directory) { g.Directory = "other" },
		"no rows said":               func(g *policy.Grant, _ *policy.Directory) { g.Rows = policy.Rows{} },
		"no items":                   func(g *policy.Grant, _ *policy.Directory) { g.Items = nil },
		"directory not shared":       func(_ *policy.Grant, d *policy.Directory) { d.Share = "none" },
		"directory withdrawn":        func(_ *policy.Grant, d *policy.Directory) { d.Barred = fault.T("已撤下", "withdrawn") },
		"directory gone":             func(_ *policy.Grant, d *policy.Directory) { *d = policy.Directory{} },
		"item of the rows is gone":   func(g *policy.Grant, d *policy.Directory) { byCommunity(g); d.Items[4].Name = "area" },
		"item of the rows is number": func(g *policy.Grant, d *policy.Directory) { byCommunity(g); d.Items[4].Type = row.IntType },
	} {
		d := pension()
		g := grant(d)
		change(&g, &d)
		dec := policy.Compile(g, d, noon, salt)
		if dec.Allow || len(dec.Columns) > 0 || dec.Rows != nil || dec.Live(noon) || len(dec.Select()) > 0 || len(dec.Schema()) > 0 {
			t.Errorf("%s: %+v", name, dec)
		}
		if fault.KindOf(dec.Err()) != fault.Denied || dec.Reason.ZH == "" || fault.From(dec.Err()).Remedy.ZH == "" {
			t.Errorf("%s: the refusal is %v", name, dec.Err())
		}
		if dec.Where() != row.Expr(row.Lit{Value: false, Type: row.BoolType}) {
			t.Errorf("%s: reads %v", name, dec.Where())
		}
		if _, err := dec.Over(schemaOf(pension())); err == nil {
			t.Errorf("%s: gives a lens", name)
		}
	}
	var zero policy.Decision
	if zero.Err() == nil || zero.Live(noon) || zero.Plain("name") || zero.Masked()([]any{}) != nil {
		t.Error("the zero decision allows")
	}
}

func byCommunity(g *policy.Grant) {
	g.Rows = policy.Rows{Rules: []policy.RowRule{{Item: "community", Op: policy.RowEq, Values: []string{"塔新社区"}}}}
}

// TestWhatCannotBeGivenIsLeftOut: a directory that changed under a grant shows less.
func TestWhatCannotBeGivenIsLeftOut(t *testing.T) {
	d := pension()
	g := grant(d)
	g.Items = []policy.GrantItem{{Item: "community"}, {Item: "alive"}, {Item: "amount"}, {Item: "name", Mask: policy.Mask{Kind: policy.MaskHash}}}
	d.Items[4].Personal = "address"      // became personal, without mask or basis
	d.Items[3].Name = "sum"              // gone
	d.Items[0].Type = row.Type{Kind: 99} // of a type its mask cannot cover
	dec := policy.Compile(g, d, noon, salt)
	if !reflect.DeepEqual(dec.Lost, []string{"community", "amount", "name"}) || len(dec.Columns) != 1 || dec.Columns[0].Item != "alive" {
		t.Errorf("lost %v, left %v", dec.Lost, dec.Columns)
	}
	if dec = policy.Compile(grant(pension()), pension(), noon, nil); !dec.Allow {
		t.Error("a grant without hashes needs no key")
	}
	g.Items = g.Items[3:]
	if dec = policy.Compile(g, pension(), noon, nil); dec.Allow {
		t.Error("a hash without a key")
	}
}

func TestBasisShowsWhole(t *testing.T) {
	d := pension()
	g := grant(d)
	g.Items = []policy.GrantItem{{Item: "id_no", Basis: "《社会救助暂行办法》第十七条"}, {Item: "name"}}
	dec := policy.Compile(g, d, noon, salt)
	lens, err := dec.Over(schemaOf(d))
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := lens.Row([]any{"李明", "420102195603120031"}); !ok || !reflect.DeepEqual(got, []any{"420102195603120031"}) {
		t.Errorf("%v %v, lost %v", got, ok, dec.Lost)
	}
}

func TestView(t *testing.T) {
	d := pension()
	for _, c := range []struct {
		role   people.Role
		office string
		want   string
	}{
		{people.Officer, "rsj", "name= id_no= born= amount= community= alive= blood="},
		{people.DataAdmin, "sjj", "name=name id_no=id born=birth amount= community= alive= blood=null"},
		{people.Officer, "mzj", ""},
		{people.SystemAdmin, "rsj", ""},
		{people.AuditAdmin, "rsj", ""},
	} {
		a := people.Actor{Kind: people.UserKind, ID: "u", Office: c.office, Roles: []people.Role{c.role}}
		dec := policy.View(a, d, true)
		var got []string
		for _, col := range dec.Columns {
			got = append(got, col.Item+"="+col.Mask.String())
		}
		if strings.Join(got, " ") != c.want || dec.Allow != (c.want != "") {
			t.Errorf("%s of %s: %v", c.role, c.office, got)
		}
		_, err := dec.Over(schemaOf(d))
		if (err == nil) != dec.Allow {
			t.Errorf("%s of %s: %v", c.role, c.office, err)
		}
	}
}
