package catalog

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/spec"
)

// Env is what a check must know of the world around the directory. Catalog.Env fills it in.
type Env struct {
	Lists   rule.Lists
	Offices []string             // names; nil: any office will do
	Tables  map[string]Directory // the directories its references name; nil: not checked
	Twins   []Entry              // other directories of the same code, or title and office
}

// Check gives everything that is wrong with a declaration, as one Invalid fault whose parts
// carry paths such as items[3].type for places: spec.Doc.Locate turns them into lines.
// What it accepts can be stored, loaded and judged. It is pure.
func Check(d Directory, env Env) error {
	c := &check{d: d, env: env}
	c.head()
	c.words()
	c.share()
	c.basis()
	c.level()
	c.related()
	c.items()
	c.codes()
	c.load()
	c.references()
	c.rules()
	return fault.All("directory.invalid", fault.T("目录 %s 有 %d 处错误", "directory %s has %d errors", d.Name, len(c.faults)), c.faults)
}

// check gathers the faults of one declaration.
type check struct {
	d      Directory
	env    Env
	faults []*fault.Error
}

func (c *check) fail(where, code string, text, fix fault.Text) {
	c.faults = append(c.faults, fault.New(fault.Invalid, code, text).At("%s", where).Fix(fix))
}

// needed reports an empty text that the norm or the product cannot do without.
func (c *check) needed(where, value, zh, en string) {
	if strings.TrimSpace(value) == "" {
		c.fail(where, "directory.missing", fault.Text{ZH: "缺少" + zh, EN: "the " + en + " is missing"},
			fault.T("请填写 %s", "fill in %s", where))
	}
}

// name reports a name that is empty or ill-formed.
func (c *check) name(where, name string) {
	if err := ident.Check(name); err != nil {
		f := fault.From(err)
		c.fail(where, f.Code, f.Text, fault.T("请改写 %s", "write another %s", where))
	}
}

// codeForm is 类1 项2 目3 细目n "/" serial n (发改高技〔2017〕1272号).
var codeForm = regexp.MustCompile(`^\d\d{2}\d{3}\d*/\d+$`)

func (c *check) head() {
	d := c.d
	c.name("name", d.Name)
	c.needed("title", d.Title, "信息资源名称", "title")
	c.needed("office", d.Office, "信息资源提供方", "office")
	c.needed("abstract", d.Abstract, "信息资源摘要", "abstract")
	if d.Secret {
		c.fail("secret", "directory.secret", fault.T(
			"涉密信息资源不得编入本目录：本系统不是涉密信息系统，国家秘密和工作秘密须在相应的保密系统中管理",
			"secret resources must not be listed here: this is no system for state or work secrets, which are kept in systems of their own"),
			fault.T("请撤下该资源；确不涉密的，经保密审查后将 secret 去掉", "withdraw it; if it is not secret after review, remove secret"))
	}
	if d.Code != "" && !codeForm.MatchString(d.Code) {
		c.fail("code", "directory.code", fault.T(
			"信息资源代码 %q 不合规：应为类 1 位、项 2 位、目 3 位、细目若干位，“/”后接顺序号",
			"the code %q must be 1 digit of class, 2 of item, 3 of entry, any of sub-entry, then / and a serial", d.Code),
			fault.T("例如 301002/15 或 30100200001/000001", "such as 301002/15 or 30100200001/000001"))
	}
	if d.Office != "" && c.env.Offices != nil && !slices.Contains(c.env.Offices, d.Office) {
		fix := fault.T("请先登记该部门", "enter the office first")
		if near := spec.Nearest(d.Office, c.env.Offices); near != "" {
			fix = fault.T("是否应为 %q？", "did you mean %q?", near)
		}
		c.fail("office", "directory.office", fault.T("没有部门 %q", "there is no office %q", d.Office), fix)
	}
	c.twins()
}

func (c *check) twins() {
	for _, t := range c.env.Twins {
		if t.Name == c.d.Name {
			continue
		}
		if c.d.Code != "" && t.Code == c.d.Code {
			c.fail("code", "directory.code.taken", fault.T("代码 %s 已用于目录 %s", "the code %s is the directory %s's", t.Code, t.Name),
				fault.T("请另编顺序号", "give it another serial"))
		}
		if t.Title == c.d.Title && t.Office == c.d.Office {
			c.fail("title", "directory.title.taken", fault.T("该部门已有同名目录 %s", "the office has a directory of this title: %s", t.Name),
				fault.T("一数一源：请合并，或改用不同的名称", "one source for one datum: merge the two, or give it another title"))
		}
	}
}

