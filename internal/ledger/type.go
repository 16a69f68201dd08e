package ledger

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// Kind is what sort of values a field holds.
type Kind string

// The kinds. How a value stands in Values is said at each; an empty one is nil.
const (
	Text      Kind = "text"      // string; text(50) has 50 characters at most
	Integer   Kind = "integer"   // int64
	Number    Kind = "number"    // float64
	Money     Kind = "money"     // int64, in 分; yuan in declarations, cells and formulas
	Date      Kind = "date"      // string, 2026-01-31
	Time      Kind = "time"      // string, RFC 3339 in UTC to the second
	Bool      Kind = "bool"      // bool
	Enum      Kind = "enum"      // string, one of the words: enum(low, high), or enum with options
	Code      Kind = "code"      // string, a code of a list of the pack: code(road_class)
	Reference Kind = "reference" // string, the id of a record: reference(road)
	Person    Kind = "person"    // map: name, phone, id, address
	Office    Kind = "office"    // string, an office's name
	Region    Kind = "region"    // string, a region's code in its full length
	Point     Kind = "point"     // []any{lon, lat}, float64, WGS-84
	Area      Kind = "area"      // []any of rings, each []any of points, the first closing itself
	Files     Kind = "files"     // []any of maps: id, name, size, type, place, time
	Rating    Kind = "rating"    // int64, from 1 to max (5)
	Table     Kind = "table"     // []any of maps by column
	Computed  Kind = "computed"  // what its formula gives: float64, string, bool or a time
)

// kindInfo is a kind with what may stand in brackets behind it.
type kindInfo struct {
	kind  Kind
	title fault.Text
	args  string // "": nothing; "max", "words", "list", "entity"
}

// others are the names that other tools give to kinds, for who writes one of them.
var others = map[string]Kind{"string": Text, "varchar": Text, "char": Text, "textarea": Text, "文字": Text, "字符串": Text, "phone": Text, "int": Integer, "bigint": Integer, "long": Integer,
	"float": Number, "double": Number, "decimal": Number, "numeric": Number, "数字": Number, "小数": Number, "currency": Money, "amount": Money, "datetime": Time, "timestamp": Time, "日期时间": Time,
	"boolean": Bool, "布尔": Bool, "checkbox": Bool, "select": Enum, "radio": Enum, "choice": Enum, "下拉": Enum, "枚举": Enum, "dict": Code, "字典": Code, "代码集": Code, "link": Reference, "foreign": Reference, "引用": Reference, "关联": Reference,
	"user": Person, "人": Person, "dept": Office, "department": Office, "单位": Office, "district": Region, "location": Point, "geo": Point, "坐标": Point, "经纬度": Point, "polygon": Area, "面": Area,
	"file": Files, "attachment": Files, "image": Files, "photo": Files, "附件": Files, "照片": Files, "图片": Files, "score": Rating, "star": Rating, "list": Table, "rows": Table, "子表": Table, "明细": Table,
	"formula": Computed, "calculated": Computed, "calc": Computed, "公式": Computed}

// kindWords are the kinds with everything they are called.
func kindWords() (out []spec.Word) {
	for _, k := range kinds {
		out = append(out, spec.Word{Name: string(k.kind), Title: k.title})
	}
	for name, k := range others {
		out = append(out, spec.Word{Name: string(k), Title: fault.Text{ZH: name, EN: name}})
	}
	return out
}

var kinds = []kindInfo{
	{Text, fault.T("文本", "text"), "max"}, {Integer, fault.T("整数", "whole number"), ""}, {Number, fault.T("数", "number"), ""},
	{Money, fault.T("金额", "money"), ""}, {Date, fault.T("日期", "date"), ""}, {Time, fault.T("时间", "time"), ""},
	{Bool, fault.T("是否", "yes or no"), ""}, {Enum, fault.T("选项", "choice"), "words"}, {Code, fault.T("代码", "code"), "list"},
	{Reference, fault.T("关联记录", "reference"), "entity"}, {Person, fault.T("人员", "person"), ""}, {Office, fault.T("部门", "office"), ""},
	{Region, fault.T("区划", "region"), ""}, {Point, fault.T("位置", "place"), ""}, {Area, fault.T("范围", "area"), ""},
	{Files, fault.T("文件", "files"), ""}, {Rating, fault.T("评分", "rating"), ""}, {Table, fault.T("表格", "table"), ""},
	{Computed, fault.T("计算", "computed"), ""},
}

// Title is the kind's name on screens.
func (k Kind) Title() fault.Text {
	i := slices.IndexFunc(kinds, func(i kindInfo) bool { return i.kind == k })
	if i < 0 {
		return fault.Text{ZH: string(k), EN: string(k)}
	}
	return kinds[i].title
}

