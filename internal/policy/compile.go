package policy

import (
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
)

// Compile makes the decision of a grant over its directory as it is now. It is pure: the
// same grant, directory and time give the same decision. Whatever does not fit denies; an
// item that can no longer be given is left out and named in Lost. The decision has the
// grant's term and may be kept while grant and directory stay as they are: ask Live.
func Compile(g Grant, d Directory, now time.Time, salt Salt) Decision {
	out := Decision{ID: g.ID, Rule: "grant " + g.ID, From: g.From, Until: g.Until, salt: salt, domain: g.Grantee.String()}
	deny := func(text, fix fault.Text) Decision {
		out.Columns, out.Rows, out.Reason, out.Remedy = nil, nil, text, fix
		return out
	}
	ask := fault.T("请向数据提供部门申请", "ask the office that provides the data")
	switch {
	case g.ID == "" || g.Until.IsZero() || g.Directory != d.Name:
		return deny(fault.T("没有授权", "there is no grant"), ask)
	case g.State == Revoked:
		return deny(fault.T("授权已撤销", "the grant was revoked"), ask)
	case g.State == Expired || !now.Before(g.Until):
		return deny(fault.T("授权已到期", "the grant is over"), ask)
	case g.State != Active:
		return deny(fault.T("没有授权", "there is no grant"), ask)
	case now.Before(g.From):
		return deny(fault.T("授权尚未生效", "the grant has not begun"), fault.T("请在生效时间之后调用", "call after it has begun"))
	case d.Share == "none" || d.Barred.ZH != "":
		return deny(fault.T("该目录已停止共享", "the directory is not shared any more"), ask)
	}
	rows, err := g.Rows.expr(d)
	if err != nil {
		return deny(fault.T("授权的行范围与目录不符", "the rows of the grant do not fit the directory"), fault.T("请重新授权", "have the grant made anew"))
	}
	out.Columns, out.Lost = columns(g, d, salt)
	if len(out.Columns) == 0 {
		return deny(fault.T("授权的信息项均已不能提供", "none of the granted items can be given any more"), fault.T("请重新授权", "have the grant made anew"))
	}
	out.Allow, out.Rows = true, rows
	return out
}

func columns(g Grant, d Directory, salt Salt) (cols []Column, lost []string) {
	for _, gi := range g.Items {
		it, ok := d.item(gi.Item)
		if !ok || !gi.Mask.Fits(it.Type) || !gi.covers(it) || gi.Mask.Kind == MaskHash && salt == nil {
			lost = append(lost, gi.Item)
			continue
		}
		cols = append(cols, Column{it.Name, it.Type, gi.Mask})
	}
	return cols, lost
}

// View makes the decision of what a console user sees of a directory's rows: all items,
// personal ones masked unless the user asks for them whole and their role lets them.
func View(a people.Actor, d Directory, whole bool) Decision {
	t := Target{Office: d.Office}
	out := Decide(a, RowsRead, t)
	if !out.Allow {
		return out
	}
	plain := whole && Decide(a, RowsPlain, t).Allow
	for _, it := range d.Items {
		m := Mask{}
		if !plain {
			if m = DefaultMask(it.Personal); !m.Fits(it.Type) {
				m = Mask{Kind: MaskNull}
			}
		}
		out.Columns = append(out.Columns, Column{it.Name, it.Type, m})
	}
	out.Rows = everything
	return out
}
