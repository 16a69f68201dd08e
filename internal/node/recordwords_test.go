package node

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/people"
)

const shopPack = `
pack: {id: shops, version: 1.0.0, title: 商户}
roles:
  keeper: {title: 登记员, reach: office}
  chief: {title: 负责人, reach: all}
entity:
  shop:
    title: 商户
    key: "S-{seq:3}"
    fields:
      name: {title: 名称, type: text(40), required: true}
      main: {title: 总店, type: reference(shop)}
      staff: {title: 人员, type: table, columns: {job: {title: 岗位, type: text(20)}, pay: {title: 月薪, type: money}, card: {title: 健康证, type: bool}, at: {title: 部门, type: office}}}
  visit:
    title: 检查
    fields:
      shop: {title: 商户, type: reference(shop)}
      note: {title: 情况, type: text(100)}
flow:
  visit:
    states:
      open: {title: 待办, by: keeper, route: stay, actions: {done: {title: 办结, to: closed, edit: note}}}
      closed: {title: 已办结, end: true}
`

// TestRecordsInWords: what refers to another record says which, to whoever reaches it; the cells of tables are worded, and a history tells of a table what differs.
func TestRecordsInWords(t *testing.T) {
	w := open(t, t.TempDir(), time.Now)
	w.must(w.Catalog.PutOffices(t.Context(), []catalog.Office{{Name: "houhu", Title: "后湖街道办", Region: "420102017000"}, {Name: "tazihu", Title: "塔子湖街道办", Region: "420102018000"}}))
	p, err := w.Packs.Read(fstest.MapFS{"pack.yaml": {Data: []byte(shopPack)}})
	w.must(err)
	_, err = w.Packs.Install(t.Context(), people.Local(), p, "", false)
	w.must(err)
	w.must(w.Store.Drain(t.Context()))

	type record struct {
		ID     string
		Words  map[string]string
		Linked []string
	}
	ask := func(role people.Role, office, path, body string, into any) {
		t.Helper()
		status, text := w.looks(role, office, path, body)
		if status != 200 {
			t.Fatalf("%s: %d %s", path, status, text)
		}
		w.must(json.Unmarshal([]byte(text), into))
	}
	const shops = "/registers/shops/shop"
	var main, branch, again record
	ask("shops.keeper", "houhu", shops, `{"values":{"name":"老店","staff":[{"job":"厨师","pay":520000},{"job":"店员"}]}}`, &main)
	ask("shops.keeper", "tazihu", shops, `{"values":{"name":"分店","main":"`+main.ID+`"}}`, &branch)

	ask("shops.keeper", "tazihu", shops+"/"+branch.ID, "", &branch)
	if branch.Words["main"] != "其他部门的记录" || len(branch.Linked) != 0 {
		t.Errorf("to who does not reach it: %q %v", branch.Words["main"], branch.Linked)
	}
	ask("shops.chief", "houhu", shops+"/"+branch.ID, "", &again)
	if again.Words["main"] != "S-001 · 老店" || !slices.Equal(again.Linked, []string{"main"}) {
		t.Errorf("to who does: %q %v", again.Words["main"], again.Linked)
	}

	ask("shops.keeper", "houhu", shops+"/"+main.ID, `{"version":1,"values":{"staff":[{"job":"店员"},{"job":"厨师","pay":520000,"card":true,"at":"tazihu"}]}}`, &again)
	ask("shops.keeper", "houhu", shops+"/"+main.ID, "", &main)
	cells := map[string]string{"name": "老店", "staff": "2 行", "staff[0].job": "店员", "staff[1].job": "厨师", "staff[1].pay": "5200.00", "staff[1].card": "是", "staff[1].at": "塔子湖街道办"}
	if !maps.Equal(main.Words, cells) {
		t.Errorf("its words: %v", main.Words)
	}
	var past struct {
		Items []struct {
			Changes []struct{ Field, From, To string }
		}
	}
	ask("shops.keeper", "houhu", shops+"/"+main.ID+"/history", "", &past)
	if d := past.Items[0].Changes[0]; d.From != "岗位 厨师，月薪 5200.00" || d.To != "岗位 厨师，月薪 5200.00，健康证 是，部门 塔子湖街道办" {
		t.Errorf("its table from %q to %q", d.From, d.To)
	}
	ask("shops.chief", "houhu", shops+"/"+branch.ID, `{"version":1,"values":{"main":null}}`, &again)
	ask("shops.chief", "houhu", shops+"/"+branch.ID+"/history", "", &past)
	if d := past.Items[0].Changes[0]; d.From != "S-001 · 老店" || d.To != "" {
		t.Errorf("what it referred to, from %q to %q", d.From, d.To)
	}

	var opened struct {
		Case struct {
			ID    string
			Words map[string]string
		}
	}
	ask("shops.keeper", "houhu", "/cases", `{"pack":"shops","flow":"visit","values":{"shop":"`+main.ID+`","note":"看"}}`, &opened)
	if opened.Case.Words["shop"] != "S-001 · 老店" {
		t.Errorf("a case's words: %v", opened.Case.Words)
	}
	status, text := w.looks("shops.keeper", "houhu", "/case-offers", `{"ids":["`+opened.Case.ID+`"]}`)
	if status != 200 || !strings.Contains(text, `"action":"done"`) || !strings.Contains(text, `"title":"情况"`) || !strings.Contains(text, `"cases":["`+opened.Case.ID+`"]`) || strings.Contains(text, `"action":"comment"`) {
		t.Errorf("what may be done on several: %d %s", status, text)
	}
}
