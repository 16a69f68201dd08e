// Package xlsx reads the rows of workbooks as a stream: numbers as typed, dates as ISO
// text, everything else as its text. It unpacks nothing to disk and holds no sheet in
// memory, so that a workbook costs what its distinct texts cost; a part that unpacks to
// more than the limits is refused while it is read.
//
// It never computes formulas (their saved values are read) and never writes.
//
// Read first: Open, Book.Rows, Rows.Next.
package xlsx

import (
	"archive/zip"
	"errors"
	"io"
	"os"
	"path"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// Limits bound what a workbook may unpack to.
type Limits struct {
	Ratio  int   // unpacked : packed size of one part, once it is over 16 MiB
	Unpack int64 // bytes, all parts read
	Cell   int   // bytes of one text
}

const ratioFloor = 16 << 20

// Book is an open workbook. Close must be called.
type Book struct {
	name   string
	file   *os.File
	size   int64
	limits Limits
	parts  map[string]*zip.File // by lower-case name
	sheets []sheet
	shared *texts
	styles []style
	d1904  bool
	used   int64
}

type sheet struct {
	name, part string
	hidden     bool
}

// Open reads the workbook's outline. name is for messages.
func Open(file, name string, l Limits) (*Book, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	b := &Book{name: name, file: f, limits: l, parts: map[string]*zip.File{}}
	if err := b.open(); err != nil {
		f.Close()
		return nil, err
	}
	return b, nil
}

// Close ends all reading.
func (b *Book) Close() error {
	b.shared.close()
	return b.file.Close()
}

// Sheets names the worksheets that a spreadsheet shows, in order; where it shows none, all.
func (b *Book) Sheets() []string {
	var shown, all []string
	for _, s := range b.sheets {
		all = append(all, s.name)
		if !s.hidden {
			shown = append(shown, s.name)
		}
	}
	if len(shown) == 0 {
		return all
	}
	return shown
}

// Named gives the name of a worksheet as the workbook writes it, whatever the case and the
// blanks around it that it is asked for by. Hidden ones are found too.
func (b *Book) Named(name string) (string, error) {
	like := ""
	for _, s := range b.sheets {
		if s.name == name {
			return s.name, nil
		}
		if like == "" && strings.EqualFold(strings.TrimSpace(s.name), strings.TrimSpace(name)) {
			like = s.name
		}
	}
	if like == "" {
		return "", b.noSheet(name)
	}
	return like, nil
}

func (b *Book) noSheet(name string) error {
	if len(b.sheets) == 0 {
		return b.fault("sheet", fault.T("工作簿中没有工作表", "there is no worksheet in the workbook"),
			fault.T("请把数据放进工作表后重新提交", "put the rows on a worksheet and send it again"))
	}
	return b.fault("sheet", fault.T("没有工作表“%s”，工作簿中有：%s", "there is no worksheet “%s”; the workbook has: %s", name, strings.Join(b.Sheets(), "、")), ChooseSheet())
}

// ChooseSheet says how another worksheet is chosen.
func ChooseSheet() fault.Text {
	return fault.T("请改选其中一个：命令加 --sheet 工作表名，页面在“工作表”一栏选择", "choose one of these: --sheet NAME with a command, “Worksheet” on the page")
}

func (b *Book) open() error {
	info, err := b.file.Stat()
	if err != nil {
		return err
	}
	b.size = info.Size()
	z, err := zip.NewReader(b.file, b.size)
	if err != nil {
		return b.broken(err)
	}
	total := uint64(0)
	for _, f := range z.File {
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))
		if _, ok := b.parts[name]; !ok {
			b.parts[name] = f
		}
		total += min(f.UncompressedSize64, 1<<62/uint64(len(z.File)))
		if b.bomb(f, int64(min(f.UncompressedSize64, 1<<62))) || total > uint64(b.limits.Unpack) {
			return b.swollen(f.Name)
		}
	}
	return b.outline()
}

func (b *Book) bomb(f *zip.File, unpacked int64) bool {
	packed := int64(min(f.CompressedSize64, uint64(b.size)))
	return unpacked > ratioFloor && unpacked/int64(b.limits.Ratio) > packed
}

// part opens one part; every byte it unpacks is counted against the limits.
func (b *Book) part(name string) (*part, error) {
	f := b.parts[strings.ToLower(name)]
	if f == nil {
		return nil, b.broken(errors.New("no part " + name))
	}
	if f.Flags&1 != 0 {
		return nil, b.fault("encrypted", fault.T("工作簿已加密", "the workbook is encrypted"),
			fault.T("请取消密码后重新提交", "take the password off and send it again"))
	}
	r, err := f.Open()
	if err != nil {
		return nil, b.broken(err)
	}
	return &part{b: b, f: f, r: r}, nil
}

type part struct {
	b *Book
	f *zip.File
	r io.ReadCloser
	n int64
}

func (p *part) Read(to []byte) (int, error) {
	n, err := p.r.Read(to)
	p.n += int64(n)
	p.b.used += int64(n)
	if p.b.bomb(p.f, p.n) || p.b.used > p.b.limits.Unpack {
		return 0, p.b.swollen(p.f.Name)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = p.b.broken(err)
	}
	return n, err
}

