package formula

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

type base uint8

const (
	anyBase base = iota
	emptyBase
	textBase
	numberBase
	boolBase
	timeBase
	spanBase
	pointBase
	listBase
	objectBase
	tableBase
)

// Type is what a name or a formula is. The zero value is Any.
type Type struct {
	base base
	of   base // of a list
	in   Env  // of an object, a table, or a code with attributes

	title    fault.Text  // what people call it
	words    []spec.Word // what a text may be, where that is known
	withheld fault.Text  // why the name cannot stand here, though it is known
}

// Called is the type of a name that people call by a title.
func (t Type) Called(title fault.Text) Type { t.title = title; return t }

// Among is a text that is one of some words: a comparison with another is a mistake.
func (t Type) Among(words []spec.Word) Type { t.words = words; return t }

// With is a text with attributes: class.budget. Their values stand in the facts under the whole
// of it, "class.budget".
func (t Type) With(attributes Env) Type { t.in = attributes; return t }

// Withheld is a name that is known and cannot be read here; why says so.
func Withheld(why fault.Text) Type { return Type{withheld: why} }

// The plain types. Numbers are one type, whole or not; money is a number of yuan.
var (
	Any    = Type{}
	Empty  = Type{base: emptyBase}
	Text   = Type{base: textBase}
	Number = Type{base: numberBase}
	Bool   = Type{base: boolBase}
	Time   = Type{base: timeBase} // an instant; a date is its beginning
	Span   = Type{base: spanBase} // how long
	Place  = Type{base: pointBase}
)

// Env is the names a formula may read.
type Env map[string]Type

// List is several values of a plain type.
func List(of Type) Type { return Type{base: listBase, of: of.base} }

// Object holds named values: photos.place.
func Object(in Env) Type { return Type{base: objectBase, in: in} }

// Table is rows: len(rows) counts them, rows.amount is the list of a column. Its value is
// what Rows makes.
func Table(columns Env) Type {
	in := Env{}
	for name, t := range columns {
		in[name] = List(t)
	}
	return Type{base: tableBase, in: in}
}

// rowCount is the key under which a table's value keeps the number of its rows.
const rowCount = "#"

// Rows makes a table's value of the values of its rows.
func Rows(rows []map[string]any) map[string]any {
	out := map[string]any{rowCount: float64(len(rows))}
	for _, r := range rows {
		for k := range r {
			if out[k] != nil {
				continue
			}
			column := make([]any, len(rows))
			for i := range rows {
				column[i] = rows[i][k]
			}
			out[k] = column
		}
	}
	return out
}

// Point is a place: WGS-84 degrees.
type Point struct{ Lon, Lat float64 }

func (t Type) zh() string {
	if t.base == listBase {
		return Type{base: t.of}.zh() + "的列表"
	}
	return [...]string{"任意值", "空值", "文字", "数", "是否", "时间", "时长", "位置", "列表", "一组值", "表格"}[t.base]
}

func (t Type) en() string {
	if t.base == listBase {
		return "a list of " + Type{base: t.of}.en()
	}
	return [...]string{"anything", "nothing", "text", "a number", "yes or no", "a time", "a length of time", "a place", "a list", "a group of values", "a table"}[t.base]
}

// both words a sentence with types in each language's words for them.
func both(zh, en string, types ...Type) fault.Text {
	z, e := make([]any, len(types)), make([]any, len(types))
	for i, t := range types {
		z[i], e[i] = t.zh(), t.en()
	}
	return fault.Text{ZH: fmt.Sprintf(zh, z...), EN: fmt.Sprintf(en, e...)}
}

// Is says whether two types are the same, whatever is inside.
func (t Type) Is(other Type) bool { return t.base == other.base && t.of == other.of }

// fits says whether a value of the type will do where another is wanted.
func (t Type) fits(want Type) bool {
	switch {
	case want.base == anyBase || t.base == emptyBase:
		return true
	case want.base == listBase:
		return t.base == listBase && (want.of == anyBase || t.of == anyBase || t.of == want.of)
	}
	return t.base == want.base
}

// names lists what an environment holds, with its titles, for a message.
func (e Env) names() []spec.Word {
	out := make([]spec.Word, 0, len(e))
	for n, t := range e {
		if t.withheld.ZH == "" {
			out = append(out, spec.Word{Name: n, Title: t.title})
		}
	}
	slices.SortFunc(out, func(a, b spec.Word) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Day is the beginning of a date, YYYY-MM-DD, as formulas see it; not ok for what is none.
func Day(date string, zone *time.Location) (time.Time, bool) {
	t, err := time.ParseInLocation(time.DateOnly, date, zone)
	return t, err == nil
}
