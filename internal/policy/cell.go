package policy

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/row"
)

// Salt keys the hash mask: HMAC-SM3 under a key of the ring. Who has it can try numbers out,
// so it never leaves the process.
type Salt func(parts ...[]byte) [32]byte

// masker lays a mask over cells of one type. Cells are as query.Values gives them: nil,
// string, int64, float64, bool, time.Time, decimals as plain text. What is of no type the
// mask knows is not shown.
func (m Mask) masker(t row.Type, salt Salt, domain string) func(any) any {
	if !m.Fits(t) {
		return hideAll
	}
	switch m.Kind {
	case MaskNone:
		return func(v any) any { return v }
	case MaskNull:
		return hideAll
	case MaskHash:
		return hasher(t, salt, domain)
	case MaskRange:
		return m.ranger(t)
	}
	return func(v any) any {
		s, ok := written(v, t)
		if !ok {
			return nil
		}
		return Hide(m.Kind, s)
	}
}

func hideAll(any) any { return nil }

// hasher gives a pseudonym: the same for the same text in the same domain, so that one
// grantee can join what it was given while two cannot compare theirs. Blanks around a text
// and the case of letters make no difference.
func hasher(t row.Type, salt Salt, domain string) func(any) any {
	if salt == nil {
		return hideAll
	}
	d := []byte(domain + "\x00")
	return func(v any) any {
		s, ok := written(v, t)
		if s = strings.ToUpper(strings.TrimSpace(s)); !ok || s == "" {
			return nil
		}
		sum := salt(d, []byte(s))
		return hex.EncodeToString(sum[:])
	}
}

// written is a cell as text; not ok for nil and for what is not of the type.
func written(v any, t row.Type) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, t.Kind == row.Text || t.Kind == row.Decimal
	case int64:
		return strconv.FormatInt(v, 10), t.Kind == row.Int
	case time.Time:
		if t.Kind == row.Time {
			return v.UTC().Format("2006-01-02 15:04:05"), true
		}
		return v.UTC().Format(time.DateOnly), t.Kind == row.Date
	}
	return "", false
}

// usualStep is how wide a range of numbers is where the mask does not say.
const usualStep = 10

func (m Mask) ranger(t row.Type) func(any) any {
	step := m.Step
	if t.Kind == row.Date || t.Kind == row.Time {
		step = max(step, 1)
		return func(v any) any { return yearsAround(v, step) }
	}
	if step == 0 {
		step = usualStep
	}
	width := big.NewInt(step)
	return func(v any) any {
		at, ok := floor(v)
		if !ok {
			return nil
		}
		from := new(big.Int).Mul(new(big.Int).Div(at, width), width) // Euclidean: down for a positive width
		return fmt.Sprintf("[%s,%s)", from, new(big.Int).Add(from, width))
	}
}

func yearsAround(v any, step int64) any {
	at, ok := v.(time.Time)
	if !ok {
		return nil
	}
	y := int64(at.UTC().Year())
	from := y - (y%step+step)%step
	if step == 1 {
		return fmt.Sprintf("%04d", from)
	}
	return fmt.Sprintf("%04d-%04d", from, from+step-1)
}

// floor is the greatest integer not above a number.
func floor(v any) (*big.Int, bool) {
	switch v := v.(type) {
	case int64:
		return big.NewInt(v), true
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, false
		}
		n, _ := big.NewFloat(math.Floor(v)).Int(nil)
		return n, true
	case string:
		r, ok := new(big.Rat).SetString(v)
		if !ok {
			return nil, false
		}
		return new(big.Int).Div(r.Num(), r.Denom()), true
	}
	return nil, false
}
