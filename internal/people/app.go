package people

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/store"
)

// App is an application of an office, which calls services.
type App struct {
	Name      string    `json:"name"` // its id: grants and the audit name it
	Title     string    `json:"title"`
	Office    string    `json:"office"`
	State     State     `json:"state"`
	Version   int       `json:"version"` // grows with every change
	CreatedAt time.Time `json:"created_at"`
	Keys      []Key     `json:"keys"`
}

type appRow struct {
	bun.BaseModel `bun:"table:people_app,alias:a"`
	Name          string `bun:",pk"`
	Title         string
	Office        string
	State         State
	Version       int
	CreatedAt     time.Time
}

func (r appRow) app() App {
	return App{Name: r.Name, Title: r.Title, Office: r.Office, State: r.State, Version: r.Version, CreatedAt: r.CreatedAt.UTC(), Keys: []Key{}}
}

// What is refused. Compare with errors.Is.
var (
	// ErrApp is an application nobody has added.
	ErrApp = fault.New(fault.Missing, "app.unknown", fault.T("没有该应用", "there is no such application")).
		Fix(fault.T("请核对应用名称", "check the application's name"))
	// ErrAppTaken is a name that an application has.
	ErrAppTaken = fault.New(fault.Conflict, "app.taken", fault.T("应用名称已被使用", "the name is an application's")).
			Fix(fault.T("请另拟名称；停用的应用也保留其名称", "choose another; a disabled application keeps its name"))
	// ErrAppDisabled is an application that was closed.
	ErrAppDisabled = fault.New(fault.Denied, "app.disabled", fault.T("应用已停用", "the application is disabled")).
			Fix(fault.T("请联系数据管理员", "ask the data administrator"))
)

// AddApp registers an application.
func (p *People) AddApp(ctx context.Context, by Actor, name, title, office string) (App, error) {
	var faults []*fault.Error
	if err := ident.Check(name); err != nil {
		faults = append(faults, fault.From(err).At("name").Fix(fault.T("例如 elder_care", "such as elder_care")))
	}
	if n := len([]rune(strings.TrimSpace(title))); n == 0 || n > 100 {
		faults = append(faults, fault.New(fault.Invalid, "app.title", fault.T("应用名称须为 1 至 100 字", "a title has 1 to 100 characters")).At("title").
			Fix(fault.T("请填写 title", "fill in title")))
	}
	if err := p.opt.Offices.Known(ctx, office); err != nil {
		faults = append(faults, fault.From(err).At("office"))
	}
	if err := p.opt.Allow(by, mayApps, "", office); err != nil {
		return App{}, err
	}
	if err := fault.All("app.invalid", fault.T("应用有 %d 处错误", "%d errors in the application", len(faults)), faults); err != nil {
		return App{}, err
	}
	r := &appRow{Name: name, Title: strings.TrimSpace(title), Office: office, State: Enabled, Version: 1, CreatedAt: p.opt.Now().UTC()}
	err := p.write(ctx, by, mayApps, func(ctx context.Context, tx store.Tx, c *Change) error {
		taken, err := tx.NewSelect().Model((*appRow)(nil)).Where("name = ?", name).Exists(ctx)
		if err != nil {
			return err
		}
		if taken {
			return ErrAppTaken.At("name")
		}
		r.tell(c, "app.add", fault.T("登记应用 %s", "registered the application %s", name))
		if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
			return err
		}
		app := r.app()
		tx.After(func() { p.book.put(app, nil) })
		return nil
	})
	return r.app(), err
}

func (r *appRow) tell(c *Change, action string, text fault.Text) {
	c.Action, c.Kind, c.Key, c.Office, c.Text = action, "app", r.Name, r.Office, text
	c.Detail = map[string]string{}
}

// alterApp changes an application or its keys, with its entry and its next version, and
// makes this process act on it before the caller has the answer.
func (p *People) alterApp(ctx context.Context, by Actor, right, name string, do func(ctx context.Context, tx store.Tx, r *appRow, c *Change) error) (App, error) {
	var out App
	err := p.write(ctx, by, right, func(ctx context.Context, tx store.Tx, c *Change) error {
		r := new(appRow)
		err := tx.NewSelect().Model(r).Where("name = ?", name).Scan(ctx)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrApp.At("%s", name)
		}
		if err != nil {
			return err
		}
		if err := p.opt.Allow(by, right, r.Name, r.Office); err != nil {
			return err
		}
		if err := do(ctx, tx, r, c); err != nil {
			return err
		}
		r.Version++
		if _, err := tx.NewUpdate().Model(r).WherePK().Exec(ctx); err != nil {
			return err
		}
		app, keys, err := p.load(ctx, tx, *r)
		if err != nil {
			return err
		}
		out = app
		tx.After(func() { p.book.put(app, keys) })
		return nil
	})
	return out, err
}