// word reports a value that is none of the words of its place; empty is left to others.
func (c *check) word(where, value string, words []Word) bool {
	if value == "" || slices.Contains(names(words), value) {
		return true
	}
	c.fail(where, "directory.word", fault.T("%s 不能是 %q", "%s cannot be %q", where, value), spec.Meant(value, names(words)))
	return false
}

func (c *check) words() {
	d := c.d
	c.word("class", d.Class, Classes())
	c.word("domain", d.Domain, Domains())
	c.word("level", d.Level, Levels())
	c.word("update", d.Update, Updates())
}

func (c *check) share() {
	s, format := c.d.Share, c.d.Format
	known := c.word("format", format, Formats())
	c.word("share.type", s.Type, ShareTypes())
	known = c.word("share.way", s.Way, Ways()) && known
	if known && format != "" && s.Way != "" && !fits(format, s.Way) {
		f, w := titleOf(Formats(), format), titleOf(Ways(), s.Way)
		c.fail("share.way", "directory.way", fault.Text{
			ZH: fmt.Sprintf("格式为%s的资源不能以%s方式共享", f.ZH, w.ZH),
			EN: fmt.Sprintf("a resource in the format %s cannot be shared by %s", f.EN, w.EN),
		}, c.fitting(format))
	}
	if s.Type == "conditional" && strings.TrimSpace(s.Condition) == "" {
		c.fail("share.condition", "directory.condition", fault.T("有条件共享须写明共享条件", "conditional sharing needs its condition"),
			fault.T("请填写 share.condition", "fill in share.condition"))
	}
	if s.Type == "none" && c.d.Open.Public {
		c.fail("open.public", "directory.open", fault.T("不予共享的资源不能开放", "what is not shared cannot be open"),
			fault.T("请去掉 open.public 或改变共享类型", "remove open.public or change share.type"))
	}
}

func (c *check) fitting(format string) fault.Text {
	var ways []string
	for _, w := range Ways() {
		if fits(format, w.Name) {
			ways = append(ways, w.Name)
		}
	}
	return fault.T("可用的共享方式：%s", "it can be shared by %s", strings.Join(ways, ", "))
}

const maxItems = 5000

func (c *check) items() {
	if len(c.d.Items) == 0 {
		c.fail("items", "directory.items", fault.T("没有信息项", "there are no items"), fault.T("请至少写一个信息项", "write at least one"))
	}
	if len(c.d.Items) > maxItems {
		c.fail("items", "directory.items.many", fault.T("信息项超过 %d 个", "there are more than %d items", maxItems), fault.T("请拆分目录", "split the directory"))
	}
	first := map[string]int{}
	for i, it := range c.d.Items {
		at := fmt.Sprintf("items[%d]", i)
		c.name(at+".name", it.Name)
		c.needed(at+".title", it.Title, "信息项名称", "title")
		c.word(at+".personal", it.Personal, Personals())
		c.word(at+".level", it.Level, Levels())
		if it.Type.Kind == row.TextList {
			c.fail(at+".type", "directory.type", fault.T("信息项的类型不能是 texts", "an item cannot be of type texts"),
				fault.T("可用类型：text、int、float、bool、date、time、decimal(p,s)", "the types are text, int, float, bool, date, time and decimal(p,s)"))
		}
		if j, twice := first[it.Name]; twice {
			c.fail(at+".name", "directory.item.twice", fault.T("信息项 %s 重复，与第 %d 项同名", "the item %s is there already, as number %d", it.Name, j+1),
				fault.T("请改名或删去", "rename it or remove it"))
			continue
		}
		first[it.Name] = i
	}
}

func (c *check) codes() {
	seen := map[string]bool{}
	for i, l := range c.d.Codes {
		at := fmt.Sprintf("codes[%d]", i)
		c.name(at+".name", l.Name)
		if seen[l.Name] {
			c.fail(at+".name", "directory.codes.twice", fault.T("代码集 %s 重复", "the code list %s is there twice", l.Name), fault.T("请改名或合并", "rename it or merge the two"))
		}
		seen[l.Name] = true
		if len(l.Codes) == 0 {
			c.fail(at+".codes", "directory.codes.empty", fault.T("代码集 %s 没有代码", "the code list %s has no codes", l.Name), fault.T("请写出代码和名称", "write codes and their names"))
		}
	}
}

