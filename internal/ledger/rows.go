package ledger

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/source"
	"github.com/chengshu/chengshu/internal/source/xlsx"
)

// sheetReader walks the rows of a file under its header, whatever file it is.
type sheetReader struct {
	name   string // of the sheet, or of the file where it has none
	header []string
	top    int64 // the line of the header
	next   func() (line int64, cells []string, err error)
	done   func() int64
	close  func() error
}

// openRows opens the file of an import. The reader must be closed.
func (l *Ledger) openRows(ctx context.Context, j *Job) (*sheetReader, error) {
	s, err := l.spooled(j)
	if err != nil {
		return nil, err
	}
	o := l.sourceOptions()
	o.Sheet = j.Sheet
	shape, err := source.Look(ctx, s, o)
	if err != nil {
		return nil, err
	}
	switch shape.Format {
	case source.XLSX:
		return openBook(s, shape)
	case source.CSV:
		return openText(ctx, s, shape, o)
	}
	return nil, fault.New(fault.Invalid, "import.format", fault.T("只能导入 Excel 工作簿（.xlsx）和 CSV", "only workbooks (.xlsx) and CSV are imported")).At("%s", j.File).
		Fix(fault.T("请另存为 .xlsx 后重新提交", "save it as .xlsx and send it again"))
}

func openBook(s *source.Spooled, shape *source.Shape) (*sheetReader, error) {
	b, err := xlsx.Open(s.Path, s.Name, xlsx.Limits{Ratio: 200, Unpack: 2 << 30, Cell: 1 << 20})
	if err != nil {
		return nil, err
	}
	rows, err := b.Rows(shape.Sheet)
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	skip := shape.Skip
	if shape.Header && skip == 0 {
		skip = 1
	}
	n := 0
	return &sheetReader{name: shape.Sheet, header: shape.Columns, top: int64(max(skip, 1)), done: rows.Done,
		next: func() (int64, []string, error) {
			for {
				line, cells, err := rows.Next()
				if n++; err != nil || n > skip {
					return line, cells, err
				}
			}
		},
		close: func() error { return errors.Join(rows.Close(), b.Close()) }}, nil
}

func openText(ctx context.Context, s *source.Spooled, shape *source.Shape, o source.Options) (*sheetReader, error) {
	ready, err := source.Prepare(ctx, s, shape, o, nil)
	if err != nil {
		return nil, err
	}
	if ready.Bad > 0 {
		err = fault.New(fault.Invalid, "import.shape", fault.T("有 %d 行的列数与表头不符", "%d rows have another number of cells than the header", ready.Bad)).At("%s", s.Name).
			Fix(fault.T("请检查分隔符和引号，或另存为 .xlsx", "check delimiters and quotes, or save it as .xlsx"))
		return nil, errors.Join(err, ready.Remove())
	}
	f, err := os.Open(ready.Files[0])
	if err != nil {
		return nil, errors.Join(err, ready.Remove())
	}
	r := csv.NewReader(bufio.NewReaderSize(f, 1<<20))
	r.Comma, r.ReuseRecord, r.FieldsPerRecord, r.LazyQuotes = rune(ready.Delim[0]), true, -1, true
	n := 0
	name, _, _ := strings.Cut(s.Name, ".")
	return &sheetReader{name: name, header: shape.Columns, top: int64(max(ready.Skip, 1)), done: r.InputOffset,
		next: func() (int64, []string, error) {
			for {
				cells, err := r.Read()
				if err != nil {
					return 0, nil, err
				}
				if n++; n > ready.Skip {
					line, _ := r.FieldPos(0)
					return int64(line), cells, nil
				}
			}
		},
		close: func() error { return errors.Join(f.Close(), ready.Remove()) }}, nil
}

// cellAt names a cell as spreadsheets do.
func cellAt(sheet string, line int64, column int) string {
	if column < 0 {
		return fmt.Sprintf("%s!%d", sheet, line)
	}
	letter, err := excelize.ColumnNumberToName(column + 1)
	if err != nil {
		letter = fmt.Sprintf("[%d]", column+1)
	}
	return fmt.Sprintf("%s!%s%d", sheet, letter, line)
}
