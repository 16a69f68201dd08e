package catalog_test

import (
	"context"
	"testing"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
)

// TestHighestLevelWins: 就高从严, and the list shows what won.
func TestHighestLevelWins(t *testing.T) {
	for _, tt := range []struct {
		own   string
		items []string
		want  string
	}{
		{"", nil, ""},
		{"L2", []string{"", "L1"}, "L2"},
		{"L2", []string{"L4", "L3"}, "L4"},
		{"", []string{"L1"}, "L1"},
		{"L4", []string{catalog.Important}, catalog.Important},
		{catalog.Important, []string{catalog.Core, "L4"}, catalog.Core},
	} {
		d := pension()
		d.Level = tt.own
		for i, l := range tt.items {
			d.Items[i].Level = l
		}
		if got := d.Highest(); got != tt.want {
			t.Errorf("%q with items %v: %q, want %q", tt.own, tt.items, got, tt.want)
		}
	}
	c, _ := open(t)
	d := pension()
	d.Items[1].Level = "L4"
	if _, err := c.Put(context.Background(), people.Local(), d); err != nil {
		t.Fatal(err)
	}
	if e, err := c.Entries(context.Background(), d.Name); err != nil || e[d.Name].Level != "L4" {
		t.Errorf("%+v %v", e, err)
	}
}

// TestMarkedImportantIsAccepted: what is marked, shared by condition and closed is in order.
func TestMarkedImportantIsAccepted(t *testing.T) {
	d := pension()
	d.Level, d.Items[1].Level = catalog.Important, catalog.Important
	d.Use, d.Issued, d.Related = "仅限本次办理", "2024-02-29", []string{"301002/16", "30100200001/000001"}
	if err := catalog.Check(d, env()); err != nil {
		t.Error(err)
	}
}

func TestGround(t *testing.T) {
	for basis, want := range map[string]string{
		"《中华人民共和国统计法》第二十五条":    "law",
		"《中华人民共和国征信业管理条例》第十四条": "regulation",
		"国务院令第631号第十四条":        "regulation",
		"国务院关于某事项的决定":          "decision",
		"国发〔2016〕51号":          "",
		"某省统计条例第三条":            "",
		"某部令第3号":               "",
		"按惯例不提供":               "",
		"根据《某市公共数据管理办法》不得对外提供": "",
	} {
		if got := (catalog.Share{Type: "none", Basis: basis}).Ground(); got != want {
			t.Errorf("%s: %q, want %q", basis, got, want)
		}
		d := pension()
		d.Share = catalog.Share{Type: "none", Basis: basis, Way: "exchange"}
		err := catalog.Check(d, env())
		if (err == nil) != (want != "") {
			t.Errorf("%s: %v", basis, err)
		}
		d.Share.BasisKind = "regulation"
		if err := catalog.Check(d, env()); err != nil {
			t.Errorf("%s, said to be a regulation: %v", basis, fault.From(err).In("en"))
		}
	}
}
