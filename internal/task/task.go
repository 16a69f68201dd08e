// Package task owns long work: a row per task with a lease that its process renews, its
// progress, and the wish to cancel it. A task whose process died is run again, so handlers
// are repeatable: they find out what is done already. Tasks never decide what a failure
// means to the matter at hand; the engine that registered the kind does.
//
// Read first: Tasks.Start, Tasks.Register, Tasks.Run, Job.
package task

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/store"
)

// State of a task.
type State string

// The states. A task goes from Queued to Running and back when its process stops or dies.
const (
	Queued    State = "queued"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Ended tells whether the task will not be worked on any more.
func (s State) Ended() bool { return s == Done || s == Failed || s == Cancelled }

// What is refused or befalls tasks. Compare with errors.Is.
var (
	// ErrMissing is an id nobody has.
	ErrMissing = fault.New(fault.Missing, "task.missing", fault.T("任务不存在", "there is no such task")).
			Fix(fault.T("请刷新任务列表", "refresh the list of tasks"))
	// ErrEnded is a Cancel that came too late.
	ErrEnded = fault.New(fault.Conflict, "task.ended", fault.T("任务已结束，不能取消", "the task has ended and cannot be cancelled")).
			Fix(fault.T("结果见任务列表", "the list of tasks has its result"))
	// ErrCancelled is the cause of a job's context after Cancel.
	ErrCancelled = fault.New(fault.Conflict, "task.cancelled", fault.T("任务已取消", "the task was cancelled")).
			Fix(fault.T("如需继续，请重新发起", "begin it anew if it is still wanted"))
	// ErrStopping is the cause of a job's context when its process stops; the task will be
	// run again.
	ErrStopping = fault.New(fault.Busy, "task.stopping", fault.T("服务正在停止，任务将在重启后继续", "the server is stopping; the task goes on when it is back")).
			Fix(fault.T("无需处理，重启后自动继续", "nothing to do: it goes on by itself"))
	// ErrLost is the cause of a job's context when another node has taken the task over.
	ErrLost = fault.New(fault.Conflict, "task.lost", fault.T("任务已由其他节点接管", "another node has taken the task over")).
		Fix(fault.T("无需处理，任务由该节点继续", "nothing to do: it goes on there"))
	// ErrDeadly is the failure of a task whose process died each time.
	ErrDeadly = fault.New(fault.Internal, "task.deadly", fault.T("任务多次执行时进程异常退出，已停止重试", "the process died each time the task was run; it is not tried again")).
			Fix(fault.T("请查看服务日志和内存限额，排除原因后重新发起", "see the server's log and the memory limits, then start it anew"))
	// ErrPanic is the failure of a handler that panicked.
	ErrPanic = fault.New(fault.Internal, "task.panic", fault.T("任务执行时程序内部异常", "the program failed inside the task")).
			Fix(fault.T("请查看服务日志并反馈", "see the server's log and report it"))
)

// Task is what is known of a task. Rate and Left are of the present stage and only known
// in the process that works on it.
type Task struct {
	ID        string          `json:"id"`
	Kind      string          `json:"kind"`
	Key       string          `json:"key"` // what it is about: a batch
	Body      json.RawMessage `json:"body"`
	State     State           `json:"state"`
	Stage     string          `json:"stage"`
	Rows      int64           `json:"rows"`
	Total     int64           `json:"total"`      // 0: unknown
	Rate      float64         `json:"rate"`       // rows per second; 0: unknown
	Left      time.Duration   `json:"left"`       // 0: unknown
	Attempts  int             `json:"attempts"`   // times it was begun
	Reason    string          `json:"reason"`     // of a cancel
	Failure   *fault.Error    `json:"-"`          // why it failed
	CreatedAt time.Time       `json:"created_at"` //
	StartedAt time.Time       `json:"started_at"` // of the last attempt
	EndedAt   time.Time       `json:"ended_at"`   //
}

// Spec is what to do.
type Spec struct {
	Kind string
	// Key names what the task is about. While a task of the same kind and key is not
	// ended there is no second: Start gives the first one's id. An empty key is like no
	// other.
	Key  string
	Body any // kept as JSON
}

// Options of Tasks; zero values are the defaults.
type Options struct {
	Now func() time.Time // time.Now
	// Node names this machine among those that share a store. Of the processes of one node
	// only one lives, so at start the leases of the others are released at once.
	Node     string        // "local"
	Lease    time.Duration // how long a silent process keeps its tasks: 30 s
	Beat     time.Duration // how often progress is saved: 1 s
	Attempts int           // how often a task may outlive its process: 5
	Log      *slog.Logger  // none
}

// Tasks is the room. It is safe for concurrent use.
type Tasks struct {
	st    store.Store
	opt   Options
	owner string // this process

	mu       sync.Mutex // never held while writing to the store
	handlers map[string]Handler
	ends     map[string]Ended
	jobs     map[string]*Job
	watchers map[*watcher]struct{}
	running  bool
	wake     chan struct{}
}

// Handler does the work of one kind. It is repeatable, ends soon after its context does,
// and returns what the user should see when it fails. An error returned because the
// process is stopping leaves the task to the next process.
type Handler func(ctx context.Context, job *Job) error

//go:embed schema1.sql
var schema1 string

// New makes the room's tables.
func New(st store.Store, o Options) (*Tasks, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Node == "" {
		o.Node = "local"
	}
	if o.Lease <= 0 {
		o.Lease = 30 * time.Second
	}
	if o.Beat <= 0 {
		o.Beat = time.Second
	}
	if o.Attempts <= 0 {
		o.Attempts = 5
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := st.Migrate(context.Background(), "task", []store.Migration{{Version: 1, SQL: schema1}}); err != nil {
		return nil, err
	}
	return &Tasks{
		st: st, opt: o, owner: ident.New(),
		handlers: map[string]Handler{}, ends: map[string]Ended{}, jobs: map[string]*Job{}, watchers: map[*watcher]struct{}{},
		wake: make(chan struct{}, 1),
	}, nil
}

// Register says who does a kind of work. Tasks of kinds nobody has registered wait. A kind
// registered twice is a mistake of the program and panics.
func (t *Tasks) Register(kind string, do Handler) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, twice := t.handlers[kind]; twice {
		panic(fmt.Sprintf("task kind %s is registered twice", kind))
	}
	t.handlers[kind] = do
	t.nudge()
}

// Ended hears how a task ended, in the very transaction that ends it, so that what the task
// was about never disagrees with it: also of a task that was cancelled while it waited, and
// of one whose process died. Its error undoes the end.
type Ended func(ctx context.Context, tx store.Tx, t Task) error

// OnEnd says who hears of the ends of a kind. It is called before Run.
func (t *Tasks) OnEnd(kind string, do Ended) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ends[kind] = do
}

// keep saves a task; whoever waits for its end hears of it first.
func (t *Tasks) keep(ctx context.Context, tx store.Tx, r *taskRow) error {
	t.mu.Lock()
	hear := t.ends[r.Kind]
	t.mu.Unlock()
	if hear != nil && r.State.Ended() {
		if err := hear(ctx, tx, r.task()); err != nil {
			return err
		}
	}
	return r.save(ctx, tx)
}

// nudge tells the dispatcher that there may be work. It never blocks.
func (t *Tasks) nudge() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}
