package catalog_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/rule"
)

func TestFacets(t *testing.T) {
	c, _ := open(t)
	ctx := context.Background()
	if err := c.PutOffices(ctx, offices()); err != nil {
		t.Fatal(err)
	}
	var all []catalog.Directory
	for i, of := range []struct{ office, class, domain, level, update string }{
		{"rsj", "department", "employment", "L3", "monthly"}, {"rsj", "department", "employment", "L2", ""},
		{"mzj", "department", "relief", "L3", "yearly"}, {"mzj", "base", "", "L1", "daily"}, {"gone", "base", "", "", "daily"},
	} {
		d := catalog.Directory{Name: fmt.Sprintf("d%d", i), Title: fmt.Sprintf("目录%d", i), Office: of.office, Class: of.class, Domain: of.domain, Level: of.level, Update: of.update,
			Items: []catalog.Item{{Name: "x", Title: "项"}}}
		if i%2 == 0 {
			d.Load = &catalog.Load{Mode: "append"}
		}
		all = append(all, d)
	}
	if _, err := c.PutAll(ctx, people.Local(), all); err != nil {
		t.Fatal(err)
	}
	yes := true
	for _, q := range []struct {
		name string
		f    catalog.Filter
		of   func(catalog.Facets) []catalog.Facet
		want string
	}{
		{"offices, by their titles", catalog.Filter{}, func(f catalog.Facets) []catalog.Facet { return f.Office },
			"[{mzj 江岸区民政局 2} {rsj 江岸区人力资源和社会保障局 2} {gone gone 1}]"},
		{"what is chosen does not narrow itself", catalog.Filter{Office: "rsj"}, func(f catalog.Facets) []catalog.Facet { return f.Office },
			"[{mzj 江岸区民政局 2} {rsj 江岸区人力资源和社会保障局 2} {gone gone 1}]"},
		{"but all else", catalog.Filter{Office: "rsj"}, func(f catalog.Facets) []catalog.Facet { return f.Level }, "[{L2  1} {L3  1}]"},
		{"those without", catalog.Filter{}, func(f catalog.Facets) []catalog.Facet { return f.Domain }, "[{  2} {employment  2} {relief  1}]"},
		{"mounted", catalog.Filter{Class: "department"}, func(f catalog.Facets) []catalog.Facet { return f.Mounted }, "[{true  2} {false  1}]"},
		{"two at once", catalog.Filter{Class: "department", Mounted: &yes}, func(f catalog.Facets) []catalog.Facet { return f.Update }, "[{monthly  1} {yearly  1}]"},
		{"only these", catalog.Filter{Only: []string{"d0", "d3", "none"}}, func(f catalog.Facets) []catalog.Facet { return f.Class }, "[{base  1} {department  1}]"},
		{"none at all", catalog.Filter{Only: []string{}}, func(f catalog.Facets) []catalog.Facet { return f.Class }, "[]"},
	} {
		t.Run(q.name, func(t *testing.T) {
			f, err := c.Facets(ctx, q.f)
			if got := fmt.Sprint(q.of(f)); err != nil || got != q.want {
				t.Errorf("%s, %v; want %s", got, err, q.want)
			}
		})
	}
}

// Directories are kept all or not at all.
func TestPutAllOrNone(t *testing.T) {
	c, st := open(t)
	ctx := context.Background()
	broken := pension()
	broken.Name = "broken"
	rules := broken.Rules
	nan := 0.0
	nan /= nan
	broken.Rules = append(rules[:len(rules):len(rules)], rule.Decl{Kind: "range", Item: "sex", Min: &nan}) // no JSON
	if _, err := c.PutAll(ctx, people.Local(), []catalog.Directory{pension(), broken}); err == nil {
		t.Fatal("what cannot be written was kept")
	}
	if n, err := c.Total(ctx, catalog.Filter{}); err != nil || n != 0 || len(changes(t, st)) != 0 {
		t.Errorf("%d directories are there, %v", n, err)
	}
}

func TestReferring(t *testing.T) {
	c, _ := open(t)
	ctx := context.Background()
	refers := func(name, table string) catalog.Directory {
		return catalog.Directory{Name: name, Title: name, Office: "rsj", Items: []catalog.Item{{Name: "x", Title: "项"}},
			Rules: []rule.Decl{{Kind: "reference", Item: "x", Table: table, Column: "id_no"}}}
	}
	was := refers("was", "pension_x")
	if _, err := c.PutAll(ctx, people.Local(), []catalog.Directory{refers("b", "pension_x"), refers("a", "pension_x"), refers("other", "pensionyx"), was}); err != nil {
		t.Fatal(err)
	}
	was.Rules = nil
	if _, err := c.Put(ctx, people.Local(), was); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Referring(ctx, "pension_x"); err != nil || !reflect.DeepEqual(got, []string{"a", "b"}) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := c.Referring(ctx, `%"`); err != nil || got != nil {
		t.Errorf("a name that is none: %v, %v", got, err)
	}
}

func TestDifferences(t *testing.T) {
	after := pension()
	after.Title, after.Share.Way, after.Abstract = "养老待遇人员", "api", ""
	after.Items[1].Aka, after.Items[3].Required = []string{"身份证号"}, true
	after.Items[4], after.Items[5] = after.Items[5], after.Items[4]
	after.Items = append(after.Items[1:], catalog.Item{Name: "bank", Title: "开户行"})
	above := 2.0
	after.Rules = []rule.Decl{{Kind: "citizen_id", Item: "id_no", Do: "block", Above: &above}}
	after.Codes = []catalog.CodeList{{Name: "sex", Title: "性别", Codes: map[string]string{"1": "男"}}}
	var got []string
	for _, d := range catalog.Differences(pension(), after) {
		got = append(got, fmt.Sprintf("%s %s %s: %s > %s", d.Kind, d.Path, d.Name, d.Before, d.After))
	}
	want := []string{
		"removed abstract : 领取城镇职工养老待遇的人员 > ", "changed share.way : exchange > api", "changed title : 养老待遇领取人员 > 养老待遇人员",
		"removed items name: 姓名 > ", "changed items.aka id_no: 身份证号 证件号码（居民身份证） > 身份证号", "added items.required sex:  > true",
		"added items bank:  > 开户行", "moved items : id_no born sex phone community > id_no born sex community phone",
		"removed rules codes_sex: codes > ", "added rules.above citizen_id_id_no:  > 2", "added rules.do citizen_id_id_no:  > block",
		`changed codes.codes sex: {"1":"男","2":"女"} > {"1":"男"}`,
	}
	if !reflect.DeepEqual(got, want) {
		for i := range max(len(got), len(want)) {
			g, w := "", ""
			if i < len(got) {
				g = got[i]
			}
			if i < len(want) {
				w = want[i]
			}
			if g != w {
				t.Errorf("%d: %s\nwant %s", i, g, w)
			}
		}
	}
	if d := catalog.Differences(pension(), pension()); len(d) != 0 {
		t.Errorf("nothing changed, but %v", d)
	}
}
