package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/source"
	"github.com/chengshu/chengshu/internal/store"
)

// JobState is where an import stands.
type JobState string

// The states. A running one and one being taken back go on after a crash; all others rest.
const (
	Received JobState = "received" // the file is there
	Refused  JobState = "refused"  // the trial found errors
	Tried    JobState = "tried"    // the trial found none
	Running  JobState = "running"
	Done     JobState = "done"
	Undoing  JobState = "undoing" // what was made is taken back
	Undone   JobState = "undone"
)

// Job is one import of a file: tried first, then loaded in batches that survive a crash, and
// whole or not at all: a row that fails while it is loaded takes all of them back.
type Job struct {
	bun.BaseModel `bun:"table:ledger_import,alias:j" json:"-"`
	ID            string      `bun:",pk" json:"id"`
	Pack          string      `json:"pack"`
	Version       string      `json:"version"` // of the pack
	Entity        string      `json:"entity"`
	File          string      `json:"file"` // as its sender called it
	Path          string      `json:"-"`    // in the folder of imports
	Hash          string      `json:"hash"`
	Sheet         string      `json:"sheet"`
	State         JobState    `json:"state"`
	Line          int64       `json:"line"`    // the last that was loaded
	Rows          int64       `json:"rows"`    // of the file, once it was tried
	Made          int64       `json:"made"`    // records
	Changed       int64       `json:"changed"` // records
	Kept          int64       `json:"kept"`    // that could not be taken back: somebody changed them since
	Bad           int64       `json:"bad"`     // errors, of which the first are in Faults
	Actor         string      `json:"by"`
	Person        string      `json:"by_name"`
	Office        string      `json:"office"`
	At            time.Time   `json:"at"`
	EndedAt       time.Time   `bun:",nullzero" json:"ended_at,omitzero"`
	Faults        []CellFault `bun:"-" json:"faults"`
	Body          string      `bun:"faults" json:"-"`
}

// CellFault is an error at a cell: which, by sheet, row and column letter, what is wrong, and
// what to do.
type CellFault struct {
	Where  string     `json:"where"` // Sheet1!C12
	Field  string     `json:"field,omitempty"`
	Line   int64      `json:"line"`
	Column int        `json:"column"` // from 0; -1: the row
	Code   string     `json:"code"`
	Text   fault.Text `json:"text"`
	Remedy fault.Text `json:"remedy"`
}

const (
	mostImport = 64 << 20 // bytes of a file
	mostLines  = 1_000_000
	mostTold   = 1000 // errors that are listed
)

// ErrNoJob is an import that is not there.
var ErrNoJob = fault.New(fault.Missing, "import.unknown", fault.T("没有该导入任务", "there is no such import")).Fix(fault.T("请刷新列表", "refresh the list"))

func (l *Ledger) sourceOptions() source.Options {
	return source.Options{Dir: l.opt.Dir, MaxBytes: mostImport, MaxLine: 1 << 20, MaxUnpack: 2 << 30}
}

// Receive keeps a file that is to be imported. Nothing is read of its rows yet.
func (l *Ledger) Receive(ctx context.Context, by people.Actor, version string, e *Entity, name, sheet string, file io.Reader) (Job, error) {
	if l.opt.Dir == "" {
		return Job{}, errors.New("ledger: there is no folder for imports")
	}
	s, err := source.SpoolReader(ctx, file, name, l.sourceOptions())
	if err != nil {
		return Job{}, err
	}
	j := Job{ID: ident.New(), Pack: e.Pack, Version: version, Entity: e.Name, File: s.Name, Path: filepath.Base(s.Path), Hash: s.Hash, Sheet: sheet, State: Received,
		Actor: by.ID, Person: by.Name, Office: by.Office, At: l.opt.Now().UTC(), Body: "[]", Faults: []CellFault{}}
	err = l.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		if _, err := tx.NewInsert().Model(&j).Exec(ctx); err != nil {
			return err
		}
		return l.opt.Record(ctx, tx, people.Change{At: j.At, Actor: by, Action: "import.receive", Kind: "import", Key: j.ID, Office: by.Office,
			Text: fault.T("提交导入文件到 %s", "sent a file to import into %s", e.Title.Text()), Detail: map[string]string{"entity": e.ID(), "sha256": j.Hash}})
	})
	if err != nil {
		return j, errors.Join(err, s.Remove())
	}
	return j, nil
}

