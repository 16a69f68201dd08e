package ledger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
)

// importing is the reading of one file into one register.
type importing struct {
	l    *Ledger
	e    *Entity
	m    *mapping
	rows *sheetReader
	now  time.Time
	refs map[string]meaning // what cells named, by field and text
}

// line is one row of a file as it was read.
type line struct {
	n      int64
	values Values
	key    string // the number, where the file has it
	faults []*fault.Error
}

func (l *Ledger) importing(ctx context.Context, e *Entity, d Import, j *Job) (*importing, []CellFault, error) {
	if j.Pack != e.Pack || j.Entity != e.Name {
		return nil, nil, ErrNoJob.At("%s", j.ID)
	}
	if l.opt.Offices != nil {
		if err := l.learnOffices(ctx); err != nil {
			return nil, nil, err
		}
	}
	if j.Sheet == "" {
		j.Sheet = d.Sheet
	}
	rows, err := l.openRows(ctx, j)
	if err != nil {
		return nil, nil, err
	}
	m, faults := e.mapped(d, rows)
	return &importing{l: l, e: e, m: m, rows: rows, now: l.opt.Now(), refs: map[string]meaning{}}, faults, nil
}

// read gives the next row that holds anything for a field; io.EOF at the end.
func (im *importing) read(ctx context.Context) (line, error) {
	for {
		n, cells, err := im.rows.next()
		if err != nil {
			return line{}, err
		}
		out := line{n: n, values: Values{}}
		blank := true
		for i, c := range cells {
			if i >= len(im.m.fields) || strings.TrimSpace(c) == "" {
				continue
			}
			if i == im.m.key {
				out.key, blank = strings.TrimSpace(c), false
			}
			f := im.m.fields[i]
			if f == nil {
				continue
			}
			blank = false
			v, bad, err := im.cell(ctx, f, c)
			if err != nil {
				return line{}, err
			}
			if bad != nil {
				out.faults = append(out.faults, bad.At("%s", f.Name))
				continue
			}
			out.values[f.Name] = v
		}
		if !blank {
			return out, nil
		}
	}
}

// cell reads a cell: offices by title, records by number or name, all else by Parse.
func (im *importing) cell(ctx context.Context, f *Compiled, text string) (any, *fault.Error, error) {
	text = strings.TrimSpace(text)
	if f.Type.Kind != Office && f.Type.Kind != Reference {
		v, bad := f.Parse(text)
		return v, bad, nil
	}
	memo := f.Name + "\x1f" + text
	if m, ok := im.refs[memo]; ok {
		return m.id, m.bad, nil
	}
	id, bad, err := im.l.named(ctx, im.l.opt.Store.Read(), im.e, f, text, im.m.d.finds)
	if err == nil && len(im.refs) < mostRemembered {
		im.refs[memo] = meaning{id, bad}
	}
	return id, bad, err
}

// meaning is what a cell names, or why it names nothing.
type meaning struct {
	id  string
	bad *fault.Error
}

const mostRemembered = 50_000

// match finds the record that a row is about. One that the importer does not see is not there.
func (im *importing) match(ctx context.Context, db bun.IDB, x line) (Record, bool, error) {
	if len(im.m.d.Match) == 0 {
		return Record{}, false, nil
	}
	var where []string
	var args []any
	for i, n := range im.m.d.Match {
		if n == "key" {
			where, args = append(where, fmt.Sprintf("key = $%d", i+1)), append(args, x.key)
			continue
		}
		f := im.e.by[n]
		v, bad := f.take(n, x.values[n])
		if bad != nil || v == nil {
			return Record{}, false, nil
		}
		c, err := f.cell(v)
		if err != nil {
			return Record{}, false, err
		}
		where, args = append(where, fmt.Sprintf("f_%s = $%d", n, i+1)), append(args, c[0])
	}
	row, err := rowOf(ctx, db, "SELECT "+im.e.sql.read+" FROM "+im.e.sql.table+" WHERE "+strings.Join(where, " AND "), args...)
	if err != nil {
		return Record{}, false, err
	}
	r, err := im.e.found(im.e.scan(row))
	if errors.Is(err, ErrMissing) || err == nil && !im.m.d.finds(r) {
		return Record{}, false, nil
	}
	return r, err == nil, err
}

// Try reads the whole file and tells every error at its cell. It changes no record. The job
// is Tried or Refused then.
func (l *Ledger) Try(ctx context.Context, e *Entity, d Import, id string, progress func(done int64)) (Job, error) {
	j, err := l.Job(ctx, id)
	if err != nil {
		return j, err
	}
	if j.State != Received && j.State != Refused && j.State != Tried {
		return j, notNow(j)
	}
	im, faults, err := l.importing(ctx, e, d, &j)
	if err != nil {
		return j, err
	}
	t := &trial{importing: im, office: j.Office, told: faults, bad: int64(len(faults)), seen: map[string]map[string]int64{}}
	if len(faults) == 0 {
		err = t.run(ctx, progress)
	}
	if err = errors.Join(err, im.rows.close()); err != nil {
		return j, err
	}
	if t.n == 0 && t.bad == 0 {
		return j, fault.New(fault.Invalid, "import.empty", fault.T("表头下没有数据", "there are no rows under the header")).At("%s", j.File).Fix(fault.T("请在表头下逐行填写", "fill in rows under the header"))
	}
	j.Rows, j.Bad, j.Faults, j.State = t.n, t.bad, t.told, Tried
	if j.Faults == nil {
		j.Faults = []CellFault{}
	}
	if t.bad > 0 {
		j.State = Refused
	}
	return j, l.save(ctx, &j)
}

