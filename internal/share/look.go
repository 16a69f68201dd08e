package share

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/serving"
)

// mostFound bounds the rows of one look-up; the answer says when there are more.
const mostFound = 100

// Look answers a look-up by key: the values by the names of the service's key items.
func (e *Engine) Look(ctx context.Context, c Caller, service string, key map[string]string) (Answer, error) {
	return e.answer(ctx, c, service, "read", func(p *plan) (found, error) {
		values, err := p.keyed(c, key)
		if err != nil {
			return found{}, err
		}
		subject := e.subject(p, values)
		f, err := e.look(ctx, p, values)
		f.subject = subject
		return f, err
	})
}

// keyed puts the key's values in the service's order. A key the grant does not name is none
// the caller may look up by: it could ask for the value of an item it was not given.
func (p *plan) keyed(c Caller, key map[string]string) ([]any, error) {
	if len(p.service.Key) == 0 {
		return nil, ErrNoKey
	}
	for _, name := range p.service.Key {
		if err := p.open(c, name); err != nil {
			return nil, err
		}
	}
	if len(key) != len(p.service.Key) {
		return nil, ErrKey
	}
	values := make([]any, len(p.service.Key))
	for i, name := range p.service.Key {
		v, ok := key[name]
		if !ok || len(v) == 0 || len(v) > 1000 {
			return nil, ErrKey.At("%s", name)
		}
		if !p.granted(name) {
			return nil, ErrFilter.At("%s", name)
		}
		values[i] = v
	}
	return values, nil
}

// subject names in the audit what was looked up: the same for the same key of a directory,
// and nothing to anybody without the ring.
func (e *Engine) subject(p *plan, values []any) string {
	return named(e.opt.Subject(subjectParts(p.service, values)...))
}

func subjectParts(s Service, values []any) [][]byte {
	parts := make([][]byte, 0, 1+2*len(values))
	parts = append(parts, []byte(s.Directory+"\x00"))
	for i, v := range values {
		parts = append(parts, []byte(s.Key[i]+"\x00"), []byte(fmt.Sprint(v)+"\x00"))
	}
	return parts
}

func named(sum [gm.Size]byte) string { return base64.RawURLEncoding.EncodeToString(sum[:18]) }

// Subjects are the names by which the audit knows a key of a service: one for each version
// of the ring's key, the present one first. It needs no grant and tells of no row. A value
// without an item's name is that of a service with one.
func (e *Engine) Subjects(service string, key map[string]string) ([]string, error) {
	s, err := e.Get(service)
	if err != nil {
		return nil, err
	}
	if len(s.Key) == 0 {
		return nil, ErrNoKey
	}
	values := make([]any, len(s.Key))
	for i, name := range s.Key {
		v := key[name]
		if v == "" && len(s.Key) == 1 {
			v = key[""]
		}
		if len(key) != len(s.Key) || v == "" || len(v) > 1000 {
			return nil, ErrKey.At("%s", name)
		}
		values[i] = v
	}
	var out []string
	for _, sum := range e.opt.Subjects(subjectParts(s, values)...) {
		out = append(out, named(sum))
	}
	return out, nil
}

func (e *Engine) look(ctx context.Context, p *plan, values []any) (found, error) {
	if !e.served(p) {
		return e.lookSlowly(ctx, p, values)
	}
	a, err := e.opt.Files.Look(ctx, p.service.Name, values, mostFound)
	if errors.Is(err, serving.ErrUnknown) {
		return e.lookSlowly(ctx, p, values)
	}
	if err != nil {
		return found{}, err
	}
	l, err := p.over(a.Columns)
	if err != nil {
		return found{}, err
	}
	f := found{snapshot: a.Snapshot, body: append(make([]byte, 0, 512), `{"rows":[`...)}
	cells := make([]any, len(a.Columns))
	for _, r := range a.Rows {
		at := len(f.body)
		if f.rows > 0 {
			f.body = append(f.body, ',')
		}
		b, ok, err := l.row(f.body, r.Cells, cells)
		if err != nil {
			return found{}, err
		}
		if !ok || len(b) > mostBytes {
			f.body = b[:at]
			a.More = a.More || ok
			continue
		}
		f.body = b
		f.rows++
	}
	f.body = ended(f.body, a.More)
	return f, nil
}

func ended(body []byte, more bool) []byte {
	if more {
		return append(body, `],"more":true}`...)
	}
	return append(body, `],"more":false}`...)
}

// served says whether the service's file is there and is the declared one's: one of a
// declaration before may be of another directory.
func (e *Engine) served(p *plan) bool {
	st, err := e.opt.Files.State(p.service.Name)
	return err == nil && st.Table == table(p.service.Directory) && slices.Equal(st.Key, p.service.Key)
}

// lookSlowly asks the query engine, until the service's file has been built.
func (e *Engine) lookSlowly(ctx context.Context, p *plan, values []any) (found, error) {
	t, err := e.tableNow(ctx, p, 0)
	if err != nil {
		return found{}, err
	}
	where := []row.Expr{p.decision.Where()}
	for i, name := range p.service.Key {
		it, _ := p.item(name)
		x, err := policy.Condition(policy.RowRule{Item: name, Op: policy.RowEq, Values: []string{values[i].(string)}}, it)
		if err != nil {
			return found{}, serving.ErrKeyValue.At("%s", name)
		}
		where = append(where, x)
	}
	f := found{snapshot: t.snapshot, body: []byte(`{"rows":[`)}
	rows, err := e.rows(ctx, t, row.Query{Select: p.decision.Select(), Where: row.F(row.And, where...), Limit: mostFound + 1,
		Order: []row.Order{{X: row.Column(query.FileColumn)}, {X: row.Column(query.PosColumn)}}})
	if err != nil {
		return found{}, err
	}
	mask := p.decision.Masked()
	more := len(rows) > mostFound
	for i, cells := range rows {
		if i == mostFound || len(f.body) > mostBytes {
			more = true
			break
		}
		if i > 0 {
			f.body = append(f.body, ',')
		}
		f.body = p.appendShown(f.body, mask(cells))
		f.rows++
	}
	f.body = ended(f.body, more)
	return f, nil
}

func (p *plan) item(name string) (policy.Item, bool) {
	it, ok := p.directory.Item(name)
	return policy.Item{Name: it.Name, Type: it.Type, Personal: it.Personal}, ok
}
