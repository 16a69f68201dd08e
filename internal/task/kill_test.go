package task_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/store/sqlite"
	"github.com/chengshu/chengshu/internal/task"
)

// TestSilentNode lets a lease run out: another node does the work, and what the silent one
// says afterwards does not count.
func TestSilentNode(t *testing.T) {
	var minutes atomic.Int64
	clock := func() time.Time {
		return time.Date(2026, 4, 1, 0, int(minutes.Load()), 0, 0, time.UTC)
	}
	st := openStore(t, t.TempDir())
	silent := room(t, st, task.Options{Now: clock, Node: "a", Beat: time.Hour})
	began, let := make(chan struct{}), make(chan struct{})
	silent.Register("load", func(context.Context, *task.Job) error { close(began); <-let; return errors.New("late") })
	stop := run(t, silent, 1)
	id := start(t, silent, task.Spec{Kind: "load", Key: "k"})
	<-began
	other := room(t, st, task.Options{Now: clock, Node: "b"})
	other.Register("load", nothing)
	other.Register("ping", nothing)
	early := run(t, other, 1) // works on nothing before it has looked for the dead
	wait(t, other, start(t, other, task.Spec{Kind: "ping"}), task.Done)
	early()
	if got, err := other.Get(within(t), id); err != nil || got.State != task.Running {
		t.Errorf("taken from a living node: %+v %v", got, err)
	}
	minutes.Store(2)
	run(t, other, 1)
	wait(t, other, id, task.Done)
	close(let)
	stop()
	if got := wait(t, other, id, task.Done); got.Attempts != 2 {
		t.Errorf("%+v", got)
	}
}

// victim begins a task and says so, to be killed over it.
func victim(dir string) error {
	st, err := sqlite.Open(context.Background(), filepath.Join(dir, "store.db"), sqlite.Options{})
	if err != nil {
		return err
	}
	tasks, err := task.New(st, task.Options{Attempts: 3})
	if err != nil {
		return err
	}
	tasks.Register("load", func(ctx context.Context, j *task.Job) error {
		fmt.Println(j.ID, j.Attempt)
		<-ctx.Done()
		return ctx.Err()
	})
	go func() {
		_, err := tasks.Start(context.Background(), task.Spec{Kind: "load", Key: "k"})
		if err != nil {
			fmt.Println(err)
		}
	}()
	return tasks.Run(context.Background(), 1)
}

// killed starts a victim and kills it when it works on its task.
func killed(t *testing.T, dir string) (id, attempt string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := bufio.NewScanner(out)
	line.Scan()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed, as it should be
	id, attempt, _ = strings.Cut(line.Text(), " ")
	return id, attempt
}

func TestKilled(t *testing.T) {
	for _, c := range []struct {
		name  string
		kills int
		state task.State
		code  string
	}{
		{"once: run again", 1, task.Done, ""},
		{"three times: given up", 3, task.Failed, "task.deadly"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			var id string
			for n := range c.kills {
				next, attempt := killed(t, dir)
				if id != "" && next != id || attempt != fmt.Sprint(n+1) {
					t.Fatalf("task %s, attempt %s, before it %s", next, attempt, id)
				}
				id = next
			}
			tasks := room(t, openStore(t, dir), task.Options{Attempts: 3})
			tasks.Register("load", nothing)
			run(t, tasks, 1)
			got := wait(t, tasks, id, c.state)
			if c.code != "" && (got.Failure == nil || got.Failure.Code != c.code) {
				t.Errorf("failure %v", got.Failure)
			}
		})
	}
}
