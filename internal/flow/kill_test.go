package flow_test

import (
	"bufio"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/flow"
)

const workerDir = "CHENGSHU_TEST_FLOW_WORKER"

// late is when every rung of the cases has come due.
const late = "2026-12-10 10:00"

// work is what the other process does: it fires what is due until nothing is.
func work(t *testing.T, dir string) {
	w := open(t, dir).at(late)
	_, _ = os.Stdout.WriteString("ready\n")
	if _, err := w.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestTwoProcesses: two processes fire the timers of one store and are killed at any moment.
// Every rung fires once, in its order, and the history says what the ladder says.
func TestTwoProcesses(t *testing.T) {
	if dir := os.Getenv(workerDir); dir != "" {
		work(t, dir)
		return
	}
	dir := t.TempDir()
	w := open(t, dir)
	w.put(matterFiles(), "", false)
	var ids []string
	for range 120 {
		ids = append(ids, w.working().ID)
	}
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	killed := 0
	for round := range 5 {
		var both sync.WaitGroup
		var mu sync.Mutex
		for range 2 {
			wait, last := time.Duration(rng.IntN(40_000))*time.Microsecond, round == 4
			both.Go(func() {
				if worker(t, dir, wait, last) {
					mu.Lock()
					killed++
					mu.Unlock()
				}
			})
		}
		both.Wait()
	}
	if killed == 0 {
		t.Error("no process was killed at work")
	}
	w = open(t, dir).at(late)
	w.tick(0)
	for _, id := range ids {
		x := w.get(flow.Case{ID: id})
		var rungs []int
		for _, s := range x.Steps {
			if s.Action == flow.ActWarn {
				rungs = append(rungs, s.Detail.Rung)
			}
		}
		if !slices.Equal(rungs, []int{50, 100, 200}) || len(x.Steps) != x.Rev || x.Score != 2 || x.Level != 1 || !x.Flagged(flow.Overdue) {
			t.Fatalf("rungs %v, %d steps, %+v", rungs, len(x.Steps), x.Case)
		}
	}
	if n := w.told(plumber, flow.ToldWarning); n != 100 { // a page of them; one for each case
		t.Errorf("the holder was told %d times", n)
	}
}

// worker runs the other process, kills it after some time at work unless it is to finish, and
// says whether it was killed.
func worker(t *testing.T, dir string, wait time.Duration, finish bool) (killed bool) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run", "^TestTwoProcesses$", "-test.count", "1")
	cmd.Env = append(os.Environ(), workerDir+"="+dir)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Error(err)
		return false
	}
	lines := bufio.NewScanner(out)
	ready := lines.Scan() && lines.Text() == "ready"
	if ready && !finish {
		timer := time.NewTimer(wait)
		<-timer.C
		cancel()
	}
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
	}
	err = cmd.Wait()
	if !ready || err != nil && finish {
		t.Errorf("the other process: %v\n%s", err, said.String())
	}
	return err != nil
}
