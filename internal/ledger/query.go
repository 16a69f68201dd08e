package ledger

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/spec"
)

// Query says which records of a register, in which order.
type Query struct {
	Reach Reach
	Plain Reach // whose records they may see unmasked: in others nothing is found that is covered there
	Where []Filter
	Text  string // found in the number and in text fields that are nobody's
	Sort  string // a field or one of the record's own: created_at (also ""), updated_at, key
	Asc   bool   // the least first; else the greatest, which is the latest
	After string // where the page before ended: what Find gave
	Limit int    // 50; 200 at most
}

// Reach is whose records somebody may see. The zero value is nobody's.
type Reach struct {
	All     bool
	Offices []string // theirs and those below
	Creator string   // and what they made themselves
}

// Op is how a filter compares.
type Op string

// The comparisons. Values are as a field's Parse reads them.
const (
	Is      Op = "is"     // one of the values
	Not     Op = "not"    // none of them; what is empty counts
	From    Op = "from"   // not less
	To      Op = "to"     // not more
	Under   Op = "under"  // a region, the values' own and all below
	IsEmpty Op = "empty"  // nothing is there
	Filled  Op = "filled" // something is
	Like    Op = "has"    // a text that has the value in it
)

// Ops lists the comparisons.
func Ops() []Op { return []Op{Is, Not, From, To, Under, IsEmpty, Filled, Like} }

// Filter is one condition of a query; a record must meet all of them.
type Filter struct {
	Field  string
	Op     Op
	Values []string
}

const (
	usualLimit = 50
	mostLimit  = 200
	mostValues = 200
)

// own are the record's own columns that may be filtered and sorted, by their kind.
var own = map[string]Kind{"key": Text, "office": Office, "region": Region, "created_at": Time, "updated_at": Time, "created_by": Text, "updated_by": Text, "id": Text}

// where prints conditions in SQL with question marks.
type where struct {
	e      *Entity
	plain  Reach
	parts  []string
	args   []any
	faults []*fault.Error
}

func (w *where) add(sql string, args ...any) {
	w.parts, w.args = append(w.parts, sql), append(w.args, args...)
}

// sought are the parts of texts a query looks for that could stand in a number of a person,
// which is covered in the texts of records not seen unmasked.
func (q Query) sought() (any string, of []Filter) {
	if q.Plain.All {
		return "", nil
	}
	digits := func(s string) bool { return strings.ContainsAny(s, "0123456789") }
	if digits(q.Text) {
		any = strings.TrimSpace(q.Text)
	}
	for _, f := range q.Where {
		if f.Op == Like && len(f.Values) > 0 && digits(f.Values[0]) {
			of = append(of, f)
		}
	}
	return any, of
}

// openly says whether a record is found by what is seen of it.
func (e *Entity) openly(q Query, any string, of []Filter, r Record) bool {
	if q.Plain.Has(r) {
		return true
	}
	has := func(name, s string) bool {
		f := e.by[name]
		v := r.Values[name]
		if f != nil {
			v = f.shown(v, false)
		} else if name == "key" {
			v = r.Key
		}
		text, _ := v.(string)
		return strings.Contains(strings.ToLower(text), strings.ToLower(s))
	}
	for _, f := range of {
		if !has(f.Field, f.Values[0]) {
			return false
		}
	}
	return any == "" || slices.ContainsFunc(append(e.Names(), "key"), func(n string) bool { return has(n, any) })
}

func (w *where) fail(at string, text, fix fault.Text) {
	w.faults = append(w.faults, fault.New(fault.Invalid, "filter.invalid", text).At("%s", at).Fix(fix))
}

func (w *where) sql() string {
	if len(w.parts) == 0 {
		return "TRUE"
	}
	return strings.Join(w.parts, " AND ")
}

// conditions prints the filters and the text.
func (e *Entity) conditions(q Query) (*where, error) {
	w := &where{e: e, plain: q.Plain}
	for _, f := range q.Where {
		w.filter(f)
	}
	w.text(q.Text)
	return w, fault.All("filter.invalid", fault.T("筛选条件有 %d 处错误", "%d errors in the filters", len(w.faults)), w.faults)
}

// target is a column to compare, with the field that reads values for it.
func (w *where) target(name string) (string, *Compiled, bool) {
	if f, ok := w.e.by[name]; ok && f.Holds().scalar() {
		return "f_" + name, f, true
	}
	if k, ok := own[name]; ok {
		return name, &Compiled{Name: name, Field: Field{Type: Type{Kind: k}}}, true
	}
	return "", nil, false
}

