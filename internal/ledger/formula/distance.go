package formula

import (
	"math"

	"github.com/chengshu/chengshu/internal/region"
)

// zone is the time in which formulas tell years, months and days.
var zone = region.Beijing

// earth is the mean radius of the earth in metres.
const earth = 6371008.8

// Metres is how far two places are from each other on the sphere; good to half a percent.
func Metres(a, b Point) float64 {
	rad := math.Pi / 180
	dlat, dlon := (b.Lat-a.Lat)*rad, (b.Lon-a.Lon)*rad
	h := math.Pow(math.Sin(dlat/2), 2) + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*math.Pow(math.Sin(dlon/2), 2)
	return 2 * earth * math.Asin(math.Min(1, math.Sqrt(h)))
}

// distance is the metres from a place, or from the farthest of several; empty where one of
// them is.
func distance(a, b any) any {
	to, ok := b.(Point)
	if !ok {
		return nil
	}
	from, ok := a.([]any)
	if !ok {
		from = []any{a}
	}
	far := any(nil)
	for _, p := range from {
		p, ok := p.(Point)
		if !ok {
			return nil
		}
		if d := Metres(p, to); far == nil || d > far.(float64) {
			far = d
		}
	}
	return far
}
