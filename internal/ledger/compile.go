package ledger

import (
	"maps"
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger/formula"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/spec"
)

// Bounds of one register.
const (
	mostFields  = 200
	mostColumns = 30
)

// reserved are names that mean something else in formulas, filters and addresses.
var reserved = []string{"id", "key", "version", "created_at", "created_by", "updated_at", "updated_by", "now", "today", "actor", "case", "record",
	"in", "not", "and", "or", "if", "else", "let", "nil", "true", "false", "matches", "contains", "startsWith", "endsWith"}

// compiler checks a declaration and makes an Entity of it. What is wrong is told and left
// out, so that the rest can still be checked.
type compiler struct {
	p      *pack.Pack
	entry  spec.Entry
	decl   *Declaration
	e      *Entity
	faults []*fault.Error
}

func compile(p *pack.Pack, entry spec.Entry) (*Entity, []*fault.Error) {
	d := entry.Value.(*Declaration)
	c := &compiler{p: p, entry: entry, decl: d, e: &Entity{pack: p, Pack: p.ID, Name: entry.Name, Title: d.Title.Or(entry.Name), Help: d.Help, Merge: d.Merge, by: map[string]*Compiled{}}}
	if err := pack.Name(entry.Name, pack.MostEntityName); err != nil {
		c.faults = append(c.faults, err)
	}
	if len(d.Fields) == 0 && !entry.Broken || len(d.Fields) > mostFields {
		c.fail("fields", "entity.fields", fault.T("登记表须有 1 至 %d 个字段", "a register has from 1 to %d fields", mostFields), fault.T("请在 fields 下逐行写 名称: 类型", "write name: type under fields"))
	}
	for _, f := range d.Fields {
		x := c.field(place("fields", f.Name), f.Name, f.Value)
		c.e.Fields = append(c.e.Fields, x)
		c.e.by[f.Name] = x
	}
	for _, n := range entry.Keys("fields") {
		if x, ok := c.e.by[n]; !ok || x.unknown {
			c.e.vague = append(c.e.vague, n)
		}
	}
	c.formulas()
	c.owners()
	c.number()
	c.shown()
	c.unique()
	c.merge()
	c.e.sql = c.e.statements()
	return c.e, c.faults
}

func (c *compiler) fail(at, code string, text, fix fault.Text) {
	c.faults = append(c.faults, fault.New(fault.Invalid, code, text).At("%s", at).Fix(fix))
}

func (c *compiler) field(at, name string, f Field) *Compiled {
	x := &Compiled{Name: name, Field: f, gives: f.Type}
	if err := pack.Name(name, pack.MostFieldName); err != nil {
		c.faults = append(c.faults, err.At("%s", at))
	}
	if slices.Contains(reserved, name) {
		c.fail(at, "field.reserved", fault.T("%s 是保留的名称", "%s is a reserved name", name), fault.T("请改用其他名称", "choose another name"))
	}
	if f.Type.Kind == "" {
		if !c.entry.Broken {
			c.fail(at, "field.type.missing", fault.T("字段 %s 缺少 type", "the field %s has no type", name), fault.T("可用的类型：%s", "the types are %s", strings.Join(kindNames(), ", ")))
		}
		x.Type.Kind, x.gives.Kind, x.unknown = Text, Text, true
		return x
	}
	c.typed(at, x)
	c.bounds(at, x)
	if kinds := catalog.Personals(); f.Personal != "" && !slices.ContainsFunc(kinds, func(w catalog.Word) bool { return w.Name == f.Personal }) {
		c.fail(place(at, "personal"), "field.personal", fault.T("没有个人信息类别 %q", "there is no kind of personal information %q", spec.Clip(f.Personal, 40)), spec.MeantOf(f.Personal, kinds))
	}
	c.initial(at, x)
	return x
}

