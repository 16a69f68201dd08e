package duckdb

import (
	"math/big"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/chengshu/chengshu/internal/row"
)

func TestScaledDecimalsRoundHalfAwayFromZero(t *testing.T) {
	form := regexp.MustCompile(`\A[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)\z`)
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.IntRange(1, 18).Draw(t, "precision")
		ty := row.Type{Kind: row.Decimal, Precision: p, Scale: rapid.IntRange(0, p).Draw(t, "scale")}
		s := rapid.OneOf(
			rapid.StringMatching(`[+-]?0{0,3}[0-9]{0,20}\.?[0-9]{0,22}`), rapid.StringMatching(`-?9{0,18}\.[9]{0,18}[45]9{0,3}`),
			rapid.StringMatching(`[0-9. e+-]{0,6}`),
		).Draw(t, "text")
		got, ok := readScaled([]byte(s), ty)
		if !form.MatchString(s) {
			if ok {
				t.Fatalf("%q was read as %d", s, got)
			}
			return
		}
		r, _ := new(big.Rat).SetString(strings.TrimSuffix(s, "."))
		want, _ := new(big.Int).SetString(strings.Replace(r.FloatString(ty.Scale), ".", "", 1), 10)
		limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(p)), nil)
		fits := new(big.Int).Abs(want).Cmp(limit) < 0
		if ok != fits || fits && want.Int64() != got {
			t.Fatalf("%q as %s: %d, %v; want %s, %v", s, ty, got, ok, want, fits)
		}
	})
}