func (l *Ledger) spooled(j *Job) (*source.Spooled, error) {
	path := filepath.Join(l.opt.Dir, j.Path)
	info, err := os.Stat(path)
	if j.Path == "" || errors.Is(err, os.ErrNotExist) {
		return nil, fault.New(fault.Missing, "import.gone", fault.T("导入文件已清理", "the file of this import has been removed")).Fix(fault.T("请重新提交文件", "send it again"))
	}
	if err != nil {
		return nil, fmt.Errorf("ledger: file of import %s: %w", j.ID, err)
	}
	return &source.Spooled{Path: path, Name: j.File, Hash: j.Hash, Bytes: info.Size()}, nil
}

// Job gives an import; ErrNoJob where there is none.
func (l *Ledger) Job(ctx context.Context, id string) (Job, error) {
	var j Job
	err := l.opt.Store.Read().NewSelect().Model(&j).Where("id = ?", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return j, ErrNoJob.At("%s", id)
	}
	if err == nil {
		err = json.Unmarshal([]byte(j.Body), &j.Faults)
	}
	if err != nil {
		return j, fmt.Errorf("ledger: import %s: %w", id, err)
	}
	return j, nil
}

// Jobs lists a register's imports, the last first. offices are whose; nil all.
func (l *Ledger) Jobs(ctx context.Context, e *Entity, offices []string) (out []Job, err error) {
	q := l.opt.Store.Read().NewSelect().Model(&out).ExcludeColumn("faults").Where("pack = ?", e.Pack).Where("entity = ?", e.Name).Order("id DESC").Limit(200)
	if offices != nil {
		q = q.Where("office IN (?)", bun.List(offices))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("ledger: imports of %s: %w", e.ID(), err)
	}
	return out, nil
}

// Unfinished lists the imports that a crash left under way, the first first.
func (l *Ledger) Unfinished(ctx context.Context) (out []Job, err error) {
	err = l.opt.Store.Read().NewSelect().Model(&out).ExcludeColumn("faults").Where("state IN (?)", bun.List([]JobState{Running, Undoing})).Order("id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("ledger: imports: %w", err)
	}
	return out, nil
}

// save keeps a job's state, in a transaction of its own.
func (l *Ledger) save(ctx context.Context, j *Job) error {
	body, err := json.Marshal(j.Faults)
	if err != nil {
		return err
	}
	j.Body = string(body)
	return l.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.NewUpdate().Model(j).WherePK().Exec(ctx)
		return err
	})
}

// Forget removes the files of imports that are over: done, undone or refused before a time.
// Their lines stay.
func (l *Ledger) Forget(ctx context.Context, before time.Time) error {
	var jobs []Job
	err := l.opt.Store.Read().NewSelect().Model(&jobs).ExcludeColumn("faults").Where("path <> ''").Where("at < ?", before.UTC()).
		Where("state NOT IN (?)", bun.List([]JobState{Running, Undoing})).Scan(ctx)
	if err != nil {
		return fmt.Errorf("ledger: imports: %w", err)
	}
	for _, j := range jobs {
		if err := os.Remove(filepath.Join(l.opt.Dir, j.Path)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		err := l.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE ledger_import SET path = '' WHERE id = ?`, j.ID)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// The kinds of tasks by which imports are worked on; their key is the import.
const (
	TryTask  = "register.try"
	LoadTask = "register.load"
	UndoTask = "register.undo"
)

// ImportTask is the body of such a task.
type ImportTask struct {
	Job    string `json:"job"`
	Bytes  int64  `json:"bytes,omitempty"` // of the file, to tell progress by
	Rows   int64  `json:"rows,omitempty"`
	By     string `json:"by,omitempty"` // of an undo
	ByName string `json:"by_name,omitempty"`
	Office string `json:"office,omitempty"`
	Within *Reach `json:"within,omitempty"` // whose records it may make and change
	Seen   *Reach `json:"seen,omitempty"`   // whose records it may find
}