// typed checks what a type refers to.
func (c *compiler) typed(at string, x *Compiled) {
	switch x.Type.Kind {
	case Code:
		list, ok := c.p.Codes(x.Type.Of)
		if !ok && !c.p.Has("codes", x.Type.Of) {
			c.fail(place(at, "type"), "field.codes", fault.T("没有代码集 %q", "there is no code list %q", spec.Clip(x.Type.Of, 40)), c.known("codes", x.Type.Of))
		}
		x.Codes = list
		x.loose, x.attrs = !ok || c.p.Entry("codes", x.Type.Of).Broken, x.attributeFacts()
	case Reference:
		if !c.p.Has("entity", x.Type.Of) {
			c.fail(place(at, "type"), "field.reference", fault.T("本应用包没有登记表 %q", "this pack has no register %q", spec.Clip(x.Type.Of, 40)), c.known("entity", x.Type.Of))
		}
	case Enum:
		x.loose = c.entry.Broken
		if len(x.Type.Words)+len(x.Options) == 0 && !c.entry.Broken {
			c.fail(at, "field.enum", fault.T("选项字段 %s 没有选项", "the choice %s has no options", x.Name), fault.T("请写 enum(low, high) 或 options", "write enum(low, high) or options"))
		}
	case Table:
		c.table(at, x)
	case Computed:
		if x.Formula == "" && !c.entry.Broken {
			c.fail(at, "field.formula.missing", fault.T("计算字段 %s 缺少 formula", "the computed field %s has no formula", x.Name), fault.T("请写出公式", "write its formula"))
		}
	}
}

func (c *compiler) known(section, word string) fault.Text {
	names := c.p.Names(section)
	if len(names) == 0 {
		return fault.T("请先在 %s 下声明", "declare it under %s", section)
	}
	return spec.Meant(word, names)
}

// columnKinds may stand in a table.
var columnKinds = []Kind{Text, Integer, Number, Money, Date, Bool, Enum, Code, Rating, Office, Region}

func (c *compiler) table(at string, x *Compiled) {
	if (len(x.Columns) == 0 || len(x.Columns) > mostColumns) && !c.entry.Broken {
		c.fail(at, "field.columns", fault.T("表格 %s 须有 1 至 %d 列", "the table %s has from 1 to %d columns", x.Name, mostColumns), fault.T("请在 columns 下逐列声明", "declare each under columns"))
	}
	for _, col := range x.Columns {
		in := place(at, "columns", col.Name)
		f := col.Value
		if f.Type.Kind != "" && !slices.Contains(columnKinds, f.Type.Kind) {
			c.fail(in, "field.column.type", fault.T("表格的列不能是%s", "no column of a table is of the type %s", f.Type.Kind), fault.T("请改用文本、数、日期、选项一类的类型", "use text, numbers, dates or choices"))
			continue
		}
		if _, asks := f.Required.formula(); asks || f.Visible != "" || f.Formula != "" || f.Index || f.Unique {
			c.fail(in, "field.column.extra", fault.T("表格的列不能有公式、条件、索引和唯一", "a column of a table has no formula, condition, index or uniqueness"), fault.T("请删去", "remove it"))
		}
		x.Table = append(x.Table, c.field(in, col.Name, f))
	}
}

// uses says which further keys a kind has a use for.
var uses = map[string][]Kind{
	"min":     {Text, Integer, Number, Money, Files, Table},
	"max":     {Text, Integer, Number, Money, Files, Table, Rating},
	"pattern": {Text},
	"options": {Enum},
	"accept":  {Files},
	"size":    {Files},
	"columns": {Table},
	"formula": {Computed, Text, Integer, Number, Money, Bool, Date, Time},
	"default": {Text, Integer, Number, Money, Date, Bool, Enum, Code, Rating, Office, Region},
}

// Accepts are the kinds of files by which a field says what it takes.
var Accepts = []string{"image", "pdf", "document", "audio", "video"}

const mostSize = 200 // MB of one file

