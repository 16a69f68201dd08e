package source

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/source/xlsx"
)

func openBook(s *Spooled, o Options) (*xlsx.Book, error) {
	b, err := xlsx.Open(s.Path, s.Name, xlsx.Limits{Ratio: o.MaxRatio, Unpack: o.MaxUnpack, Cell: o.MaxLine})
	if err != nil {
		return nil, readFault(s.Name, err)
	}
	return b, nil
}

func lookXLSX(ctx context.Context, s *Spooled, o Options) (*Shape, error) {
	b, err := openBook(s, o)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	sh := &Shape{Format: XLSX, Sheets: b.Sheets(), Usual: tableSheet(ctx, b), Reasons: map[string]fault.Text{
		ReasonFormat: fault.T("内容是 Excel 工作簿", "its content is an Excel workbook"),
	}}
	sh.Sheet = sh.Usual
	if o.Sheet != "" {
		if sh.Sheet, err = b.Named(o.Sheet); err != nil {
			return nil, err
		}
	}
	sh.Reasons[ReasonSheet] = fault.T("共 %d 个工作表，读取“%s”", "of %d worksheets “%s” is read", len(sh.Sheets), sh.Sheet)
	rows, err := b.Rows(sh.Sheet)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	records, whole, err := firstRows(ctx, rows)
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, faultEmptySheet(ctx, s.Name, sh.Sheet, b)
	}
	columns := usualWidth(records)
	top := findHeader(records, columns)
	if top.header {
		top.names = records[top.skip-1]
	} else {
		columns = widest(records)
	}
	sh.Header, sh.Skip, sh.Reasons[ReasonHeader] = top.header, top.skip, top.reason
	for _, r := range records[top.skip:] {
		if len(sh.Sample) < sampleRows {
			sh.Sample = append(sh.Sample, r)
		}
	}
	sh.RowsEstimate = int64(len(records) - top.skip)
	if !whole {
		sh.RowsEstimate = max(sh.RowsEstimate, rows.Declared()-int64(top.skip))
	}
	err = nameColumns(sh, s, top, columns, whole, o)
	for i, r := range sh.Sample {
		sh.Sample[i] = append(r, make([]string, max(0, len(sh.Columns)-len(r)))...)
	}
	return sh, sh.Others(s.Name, err)
}

// Others adds to a fault of a workbook's worksheet which one it was, and which others could
// be read instead.
func (sh *Shape) Others(name string, err error) error {
	var f *fault.Error
	others := slices.DeleteFunc(slices.Clone(sh.Sheets), func(s string) bool { return s == sh.Sheet })
	if len(others) == 0 || !errors.As(err, &f) {
		return err
	}
	fix := fault.T("也可改读工作表 %s：命令加 --sheet，页面在“工作表”一栏选择", "or read another worksheet, %s: --sheet with a command, “Worksheet” on the page", strings.Join(others, "、"))
	if f.Remedy != (fault.Text{}) {
		fix = fault.Text{ZH: f.Remedy.ZH + "；" + fix.ZH, EN: f.Remedy.EN + "; " + fix.EN}
	}
	return f.Fix(fix).At("%s:%s", name, sh.Sheet)
}

// tableSheet is the first worksheet that holds a table, of those that a spreadsheet shows: a
// covering note before it is none, nor is an empty sheet. Where none does it is the first with
// anything, so that its fault is told.
func tableSheet(ctx context.Context, b *xlsx.Book) (sheet string) {
	best := -1
	for _, name := range b.Sheets() {
		if n := likeTable(ctx, b, name); n > best {
			sheet, best = name, n
		}
		if best == aTable {
			break
		}
	}
	return sheet
}

const aTable = 2

// likeTable is aTable for a sheet with rows of several cells below a header, 1 for one with
// anything, 0 for an empty one and for one that cannot be read.
func likeTable(ctx context.Context, b *xlsx.Book, sheet string) int {
	rows, err := b.Rows(sheet)
	if err != nil {
		return 0
	}
	defer rows.Close()
	records, _, err := firstRows(ctx, rows)
	if err != nil || len(records) == 0 {
		return 0
	}
	width := usualWidth(records)
	if width > 1 && findHeader(records, width).skip < len(records) {
		return aTable
	}
	return 1
}

// faultEmptySheet names the worksheets that do hold something.
func faultEmptySheet(ctx context.Context, name, sheet string, b *xlsx.Book) error {
	others := slices.DeleteFunc(b.Sheets(), func(s string) bool { return likeTable(ctx, b, s) == 0 })
	if len(others) == 0 {
		return invalid("empty", fault.T("工作簿的工作表都没有内容", "every worksheet of the workbook is empty")).At("%s", name).
			Fix(fault.T("请确认导出已完成后重新提交", "check that the export finished, then send it again"))
	}
	return invalid("empty", fault.T("工作表“%s”没有内容，有内容的工作表：%s", "the worksheet “%s” is empty; those that hold something: %s", sheet, strings.Join(others, "、"))).At("%s", name).
		Fix(xlsx.ChooseSheet())
}

func firstRows(ctx context.Context, rows *xlsx.Rows) (records [][]string, whole bool, err error) {
	for len(records) < sampleRows+titleRows {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		_, cells, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return records, true, nil
		}
		if err != nil {
			return nil, false, err
		}
		records = append(records, slices.Clone(cells))
	}
	return records, false, nil
}

func usualWidth(records [][]string) int {
	by := map[int]int{}
	best := 0
	for _, r := range records {
		by[len(r)]++
		if n := by[len(r)]; n > by[best] || n == by[best] && len(r) > best {
			best = len(r)
		}
	}
	return best
}

func widest(records [][]string) int {
	n := 0
	for _, r := range records {
		n = max(n, len(r))
	}
	return n
}

// workbook writes a sheet as CSV. Rows with more cells than columns have no shape.
func (w *work) workbook() (*Ready, error) {
	b, err := openBook(w.s, w.o)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	rows, err := b.Rows(w.sh.Sheet)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	skip := w.sh.Skip
	if w.sh.Header && skip == 0 {
		skip = 1
	}
	return w.table(w.sh.Columns, func(t *table) error {
		for n := 0; ; n++ {
			line, cells, err := rows.Next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err == nil {
				err = w.step(n, rows.Done())
			}
			if err != nil {
				return err
			}
			if n < skip {
				continue
			}
			if err := t.put(line, cells); err != nil {
				return err
			}
		}
	})
}

// step notices a cancel and tells how far the work has come, now and then.
func (w *work) step(n int, done int64) error {
	if n%1024 != 0 {
		return nil
	}
	if w.progress != nil {
		w.progress(min(done, w.s.Bytes), w.s.Bytes)
	}
	return w.ctx.Err()
}

func asJSON(cells []string) string {
	b, err := json.Marshal(cells)
	if err != nil {
		return ""
	}
	return string(b)
}
