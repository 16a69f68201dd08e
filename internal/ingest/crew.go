package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/chengshu/chengshu/internal/query"
)

const (
	idleWorkers = 2                // processes kept for the next load
	idleFor     = 20 * time.Second // how long they are kept
	idleMemory  = 256 << 20        // bytes up to which they are: what a large load took is given back by ending
)

// crew are the loading processes. One does one job at a time and is ended by a kill; one
// that did its job and is still small is kept for the next, since starting one costs as
// much as judging a small file.
type crew struct {
	command []string
	mu      sync.Mutex
	idle    []*worker
	closed  bool
}

// worker is one loading process. It dies with this one.
type worker struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *json.Decoder
	words  *tail
	waited bool // for this job: it may have died meanwhile
	leave  *time.Timer
}

// warm starts a process unless one is waiting, for a load that is about to come.
func (c *crew) warm() {
	c.mu.Lock()
	ready := len(c.idle) > 0 || c.closed
	c.mu.Unlock()
	if ready {
		return
	}
	if w, err := c.start(); err == nil { // who takes the load meets the error, if it stays
		c.keep(w)
	}
}

// take gives a process that waits for a job.
func (c *crew) take() (*worker, error) {
	c.mu.Lock()
	if n := len(c.idle); n > 0 {
		w := c.idle[n-1]
		c.idle = c.idle[:n-1]
		w.leave.Stop()
		c.mu.Unlock()
		return w, nil
	}
	c.mu.Unlock()
	return c.start()
}

func (c *crew) start() (*worker, error) {
	w := &worker{cmd: exec.Command(c.command[0], c.command[1:]...), words: &tail{}}
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	w.cmd.Stderr = w.words
	in, err := w.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	w.in, w.out = in, json.NewDecoder(out)
	if err := w.cmd.Start(); err != nil {
		return nil, fmt.Errorf("ingest: start the loading process: %w", err)
	}
	return w, nil
}

// keep puts a process aside for the next job, or ends it.
func (c *crew) keep(w *worker) {
	c.mu.Lock()
	if c.closed || len(c.idle) >= idleWorkers || w.size() > idleMemory {
		c.mu.Unlock()
		_ = w.end()
		return
	}
	w.waited, w.leave = true, time.AfterFunc(idleFor, func() { c.drop(w) })
	c.idle = append(c.idle, w)
	c.mu.Unlock()
}

// drop ends a process that nobody needed.
func (c *crew) drop(w *worker) {
	c.mu.Lock()
	for i, other := range c.idle {
		if other == w {
			c.idle = append(c.idle[:i], c.idle[i+1:]...)
			c.mu.Unlock()
			_ = w.end()
			return
		}
	}
	c.mu.Unlock()
}

// close ends those that wait; those at work are ended by their contexts.
func (c *crew) close() error {
	c.mu.Lock()
	c.closed = true
	idle := c.idle
	c.idle = nil
	c.mu.Unlock()
	var errs []error
	for _, w := range idle {
		w.leave.Stop()
		errs = append(errs, w.end())
	}
	return errors.Join(errs...)
}

// do gives a job and hears it out. heard says whether the process answered at all: one that
// died while it waited did not, and its job was never begun.
func (w *worker) do(j *job, report func(query.Progress)) (last line, heard bool, err error) {
	in, err := json.Marshal(j)
	if err != nil {
		return last, true, fmt.Errorf("ingest: a job cannot be told: %w", err)
	}
	if _, err := w.in.Write(append(in, '\n')); err != nil {
		return last, false, err
	}
	for {
		var l line
		if err := w.out.Decode(&l); err != nil {
			return last, heard, err
		}
		heard = true
		if l.Progress == nil {
			return l, true, nil
		}
		report(*l.Progress)
	}
}

// end lets a process that waits go, and collects it.
func (w *worker) end() error {
	_ = w.in.Close()
	err := w.cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) { // killed while it waited: nothing was lost
		return nil
	}
	return err
}

// size is what a process occupies; where that cannot be told, more than may be kept.
func (w *worker) size() int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", w.cmd.Process.Pid))
	if f := strings.Fields(string(text)); err == nil && len(f) > 1 {
		if pages, err := strconv.ParseInt(f[1], 10, 64); err == nil {
			return pages * int64(os.Getpagesize())
		}
	}
	return idleMemory + 1
}
