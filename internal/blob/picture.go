package blob

import (
	"bufio"
	"context"
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"github.com/chengshu/chengshu/internal/fault"
)

const (
	mostSide  = 12_000 // pixels
	smallSide = 360
	quality   = 88 // of JPEG
)

// coding is how pictures of a type are read.
type coding struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

var codings = map[string]coding{
	"image/jpeg": {jpeg.DecodeConfig, jpeg.Decode},
	"image/png":  {png.DecodeConfig, png.Decode},
	"image/gif":  {gif.DecodeConfig, gif.Decode}, // the first picture of several
	"image/webp": {webp.DecodeConfig, webp.Decode},
}

func badPicture(err error) error {
	return fault.New(fault.Invalid, "blob.picture", fault.T("图片已损坏，无法读取", "the picture is damaged and cannot be read")).Fix(fault.T("请重新拍摄或另存后上传", "take it again, or save it anew and send that")).Wrap(err)
}

// picture keeps what is seen of a picture: its pixels, upright, written anew, and a small one
// beside it. Its measures are known before a pixel is decoded.
func (s *Shelf) picture(ctx context.Context, draft *os.File, kind string, l Limits) (File, error) {
	c := codings[kind]
	size, err := c.config(bufio.NewReader(io.NewSectionReader(draft, 0, l.Bytes)))
	if err != nil {
		return File{}, badPicture(err)
	}
	if size.Width < 1 || size.Height < 1 || size.Width > mostSide || size.Height > mostSide || int64(size.Width)*int64(size.Height) > l.Pixels {
		return File{}, fault.New(fault.Invalid, "blob.pixels", fault.T("图片过大：%d×%d 像素", "the picture is too large: %d×%d pixels", size.Width, size.Height)).
			Fix(fault.T("请缩小到 %d 百万像素以内", "make it smaller than %d million pixels", l.Pixels/1_000_000))
	}
	taken := readTaken(draft, kind)
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return File{}, ctx.Err()
	}
	img, err := c.decode(bufio.NewReaderSize(io.NewSectionReader(draft, 0, l.Bytes), 1<<16))
	if err != nil {
		return File{}, badPicture(err)
	}
	img = upright(img, taken.turn)
	f := File{Type: "image/jpeg", Width: img.Bounds().Dx(), Height: img.Bounds().Dy(), Place: taken.place, Time: taken.time}
	if kind == "image/png" || kind == "image/gif" || !opaque(img) {
		f.Type = "image/png"
	}
	if f.ID, f.Size, err = s.written(img, f.Type); err != nil {
		return File{}, err
	}
	return f, s.small(img, f)
}

func opaque(img image.Image) bool {
	o, ok := img.(interface{ Opaque() bool })
	return ok && o.Opaque()
}

func encode(w io.Writer, img image.Image, kind string) error {
	if kind == "image/png" {
		return png.Encode(w, img)
	}
	return jpeg.Encode(w, img, &jpeg.Options{Quality: quality})
}

// written keeps the pixels under the name of their bytes.
func (s *Shelf) written(img image.Image, kind string) (id string, size int64, err error) {
	draft, err := os.CreateTemp(filepath.Join(s.dir, "new"), "out-*")
	if err != nil {
		return "", 0, kept(err)
	}
	defer discard(draft)
	w := bufio.NewWriterSize(draft, 1<<16)
	if err := errors.Join(encode(w, img, kind), w.Flush()); err != nil {
		return "", 0, kept(err)
	}
	info, err := draft.Stat()
	if err != nil {
		return "", 0, kept(err)
	}
	id, err = s.keep(draft)
	return id, info.Size(), err
}

// small makes the small picture.
func (s *Shelf) small(img image.Image, f File) error {
	b := img.Bounds()
	scale := min(1, float64(smallSide)/float64(max(b.Dx(), b.Dy())))
	to := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(b.Dx())*scale)), max(1, int(float64(b.Dy())*scale))))
	draw.ApproxBiLinear.Scale(to, to.Bounds(), img, b, draw.Src, nil)
	draft, err := os.CreateTemp(filepath.Join(s.dir, "new"), "small-*")
	if err != nil {
		return kept(err)
	}
	defer discard(draft)
	w := bufio.NewWriter(draft)
	if err := errors.Join(encode(w, to, f.Type), w.Flush()); err != nil {
		return kept(err)
	}
	return s.place(draft, s.path(f.ID)+smallSuffix)
}
