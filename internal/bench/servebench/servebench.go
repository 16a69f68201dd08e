// Package servebench measures how fast the rows of a table are made ready for look-ups by
// key, how soon a published batch is served, and how many look-ups a second are answered.
//
// Read first: Serve.
package servebench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/chengshu/chengshu/internal/bench/measure"
	"github.com/chengshu/chengshu/internal/bench/population"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query/duckdb"
	"github.com/chengshu/chengshu/internal/serving"
	"github.com/chengshu/chengshu/internal/serving/sqlite"
)

// Result is what was measured. Rate and LimitRate are rows a second of a full build and of
// the limit; Ratio is Rate / LimitRate: 1 is the limit, higher is better. The limit is a
// plain bulk insert into SQLite of the same rows, encoded and sorted before it begins.
type Result struct {
	Name      string         `json:"name"`
	Rows      int64          `json:"rows"`
	Seconds   float64        `json:"seconds"`
	Rate      float64        `json:"rate"`
	LimitRate float64        `json:"limit_rate"`
	Ratio     float64        `json:"ratio"`
	Refreshes []Refresh      `json:"refreshes"`
	Looks     []Looks        `json:"looks"`
	Details   map[string]any `json:"details"`
}

// Refresh is a batch of one in a hundred rows, from its publication to the first answer
// with it. LimitSeconds are those of a plain transaction that writes as many of the same
// rows into a copy of the file.
type Refresh struct {
	Mode         string  `json:"mode"`
	Rows         int64   `json:"rows"`
	Seconds      float64 `json:"seconds"`
	LimitSeconds float64 `json:"limit_seconds"`
	Ratio        float64 `json:"ratio"`
}

// Looks is a rate of look-ups of keys drawn over the whole table.
type Looks struct {
	Callers int     `json:"callers"`
	Rate    float64 `json:"rate"`
	P99     float64 `json:"p99_ms"`
}

// Options say how much is measured.
type Options struct {
	Rows   int64
	Seed   uint64
	Dir    string // on the disk in question; what is made in it is removed
	Memory string // of the engine
	Tell   func(string)
}

// Serve measures a table of the bench's population.
func Serve(ctx context.Context, o Options) (r Result, err error) {
	dir, err := os.MkdirTemp(o.Dir, "servebench-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	w, err := o.open(ctx, dir)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	o.Tell(fmt.Sprintf("publishing %d rows", o.Rows))
	if _, err := w.publish(ctx, lake.Mode{}, "base", o.Rows, o.Seed); err != nil {
		return r, err
	}
	began, worked := time.Now(), measure.Processor()
	st, err := w.files.Refresh(ctx, w.dataset)
	if err != nil {
		return r, err
	}
	r = Result{Name: "serving", Rows: st.Rows, Seconds: time.Since(began).Seconds(), Details: map[string]any{
		"columns": len(st.Columns), "build_processor_seconds": (measure.Processor() - worked).Seconds()}}
	r.Rate = float64(st.Rows) / r.Seconds
	file, err := w.file()
	if err != nil {
		return r, err
	}
	r.Details["file_mb"] = file.Size() >> 20
	o.Tell(fmt.Sprintf("built %.0f rows/s", r.Rate))
	worked = measure.Processor()
	limit, err := bulk(w.served, filepath.Join(dir, "limit.db"))
	if err != nil {
		return r, err
	}
	r.Details["limit_processor_seconds"] = (measure.Processor() - worked).Seconds() // with reading the rows
	r.LimitRate = float64(st.Rows) / limit.Seconds()
	r.Ratio = r.Rate / r.LimitRate
	o.Tell(fmt.Sprintf("plain inserts %.0f rows/s", r.LimitRate))
	for _, callers := range []int{1, 32} {
		l, err := w.looks(ctx, callers)
		if err != nil {
			return r, err
		}
		r.Looks = append(r.Looks, l)
	}
	for i, m := range []lake.Mode{{Kind: lake.Append}, {Kind: lake.Merge, Key: w.dataset.Key}} {
		f, err := w.refresh(ctx, m, fmt.Sprint("more", i), max(1, o.Rows/100), o.Seed+1+uint64(i))
		if err != nil {
			return r, err
		}
		r.Refreshes = append(r.Refreshes, f)
		o.Tell(fmt.Sprintf("%s of %d rows served in %.2f s", f.Mode, f.Rows, f.Seconds))
	}
	return r, nil
}

// world is a lake with the population's table, its engine and its served files.
type world struct {
	dir     string
	lake    *lake.Lake
	engine  *duckdb.DB
	files   *sqlite.Files
	dataset serving.Dataset
	served  string // the folder of the dataset's file
	keys    []string
}

func (o Options) open(ctx context.Context, dir string) (*world, error) {
	w := &world{dir: dir, dataset: serving.Dataset{Name: population.Directory, Table: table, Key: []string{"id_no"}}}
	w.served = filepath.Join(dir, "serving", w.dataset.Name)
	var err error
	if w.engine, err = duckdb.Open(ctx, duckdb.Options{Memory: o.Memory, Temp: filepath.Join(dir, "spill"), Allow: []string{dir}}); err != nil {
		return nil, err
	}
	if w.lake, err = lake.Open(ctx, lake.Options{Dir: filepath.Join(dir, "lake"), Catalog: filepath.Join(dir, "catalog.db"), Positions: w.engine}); err != nil {
		return nil, err
	}
	if err := w.lake.Ensure(ctx, table, schema()); err != nil {
		return nil, err
	}
	w.files, err = sqlite.Open(ctx, sqlite.Options{Dir: filepath.Join(dir, "serving"), Lake: w.lake, Engine: w.engine})
	return w, err
}

func (w *world) close() error {
	return errors.Join(w.files.Close(), w.lake.Close(), w.engine.Close())
}

// file describes the file in use.
func (w *world) file() (os.FileInfo, error) {
	found, err := filepath.Glob(filepath.Join(w.served, "*.db"))
	if err != nil || len(found) != 1 {
		return nil, fmt.Errorf("servebench: %d files are served: %w", len(found), err)
	}
	return os.Stat(found[0])
}