func (c *compiler) bounds(at string, x *Compiled) {
	f := x.Field
	for key, given := range map[string]bool{"min": f.Min != nil, "max": f.Max != nil, "pattern": f.Pattern != "", "options": len(f.Options) > 0, "accept": len(f.Accept) > 0,
		"size": f.Size != 0, "columns": len(f.Columns) > 0, "formula": f.Formula != "", "default": f.Default != ""} {
		if given && !slices.Contains(uses[key], f.Type.Kind) {
			c.fail(place(at, key), "field.key", fault.T("%s 类型没有 %s", "the type %s has no use for %s", f.Type.Kind, key), fault.T("请删去", "remove it"))
		}
	}
	if f.Min != nil && f.Max != nil && *f.Min > *f.Max {
		c.fail(place(at, "min"), "field.bounds", fault.T("最小值大于最大值", "the least is more than the most"), fault.T("请改正 min 或 max", "correct min or max"))
	}
	if f.Max != nil && *f.Max > x.ceiling() {
		c.fail(place(at, "max"), "field.bounds.max", fault.T("最大不超过 %s", "it is %s at most", plain(x.ceiling())), fault.T("请改小 max", "write a smaller max"))
	}
	if f.Pattern != "" {
		re, bad := formula.Whole(f.Pattern)
		if bad != nil {
			c.fail(place(at, "pattern"), "field.pattern", bad.Text, bad.Remedy)
		}
		x.pattern = re
	}
	for i, w := range f.Accept {
		if !slices.Contains(Accepts, w) {
			c.fail(place(at, "accept", i), "field.accept", fault.T("没有文件种类 %q", "there is no kind of file %q", spec.Clip(w, 40)), spec.Meant(w, Accepts))
		}
	}
	if f.Size < 0 || f.Size > mostSize {
		c.fail(place(at, "size"), "field.size", fault.T("单个文件不超过 %d MB", "one file has %d MB at most", mostSize), fault.T("请改小 size", "write a smaller size"))
	}
	if k := x.Holds(); f.Unique && (!k.scalar() || k.Kind == Bool) || f.Index && !k.scalar() && k.Kind != Point {
		c.fail(at, "field.index", fault.T("%s 类型不能建索引", "the type %s cannot be indexed", f.Type.Kind), fault.T("请删去 index 和 unique", "remove index and unique"))
	}
}

// ceiling is the most that max may be.
func (f *Compiled) ceiling() float64 {
	switch f.Type.Kind {
	case Text:
		return mostText
	case Files:
		return mostFiles
	case Table:
		return mostRows
	case Rating:
		return 10
	}
	return mostNumber
}

// initial checks the default as if somebody had written it.
func (c *compiler) initial(at string, x *Compiled) {
	if x.Default == "" || !slices.Contains(uses["default"], x.Type.Kind) {
		return
	}
	if x.Type.Kind == Date && x.Default == "today" {
		x.today = true
		return
	}
	v, err := x.Parse(x.Default)
	if err == nil {
		v, err = x.take("", v)
	}
	if err != nil {
		if x.Type.Kind == Date {
			err = err.Fix(fault.T("请写作 2026-01-31，登记当日写 today", "write it as 2026-01-31, or today for the day it is entered"))
		}
		c.fail(place(at, "default"), "field.default", fault.Text{ZH: "默认值不合规：" + err.Text.ZH, EN: "the default does not fit: " + err.Text.EN}, err.Remedy)
		return
	}
	x.Initial = v
}

// formulas compiles conditions and computed fields. A computed field sees every other one but
// those that are made of it: they are computed in the order in which they need each other.
func (c *compiler) formulas() {
	seen := formula.Env{"now": formula.Withheld(fault.T("计算字段随记录保存，不随时间变化；可写在 required、visible 和流程中", "what is computed is kept with the record, whatever the time; required, visible and flows may use it"))}
	for _, f := range c.e.Fields {
		if t, ok := f.fact(); ok && !f.unknown {
			seen[f.Name] = t
		}
	}
	for _, n := range c.e.vague {
		seen[n] = formula.Any
	}
	for _, x := range c.inOrder() {
		c.computed(x.field, seen, x.circle)
	}
	seen["now"] = formula.Time.Called(fault.T("当前时间", "today"))
	for _, f := range c.e.Fields {
		at := place("fields", f.Name)
		if src, ok := f.Required.formula(); ok {
			f.required = c.formula(place(at, "required"), src, seen, formula.Bool)
		}
		if src, ok := f.Visible.formula(); ok {
			f.visible = c.formula(place(at, "visible"), src, seen, formula.Bool)
		}
	}
}

