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
	if err := s.Migrate(context.Background(), "catalog", []store.Migration{{Version: 1, SQL: schema1}, {Version: 2, SQL: schema2}, {Version: 3, SQL: schema3}, {Version: 4, SQL: schema4}}); err != nil {
		return nil, fmt.Errorf("catalog: %w", err)
	}
	return c, nil
}

// Revision is one version of a directory, without its content.
type Revision struct {
	Version int        `json:"version"`
	At      time.Time  `json:"at"`
	Change  fault.Text `json:"change"`
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
	Body          string
}

// Put keeps a directory that Check has accepted. The same content as the last version is
// no new version; otherwise the version is one more than the last and DirectoryChanged is
// emitted with it. created says that the name is new, changed that a version was added.
func (c *Catalog) Put(ctx context.Context, d Directory) (version int, created, changed bool, err error) {
	d.Kind = Kind
	body, err := json.Marshal(d)
	if err != nil {
		return 0, false, false, fmt.Errorf("catalog: put %s: %w", d.Name, err)
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	err = c.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		version, created, changed = 0, false, false
		var last directoryRow
		err := tx.NewSelect().Model(&last).Where("name = ?", d.Name).Scan(ctx)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			created = true
		case err != nil:
			return err
		case last.Hash == hash:
			version = last.Version
			return nil
		}
		version, changed = last.Version+1, true
		return c.add(ctx, tx, d, last, hash, string(body))
	})
	if err != nil {
		return 0, false, false, fmt.Errorf("catalog: put %s: %w", d.Name, err)
	}
	return version, created, changed, nil
}

// add writes a new version, the row for lists, and the fact.
func (c *Catalog) add(ctx context.Context, tx store.Tx, d Directory, last directoryRow, hash, body string) error {
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
	v := &versionRow{Name: d.Name, Version: version, At: now, ChangeZH: change.ZH, ChangeEN: change.EN, Body: body}
	if _, err := tx.NewInsert().Model(v).Exec(ctx); err != nil {
		return err
	}
	r := &directoryRow{Name: d.Name, Title: d.Title, Code: d.Code, Office: d.Office, Class: d.Class, Format: d.Format,
		ShareType: d.Share.Type, Level: d.Highest(), Period: d.Update, Items: len(d.Items), Rules: len(d.Rules),
		Mounted: d.Load != nil, Version: version, Hash: hash, ChangedAt: now,
		State: cmp.Or(last.State, Draft), Stated: last.Stated, PublishedVersion: last.PublishedVersion, Touched: last.Touched}
	if err := keep(ctx, tx, r, version == 1); err != nil {
		return err
	}
	if err := touch(ctx, tx, "name", d.Name); err != nil {
		return err
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
		ColumnExpr("v.version, v.at, v.change_zh, v.change_en, v.body, d.state").Where("v.name = ?", name)
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
	return Revision{Version: r.Version, At: r.At.UTC(), Change: fault.Text{ZH: r.ChangeZH, EN: r.ChangeEN}}
}

// History lists the versions of a directory, the last first; ErrMissing where there is none.
func (c *Catalog) History(ctx context.Context, name string) ([]Revision, error) {
	var rows []versionRow
	err := c.store.Read().NewSelect().Model(&rows).Column("name", "version", "at", "change_zh", "change_en").
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
