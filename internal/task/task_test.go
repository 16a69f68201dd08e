package task_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/task"
)

func TestEnds(t *testing.T) {
	own := fault.New(fault.Invalid, "file.empty", fault.T("文件为空", "the file is empty"))
	for _, c := range []struct {
		name  string
		do    task.Handler
		state task.State
		code  string
	}{
		{"done", nothing, task.Done, ""},
		{"failed", func(context.Context, *task.Job) error { return own.At("a.csv") }, task.Failed, "file.empty"},
		{"failed inside", func(context.Context, *task.Job) error { return errors.New("cell 110…") }, task.Failed, "internal"},
		{"panicked", func(context.Context, *task.Job) error { panic("boo") }, task.Failed, "task.panic"},
		{"gone", func(context.Context, *task.Job) error { runtime.Goexit(); return nil }, task.Failed, "internal"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tasks := fresh(t)
			tasks.Register("load", c.do)
			run(t, tasks, 1)
			got := wait(t, tasks, start(t, tasks, task.Spec{Kind: "load", Key: "k"}), c.state)
			if (c.code == "") != (got.Failure == nil) || got.Failure != nil && got.Failure.Code != c.code {
				t.Errorf("failure %v", got.Failure)
			}
			if got.Attempts != 1 || got.StartedAt.IsZero() || got.EndedAt.IsZero() {
				t.Errorf("%+v", got)
			}
			// The room goes on after all of them.
			wait(t, tasks, start(t, tasks, task.Spec{Kind: "load", Key: "k"}), c.state)
		})
	}
}

func TestBodyAndOrder(t *testing.T) {
	type body struct{ Path string }
	tasks := fresh(t)
	var keys, paths []string
	tasks.Register("load", func(_ context.Context, j *task.Job) error {
		var b body
		keys = append(keys, j.Key)
		defer func() { paths = append(paths, b.Path) }()
		return j.Decode(&b)
	})
	var ids []string
	for _, key := range []string{"a", "b", "c"} {
		ids = append(ids, start(t, tasks, task.Spec{Kind: "load", Key: key, Body: body{key + ".csv"}}))
	}
	other := start(t, tasks, task.Spec{Kind: "nobody's"})
	stop := run(t, tasks, 1)
	for _, id := range ids {
		wait(t, tasks, id, task.Done)
	}
	stop()
	if strings.Join(keys, " ") != "a b c" || strings.Join(paths, " ") != "a.csv b.csv c.csv" {
		t.Errorf("%v %v", keys, paths)
	}
	if got, err := tasks.Get(within(t), other); err != nil || got.State != task.Queued {
		t.Errorf("a kind nobody registered: %+v %v", got, err)
	}
}

func TestOneOfAKey(t *testing.T) {
	tasks := fresh(t)
	began := make(chan string)
	let := make(chan struct{})
	tasks.Register("load", func(_ context.Context, j *task.Job) error { began <- j.Key; <-let; return nil })
	spec := task.Spec{Kind: "load", Key: "batch"}
	first := start(t, tasks, spec)
	if again := start(t, tasks, spec); again != first {
		t.Error("a second task while the first waits")
	}
	run(t, tasks, 4)
	<-began
	if again := start(t, tasks, spec); again != first {
		t.Error("a second task while the first is worked on")
	}
	a, b := start(t, tasks, task.Spec{Kind: "load"}), start(t, tasks, task.Spec{Kind: "load"})
	if a == b {
		t.Error("tasks without a key are not the same")
	}
	<-began
	<-began
	close(let)
	wait(t, tasks, first, task.Done)
	if again := start(t, tasks, spec); again == first {
		t.Error("an ended task is not run again")
	} else {
		<-began
		wait(t, tasks, again, task.Done)
	}
}

func TestStartInATransaction(t *testing.T) {
	st := openStore(t, t.TempDir())
	tasks := room(t, st, task.Options{})
	tasks.Register("load", nothing)
	run(t, tasks, 1)
	var id string
	begin := func(fail error) error {
		return st.Write(within(t), func(ctx context.Context, tx store.Tx) (err error) {
			id, err = tasks.StartIn(ctx, tx, task.Spec{Kind: "load", Key: "k"})
			return errors.Join(err, fail)
		})
	}
	if err := begin(errors.New("no")); err == nil {
		t.Fatal("no error")
	}
	if _, err := tasks.Get(within(t), id); !errors.Is(err, task.ErrMissing) {
		t.Errorf("a task of an undone transaction: %v", err)
	}
	if err := begin(nil); err != nil {
		t.Fatal(err)
	}
	wait(t, tasks, id, task.Done)
}