// computed compiles the formula of a field. circle are names that are made of the field, with
// the way they are.
func (c *compiler) computed(f *Compiled, seen formula.Env, circle map[string]string) {
	env, at := maps.Clone(seen), place("fields", f.Name)
	for n, way := range circle {
		env[n] = formula.Withheld(fault.T("互相计算没有结果：%s；请改写其中一个公式", "they are made of each other: %s; write one of the formulas another way", way))
	}
	f.compute = c.formula(place(at, "formula"), f.Formula, env, f.wanted())
	switch {
	case f.compute == nil && f.Type.Kind == Computed:
		seen[f.Name] = formula.Any // what is wrong with it is told, once
	case f.compute != nil && f.Type.Kind == Computed && !f.infer():
		c.fail(place(at, "formula"), "field.formula.type", fault.T("计算字段的结果须为数、文字、是否或时间", "a computed field is a number, a text, yes or no, or a time"), fault.T("请改写公式", "write another formula"))
	}
	if f.compute != nil {
		c.e.computed = append(c.e.computed, f)
	}
	if t, ok := f.fact(); ok && !f.unknown {
		seen[f.Name] = t
	}
	if f.Required != "" || f.Visible != "" {
		c.fail(at, "field.formula.asked", fault.T("计算字段不填写，没有 required 和 visible", "a computed field is not asked: it has no required and no visible"), fault.T("请删去", "remove them"))
	}
}

// ordered is a computed field after those it is made of.
type ordered struct {
	field  *Compiled
	circle map[string]string
}

// inOrder gives the computed fields, each after those it is made of. Where fields are made of
// each other, the name that closes the circle is told to the one that reads it.
func (c *compiler) inOrder() (out []ordered) {
	made := map[string]*Compiled{}
	for _, f := range c.e.Fields {
		if f.Formula != "" && (f.unknown || slices.Contains(uses["formula"], f.Type.Kind)) {
			made[f.Name] = f
		}
	}
	done, way := map[string]bool{}, []string{}
	var visit func(f *Compiled)
	visit = func(f *Compiled) {
		done[f.Name] = true
		way = append(way, f.Name)
		circle := map[string]string{}
		for _, n := range formula.Reads(f.Formula) {
			other := made[n]
			if i := slices.Index(way, n); i >= 0 && other != nil {
				circle[n] = strings.Join(append(slices.Clone(way[i:]), n), " → ")
			} else if other != nil && !done[n] {
				visit(other)
			}
		}
		way = way[:len(way)-1]
		out = append(out, ordered{f, circle})
	}
	for _, f := range c.e.Fields {
		if made[f.Name] != nil && !done[f.Name] {
			visit(f)
		}
	}
	return out
}

func (c *compiler) formula(at, src string, env formula.Env, want formula.Type) *formula.Formula {
	f, err := formula.Compile(src, env, want)
	if err == nil {
		return f
	}
	parts := fault.From(err).Parts
	if len(parts) == 0 {
		parts = []*fault.Error{fault.From(err)}
	}
	for _, p := range parts {
		c.faults = append(c.faults, p.At("%s", at))
	}
	return nil
}

// wanted is what the formula of a field has to give.
func (f *Compiled) wanted() formula.Type {
	if f.unknown {
		return formula.Any
	}
	switch f.Type.Kind {
	case Text:
		return formula.Text
	case Integer, Number, Money:
		return formula.Number
	case Bool:
		return formula.Bool
	case Date, Time:
		return formula.Time
	}
	return formula.Any
}

// infer says what a computed field holds.
func (f *Compiled) infer() bool {
	t := f.compute.Type()
	for of, kind := range map[Kind]formula.Type{Number: formula.Number, Text: formula.Text, Bool: formula.Bool, Time: formula.Time} {
		if t.Is(kind) {
			f.gives = Type{Kind: of}
			return true
		}
	}
	return false
}

// owners finds the fields that say whose and where a record is.
func (c *compiler) owners() {
	pick := func(at, given, usual string, kind Kind) string {
		f, ok := c.e.by[given]
		switch {
		case given != "" && !ok:
			c.unknown(at, given)
			return ""
		case given != "" && f.Type.Kind != kind:
			c.fail(at, "entity.owner", fault.T("%s 须为 %s 类型的字段", "%s must be a field of the type %s", given, kind), fault.T("请改用其他字段", "choose another field"))
			return ""
		case given != "":
			return given
		}
		if f, ok := c.e.by[usual]; ok && f.Type.Kind == kind {
			return usual
		}
		return ""
	}
	c.e.office = pick("office", c.decl.Office, "office", Office)
	c.e.region = pick("region", c.decl.Region, "region", Region)
	if c.e.region == "" && c.decl.Region == "" {
		if i := slices.IndexFunc(c.e.Fields, func(f *Compiled) bool { return f.Type.Kind == Region }); i >= 0 {
			c.e.region = c.e.Fields[i].Name
		}
	}
}

