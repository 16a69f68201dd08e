package source

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"

	"github.com/chengshu/chengshu/internal/fault"
)

const sampleRows = 200

// head is the beginning of a file, as bytes and as UTF-8.
type head struct {
	raw   []byte
	text  []byte
	whole bool // the file holds no more
}

// Look says what a spooled file is, reading at most 2 MiB of it beside what the spooling
// pass saw. When only the header is at fault the shape is given beside the fault, so that
// it can be shown.
func Look(ctx context.Context, s *Spooled, o Options) (*Shape, error) {
	o = o.defaults()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := os.Open(s.Path)
	if err != nil {
		return nil, readFault(s.Name, err)
	}
	defer f.Close()
	h, err := readHead(f, s)
	if err != nil {
		return nil, err
	}
	switch format := formatOf(h.raw); format {
	case CSV, JSON, JSONL, Parquet:
		if o.Sheet != "" {
			return nil, faultNoSheets(s.Name)
		}
		if format == Parquet {
			return lookParquet(ctx, s, o)
		}
		return lookText(f, s, h, o)
	case zipArchive:
		return lookXLSX(ctx, s, o)
	case legacyOffice:
		return nil, unreadable(s.Name, format, append(h.raw, oleDirectory(f, h.raw)...))
	default:
		return nil, unreadable(s.Name, format, h.raw)
	}
}

func readHead(f *os.File, s *Spooled) (head, error) {
	b := make([]byte, min(headSize, s.Bytes))
	n, err := io.ReadFull(f, b)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return head{}, readFault(s.Name, err)
	}
	return head{raw: b[:n], whole: int64(n) >= s.Bytes}, nil
}

// oleDirectory reads the first directory sector of an old Office container, whose names
// tell an encrypted workbook from an old one.
func oleDirectory(f *os.File, raw []byte) []byte {
	if len(raw) < 512 {
		return nil
	}
	size := int64(1) << (binary.LittleEndian.Uint16(raw[30:]) & 15)
	b := make([]byte, 4096)
	n, _ := f.ReadAt(b, (int64(binary.LittleEndian.Uint32(raw[48:]))+1)*size)
	return b[:n]
}

func lookText(f *os.File, s *Spooled, h head, o Options) (*Shape, error) {
	if utf16Order(h.raw) == "" {
		if err := nulIn(s.Name, h.raw); err != nil {
			return nil, err
		}
	}
	encoding, why, err := encodingOf(f, s, h)
	if err != nil {
		return nil, err
	}
	if h.text, err = decodeHead(s.Name, h, encoding); err != nil {
		return nil, err
	}
	if err := nulIn(s.Name, h.text); err != nil {
		return nil, err
	}
	if h.whole && len(bytes.TrimSpace(h.text)) == 0 {
		return nil, faultEmpty(s.Name)
	}
	sh := &Shape{Format: textFormat(h.text), Encoding: encoding, Reasons: map[string]fault.Text{ReasonEncoding: why}}
	if sh.Format != CSV {
		return sh, lookJSON(sh, s, h, o)
	}
	return sh, lookCSV(sh, s, h, o)
}

func nulIn(name string, b []byte) error {
	i := bytes.IndexByte(b, 0)
	if i < 0 {
		return nil
	}
	return faultNul(name, place{int64(i), int64(bytes.Count(b[:i], []byte("\n"))) + 1})
}

func encodingOf(f *os.File, s *Spooled, h head) (string, fault.Text, error) {
	var later []byte
	var at *place
	if s.scan != nil {
		at = s.scan.bad
	}
	if at != nil && at.off >= int64(len(h.raw)) {
		later = make([]byte, 64<<10)
		n, err := f.ReadAt(later, at.off)
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fault.Text{}, readFault(s.Name, err)
		}
		later = later[:n]
	}
	return guessEncoding(s.Name, h.raw, h.whole, later, at)
}

func decodeHead(name string, h head, encoding string) ([]byte, error) {
	text, err := io.ReadAll(decode(bytes.NewReader(h.raw), encoding))
	var bad *undecodable
	if errors.As(err, &bad) && (h.whole || bad.off < int64(len(h.raw))-4) {
		return nil, faultDamaged(name, encoding, place{bad.off, bad.line})
	}
	if !h.whole && encoding == UTF8 {
		text = cutRune(text)
	}
	return text, nil
}

// cutRune takes off a character that the end cuts through.
func cutRune(b []byte) []byte {
	var v validator
	v.feed(b)
	return b[:len(b)-v.n]
}

