package ingest

import (
	"context"
	"errors"
	"os/exec"
	"syscall"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/query"
)

// child runs one job in a process of its own: its memory is bounded, it is ended by a kill,
// and a crash of the engine costs one load. It dies with this process.
func (e *Engine) child(ctx context.Context, j *job, report func(query.Progress)) (*result, error) {
	for {
		w, err := e.crew.take()
		if err != nil {
			return nil, err
		}
		stop := context.AfterFunc(ctx, func() { _ = w.cmd.Process.Kill() })
		waited := w.waited
		last, heard, err := w.do(j, report)
		if stop() && err == nil {
			e.crew.keep(w)
		} else {
			_ = w.in.Close()
			err = errors.Join(err, w.cmd.Wait())
		}
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case last.Error != nil:
			return nil, last.Error
		case last.Result != nil:
			return last.Result, nil
		case waited && !heard:
			continue // it died while it waited for a job
		}
		return nil, died(err, w.words)
	}
}

// died says why a child left no result.
func died(err error, words *tail) error {
	cause := errors.Join(err, errors.New(words.String()))
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() && ws.Signal() == syscall.SIGKILL {
			return fault.New(fault.Busy, "load.killed", fault.T(
				"装载进程被系统终止，多半是内存不足", "the loading process was killed by the system, most likely for want of memory")).
				Fix(fault.T("请减小 loads.memory 或 loads.parallel，或增加内存后重新装载；数据未受影响", "lower loads.memory or loads.parallel, or add memory, and load again; nothing was changed")).Wrap(cause)
		}
	}
	return fault.New(fault.Internal, "load.crashed", fault.T("装载进程异常退出", "the loading process ended abnormally")).
		Fix(fault.T("请查看服务日志后重新装载；数据未受影响", "see the server's log and load again; nothing was changed")).Wrap(cause)
}

// tail keeps the last words of a process.
type tail struct{ b []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	if len(t.b) > 8192 {
		t.b = t.b[len(t.b)-4096:]
	}
	return len(p), nil
}

func (t *tail) String() string { return string(t.b) }