func (c *check) load() {
	l := c.d.Load
	if l == nil {
		return
	}
	if l.Mode == "" || !c.word("load.mode", l.Mode, Modes()) {
		if l.Mode == "" {
			c.needed("load.mode", "", "装载方式", "way to load")
		}
		return
	}
	if f := c.d.Format; f == "image" || f == "stream" {
		t := titleOf(Formats(), f)
		c.fail("load", "directory.load.format", fault.Text{ZH: t.ZH + "类资源不能装载为数据表", EN: t.EN + " cannot be loaded as a table"},
			fault.T("请去掉 load 或改变 format", "remove load or change format"))
	}
	if l.Mode == "merge" && len(l.Key) == 0 {
		c.fail("load.key", "directory.key", fault.T("按主键合并须写明主键", "merging needs a key"), fault.T("请在 load.key 列出主键信息项", "list the key's items in load.key"))
	}
	for i, k := range l.Key {
		if _, ok := c.d.Item(k); !ok {
			c.fail(fmt.Sprintf("load.key[%d]", i), "directory.key.unknown", fault.T("没有信息项 %s", "there is no item %s", k), spec.Meant(k, c.itemNames()))
		}
		if slices.Contains(l.Key[:i], k) {
			c.fail(fmt.Sprintf("load.key[%d]", i), "directory.key.twice", fault.T("主键中 %s 重复", "%s is in the key twice", k), fault.T("请删去", "remove it"))
		}
	}
}

func (c *check) itemNames() []string {
	out := make([]string, len(c.d.Items))
	for i, it := range c.d.Items {
		out[i] = it.Name
	}
	return out
}

// references checks that the tables and columns that rules look into are there.
func (c *check) references() {
	if c.env.Tables == nil {
		return
	}
	for i, r := range c.d.Rules {
		if r.Kind != "reference" || r.Table == "" {
			continue
		}
		t, ok := c.env.Tables[r.Table]
		if r.Table == c.d.Name {
			t, ok = c.d, true
		}
		if !ok {
			c.fail(fmt.Sprintf("rules[%d].table", i), "directory.reference.table", fault.T("没有目录 %q", "there is no directory %q", r.Table),
				fault.T("请先登记被引用的目录", "add the directory it refers to first"))
			continue
		}
		if _, ok := t.Item(r.Column); r.Column != "" && !ok {
			c.fail(fmt.Sprintf("rules[%d].column", i), "directory.reference.column", fault.T("目录 %s 没有信息项 %q", "the directory %s has no item %q", r.Table, r.Column),
				fault.T("请改为该目录中的信息项", "name an item of that directory"))
		}
	}
}

// rules lets the rule room judge what it alone understands. It names items where this room
// names their places.
func (c *check) rules() {
	if n := len(c.d.Items); n == 0 || n > maxItems || slices.ContainsFunc(c.d.Items, func(it Item) bool { return it.Type.Kind == row.TextList }) {
		return // said by items; rules on such would only repeat it
	}
	_, err := rule.Compile(c.d.RuleSet(), c.env.Lists)
	if err == nil {
		return
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		f = fault.From(err)
	}
	parts := f.Parts
	if len(parts) == 0 {
		parts = []*fault.Error{f}
	}
	for _, p := range parts {
		if p.Code == "rules.item.twice" {
			continue // said by items
		}
		c.faults = append(c.faults, p.At("%s", c.path(p.Where)))
	}
}

// path turns the rule room's id_no.clean into items[2].clean, and its rules[-2] type_born,
// a rule that follows from an item, into items[2].
func (c *check) path(where string) string {
	name, rest, _ := strings.Cut(where, ".")
	if strings.HasPrefix(where, "rules[-") {
		_, implied, _ := strings.Cut(where, " ")
		_, name, _ = strings.Cut(implied, "_")
		rest = ""
	}
	for i, it := range c.d.Items {
		if it.Name == name {
			return strings.TrimSuffix(fmt.Sprintf("items[%d].%s", i, rest), ".")
		}
	}
	return where
}
