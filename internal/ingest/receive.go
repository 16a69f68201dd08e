package ingest

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/source"
)

// Receive takes an upload into the spool folder.
func (e *Engine) Receive(ctx context.Context, r io.Reader, name string) (*source.Spooled, error) {
	e.crew.warm()
	s, err := source.SpoolReader(ctx, r, name, e.sourceOptions(""))
	if err != nil {
		return nil, err
	}
	// The name as sent stays beside the file, so that a later request finds it by its id.
	if err := os.WriteFile(nameBeside(s.Path), []byte(s.Name), 0o600); err != nil {
		return nil, errors.Join(err, s.Remove())
	}
	return s, nil
}

func nameBeside(path string) string { return path + ".name" }

// errGone is a file of the spool folder that is no longer there.
var errGone = fault.New(fault.Missing, "upload.missing", fault.T("上传的文件已不在", "the uploaded file is no longer there")).
	Fix(fault.T("请重新上传", "upload it again"))

// Received finds an upload by its file in the spool folder and its hash.
func (e *Engine) Received(_ context.Context, file, hash string) (*source.Spooled, error) {
	path := filepath.Join(e.Spool, filepath.Base(file))
	info, err := os.Stat(path)
	if err != nil {
		return nil, errGone.At("%s", filepath.Base(file))
	}
	name, err := os.ReadFile(nameBeside(path))
	if errors.Is(err, os.ErrNotExist) {
		return nil, errGone.At("%s", filepath.Base(file)) // not an upload: a file of a batch
	}
	if err != nil {
		return nil, err
	}
	return &source.Spooled{Path: path, Name: string(name), Hash: hash, Bytes: info.Size()}, nil
}

// Spooled copies a file of this machine into the spool folder.
func (e *Engine) Spooled(ctx context.Context, path string) (*source.Spooled, error) {
	e.crew.warm()
	return source.Spool(ctx, path, e.sourceOptions(""), nil)
}

// Guess is what a file seems to be, with a sample and a first declaration.
type Guess struct {
	Format       string            `json:"format"`
	Encoding     string            `json:"encoding"`
	Delimiter    string            `json:"delimiter"`
	Header       bool              `json:"header"`
	Sheet        string            `json:"sheet" doc:"the worksheet that is read, of a workbook"`
	Sheets       []string          `json:"sheets" doc:"the worksheets that a workbook shows, in order; none for other files"`
	Columns      []ColumnGuess     `json:"columns"`
	Sample       [][]string        `json:"sample"`
	RowsEstimate int64             `json:"rows_estimate"`
	Reasons      map[string]string `json:"reasons" doc:"why format, encoding, delimiter, header and sheet are believed"`
	YAML         string            `json:"yaml" doc:"a first declaration"`
}

// ColumnGuess is what one column seems to hold.
type ColumnGuess struct {
	Header     string     `json:"header"`
	Item       *string    `json:"item" doc:"the directory's item it feeds; null when there is none"`
	Name       string     `json:"name" doc:"a name for a new item"`
	Title      string     `json:"title"`
	Type       string     `json:"type"`
	TypeReason string     `json:"type_reason"`
	Personal   string     `json:"personal"`
	Rules      []RuleHint `json:"rules"`
	Clean      []StepHint `json:"clean"`
	Blank      int        `json:"blank" doc:"blank cells of the sample"`
	Distinct   int        `json:"distinct" doc:"different values of the sample"`
	Samples    []string   `json:"samples"`
}

// GuessAs says what is known beside the file; all of it may be empty.
type GuessAs struct {
	Directory string // match its items
	Sheet     string // of a workbook
	Office    string // of the first declaration
	Name      string
	Title     string
	Lang      string
}

// Guess looks at a file and writes a first declaration of it.
func (e *Engine) Guess(ctx context.Context, f *source.Spooled, as GuessAs) (Guess, error) {
	directory, lang := as.Directory, as.Lang
	shape, err := source.Look(ctx, f, e.sourceOptions(as.Sheet))
	if err != nil {
		return Guess{}, err
	}
	g := Guess{Format: shape.Format, Encoding: shape.Encoding, Delimiter: shape.Delim, Header: shape.Header, Sheet: shape.Sheet, Sheets: shape.Sheets,
		Sample: shape.Sample, RowsEstimate: shape.RowsEstimate, Reasons: map[string]string{}}
	if len(g.Sample) > 50 {
		g.Sample = g.Sample[:50]
	}
	for k, t := range shape.Reasons {
		g.Reasons[k] = t.In(lang)
	}
	var items []string
	if directory != "" {
		v, err := e.Catalog.Get(ctx, directory)
		if err != nil {
			return g, err
		}
		items = catalog.Match(shape.Columns, v.Directory)
	}
	d := e.firstDeclaration(f.Name, shape, &g, lang)
	d.Office = as.Office
	if as.Name != "" {
		d.Name = as.Name
	}
	if as.Title != "" {
		d.Title, d.Abstract = as.Title, as.Title
	}
	for i := range items {
		if items[i] != "" {
			g.Columns[i].Item = &items[i]
		}
	}
	text, err := d.YAML()
	g.YAML = string(text)
	return g, err
}
