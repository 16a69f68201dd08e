package sheet

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mozillazg/go-pinyin"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/spec"
)

// read takes the rows under the header: a title that is another one, or another office,
// begins a directory; every row adds an item.
func (p *page) read() {
	var d *Entry
	var first map[string]string // the values of the directory's columns
	for i := p.head + 1; i < len(p.rows); i++ {
		v, at := p.values(i)
		if len(v) == 0 {
			continue
		}
		begins := v["title"] != "" && (d == nil || v["title"] != first["title"] || v["office"] != "" && v["office"] != first["office"])
		if d == nil && !begins {
			p.fail(i, p.column("title"), "import.title", fault.T("缺少信息资源名称", "the resource's title is missing"), fault.T("每个目录的第一行须填写名称", "the first row of a directory has its title"))
			continue
		}
		if begins {
			p.out = append(p.out, Entry{Sheet: p.sheet, at: map[string]string{}})
			d, first = &p.out[len(p.out)-1], v
			p.begin(d, i, v, at)
		} else {
			p.agree(i, first, v)
		}
		p.item(d, i, v, at)
	}
	for i := range p.out {
		p.name(&p.out[i])
	}
}

// values are a row's cells by path, and their columns.
func (p *page) values(i int) (map[string]string, map[string]int) {
	v, at := map[string]string{}, map[string]int{}
	for j, path := range p.cells {
		if at[path] = j; p.cell(i, j) != "" {
			v[path] = p.cell(i, j)
		}
	}
	return v, at
}

func (p *page) column(path string) int {
	for j, c := range p.cells {
		if c == path {
			return j
		}
	}
	return 0
}

// agree tells cells of a later row that say something else than the directory's first.
func (p *page) agree(i int, first, v map[string]string) {
	for path, s := range v {
		if !ofItem(path) && s != first[path] {
			p.fail(i, p.column(path), "import.differs", fault.T("与该目录第一行填写的不一致", "it differs from the directory's first row"),
				fault.T("请改为一致或留空", "write the same, or leave it blank"))
		}
	}
}

// begin reads the directory's own columns over what is there already.
func (p *page) begin(d *Entry, i int, v map[string]string, at map[string]int) {
	for path, j := range at {
		if !ofItem(path) {
			d.at[path] = p.place(i, j)
		}
	}
	office := p.office(i, at, v["office"])
	if p.known.Existing != nil {
		if e, ok := p.known.Existing(office, v["title"], v["name"]); ok {
			d.Directory = e
		}
	}
	old := d.Directory.Items
	x := &d.Directory
	x.Kind, x.Title, x.Items = catalog.Kind, v["title"], nil
	d.keep(old)
	texts := map[string]*string{"name": &x.Name, "code": &x.Code, "abstract": &x.Abstract, "share.condition": &x.Share.Condition,
		"share.basis": &x.Share.Basis, "open.condition": &x.Open.Condition, "use": &x.Use, "issued": &x.Issued}
	for path, into := range texts {
		if _, there := at[path]; there && (v[path] != "" || path != "name") {
			*into = v[path]
		}
	}
	x.Office = office
	for path, w := range map[string]struct {
		into  *string
		words []catalog.Word
	}{"class": {&x.Class, catalog.Classes()}, "domain": {&x.Domain, catalog.Domains()}, "format": {&x.Format, catalog.Formats()}, "level": {&x.Level, catalog.Levels()},
		"update": {&x.Update, catalog.Updates()}, "share.type": {&x.Share.Type, catalog.ShareTypes()}, "share.way": {&x.Share.Way, catalog.Ways()}} {
		if j, there := at[path]; there {
			*w.into = p.word(i, j, v[path], w.words)
		}
	}
	if j, there := at["open.public"]; there {
		x.Open.Public = p.yes(i, j, v["open.public"])
	}
	if _, there := at["related"]; there {
		x.Related = strings.FieldsFunc(v["related"], func(r rune) bool { return strings.ContainsRune("、,，;； \n", r) })
	}
}

