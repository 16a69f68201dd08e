// Package view owns the views that readers keep of lists: a name for a page's filters, order
// and columns. A view is its owner's alone; who wants to share one shares its address, which
// carries the same.
//
// Read first: Views.Save, Views.List.
package view

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/store"
)

//go:embed schema.sql
var schema1 string

// View is one of them.
type View struct {
	bun.BaseModel `bun:"table:view,alias:v"`
	ID            string `bun:"id,pk"`
	Person        string // id of the user
	Page          string // path of the page without its query
	Name          string
	Query         string // of the page's address: filters, order and columns
	At            time.Time
}

// most bounds the views that one user keeps of one page.
const (
	most      = 30
	mostName  = 40
	mostQuery = 4000
)

var (
	// ErrMissing is a view that is not there, or another's.
	ErrMissing = fault.New(fault.Missing, "view.unknown", fault.T("没有该视图", "there is no such view")).Fix(fault.T("请刷新页面", "refresh the page"))

	errName = fault.New(fault.Invalid, "view.name", fault.T("视图名称须为 1 至 %d 个字", "a view's name has from 1 to %d characters", mostName)).At("name").
		Fix(fault.T("请填写简短的名称", "give it a short name"))
	errLong = fault.New(fault.Invalid, "view.long", fault.T("筛选条件过长，无法保存", "the filters are too long to be kept")).
		Fix(fault.T("请减少筛选条件", "use fewer filters"))
	errMany = fault.New(fault.Conflict, "view.many", fault.T("一个页面最多保存 %d 个视图", "one page has %d views at most", most)).
		Fix(fault.T("请先删除不用的视图", "remove one first"))
)

// Views is the room. It is safe for concurrent use.
type Views struct {
	store store.Store
	now   func() time.Time
}

// New brings the room's table up.
func New(ctx context.Context, s store.Store, now func() time.Time) (*Views, error) {
	if now == nil {
		now = time.Now
	}
	if err := s.Migrate(ctx, "view", []store.Migration{{Version: 1, SQL: schema1}}); err != nil {
		return nil, fmt.Errorf("view: %w", err)
	}
	return &Views{store: s, now: now}, nil
}

// Save keeps a view; one of the same name on the same page is replaced.
func (v *Views) Save(ctx context.Context, x View) (View, error) {
	x.Name = strings.TrimSpace(x.Name)
	if n := utf8.RuneCountInString(x.Name); n == 0 || n > mostName {
		return x, errName
	}
	if len(x.Query) > mostQuery {
		return x, errLong
	}
	x.ID, x.At = ident.New(), v.now().UTC().Truncate(time.Microsecond)
	err := v.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		n, err := tx.NewSelect().Model((*View)(nil)).Where("person = ? AND page = ? AND name <> ?", x.Person, x.Page, x.Name).Count(ctx)
		if err != nil {
			return err
		}
		if n >= most {
			return errMany
		}
		if _, err := tx.NewDelete().Model((*View)(nil)).Where("person = ? AND page = ? AND name = ?", x.Person, x.Page, x.Name).Exec(ctx); err != nil {
			return err
		}
		_, err = tx.NewInsert().Model(&x).Exec(ctx)
		return err
	})
	return x, wrapped("save", err)
}

// List gives a user's views of a page, by name.
func (v *Views) List(ctx context.Context, person, page string) (out []View, err error) {
	err = v.store.Read().NewSelect().Model(&out).Where("person = ? AND page = ?", person, page).Order("name").Scan(ctx)
	return out, wrapped("list", err)
}

// Remove takes one of a user's views away.
func (v *Views) Remove(ctx context.Context, person, id string) error {
	return wrapped("remove", v.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		res, err := tx.NewDelete().Model((*View)(nil)).Where("person = ? AND id = ?", person, id).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return ErrMissing.At("%s", id)
		}
		return nil
	}))
}

func wrapped(what string, err error) error {
	if f := fault.From(err); err == nil || f.Kind != fault.Internal {
		return err
	}
	return fmt.Errorf("view: %s: %w", what, err)
}
