package pack

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

//go:embed schema.sql
var schema1 string

// What is refused. Compare with errors.Is.
var (
	// ErrMissing is a pack, or a version of one, that is not installed.
	ErrMissing = fault.New(fault.Missing, "pack.unknown", fault.T("没有安装该应用包", "no such pack is installed")).
			Fix(fault.T("请核对应用包的 id 和版本", "check the pack's id and version"))
	// ErrForbidden is a plan that would lose data.
	ErrForbidden = fault.New(fault.Conflict, "pack.forbidden", fault.T("升级会丢失数据，未执行", "the upgrade would lose data; nothing was done")).
			Fix(fault.T("请保留被删去或收窄的部分，或先处理已有数据", "keep what was removed or narrowed, or deal with the data first"))
	// ErrMoved is a pack somebody changed between plan and installation.
	ErrMoved = fault.New(fault.Conflict, "pack.moved", fault.T("应用包已被他人更新", "somebody changed the pack meanwhile")).
			Fix(fault.T("请重新查看变更计划", "look at the plan again"))
)

// Options are what the room stands on.
type Options struct {
	Store  store.Store
	Kinds  []Kind // in the order of the floors
	Record people.Record
	Now    func() time.Time // time.Now
}

// Packs is the shelf of installed packs. It is safe for concurrent use.
type Packs struct {
	opt Options

	mu      sync.RWMutex
	current map[string]*Pack
	read    map[string]*Pack // by id@version
	broken  map[string]error // installed, and no longer readable by this program
}

// New brings the room's tables up and reads what is installed.
func New(ctx context.Context, o Options) (*Packs, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := o.Store.Migrate(ctx, "pack", []store.Migration{{Version: 1, SQL: schema1}}); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	s := &Packs{opt: o, current: map[string]*Pack{}, read: map[string]*Pack{}, broken: map[string]error{}}
	var rows []currentRow
	if err := o.Store.Read().NewSelect().Model(&rows).Scan(ctx); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	for _, r := range rows {
		if err := s.learn(ctx, r.Pack); err != nil {
			return nil, err
		}
	}
	return s, nil
}

type versionRow struct {
	bun.BaseModel `bun:"table:pack_version,alias:v"`
	Pack          string `bun:",pk"`
	Version       string `bun:",pk"`
	Hash          string
	Files         string
	At            time.Time
	Actor         string
	Person        string
}

type currentRow struct {
	bun.BaseModel `bun:"table:pack_current,alias:c"`
	Pack          string `bun:",pk"`
	Version       string
	Former        string // what an undo goes back to; empty: nothing
	Turns         int64
	At            time.Time
}

// learn reads what is current of a pack. One that this program cannot read is kept with its
// error: its data stay, its cases wait.
func (s *Packs) learn(ctx context.Context, id string) error {
	c, err := s.row(ctx, s.opt.Store.Read(), id)
	if err != nil {
		return err
	}
	var p *Pack
	if c != nil {
		p, err = s.At(ctx, id, c.Version)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.broken, id)
	delete(s.current, id)
	switch {
	case fault.KindOf(err) == fault.Invalid && err != nil:
		s.broken[id] = err
	case err != nil:
		return err
	case p != nil:
		s.current[id] = p
	}
	return nil
}

func (s *Packs) row(ctx context.Context, db bun.IDB, id string) (*currentRow, error) {
	c := new(currentRow)
	err := db.NewSelect().Model(c).Where("pack = ?", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("pack: %s: %w", id, err)
	}
	return c, nil
}

// At gives a version that is kept; ErrMissing where there is none.
func (s *Packs) At(ctx context.Context, id, version string) (*Pack, error) {
	key := id + "@" + version // which never changes
	s.mu.RLock()
	p := s.read[key]
	s.mu.RUnlock()
	if p != nil {
		return p, nil
	}
	p, err := s.kept(ctx, s.opt.Store.Read(), id, version)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if first := s.read[key]; first != nil { // two readers at once: one pack for all
		return first, nil
	}
	s.read[key] = p
	return p, nil
}