func (p *page) office(i int, at map[string]int, s string) string {
	if s == "" {
		return ""
	}
	var titles []string
	for _, o := range p.known.Offices {
		if o.Name == s || o.Title == s {
			return o.Name
		}
		titles = append(titles, o.Title)
	}
	p.fail(i, at["office"], "import.office", fault.T("没有部门“%s”", "there is no office %s", s), spec.Meant(s, titles))
	return ""
}

// word finds one of the words, by its name or title; endings that people leave out or add do
// not matter.
func (p *page) word(i, j int, s string, words []catalog.Word) string {
	if s == "" {
		return ""
	}
	bare := func(t string) string {
		for _, end := range []string{"信息资源", "共享", "级", "库", " "} {
			t = strings.ReplaceAll(t, end, "")
		}
		return strings.ToLower(t)
	}
	var titles []string
	for _, w := range words {
		if s == w.Name || bare(s) == bare(w.Title.ZH) || strings.EqualFold(s, w.Title.EN) {
			return w.Name
		}
		titles = append(titles, w.Title.ZH)
	}
	p.fail(i, j, "import.word", fault.T("不能填写“%s”", "it cannot be %s", s), spec.Meant(s, titles))
	return ""
}

var yeses = map[string]bool{"是": true, "y": true, "yes": true, "true": true, "1": true, "√": true, "必填": true, "开放": true, "无条件开放": true, "有条件开放": true,
	"": false, "否": false, "n": false, "no": false, "false": false, "0": false, "×": false, "选填": false, "不开放": false, "不予开放": false}

func (p *page) yes(i, j int, s string) bool {
	is, known := yeses[strings.ToLower(s)]
	if !known {
		p.fail(i, j, "import.yes", fault.T("应填“是”或“否”", "it is yes or no"), fault.T("请改为“是”或“否”", "write yes or no"))
	}
	return is
}

// keep remembers the items that were there, whose other fields stay.
func (d *Entry) keep(items []catalog.Item) {
	d.was = map[string]catalog.Item{}
	for _, it := range items {
		d.was[it.Title] = it
	}
}

// item reads the row's item.
func (p *page) item(d *Entry, i int, v map[string]string, at map[string]int) {
	n := len(d.Directory.Items)
	for path, j := range at {
		if field, of := strings.CutPrefix(path, "items."); of {
			d.at[fmt.Sprintf("items[%d].%s", n, field)] = p.place(i, j)
		}
	}
	if v["items.title"] == "" {
		p.fail(i, at["items.title"], "import.item", fault.T("缺少信息项名称", "the item's title is missing"), fault.T("一行填写一个信息项；多余的行请删去", "a row has an item; remove rows without"))
		return
	}
	it := d.was[v["items.title"]]
	it.Title = v["items.title"]
	if v["items.name"] != "" {
		it.Name = v["items.name"]
	}
	if it.Name == "" {
		it.Name = latin(it.Title)
		for m := 2; slices.ContainsFunc(d.Directory.Items, func(o catalog.Item) bool { return o.Name == it.Name }); m++ {
			it.Name = fmt.Sprintf("%s_%d", latin(it.Title), m)
		}
	}
	if j, there := at["items.type"]; there && v["items.type"] != "" {
		it.Type = p.dataType(i, j, v["items.type"], v["length"])
	}
	if j, there := at["items.required"]; there {
		it.Required = p.yes(i, j, v["items.required"])
	}
	if j, there := at["items.personal"]; there {
		it.Personal = p.personal(i, j, v["items.personal"])
	}
	if j, there := at["items.level"]; there {
		it.Level = p.word(i, j, v["items.level"], catalog.Levels())
	}
	d.Directory.Items = append(d.Directory.Items, it)
	p.length(d, i, at, it, v["length"])
	if j, there := at["key"]; there && p.yes(i, j, v["key"]) {
		d.keys = append(d.keys, it.Name)
	}
}

func (p *page) personal(i, j int, s string) string {
	switch s {
	case "", "否", "无":
		return ""
	case "是":
		return "other"
	}
	return p.word(i, j, s, append(catalog.Personals(), catalog.Word{Name: "id", Title: fault.T("证件号", "id")}, catalog.Word{Name: "phone", Title: fault.T("电话", "phone")}))
}

