package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
)

// ErrDay is a day of counts that is none.
var ErrDay = fault.New(fault.Invalid, "audit.day", fault.T("日期不合规", "this is no date")).
	Fix(fault.T("请写作 2026-11-27", "write 2026-11-27"))

// anyRefusal stands for every outcome but "ok".
const anyRefusal = "refused"

// within is a filter of calls, its days as numbers.
type within struct {
	CallFilter
	from, until int64
}

func (f CallFilter) compile() (w within, err error) {
	w = within{CallFilter: f, until: 1 << 40}
	if f.From != "" {
		if w.from, err = dayNumber(f.From); err != nil {
			return w, ErrDay.At("from")
		}
	}
	if f.Until != "" {
		if w.until, err = dayNumber(f.Until); err != nil {
			return w, ErrDay.At("until")
		}
	}
	return w, nil
}

func (w within) takes(k callKey) bool {
	return k.day >= w.from && k.day <= w.until && (w.Service == "" || k.service == w.Service) && (w.App == "" || k.app == w.App) &&
		(w.Grant == "" || k.grant == w.Grant) && (!w.Limited || slices.Contains(w.Services, k.service)) && (w.Apps == nil || slices.Contains(w.Apps, k.app)) &&
		(w.Outcome == "" || k.outcome == w.Outcome || w.Outcome == anyRefusal && k.outcome != "ok")
}

// query sums what is counted in the index. The outcome is always told apart: what was
// refused follows from it.
func (w within) query(db bun.IDB, by []By) *bun.SelectQuery {
	q := db.NewSelect().TableExpr("audit_call").ColumnExpr("SUM(calls) AS calls, SUM(shown) AS shown, outcome").Group("outcome").
		Where("day BETWEEN ? AND ?", w.from, w.until)
	for _, c := range []struct {
		by           By
		name, column string
		none         string
	}{{ByDay, "day", "day", "0"}, {ByService, "service", "service", "''"}, {ByApp, "app", "app", "''"}, {ByGrant, "grant_id", "grant_id", "''"}} {
		if slices.Contains(by, c.by) {
			q = q.Column(c.column).Group(c.column)
		} else {
			q = q.ColumnExpr(c.none + " AS " + c.name)
		}
	}
	for column, value := range map[string]string{"service": w.Service, "app": w.App, "grant_id": w.Grant} {
		if value != "" {
			q = q.Where("? = ?", bun.Ident(column), value)
		}
	}
	switch w.Outcome {
	case "":
	case anyRefusal:
		q = q.Where("outcome <> 'ok'")
	default:
		q = q.Where("outcome = ?", w.Outcome)
	}
	if w.Limited {
		q = q.Where("service IN (?)", bun.List(append([]string{""}, w.Services...)))
	}
	if w.Apps != nil {
		q = q.Where("app IN (?)", bun.List(append([]string{""}, w.Apps...)))
	}
	return q
}

func (a callKey) compare(b callKey) int {
	return cmp.Or(cmp.Compare(a.day, b.day), strings.Compare(a.service, b.service), strings.Compare(a.app, b.app),
		strings.Compare(a.grant, b.grant), strings.Compare(a.outcome, b.outcome))
}
