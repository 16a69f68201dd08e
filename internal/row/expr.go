package row

// Expr is a typed expression tree. Engines print it; nobody writes it as text.
type Expr interface{ isExpr() }

// Col is a column by name. Clean asks for the cleaned text of an item inside a load's
// statement; without it the typed value is meant.
type Col struct {
	Name  string
	Clean bool
}

// Lit is a constant: string, int64, float64, bool, time.Time (Date or Time) or nil.
type Lit struct {
	Value any
	Type  Type
}

// Op names what a Call computes.
type Op string

// Operators. NULL in gives NULL out unless said; comparisons follow SQL's three values.
const (
	And     Op = "and" // n-ary
	Or      Op = "or"  // n-ary
	Not     Op = "not"
	Eq      Op = "eq"
	Ne      Op = "ne"
	Lt      Op = "lt"
	Le      Op = "le"
	Gt      Op = "gt"
	Ge      Op = "ge"
	IsNull  Op = "is_null"  // never NULL
	NotNull Op = "not_null" // never NULL
	Add     Op = "add"
	Sub     Op = "sub"
	Mul     Op = "mul"
	Div     Op = "div"      // division by zero is NULL
	HasBits Op = "has_bits" // (int, mask): any bit of the mask is set; NULL has none; never NULL

	Length     Op = "length" // characters
	Substr     Op = "substr" // (x, from, n), from 1
	Upper      Op = "upper"
	Lower      Op = "lower"
	Trim       Op = "trim"        // ASCII and ideographic blanks, tabs, line ends, NBSP, BOM
	Replace    Op = "replace"     // (x, all of this, by that)
	Translate  Op = "translate"   // (x, from, to), character by character
	Concat     Op = "concat"      // NULL if any is NULL
	Matches    Op = "matches"     // (x, RE2 pattern that must match the whole)
	Extract    Op = "extract"     // (x, RE2 pattern, group)
	RegReplace Op = "reg_replace" // (x, RE2 pattern, by), all of them
	StartsWith Op = "starts_with"
	Coalesce   Op = "coalesce"   // n-ary
	NullIf     Op = "null_if"    // (x, y)
	If         Op = "if"         // (condition, then, else); a NULL condition is false
	Today      Op = "today"      // the load's date, fixed when it began
	ParseDate  Op = "parse_date" // (x, formats as one literal, "|" between; %Y %m %d %b); the first that fits, else NULL
	ToText     Op = "to_text"    // date as YYYY-MM-DD, number in plain decimal
	AddDays    Op = "add_days"   // (date, whole number of days)
)

// Call applies an operator.
type Call struct {
	Op   Op
	Args []Expr
}

// Try is a cast that gives NULL where the text does not fit the type.
type Try struct {
	X  Expr
	To Type
}

// In is membership in a list of constants; NULL stays NULL.
type In struct {
	X   Expr
	Set []Lit
}

func (Col) isExpr()  {}
func (Lit) isExpr()  {}
func (Call) isExpr() {}
func (Try) isExpr()  {}
func (In) isExpr()   {}

// F builds a call.
func F(op Op, args ...Expr) Expr { return Call{op, args} }

// Str is a text constant.
func Str(s string) Expr { return Lit{s, TextType} }

// Num is an integer constant.
func Num(n int64) Expr { return Lit{n, IntType} }

// CleanText is the cleaned text of an item, inside a load's statement.
func CleanText(item string) Expr { return Col{Name: item, Clean: true} }

// Column is the typed value of a column.
func Column(name string) Expr { return Col{Name: name} }
