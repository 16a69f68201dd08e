package policy

import (
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/row"
)

// Rows is the row filter of a grant: all rows, or those that meet every rule. The zero
// value is no row: leaving a filter out is never a way to get everything.
type Rows struct {
	All   bool      `json:"all,omitempty"`
	Rules []RowRule `json:"rules,omitempty"`
}

// RowRule is one condition on an item. An empty cell meets none.
type RowRule struct {
	Item   string   `json:"item"`
	Op     RowOp    `json:"op"`
	Values []string `json:"values"`
}

// RowOp is how a rule compares.
type RowOp string

// The comparisons. Under is for region codes: the place itself and all below it.
const (
	RowEq    RowOp = "eq"
	RowIn    RowOp = "in"
	RowUnder RowOp = "under"
	RowGe    RowOp = "ge"
	RowLe    RowOp = "le"
)

// mostValues bounds a rule's list, and with it the statement made of it.
const mostValues = 1000

// expr compiles the filter over items; the error names the rule that does not fit.
func (f Rows) expr(d Directory) (row.Expr, error) {
	if f.All && len(f.Rules) == 0 {
		return everything, nil
	}
	if f.All || len(f.Rules) == 0 {
		return nothing, fault.New(fault.Invalid, "grant.rows", fault.T(
			"须写明行范围：全部行，或者条件", "say which rows: all of them, or those that meet rules")).At("rows").
			Fix(fault.T("请在 rows.all 与 rows.rules 中择一填写", "fill in one of rows.all and rows.rules"))
	}
	var faults []*fault.Error
	all := make([]row.Expr, 0, len(f.Rules))
	for i, r := range f.Rules {
		e, err := r.expr(d)
		if err != nil {
			faults = append(faults, err.At("rows.rules[%d]", i))
			continue
		}
		all = append(all, e)
	}
	if len(faults) > 0 {
		return nothing, fault.All("grant.rows", fault.T("行范围有 %d 处错误", "%d errors in the rows", len(faults)), faults)
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return row.F(row.And, all...), nil
}

func badRule(code string, text, fix fault.Text) *fault.Error {
	return fault.New(fault.Invalid, code, text).Fix(fix)
}

// expr compiles a rule of a grant. One that names single persons would keep their data in
// the grant.
func (r RowRule) expr(d Directory) (row.Expr, *fault.Error) {
	it, ok := d.item(r.Item)
	if !ok {
		return nil, badRule("grant.rows.item", fault.T("目录没有信息项 %q", "the directory has no item %q", r.Item),
			fault.T("请从目录的信息项中选择", "choose one of its items"))
	}
	if err := r.check(it); err != nil {
		return nil, err
	}
	if slices.Contains([]string{"name", "id", "phone", "account", "address"}, it.Personal) {
		return nil, badRule("grant.rows.personal", fault.T("行范围不得按个人信息项 %s 指定", "rows must not be chosen by the personal item %s", it.Name),
			fault.T("请按区划、日期或类别确定范围", "choose them by region, date or category"))
	}
	return r.over(it)
}

// Condition compiles one condition a caller sets itself, over an item of any kind; the
// value is in the expression and nowhere else.
func Condition(r RowRule, it Item) (row.Expr, error) {
	if err := r.check(it); err != nil {
		return nil, err
	}
	e, err := r.over(it)
	if err != nil {
		return nil, err
	}
	return e, nil
}

func (r RowRule) over(it Item) (row.Expr, *fault.Error) {
	col, set := row.Column(it.Name), make([]row.Lit, len(r.Values))
	for i, v := range r.Values {
		l, ok := r.literal(v, it.Type)
		if !ok {
			return nil, badRule("grant.rows.value", fault.T("第 %d 个值不符合类型 %s", "value %d does not fit the type %s", i+1, it.Type),
				fault.T("日期写作 2026-01-31，区划写 6、9 或 12 位代码", "write dates as 2026-01-31 and regions with 6, 9 or 12 digits"))
		}
		set[i] = l
	}
	switch r.Op {
	case RowEq:
		return row.F(row.Eq, col, set[0]), nil
	case RowGe:
		return row.F(row.Ge, col, set[0]), nil
	case RowLe:
		return row.F(row.Le, col, set[0]), nil
	case RowUnder:
		under := make([]row.Expr, len(set))
		for i, l := range set {
			under[i] = row.F(row.StartsWith, col, l)
		}
		return row.F(row.Or, under...), nil
	}
	return row.In{X: col, Set: set}, nil
}

// check refuses rules that make no sense for an item.
func (r RowRule) check(it Item) *fault.Error {
	one := r.Op == RowEq || r.Op == RowGe || r.Op == RowLe
	switch {
	case !one && r.Op != RowIn && r.Op != RowUnder:
		return badRule("grant.rows.op", fault.T("没有条件 %q", "there is no comparison %q", r.Op),
			fault.T("可用：eq、in、under、ge、le", "use eq, in, under, ge or le"))
	case len(r.Values) == 0 || one && len(r.Values) > 1 || len(r.Values) > mostValues:
		return badRule("grant.rows.values", fault.T("条件 %s 的值有 %d 个", "%s has %d values", r.Op, len(r.Values)),
			fault.T("eq、ge、le 须有一个值，in 和 under 须有一至 %d 个", "eq, ge and le take one, in and under 1 to %d", mostValues))
	case r.Op == RowUnder && it.Type.Kind != row.Text,
		(r.Op == RowGe || r.Op == RowLe) && it.Type.Kind == row.Bool:
		return badRule("grant.rows.type", fault.T("条件 %s 不适用于类型 %s", "%s does not work on %s", r.Op, it.Type),
			fault.T("请改用其他条件", "use another comparison"))
	}
	return nil
}

// literal reads a value; what would be rounded or cut is refused.
func (r RowRule) literal(v string, t row.Type) (row.Lit, bool) {
	if r.Op == RowUnder {
		c, err := region.Form{}.Parse(v)
		if err != nil {
			return row.Lit{}, false
		}
		return row.Lit{Value: c.Short(), Type: t}, true
	}
	x, ok := constant(v, t)
	return row.Lit{Value: x, Type: t}, ok
}

func constant(v string, t row.Type) (any, bool) {
	switch t.Kind {
	case row.Text:
		return v, true
	case row.Int:
		n, err := strconv.ParseInt(v, 10, 64)
		return n, err == nil
	case row.Float:
		f, err := strconv.ParseFloat(v, 64)
		return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
	case row.Bool:
		return v == "true", v == "true" || v == "false"
	case row.Date:
		d, err := time.Parse(time.DateOnly, v)
		return d, err == nil && d.Year() > 0
	case row.Time:
		d, err := time.Parse(time.RFC3339Nano, v)
		return d.UTC(), err == nil && d.Year() > 0 && d.Nanosecond()%1000 == 0
	case row.Decimal:
		return decimal(v, t)
	}
	return nil, false
}

// decimalForm is sign, digits and point: no exponent, which could be huge.
var decimalForm = regexp.MustCompile(`^[+-]?\d{1,38}(\.\d{1,38})?$`)

func decimal(v string, t row.Type) (any, bool) {
	if !decimalForm.MatchString(v) {
		return nil, false
	}
	r, _ := new(big.Rat).SetString(v)
	text := r.FloatString(t.Scale)
	back, _ := new(big.Rat).SetString(text)
	limit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Precision-t.Scale)), nil))
	return text, back.Cmp(r) == 0 && new(big.Rat).Abs(r).Cmp(limit) < 0
}
