package gatebench

import (
	"context"
	"errors"
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

	DiskCalm    Disk    `json:"disk_calm"`    // single writes with nothing else at work
	DiskLoading Disk    `json:"disk_loading"` // … beside the load and the calls
	FsyncP99    float64 `json:"fsync_p99_ms"` // of the disk alone, right after
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
	if r.DiskCalm, err = w.probed(); err != nil {
		return nil, err
	}
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
	probed, unprobed := make(chan struct{}), error(nil)
	go func() {
		defer close(probed)
		r.DiskLoading, unprobed = pacedProbe(w.o.Dir, ended)
	}()
	paced.Seconds = longestLoad
	r.Loading, err = w.generate(ctx, w.governed, paced, ended)
	<-ended
	<-probed
	r.LoadSeconds, r.RSS = time.Since(began).Seconds(), memory.Stop()
	if err == nil {
		err = errors.Join(failed, unprobed)
	}
	if err == nil {
		r.FsyncP99, err = fsyncs(w.o.Dir)
	}
	w.o.Tell(fmt.Sprintf("%d calls a second: p99 %.1f ms calm, %.1f ms beside a load of %d rows (%.1f s, %d MB)", pacedRate, r.Calm.P99, r.Loading.P99, r.Rows, r.LoadSeconds, r.RSS))
	w.o.Tell("calm: " + r.DiskCalm.String())
	w.o.Tell("beside the load: " + r.DiskLoading.String())
	return r, err
}

// probed probes the disk alone for as long as calm calls are measured.
func (w *world) probed() (Disk, error) {
	until := make(chan struct{})
	timer := time.AfterFunc(calmSeconds*time.Second, func() { close(until) })
	defer timer.Stop()
	return pacedProbe(w.o.Dir, until)
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
