package task_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
	"github.com/chengshu/chengshu/internal/task"
)

const childDir = "CHENGSHU_TASKTEST_DIR"

func TestMain(m *testing.M) {
	dir := os.Getenv(childDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := victim(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func openStore(t *testing.T, dir string) store.Store {
	t.Helper()
	st, err := sqlite.Open(within(t), filepath.Join(dir, "store.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

func room(t *testing.T, st store.Store, o task.Options) *task.Tasks {
	t.Helper()
	tasks, err := task.New(st, o)
	if err != nil {
		t.Fatal(err)
	}
	return tasks
}

func fresh(t *testing.T) *task.Tasks {
	return room(t, openStore(t, t.TempDir()), task.Options{Beat: time.Millisecond})
}

// run works on tasks until the function it returns is called, or the test ends.
func run(t *testing.T, tasks *task.Tasks, workers int) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- tasks.Run(ctx, workers) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func start(t *testing.T, tasks *task.Tasks, spec task.Spec) string {
	t.Helper()
	id, err := tasks.Start(within(t), spec)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func wait(t *testing.T, tasks *task.Tasks, id string, want task.State) task.Task {
	t.Helper()
	got, err := tasks.Wait(within(t), id)
	if err != nil {
		t.Fatal(err)
	}
	if got.State != want {
		t.Errorf("state %s, want %s: %v", got.State, want, got.Failure)
	}
	return got
}

func nothing(context.Context, *task.Job) error { return nil }

// untilStopped waits for its context and tells why it ended.
func untilStopped(began chan<- string, why chan<- error) task.Handler {
	return func(ctx context.Context, j *task.Job) error {
		began <- j.Key
		<-ctx.Done()
		if why != nil {
			why <- context.Cause(ctx)
		}
		return ctx.Err()
	}
}
