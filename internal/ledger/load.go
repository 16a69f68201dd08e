package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

// batchRows are loaded in one transaction: few enough that others hardly wait for it.
const batchRows = 250

// Load makes records of a file that was tried, or goes on where a crash ended it. Each batch
// commits with the line it came to, so that no row is loaded twice. A row that fails now,
// since records have changed after the trial, takes all of them back: the job is Undone then
// and says which row it was.
func (l *Ledger) Load(ctx context.Context, e *Entity, d Import, id string, progress func(rows int64)) (Job, error) {
	j, err := l.Job(ctx, id)
	if err != nil {
		return j, err
	}
	switch j.State {
	case Undoing:
		return l.takeBack(ctx, e, j)
	case Tried:
		j.State = Running
		if err := l.save(ctx, &j); err != nil {
			return j, err
		}
	case Running:
	default:
		return j, notNow(j)
	}
	im, faults, err := l.importing(ctx, e, d, &j)
	if err != nil {
		return j, err
	}
	if len(faults) > 0 { // the declaration changed after the trial
		j.Faults, j.Bad, j.State = faults, int64(len(faults)), Undoing
	} else {
		err = im.load(ctx, &j, progress)
	}
	if err = errors.Join(err, im.rows.close()); err != nil {
		return j, err
	}
	if j.State == Undoing {
		if err := l.save(ctx, &j); err != nil {
			return j, err
		}
		return l.takeBack(ctx, e, j)
	}
	return j, nil
}

func (im *importing) load(ctx context.Context, j *Job, progress func(int64)) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		batch, end, err := im.gather(ctx, j.Line)
		if err != nil {
			return err
		}
		next := *j
		if len(batch) > 0 || end {
			err = im.l.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
				next = *j
				return im.write(ctx, tx, &next, batch, end)
			})
		}
		var row *rowError
		if errors.As(err, &row) {
			j.Faults, j.Bad, j.State = []CellFault{im.m.cellFault(im.rows.name, row.line, row.fault)}, 1, Undoing
			return nil
		}
		if err != nil {
			return err
		}
		*j = next
		if progress != nil {
			progress(j.Made + j.Changed)
		}
		if end {
			return nil
		}
	}
}

// gather reads the next rows behind a line.
func (im *importing) gather(ctx context.Context, behind int64) (batch []line, end bool, err error) {
	for len(batch) < batchRows {
		x, err := im.read(ctx)
		if errors.Is(err, io.EOF) {
			return batch, true, nil
		}
		if err != nil {
			return nil, false, err
		}
		if x.n > behind {
			batch = append(batch, x)
		}
	}
	return batch, false, nil
}

// rowError is a row that cannot be loaded though it could be when it was tried.
type rowError struct {
	line  int64
	fault *fault.Error
}

func (r *rowError) Error() string { return fmt.Sprintf("line %d: %v", r.line, r.fault) }
func (r *rowError) Unwrap() error { return r.fault }

// write loads a batch and keeps how far the job came, in one transaction.
func (im *importing) write(ctx context.Context, tx store.Tx, j *Job, batch []line, end bool) error {
	by := people.Actor{Kind: people.UserKind, ID: j.Actor, Name: j.Person, Office: j.Office}
	if err := mine(ctx, tx, j); err != nil {
		return err
	}
	q := im.l.Quiet()
	var ids []string
	mark, err := tx.Prepared(ctx, `INSERT INTO ledger_import_line (import, line, record, act, version) VALUES ($1, $2, $3, $4, $5)`)
	if err != nil {
		return err
	}
	for _, x := range batch {
		r, act, err := im.put(ctx, tx, q, by, x)
		if err != nil {
			f := fault.From(err)
			if f.Kind != fault.Invalid && f.Kind != fault.Conflict && f.Kind != fault.Missing {
				return err
			}
			if len(f.Parts) > 0 {
				f = f.Parts[0]
			}
			return &rowError{x.n, f}
		}
		if j.Line = x.n; act == "" {
			continue
		}
		if act == "m" {
			j.Made++
		} else {
			j.Changed++
		}
		if _, err := mark.ExecContext(ctx, j.ID, x.n, r.ID, act, r.Version); err != nil {
			return err
		}
		ids = append(ids, r.ID)
	}
	if end {
		j.State, j.EndedAt = Done, im.l.opt.Now().UTC()
	}
	if err := keepProgress(ctx, tx, j); err != nil {
		return err
	}
	if len(ids) == 0 && !end {
		return nil
	}
	return im.l.toldMany(ctx, tx, by, im.e, j, "import", ids)
}

