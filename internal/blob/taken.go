package blob

import (
	"image"
	"image/color"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/bep/imagemeta"

	"github.com/chengshu/chengshu/internal/region"
)

// taken is what a picture's metadata says of how it was taken.
type taken struct {
	turn  int // EXIF orientation, 1 to 8; 0: unknown
	place *Place
	time  *time.Time
}

// wanted are the tags that are looked at; all else is passed over.
var wanted = map[string]bool{"Orientation": true, "GPSLatitude": true, "GPSLatitudeRef": true, "GPSLongitude": true, "GPSLongitudeRef": true,
	"DateTimeOriginal": true, "OffsetTimeOriginal": true}

// readTaken reads what it can. Metadata that are broken say nothing; they are not kept in
// any case.
func readTaken(f *os.File, kind string) (out taken) {
	format, ok := map[string]imagemeta.ImageFormat{"image/jpeg": imagemeta.JPEG, "image/png": imagemeta.PNG, "image/webp": imagemeta.WebP}[kind]
	if !ok {
		return out
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return out
	}
	tags := map[string]any{}
	_, err := imagemeta.Decode(imagemeta.Options{R: f, ImageFormat: format, Sources: imagemeta.EXIF, LimitNumTags: 1000, LimitTagSize: 1000, Timeout: 5 * time.Second,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool { return wanted[t.Tag] && !strings.HasPrefix(t.Namespace, "IFD1") },
		HandleTag: func(t imagemeta.TagInfo) error {
			if tags[t.Tag] == nil {
				tags[t.Tag] = t.Value
			}
			return nil
		}})
	if err != nil && len(tags) == 0 {
		return out
	}
	if n, ok := tags["Orientation"].(uint16); ok && n >= 1 && n <= 8 {
		out.turn = int(n)
	}
	out.place, out.time = placeOf(tags), timeOf(tags)
	return out
}

func placeOf(tags map[string]any) *Place {
	lat, a := tags["GPSLatitude"].(float64)
	lon, b := tags["GPSLongitude"].(float64)
	if !a || !b || math.IsNaN(lat) || math.IsNaN(lon) || math.Abs(lat) > 90 || math.Abs(lon) > 180 || lat == 0 && lon == 0 {
		return nil
	}
	if tags["GPSLatitudeRef"] == "S" {
		lat = -lat
	}
	if tags["GPSLongitudeRef"] == "W" {
		lon = -lon
	}
	return &Place{Lon: math.Round(lon*1e7) / 1e7, Lat: math.Round(lat*1e7) / 1e7}
}

// timeOf reads when it was taken; a camera that names no zone is in this country.
func timeOf(tags map[string]any) *time.Time {
	s, _ := tags["DateTimeOriginal"].(string)
	zone, _ := tags["OffsetTimeOriginal"].(string)
	s = strings.Trim(s, "\x00 ")
	t, err := time.Parse("2006:01:02 15:04:05-07:00", s+strings.Trim(zone, "\x00 "))
	if err != nil {
		t, err = time.ParseInLocation("2006:01:02 15:04:05", s, region.Beijing)
	}
	if err != nil || t.Year() < 1990 {
		return nil
	}
	t = t.UTC()
	return &t
}

// upright turns and mirrors a picture as its camera was held.
func upright(img image.Image, turn int) image.Image {
	if turn <= 1 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	at := map[int]func(x, y int) (int, int){
		2: func(x, y int) (int, int) { return w - 1 - x, y },
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y },
		4: func(x, y int) (int, int) { return x, h - 1 - y },
		5: func(x, y int) (int, int) { return y, x },
		6: func(x, y int) (int, int) { return y, h - 1 - x },
		7: func(x, y int) (int, int) { return w - 1 - y, h - 1 - x },
		8: func(x, y int) (int, int) { return w - 1 - y, x },
	}[turn]
	size := image.Rect(0, 0, w, h)
	if turn >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			sx, sy := at(x, y)
			out.SetRGBA(x, y, color.RGBAModel.Convert(img.At(b.Min.X+sx, b.Min.Y+sy)).(color.RGBA))
		}
	}
	return out
}
