package flow

import (
	"context"
	"slices"

	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/store"
)

// sight is which cases of a pack somebody may see: all, or those that were with some
// offices, and in any case those they opened themselves.
type sight struct {
	all     bool
	offices []string
	user    string
}

// sees says how far somebody sees into the cases of a pack.
func (e *Engine) sees(by people.Actor, packID string) sight {
	r := policy.Reaching(by.In(packID), policy.CaseRead)
	s := sight{}
	if r.Scope == policy.None {
		return s
	}
	s.user = by.ID
	s.offices, s.all = r.Offices()
	if p, err := e.opt.Packs.Current(packID); err == nil && !s.all {
		for _, role := range e.Actor(by, packID).Roles {
			switch x, _ := p.Role(role); x.Reach {
			case "all":
				s.all = true
			case "office":
				s.offices = []string{by.Office}
			}
		}
	}
	return s
}

// seesAll says whether somebody sees every case of some packs.
func (e *Engine) seesAll(by people.Actor, packs []string) bool {
	return !slices.ContainsFunc(packs, func(p string) bool { return !e.sees(by, p).all })
}

func (s sight) nothing() bool { return !s.all && s.user == "" && len(s.offices) == 0 }

// seen refuses a case somebody may not see as if it were not there.
func (e *Engine) seen(ctx context.Context, tx store.Tx, by people.Actor, c Case) error {
	s := e.sees(by, c.Pack)
	switch {
	case s.nothing():
		return ErrMissing.At("%s", c.ID)
	case s.all || s.user != "" && (s.user == c.Creator || s.user == c.Holder):
		return nil
	}
	if turn, err := turnIs(ctx, tx, by, c); turn || err != nil {
		return err
	}
	with, err := texts(ctx, tx, `SELECT office FROM flow_party WHERE case_id = $1`, c.ID)
	if err != nil {
		return err
	}
	for _, o := range with {
		if slices.Contains(s.offices, o) {
			return nil
		}
	}
	return ErrMissing.At("%s", c.ID)
}

// texts gives the first column of a query with one argument.
func texts(ctx context.Context, tx store.Tx, query, arg string) (out []string, err error) {
	stmt, err := tx.Prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(ctx, arg)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// turnIs says whether a case waits for somebody, whose office it may never have been with: a
// stray one on their desk, a request they are asked to agree to.
func turnIs(ctx context.Context, tx store.Tx, by people.Actor, c Case) (bool, error) {
	stmt, err := tx.Prepared(ctx, `SELECT office, role, person FROM flow_turn WHERE case_id = $1`)
	if err != nil {
		return false, err
	}
	rows, err := stmt.QueryContext(ctx, c.ID)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	found := false
	for rows.Next() {
		var t turn
		if err := rows.Scan(&t.office, &t.role, &t.person); err != nil {
			return false, err
		}
		found = found || t.is(by)
	}
	return found, rows.Err()
}

// Sees says whether somebody sees anything of a pack's cases and registers.
func (e *Engine) Sees(by people.Actor, packID string) bool { return !e.sees(by, packID).nothing() }

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
