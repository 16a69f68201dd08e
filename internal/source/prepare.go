package source

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// Prepare makes what the engine reads. Clean UTF-8 text and Parquet are used where they
// lie; all else is written beside the original, and removed again after a fault.
func Prepare(ctx context.Context, s *Spooled, sh *Shape, o Options, progress func(done, total int64)) (*Ready, error) {
	o = o.defaults()
	w := &work{ctx: ctx, s: s, sh: sh, o: o, progress: progress}
	if sh.Format == Parquet {
		return &Ready{Format: Parquet, Files: []string{s.Path}, Columns: sh.Columns, Rows: sh.RowsEstimate}, nil
	}
	if sh.Header {
		if _, err := columnNames(s.Name, sh.Columns, o.MaxColumns); err != nil {
			return nil, err
		}
	}
	var r *Ready
	var err error
	switch sh.Format {
	case CSV:
		r, err = w.text()
	case XLSX:
		r, err = w.workbook()
	case JSON, JSONL:
		r, err = w.objects()
	default:
		err = faultFormat(s.Name, fault.T("不支持的格式：%s", "there is no format %s", sh.Format), asXLSX)
	}
	if err != nil {
		for _, p := range w.made {
			err = errors.Join(err, remove(p))
		}
		return nil, err
	}
	r.made = w.made
	return r, nil
}

// work is one Prepare under way.
type work struct {
	ctx      context.Context
	s        *Spooled
	sh       *Shape
	o        Options
	progress func(done, total int64)
	made     []string
}

func (w *work) text() (*Ready, error) {
	d, err := w.dialect()
	if err != nil {
		return nil, err
	}
	r := &Ready{Format: CSV, Columns: w.sh.Columns, Delim: w.sh.Delim, Quote: w.sh.Quote, Escape: w.sh.Escape, Skip: w.sh.Skip}
	if w.sh.Header && r.Skip == 0 {
		r.Skip = 1
	}
	encoding, sc := w.sh.Encoding, w.s.scan
	var guessed *place
	path := w.s.Path
	if encoding == UTF8 || encoding == UTF8BOM {
		if sc == nil || sc.dialect != d {
			if sc, err = w.rescan(d); err != nil {
				return nil, err
			}
		}
		if sc.bad != nil && !sc.high {
			encoding, guessed = GB18030, sc.bad // ASCII as far as Look could see
		}
	}
	if encoding != UTF8 && encoding != UTF8BOM {
		path, sc, err = w.transcode(encoding, d)
		if guessed != nil && errors.Is(err, faultEncoding("", place{})) {
			err = faultEncoding(w.s.Name, *guessed)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := sc.fault(&Spooled{Path: path, Name: w.s.Name}, w.o); err != nil {
		return nil, err
	}
	if sc.records <= int64(r.Skip) {
		return nil, faultNoRows(w.s.Name)
	}
	r.Rows = sc.records - int64(r.Skip)
	if !sc.uniform() {
		if path, err = w.evenLines(path, d, sc, r); err != nil {
			return nil, err
		}
	}
	r.Files = []string{path}
	return r, nil
}

func (w *work) dialect() (dialect, error) {
	var d dialect
	for _, p := range []struct {
		to       *byte
		from     string
		optional bool
	}{{&d.delim, w.sh.Delim, false}, {&d.quote, w.sh.Quote, true}, {&d.escape, w.sh.Escape, true}} {
		switch {
		case len(p.from) == 1 && p.from[0] < 0x80 && !strings.ContainsAny(p.from, "\x00\r\n"):
			*p.to = p.from[0]
		case p.from != "" || !p.optional:
			return d, invalid("dialect", fault.T("分隔符、引号和转义符须是单个 ASCII 字符", "delimiter, quote and escape must each be one ASCII character")).
				At("%s", w.s.Name).Fix(fault.T("请改用逗号、制表符等单个字符", "use a comma, a tab or another single character"))
		}
	}
	return d, nil
}

// open gives the original with cancelling and progress in its reads.
func (w *work) open(path string, total int64) (*watched, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, readFault(w.s.Name, err)
	}
	readAhead(f)
	return &watched{File: f, w: w, total: total}, nil
}

type watched struct {
	*os.File
	w           *work
	done, total int64
}

func (r *watched) Read(p []byte) (int, error) {
	if err := r.w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.File.Read(p)
	r.done += int64(n)
	if r.w.progress != nil && r.total > 0 {
		r.w.progress(r.done, r.total)
	}
	return n, err
}

func (w *work) rescan(d dialect) (*scan, error) {
	src, err := w.open(w.s.Path, w.s.Bytes)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	return w.scanInto(src, d, nil)
}

// scanInto reads text to its end, scans it, and writes it on where write is given.
func (w *work) scanInto(src io.Reader, d dialect, write func([]byte) error) (*scan, error) {
	var sc *scanner
	buf := make([]byte, blockSize)
	for {
		n, err := io.ReadFull(src, buf)
		if n > 0 {
			if sc == nil {
				sc = newScanner(d, w.o.MaxLine)
			}
			sc.feed(buf[:n])
			if write != nil {
				if err := write(buf[:n]); err != nil {
					return nil, err
				}
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	if sc == nil {
		return nil, faultEmpty(w.s.Name)
	}
	return sc.end(), nil
}

// transcode writes the original as UTF-8 and scans it on the way.
func (w *work) transcode(encoding string, d dialect) (string, *scan, error) {
	src, err := w.open(w.s.Path, w.s.Bytes)
	if err != nil {
		return "", nil, err
	}
	defer src.Close()
	var sc *scan
	path, err := w.create(".csv", func(dst *draft) (err error) {
		sc, err = w.scanInto(decode(src, encoding), d, dst.write)
		return err
	})
	var bad *undecodable
	if errors.As(err, &bad) {
		err = faultDamaged(w.s.Name, encoding, place{bad.off, bad.line})
	}
	return path, sc, err
}

// create makes a file beside the original; fill writes it. What Prepare makes can be made
// again, so it is put in place without waiting for the disk.
func (w *work) create(kind string, fill func(*draft) error) (string, error) {
	dst, err := newDraft(w.o.Dir)
	if err != nil {
		return "", err
	}
	defer dst.discard()
	if err := fill(dst); err != nil {
		return "", err
	}
	return w.place(dst, kind)
}

// place puts a finished draft beside the original.
func (w *work) place(dst *draft, kind string) (string, error) {
	if err := dst.Close(); err != nil {
		return "", writeFault(w.o.Dir, err)
	}
	var salt [4]byte
	rand.Read(salt[:])
	path := strings.TrimSuffix(w.s.Path, suffix) + "." + hex.EncodeToString(salt[:]) + kind
	if err := os.Rename(dst.Name(), path); err != nil {
		return "", writeFault(w.o.Dir, err)
	}
	dst.kept = true
	w.made = append(w.made, path)
	return path, nil
}
