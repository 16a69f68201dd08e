// Package gatebench measures what governing a call costs: the gateway, with key, quota,
// policy, two masked columns, an audit entry on the disk and a receipt's id, against a bare
// handler that reads the same row from the same file and writes it as JSON.
//
// Read first: Calls, Call.
package gatebench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/chengshu/chengshu/internal/bench/measure"
	"github.com/chengshu/chengshu/internal/node"
)

// Options say what to measure.
type Options struct {
	Rows    int
	Rounds  int
	Seconds float64 // of each side in a round
	// LoadRows are the rows of the file that is loaded beside calls afterwards; 0: none is.
	LoadRows int64
	Dir      string
	Config   node.Config
	Self     []string // the command of the load generator
	Child    []string // the command of a loading child
	Tell     func(string)
}

// Figure is one side of one round.
type Figure struct {
	Rate float64 `json:"rate"` // calls a second
	P50  float64 `json:"p50_ms"`
	P99  float64 `json:"p99_ms"`
	CPU  float64 `json:"cpu_us"` // of the server's processor time a call
}

// Round is both sides in turn, with what the disk took meanwhile.
type Round struct {
	Connections int     `json:"connections"`
	Bare        Figure  `json:"bare"`
	Governed    Figure  `json:"governed"`
	Ratio       float64 `json:"ratio"`
	FsyncP99    float64 `json:"fsync_p99_ms"` // of the disk alone, right after
}

// Result holds medians over the rounds of each number of connections.
type Result struct {
	Rows    int       `json:"rows"`
	Medians []Summary `json:"medians"`
	Rounds  []Round   `json:"rounds"`
	Beside  *Beside   `json:"beside,omitempty"` // paced calls while a file is loaded
}

// Summary is the median of the rounds of one number of connections.
type Summary struct {
	Connections  int     `json:"connections"`
	BareRate     float64 `json:"bare_rate"`
	GovernedRate float64 `json:"governed_rate"`
	Ratio        float64 `json:"ratio"`
	BareCPU      float64 `json:"bare_cpu_us"`
	GovernedCPU  float64 `json:"governed_cpu_us"`
	BareP99      float64 `json:"bare_p99_ms"`
	GovernedP99  float64 `json:"governed_p99_ms"`
	FsyncP99     float64 `json:"fsync_p99_ms"`
}

// Calls measures with 32 and with 64 connections, both sides in turn.
func Calls(ctx context.Context, o Options) (_ Result, err error) {
	w, err := open(ctx, o)
	if err != nil {
		return Result{}, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	r := Result{Rows: o.Rows}
	for _, connections := range []int{32, 64} {
		var rounds []Round
		for i := range o.Rounds + 1 {
			round, err := w.round(ctx, connections, i%2 == 1)
			if err != nil {
				return r, err
			}
			if i == 0 {
				continue // to warm up
			}
			rounds = append(rounds, round)
			o.Tell(fmt.Sprintf("%d connections: bare %.0f/s, governed %.0f/s, ratio %.2f, p99 %.1f against %.1f ms, processor %.0f against %.0f µs a call, fsync p99 %.1f ms",
				connections, round.Bare.Rate, round.Governed.Rate, round.Ratio, round.Governed.P99, round.Bare.P99, round.Governed.CPU, round.Bare.CPU, round.FsyncP99))
		}
		r.Rounds = append(r.Rounds, rounds...)
		r.Medians = append(r.Medians, summary(connections, rounds))
	}
	if o.LoadRows > 0 {
		r.Beside, err = w.beside(ctx)
	}
	return r, err
}

func summary(connections int, rounds []Round) Summary {
	m := func(f func(Round) float64) float64 {
		x := make([]float64, len(rounds))
		for i, r := range rounds {
			x[i] = f(r)
		}
		slices.Sort(x)
		return x[len(x)/2]
	}
	return Summary{connections, m(func(r Round) float64 { return r.Bare.Rate }), m(func(r Round) float64 { return r.Governed.Rate }), m(func(r Round) float64 { return r.Ratio }),
		m(func(r Round) float64 { return r.Bare.CPU }), m(func(r Round) float64 { return r.Governed.CPU }), m(func(r Round) float64 { return r.Bare.P99 }), m(func(r Round) float64 { return r.Governed.P99 }), m(func(r Round) float64 { return r.FsyncP99 })}
}

func (w *world) round(ctx context.Context, connections int, governedFirst bool) (r Round, err error) {
	r.Connections = connections
	flatOut := Work{Connections: connections, Seconds: w.o.Seconds}
	sides := []func() error{
		func() (err error) { r.Bare, err = w.generate(ctx, w.bare, flatOut, nil); return err },
		func() (err error) { r.Governed, err = w.generate(ctx, w.governed, flatOut, nil); return err },
	}
	if governedFirst {
		slices.Reverse(sides)
	}
	for _, side := range sides {
		if err := side(); err != nil {
			return r, err
		}
	}
	r.Ratio = r.Governed.Rate / r.Bare.Rate
	r.FsyncP99, err = fsyncs(w.o.Dir)
	return r, err
}

// generate runs the load generator in a process of its own: for its seconds, or until ended
// is closed if that is there and comes first.
func (w *world) generate(ctx context.Context, l net.Listener, work Work, ended <-chan struct{}) (f Figure, err error) {
	work.Address, work.Key, work.Rows, work.Until = l.Addr().String(), w.key, w.o.Rows, ended != nil
	cmd := exec.CommandContext(ctx, w.o.Self[0], w.o.Self[1:]...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return f, err
	}
	var out bytes.Buffer
	cmd.Stdout = &out
	before, began := measure.Processor(), time.Now()
	if err := cmd.Start(); err != nil {
		return f, err
	}
	err = json.NewEncoder(in).Encode(work)
	if ended != nil {
		<-ended
	}
	if err := errors.Join(err, in.Close(), cmd.Wait()); err != nil {
		return f, fmt.Errorf("gatebench: the load generator: %w", err)
	}
	spent, seconds := measure.Processor()-before, time.Since(began).Seconds()
	if ended == nil {
		seconds = work.Seconds
	}
	err = json.Unmarshal(out.Bytes(), &f)
	f.CPU = float64(spent.Microseconds()) / (f.Rate * seconds)
	return f, err
}

// bareHandler reads the row and writes it: what a call costs without being governed.
func (w *world) bareHandler(out http.ResponseWriter, r *http.Request) {
	a, err := w.node.Served.Look(r.Context(), service, []any{r.URL.Query().Get("no")}, 1)
	if err != nil || len(a.Rows) != 1 {
		http.Error(out, "no row", http.StatusInternalServerError)
		return
	}
	body := make([]byte, 0, 512)
	body = append(body, '{')
	for i, c := range a.Columns {
		if i > 0 {
			body = append(body, ',')
		}
		body = append(append(append(body, '"'), c.Name...), `":`...)
		body = append(body, a.Rows[0].Cells.JSON(i)...)
	}
	body = append(body, '}')
	out.Header()["Content-Type"] = []string{"application/json"}
	_, _ = out.Write(body)
}

func (w *world) close() error {
	var errs []error
	for _, s := range w.servers {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, w.node.Close())...)
}
