// Package loadbench measures a governed load, from a file to published and quarantined
// rows, against what the engine does with the same file and no governance at all.
//
// Read first: Load, Limit.
package loadbench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/chengshu/chengshu/internal/bench/population"
	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/node"
	"github.com/chengshu/chengshu/internal/people"
)

// Result is what was measured, in medians over the rounds. Ratio is LimitSeconds / Seconds:
// 1 is the limit, higher is better. RSS is the highest sum over all our processes.
type Result struct {
	Name         string         `json:"name"`
	Seconds      float64        `json:"seconds"`
	LimitSeconds float64        `json:"limit_seconds"`
	Ratio        float64        `json:"ratio"`
	RSS          int64          `json:"rss_mb"`
	LimitRSS     int64          `json:"limit_rss_mb"`
	Details      map[string]any `json:"details"`
}

// Options say how much is measured and with what.
type Options struct {
	Rows   int64
	Rounds int
	Seed   uint64
	Dir    string      // on the disk in question; what is made in it is removed
	Config node.Config // its loads section bounds both sides
	Self   []string    // this program with the verb of the limit, LimitWork
	Child  []string    // this program with the verb of a loading child
	Tell   func(string)
}

// Load runs the rounds: ours, the engine's COPY into a table of its own, and its COPY into
// typed Parquet, in turn. Every count of ours is compared with the file's truth.
func Load(ctx context.Context, o Options) (Result, error) {
	dir, err := os.MkdirTemp(o.Dir, "loadbench-")
	if err != nil {
		return Result{}, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "population.csv")
	o.Tell(fmt.Sprintf("writing %d rows", o.Rows))
	truth, err := population.Write(file, o.Rows, o.Seed)
	if err != nil {
		return Result{}, err
	}
	info, err := os.Stat(file)
	if err != nil {
		return Result{}, err
	}
	var ours, table, parquet, stages []float64
	r := Result{Name: "ingest", Details: map[string]any{"rows": o.Rows, "bytes": info.Size(), "rules": len(truth.Rules), "memory": o.Config.Loads.Memory, "threads": o.Config.Loads.Threads}}
	for i := range o.Rounds {
		t, err := timed(file, func() error { return o.limit(ctx, dir, file, "table", &r.LimitRSS) })
		if err != nil {
			return r, err
		}
		table = append(table, t)
		w := Watch()
		spent, statement, err := o.ours(ctx, dir, file, truth)
		r.RSS = max(r.RSS, w.Stop())
		if err != nil {
			return r, err
		}
		ours, stages = append(ours, spent), append(stages, statement)
		if t, err = timed(file, func() error { return o.limit(ctx, dir, file, "parquet", new(int64)) }); err != nil {
			return r, err
		}
		parquet = append(parquet, t)
		o.Tell(fmt.Sprintf("round %d: ours %.2f s (child %.2f s), COPY into a table %.2f s, COPY into Parquet %.2f s", i+1, ours[i], statement, table[i], parquet[i]))
	}
	r.Seconds, r.LimitSeconds = median(ours), median(table)
	r.Ratio = r.LimitSeconds / r.Seconds
	r.Details["child_seconds"] = median(stages)
	r.Details["parquet_seconds"] = median(parquet)
	r.Details["parquet_ratio"] = median(parquet) / r.Seconds
	r.Details["rounds"] = [][]float64{ours, table, parquet}
	r.Details["rows_per_second"] = float64(o.Rows) / r.Seconds
	r.Details["truth"] = "every count equals it"
	return r, nil
}

// timed begins with the file in memory and nothing waiting to be written, so that neither
// side pays for the other.
func timed(file string, do func() error) (float64, error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, err
	}
	syscall.Sync()
	began := time.Now()
	err = do()
	return time.Since(began).Seconds(), err
}

func median(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	return s[len(s)/2]
}