func (c *compiler) unknown(at, name string) {
	if slices.Contains(c.entry.Keys("fields"), name) {
		return // what is wrong with it was told, and it was cut out
	}
	c.fail(at, "entity.field", fault.T("没有字段 %q", "there is no field %q", spec.Clip(name, 40)), spec.MeantOf(name, c.e.Words()))
}

func (c *compiler) number() {
	c.e.keyed = c.decl.Key
	if c.e.keyed == "" {
		c.e.keyed = usualKey
	}
	var names []string
	for _, f := range c.e.Fields {
		if slices.Contains([]Kind{Text, Integer, Code, Enum, Date, Office, Region}, f.Type.Kind) && f.Class() == "" && !f.Computes() {
			names = append(names, f.Name)
		}
	}
	p, faults := parsePattern(c.e.keyed, func(n string) bool { return slices.Contains(names, n) }, names)
	c.faults = append(c.faults, faults...)
	c.e.key = p
	for _, n := range p.fields() {
		if f, ok := c.e.by[n]; ok && f.Required != "true" {
			c.fail("key", "entity.key.empty", fault.T("编号用到的字段 %s 须为必填", "the field %s, of which the key is made, must be required", n), fault.T("请加 required: true", "add required: true"))
		}
	}
	if !p.seq && len(p.fields()) == 0 && len(faults) == 0 {
		c.fail("key", "entity.key.same", fault.T("编号规则须含 {seq} 或某个字段，否则都相同", "a key has {seq} or a field in it; else all are the same"), fault.T("例如 %s", "such as %s", usualKey))
	}
}

func (c *compiler) shown() {
	for i, n := range c.decl.Show {
		if _, ok := c.e.by[n]; !ok {
			c.unknown(place("show", i), n)
		} else if c.e.by[n].Class() != "" {
			c.fail(place("show", i), "entity.show", fault.T("%s 是个人信息，不能作为显示字段", "%s is personal information and stands for no record", n), fault.T("请改用其他字段", "choose another field"))
		} else {
			c.e.Show = append(c.e.Show, n)
		}
	}
	if len(c.decl.Show) > 0 {
		return
	}
	if i := slices.IndexFunc(c.e.Fields, func(f *Compiled) bool { return f.Type.Kind == Text && f.Class() == "" && !f.Computes() }); i >= 0 {
		c.e.Show = []string{c.e.Fields[i].Name}
	}
}

func (c *compiler) unique() {
	for _, f := range c.e.Fields {
		if f.Unique {
			c.e.groups = append(c.e.groups, []string{f.Name})
		}
	}
	for i, g := range c.decl.Unique {
		for j, n := range g {
			f, ok := c.e.by[n]
			if !ok {
				c.unknown(place("unique", i, j), n)
			} else if !f.Holds().scalar() {
				c.fail(place("unique", i, j), "field.index", fault.T("%s 类型不能建索引", "the type %s cannot be indexed", f.Type.Kind), fault.T("请改用其他字段", "choose another field"))
			}
		}
		if len(g) > 0 {
			c.e.groups = append(c.e.groups, slices.Clone(g))
		}
	}
}

func (c *compiler) merge() {
	m := c.decl.Merge
	if m == nil {
		return
	}
	for i, n := range m.Same {
		if _, ok := c.e.by[n]; !ok {
			c.unknown(place("merge.same", i), n)
		}
	}
	hasPoint := slices.ContainsFunc(c.e.Fields, func(f *Compiled) bool { return f.Type.Kind == Point })
	if m.Within > 0 && !hasPoint && !c.entry.Broken {
		c.fail("merge.within", "entity.merge", fault.T("按距离并单须有 point 类型的字段", "merging within a distance needs a field of the type point"), fault.T("请增加位置字段或删去 within", "add one, or remove within"))
	}
	if m.Within == 0 && len(m.Same) == 0 && !c.entry.Broken {
		c.fail("merge", "entity.merge", fault.T("并单须写明 within 或 same", "merging needs within or same"), fault.T("例如 {within: 40m, same: [class]}", "such as {within: 40m, same: [class]}"))
	}
}
