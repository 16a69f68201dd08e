package catalog_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/row"
)

// The catalog is what people and policy ask about offices and directories.
var (
	_ people.Offices     = (*catalog.Catalog)(nil)
	_ policy.Directories = (*catalog.Catalog)(nil)
)

func TestOfficesForRights(t *testing.T) {
	c, _ := open(t)
	ctx := context.Background()
	tree := append(offices(), catalog.Office{Name: "sbzx", Title: "江岸区社会保险中心", Region: "420102000000", Parent: "rsj"},
		catalog.Office{Name: "sbdt", Title: "江岸区社保大厅", Region: "420102000000", Parent: "sbzx"})
	if err := c.PutOffices(ctx, tree); err != nil {
		t.Fatal(err)
	}
	for office, want := range map[string][]string{
		"zf": {"mzj", "rsj", "sbdt", "sbzx"}, "rsj": {"sbdt", "sbzx"}, "sbdt": nil, "unheard": nil,
	} {
		if got, err := c.Descendants(ctx, office); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("under %s: %v %v", office, got, err)
		}
	}
	if err := c.Known(ctx, "sbdt"); err != nil {
		t.Error(err)
	}
	if err := c.Known(ctx, "unheard"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an office nobody entered: %v", err)
	}
}

func TestDirectoryForRights(t *testing.T) {
	c, _ := open(t)
	ctx := context.Background()
	if _, err := c.Put(ctx, people.Local(), pension()); err != nil {
		t.Fatal(err)
	}
	d, err := c.Directory(ctx, "pension")
	if err != nil {
		t.Fatal(err)
	}
	if d.Office != "rsj" || d.Share != "conditional" || len(d.Items) != 6 || d.Items[2] != (policy.Item{Name: "born", Type: row.DateType, Personal: "birth"}) {
		t.Errorf("%+v", d)
	}
	if _, err := c.Directory(ctx, "unheard"); !errors.Is(err, catalog.ErrMissing) {
		t.Errorf("%v", err)
	}
	for _, p := range catalog.Personals() {
		if policy.DefaultMask(p.Name).Kind == policy.MaskNone {
			t.Errorf("%s has no mask", p.Name)
		}
	}
}
