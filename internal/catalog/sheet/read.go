// Package sheet reads directories from the field's usual sheet, one row to an item with the
// directory's columns repeated or merged, and writes its template. What is wrong is told at
// its cell. It keeps nothing and asks nothing: whoever calls it checks and stores.
//
// Read first: Read, Book, Template.
package sheet

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

const (
	mostBytes = 16 << 20 // of the file, and of what it unpacks to sixteen times as many
	mostRows  = 100_000
	headRows  = 10 // the header is sought in the first
)

// Known is what the sheet's words may mean outside of it.
type Known struct {
	Offices  []catalog.Office
	Existing func(office, title, name string) (catalog.Directory, bool) // a directory that is there already
}

// Book is what was read: directories, each with the places of what it was read from.
type Book struct {
	Directories []Entry
	Faults      []*fault.Error // at cells: Sheet!B3
}

// Entry is one directory with its places.
type Entry struct {
	Directory catalog.Directory
	Sheet     string
	at        map[string]string       // path such as items[3].type → cell
	was       map[string]catalog.Item // that were there, by title: what the sheet does not tell of them stays
	keys      []string
}

var (
	errFile = fault.New(fault.Invalid, "import.file", fault.T("文件不是可读的 XLSX 工作簿，或超过 16 MiB", "the file is no XLSX workbook that can be read, or is larger than 16 MiB")).
		Fix(fault.T("请用下载的模板填写，另存为 .xlsx", "fill in the template and save it as .xlsx"))
	errHead = fault.New(fault.Invalid, "import.header", fault.T("没有找到表头：须有“信息资源名称”和“信息项名称”两列", "no header was found: it needs the columns of the resource's and the item's title")).
		Fix(fault.T("请下载模板，照其表头填写", "take the header of the template"))
)

// Open reads a workbook; it must be closed.
func Open(r io.Reader) (*excelize.File, error) {
	f, err := excelize.OpenReader(io.LimitReader(r, mostBytes+1), excelize.Options{UnzipSizeLimit: 16 * mostBytes, UnzipXMLSizeLimit: mostBytes})
	if err != nil {
		return nil, errFile.Wrap(err)
	}
	return f, nil
}

// Read reads every sheet of a workbook that has the header.
func Read(f *excelize.File, k Known) (Book, error) {
	var out Book
	found := false
	for _, name := range f.GetSheetList() {
		if v, err := f.GetSheetVisible(name); err != nil || !v {
			continue
		}
		p := &page{file: f, sheet: name, known: k, heads: heads(), cells: map[int]string{}}
		ok, err := p.open()
		if err != nil {
			return out, err
		}
		if ok {
			found = true
			p.read()
			out.Directories = append(out.Directories, p.out...)
			out.Faults = append(out.Faults, p.faults...)
		}
	}
	if !found {
		return out, errHead
	}
	if len(out.Directories) == 0 && len(out.Faults) == 0 {
		return out, fault.New(fault.Invalid, "import.empty", fault.T("表中没有信息项", "the sheet has no items")).
			Fix(fault.T("请在表头下逐行填写，一行一个信息项", "fill in a row for each item under the header"))
	}
	return out, nil
}

// page is one sheet while it is read.
type page struct {
	file   *excelize.File
	sheet  string
	known  Known
	heads  map[string]string
	rows   [][]string
	head   int            // the header's row, from 0
	cells  map[int]string // column, from 0 → path
	out    []Entry
	faults []*fault.Error
}

// open reads the cells, spreads merged ones, and finds the header.
func (p *page) open() (bool, error) {
	var err error
	if p.rows, err = p.file.GetRows(p.sheet); err != nil {
		return false, errFile.Wrap(err)
	}
	if len(p.rows) > mostRows {
		return false, fault.New(fault.Invalid, "import.rows", fault.T("超过 10 万行", "there are more than 100,000 rows")).At("%s", p.sheet).Fix(fault.T("请拆分为多个文件", "split the file"))
	}
	merged, err := p.file.GetMergeCells(p.sheet)
	if err != nil {
		return false, errFile.Wrap(err)
	}
	for _, m := range merged {
		p.spread(m)
	}
	best := 0
	for i := range min(headRows, len(p.rows)) {
		n, paths := 0, map[string]bool{}
		for j := range p.rows[i] {
			if path := p.heads[folded(p.cell(i, j))]; path != "" && !paths[path] {
				n, paths[path] = n+1, true
			}
		}
		if paths["title"] && paths["items.title"] && n > best {
			best, p.head = n, i
		}
	}
	if best == 0 {
		return false, nil
	}
	p.columns()
	return true, nil
}

func (p *page) spread(m excelize.MergeCell) {
	c1, r1, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
	c2, r2, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
	if err1 != nil || err2 != nil {
		return
	}
	for r := r1 - 1; r < min(r2, len(p.rows)); r++ {
		for len(p.rows[r]) < c2 && c2 < 200 {
			p.rows[r] = append(p.rows[r], "")
		}
		for c := c1 - 1; c < min(c2, len(p.rows[r])); c++ {
			p.rows[r][c] = m.GetCellValue()
		}
	}
}

func (p *page) cell(row, col int) string {
	if row >= len(p.rows) || col >= len(p.rows[row]) {
		return ""
	}
	return strings.TrimSpace(p.rows[row][col])
}

// columns finds what each column is; one that is nothing is told, but for those that usual
// sheets have besides.
func (p *page) columns() {
	var known []string
	for h := range p.heads {
		known = append(known, h)
	}
	slices.Sort(known)
	taken := map[string]bool{}
	for j := range p.rows[p.head] {
		h := p.cell(p.head, j)
		path := p.heads[folded(h)]
		switch {
		case h == "" || slices.Contains(passed, folded(h)):
		case path == "":
			fix := fault.T("请改为模板中的列名，或删去该列", "take a header of the template, or remove the column")
			if near := spec.Nearest(folded(h), known); near != "" {
				fix = fault.T("是否应为“%s”？", "did you mean %s?", near)
			}
			p.fail(p.head, j, "import.column", fault.T("没有“%s”这一列", "there is no column %s", h), fix)
		case taken[path]:
			p.fail(p.head, j, "import.column.twice", fault.T("“%s”列重复", "the column %s is there twice", h), fault.T("请删去其中一列", "remove one of them"))
		default:
			p.cells[j], taken[path] = path, true
		}
	}
}

func (p *page) place(row, col int) string {
	name, err := excelize.CoordinatesToCellName(col+1, row+1)
	if err != nil {
		name = fmt.Sprintf("R%dC%d", row+1, col+1)
	}
	return p.sheet + "!" + name
}

func (p *page) fail(row, col int, code string, text, fix fault.Text) {
	p.faults = append(p.faults, fault.New(fault.Invalid, code, text).At("%s", p.place(row, col)).Fix(fix))
}

// Locate turns the paths of a check of the directory into cells.
func (r Entry) Locate(err error) []*fault.Error {
	f := fault.From(err)
	parts := f.Parts
	if len(parts) == 0 {
		parts = []*fault.Error{f}
	}
	out := make([]*fault.Error, len(parts))
	for i, part := range parts {
		out[i] = part.At("%s", r.cell(part.Where))
	}
	return out
}

// cell is where a path was read, or the nearest thing to it.
func (r Entry) cell(path string) string {
	for p := path; p != ""; {
		if at := r.at[p]; at != "" {
			return at
		}
		cut := strings.LastIndexAny(p, ".[")
		if cut < 0 {
			break
		}
		if p = p[:cut]; r.at[p+".title"] != "" {
			return r.at[p+".title"]
		}
	}
	return r.at["title"]
}