var (
	types = map[string]string{"文本": "text", "字符": "text", "字符型": "text", "字符串": "text", "字符串型": "text", "c": "text", "string": "text", "varchar": "text", "整数": "int", "整型": "int", "数值": "decimal", "数值型": "decimal",
		"n": "decimal", "小数": "decimal", "number": "decimal", "浮点数": "float", "浮点型": "float", "日期": "date", "日期型": "date", "d": "date", "时间": "time", "日期时间": "time", "日期时间型": "time", "datetime": "time",
		"布尔": "bool", "布尔型": "bool", "是否": "bool", "boolean": "bool", "integer": "int"}
	typeForm  = regexp.MustCompile(`^([^(（0-9]+)[(（]?([0-9]*)[,，]?([0-9]*)[)）]?$`)
	digitForm = regexp.MustCompile(`^([0-9]+)(?:[,，.]([0-9]+))?$`)
)

// dataType reads a type as declarations write it, or as sheets do: 字符型, 数值型(10,2), with
// the length in a column of its own.
func (p *page) dataType(i, j int, s, length string) row.Type {
	if t, err := row.ParseType(strings.ReplaceAll(s, "，", ",")); err == nil {
		return t
	}
	m := typeForm.FindStringSubmatch(strings.ReplaceAll(s, " ", ""))
	if m != nil {
		switch name := types[strings.ToLower(m[1])]; name {
		case "decimal":
			whole, places := m[2], m[3]
			if l := digitForm.FindStringSubmatch(length); whole == "" && l != nil {
				whole, places = l[1], l[2]
			}
			n, _ := strconv.Atoi(whole)
			c, _ := strconv.Atoi(places)
			if n == 0 {
				n, c = 18, 4
			}
			if n <= 38 && c <= n {
				return row.Type{Kind: row.Decimal, Precision: n, Scale: c}
			}
		case "":
		default:
			if t, err := row.ParseType(name); err == nil {
				return t
			}
		}
	}
	p.fail(i, j, "import.type", fault.T("没有数据类型“%s”", "there is no type %s", s), fault.T("可填：文本、整数、小数(10,2)、浮点数、是否、日期、时间", "there are text, int, decimal(10,2), float, bool, date and time"))
	return row.TextType
}

// length makes a rule of the length of a text, unless the directory has one for the item.
func (p *page) length(d *Entry, i int, at map[string]int, it catalog.Item, s string) {
	if s == "" || it.Type.Kind != row.Text {
		return
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		p.fail(i, at["length"], "import.length", fault.T("长度应为正整数", "the length is a whole number above 0"), fault.T("请填写最多字符数", "write the most characters it may have"))
		return
	}
	if slices.ContainsFunc(d.Directory.Rules, func(r rule.Decl) bool { return r.Kind == "length" && r.Item == it.Name }) {
		return
	}
	most := float64(n)
	d.Directory.Rules = append(d.Directory.Rules, rule.Decl{Kind: "length", Item: it.Name, Max: &most})
}

// name ends a directory: its name where none was written, and its key.
func (p *page) name(d *Entry) {
	x := &d.Directory
	if x.Name == "" {
		x.Name = latin(x.Title)
	}
	if len(d.keys) > 0 {
		x.Load = &catalog.Load{Mode: "merge", Key: d.keys}
	}
}

const mostName = 63

// latin is a name made of a title: its pinyin, or where that is too long its initials.
func latin(title string) string {
	args := pinyin.NewArgs()
	spell := func(style int) string {
		args.Style = style
		var b strings.Builder
		for _, r := range strings.ToLower(title) {
			switch py := pinyin.SinglePinyin(r, args); {
			case len(py) > 0:
				b.WriteString(strings.ReplaceAll(py[0], "ü", "v"))
			case r < 0x80 && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9'):
				b.WriteRune(r)
			}
		}
		return b.String()
	}
	s := spell(pinyin.Normal)
	if len(s) > mostName/2 {
		s = spell(pinyin.FirstLetter)
	}
	if s = s[:min(len(s), mostName-4)]; s == "" || s[0] < 'a' {
		s = "x" + s
	}
	return s
}
