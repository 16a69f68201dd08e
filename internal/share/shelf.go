package share

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/store"
)

type serviceRow struct {
	bun.BaseModel `bun:"table:share_service,alias:s"`
	Name          string `bun:",pk"`
	Directory     string
	Office        string
	Version       int
	CreatedAt     time.Time
	ChangedAt     time.Time
	Body          string
}

func (r serviceRow) service() (Service, error) {
	s := Service{Office: r.Office, Version: r.Version, CreatedAt: r.CreatedAt.UTC(), ChangedAt: r.ChangedAt.UTC()}
	if err := json.Unmarshal([]byte(r.Body), &s.Declaration); err != nil {
		return s, fmt.Errorf("share: service %s: %w", r.Name, err)
	}
	return s, nil
}

// learn reads the services from the store.
func (e *Engine) learn(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var rows []serviceRow
	if err := e.opt.Store.Read().NewSelect().Model(&rows).Order("name").Scan(ctx); err != nil {
		return fmt.Errorf("share: services: %w", err)
	}
	all := make(map[string]Service, len(rows))
	for _, r := range rows {
		s, err := r.service()
		if err != nil {
			return err
		}
		all[s.Name] = s
	}
	e.shelf.Store(&all)
	e.turned()
	return nil
}

// put changes what this process knows of a service; a nil one is gone.
func (e *Engine) put(name string, s *Service) {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := maps.Clone(*e.shelf.Load())
	if delete(all, name); s != nil {
		all[name] = *s
	}
	e.shelf.Store(&all)
	e.turned()
}

// turned makes every plan be made anew.
func (e *Engine) turned() {
	e.turn.Add(1)
	e.plans.Clear()
}

// Get gives a service; ErrMissing where there is none.
func (e *Engine) Get(name string) (Service, error) {
	s, ok := (*e.shelf.Load())[name]
	if !ok {
		return s, ErrMissing.At("%s", name)
	}
	return s, nil
}

// Services gives the services by name; offices limits it to theirs, unless nil.
func (e *Engine) Services(directory string, offices []string) []Service {
	var out []Service
	for _, s := range *e.shelf.Load() {
		if (directory == "" || s.Directory == directory) && (offices == nil || slices.Contains(offices, s.Office)) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b Service) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return out
}

// Check says everything that is wrong with a declaration, as Put would.
func (e *Engine) Check(ctx context.Context, d Declaration) error {
	v, err := e.opt.Catalog.Get(ctx, d.Directory)
	if err != nil {
		return fault.From(err).At("directory")
	}
	return checkOver(d, v)
}

// checkOver is Check, and that the directory is published: a service of one that is not
// can only be kept stopped.
func checkOver(d Declaration, v catalog.Version) error {
	if why := v.Rights().Barred; why.ZH != "" && !d.Stopped {
		return fault.New(fault.Conflict, "service.barred", fault.Text{ZH: "不能提供服务：" + why.ZH, EN: "it cannot be served: " + why.EN}).
			At("directory").Fix(fault.T("请先发布目录 %s", "publish the directory %s first", d.Directory))
	}
	return Check(d, v.Directory)
}

// Put keeps a service. The same declaration as before is no change.
func (e *Engine) Put(ctx context.Context, by people.Actor, d Declaration) (s Service, created, changed bool, err error) {
	d.Kind = Kind
	v, err := e.opt.Catalog.Get(ctx, d.Directory)
	if err != nil {
		return s, false, false, fault.From(err).At("directory")
	}
	if err := policy.Allowed(by, policy.ServiceWrite, policy.Target{Office: v.Directory.Office}); err != nil {
		return s, false, false, err
	}
	if err := checkOver(d, v); err != nil {
		return s, false, false, err
	}
	body, err := json.Marshal(d)
	if err != nil {
		return s, false, false, err
	}
	err = e.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		old, found, err := find(ctx, tx, d.Name)
		if err != nil {
			return err
		}
		if found {
			if err := policy.Allowed(by, policy.ServiceWrite, policy.Target{Office: old.Office}); err != nil {
				return err
			}
			if s = old; reflect.DeepEqual(old.Declaration, d) && old.Office == v.Directory.Office {
				return nil
			}
		}
		now := e.opt.Now().UTC()
		s = Service{Declaration: d, Office: v.Directory.Office, Version: old.Version + 1, CreatedAt: now, ChangedAt: now}
		if found {
			s.CreatedAt = old.CreatedAt
		}
		created, changed = !found, true
		r := &serviceRow{Name: s.Name, Directory: s.Directory, Office: s.Office, Version: s.Version, CreatedAt: s.CreatedAt, ChangedAt: s.ChangedAt, Body: string(body)}
		if _, err := tx.NewInsert().Model(r).On("CONFLICT (name) DO UPDATE").Exec(ctx); err != nil {
			return err
		}
		tx.After(func() { e.put(s.Name, &s) })
		return e.told(ctx, tx, by, s, "service.put", fault.T("登记服务 %s", "declared the service %s", s.Name), map[string]string{"declaration": string(body)})
	})
	return s, created, changed, wrapped("keep a service", err)
}

// Remove takes a service away: its next call is refused. Grants are of the directory and
// stay.
func (e *Engine) Remove(ctx context.Context, by people.Actor, name, reason string) error {
	err := e.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		s, found, err := find(ctx, tx, name)
		if err != nil {
			return err
		}
		if !found {
			return ErrMissing.At("%s", name)
		}
		if err := policy.Allowed(by, policy.ServiceWrite, policy.Target{Office: s.Office}); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*serviceRow)(nil)).Where("name = ?", name).Exec(ctx); err != nil {
			return err
		}
		tx.After(func() { e.put(name, nil) })
		return e.told(ctx, tx, by, s, "service.remove", fault.T("删除服务 %s", "removed the service %s", name), map[string]string{"reason": reason})
	})
	return wrapped("remove a service", err)
}

// told does what goes with every change of a service: its audit entry and its event.
func (e *Engine) told(ctx context.Context, tx store.Tx, by people.Actor, s Service, action string, text fault.Text, detail map[string]string) error {
	c := people.Change{At: e.opt.Now().UTC(), Actor: by, Action: action, Kind: Kind, Key: s.Name, Office: s.Office, Text: text, Detail: detail}
	if err := e.opt.Record(ctx, tx, c); err != nil {
		return err
	}
	return tx.Emit(ctx, event.ServiceChanged, s.Name, event.ServiceChange{Service: s.Name, Directory: s.Directory})
}

func find(ctx context.Context, db bun.IDB, name string) (Service, bool, error) {
	var r serviceRow
	err := db.NewSelect().Model(&r).Where("name = ?", name).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Service{}, false, nil
	}
	if err != nil {
		return Service{}, false, err
	}
	s, err := r.service()
	return s, true, err
}

// wrapped leaves faults as they are and says of other errors where they came from.
func wrapped(what string, err error) error {
	var f *fault.Error
	if err == nil || errors.As(err, &f) {
		return err
	}
	return fmt.Errorf("share: %s: %w", what, err)
}
