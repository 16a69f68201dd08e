package people_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)
	here = people.Place{Address: "10.0.0.7", Agent: "test"}
)

// world is the room over a real store, key ring and policy, in a district of three offices.
type world struct {
	*people.People
	st      *sqlite.Store
	ring    *gm.Ring
	now     time.Time
	changes []people.Change
	refuse  error // of the record
}

func (w *world) Known(_ context.Context, office string) error {
	if slices.Contains([]string{"rsj", "sbzx", "mzj"}, office) {
		return nil
	}
	return fault.New(fault.Invalid, "office.unknown", fault.T("没有该部门", "there is no such office"))
}

func (w *world) Descendants(_ context.Context, office string) ([]string, error) {
	if office == "rsj" {
		return []string{"sbzx"}, nil
	}
	return nil, nil
}

func (w *world) record(_ context.Context, _ store.Tx, c people.Change) error {
	if w.refuse != nil {
		return w.refuse
	}
	if c.At.IsZero() || c.Action == "" || c.Key == "" || c.Text.ZH == "" || c.Actor.ID == "" {
		return errors.New("an incomplete entry: " + c.Action)
	}
	w.changes = append(w.changes, c)
	return nil
}

func (w *world) actions() (out []string) {
	for _, c := range w.changes {
		out = append(out, c.Action)
	}
	return out
}

func open(t *testing.T) *world {
	t.Helper()
	dir := t.TempDir()
	st, err := sqlite.Open(ctx, filepath.Join(dir, "store.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	ring, err := gm.OpenRing(gm.RingOptions{Path: filepath.Join(dir, "keys.json"), MasterFile: filepath.Join(dir, "master.key")})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{st: st, ring: ring, now: noon}
	w.People = w.again(t)
	return w
}

// again opens the room anew over the same store, as a process that starts does.
func (w *world) again(t *testing.T) *people.People {
	t.Helper()
	return w.dear(t, people.Cost{Memory: 64, Passes: 1, Threads: 1})
}

// dear is again with another cost of passwords.
func (w *world) dear(t *testing.T, cost people.Cost) *people.People {
	t.Helper()
	p, err := people.New(ctx, people.Options{Store: w.st, Offices: w, Sealer: w.ring, Record: w.record,
		Allow: func(by people.Actor, action, owner, office string) error {
			return policy.Allowed(by, policy.Action(action), policy.Target{Owner: owner, Office: office})
		},
		Now: func() time.Time { return w.now }, Cost: cost})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// add adds a user with roles and a password of their own.
func (w *world) add(t *testing.T, login, office string, roles ...people.Role) people.User {
	t.Helper()
	u, first, err := w.AddUser(ctx, people.Local(), people.Profile{Login: login, Name: "李明", Office: office, Roles: roles})
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := w.SignIn(ctx, login, first, here)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.ChangePassword(ctx, s, first, secretOf(login), here); err != nil {
		t.Fatal(err)
	}
	if err := w.EndSession(ctx, s.Actor, s.Session.ID); err != nil {
		t.Fatal(err)
	}
	return u
}

// secretOf is the password a test's user chooses.
func secretOf(login string) string { return "Qing-Chuan-9" + login[:1] }

// in signs somebody in.
func (w *world) in(t *testing.T, login string) (people.Signed, string) {
	t.Helper()
	s, token, err := w.SignIn(ctx, login, secretOf(login), here)
	if err != nil {
		t.Fatal(err)
	}
	return s, token
}

func is(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func codes(err error) (out []string) {
	f := fault.From(err)
	if f == nil {
		return nil
	}
	if len(f.Parts) == 0 {
		return []string{f.Code + "@" + f.Where}
	}
	for _, p := range f.Parts {
		out = append(out, p.Code+"@"+p.Where)
	}
	return out
}
