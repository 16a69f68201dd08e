package rule

import (
	"fmt"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/row"
)

// kind is one rule kind: its reference entry, how its rules are titled, how they are built.
// build fills c and reports what is wrong with b.fail.
type kind struct {
	KindInfo
	label string // %s is the items' titles
	build func(b *build, c *Compiled)
}

// build gathers what Compile makes and all that is wrong on the way.
type build struct {
	set    Set
	lists  Lists
	kinds  map[string]kind
	items  map[string]Item
	names  map[string]bool
	where  string // the rule or step now being built
	faults []*fault.Error
}

// Compile makes a program of a directory's items and rules. Every required item and every
// item that is not text gets the rules required and type unless they are declared, so that
// no value is lost silently. The rules lie in this order: parse, the implied ones by item,
// the declared ones. All errors come at once, each naming its rule and parameter.
func Compile(set Set, lists Lists) (*Program, error) {
	b := &build{set: set, lists: lists, kinds: map[string]kind{}, items: map[string]Item{}, names: map[string]bool{Parse: true}}
	for _, k := range kinds() {
		b.kinds[k.Name] = k
	}
	p := &Program{Rules: []Compiled{parseRule()}}
	b.takeItems()
	for _, d := range b.implied() {
		b.add(p, d, "items "+d.Item)
	}
	for i, d := range set.Rules {
		b.add(p, d, fmt.Sprintf("rules[%d]", i))
	}
	b.layOut(p)
	b.columns(p)
	if err := fault.All("rules.invalid", fault.T("规则声明有 %d 处错误", "%d errors in the rules", len(b.faults)), b.faults); err != nil {
		return nil, err
	}
	return p, nil
}

func parseRule() Compiled {
	return Compiled{
		Decl: Decl{Kind: Parse, Name: Parse, Title: "行可解析", Do: Reject},
		Norm: "0305", Dim: Accuracy, Bad: true, Scope: OfRow,
	}
}

func (b *build) takeItems() {
	for _, it := range b.set.Items {
		b.where = it.Name
		if _, twice := b.items[it.Name]; twice {
			b.fail("rules.item.twice", fault.T("信息项 %s 重复", "the item %s is there twice", it.Name),
				fault.T("改用不同的名称", "give it another name"))
		}
		b.items[it.Name] = it
	}
}

// implied are the rules that follow from the items themselves.
func (b *build) implied() []Decl {
	declared := map[string]bool{}
	for _, d := range b.set.Rules {
		declared[d.Kind+" "+d.Item] = true
	}
	var out []Decl
	for _, it := range b.set.Items {
		if it.Required && !declared["required "+it.Name] {
			out = append(out, Decl{Kind: "required", Item: it.Name})
		}
		if it.Type.Kind != row.Text && !declared["type "+it.Name] {
			out = append(out, Decl{Kind: "type", Item: it.Name})
		}
	}
	return out
}

func (b *build) add(p *Program, d Decl, where string) {
	if c, ok := b.rule(d, where); ok {
		p.Rules = append(p.Rules, c)
	}
}

// rule builds the declaration that stands at a place.
func (b *build) rule(d Decl, where string) (Compiled, bool) {
	b.where = where
	before := len(b.faults)
	k, ok := b.kinds[d.Kind]
	if !ok {
		b.fail("rules.kind", fault.T("没有规则类型 %q", "there is no rule kind %q", d.Kind),
			fault.T("可用类型：%s", "the kinds are %s", strings.Join(b.kindNames(), ", ")))
		return Compiled{}, false
	}
	c := Compiled{Decl: d, Norm: k.Norm, Dim: k.Dim, Bad: k.Bad, Scope: k.Scope, Bit: -1}
	c.Reads = d.Items
	if d.Item != "" {
		c.Reads = []string{d.Item}
	}
	if c.Name == "" {
		c.Name = defaultName(d.Kind, c.Reads)
	}
	b.where = where + " " + c.Name
	b.checkParams(k, d)
	b.checkSeverity(k, &c)
	if len(b.faults) == before {
		k.build(b, &c)
	}
	if d.Name == "" && d.Item == "" && len(d.Items) == 0 && d.Kind == "check" {
		c.Name = defaultName(d.Kind, c.Reads[:min(len(c.Reads), 2)])
	}
	b.checkName(c.Name)
	if c.Title == "" {
		c.Title = b.title(k, c)
	}
	return c, len(b.faults) == before
}

func (b *build) kindNames() []string {
	var out []string
	for _, k := range kinds() {
		out = append(out, k.Name)
	}
	return out
}

func defaultName(kind string, items []string) string {
	s := strings.Join(append([]string{kind}, items...), "_")
	return s[:min(len(s), 63)]
}

func (b *build) checkName(name string) {
	if err := ident.Check(name); err != nil {
		e := fault.From(err)
		b.fail(e.Code, e.Text, fault.T("改写 name", "write another name"))
	}
	if b.names[name] {
		b.fail("rules.name.twice", fault.T("规则名称 %s 重复", "there are two rules named %s", name),
			fault.T("用 name 为其中一条另取名称", "give one of them another name"))
	}
	b.names[name] = true
}

