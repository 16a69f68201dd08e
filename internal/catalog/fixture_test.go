package catalog_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

// lists is a region list of one code.
type lists struct{}

func (lists) Region(code []byte) (string, bool) {
	return "community", string(code) == "420102001001"
}
func (lists) Division(six []byte, _ int) bool { return string(six) == "420102" }

// pension is a directory that is right in every respect.
func pension() catalog.Directory {
	return catalog.Directory{
		Kind: "directory", Name: "pension", Title: "养老待遇领取人员", Code: "301002/15", Office: "rsj",
		Class: "department", Abstract: "领取城镇职工养老待遇的人员", Format: "database",
		Share: catalog.Share{Type: "conditional", Condition: "用于养老服务", Way: "exchange"},
		Level: "L3", Update: "monthly",
		Items: []catalog.Item{
			{Name: "name", Title: "姓名", Personal: "name", Required: true, Clean: []rule.Step{{Do: "trim"}}},
			{Name: "id_no", Title: "公民身份号码", Personal: "id", Aka: []string{"身份证号", "证件号码（居民身份证）"}},
			{Name: "born", Title: "出生日期", Type: row.DateType, Personal: "birth"},
			{Name: "sex", Title: "性别"},
			{Name: "phone", Title: "联系电话", Aka: []string{"手机号"}, Personal: "phone"},
			{Name: "community", Title: "居住社区"},
		},
		Rules: []rule.Decl{
			{Kind: "citizen_id", Item: "id_no"},
			{Kind: "codes", Item: "sex", List: "sex"},
		},
		Load:  &catalog.Load{Mode: "merge", Key: []string{"id_no"}},
		Codes: []catalog.CodeList{{Name: "sex", Title: "性别", Codes: map[string]string{"1": "男", "2": "女"}}},
	}
}

func offices() []catalog.Office {
	return []catalog.Office{
		{Name: "zf", Title: "江岸区人民政府", Region: "420102000000"},
		{Name: "rsj", Title: "江岸区人力资源和社会保障局", Region: "420102000000", Parent: "zf"},
		{Name: "mzj", Title: "江岸区民政局", Region: "420102000000", Parent: "zf"},
	}
}

var day = time.Date(2026, 11, 20, 6, 32, 0, 0, time.UTC)

// open gives an empty catalog in a store of its own; its clock ticks a minute a call.
func open(t *testing.T) (*catalog.Catalog, *sqlite.Store) {
	t.Helper()
	st, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "store.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	now := day
	c, err := catalog.New(st, catalog.WithClock(func() time.Time { now = now.Add(time.Minute); return now }))
	if err != nil {
		t.Fatal(err)
	}
	return c, st
}