// mine refuses a batch when somebody else has taken the job on, or has it taken back.
func mine(ctx context.Context, tx store.Tx, j *Job) error {
	stmt, err := tx.Prepared(ctx, `SELECT 1 FROM ledger_import WHERE id = $1 AND state = $2 AND line = $3`)
	if err != nil {
		return err
	}
	var one int
	err = stmt.QueryRowContext(ctx, j.ID, string(Running), j.Line).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return notNow(*j)
	}
	return err
}

func keepProgress(ctx context.Context, tx store.Tx, j *Job) error {
	ended := any(nil)
	if !j.EndedAt.IsZero() {
		ended = j.EndedAt
	}
	stmt, err := tx.Prepared(ctx, `UPDATE ledger_import SET state = $1, line = $2, made = $3, changed = $4, kept = $5, ended_at = $6 WHERE id = $7`)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx, string(j.State), j.Line, j.Made, j.Changed, j.Kept, ended, j.ID)
	return err
}

// put loads one row: a new record, or a change of the one it is about; act is "" where the
// record is that already.
func (im *importing) put(ctx context.Context, tx store.Tx, q *Ledger, by people.Actor, x line) (r Record, act string, err error) {
	if err := invalid(x.faults); err != nil {
		return r, "", err
	}
	was, found, err := im.match(ctx, tx, x)
	if err != nil {
		return r, "", err
	}
	if found {
		if r, err = q.change(ctx, tx, by, im.e, was, x.values, "import", "", im.now); err != nil || r.Version == was.Version {
			return r, "", err
		}
		if f := im.m.d.beyond(im.e, was.Office, r.Office); f != nil {
			return r, "", f
		}
		return r, "c", nil
	}
	if im.m.d.Mode == "update" {
		return r, "", fault.New(fault.Invalid, "import.match.none", fault.T("没有对应的记录", "there is no record for it")).At("%s", im.m.d.Match[0]).Fix(fault.T("请核对匹配字段", "check the fields by which it is found"))
	}
	if r, err = q.create(ctx, tx, by, im.e, x.values, im.now); err != nil {
		return r, "", err
	}
	if f := im.m.d.beyond(im.e, r.Office); f != nil {
		return r, "", f
	}
	return r, "m", q.insertHistory(ctx, tx, &r, 1, by, im.now, "import", "", nil)
}

// toldMany keeps one audit entry and one event of a batch: which records, no values.
func (l *Ledger) toldMany(ctx context.Context, tx store.Tx, by people.Actor, e *Entity, j *Job, action string, ids []string) error {
	text := fault.T("导入 %s：%d 条", "imported into %s: %d records", e.Title.Text(), len(ids))
	if action != "import" {
		text = fault.T("撤销导入 %s：%d 条", "took an import into %s back: %d records", e.Title.Text(), len(ids))
	}
	err := l.opt.Record(ctx, tx, people.Change{At: l.opt.Now(), Actor: by, Action: "record." + action, Kind: "import", Key: j.ID, Office: j.Office, Text: text,
		Detail: map[string]string{"entity": e.ID(), "sha256": j.Hash, "records": strconv.Itoa(len(ids)), "line": strconv.FormatInt(j.Line, 10), "state": string(j.State)}})
	if err != nil || len(ids) == 0 {
		return err
	}
	return tx.Emit(ctx, event.RecordChanged, e.ID(), event.RecordChange{Pack: e.Pack, Entity: e.Name, Records: ids, Action: action})
}