func TestCancel(t *testing.T) {
	tasks := fresh(t)
	began, why := make(chan string), make(chan error, 1)
	tasks.Register("load", untilStopped(began, why))
	run(t, tasks, 1)
	working := start(t, tasks, task.Spec{Kind: "load", Key: "working"})
	<-began
	waiting := start(t, tasks, task.Spec{Kind: "load", Key: "waiting"})
	for _, id := range []string{waiting, working} {
		if err := tasks.Cancel(within(t), id, "wrong file"); err != nil {
			t.Fatal(err)
		}
		if got := wait(t, tasks, id, task.Cancelled); got.Reason != "wrong file" || got.EndedAt.IsZero() {
			t.Errorf("%+v", got)
		}
		if err := tasks.Cancel(within(t), id, "again"); !errors.Is(err, task.ErrEnded) {
			t.Errorf("cancelled twice: %v", err)
		}
	}
	if cause := <-why; !errors.Is(cause, task.ErrCancelled) {
		t.Errorf("the handler was told %v", cause)
	}
	if err := tasks.Cancel(within(t), "nobody", ""); !errors.Is(err, task.ErrMissing) {
		t.Errorf("cancel of nothing: %v", err)
	}
}

func TestStoppingLeavesTheWork(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	first := room(t, st, task.Options{})
	began, why := make(chan string, 1), make(chan error, 1)
	first.Register("load", untilStopped(began, why))
	stop := run(t, first, 1)
	id := start(t, first, task.Spec{Kind: "load", Key: "k"})
	<-began
	stop()
	if cause := <-why; !errors.Is(cause, task.ErrStopping) {
		t.Errorf("the handler was told %v", cause)
	}
	if got, err := first.Get(within(t), id); err != nil || got.State != task.Queued || got.Attempts != 0 {
		t.Errorf("%+v %v", got, err)
	}
	second := room(t, st, task.Options{})
	second.Register("load", nothing)
	run(t, second, 1)
	wait(t, second, id, task.Done)
}

func TestProgressIsLiveAndKept(t *testing.T) {
	st := openStore(t, t.TempDir())
	tasks := room(t, st, task.Options{Beat: time.Millisecond})
	kept := room(t, st, task.Options{}) // sees the store alone
	said, let := make(chan struct{}), make(chan struct{})
	tasks.Register("load", func(_ context.Context, j *task.Job) error {
		j.Progress("judge", 10, 100)
		said <- struct{}{}
		<-let
		for n := range 1000 {
			j.Progress("publish", int64(n), 999)
		}
		return nil
	})
	ctx, cancel := context.WithCancel(within(t))
	defer cancel()
	updates := tasks.Watch(ctx)
	run(t, tasks, 1)
	id := start(t, tasks, task.Spec{Kind: "load", Key: "k"})
	<-said
	if got, err := tasks.Get(ctx, id); err != nil || got.Stage != "judge" || got.Rows != 10 || got.Total != 100 {
		t.Errorf("live: %+v %v", got, err)
	}
	for { // the beat saves it
		got, err := kept.Get(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if got.Stage == "judge" && got.Rows == 10 {
			break
		}
		runtime.Gosched()
	}
	close(let)
	var last task.Update
	seen := map[task.State]bool{}
	for u := range updates {
		if u.State == task.Running && u.Stage == last.Stage && u.Rows < last.Rows {
			t.Errorf("went back from %d to %d", last.Rows, u.Rows)
		}
		last, seen[u.State] = u, true
		if u.State.Ended() {
			cancel()
			break
		}
	}
	for range updates { // closes after its context
	}
	if last.State != task.Done || last.Stage != "publish" || last.Rows != 999 || !seen[task.Running] {
		t.Errorf("last %+v, seen %v", last, seen)
	}
	if got := wait(t, kept, id, task.Done); got.Rows != 999 || got.Stage != "publish" {
		t.Errorf("kept: %+v", got)
	}
}

// TestSlowWatcher never reads until the end and still gets the last of every task.
func TestSlowWatcher(t *testing.T) {
	tasks := fresh(t)
	tasks.Register("load", func(_ context.Context, j *task.Job) error {
		for n := range 100 {
			j.Progress("s", int64(n), 0)
		}
		return nil
	})
	updates := tasks.Watch(within(t))
	run(t, tasks, 2)
	open := map[string]bool{}
	for n := range 20 {
		id := start(t, tasks, task.Spec{Kind: "load", Key: fmt.Sprint(n)})
		open[id] = true
		wait(t, tasks, id, task.Done)
	}
	for u := range updates {
		if u.State.Ended() {
			delete(open, u.ID)
		}
		if len(open) == 0 {
			break
		}
	}
}

func TestWorkersAtOnce(t *testing.T) {
	tasks := fresh(t)
	var now, most atomic.Int64
	began := make(chan string)
	let := make(chan struct{})
	tasks.Register("load", func(_ context.Context, j *task.Job) error {
		most.Store(max(most.Load(), now.Add(1)))
		began <- j.Key
		<-let
		now.Add(-1)
		return nil
	})
	run(t, tasks, 3)
	var ids []string
	for n := range 9 {
		ids = append(ids, start(t, tasks, task.Spec{Kind: "load", Key: fmt.Sprint(n)}))
	}
	for range 3 {
		<-began
	}
	close(let)
	for range 6 {
		<-began
	}
	for _, id := range ids {
		wait(t, tasks, id, task.Done)
	}
	if most.Load() != 3 {
		t.Errorf("%d at once", most.Load())
	}
}

func TestListAndPrune(t *testing.T) {
	var hours atomic.Int64
	clock := func() time.Time {
		return time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(hours.Load()) * time.Hour)
	}
	tasks := room(t, openStore(t, t.TempDir()), task.Options{Now: clock})
	tasks.Register("load", nothing)
	run(t, tasks, 1)
	for n := range 5 {
		hours.Add(1)
		wait(t, tasks, start(t, tasks, task.Spec{Kind: "load", Key: fmt.Sprint(n)}), task.Done)
	}
	start(t, tasks, task.Spec{Kind: "other", Key: "4"})
	for _, c := range []struct {
		f    task.Filter
		keys string
	}{
		{task.Filter{}, "4 4 3 2 1 0"},
		{task.Filter{Kind: "load", Limit: 2}, "4 3"},
		{task.Filter{Key: "4", States: []task.State{task.Queued, task.Running}}, "4"},
		{task.Filter{States: []task.State{task.Failed}}, ""},
	} {
		list, err := tasks.List(within(t), c.f)
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, s := range list {
			keys = append(keys, s.Key)
		}
		if strings.Join(keys, " ") != c.keys {
			t.Errorf("%+v: %v", c.f, keys)
		}
	}
	n, err := tasks.Prune(within(t), clock().Add(-90*time.Minute), clock().Add(-90*time.Minute))
	if err != nil || n != 3 {
		t.Errorf("pruned %d: %v", n, err)
	}
}