func (b *build) title(k kind, c Compiled) string {
	var titles []string
	for _, name := range c.Reads {
		t := b.items[name].Title
		if t == "" {
			t = name
		}
		titles = append(titles, "「"+t+"」")
	}
	if !strings.Contains(k.label, "%s") {
		return k.label
	}
	return fmt.Sprintf(k.label, strings.Join(titles, ""))
}

// given names the parameters a declaration writes, beyond the common ones.
func given(d Decl) []string {
	var out []string
	for _, p := range []struct {
		name string
		is   bool
	}{
		{"item", d.Item != ""}, {"items", len(d.Items) > 0}, {"pattern", d.Pattern != ""},
		{"min", d.Min != nil}, {"max", d.Max != nil}, {"from", d.From != ""}, {"to", d.To != ""},
		{"values", len(d.Values) > 0}, {"list", d.List != ""}, {"levels", len(d.Levels) > 0},
		{"within", d.Within != ""}, {"expr", d.Expr != ""}, {"table", d.Table != ""}, {"column", d.Column != ""},
	} {
		if p.is {
			out = append(out, p.name)
		}
	}
	return out
}

func (b *build) checkParams(k kind, d Decl) {
	takes := map[string]bool{}
	var names []string
	for _, p := range k.Params {
		takes[p.Name] = true
		names = append(names, p.Name)
	}
	has := map[string]bool{}
	for _, name := range given(d) {
		has[name] = true
		if !takes[name] {
			b.fail("rules.param.unknown", fault.T("%s 规则没有参数 %s", "a %s rule takes no %s", k.Name, name),
				fault.T("可用参数：%s", "it takes %s", strings.Join(names, ", ")))
		}
	}
	for _, p := range k.Params {
		if p.Required && !has[p.Name] {
			b.fail("rules.param.missing", fault.T("%s 规则缺少参数 %s", "a %s rule needs %s", k.Name, p.Name), p.Help)
		}
	}
	for _, name := range append([]string{d.Item}, d.Items...) {
		if _, ok := b.items[name]; name != "" && !ok {
			b.fail("rules.item.unknown", fault.T("没有信息项 %s", "there is no item %s", name),
				fault.T("改为目录中已声明的信息项", "name an item of this directory"))
		}
	}
}

func (b *build) checkSeverity(k kind, c *Compiled) {
	if c.Do == "" {
		c.Do = k.Do
	}
	switch {
	case c.Do != Reject && c.Do != Warn && c.Do != Block:
		b.fail("rules.do", fault.T("没有处置方式 %q", "there is no severity %q", c.Do), fault.T("do 取 reject、warn 或 block", "do is reject, warn or block"))
	case k.Scope == OfBatch && c.Do == Reject:
		b.fail("rules.do.batch", fault.T("%s 针对整批，不能 reject", "%s judges the batch and cannot reject rows", k.Name), fault.T("do 取 warn 或 block", "do is warn or block"))
	case k.Scope == OfBatch && c.Above != nil, c.Do != Block && c.Above != nil:
		b.fail("rules.above.unused", fault.T("此处不能写 above", "above has no place here"), fault.T("above 只与行规则的 do: block 同用", "above goes with do: block of a rule on rows"))
	case c.Do == Block && k.Scope != OfBatch && c.Above == nil:
		b.fail("rules.above.missing", fault.T("do: block 缺少 above", "do: block needs above"), fault.T("写明挂起批次的百分比，如 above: 5", "write the per cent that holds the batch, such as above: 5"))
	case c.Above != nil && !(*c.Above >= 0 && *c.Above < 100):
		b.fail("rules.above.range", fault.T("above 超出 0–100", "above is outside 0–100"), fault.T("写 0 到 100 之间的百分比", "write a per cent from 0 to below 100"))
	}
}

// fail notes a fault of the rule or step now being built.
func (b *build) fail(code string, text, fix fault.Text) {
	b.faults = append(b.faults, fault.New(fault.Invalid, code, text).At("%s", b.where).Fix(fix))
}

// layOut numbers the bits in order.
func (b *build) layOut(p *Program) {
	bit := 0
	for i := range p.Rules {
		if p.Rules[i].Scope != OfBatch {
			p.Rules[i].Bit = bit
			bit++
		}
	}
}

// columns makes the layers of every item: raw text to clean text to typed value.
func (b *build) columns(p *Program) {
	for _, it := range b.set.Items {
		b.where = it.Name + ".clean"
		x, dirty := b.cleaning(row.Column(it.Name), it.Clean)
		p.Clean = append(p.Clean, row.Named{Name: it.Name, X: x})
		if dirty != nil {
			p.Dirty = append(p.Dirty, Dirty{it.Name, dirty})
		}
		p.Typed = append(p.Typed, row.Named{Name: it.Name, X: typed(it)})
	}
}
