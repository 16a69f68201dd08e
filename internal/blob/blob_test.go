package blob_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/blob"
	"github.com/chengshu/chengshu/internal/fault"
)

func shelf(t *testing.T) (*blob.Shelf, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := blob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

// left are the drafts that were not removed.
func left(t *testing.T, dir string) int {
	t.Helper()
	e, err := os.ReadDir(filepath.Join(dir, "new"))
	if err != nil {
		t.Fatal(err)
	}
	return len(e)
}

func picture(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{uint8(x * 255 / w), uint8(y * 255 / h), 90, 255})
		}
	}
	return img
}

func jpg(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(w, h), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const script = "<script>alert(document.cookie)</script>"

// phone puts into a JPEG what a phone writes, turned to the right, and what somebody else
// might: scripts in a comment and behind the end.
func phone(t *testing.T, b []byte) []byte {
	t.Helper()
	le := binary.LittleEndian
	var tiff bytes.Buffer
	put := func(v any) { _ = binary.Write(&tiff, le, v) }
	entry := func(tag, kind uint16, count, value uint32) { put(tag); put(kind); put(count); put(value) }
	tiff.WriteString("II*\x00")
	put(uint32(8))
	put(uint16(4)) // IFD0 at 8: 2 + 4*12 + 4 = 54 → 62
	entry(0x0112, 3, 1, 6)
	entry(0x010E, 2, uint32(len(script)+1), 200)
	entry(0x8769, 4, 1, 62)
	entry(0x8825, 4, 1, 100)
	put(uint32(0))
	put(uint16(2)) // Exif at 62: 2 + 24 + 4 = 30 → 92
	entry(0x9003, 2, 20, 300)
	entry(0x9011, 2, 7, 330)
	put(uint32(0))
	pad := func(to int) { tiff.Write(make([]byte, to-tiff.Len())) }
	pad(100)
	put(uint16(4)) // GPS at 100: → 154
	entry(1, 2, 2, uint32('N'))
	entry(2, 5, 3, 400)
	entry(3, 2, 2, uint32('E'))
	entry(4, 5, 3, 440)
	put(uint32(0))
	pad(200)
	tiff.WriteString(script + "\x00")
	pad(300)
	tiff.WriteString("2026:11:27 15:04:05\x00")
	pad(330)
	tiff.WriteString("+08:00\x00")
	pad(400)
	for _, n := range []uint32{30, 1, 35, 1, 3480, 100} { // 30° 35′ 34.80″
		put(n)
	}
	pad(440)
	for _, n := range []uint32{114, 1, 18, 1, 1800, 100} {
		put(n)
	}
	segment := func(marker byte, body []byte) []byte {
		out := []byte{0xFF, marker, 0, 0}
		binary.BigEndian.PutUint16(out[2:], uint16(len(body)+2))
		return append(out, body...)
	}
	out := append([]byte{}, b[:2]...)
	out = append(out, segment(0xE1, append([]byte("Exif\x00\x00"), tiff.Bytes()...))...)
	out = append(out, segment(0xFE, []byte(script))...)
	out = append(out, b[2:]...)
	return append(out, []byte(script)...)
}

func TestPhoto(t *testing.T) {
	s, dir := shelf(t)
	f, err := s.Put(t.Context(), bytes.NewReader(phone(t, jpg(t, 640, 480))), blob.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if f.Type != "image/jpeg" || f.Width != 480 || f.Height != 640 {
		t.Errorf("kept as %+v, want it upright", f)
	}
	if f.Place == nil || math.Abs(f.Place.Lat-30.593) > 1e-6 || math.Abs(f.Place.Lon-114.305) > 1e-6 {
		t.Errorf("taken at %+v", f.Place)
	}
	if f.Time == nil || !f.Time.Equal(time.Date(2026, 11, 27, 7, 4, 5, 0, time.UTC)) {
		t.Errorf("taken %v", f.Time)
	}
	for _, small := range []bool{false, true} {
		r, err := s.Open(f.ID, small)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(r)
		_ = r.Close()
		if bytes.Contains(b, []byte("script")) || bytes.Contains(b, []byte("Exif")) {
			t.Errorf("small %v: metadata stayed", small)
		}
		img, err := jpeg.Decode(bytes.NewReader(b))
		if err != nil || img.Bounds().Dx() >= img.Bounds().Dy() || small && img.Bounds().Dy() != 360 {
			t.Errorf("small %v: %v %v", small, img.Bounds(), err)
		}
		if !small && int64(len(b)) != f.Size {
			t.Errorf("%d bytes, told %d", len(b), f.Size)
		}
	}
	r, g, _, _ := pixel(t, s, f.ID, 470, 10).RGBA() // what was left at the top stands at the right
	if r>>8 > 30 || g>>8 > 30 {
		t.Errorf("turned the wrong way: %d %d", r>>8, g>>8)
	}
	again, err := s.Put(t.Context(), bytes.NewReader(phone(t, jpg(t, 640, 480))), blob.Limits{})
	if err != nil || again.ID != f.ID || left(t, dir) != 0 {
		t.Errorf("the same again: %v %v, %d drafts", again.ID == f.ID, err, left(t, dir))
	}
	if err := s.Remove(f.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(f.ID, false); !errors.Is(err, blob.ErrMissing) {
		t.Errorf("after it was removed: %v", err)
	}
}

func pixel(t *testing.T, s *blob.Shelf, id string, x, y int) color.Color {
	t.Helper()
	r, err := s.Open(id, false)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	img, _, err := image.Decode(r)
	if err != nil {
		t.Fatal(err)
	}
	return img.At(x, y)
}

// bomb is a PNG of a few bytes that says it is huge.
func bomb(w, h uint32) []byte {
	b := []byte("\x89PNG\r\n\x1a\n")
	head := append([]byte("IHDR"), 0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0)
	binary.BigEndian.PutUint32(head[4:], w)
	binary.BigEndian.PutUint32(head[8:], h)
	b = append(b, 0, 0, 0, 13)
	b = append(b, head...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(head))
}

func archive(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, err := z.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte("x"))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// endless never ends and counts what was read of it.
type endless struct {
	head []byte
	n    int64
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.head)
	e.head = e.head[n:]
	for i := n; i < len(p); i++ {
		p[i] = 'a'
	}
	e.n += int64(len(p))
	return len(p), nil
}

func TestRefused(t *testing.T) {
	s, dir := shelf(t)
	for name, c := range map[string]struct {
		data []byte
		code string
	}{
		"nothing":              {nil, "blob.empty"},
		"a page":               {[]byte("<!DOCTYPE html><p>"), "blob.type"},
		"a page behind blanks": {[]byte(strings.Repeat(" ", 2000) + "<HTML>" + script), "blob.type"},
		"SVG":                  {[]byte(`<?xml version="1.0"?><svg onload="alert(1)">`), "blob.type"},
		"a script in text":     {[]byte("说明 " + script), "blob.type"},
		"a program":            {append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 100)...), "blob.type"},
		"a Windows program":    {append([]byte("MZ\x90\x00\x03"), make([]byte, 100)...), "blob.type"},
		"an archive":           {archive(t, "a.txt"), "blob.type"},
		"a paper with macros":  {archive(t, "word/document.xml", "word/vbaProject.bin"), "blob.type"},
		"HEIC":                 {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), "blob.type"},
		"half a picture":       {jpg(t, 300, 300)[:2000], "blob.picture"},
		"no picture at all":    {append([]byte("\xff\xd8\xff\xe0"), []byte("no picture at all")...), "blob.picture"},
		"a picture bomb":       {bomb(100_000, 100_000), "blob.pixels"},
		"a long one":           {bomb(20_000, 1), "blob.pixels"},
		"too many pixels":      {bomb(9000, 9000), "blob.pixels"},
		"too large":            {jpg(t, 300, 300), "blob.size"},
	} {
		l := blob.Limits{}
		if c.code == "blob.size" {
			l.Bytes = 1000
		}
		_, err := s.Put(t.Context(), bytes.NewReader(c.data), l)
		f := fault.From(err)
		if err == nil || f.Code != c.code || f.Kind != fault.Invalid || f.Remedy.ZH == "" || f.Text.ZH == f.Text.EN {
			t.Errorf("%s: %v", name, err)
		}
	}
	long := &endless{head: jpg(t, 10, 10)}
	_, err := s.Put(t.Context(), long, blob.Limits{Bytes: 1 << 20})
	if fault.From(err).Code != "blob.size" || long.n > 2<<20 {
		t.Errorf("of an endless file %d bytes were read: %v", long.n, err)
	}
	photo := &endless{head: jpg(t, 10, 10)}
	_, err = s.Put(t.Context(), io.LimitReader(photo, 200<<20), blob.Limits{Bytes: 200 << 20})
	if f := fault.From(err); f == nil || f.Code != "blob.size" || photo.n > 31<<20 || !strings.Contains(f.In("en"), "30 MB") {
		t.Errorf("of a photo of 200 MB %d bytes were read: %v", photo.n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Put(ctx, &endless{}, blob.Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("after its sender left: %v", err)
	}
	if n := left(t, dir); n != 0 {
		t.Errorf("%d drafts stayed", n)
	}
	for _, id := range []string{"", "../../etc/passwd", strings.Repeat("g", 64), strings.Repeat("a", 64)} {
		if _, err := s.Open(id, false); !errors.Is(err, blob.ErrMissing) {
			t.Errorf("open %q: %v", id, err)
		}
	}
}

func TestTypes(t *testing.T) {
	s, _ := shelf(t)
	var moving, drawing bytes.Buffer
	frame := image.NewPaletted(image.Rect(0, 0, 20, 10), color.Palette{color.Black, color.White})
	if err := gif.EncodeAll(&moving, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&drawing, image.NewNRGBA(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"a moving picture": {moving.Bytes(), "image/png"},
		"a drawing":        {drawing.Bytes(), "image/png"},
		"PDF":              {[]byte("%PDF-1.7\n<html>"), "application/pdf"},
		"Word":             {archive(t, "[Content_Types].xml", "word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		"Excel":            {archive(t, "xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		"old Word":         {append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 600)...), "application/msword"},
		"text":             {[]byte("现场说明"), "text/plain"},
		"a film":           {[]byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"), "video/mp4"},
		"AMR":              {[]byte("#!AMR\n\x3c"), "audio/amr"},
	} {
		f, err := s.Put(t.Context(), bytes.NewReader(c.data), blob.Limits{})
		if err != nil || f.Type != c.want {
			t.Errorf("%s: %q %v", name, f.Type, err)
		}
	}
}

func TestSweep(t *testing.T) {
	s, dir := shelf(t)
	old := filepath.Join(dir, "new", "in-123")
	if err := os.WriteFile(old, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Sweep(time.Now().Add(-time.Hour)); err != nil || left(t, dir) != 1 {
		t.Errorf("a draft under way: %d %v", left(t, dir), err)
	}
	if err := s.Sweep(time.Now().Add(time.Hour)); err != nil || left(t, dir) != 0 {
		t.Errorf("an old draft: %d %v", left(t, dir), err)
	}
}

func FuzzPut(f *testing.F) {
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II*\x00"))
	f.Add([]byte("GIF89a"))
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPVP8 "))
	s, err := blob.Open(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := s.Put(t.Context(), bytes.NewReader(data), blob.Limits{Bytes: 1 << 20, Pixels: 1 << 20})
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Fatal(err)
		}
	})
}
