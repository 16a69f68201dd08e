package catalog

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/store"
)

//go:embed schema.sql
var schema1 string

//go:embed schema2.sql
var schema2 string

//go:embed schema3.sql
var schema3 string

//go:embed schema4.sql
var schema4 string

//go:embed schema5.sql
var schema5 string

// ErrMissing is a directory, or a version of one, that is not there.
var ErrMissing = fault.New(fault.Missing, "directory.unknown", fault.T("没有该目录", "there is no such directory")).
	Fix(fault.T("请核对目录名称", "check the directory's name"))

// Catalog is the shelf of directories in the store. It is safe for concurrent use.
type Catalog struct {
	store  store.Store
	now    func() time.Time
	record people.Record // nil: changes of state are not in the audit
}

// Option changes how a catalog works.
type Option func(*Catalog)

// WithClock takes the time of versions from now.
func WithClock(now func() time.Time) Option { return func(c *Catalog) { c.now = now } }

// WithRecord keeps the audit's entries of what is published and withdrawn.
func WithRecord(r people.Record) Option { return func(c *Catalog) { c.record = r } }

// New brings the room's tables up and gives the catalog.
func New(s store.Store, opts ...Option) (*Catalog, error) {
	c := &Catalog{store: s, now: time.Now}
	for _, o := range opts {
		o(c)
	}
	if err := s.Migrate(context.Background(), "catalog", []store.Migration{{Version: 1, SQL: schema1}, {Version: 2, SQL: schema2}, {Version: 3, SQL: schema3}, {Version: 4, SQL: schema4}, {Version: 5, SQL: schema5}}); err != nil {
		return nil, fmt.Errorf("catalog: %w", err)
	}
	return c, nil
}

// Revision is one version of a directory, without its content.
type Revision struct {
	Version int        `json:"version"`
	At      time.Time  `json:"at"`
	Change  fault.Text `json:"change"`
	By      string     `json:"by"` // an account's id, "local" for a command, "" where it was not kept
	ByName  string     `json:"by_name"`
}

// Version is one version of a directory as it was declared, and the state the directory
// is in now.
type Version struct {
	Revision
	State     State
	Directory Directory
}

// directoryRow is the last version of a directory, for lists.
type directoryRow struct {
	bun.BaseModel `bun:"table:catalog_directory,alias:d"`
	Name          string `bun:",pk"`
	Title         string
	Code          string
	Office        string
	Class         string
	Domain        string
	Format        string
	ShareType     string
	Level         string
	Period        string
	Items         int
	Rules         int
	Mounted       bool
	Version       int
	Hash          string
	ChangedAt     time.Time

	State            State
	Stated           int // how often the state has changed
	PublishedVersion int // the last version that was published, 0 for none
	Touched          int64
}

type versionRow struct {
	bun.BaseModel `bun:"table:catalog_version,alias:v"`
	Name          string `bun:",pk"`
	Version       int    `bun:",pk"`
	At            time.Time
	ChangeZH      string `bun:"change_zh"`
	ChangeEN      string `bun:"change_en"`
	Actor         string
	Person        string
	Body          string
}

// Saved is what became of one directory that was put.
type Saved struct {
	Name    string
	Version int
	Created bool // the name is new
	Changed bool // a version was added
}

// Put keeps a directory that Check has accepted. The same content as the last version is
// no new version; otherwise the version is one more than the last and DirectoryChanged is
// emitted with it.
func (c *Catalog) Put(ctx context.Context, by people.Actor, d Directory) (Saved, error) {
	all, err := c.PutAll(ctx, by, []Directory{d})
	if err != nil {
		return Saved{}, err
	}
	return all[0], nil
}

// PutAll keeps every one of some directories or, where that fails, none.
func (c *Catalog) PutAll(ctx context.Context, by people.Actor, all []Directory) ([]Saved, error) {
	bodies := make([]string, len(all))
	for i := range all {
		d := all[i]
		d.Kind = Kind
		body, err := json.Marshal(d)
		if err != nil {
			return nil, fmt.Errorf("catalog: put %s: %w", d.Name, err)
		}
		bodies[i] = string(body)
	}
	var out []Saved
	err := c.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		out = make([]Saved, len(all))
		for i, d := range all {
			var err error
			if out[i], err = c.put(ctx, tx, by, d, bodies[i]); err != nil {
				return fmt.Errorf("catalog: put %s: %w", d.Name, err)
			}
		}
		return nil
	})
	return out, err
}

func (c *Catalog) put(ctx context.Context, tx store.Tx, by people.Actor, d Directory, body string) (Saved, error) {
	sum := sha256.Sum256([]byte(body))
	hash := hex.EncodeToString(sum[:])
	s := Saved{Name: d.Name}
	var last directoryRow
	err := tx.NewSelect().Model(&last).Where("name = ?", d.Name).Scan(ctx)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		s.Created = true
	case err != nil:
		return s, err
	case last.Hash == hash:
		s.Version = last.Version
		return s, nil
	}
	s.Version, s.Changed = last.Version+1, true
	return s, c.add(ctx, tx, by, d, last, hash, body)
}

