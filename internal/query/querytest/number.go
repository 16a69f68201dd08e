package querytest

import (
	"cmp"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/row"
)

// order compares two values of one kind, or two numbers. NaN equals itself and is the
// greatest.
func order(a, b any) int {
	switch x := a.(type) {
	case string:
		return strings.Compare(x, b.(string))
	case bool:
		return cmp.Compare(boolInt(x), boolInt(b.(bool)))
	case date:
		if y, ok := b.(instant); ok {
			return cmp.Compare(int64(x)*86400e6, int64(y))
		}
		return cmp.Compare(x, b.(date))
	case instant:
		if y, ok := b.(date); ok {
			return cmp.Compare(int64(x), int64(y)*86400e6)
		}
		return cmp.Compare(x, b.(instant))
	}
	_, fa := a.(float64)
	_, fb := b.(float64)
	if fa || fb {
		return floats(float(a), float(b))
	}
	return exact(a).Cmp(exact(b))
}

func floats(a, b float64) int {
	switch {
	case math.IsNaN(a) && math.IsNaN(b):
		return 0
	case math.IsNaN(a):
		return 1
	case math.IsNaN(b):
		return -1
	}
	return cmp.Compare(a, b)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func float(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case *big.Rat:
		f, _ := v.Float64()
		return f
	}
	return v.(float64)
}

func exact(v any) *big.Rat {
	if n, ok := v.(int64); ok {
		return new(big.Rat).SetInt64(n)
	}
	return v.(*big.Rat)
}

// arithmetic keeps integers integer and decimals exact, and is NULL where the result does
// not fit its type.
func arithmetic(op row.Op, a, b typed) (any, row.Type) {
	if a.t.Kind == row.Date {
		if a.v == nil || b.v == nil {
			return nil, row.IntType
		}
		return int64(a.v.(date) - b.v.(date)), row.IntType
	}
	t := resultType(op, a.t, b.t)
	if a.v == nil || b.v == nil {
		return nil, t
	}
	if t.Kind == row.Float {
		x, y := float(a.v), float(b.v)
		switch op {
		case row.Add:
			return x + y, t
		case row.Sub:
			return x - y, t
		case row.Mul:
			return x * y, t
		}
		if y == 0 {
			return nil, t
		}
		return x / y, t
	}
	r := new(big.Rat)
	switch x, y := exact(a.v), exact(b.v); op {
	case row.Add:
		r.Add(x, y)
	case row.Sub:
		r.Sub(x, y)
	case row.Mul:
		r.Mul(x, y)
	}
	return fit(r, t), t
}

func resultType(op row.Op, a, b row.Type) row.Type {
	if op == row.Div || a.Kind == row.Float || b.Kind == row.Float {
		return row.FloatType
	}
	if a.Kind == row.Int && b.Kind == row.Int {
		return row.IntType
	}
	aw, as := places(a)
	bw, bs := places(b)
	if op == row.Mul {
		if aw+as+bw+bs > 38 {
			return row.FloatType
		}
		return row.Type{Kind: row.Decimal, Precision: aw + as + bw + bs, Scale: as + bs}
	}
	w, s := max(aw, bw), max(as, bs)
	switch {
	case w+s > 38:
		return row.FloatType
	case a == b && w+s < 38, a != b && w+s < 38:
		return row.Type{Kind: row.Decimal, Precision: w + s + 1, Scale: s}
	}
	return row.Type{Kind: row.Decimal, Precision: w + s, Scale: s}
}

func places(t row.Type) (whole, scale int) {
	if t.Kind == row.Int {
		return 19, 0
	}
	return t.Precision - t.Scale, t.Scale
}

// fit rounds half away from zero to the type's places; nil where it does not fit.
func fit(r *big.Rat, t row.Type) any {
	if t.Kind == row.Int {
		if !r.IsInt() || !r.Num().IsInt64() {
			return nil
		}
		return r.Num().Int64()
	}
	rounded, ok := new(big.Rat).SetString(r.FloatString(t.Scale)) // rounds half away from zero
	limit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Precision-t.Scale)), nil))
	if !ok || new(big.Rat).Abs(rounded).Cmp(limit) >= 0 {
		return nil
	}
	return rounded
}

// read is the meaning of Try for texts.
func read(x string, t row.Type) any {
	match := func(p string) bool { return regexp.MustCompile(`\A(?:` + p + `)\z`).MatchString(x) }
	switch t.Kind {
	case row.Text:
		return x
	case row.Int:
		n, err := strconv.ParseInt(x, 10, 64)
		if err != nil || !match(`[+-]?[0-9]+`) {
			return nil
		}
		return n
	case row.Decimal:
		if !match(`[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)`) {
			return nil
		}
		r, _ := new(big.Rat).SetString(strings.TrimSuffix(x, "."))
		return fit(r, t)
	case row.Float:
		f, err := strconv.ParseFloat(x, 64)
		if err != nil || !match(`[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?`) {
			return nil
		}
		return f
	case row.Bool:
		switch strings.ToLower(x) {
		case "true", "1":
			return true
		case "false", "0":
			return false
		}
		return nil
	case row.Date:
		if d, err := time.Parse("2006-01-02", x); err == nil && d.Year() > 0 {
			return date(math.Floor(float64(d.Unix()) / 86400))
		}
		return nil
	case row.Time:
		return readInstant(x)
	}
	panic("no reading of " + t.String())
}

func readInstant(x string) any {
	if !regexp.MustCompile(`\A[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)?\z`).MatchString(x) {
		return nil
	}
	for _, form := range []string{"2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(form, strings.Replace(x, "T", " ", 1)); err == nil && t.Year() > 0 {
			return instant(t.UnixMicro())
		}
	}
	return nil
}
