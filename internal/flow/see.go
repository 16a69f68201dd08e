package flow

import (
	"context"
	"slices"

	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/store"
)

// sight is which cases of a pack somebody may see: all, or those that were with some
// offices, and in any case those they opened or hold, or that wait for them.
type sight struct {
	all     bool
	offices []string
	by      people.Actor // nobody where they see nothing
}

// sees says how far somebody sees into the cases of a pack.
func (e *Engine) sees(by people.Actor, packID string) sight {
	r := policy.Reaching(by.In(packID), policy.CaseRead)
	if r.Scope == policy.None {
		return sight{}
	}
	s := sight{by: by}
	s.offices, s.all = r.Offices()
	p, err := e.opt.Packs.Current(packID)
	if err != nil || s.all || r.Role != people.PackRole {
		return s
	}
	switch p.Reach(by.Roles) {
	case pack.ReachAll:
		s.all = true
	case pack.ReachOffice:
		s.offices = []string{by.Office}
	case "":
		return sight{}
	}
	return s
}

// seesAll says whether somebody sees every case of some packs.
func (e *Engine) seesAll(by people.Actor, packs []string) bool {
	return !slices.ContainsFunc(packs, func(p string) bool { return !e.sees(by, p).all })
}

func (s sight) nothing() bool { return !s.all && s.by.ID == "" && len(s.offices) == 0 }

// own says whether somebody sees a case whoever it was with.
func (s sight) own(creator, holder string) bool {
	return s.all || s.by.ID != "" && (s.by.ID == creator || s.by.ID == holder)
}

// ties are by what others see a case: the offices it was with or was shared with, and those it
// waits for, whose office it may never have been with: a stray one on their desk, a request
// they are asked to agree to.
type ties struct {
	offices []string
	turns   []turn
}

func (s sight) tied(t ties) bool {
	return slices.ContainsFunc(t.offices, func(o string) bool { return slices.Contains(s.offices, o) }) ||
		!s.nothing() && slices.ContainsFunc(t.turns, func(t turn) bool { return t.is(s.by) })
}

// tiesOf are those of a case inside a transaction.
func tiesOf(ctx context.Context, tx store.Tx, id string) (t ties, err error) {
	with, err := turnsOf(ctx, tx, `SELECT office, '', '' FROM flow_party WHERE case_id = $1`, id)
	if err != nil {
		return t, err
	}
	for _, x := range with {
		t.offices = append(t.offices, x.office)
	}
	t.turns, err = turnsOf(ctx, tx, `SELECT office, role, person FROM flow_turn WHERE case_id = $1`, id)
	return t, err
}

func turnsOf(ctx context.Context, tx store.Tx, query, id string) (out []turn, err error) {
	stmt, err := tx.Prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(ctx, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t turn
		if err := rows.Scan(&t.office, &t.role, &t.person); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

// seen refuses a case somebody may not see as if it were not there.
func (e *Engine) seen(ctx context.Context, tx store.Tx, by people.Actor, c Case) error {
	s := e.sees(by, c.Pack)
	if s.own(c.Creator, c.Holder) {
		return nil
	}
	t, err := tiesOf(ctx, tx, c.ID)
	if err != nil || s.tied(t) {
		return err
	}
	return ErrMissing.At("%s", c.ID)
}

// seers says of users whether they see a case.
func (e *Engine) seers(c Case, t ties) func(user string) bool {
	tree := e.Tree()
	return func(user string) bool {
		by, there := tree.Actor(user)
		s := e.sees(by, c.Pack)
		return there && (s.own(c.Creator, c.Holder) || s.tied(t))
	}
}

// Shown says which of some cases somebody sees.
func (e *Engine) Shown(ctx context.Context, by people.Actor, ids []string) (map[string]bool, error) {
	spots := make([]spot, len(ids))
	for i, id := range ids {
		spots[i] = spot{id: id}
	}
	shown, err := e.shown(ctx, by, Filter{}, e.visible(by, ""), spots)
	return shown, wrapped("shown", err)
}

// Sees says whether somebody sees anything of a pack's cases and registers.
func (e *Engine) Sees(by people.Actor, packID string) bool { return !e.sees(by, packID).nothing() }

// SeesAll says whether somebody sees every case of a pack.
func (e *Engine) SeesAll(by people.Actor, packID string) bool { return e.sees(by, packID).all }

// MayOpen says whether somebody may begin a case: whoever has a role of the pack. A flow that
// facts open is begun by nobody.
func (e *Engine) MayOpen(by people.Actor, m *Machine) bool {
	return len(m.Decl.Opens) == 0 && len(e.Actor(by, m.Pack).Roles) > 0 && by.Office != ""
}

// Running counts the open cases of a pack; of all without one.
func (e *Engine) Running(ctx context.Context, packID string) (int64, error) {
	n, err := running(ctx, e.opt.Store.Read(), packID, "")
	return n, wrapped("running", err)
}

// MachineOf is the flow a case runs on.
func (e *Engine) MachineOf(ctx context.Context, c Case) (*Machine, error) { return e.machine(ctx, c) }

// Colleagues are those somebody may hand a case over to: of the same office, with a role of
// the pack that they have.
func (e *Engine) Colleagues(by people.Actor, packID string) (out []string) {
	tree := e.Tree()
	for _, r := range e.Actor(by, packID).Roles {
		for _, u := range tree.Holders(by.Office, packID+"."+r) {
			if u != by.ID && !slices.Contains(out, u) {
				out = append(out, u)
			}
		}
	}
	return out
}