// outline finds the sheets, their parts, the styles and the shared texts.
func (b *Book) outline() error {
	book := "xl/workbook.xml"
	if b.parts["_rels/.rels"] != nil {
		top, err := b.relations("_rels/.rels", "")
		if err != nil {
			return err
		}
		for _, r := range top {
			if strings.HasSuffix(r.kind, "/officeDocument") {
				book = r.target
			}
		}
	}
	if b.parts[strings.ToLower(book)] == nil || strings.HasSuffix(book, ".bin") {
		return b.notAWorkbook()
	}
	dir := path.Dir(book)
	rels, err := b.relations(dir+"/_rels/"+path.Base(book)+".rels", dir)
	if err != nil {
		return err
	}
	styles, shared := "", ""
	for _, r := range rels {
		switch {
		case strings.HasSuffix(r.kind, "/styles"):
			styles = r.target
		case strings.HasSuffix(r.kind, "/sharedStrings"):
			shared = r.target
		}
	}
	if err := b.readBook(book, rels); err != nil {
		return err
	}
	if err := b.readStyles(styles); err != nil {
		return err
	}
	b.shared = &texts{b: b, part: shared}
	return nil
}

type relation struct{ kind, target string }

func (b *Book) relations(name, dir string) (map[string]relation, error) {
	rels := map[string]relation{}
	err := b.each(name, func(t *token) error {
		if t.kind != start || string(t.name) != "Relationship" {
			return nil
		}
		target := t.attr("Target")
		if strings.HasPrefix(target, "/") {
			target = target[1:]
		} else {
			target = path.Join(dir, target)
		}
		rels[t.attr("Id")] = relation{t.attr("Type"), target}
		return nil
	})
	return rels, err
}

func (b *Book) readBook(name string, rels map[string]relation) error {
	return b.each(name, func(t *token) error {
		if t.kind != start {
			return nil
		}
		switch string(t.name) {
		case "workbookPr":
			v := t.attr("date1904")
			b.d1904 = v == "1" || v == "true"
		case "sheet":
			if r := rels[t.attr("id")]; strings.HasSuffix(r.kind, "/worksheet") {
				b.sheets = append(b.sheets, sheet{t.attr("name"), r.target, strings.HasSuffix(strings.ToLower(t.attr("state")), "hidden")})
			}
		}
		return nil
	})
}

// each walks a part's tokens.
func (b *Book) each(name string, see func(*token) error) error {
	p, err := b.part(name)
	if err != nil {
		return err
	}
	defer p.r.Close()
	s := newScanner(p, b.limits.Cell)
	for {
		t, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return b.told(err)
		}
		if err := see(t); err != nil {
			return err
		}
	}
}

func (b *Book) notAWorkbook() error {
	what := fault.T("这是 ZIP 压缩包，其中没有工作簿", "this is a ZIP archive without a workbook in it")
	fix := fault.T("请解压后重新提交", "unpack it and send what is inside")
	switch {
	case b.parts["xl/workbook.bin"] != nil:
		what, fix = fault.T("这是二进制工作簿（.xlsb）", "this is a binary workbook (.xlsb)"), fault.T("请另存为 .xlsx 后重新提交", "save it as .xlsx and send it again")
	case b.parts["content.xml"] != nil && b.parts["mimetype"] != nil:
		what, fix = fault.T("这是 OpenDocument 文件（.ods）", "this is an OpenDocument file (.ods)"), fault.T("请另存为 .xlsx 后重新提交", "save it as .xlsx and send it again")
	case b.parts["word/document.xml"] != nil:
		what, fix = fault.T("这是 Word 文档", "this is a Word document"), fault.T("请把其中的表格存为 .xlsx 后提交", "save the table in it as .xlsx and send that")
	}
	return b.fault("format", what, fix)
}

func (b *Book) fault(code string, text, fix fault.Text) *fault.Error {
	return fault.New(fault.Invalid, "source."+code, text).At("%s", b.name).Fix(fix)
}

func (b *Book) swollen(part string) error {
	return b.fault("zip.bomb", fault.T("工作簿的部件 %s 解压后过大，超过 %d 倍或合计 %d 字节的上限，疑似压缩炸弹", "the workbook's part %s unpacks to more than %d times its size or %d bytes in all; it looks like a zip bomb", part, b.limits.Ratio, b.limits.Unpack),
		fault.T("请核实文件来源；若内容属实，请另存为 CSV UTF-8", "check where it came from; if it is genuine, save it as CSV UTF-8"))
}

func (b *Book) broken(cause error) error {
	return b.fault("xlsx.broken", fault.T("工作簿已损坏或不完整", "the workbook is damaged or incomplete"),
		fault.T("请用表格软件打开并重新保存后提交", "open it in a spreadsheet, save it again and send that")).Wrap(cause)
}

// told keeps faults and turns everything else into a damaged workbook.
func (b *Book) told(err error) error {
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return err
	}
	return b.broken(err)
}
