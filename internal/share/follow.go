package share

import (
	"context"
	"errors"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/serving"
	"github.com/chengshu/chengshu/internal/store"
)

// Follow are the consumers by which a node follows: one for what it knows, which is quick,
// and one for the files it serves, which may take minutes. What fails is parked and tried
// again; meanwhile look-ups are answered from what was there before.
func (e *Engine) Follow(node string) []store.Consumer {
	return []store.Consumer{
		{Name: "share.know@" + node, Kinds: []event.Kind{event.DirectoryChanged, event.DirectoryPublished, event.DirectoryWithdrawn, event.ServiceChanged}, Handle: func(ctx context.Context, ev event.Event) (store.Writes, error) {
			if ev.Kind != event.ServiceChanged {
				e.turned()
				return nil, nil
			}
			return nil, e.relearn(ctx, ev.Key)
		}},
		{Name: "share.serve@" + node, Kinds: []event.Kind{event.DatasetPublished, event.DirectoryChanged, event.ServiceChanged}, Handle: func(ctx context.Context, ev event.Event) (store.Writes, error) {
			if ev.Kind == event.ServiceChanged {
				return nil, e.serve(ctx, ev.Key)
			}
			return nil, e.refresh(ctx, ev.Key)
		}},
	}
}

// relearn takes over what another node, or this one, did to a service.
func (e *Engine) relearn(ctx context.Context, name string) error {
	s, found, err := find(ctx, e.opt.Store.Read(), name)
	if err != nil {
		return err
	}
	known, err := e.Get(name)
	switch {
	case found && (err != nil || known.Version != s.Version || !known.CreatedAt.Equal(s.CreatedAt)):
		e.put(name, &s)
	case !found && err == nil:
		e.put(name, nil)
	}
	return nil
}

// serve makes the file of a service be what it declares now.
func (e *Engine) serve(ctx context.Context, name string) error {
	s, found, err := find(ctx, e.opt.Store.Read(), name)
	if err != nil {
		return err
	}
	if !found || len(s.Key) == 0 || s.Stopped {
		return e.opt.Files.Drop(ctx, name)
	}
	return e.bring(ctx, s)
}

func (e *Engine) refresh(ctx context.Context, directory string) error {
	var errs []error
	for _, s := range e.Services(directory, nil) {
		if len(s.Key) > 0 && !s.Stopped {
			errs = append(errs, e.bring(ctx, s))
		}
	}
	return errors.Join(errs...)
}

// bring brings a service's file up to the table. A directory that was never loaded has no
// table and needs no file.
func (e *Engine) bring(ctx context.Context, s Service) error {
	t := table(s.Directory)
	if _, err := e.opt.Lake.Schema(ctx, t); err != nil && fault.KindOf(err) == fault.Missing {
		return nil
	}
	_, err := e.opt.Files.Refresh(ctx, serving.Dataset{Name: s.Name, Table: t, Key: s.Key})
	return err
}

// Refresh brings every served file up once, as a start does for what a crash left behind.
func (e *Engine) Refresh(ctx context.Context) error {
	var errs []error
	for _, s := range e.Services("", nil) {
		if len(s.Key) > 0 && !s.Stopped {
			errs = append(errs, e.bring(ctx, s))
		}
	}
	return errors.Join(errs...)
}

// Served tells what the file of a service holds, and how many changes of the table it has
// not yet; a Missing fault where there is no file.
func (e *Engine) Served(ctx context.Context, s Service) (st serving.State, behind int, err error) {
	if st, err = e.opt.Files.State(s.Name); err != nil {
		return st, 0, err
	}
	snapshots, err := e.opt.Lake.Snapshots(ctx, table(s.Directory))
	if err != nil {
		return st, 0, err
	}
	for _, p := range snapshots { // the last first
		if p.ID == st.Snapshot {
			break
		}
		if p.Operation != "compact" {
			behind++
		}
	}
	return st, behind, nil
}

func table(directory string) ident.Ref {
	return ident.Ref{Space: ident.Published, Name: directory}
}
