// Package policy decides who may do what to which items and rows. There is one language:
// roles are a table role × action × scope, and a role's scope as well as a grant compile
// into a Decision: columns, each with its mask, and rows. What nothing allows is denied,
// and so is every zero value. The room keeps the grants, each with its history; it never
// reads data, and it never signs anybody in.
//
// Read first: Decide, Grant, Compile, Decision.Over.
package policy

import (
	"fmt"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
)

// ErrDenied is what every refusal of this room is.
var ErrDenied = fault.New(fault.Denied, "policy.denied", fault.T("无权进行该操作", "this is not allowed")).
	Fix(fault.T("如工作需要，请由安全管理员分配相应角色", "if your work needs it, ask the security administrator for the role"))

// Decide says whether an actor may do something to a target. It is pure.
func Decide(a people.Actor, act Action, t Target) Decision {
	r := Reaching(a, act)
	if r.Covers(t) {
		return Decision{Allow: true, Rule: r.rule()}
	}
	return Decision{Rule: r.rule(), Reason: r.refusal(a)}
}

// Allowed is Decide for those who only need the refusal.
func Allowed(a people.Actor, act Action, t Target) error { return Decide(a, act, t).Err() }

// rule names the cell of the table that decided.
func (r Reach) rule() string {
	if r.Scope == None {
		return fmt.Sprintf("%s: none", r.Action)
	}
	return fmt.Sprintf("%s: %s × %s", r.Action, r.Role, r.Scope)
}

func (r Reach) refusal(a people.Actor) fault.Text {
	title := r.Action.Title()
	switch {
	case a.Kind == "":
		return fault.T("尚未登录", "nobody is signed in")
	case r.Scope == None:
		return fault.Text{ZH: "当前角色不能" + title.ZH, EN: "the roles held do not allow to " + title.EN}
	}
	return fault.Text{ZH: "对象不在可以" + title.ZH + "的范围内", EN: "the right to " + title.EN + " does not reach this"}
}

// Err is the refusal of a decision, nil where it allows.
func (d Decision) Err() error {
	if d.Allow {
		return nil
	}
	e := *ErrDenied
	if d.Reason.ZH != "" {
		e.Text = d.Reason
	}
	if d.Remedy.ZH != "" {
		e.Remedy = d.Remedy
	} else {
		e.Remedy = fault.T("确需办理的，请联系安全管理员调整权限", "if the work needs it, ask the security administrator")
	}
	return &e
}

// Live says whether a decision stands at a time. Decide's have no term; a grant's do.
func (d Decision) Live(now time.Time) bool {
	return d.Allow && !now.Before(d.From) && (d.Until.IsZero() || now.Before(d.Until))
}
