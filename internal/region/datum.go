package region

import "math"

// Krasovsky 1940, on which GCJ-02 is computed.
const (
	axis         = 6378245.0
	eccentricity = 0.00669342162296594323 // squared
)

// ToWGS84 converts a point from GCJ-02, in which Chinese maps are drawn, to WGS-84, which
// phones and CGCS2000 share: degrees in, degrees out, east and north positive. GCJ-02 has
// no closed inverse, so the forward shift is taken back until it meets the point; the
// result is good to a centimetre. Points outside of mainland China are returned unchanged,
// since GCJ-02 does not shift them.
func ToWGS84(lon, lat float64) (float64, float64) {
	if abroad(lon, lat) {
		return lon, lat
	}
	x, y := lon, lat
	for range 10 {
		gx, gy := ToGCJ02(x, y)
		dx, dy := gx-lon, gy-lat
		x, y = x-dx, y-dy
		if math.Abs(dx) < 1e-9 && math.Abs(dy) < 1e-9 {
			break
		}
	}
	return x, y
}

// ToGCJ02 shifts a WGS-84 point as Chinese maps do, 300 to 600 m.
func ToGCJ02(lon, lat float64) (float64, float64) {
	if abroad(lon, lat) {
		return lon, lat
	}
	x, y := lon-105, lat-35
	east, north := wave(x, y)
	phi := lat / 180 * math.Pi
	sin := math.Sin(phi)
	w := 1 - eccentricity*sin*sin
	root := math.Sqrt(w)
	north = north * 180 / (axis * (1 - eccentricity) / (w * root) * math.Pi)
	east = east * 180 / (axis / root * math.Cos(phi) * math.Pi)
	return lon + east, lat + north
}

// wave is the shift in metres at a place relative to 105° E 35° N.
func wave(x, y float64) (east, north float64) {
	root := math.Sqrt(math.Abs(x))
	common := (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	north = -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*root + common
	north += (20*math.Sin(y*math.Pi) + 40*math.Sin(y/3*math.Pi)) * 2 / 3
	north += (160*math.Sin(y/12*math.Pi) + 320*math.Sin(y*math.Pi/30)) * 2 / 3
	east = 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*root + common
	east += (20*math.Sin(x*math.Pi) + 40*math.Sin(x/3*math.Pi)) * 2 / 3
	east += (150*math.Sin(x/12*math.Pi) + 300*math.Sin(x/30*math.Pi)) * 2 / 3
	return east, north
}

func abroad(lon, lat float64) bool {
	return lon < 72.004 || lon > 137.8347 || lat < 0.8293 || lat > 55.8271
}