// Type is a field's kind with what stands in brackets: code(road_class), enum(low, high).
type Type struct {
	Kind  Kind
	Of    string   // the code list or the entity
	Words []string // of an enum
	Max   int      // characters of a text
}

// String is the form UnmarshalText reads.
func (t Type) String() string {
	switch {
	case t.Of != "":
		return string(t.Kind) + "(" + t.Of + ")"
	case len(t.Words) > 0:
		return string(t.Kind) + "(" + strings.Join(t.Words, ", ") + ")"
	case t.Max > 0:
		return string(t.Kind) + "(" + strconv.Itoa(t.Max) + ")"
	}
	return string(t.Kind)
}

// MarshalText writes the declared form.
func (t Type) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the declared form; the fault suggests what was meant.
func (t *Type) UnmarshalText(b []byte) error {
	word, args, bracket := strings.Cut(strings.TrimSpace(string(b)), "(")
	word = strings.TrimSpace(word)
	i := slices.IndexFunc(kinds, func(i kindInfo) bool { return string(i.kind) == word })
	if i < 0 {
		return fault.New(fault.Invalid, "field.type", fault.T("没有字段类型 %q", "there is no type of field %q", spec.Clip(word, 40))).Fix(spec.MeantOf(word, kindWords()))
	}
	args, closed := strings.CutSuffix(strings.TrimSpace(args), ")")
	if bracket && !closed {
		return fault.From(badType(word, fault.T("缺少右括号", "has a bracket that is not closed"))).
			Fix(fault.T("请补上右括号", "close it"))
	}
	*t = Type{Kind: kinds[i].kind}
	return t.arguments(kinds[i].args, bracket, strings.TrimSpace(args))
}

// Form is the declared form for editors.
func (Type) Form() string { return `^(` + strings.Join(kindNames(), "|") + `)\s*(\(.*\))?$` }

func (t *Type) arguments(want string, bracket bool, args string) error {
	switch {
	case want == "" && bracket:
		return badType(string(t.Kind), fault.T("之后没有括号", "takes nothing in brackets"))
	case want == "list" && args == "":
		return badType(string(t.Kind), fault.T("须写明代码集，例如 code(road_class)", "needs its code list, such as code(road_class)"))
	case want == "entity" && args == "":
		return badType(string(t.Kind), fault.T("须写明关联的登记表，例如 reference(road)", "needs its entity, such as reference(road)"))
	case !bracket:
		return nil
	case want == "list" || want == "entity":
		t.Of = args
	case want == "max":
		n, err := strconv.Atoi(args)
		if err != nil || n < 1 || n > mostText {
			return badType("text", fault.T("括号内须为 1 至 %d 的字数", "has a number of characters from 1 to %d in brackets", mostText))
		}
		t.Max = n
	case want == "words":
		for _, w := range strings.Split(args, ",") {
			if w = strings.TrimSpace(w); w == "" || slices.Contains(t.Words, w) {
				return badType("enum", fault.T("有空的或重复的选项", "has an option that is empty or there twice"))
			}
			t.Words = append(t.Words, w)
		}
	}
	return nil
}

func badType(word string, text fault.Text) error {
	return fault.New(fault.Invalid, "field.type.form", fault.Text{ZH: "类型 " + word + " " + text.ZH, EN: "the type " + word + " " + text.EN}).
		Fix(fault.T("请改写 type", "write type another way"))
}

func kindNames() []string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = string(k.kind)
	}
	return out
}

// Types lists the types of fields with their words, for the reference and for screens.
func Types() []KindInfo {
	out := make([]KindInfo, len(kinds))
	for i, k := range kinds {
		form := string(k.kind)
		if a := map[string]string{"max": "(50)", "words": "(low, high)", "list": "(road_class)", "entity": "(road)"}[k.args]; a != "" {
			form += a
		}
		out[i] = KindInfo{Name: k.kind, Form: form, Title: k.title}
	}
	return out
}

// KindInfo is a type of field with its words.
type KindInfo struct {
	Name  Kind       `json:"name"`
	Form  string     `json:"form"`
	Title fault.Text `json:"title"`
}

// column is how a field's values stand in the table; JSON ones are text to the database.
func (t Type) column() string {
	switch t.Kind {
	case Integer, Money, Rating:
		return "BIGINT"
	case Number:
		return "DOUBLE PRECISION"
	case Time:
		return "TIMESTAMP"
	case Bool:
		return "BOOLEAN"
	case Area, Files, Person, Table:
		return "JSON"
	}
	return "TEXT"
}

// scalar says that a value of the type is one of a database's plain ones.
func (t Type) scalar() bool { return t.column() != "JSON" && t.Kind != Point }

func place(path string, more ...any) string {
	for _, m := range more {
		switch m := m.(type) {
		case int:
			path += fmt.Sprintf("[%d]", m)
		case string:
			path += "." + m
		}
	}
	return path
}