// ours is the whole way: spool, judge, quarantine, publish, on a fresh data folder.
func (o Options) ours(ctx context.Context, dir, file string, truth population.Truth) (all, child float64, err error) {
	c := o.Config
	c.Data, c.Listen = filepath.Join(dir, "data"), ""
	defer os.RemoveAll(c.Data)
	n, err := node.Open(ctx, c, node.Options{Child: o.Child})
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	docs, err := catalog.Decode("population.yaml", population.Declaration)
	if err != nil {
		return 0, 0, err
	}
	if _, err = n.Catalog.Put(ctx, people.Local(), *docs[0].Value); err != nil {
		return 0, 0, err
	}
	var b *ingest.Batch
	at := stages(ctx, n.Ingest)
	all, err = timed(file, func() error {
		spooled, err := n.Ingest.Spooled(ctx, file)
		if err != nil {
			return err
		}
		at.enter("plan")
		if b, err = n.Ingest.Load(ctx, ingest.Request{Directory: population.Directory, File: spooled}); err != nil {
			return err
		}
		b, err = n.Ingest.Wait(ctx, b.ID)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	o.Tell(at.String())
	if b.State != ingest.Published {
		return 0, 0, fmt.Errorf("loadbench: the batch is %s: %w", b.State, b.Error)
	}
	return all, b.Seconds, compare(ctx, n, b, truth)
}

// compare finds the first count that is not the truth.
func compare(ctx context.Context, n *node.Node, b *ingest.Batch, truth population.Truth) error {
	kept, err := n.Quality.Report(ctx, string(b.ID))
	if err != nil {
		return err
	}
	j := kept.Judgement
	if j.In != truth.In || j.Good != truth.Good || j.Bad != truth.Bad || j.Unparsed != truth.Unparsed {
		return fmt.Errorf("loadbench: read %d, good %d, bad %d, unparsed %d; the truth is %d, %d, %d, %d",
			j.In, j.Good, j.Bad, j.Unparsed, truth.In, truth.Good, truth.Bad, truth.Unparsed)
	}
	seen := 0
	for _, f := range j.Findings {
		want, ok := truth.Rules[f.Rule]
		if !ok {
			continue
		}
		seen++
		if f.Rows != want {
			return fmt.Errorf("loadbench: %s is broken by %d rows; the truth is %d", f.Rule, f.Rows, want)
		}
	}
	if seen != len(truth.Rules) {
		return fmt.Errorf("loadbench: %d of %d rules were judged", seen, len(truth.Rules))
	}
	if !b.Balanced() || b.Published != truth.Good || b.Quarantined != truth.Bad {
		return fmt.Errorf("loadbench: published %d and quarantined %d of %d", b.Published, b.Quarantined, b.In)
	}
	v, err := n.Verify(ctx)
	if err == nil && !v.OK {
		err = fmt.Errorf("loadbench: the books do not hold: %s", v.Doubts[0].What)
	}
	return err
}

// job of a limit process.
type job struct {
	Kind, File, Into, Memory, Temp string
	Threads                        int
}

// limit runs the engine alone on the file, in a process of its own as ours does.
func (o Options) limit(ctx context.Context, dir, file, kind string, rss *int64) error {
	into := filepath.Join(dir, "limit")
	if err := os.MkdirAll(into, 0o700); err != nil {
		return err
	}
	defer os.RemoveAll(into)
	cmd := exec.CommandContext(ctx, o.Self[0], o.Self[1:]...)
	in, err := json.Marshal(job{kind, file, into, o.Config.Loads.Memory, into, o.Config.Loads.Threads})
	if err != nil {
		return err
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	w := bufio.NewWriter(stdin)
	_, _ = w.Write(in)
	if err := errors.Join(w.Flush(), stdin.Close(), cmd.Wait()); err != nil {
		return fmt.Errorf("loadbench: the limit: %w", err)
	}
	*rss = max(*rss, peak(cmd.ProcessState))
	return nil
}

// LimitWork is the body of the limit's process. It waits for others as a loading process
// does, or a busy machine would be measured.
func LimitWork(ctx context.Context, in io.Reader) error {
	if err := syscall.Setpriority(syscall.PRIO_PROCESS, 0, 10); err != nil {
		return err
	}
	var j job
	if err := json.NewDecoder(in).Decode(&j); err != nil {
		return err
	}
	return j.run(ctx)
}