func notNow(j Job) error {
	return fault.New(fault.Conflict, "import.state", fault.T("该导入任务当前不能这样处理", "this cannot be done with the import now")).At("%s", j.ID).
		Fix(fault.T("请刷新查看其状态", "refresh and look at its state"))
}

// trial is a reading that changes nothing.
type trial struct {
	*importing
	office string // of whoever imports
	n      int64
	told   []CellFault
	bad    int64
	seen   map[string]map[string]int64 // unique group → values → line
}

func (t *trial) run(ctx context.Context, progress func(int64)) error {
	for {
		if t.n%256 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if progress != nil {
				progress(t.rows.done())
			}
		}
		x, err := t.read(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if t.n++; t.n > mostLines {
			return fault.New(fault.Invalid, "import.rows", fault.T("超过 100 万行", "there are more than a million rows")).Fix(fault.T("请拆分为多个文件", "split the file"))
		}
		if err := t.judge(ctx, x); err != nil {
			return err
		}
	}
}

// judge checks one row as loading it would.
func (t *trial) judge(ctx context.Context, x line) error {
	db := t.l.opt.Store.Read()
	was, found, err := t.match(ctx, db, x)
	if err != nil {
		return err
	}
	if !found && t.m.d.Mode == "update" {
		f := fault.New(fault.Invalid, "import.match.none", fault.T("没有对应的记录", "there is no record for it")).At("%s", t.m.d.Match[0]).Fix(fault.T("请核对匹配字段", "check the fields by which it is found"))
		t.tell(x.n, append(x.faults, f))
		return nil
	}
	whole := t.e.Begin(t.now)
	var before Values
	if found {
		before = was.Values
		whole = maps.Clone(was.Values)
		for _, f := range t.e.Fields {
			if f.Computes() {
				delete(whole, f.Name)
			}
		}
	}
	maps.Copy(whole, x.values)
	taken, bad := t.e.Take(whole)
	x.faults = append(x.faults, bad...)
	taken, bad = t.e.complete(taken, x.faults, t.now)
	x.faults = append(x.faults, bad...)
	if len(x.faults) == 0 {
		r, offices := Record{ID: was.ID, Values: taken}, []string{}
		if found {
			t.e.owned(&r, was.Office)
			offices = append(offices, was.Office)
		} else {
			t.e.owned(&r, t.office)
			r.Key = t.e.key.number(t.e.key.scope(&r, t.now), 0)
		}
		if f := t.m.d.beyond(t.e, append(offices, r.Office)...); f != nil {
			t.tell(x.n, []*fault.Error{f})
			return nil
		}
		if x.faults, err = t.l.twins(ctx, db, t.e, &r, before, t.office); err != nil {
			return err
		}
		x.faults = append(x.faults, t.again(x.n, &r, !found)...)
	}
	t.tell(x.n, x.faults)
	return nil
}

// again tells what two rows of the file have alike and no two records may.
func (t *trial) again(n int64, r *Record, isNew bool) (faults []*fault.Error) {
	see := func(group, values string, where string) {
		if t.seen[group] == nil {
			t.seen[group] = map[string]int64{}
		}
		if first, ok := t.seen[group][values]; ok {
			faults = append(faults, fault.New(fault.Invalid, "import.twice", fault.T("与第 %d 行重复", "it is the same as in row %d", first)).At("%s", where).Fix(fault.T("请删去或改正其中一行", "remove or correct one of the rows")))
			return
		}
		t.seen[group][values] = n
	}
	if isNew && !t.e.key.seq {
		see("", r.Key, t.e.key.fields()[0])
	}
	if !isNew {
		see("id", r.ID, t.m.d.Match[0])
	}
	for _, g := range t.e.groups {
		var b strings.Builder
		whole := true
		for _, name := range g {
			v := r.Values[name]
			whole = whole && v != nil
			fmt.Fprintf(&b, "%v\x1f", v)
		}
		if whole {
			see(strings.Join(g, ","), b.String(), g[0])
		}
	}
	return faults
}

// tell places faults at cells: a field's at its column, all else at the row.
func (t *trial) tell(n int64, faults []*fault.Error) {
	for _, f := range faults {
		t.bad++
		if len(t.told) < mostTold {
			t.told = append(t.told, t.m.cellFault(t.rows.name, n, f))
		}
	}
}

func (m *mapping) cellFault(sheet string, n int64, f *fault.Error) CellFault {
	name := f.Where
	if i := strings.IndexAny(name, ".["); i > 0 {
		name = name[:i]
	}
	column, ok := m.at[name]
	if !ok {
		column = -1
	}
	return CellFault{Where: cellAt(sheet, n, column), Field: name, Line: n, Column: column, Code: f.Code, Text: f.Text, Remedy: f.Remedy}
}