// AtIn is At for whoever is inside a transaction: what is installed in the same one, or in one
// that is committed together with it, is not to be seen from outside yet.
func (s *Packs) AtIn(ctx context.Context, tx store.Tx, id, version string) (*Pack, error) {
	p, err := s.At(ctx, id, version)
	if errors.Is(err, ErrMissing) {
		return s.kept(ctx, tx, id, version)
	}
	return p, err
}

// kept reads a version.
func (s *Packs) kept(ctx context.Context, db bun.IDB, id, version string) (*Pack, error) {
	var r versionRow
	err := db.NewSelect().Model(&r).Where("pack = ?", id).Where("version = ?", version).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrMissing.At("%s@%s", id, version)
	}
	if err != nil {
		return nil, fmt.Errorf("pack: %s@%s: %w", id, version, err)
	}
	return s.parse(r)
}

func (s *Packs) parse(r versionRow) (*Pack, error) {
	files := map[string][]byte{}
	if err := json.Unmarshal([]byte(r.Files), &files); err != nil {
		return nil, fmt.Errorf("pack: %s %s: %w", r.Pack, r.Version, err)
	}
	fsys, err := FS(files)
	if err != nil {
		return nil, err
	}
	return Read(fsys, s.opt.Kinds)
}

// Read reads a folder with this program's kinds.
func (s *Packs) Read(fsys fs.FS) (*Pack, error) { return Read(fsys, s.opt.Kinds) }

// Current is what is installed of a pack; ErrMissing where it is not, its error where this
// program cannot read it.
func (s *Packs) Current(id string) (*Pack, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if p := s.current[id]; p != nil {
		return p, nil
	}
	if err := s.broken[id]; err != nil {
		return nil, err
	}
	return nil, ErrMissing.At("%s", id)
}

// CurrentIn is Current for whoever is inside a transaction: an upgrade that was committed a
// moment ago, or is committed together with it, counts already.
func (s *Packs) CurrentIn(ctx context.Context, tx store.Tx, id string) (*Pack, error) {
	p, err := s.Current(id)
	if err != nil {
		return nil, err
	}
	stmt, err := tx.Prepared(ctx, `SELECT version FROM pack_current WHERE pack = $1`)
	if err != nil {
		return nil, err
	}
	var version string
	if err := stmt.QueryRowContext(ctx, id).Scan(&version); err != nil {
		return nil, fmt.Errorf("pack: %s: %w", id, err)
	}
	if version == p.Version {
		return p, nil
	}
	return s.AtIn(ctx, tx, id, version)
}

// Installed gives every current pack, by id.
func (s *Packs) Installed() []*Pack {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]*Pack, 0, len(s.current))
	for _, p := range s.current {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *Pack) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Broken is an installed version that this program cannot read, with what is wrong.
type Broken struct {
	ID, Version string
	Err         error
}

// Broken gives every installed pack that cannot be read, by id. Its data stay and its cases
// wait until a version that can is installed.
func (s *Packs) Broken(ctx context.Context) (out []Broken, err error) {
	s.mu.RLock()
	broken := maps.Clone(s.broken)
	s.mu.RUnlock()
	for _, id := range slices.Sorted(maps.Keys(broken)) {
		c, err := s.row(ctx, s.opt.Store.Read(), id)
		if err != nil {
			return nil, err
		}
		if c != nil {
			out = append(out, Broken{id, c.Version, broken[id]})
		}
	}
	return out, nil
}

// Roles are the roles of all packs, as people know them.
func (s *Packs) Roles() (out []people.RoleInfo) {
	for _, p := range s.Installed() {
		for _, r := range All[*Role](p, "roles") {
			title := r.Value.Title.Text()
			title.ZH, title.EN = p.Title.ZH+"·"+title.ZH, p.Title.In("en")+": "+title.EN
			out = append(out, people.RoleInfo{Name: p.Person(r.Name), Title: title, Duty: r.Value.Duty.Text(), Users: true})
		}
	}
	return out
}

// Follow is the consumer by which a node learns what others installed.
func (s *Packs) Follow(node string) store.Consumer {
	return store.Consumer{Name: "pack." + node, Kinds: []event.Kind{event.PackChanged},
		Handle: func(ctx context.Context, e event.Event) (store.Writes, error) { return nil, s.learn(ctx, e.Key) }}
}