// add writes a new version, the row for lists, the audit's entry and the fact.
func (c *Catalog) add(ctx context.Context, tx store.Tx, by people.Actor, d Directory, last directoryRow, hash, body string) error {
	var before *Directory
	version := last.Version + 1
	if version > 1 {
		v, err := read(ctx, tx, d.Name, version-1)
		if err != nil {
			return err
		}
		before = &v.Directory
	}
	now, change := c.now().UTC(), Changed(before, d)
	v := &versionRow{Name: d.Name, Version: version, At: now, ChangeZH: change.ZH, ChangeEN: change.EN, Actor: by.ID, Person: by.Name, Body: body}
	if _, err := tx.NewInsert().Model(v).Exec(ctx); err != nil {
		return err
	}
	r := &directoryRow{Name: d.Name, Title: d.Title, Code: d.Code, Office: d.Office, Class: d.Class, Domain: d.Domain, Format: d.Format,
		ShareType: d.Share.Type, Level: d.Highest(), Period: d.Update, Items: len(d.Items), Rules: len(d.Rules),
		Mounted: d.Load != nil, Version: version, Hash: hash, ChangedAt: now,
		State: cmp.Or(last.State, Draft), Stated: last.Stated, PublishedVersion: last.PublishedVersion, Touched: last.Touched}
	if err := keep(ctx, tx, r, version == 1); err != nil {
		return err
	}
	if err := touch(ctx, tx, "name", d.Name); err != nil {
		return err
	}
	if c.record != nil {
		text := fault.T("编制目录 %s 第 %d 版", "compiled the directory %s, version %d", d.Name, version)
		err := c.record(ctx, tx, people.Change{At: now, Actor: by, Action: "directory.write", Kind: "directory", Key: d.Name, Office: d.Office, Text: text,
			Detail: map[string]string{"version": fmt.Sprint(version), "hash": hash, "change": change.ZH}})
		if err != nil {
			return err
		}
	}
	return tx.Emit(ctx, event.DirectoryChanged, d.Name, event.DirectoryChange{Directory: d.Name, Version: version})
}

func keep(ctx context.Context, tx store.Tx, r *directoryRow, first bool) (err error) {
	if first {
		_, err = tx.NewInsert().Model(r).Exec(ctx)
	} else {
		_, err = tx.NewUpdate().Model(r).WherePK().Exec(ctx)
	}
	return err
}

// Get gives the last version of a directory; ErrMissing where there is none.
func (c *Catalog) Get(ctx context.Context, name string) (Version, error) {
	return read(ctx, c.store.Read(), name, 0)
}

// At gives one version of a directory; ErrMissing where there is none.
func (c *Catalog) At(ctx context.Context, name string, version int) (Version, error) {
	if version < 1 {
		return Version{}, ErrMissing.At("%s v%d", name, version)
	}
	return read(ctx, c.store.Read(), name, version)
}

// read gives a version, 0 the last.
func read(ctx context.Context, db bun.IDB, name string, version int) (Version, error) {
	var r struct {
		versionRow
		State State
	}
	q := db.NewSelect().TableExpr("catalog_version AS v").Join("JOIN catalog_directory AS d ON d.name = v.name").
		ColumnExpr("v.version, v.at, v.change_zh, v.change_en, v.actor, v.person, v.body, d.state").Where("v.name = ?", name)
	if version > 0 {
		q = q.Where("v.version = ?", version)
	}
	err := q.Order("v.version DESC").Limit(1).Scan(ctx, &r)
	if errors.Is(err, sql.ErrNoRows) {
		return Version{}, ErrMissing.At("%s", name)
	}
	if err != nil {
		return Version{}, fmt.Errorf("catalog: read %s: %w", name, err)
	}
	v := Version{Revision: r.revision(), State: r.State}
	if err := json.Unmarshal([]byte(r.Body), &v.Directory); err != nil {
		return Version{}, fmt.Errorf("catalog: read %s version %d: %w", name, r.Version, err)
	}
	return v, nil
}

func (r versionRow) revision() Revision {
	return Revision{Version: r.Version, At: r.At.UTC(), Change: fault.Text{ZH: r.ChangeZH, EN: r.ChangeEN}, By: r.Actor, ByName: r.Person}
}

// History lists the versions of a directory, the last first; ErrMissing where there is none.
func (c *Catalog) History(ctx context.Context, name string) ([]Revision, error) {
	var rows []versionRow
	err := c.store.Read().NewSelect().Model(&rows).Column("name", "version", "at", "change_zh", "change_en", "actor", "person").
		Where("name = ?", name).Order("version DESC").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("catalog: history of %s: %w", name, err)
	}
	if len(rows) == 0 {
		return nil, ErrMissing.At("%s", name)
	}
	out := make([]Revision, len(rows))
	for i, r := range rows {
		out[i] = r.revision()
	}
	return out, nil
}

// Env gathers what Check must know around a directory.
func (c *Catalog) Env(ctx context.Context, d Directory, l rule.Lists) (Env, error) {
	env := Env{Lists: l, Offices: []string{}, Tables: map[string]Directory{}}
	db := c.store.Read()
	if err := db.NewSelect().Model((*officeRow)(nil)).Column("name").Order("name").Scan(ctx, &env.Offices); err != nil {
		return Env{}, fmt.Errorf("catalog: offices: %w", err)
	}
	if len(env.Offices) == 0 {
		env.Offices = nil // nobody has said yet which offices there are
	}
	for _, r := range d.Rules {
		if r.Table == "" {
			continue
		}
		v, err := c.Get(ctx, r.Table)
		if err == nil {
			env.Tables[r.Table] = v.Directory
		} else if !errors.Is(err, ErrMissing) {
			return Env{}, err
		}
	}
	err := c.entries(func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("(d.code = ? AND d.code <> '') OR (d.title = ? AND d.office = ?)", d.Code, d.Title, d.Office)
	}).Scan(ctx, &env.Twins)
	if err != nil {
		return Env{}, fmt.Errorf("catalog: twins of %s: %w", d.Name, err)
	}
	return env, nil
}

// Check checks a directory against this catalog.
func (c *Catalog) Check(ctx context.Context, d Directory, l rule.Lists) error {
	env, err := c.Env(ctx, d, l)
	if err != nil {
		return err
	}
	return Check(d, env)
}