// TestPruneSteps forgets more tasks than one step takes: what failed is kept longer, and what
// has not ended is kept whatever its age.
func TestPruneSteps(t *testing.T) {
	day := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	st := openStore(t, t.TempDir())
	tasks := room(t, st, task.Options{Now: func() time.Time { return day }})
	kept := start(t, tasks, task.Spec{Kind: "waits"})
	err := st.Write(within(t), func(ctx context.Context, tx store.Tx) error {
		for i := range 1500 {
			state := [...]task.State{task.Done, task.Cancelled, task.Failed}[i%3]
			_, err := tx.ExecContext(ctx, `INSERT INTO task (id, kind, key, body, state, stage, rows_done, rows_total, attempts, node, owner, stop, reason, failure, created_at, ended_at)
				VALUES (?, 'load', '', 'null', ?, '', 0, 0, 1, '', '', FALSE, '', '', ?, ?)`, fmt.Sprintf("%04d", i), state, day, day)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		ended, failed time.Duration
		want          int64
	}{{0, 0, 0}, {time.Hour, 0, 1000}, {time.Hour, time.Hour, 500}, {1000 * time.Hour, 1000 * time.Hour, 0}} {
		if n, err := tasks.Prune(within(t), day.Add(c.ended), day.Add(c.failed)); err != nil || n != c.want {
			t.Errorf("%+v: pruned %d, %v", c, n, err)
		}
	}
	if left, err := tasks.List(within(t), task.Filter{}); err != nil || len(left) != 1 || left[0].ID != kept {
		t.Errorf("left: %+v, %v", left, err)
	}
}

// TestEndIsHeard: whoever asked hears of every end of its kind within the transaction, of a task
// that waited, too; what it refuses has not ended.
func TestEndIsHeard(t *testing.T) {
	st := openStore(t, t.TempDir())
	tasks := room(t, st, task.Options{Beat: time.Millisecond})
	var mu sync.Mutex
	heard, refuse := map[string]task.State{}, true
	tasks.OnEnd("load", func(_ context.Context, _ store.Tx, s task.Task) error {
		mu.Lock()
		defer mu.Unlock()
		if s.Key == "stubborn" && refuse {
			refuse = false
			return errors.New("not yet")
		}
		heard[s.Key] = s.State
		return nil
	})
	began := make(chan string, 1)
	tasks.Register("load", func(ctx context.Context, j *task.Job) error {
		if j.Key == "running" {
			return untilStopped(began, nil)(ctx, j)
		}
		return nil
	})
	waiting := start(t, tasks, task.Spec{Kind: "load", Key: "waiting"})
	stubborn := start(t, tasks, task.Spec{Kind: "load", Key: "stubborn"})
	if err := tasks.Cancel(within(t), waiting, ""); err != nil {
		t.Fatal(err)
	}
	if err := tasks.Cancel(within(t), stubborn, ""); err == nil {
		t.Error("the end was not refused")
	}
	running := start(t, tasks, task.Spec{Kind: "load", Key: "running"})
	run(t, tasks, 2)
	wait(t, tasks, stubborn, task.Done) // its end came by another way
	<-began
	if err := tasks.Cancel(within(t), running, ""); err != nil {
		t.Fatal(err)
	}
	wait(t, tasks, running, task.Cancelled)
	mu.Lock()
	defer mu.Unlock()
	want := map[string]task.State{"waiting": task.Cancelled, "stubborn": task.Done, "running": task.Cancelled}
	if !maps.Equal(heard, want) {
		t.Errorf("heard %v, want %v", heard, want)
	}
}
