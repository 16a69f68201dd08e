package gatebench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/chengshu/chengshu/internal/bench/loadbench"
	"github.com/chengshu/chengshu/internal/bench/population"
	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/people"
)

// Beside is what paced calls take on a calm machine, and while a file is loaded beside them.
type Beside struct {
	Rows        int64   `json:"load_rows"`
	Calm        Figure  `json:"calm"`
	Loading     Figure  `json:"loading"`
	LoadSeconds float64 `json:"load_seconds"`
	RSS         int64   `json:"rss_mb"` // the highest sum over our processes while loading, the load generator's included

	FsyncP99 float64 `json:"fsync_p99_ms"` // of the disk alone, right after
}

// Paced calls: so many a second, whatever the server does, over so many connections.
const (
	pacedRate        = 500
	pacedConnections = 32
	calmSeconds      = 10
	longestLoad      = 30 * 60 // seconds
)

// beside measures paced calls alone, then from the first to the last moment of a load.
func (w *world) beside(ctx context.Context) (*Beside, error) {
	r := &Beside{Rows: w.o.LoadRows}
	file := filepath.Join(w.o.Dir, "population.csv")
	w.o.Tell(fmt.Sprintf("writing %d rows", r.Rows))
	if _, err := population.Write(file, r.Rows, 1); err != nil {
		return nil, err
	}
	defer os.Remove(file)
	docs, err := catalog.Decode("population.yaml", population.Declaration)
	if err != nil {
		return nil, err
	}
	if _, err := w.node.Catalog.Put(ctx, people.Local(), *docs[0].Value); err != nil {
		return nil, err
	}
	syscall.Sync() // the file's pages are not the calls' to wait for
	paced := Work{Connections: pacedConnections, Rate: pacedRate, Seconds: calmSeconds}
	if r.Calm, err = w.generate(ctx, w.governed, paced, nil); err != nil {
		return nil, err
	}
	memory := loadbench.Watch()
	began := time.Now()
	ended, failed := make(chan struct{}), error(nil)
	go func() {
		defer close(ended)
		failed = w.load(ctx, file)
	}()
	paced.Seconds = longestLoad
	r.Loading, err = w.generate(ctx, w.governed, paced, ended)
	<-ended
	r.LoadSeconds, r.RSS = time.Since(began).Seconds(), memory.Stop()
	if err == nil {
		err = failed
	}
	if err == nil {
		r.FsyncP99, err = fsyncs(w.o.Dir)
	}
	w.o.Tell(fmt.Sprintf("%d calls a second: p99 %.1f ms calm, %.1f ms beside a load of %d rows (%.1f s, %d MB)", pacedRate, r.Calm.P99, r.Loading.P99, r.Rows, r.LoadSeconds, r.RSS))
	return r, err
}

func (w *world) load(ctx context.Context, file string) error {
	f, err := w.node.Ingest.Spooled(ctx, file)
	if err != nil {
		return err
	}
	b, err := w.node.Ingest.Load(ctx, ingest.Request{Directory: population.Directory, File: f, At: time.Now()})
	if err != nil {
		return err
	}
	if b, err = w.node.Ingest.Wait(ctx, b.ID); err != nil {
		return err
	}
	if b.State != ingest.Published {
		return fmt.Errorf("gatebench: the load is %s: %v", b.State, b.Error)
	}
	return nil
}
