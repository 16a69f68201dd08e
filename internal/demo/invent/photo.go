package invent

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"time"
)

// Scene is what an invented photo of a road shows.
type Scene int

// Scenes of a road.
const (
	Hole  Scene = iota // a hole in the asphalt
	Patch              // a patch where one was
)

const photoWidth, photoHeight = 1280, 960

// Photo draws a photo of a road as a phone takes it: asphalt with a marking, and in it what
// the scene shows. Its metadata say where and when it was taken.
func Photo(seed uint64, scene Scene, lon, lat float64, at time.Time) []byte {
	r := Rand(seed)
	img := image.NewRGBA(image.Rect(0, 0, photoWidth, photoHeight))
	lane := 0.12 + float64(r.N(12))/100
	shade := 96 + float64(r.N(28))
	r ^= Rand(at.Unix()) // no two photos of a road are the same
	rough := noise(&r, 64)
	grain := noise(&r, 256)
	draw := outline(&r, scene)
	for y := range photoHeight {
		for x := range photoWidth {
			u, v := float64(x)/photoWidth, float64(y)/photoHeight
			g := shade + 26*(rough.at(u*5, v*5)-0.5) + 54*(grain.at(u*220, v*165)-0.5) + 18*(v-0.5)
			c := [3]float64{g, g, g * 0.98}
			if d := math.Abs(u - lane - 0.05*v); d < 0.028 && rough.at(u*40, v*40) > 0.22 { // a worn line
				c = [3]float64{g + 96, g + 96, g + 90}
			}
			draw(&c, u, v, rough, grain)
			img.SetRGBA(x, y, color.RGBA{byteOf(c[0]), byteOf(c[1]), byteOf(c[2]), 255})
		}
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, &jpeg.Options{Quality: 80}) // into memory
	return Taken(b.Bytes(), lon, lat, at)
}

func byteOf(v float64) uint8 { return uint8(max(0, min(255, v))) }

// field is a square of random values, smooth between them and the same again beyond its edge.
type field struct {
	side int
	of   []float64
}

func noise(r *Rand, side int) field {
	f := field{side, make([]float64, side*side)}
	for i := range f.of {
		f.of[i] = float64(r.N(1000)) / 999
	}
	return f
}

func (f field) at(x, y float64) float64 {
	x0, y0 := math.Floor(x), math.Floor(y)
	i, j := int(x0), int(y0)
	ease := func(t float64) float64 { return t * t * (3 - 2*t) }
	p, q := ease(x-x0), ease(y-y0)
	of := func(i, j int) float64 { return f.of[(j%f.side+f.side)%f.side*f.side+(i%f.side+f.side)%f.side] }
	return (of(i, j)*(1-p)+of(i+1, j)*p)*(1-q) + (of(i, j+1)*(1-p)+of(i+1, j+1)*p)*q
}

// outline gives what the scene puts on the asphalt at a point of the picture.
func outline(r *Rand, scene Scene) func(c *[3]float64, u, v float64, rough, grain field) {
	cx, cy := 0.5+float64(r.N(20)-10)/100, 0.52+float64(r.N(16)-8)/100
	wide, high := 0.19+float64(r.N(8))/100, 0.17+float64(r.N(8))/100
	if scene == Patch {
		return func(c *[3]float64, u, v float64, rough, grain field) {
			edge := 0.012 * (rough.at(u*9, v*9) - 0.5)
			d := max(math.Abs(u-cx)/wide, math.Abs(v-cy)/high) + edge
			switch g := 46 + 30*(grain.at(u*220, v*165)-0.5) + 10*(rough.at(u*4, v*4)-0.5); {
			case d < 1:
				*c = [3]float64{g, g, g + 2}
			case d < 1.035: // sealed along its edge
				*c = [3]float64{24, 24, 26}
			}
		}
	}
	return func(c *[3]float64, u, v float64, rough, grain field) {
		a := math.Atan2((v-cy)/high, (u-cx)/wide)
		ring := 1 + 0.34*(rough.at(3*math.Cos(a)+20, 3*math.Sin(a)+20)-0.5) + 0.10*(rough.at(9*math.Cos(a)+40, 9*math.Sin(a)+40)-0.5)
		d := math.Hypot((u-cx)/wide, (v-cy)/high) / ring
		switch {
		case d < 1:
			g := 78 - 52*(1-d)*(0.6+0.8*(v-cy)/high) + 74*(grain.at(u*190, v*142)-0.5)*(0.4+0.6*rough.at(u*24, v*24))
			*c = [3]float64{g + 14, g + 6, g - 6} // gravel and earth below the asphalt
			if d < 0.46+0.12*rough.at(u*7, v*7) { // water stands in it
				s := 62 + 42*(1-v) + 10*rough.at(u*12, v*3)
				*c = [3]float64{s * 0.86, s * 0.93, s}
			}
		case d < 1.07: // the broken edge
			for i := range c {
				c[i] = c[i]*0.55 + 8
			}
		case d < 1.5: // cracks run out of it
			if crack := math.Abs(rough.at(6*a/math.Pi+d*2, d*9) - 0.5); crack < 0.03*(1.5-d) {
				for i := range c {
					c[i] *= 0.5
				}
			}
		}
	}
}

// Taken puts into a JPEG where and when it was taken, as a phone does.
func Taken(jpg []byte, lon, lat float64, at time.Time) []byte {
	var t bytes.Buffer
	le := binary.LittleEndian
	put := func(v ...any) {
		for _, x := range v {
			_ = binary.Write(&t, le, x)
		}
	}
	const exifAt, gpsAt, textAt, partsAt = 38, 68, 122, 152 // places of the tables and of what they hold
	t.WriteString("II*\x00")
	put(uint32(8), uint16(2))
	put(uint16(0x8769), uint16(4), uint32(1), uint32(exifAt), uint16(0x8825), uint16(4), uint32(1), uint32(gpsAt), uint32(0))
	put(uint16(2))
	put(uint16(0x9003), uint16(2), uint32(20), uint32(textAt), uint16(0x9011), uint16(2), uint32(7), uint32(textAt+20), uint32(0))
	north, east := 'N', 'E'
	if lat < 0 {
		north = 'S'
	}
	if lon < 0 {
		east = 'W'
	}
	put(uint16(4))
	put(uint16(1), uint16(2), uint32(2), uint32(north), uint16(2), uint16(5), uint32(3), uint32(partsAt))
	put(uint16(3), uint16(2), uint32(2), uint32(east), uint16(4), uint16(5), uint32(3), uint32(partsAt+24), uint32(0))
	t.WriteString(at.Format("2006:01:02 15:04:05") + "\x00" + at.Format("-07:00") + "\x00")
	t.Write(make([]byte, partsAt-t.Len()))
	for _, d := range []float64{math.Abs(lat), math.Abs(lon)} {
		ms := uint32(math.Round(d * 3600 * 1000)) // of an arc second
		put(ms/3_600_000, uint32(1), ms/60_000%60, uint32(1), ms%60_000, uint32(1000))
	}
	body := append([]byte("Exif\x00\x00"), t.Bytes()...)
	head := binary.BigEndian.AppendUint16([]byte{0xFF, 0xE1}, uint16(len(body)+2))
	return append(append(append(append([]byte{}, jpg[:2]...), head...), body...), jpg[2:]...)
}
