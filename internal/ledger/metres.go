package ledger

import (
	"strconv"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// Metres is a distance, written 40m or 1.5km.
type Metres float64

const mostMetres = 10_000

// UnmarshalText reads it.
func (m *Metres) UnmarshalText(b []byte) error {
	s := strings.TrimSpace(string(b))
	unit := 1.0
	if n, ok := strings.CutSuffix(s, "km"); ok {
		s, unit = n, 1000
	} else {
		s = strings.TrimSuffix(s, "m")
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(n*unit > 0 && n*unit <= mostMetres) {
		return fault.New(fault.Invalid, "field.metres", fault.T("距离须大于 0、不超过 10 公里", "a distance is more than nothing and 10 km at most")).
			Fix(fault.T("例如 40m", "such as 40m"))
	}
	*m = Metres(n * unit)
	return nil
}

// MarshalText writes it in metres.
func (m Metres) MarshalText() ([]byte, error) {
	return []byte(strconv.FormatFloat(float64(m), 'f', -1, 64) + "m"), nil
}
