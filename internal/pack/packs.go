package pack

import (
	"archive/zip"
	"bytes"
	"cmp"
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

// Mover is a kind whose running work stays on the version it began with, unless it is moved.
type Mover interface {
	Running(ctx context.Context, db bun.IDB, pack string) (int64, error)
	// Movable gives what forbids moving it.
	Movable(ctx context.Context, db bun.IDB, old, new *Pack) ([]Change, error)
	Move(ctx context.Context, tx store.Tx, old, new *Pack, now time.Time) error
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

type turnRow struct {
	bun.BaseModel `bun:"table:pack_turn,alias:t"`
	Pack          string `bun:",pk"`
	Seq           int64  `bun:",pk"`
	Act           string
	FromVersion   string
	ToVersion     string
	At            time.Time
	Actor         string
	Person        string
	Plan          string
}

// Turn is one change of what is installed.
type Turn struct {
	Seq    int64     `json:"seq"`
	Act    string    `json:"act" enum:"install,undo"`
	From   string    `json:"from"`
	To     string    `json:"to"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	ByName string    `json:"by_name"`
	Plan   Plan      `json:"plan"`
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
	key := id + "@" + version
	s.mu.RLock()
	p := s.read[key]
	s.mu.RUnlock()
	if p != nil {
		return p, nil
	}
	var r versionRow
	err := s.opt.Store.Read().NewSelect().Model(&r).Where("pack = ?", id).Where("version = ?", version).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrMissing.At("%s", key)
	}
	if err != nil {
		return nil, fmt.Errorf("pack: %s: %w", key, err)
	}
	if p, err = s.parse(r); err != nil {
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
		if p, err = s.within(ctx, tx, id, version); errors.Is(err, sql.ErrNoRows) {
			err = ErrMissing.At("%s@%s", id, version)
		}
	}
	return p, err
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

// Zip packs files into an archive, as one downloads a pack.
func Zip(files map[string][]byte) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			return nil, fmt.Errorf("pack: %s: %w", name, err)
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

// FS is a folder of files in memory.
func FS(files map[string][]byte) (fs.FS, error) {
	data, err := Zip(files)
	if err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(data), int64(len(data)))
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

// Turns lists what was installed and undone of a pack, the last first.
func (s *Packs) Turns(ctx context.Context, id string) ([]Turn, error) {
	var rows []turnRow
	if err := s.opt.Store.Read().NewSelect().Model(&rows).Where("pack = ?", id).Order("seq DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("pack: turns of %s: %w", id, err)
	}
	out := make([]Turn, len(rows))
	for i, r := range rows {
		out[i] = Turn{Seq: r.Seq, Act: r.Act, From: r.FromVersion, To: r.ToVersion, At: r.At.UTC(), By: r.Actor, ByName: r.Person}
		if err := json.Unmarshal([]byte(r.Plan), &out[i].Plan); err != nil {
			return nil, fmt.Errorf("pack: turns of %s: %w", id, err)
		}
	}
	return out, nil
}

// Plan says what installing a pack would do. It changes nothing.
func (s *Packs) Plan(ctx context.Context, p *Pack, move bool) (Plan, error) {
	c, err := s.row(ctx, s.opt.Store.Read(), p.ID)
	if err != nil {
		return Plan{}, err
	}
	var old *Pack
	if c != nil {
		if old, err = s.At(ctx, p.ID, c.Version); err != nil {
			return Plan{}, err
		}
	}
	if err := later(old, p); err != nil {
		return Plan{}, err
	}
	return s.plan(ctx, s.opt.Store.Read(), old, p, move)
}

func (s *Packs) plan(ctx context.Context, db bun.IDB, old, p *Pack, move bool) (Plan, error) {
	out := Plan{Pack: p.ID, To: p.Version, Move: move, Title: p.Title.Text(), Changes: []Change{}}
	if old != nil {
		out.From = old.Version
	}
	for _, k := range s.opt.Kinds {
		changes, err := k.Diff(ctx, db, old, p)
		if err != nil {
			return out, fmt.Errorf("pack: plan of %s: %w", p.ID, err)
		}
		out.Changes = append(out.Changes, changes...)
		if m, ok := k.(Mover); ok {
			n, err := m.Running(ctx, db, p.ID)
			if err != nil {
				return out, fmt.Errorf("pack: plan of %s: %w", p.ID, err)
			}
			out.Running += n
			if !move || old == nil || n == 0 {
				continue
			}
			changes, err := m.Movable(ctx, db, old, p)
			if err != nil {
				return out, fmt.Errorf("pack: plan of %s: %w", p.ID, err)
			}
			out.Changes = append(out.Changes, changes...)
		}
	}
	return out, nil
}

// later refuses a version that is not above the installed one.
func later(old, p *Pack) error {
	if old == nil || old.Hash == p.Hash {
		return nil
	}
	if Compare(p.Version, old.Version) > 0 {
		return nil
	}
	return fault.New(fault.Conflict, "pack.version.old", fault.T("已安装版本 %s，新内容须使用更高的版本号", "version %s is installed; other content needs a higher version", old.Version)).
		At("pack.yaml").Fix(fault.T("请提高 pack.version", "raise pack.version"))
}

// Compare orders two versions.
func Compare(a, b string) int {
	var x, y [3]int
	_, _ = fmt.Sscanf(a, "%d.%d.%d", &x[0], &x[1], &x[2])
	_, _ = fmt.Sscanf(b, "%d.%d.%d", &y[0], &y[1], &y[2])
	return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1]), cmp.Compare(x[2], y[2]))
}

// Install carries a plan out. from is the version the plan began at: if another is installed
// meanwhile, ErrMoved. A plan that would lose data gives ErrForbidden with its lines as
// parts. What is installed already is left as it is.
func (s *Packs) Install(ctx context.Context, by people.Actor, p *Pack, from string, move bool) (Plan, error) {
	files, err := json.Marshal(p.Files)
	if err != nil {
		return Plan{}, fmt.Errorf("pack: %s: %w", p.ID, err)
	}
	var plan Plan
	err = s.turn(ctx, p.ID, func(ctx context.Context, tx store.Tx, c *currentRow, old *Pack) (*turnRow, error) {
		if at := versionOf(old); at != from {
			return nil, ErrMoved.At("%s", p.ID)
		}
		if err := later(old, p); err != nil {
			return nil, err
		}
		if plan, err = s.plan(ctx, tx, old, p, move); err != nil {
			return nil, err
		}
		if old != nil && old.Hash == p.Hash {
			return nil, nil
		}
		if err := forbid(plan); err != nil {
			return nil, err
		}
		now := s.opt.Now().UTC()
		v := &versionRow{Pack: p.ID, Version: p.Version, Hash: p.Hash, Files: string(files), At: now, Actor: by.ID, Person: by.Name}
		if err := keep(ctx, tx, v); err != nil {
			return nil, err
		}
		if err := s.apply(ctx, tx, old, p, move); err != nil {
			return nil, err
		}
		c.Former, c.Version = c.Version, p.Version
		return s.told(ctx, tx, by, "install", plan, now)
	})
	if err == nil {
		err = s.learn(ctx, p.ID)
	}
	return plan, err
}

func versionOf(p *Pack) string {
	if p == nil {
		return ""
	}
	return p.Version
}

// Undo goes back to the version before. Nothing is lost: what the older version does not
// know stays in its tables and is seen again after the next installation.
func (s *Packs) Undo(ctx context.Context, by people.Actor, id string, move bool) (plan Plan, err error) {
	err = s.turn(ctx, id, func(ctx context.Context, tx store.Tx, c *currentRow, old *Pack) (*turnRow, error) {
		if old == nil || c.Former == "" {
			return nil, fault.New(fault.Conflict, "pack.undo.none", fault.T("没有可以退回的版本", "there is no version to go back to")).At("%s", id).
				Fix(fault.T("首次安装的应用包不能退回", "a first installation cannot be undone"))
		}
		p, err := s.within(ctx, tx, id, c.Former)
		if err != nil {
			return nil, err
		}
		plan = Plan{Pack: id, From: old.Version, To: p.Version, Move: move, Title: p.Title.Text(), Changes: []Change{}}
		if err := s.apply(ctx, tx, old, p, move); err != nil {
			return nil, err
		}
		c.Version, c.Former = p.Version, ""
		return s.told(ctx, tx, by, "undo", plan, s.opt.Now().UTC())
	})
	if err == nil {
		err = s.learn(ctx, id)
	}
	return plan, err
}

// within is At inside a transaction.
func (s *Packs) within(ctx context.Context, tx store.Tx, id, version string) (*Pack, error) {
	s.mu.RLock()
	p := s.read[id+"@"+version] // a version never changes
	s.mu.RUnlock()
	if p != nil {
		return p, nil
	}
	var r versionRow
	if err := tx.NewSelect().Model(&r).Where("pack = ?", id).Where("version = ?", version).Scan(ctx); err != nil {
		return nil, err
	}
	return s.parse(r)
}

func (s *Packs) apply(ctx context.Context, tx store.Tx, old, p *Pack, move bool) error {
	for _, k := range s.opt.Kinds {
		if err := k.Apply(ctx, tx, old, p); err != nil {
			return err
		}
		if m, ok := k.(Mover); ok && move && old != nil {
			if err := m.Move(ctx, tx, old, p, s.opt.Now()); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep adds a version. One that is there stays what it was: cases may run on it.
func keep(ctx context.Context, tx store.Tx, v *versionRow) error {
	var was versionRow
	err := tx.NewSelect().Model(&was).Column("hash").Where("pack = ?", v.Pack).Where("version = ?", v.Version).Scan(ctx)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		_, err = tx.NewInsert().Model(v).Exec(ctx)
	case err == nil && was.Hash != v.Hash:
		err = fault.New(fault.Conflict, "pack.version.used", fault.T("版本 %s 曾以其他内容安装过", "version %s was installed before with other content", v.Version)).
			At("pack.yaml").Fix(fault.T("请提高 pack.version", "raise pack.version"))
	}
	return err
}

func forbid(p Plan) error {
	var parts []*fault.Error
	for _, c := range p.Forbidden() {
		parts = append(parts, fault.New(fault.Conflict, "pack.forbidden", c.Text).At("%s.%s", c.Kind, c.Name).Fix(c.Remedy))
	}
	if len(parts) == 0 {
		return nil
	}
	e := *ErrForbidden
	e.Parts = parts
	return &e
}

// told gives the row of history, after the audit's entry and the fact.
func (s *Packs) told(ctx context.Context, tx store.Tx, by people.Actor, act string, plan Plan, now time.Time) (*turnRow, error) {
	body, err := json.Marshal(plan)
	if err != nil {
		return nil, err
	}
	text := fault.T("安装应用包 %s %s", "installed the pack %s %s", plan.Pack, plan.To)
	if act == "undo" {
		text = fault.T("应用包 %s 退回 %s", "took the pack %s back to %s", plan.Pack, plan.To)
	}
	err = s.opt.Record(ctx, tx, people.Change{At: now, Actor: by, Action: "pack." + act, Kind: "pack", Key: plan.Pack, Text: text,
		Detail: map[string]string{"from": plan.From, "to": plan.To, "changes": fmt.Sprint(len(plan.Changes)), "move": fmt.Sprint(plan.Move)}})
	if err != nil {
		return nil, err
	}
	if err := tx.Emit(ctx, event.PackChanged, plan.Pack, event.PackChange{Pack: plan.Pack, Version: plan.To}); err != nil {
		return nil, err
	}
	return &turnRow{Act: act, FromVersion: plan.From, ToVersion: plan.To, At: now, Actor: by.ID, Person: by.Name, Plan: string(body)}, nil
}

// turn changes what is current in one transaction; do gives the row of history, nil for
// nothing to do.
func (s *Packs) turn(ctx context.Context, id string, do func(ctx context.Context, tx store.Tx, c *currentRow, old *Pack) (*turnRow, error)) error {
	err := s.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		c, err := s.row(ctx, tx, id)
		if err != nil {
			return err
		}
		var old *Pack
		first := c == nil
		if first {
			c = &currentRow{Pack: id}
		} else if old, err = s.within(ctx, tx, id, c.Version); err != nil {
			return err
		}
		t, err := do(ctx, tx, c, old)
		if err != nil || t == nil {
			return err
		}
		c.Turns, c.At = c.Turns+1, t.At
		t.Pack, t.Seq = id, c.Turns
		if _, err := tx.NewInsert().Model(t).Exec(ctx); err != nil {
			return err
		}
		if first {
			_, err = tx.NewInsert().Model(c).Exec(ctx)
		} else {
			_, err = tx.NewUpdate().Model(c).WherePK().Exec(ctx)
		}
		return err
	})
	var f *fault.Error
	if err != nil && !errors.As(err, &f) {
		return fmt.Errorf("pack: %s: %w", id, err)
	}
	return err
}

// Follow is the consumer by which a node learns what others installed.
func (s *Packs) Follow(node string) store.Consumer {
	return store.Consumer{Name: "pack." + node, Kinds: []event.Kind{event.PackChanged},
		Handle: func(ctx context.Context, e event.Event) (store.Writes, error) { return nil, s.learn(ctx, e.Key) }}
}
