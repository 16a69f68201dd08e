package ingest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"syscall"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/query"
)

// child runs one job in a process of its own: its memory is bounded, it is ended by a kill,
// and a crash of the engine costs one load. It dies with this process.
func (e *Engine) child(ctx context.Context, j *job, report func(query.Progress)) (*result, error) {
	in, err := json.Marshal(j)
	if err != nil {
		return nil, fmt.Errorf("ingest: a job cannot be told: %w", err)
	}
	cmd := exec.CommandContext(ctx, e.Child[0], e.Child[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Stdin = bytes.NewReader(in)
	words := &tail{}
	cmd.Stderr = words
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("ingest: start the loading process: %w", err)
	}
	last, readErr := listen(out, report)
	err = cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case last.Error != nil:
		return nil, last.Error
	case last.Result != nil && err == nil:
		return last.Result, nil
	}
	return nil, died(err, errors.Join(readErr, errors.New(words.String())))
}

// listen reads the child's lines to the end of its output.
func listen(out io.Reader, report func(query.Progress)) (last line, err error) {
	d := json.NewDecoder(bufio.NewReader(out))
	for {
		var l line
		if err := d.Decode(&l); err != nil {
			_, _ = io.Copy(io.Discard, out)
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return last, err
		}
		if l.Progress != nil {
			report(*l.Progress)
			continue
		}
		last = l
	}
}

// died says why a child left no result.
func died(err, words error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() && ws.Signal() == syscall.SIGKILL {
			return fault.New(fault.Busy, "load.killed", fault.T(
				"装载进程被系统终止，多半是内存不足", "the loading process was killed by the system, most likely for want of memory")).
				Fix(fault.T("请减小 loads.memory 或 loads.parallel，或增加内存后重新装载；数据未受影响", "lower loads.memory or loads.parallel, or add memory, and load again; nothing was changed")).Wrap(errors.Join(err, words))
		}
	}
	return fault.New(fault.Internal, "load.crashed", fault.T("装载进程异常退出", "the loading process ended abnormally")).
		Fix(fault.T("请查看服务日志后重新装载；数据未受影响", "see the server's log and load again; nothing was changed")).Wrap(errors.Join(err, words))
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
