package conform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/node"
)

// storm is a server that is killed over and over while it is worked with, in a folder that is
// kept where a round fails.
type storm struct {
	server
	dir string
}

func newStorm(o CrashOptions, flags ...string) (storm, error) {
	dir, err := os.MkdirTemp(o.Dir, "crash-")
	return storm{server: server{self: o.Self, data: filepath.Join(dir, "data"), flags: flags}, dir: dir}, err
}

// over ends the server, and takes the folder away where nothing was wrong.
func (s *storm) over(err error) error {
	if err = errors.Join(err, s.stop()); err != nil {
		return err
	}
	return os.RemoveAll(s.dir)
}

// struck works until a moment, kills the server, and starts it again over an audit that holds.
func (s *storm) struck(ctx context.Context, moment time.Duration, plan []func(context.Context), holds func(context.Context) error) error {
	work, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	for _, do := range plan {
		wg.Go(func() { do(work) })
	}
	select {
	case <-time.After(moment):
	case <-ctx.Done():
		return ctx.Err()
	}
	s.kill()
	stop()
	wg.Wait()
	if err := holds(ctx); err != nil {
		return fmt.Errorf("before it was started again: %w", err)
	}
	return s.start(ctx)
}

// audited verifies the audit from its files, every entry or what was not verified yet.
func (s *storm) audited(ctx context.Context, every bool) (audit.Report, error) {
	r, err := node.VerifyAudit(ctx, node.Config{Data: s.data}, every, nil)
	if err == nil && !r.OK {
		err = fmt.Errorf("the audit does not hold: %+v", *r.Flaw)
	}
	return r, err
}
