package ledger

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/chengshu/chengshu/internal/ledger/formula"
)

// TestSquare: whatever lies within the distance lies in the square that is asked for, and the
// square is not much larger.
func TestSquare(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 20_000 {
		p := formula.Point{Lon: rng.Float64()*360 - 180, Lat: rng.Float64()*160 - 80}
		metres := 1 + rng.Float64()*10_000
		low, high := around(p, metres)
		way := rng.Float64() * 2 * math.Pi
		far := metres / 111_000 * 1.1 * rng.Float64()
		q := formula.Point{Lat: p.Lat + far*math.Sin(way), Lon: p.Lon + far*math.Cos(way)/math.Cos(p.Lat*math.Pi/180)}
		inside := q.Lon >= low.Lon && q.Lon <= high.Lon && q.Lat >= low.Lat && q.Lat <= high.Lat
		if d := formula.Metres(p, q); d <= metres && !inside {
			t.Fatalf("%v is %.1f m from %v and not in its square of %.1f", q, d, p, metres)
		}
		if d := formula.Metres(p, formula.Point{Lon: p.Lon, Lat: high.Lat}); d > metres*1.05 {
			t.Fatalf("a square of %.1f m reaches %.1f", metres, d)
		}
	}
}
