package catalog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/store"
)

// OfficeEntry is an office with the number of its directories.
type OfficeEntry struct {
	Office
	Directories int `json:"directories"`
	Mounted     int `json:"mounted"`
}

type officeRow struct {
	bun.BaseModel `bun:"table:catalog_office,alias:o"`
	Name          string `bun:",pk"`
	Title         string
	Region        string
	Credit        string
	Parent        string
	Place         int // its place in the order they were given
}

// creditForm is the writing of a 统一社会信用代码 (GB 32100), check digit apart.
var creditForm = regexp.MustCompile(`^[0-9A-HJ-NPQRTUWXY]{18}$`)

// CheckOffices gives everything that is wrong with a list of offices; a parent is another
// of the list, or one of known.
func CheckOffices(offices, known []Office) error {
	var faults []*fault.Error
	fail := func(at, code string, text, fix fault.Text) {
		faults = append(faults, fault.New(fault.Invalid, code, text).At("%s", at).Fix(fix))
	}
	parent := map[string]string{}
	for _, k := range known {
		parent[k.Name] = k.Parent
	}
	seen := map[string]bool{}
	for i, o := range offices {
		at := fmt.Sprintf("offices[%d]", i)
		if err := ident.Check(o.Name); err != nil {
			f := fault.From(err)
			fail(at+".name", f.Code, f.Text, fault.T("请改写 name", "write another name"))
		}
		if seen[o.Name] {
			fail(at+".name", "office.twice", fault.T("部门 %s 重复", "the office %s is there twice", o.Name), fault.T("请删去其中一个", "remove one"))
		}
		seen[o.Name], parent[o.Name] = true, o.Parent
		if strings.TrimSpace(o.Title) == "" {
			fail(at+".title", "office.title", fault.T("部门 %s 缺少名称", "the office %s has no title", o.Name), fault.T("请填写 title", "fill in title"))
		}
		if _, err := (region.Form{}).Parse(o.Region); err != nil {
			fail(at+".region", "office.region", fault.T("部门 %s 的区划代码不合规", "the region of the office %s is no region code", o.Name),
				fault.T("请填写 12 位区划代码", "write the 12 digits of its region"))
		}
		if o.Credit != "" && !creditForm.MatchString(o.Credit) {
			fail(at+".credit", "office.credit", fault.T("部门 %s 的统一社会信用代码不合规", "the credit code of the office %s is ill-formed", o.Name),
				fault.T("应为 18 位数字和大写字母（不含 I、O、S、V、Z）", "it has 18 digits and capitals without I, O, S, V, Z"))
		}
	}
	for i, o := range offices {
		at := fmt.Sprintf("offices[%d].parent", i)
		if _, ok := parent[o.Parent]; o.Parent != "" && !ok {
			fail(at, "office.parent", fault.T("没有上级部门 %q", "there is no office %q above it", o.Parent), fault.T("请先登记上级部门", "enter the one above first"))
		} else if above(parent, o.Name) {
			fail(at, "office.circle", fault.T("部门 %s 的上级循环", "the offices above %s run in a circle", o.Name), fault.T("请改正上级部门", "correct the parents"))
		}
	}
	return fault.All("offices.invalid", fault.T("部门名单有 %d 处错误", "%d errors in the list of offices", len(faults)), faults)
}

// above says whether an office stands above itself.
func above(parent map[string]string, name string) bool {
	at := parent[name]
	for range len(parent) + 1 {
		if at == "" {
			return false
		}
		at = parent[at]
	}
	return true
}

// PutOffices enters offices and corrects those that are there; none is removed. The order
// given is kept in lists, new ones after the old.
func (c *Catalog) PutOffices(ctx context.Context, offices []Office) error {
	return c.putOffices(ctx, offices, func(context.Context, store.Tx) error { return nil })
}

