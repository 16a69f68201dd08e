// Package row describes rows: types and schemas (on Arrow), expressions and queries as
// typed trees. It never holds SQL text: each engine prints the trees in its own dialect.
//
// Read first: Schema, Expr, Query; Texts for the functions that judge values in Go.
package row

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/chengshu/chengshu/internal/fault"
)

// Kind is a column's kind of value.
type Kind uint8

// The kinds.
const (
	Text    Kind = iota
	Int          // 64-bit signed
	Decimal      // Precision, Scale
	Float        // 64-bit
	Bool
	Date     // days, proleptic Gregorian
	Time     // microseconds, UTC
	TextList // the raw fields of a row
)

// Type is a kind with its parameters.
type Type struct {
	Kind             Kind
	Precision, Scale int
}

// The types as declarations write them.
var (
	TextType  = Type{Kind: Text}
	IntType   = Type{Kind: Int}
	FloatType = Type{Kind: Float}
	BoolType  = Type{Kind: Bool}
	DateType  = Type{Kind: Date}
	TimeType  = Type{Kind: Time}
	ListType  = Type{Kind: TextList}
)

var decimalForm = regexp.MustCompile(`^decimal\((\d{1,2}),\s*(\d{1,2})\)$`)

// ParseType reads text, int, float, bool, date, time, texts or decimal(p,s).
func ParseType(s string) (Type, error) {
	for _, t := range []Type{TextType, IntType, FloatType, BoolType, DateType, TimeType, ListType} {
		if t.String() == s {
			return t, nil
		}
	}
	if m := decimalForm.FindStringSubmatch(s); m != nil {
		p, _ := strconv.Atoi(m[1])
		c, _ := strconv.Atoi(m[2])
		if p >= 1 && p <= 38 && c <= p {
			return Type{Decimal, p, c}, nil
		}
	}
	return Type{}, fault.New(fault.Invalid, "row.type", fault.T("没有类型 %q", "there is no type %q", s)).
		Fix(fault.T("可用类型：text、int、float、bool、date、time、decimal(p,s)", "the types are text, int, float, bool, date, time and decimal(p,s)"))
}

// String is the form ParseType reads.
func (t Type) String() string {
	if t.Kind == Decimal {
		return fmt.Sprintf("decimal(%d,%d)", t.Precision, t.Scale)
	}
	return [...]string{"text", "int", "decimal", "float", "bool", "date", "time", "texts"}[t.Kind]
}

// MarshalText writes the declared form.
func (t Type) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the declared form.
func (t *Type) UnmarshalText(b []byte) (err error) {
	*t, err = ParseType(string(b))
	return err
}

// Arrow is the column's type in Arrow batches.
func (t Type) Arrow() arrow.DataType {
	switch t.Kind {
	case Int:
		return arrow.PrimitiveTypes.Int64
	case Decimal:
		return &arrow.Decimal128Type{Precision: int32(t.Precision), Scale: int32(t.Scale)}
	case Float:
		return arrow.PrimitiveTypes.Float64
	case Bool:
		return arrow.FixedWidthTypes.Boolean
	case Date:
		return arrow.FixedWidthTypes.Date32
	case Time:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case TextList:
		return arrow.ListOf(arrow.BinaryTypes.String)
	default:
		return arrow.BinaryTypes.String
	}
}

// Field is one column.
type Field struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
}

// Schema is the columns of a table in order; names are unique.
type Schema []Field

// Arrow is the schema of this table's Arrow batches; every column is nullable.
func (s Schema) Arrow() *arrow.Schema {
	fs := make([]arrow.Field, len(s))
	for i, f := range s {
		fs[i] = arrow.Field{Name: f.Name, Type: f.Type.Arrow(), Nullable: true}
	}
	return arrow.NewSchema(fs, nil)
}

// Find gives the field of that name.
func (s Schema) Find(name string) (Field, bool) {
	for _, f := range s {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}