// DisableApp closes an application: its next call is refused.
func (p *People) DisableApp(ctx context.Context, by Actor, name, reason string) (App, error) {
	return p.alterApp(ctx, by, mayApps, name, func(_ context.Context, _ store.Tx, r *appRow, c *Change) error {
		r.tell(c, "app.disable", fault.T("停用应用 %s", "disabled the application %s", r.Name))
		c.Detail["reason"] = reason
		r.State = Disabled
		return nil
	})
}

// EnableApp opens an application again, with the keys that were not withdrawn.
func (p *People) EnableApp(ctx context.Context, by Actor, name string) (App, error) {
	return p.alterApp(ctx, by, mayApps, name, func(_ context.Context, _ store.Tx, r *appRow, c *Change) error {
		r.tell(c, "app.enable", fault.T("启用应用 %s", "enabled the application %s", r.Name))
		r.State = Enabled
		return nil
	})
}

// load gives an application with its keys, for looking at and for recognising.
func (p *People) load(ctx context.Context, db bun.IDB, r appRow) (App, []keyRow, error) {
	var rows []keyRow
	if err := db.NewSelect().Model(&rows).Where("app = ?", r.Name).Order("id").Scan(ctx); err != nil {
		return App{}, nil, fmt.Errorf("people: keys of %s: %w", r.Name, err)
	}
	a := r.app()
	for _, k := range rows {
		a.Keys = append(a.Keys, k.key())
	}
	return a, rows, nil
}

// App gives an application with its keys; ErrApp where there is none.
func (p *People) App(ctx context.Context, name string) (App, error) {
	a, _, err := p.find(ctx, name)
	return a, err
}

func (p *People) find(ctx context.Context, name string) (App, []keyRow, error) {
	var r appRow
	err := p.opt.Store.Read().NewSelect().Model(&r).Where("name = ?", name).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return App{}, nil, ErrApp.At("%s", name)
	}
	if err != nil {
		return App{}, nil, fmt.Errorf("people: application %s: %w", name, err)
	}
	return p.load(ctx, p.opt.Store.Read(), r)
}

// Apps lists applications by name with their keys, and the cursor of the next page, "" on
// the last. With limited, only those of the offices and the one called own are shown.
func (p *People) Apps(ctx context.Context, limited bool, offices []string, own, cursor string, limit int) ([]App, string, error) {
	var rows []appRow
	db := p.opt.Store.Read()
	q := db.NewSelect().Model(&rows).Where("name > ?", cursor)
	if limited {
		q = q.Where("(office IN (?) OR name = ?)", bun.List(append([]string{""}, offices...)), own)
	}
	if err := q.Order("name").Limit(int64(limit) + 1).Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("people: applications: %w", err)
	}
	next := ""
	if len(rows) > limit {
		rows, next = rows[:limit], rows[limit-1].Name
	}
	out := make([]App, len(rows))
	for i, r := range rows {
		var err error
		if out[i], _, err = p.load(ctx, db, r); err != nil {
			return nil, "", err
		}
	}
	return out, next, nil
}

// AppTitles gives the titles of the applications named; unknown names are left out.
func (p *People) AppTitles(ctx context.Context, names ...string) (map[string]string, error) {
	var rows []appRow
	if len(names) > 0 {
		if err := p.opt.Store.Read().NewSelect().Model(&rows).Column("name", "title").Where("name IN (?)", bun.List(names)).Scan(ctx); err != nil {
			return nil, fmt.Errorf("people: applications: %w", err)
		}
	}
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.Name] = r.Title
	}
	return out, nil
}

// AppNames gives name, title and office of applications, without their keys: of those of
// offices where limited.
func (p *People) AppNames(ctx context.Context, limited bool, offices []string) ([]App, error) {
	var rows []appRow
	q := p.opt.Store.Read().NewSelect().Model(&rows).Column("name", "title", "office").Order("name")
	if limited {
		q = q.Where("office IN (?)", bun.List(append([]string{""}, offices...)))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("people: applications: %w", err)
	}
	out := make([]App, len(rows))
	for i, r := range rows {
		out[i] = App{Name: r.Name, Title: r.Title, Office: r.Office}
	}
	return out, nil
}