// PutOffice enters or corrects one office for somebody, whose right to it the caller has asked for.
func (c *Catalog) PutOffice(ctx context.Context, by people.Actor, o Office) error {
	return c.putOffices(ctx, []Office{o}, func(ctx context.Context, tx store.Tx) error {
		if c.record == nil {
			return nil
		}
		return c.record(ctx, tx, people.Change{At: c.now().UTC(), Actor: by, Action: "office.put", Kind: "office", Key: o.Name, Office: o.Name,
			Text: fault.T("登记部门 %s", "entered the office %s", o.Name), Detail: map[string]string{"title": o.Title, "region": o.Region, "credit": o.Credit, "parent": o.Parent}})
	})
}

func (c *Catalog) putOffices(ctx context.Context, offices []Office, told func(ctx context.Context, tx store.Tx) error) error {
	err := c.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		var rows []officeRow
		if err := tx.NewSelect().Model(&rows).Scan(ctx); err != nil {
			return err
		}
		known := make([]Office, len(rows))
		for i, r := range rows {
			known[i] = r.office()
		}
		if err := CheckOffices(offices, known); err != nil {
			return err
		}
		for i, o := range offices {
			r := &officeRow{Name: o.Name, Title: o.Title, Region: o.Region, Credit: o.Credit, Parent: o.Parent, Place: len(known) + i}
			_, err := tx.NewInsert().Model(r).On("CONFLICT (name) DO UPDATE").
				Set("title = EXCLUDED.title, region = EXCLUDED.region, credit = EXCLUDED.credit, parent = EXCLUDED.parent").Exec(ctx)
			if err != nil {
				return err
			}
			if !slices.Contains(known, o) {
				if err := tx.Emit(ctx, event.OfficeChanged, o.Name, struct{}{}); err != nil {
					return err
				}
			}
			if slices.ContainsFunc(known, func(k Office) bool { return k.Name == o.Name && k.Title == o.Title }) {
				continue
			}
			if err := touch(ctx, tx, "office", o.Name); err != nil {
				return err
			}
		}
		return told(ctx, tx)
	})
	var f *fault.Error
	if err != nil && !errors.As(err, &f) {
		return fmt.Errorf("catalog: put offices: %w", err)
	}
	return err
}

// Offices lists the offices in their order, with their counts.
func (c *Catalog) Offices(ctx context.Context) ([]OfficeEntry, error) {
	var rows []struct {
		officeRow
		Directories int
		Mounted     int
	}
	err := c.store.Read().NewSelect().TableExpr("catalog_office AS o").
		ColumnExpr("o.name, o.title, o.region, o.credit, o.parent").
		ColumnExpr("COUNT(d.name) AS directories").
		ColumnExpr("COALESCE(SUM(CASE WHEN d.mounted THEN 1 ELSE 0 END), 0) AS mounted").
		Join("LEFT JOIN catalog_directory AS d ON d.office = o.name").
		Group("o.name", "o.title", "o.region", "o.credit", "o.parent", "o.place").
		Order("o.place", "o.name").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("catalog: offices: %w", err)
	}
	out := make([]OfficeEntry, len(rows))
	for i, r := range rows {
		out[i] = OfficeEntry{r.office(), r.Directories, r.Mounted}
	}
	return out, nil
}

// Office gives one office; a Missing fault where there is none.
func (c *Catalog) Office(ctx context.Context, name string) (Office, error) {
	var r officeRow
	err := c.store.Read().NewSelect().Model(&r).Where("name = ?", name).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Office{}, fault.New(fault.Missing, "office.unknown", fault.T("没有该部门", "there is no such office")).
			At("%s", name).Fix(fault.T("请核对部门名称", "check the office's name"))
	}
	if err != nil {
		return Office{}, fmt.Errorf("catalog: office %s: %w", name, err)
	}
	return r.office(), nil
}

func (r officeRow) office() Office {
	return Office{Name: r.Name, Title: r.Title, Region: r.Region, Credit: r.Credit, Parent: r.Parent}
}
