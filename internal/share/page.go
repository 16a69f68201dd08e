package share

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// page is where a list goes on: behind a row of a snapshot. It holds a value where the list
// is sorted by one, so callers get it sealed.
type page struct {
	Snapshot int64   `json:"s"`
	File     string  `json:"f"`
	Pos      int64   `json:"p"`
	Value    *string `json:"v,omitempty"` // of the sorted item; nil: empty
	Sort     string  `json:"-"`
	typ      row.Type
	desc     bool
	begun    bool
}

// page reads the cursor of a question; it has to be of the same list.
func (e *Engine) page(c Caller, p *plan, q Question) (page, error) {
	var pg page
	if q.Cursor != "" {
		sealed, err := base64.RawURLEncoding.DecodeString(q.Cursor)
		if err != nil {
			return pg, ErrCursor
		}
		plain, err := e.opt.Sealer.Open(gm.Page, sealed, binding(c, p, q))
		if err != nil || json.Unmarshal(plain, &pg) != nil {
			return pg, ErrCursor
		}
		pg.begun = true
	}
	if q.Sort == "" {
		return pg, nil
	}
	item, desc := sorted(q.Sort)
	if !slices.Contains(p.service.Sort, item) || !p.decision.Plain(item) {
		return pg, filterFault(ErrFilter, p, item)
	}
	it, _ := p.item(item)
	pg.Sort, pg.desc, pg.typ = item, desc, it.Type
	return pg, nil
}

// seal closes the cursor of the row whose place and sorted value are given.
func (e *Engine) seal(c Caller, p *plan, q Question, pg page) (string, error) {
	plain, err := json.Marshal(pg)
	if err != nil {
		return "", err
	}
	sealed, err := e.opt.Sealer.Seal(gm.Page, plain, binding(c, p, q))
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// binding ties a cursor to the caller, the grant and the question.
func binding(c Caller, p *plan, q Question) []byte {
	q.Cursor, q.Limit = "", 0
	b, _ := json.Marshal([]any{c.App.ID, p.service.Name, p.grant.ID, q}) // plain values: it cannot fail
	return b
}

// at is the page that goes on behind a row: file, position and, if sorted, the value.
func (pg page) at(cells []any) page {
	pg.File, _ = cells[0].(string)
	pg.Pos, _ = cells[1].(int64)
	if pg.Value = nil; pg.Sort != "" && cells[2] != nil {
		s := written(cells[2], pg.typ)
		pg.Value = &s
	}
	return pg
}

func written(v any, t row.Type) string {
	if at, ok := v.(time.Time); ok {
		if t.Kind == row.Date {
			return at.Format(time.DateOnly)
		}
		return at.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprint(v)
}

func (pg page) order() []row.Order {
	place := []row.Order{{X: row.Column(query.FileColumn)}, {X: row.Column(query.PosColumn)}}
	if pg.Sort == "" {
		return place
	}
	return append([]row.Order{{X: row.Column(pg.Sort), Desc: pg.desc}}, place...)
}

// after narrows a filter to what comes behind the page's row in its order: empty values
// stand last whichever the direction.
func (pg page) after(where row.Expr) row.Expr {
	if !pg.begun {
		return where
	}
	file, pos := row.Column(query.FileColumn), row.Column(query.PosColumn)
	behind := row.F(row.Or, row.F(row.Gt, file, row.Str(pg.File)),
		row.F(row.And, row.F(row.Eq, file, row.Str(pg.File)), row.F(row.Gt, pos, row.Num(pg.Pos))))
	if pg.Sort == "" {
		return row.F(row.And, where, behind)
	}
	col := row.Column(pg.Sort)
	if pg.Value == nil {
		return row.F(row.And, where, row.F(row.IsNull, col), behind)
	}
	v := row.Try{X: row.Str(*pg.Value), To: pg.typ}
	further := row.Gt
	if pg.desc {
		further = row.Lt
	}
	return row.F(row.And, where, row.F(row.Or, row.F(further, col, v), row.F(row.IsNull, col),
		row.F(row.And, row.F(row.Eq, col, v), behind)))
}
