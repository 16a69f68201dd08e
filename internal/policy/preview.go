package policy

import (
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

// Preview compiles a draft into the very decision its grant would come to at a time. What
// is wrong with its directory, items and rows is an Invalid fault as Check gives it; words,
// term and quotas may still be missing. It is pure, and makes no grant.
func Preview(g Draft, d Directory, now time.Time, salt Salt) (Decision, error) {
	c := &check{g: g, d: d}
	c.directory()
	c.items()
	if _, err := g.Rows.expr(d); err != nil {
		c.add(fault.From(err))
	}
	if err := fault.All("grant.invalid", fault.T("授权有 %d 处错误", "%d errors in the grant", len(c.faults)), c.faults); err != nil {
		return Decision{}, err
	}
	g.From, g.Until = now, now.Add(time.Hour)
	out := Compile(Grant{ID: "preview", Draft: g, Office: d.Office, State: Active}, d, now, salt)
	return out, out.Err()
}

// Discloses says whether a column shows more of a personal item than somebody's view of the
// same rows does: one who grants it may still not see it. A hash and nothing show nothing.
func (c Column) Discloses(view Decision) bool {
	for _, own := range view.Columns {
		if own.Item == c.Item {
			return own.Mask.Kind != MaskNone && c.Mask != own.Mask && c.Mask.Kind != MaskNull && c.Mask.Kind != MaskHash
		}
	}
	return true
}
