package catalog

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/rule"
)

// Changed says in one line what a new version changed against the last; before is nil for
// the first. Items and rules are told by name, all else by what it is.
func Changed(before *Directory, after Directory) fault.Text {
	if before == nil {
		return fault.T("首次登记：%d 个信息项，%d 条规则", "first version: %d items, %d rules", len(after.Items), len(after.Rules))
	}
	var c changes
	c.named("信息项", "items", items(before.Items), items(after.Items))
	c.named("规则", "rules", rules(before.Rules), rules(after.Rules))
	c.named("代码集", "code lists", lists(before.Codes), lists(after.Codes))
	for _, f := range []struct {
		zh, en string
		a, b   any
	}{
		{"名称", "title", before.Title, after.Title},
		{"代码", "code", before.Code, after.Code},
		{"提供方", "office", before.Office, after.Office},
		{"分类", "class", before.Class, after.Class},
		{"领域", "domain", before.Domain, after.Domain},
		{"摘要", "abstract", before.Abstract, after.Abstract},
		{"格式", "format", before.Format, after.Format},
		{"共享属性", "sharing", before.Share, after.Share},
		{"开放属性", "opening", before.Open, after.Open},
		{"使用条件", "conditions of use", before.Use, after.Use},
		{"分级", "level", before.Level, after.Level},
		{"发布日期", "date of issue", before.Issued, after.Issued},
		{"关联资源", "related resources", before.Related, after.Related},
		{"更新周期", "update period", before.Update, after.Update},
		{"挂接", "load", before.Load, after.Load},
	} {
		if !reflect.DeepEqual(f.a, f.b) {
			c.add("修改"+f.zh, "changed "+f.en)
		}
	}
	if len(c.zh) == 0 {
		c.add("调整次序", "changed the order")
	}
	return fault.Text{ZH: strings.Join(c.zh, "；"), EN: strings.Join(c.en, "; ")}
}

type changes struct{ zh, en []string }

func (c *changes) add(zh, en string) {
	c.zh, c.en = append(c.zh, zh), append(c.en, en)
}

// part is a named piece of a declaration.
type part struct {
	name string
	body any
}

func (c *changes) named(zh, en string, before, after []part) {
	var added, removed, changed []string
	old := map[string]any{}
	for _, p := range before {
		old[p.name] = p.body
	}
	for _, p := range after {
		body, was := old[p.name]
		switch {
		case !was:
			added = append(added, p.name)
		case !reflect.DeepEqual(body, p.body):
			changed = append(changed, p.name)
		}
		delete(old, p.name)
	}
	for _, p := range before {
		if _, left := old[p.name]; left {
			removed = append(removed, p.name)
		}
	}
	c.list("新增"+zh, "added "+en, added)
	c.list("删除"+zh, "removed "+en, removed)
	c.list("修改"+zh, "changed "+en, changed)
}

func (c *changes) list(zh, en string, names []string) {
	const most = 5
	switch n := len(names); {
	case n == 0:
	case n <= most:
		c.add(zh+" "+strings.Join(names, "、"), en+" "+strings.Join(names, ", "))
	default:
		c.add(fmt.Sprintf("%s %s 等 %d 个", zh, strings.Join(names[:most], "、"), n),
			fmt.Sprintf("%s %s and %d more", en, strings.Join(names[:most], ", "), n-most))
	}
}

func items(in []Item) (out []part) {
	for _, it := range in {
		out = append(out, part{it.Name, it})
	}
	return out
}

// rules names a rule without a name as the rule room does.
func rules(in []rule.Decl) (out []part) {
	for _, r := range in {
		name := r.Name
		if name == "" {
			name = strings.Join(append([]string{r.Kind}, r.Items...), "_")
			if r.Item != "" {
				name = r.Kind + "_" + r.Item
			}
		}
		out = append(out, part{name, r})
	}
	return out
}

func lists(in []CodeList) (out []part) {
	for _, l := range in {
		out = append(out, part{l.Name, l})
	}
	return out
}