// TakeBack undoes an import, whole or as far as it came: records it made go, those it changed
// become what they were. What somebody has changed since stays and is counted.
func (l *Ledger) TakeBack(ctx context.Context, by people.Actor, e *Entity, id string) (Job, error) {
	j, err := l.Job(ctx, id)
	if err != nil {
		return j, err
	}
	if j.Pack == e.Pack && j.Entity == e.Name && j.State == Undoing {
		return l.takeBack(ctx, e, j)
	}
	if j.State != Done && j.State != Running || j.Pack != e.Pack || j.Entity != e.Name {
		return j, notNow(j)
	}
	j.State, j.Actor, j.Person = Undoing, by.ID, by.Name
	if err := l.save(ctx, &j); err != nil {
		return j, err
	}
	return l.takeBack(ctx, e, j)
}

type doneLine struct {
	line    int64
	record  string
	act     string
	version int
}

// takeBack works from the last line to the first, in batches; it goes on after a crash.
func (l *Ledger) takeBack(ctx context.Context, e *Entity, j Job) (Job, error) {
	by := people.Actor{Kind: people.UserKind, ID: j.Actor, Name: j.Person, Office: j.Office}
	for {
		if err := ctx.Err(); err != nil {
			return j, err
		}
		next := j
		err := l.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
			next = j
			lines, err := lastLines(ctx, tx, j.ID)
			if err != nil {
				return err
			}
			var ids []string
			for _, d := range lines {
				back, err := l.takeOne(ctx, tx, by, e, d)
				if err != nil {
					return err
				}
				if back {
					ids = append(ids, d.record)
				} else {
					next.Kept++
				}
			}
			if len(lines) == 0 {
				next.State, next.EndedAt = Undone, l.opt.Now().UTC()
			}
			if err := keepProgress(ctx, tx, &next); err != nil {
				return err
			}
			return l.toldMany(ctx, tx, by, e, &next, "import.undo", ids)
		})
		if err != nil {
			return j, err
		}
		if j = next; j.State == Undone {
			return j, nil
		}
	}
}

func lastLines(ctx context.Context, tx store.Tx, id string) (out []doneLine, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT line, record, act, version FROM ledger_import_line WHERE import = ? ORDER BY line DESC LIMIT ?`, id, batchRows)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d doneLine
		if err := rows.Scan(&d.line, &d.record, &d.act, &d.version); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	if err := rows.Err(); err != nil || len(out) == 0 {
		return nil, err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM ledger_import_line WHERE import = ? AND line >= ?`, id, out[len(out)-1].line)
	return out, err
}

// takeOne takes one record back, where nobody has changed it since.
func (l *Ledger) takeOne(ctx context.Context, tx store.Tx, by people.Actor, e *Entity, d doneLine) (bool, error) {
	r, err := l.Get(ctx, tx, e, d.record)
	if errors.Is(err, ErrMissing) || err == nil && r.Version != d.version {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	now := l.opt.Now()
	if d.act == "m" {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+e.sql.table+" WHERE id = ?", r.ID); err != nil {
			return false, err
		}
		return true, l.insertHistory(ctx, tx, &r, int64(r.Version)+1, by, now, "import.undo", "", nil)
	}
	var body string
	err = tx.QueryRowContext(ctx, `SELECT change FROM ledger_history WHERE pack = ? AND entity = ? AND record = ? AND seq = ?`, e.Pack, e.Name, r.ID, d.version).Scan(&body)
	if err != nil {
		return false, err
	}
	var changes []Difference
	if err := json.Unmarshal([]byte(body), &changes); err != nil {
		return false, err
	}
	before := Values{}
	for _, c := range changes {
		if f, ok := e.by[c.Field]; ok && !f.Computes() {
			before[c.Field] = f.stored(c.From)
		}
	}
	_, err = l.Quiet().change(ctx, tx, by, e, r, before, "import.undo", "", now)
	return err == nil, err
}