func (w *where) filter(f Filter) {
	if x, ok := w.e.by[f.Field]; ok && !x.Holds().scalar() && (f.Op == IsEmpty || f.Op == Filled) {
		w.add(x.cells()[0][0] + map[Op]string{IsEmpty: " IS NULL", Filled: " IS NOT NULL"}[f.Op])
		return
	}
	column, x, ok := w.target(f.Field)
	if !ok {
		names := slices.Collect(maps.Keys(own))
		for _, c := range w.e.Fields {
			if c.Holds().scalar() {
				names = append(names, c.Name)
			}
		}
		slices.Sort(names)
		w.fail(f.Field, fault.T("不能按 %q 筛选", "records cannot be filtered by %q", spec.Clip(f.Field, 40)), spec.Meant(f.Field, names))
		return
	}
	if !slices.Contains(Ops(), f.Op) {
		w.fail(f.Field, fault.T("没有比较方式 %q", "there is no comparison %q", spec.Clip(string(f.Op), 40)), fault.T("可用：is not from to under empty filled has", "there are is not from to under empty filled has"))
		return
	}
	if f.Op == IsEmpty || f.Op == Filled {
		w.add(column + map[Op]string{IsEmpty: " IS NULL", Filled: " IS NOT NULL"}[f.Op])
		return
	}
	if x.Class() != "" && f.Op != Is { // ranges would tell a number digit by digit
		w.fail(f.Field, fault.T("个人信息只能按完整内容筛选", "personal information is filtered by the whole of it only"), fault.T("请改用 is", "use is"))
		return
	}
	if len(f.Values) == 0 || len(f.Values) > mostValues {
		w.fail(f.Field, fault.T("筛选条件须有 1 至 %d 个值", "a filter has from 1 to %d values", mostValues), fault.T("请补充或删减", "add or remove some"))
		return
	}
	w.compare(column, x, f)
}

func (w *where) compare(column string, x *Compiled, f Filter) {
	switch f.Op {
	case Like:
		if x.Holds().Kind != Text {
			w.fail(f.Field, fault.T("只有文本可按部分内容筛选", "only texts are filtered by a part of them"), fault.T("请改用 is", "use is"))
			return
		}
		w.add(column+` LIKE ? ESCAPE '\'`, "%"+escape(f.Values[0])+"%")
		return
	case Under:
		w.under(column, x, f)
		return
	}
	var args []any
	for _, s := range f.Values {
		v, bad := x.Parse(s)
		if bad == nil && v == nil {
			bad = x.bad("", "filter.value", fault.T("筛选值为空", "a value of the filter is empty"), fault.T("请填写", "give one"))
		}
		if bad != nil {
			w.fail(f.Field, bad.Text, bad.Remedy)
			return
		}
		c, err := x.cell(v)
		if err != nil {
			w.fail(f.Field, fault.T("筛选值无法读取", "a value of the filter cannot be read"), fault.T("请改写", "write it another way"))
			return
		}
		args = append(args, c[0])
	}
	switch f.Op {
	case From:
		w.add(column+" >= ?", args[0])
	case To:
		w.add(column+" <= ?", args[0])
	case Not:
		w.add("("+column+" IS NULL OR "+column+" NOT IN ("+questions(len(args))+"))", args...)
	default:
		if len(args) == 1 {
			w.add(column+" = ?", args[0])
		} else {
			w.add(column+" IN ("+questions(len(args))+")", args...)
		}
		if x.Class() != "" && !w.plain.All {
			sql, args := w.plain.condition()
			w.add(sql, args...)
		}
	}
}

// under compares by range: whole codes have digits only, so that every collation agrees.
func (w *where) under(column string, x *Compiled, f Filter) {
	if x.Holds().Kind != Region {
		w.fail(f.Field, fault.T("under 只用于区划", "under is for regions"), fault.T("请改用 is", "use is"))
		return
	}
	var parts []string
	for _, s := range f.Values {
		c, err := region.Form{}.Parse(s)
		if err != nil {
			w.fail(f.Field, fault.From(err).Text, fault.From(err).Remedy)
			return
		}
		parts = append(parts, column+" BETWEEN ? AND ?")
		w.args = append(w.args, string(c), c.Short()+strings.Repeat("9", 24-len(c.Short())))
	}
	w.parts = append(w.parts, "("+strings.Join(parts, " OR ")+")")
}

// text seeks in the number and in the texts that are nobody's.
func (w *where) text(s string) {
	s = strings.TrimSpace(s)
	if s == "" {
		return
	}
	if utf8.RuneCountInString(s) > 100 {
		w.fail("text", fault.T("检索词过长", "the words sought are too long"), fault.T("请缩短", "shorten them"))
		return
	}
	pattern := "%" + escape(s) + "%"
	parts, args := []string{`key LIKE ? ESCAPE '\'`}, []any{pattern}
	for _, f := range w.e.Fields {
		if f.Holds().Kind == Text && f.Class() == "" {
			parts, args = append(parts, "f_"+f.Name+` LIKE ? ESCAPE '\'`), append(args, pattern)
		}
	}
	w.add("("+strings.Join(parts, " OR ")+")", args...)
}

func escape(s string) string { return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) }

func questions(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// cursor is where a page ended: the sorted cell, the time it was made, its id.
type cursor struct {
	Sort any       `json:"s,omitempty"`
	At   time.Time `json:"t"`
	ID   string    `json:"i"`
}

func (c cursor) String() string {
	b, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func cursorOf(s string) (c cursor, err error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || c.ID == "" {
		return c, fault.New(fault.Invalid, "filter.cursor", fault.T("翻页标记无效", "the mark of the page is not valid")).Fix(fault.T("请从第一页开始", "begin with the first page")).Wrap(err)
	}
	return c, nil
}