func lookCSV(sh *Shape, s *Spooled, h head, o Options) error {
	inPlace := sh.Encoding == UTF8 || sh.Encoding == UTF8BOM
	var g guess
	if inPlace && s.scan != nil && s.scan.guess != nil {
		if err := s.scan.fault(s, o); err != nil {
			return err
		}
		g = *s.scan.guess
	} else {
		g = guessDialect(h.text, h.whole)
	}
	sh.Delim, sh.Quote, sh.Escape = letter(g.delim), letter(g.quote), letter(g.escape)
	sh.Reasons[ReasonFormat] = fault.T("内容是以分隔符分列的文本", "its content is delimited text")
	sh.Reasons[ReasonDelimiter], sh.Reasons[ReasonQuote] = g.delimReason(), g.quoteReason()

	records := firstRecords(h, g.dialect)
	top := findHeader(records, g.columns)
	sh.Header, sh.Skip, sh.Reasons[ReasonHeader] = top.header, top.skip, top.reason
	for _, r := range records[min(top.skip, len(records)):] {
		if len(sh.Sample) < sampleRows && (len(r) > 1 || r[0] != "") {
			sh.Sample = append(sh.Sample, r)
		}
	}
	sh.RowsEstimate = estimateRows(g, h, s)
	if inPlace && s.scan != nil {
		sh.RowsEstimate = s.scan.records
	}
	sh.RowsEstimate = max(sh.RowsEstimate-int64(top.skip), int64(len(sh.Sample)))
	return nameColumns(sh, s, top, g.columns, h.whole, o)
}

func nameColumns(sh *Shape, s *Spooled, top tops, columns int, whole bool, o Options) (err error) {
	sh.Columns = numbered(min(columns, o.MaxColumns))
	if columns > o.MaxColumns {
		return faultColumns(s.Name, columns, o.MaxColumns)
	}
	if top.header {
		names, herr := columnNames(s.Name, top.names, o.MaxColumns)
		if names != nil {
			sh.Columns = names
		}
		err = herr
	}
	if err == nil && whole && len(sh.Sample) == 0 {
		return faultNoRows(s.Name)
	}
	return err
}

func letter(c byte) string {
	if c == 0 {
		return ""
	}
	return string(rune(c))
}

// firstRecords are the title lines, the header and the sample; never none.
func firstRecords(h head, d dialect) [][]string {
	var records [][]string
	take := func(r record) bool {
		records = append(records, r.fields)
		return len(records) < sampleRows+titleRows
	}
	parse(h.text, d, h.whole, take)
	if len(records) == 0 {
		parse(h.text, d, true, take) // the first line is longer than the head
	}
	if len(records) == 0 {
		records = [][]string{{""}}
	}
	return records
}

// estimateRows goes by the part that was guessed from.
func estimateRows(g guess, h head, s *Spooled) int64 {
	part := min(len(h.text), guessSize)
	if part == 0 || len(h.raw) == 0 {
		return 0
	}
	if h.whole && len(h.text) <= guessSize {
		return int64(g.records)
	}
	all := float64(s.Bytes) * float64(len(h.text)) / float64(len(h.raw))
	return int64(float64(g.records) * all / float64(part))
}

// fault is the first thing the scan found that makes the text unreadable.
func (sc *scan) fault(s *Spooled, o Options) error {
	switch {
	case sc.nul != nil:
		return faultNul(s.Name, *sc.nul)
	case sc.bad != nil:
		return faultDamaged(s.Name, UTF8, *sc.bad)
	case sc.long != nil:
		return faultLine(s.Name, located(s.Path, *sc.long), o.MaxLine)
	case sc.open != nil:
		return faultQuote(s.Name, located(s.Path, *sc.open))
	}
	return nil
}

// located counts the line of a place whose line the scan did not keep.
func located(path string, p place) place {
	f, err := os.Open(path)
	if err != nil {
		return place{p.off, 1}
	}
	defer f.Close()
	var lf, cr int64
	buf := make([]byte, 1<<20)
	r := io.LimitReader(f, p.off)
	for {
		n, err := r.Read(buf)
		lf += int64(bytes.Count(buf[:n], []byte("\n")))
		cr += int64(bytes.Count(buf[:n], []byte("\r")))
		if err != nil {
			break
		}
	}
	if lf == 0 {
		lf = cr
	}
	return place{p.off, lf + 1}
}
