package duckdb

import (
	"bytes"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chengshu/chengshu/internal/query"
)

// reporter tells the progress a few times a second, from the counters that the functions
// in the statement keep.
type reporter struct {
	tell  func(query.Progress)
	total atomic.Int64
	mu    sync.Mutex
	name  string
	rows  *atomic.Int64
	done  chan struct{}
	gone  chan struct{}
}

func newReporter(tell func(query.Progress)) *reporter {
	r := &reporter{tell: tell, done: make(chan struct{}), gone: make(chan struct{})}
	if tell == nil {
		r.tell = func(query.Progress) {}
	}
	go r.run()
	return r
}

func (r *reporter) run() {
	defer close(r.gone)
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-r.done:
			return
		case <-tick.C:
			r.say()
		}
	}
}

func (r *reporter) say() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.name == "" {
		return
	}
	p := query.Progress{Stage: r.name, Total: r.total.Load()}
	if r.rows != nil {
		p.Rows = r.rows.Load()
		p.Total = max(p.Total, p.Rows)
	}
	r.tell(p)
}

// stage begins a stage; rows may be nil.
func (r *reporter) stage(name string, rows *atomic.Int64) {
	r.mu.Lock()
	r.name, r.rows = name, rows
	r.mu.Unlock()
	r.say()
}

func (r *reporter) estimate(rows int64) { r.total.Store(rows) }

// end stops telling; nothing is told after it returns.
func (r *reporter) end() {
	close(r.done)
	<-r.gone
}

// rows estimates how many rows the input has: from the first megabyte of a text file, from
// the footers of Parquet, from the plan of a table.
func (l *load) rows() int64 {
	if l.g.Limit > 0 {
		return l.g.Limit
	}
	n := int64(0)
	switch l.g.Format {
	case "csv":
		for _, f := range l.g.Files {
			n += lines(f)
		}
	case "parquet":
		_ = l.session.each(l.ctx, "SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata($1::VARCHAR[])", []any{l.g.Files}, func(v []any) error {
			n, _ = v[0].(int64)
			return nil
		})
	case "raw":
		for _, f := range l.g.Table {
			n += f.Rows
		}
	}
	return n
}

// lines estimates a file's lines.
func lines(path string) int64 {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	buf := make([]byte, 1<<20)
	n, _ := f.Read(buf)
	ends := bytes.Count(buf[:n], []byte("\n"))
	if n == 0 || ends == 0 {
		return 1
	}
	return info.Size() * int64(ends) / int64(n)
}
