package console

import (
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
)

// reachOf is whose records of a pack somebody reaches by a right. A right that goes down from
// an office goes as far as the widest of the pack's roles says that they hold.
func (c *Console) reachOf(a people.Actor, packID string, act policy.Action) ledger.Reach {
	r := policy.Reaching(a.In(packID), act)
	if r.Scope == policy.None {
		return ledger.Reach{}
	}
	offices, all := r.Offices()
	out := ledger.Reach{All: all, Offices: offices, Creator: a.ID}
	if r.Role != people.PackRole || r.Scope != policy.Descendants {
		return out
	}
	switch p, err := c.Packs.Current(packID); {
	case err != nil, p.Reach(a.Roles) == "":
		return ledger.Reach{}
	case p.Reach(a.Roles) == pack.ReachAll:
		return ledger.Reach{All: true}
	case p.Reach(a.Roles) == pack.ReachOffice:
		out.Offices = []string{a.Office}
	}
	return out
}

var errBeyond = fault.New(fault.Denied, "record.office", fault.T("登记的归属部门不在您可以登记的范围内", "the record would be of an office that your right does not reach")).
	Fix(fault.T("请选择本部门或所辖部门，或请该部门登记", "choose your office or one below it, or let that office enter it"))

// mayKeep refuses a record that somebody wrote for an office beyond their right.
func (c *Console) mayKeep(a people.Actor, e *ledger.Entity, r ledger.Record) error {
	reach := c.reachOf(a, e.Pack, policy.RecordWrite)
	reach.Creator = ""
	if reach.Has(r) {
		return nil
	}
	return errBeyond.At("%s", e.OfficeField())
}
