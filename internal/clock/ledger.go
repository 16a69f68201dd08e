package clock

import (
	"slices"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

// Ledger is what a case holds of its clock: when it began, its budget, what was added to it,
// and every pause with its reason. When it is due is computed from it and never stored, so
// that a calendar changed later moves the case. Its methods give a changed copy.
//
// Times are whole seconds; parts of a second are cut off.
type Ledger struct {
	Started time.Time   `json:"started"`
	Budget  Budget      `json:"budget"`
	Extra   []Extension `json:"extra,omitempty"`
	Pauses  []Pause     `json:"pauses,omitempty"` // by From, the last one possibly open
	Stopped time.Time   `json:"stopped,omitzero"`
}

// Pause is a time that is not counted (挂起): in waiting for papers, for an expert's report.
type Pause struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to,omitzero"` // zero: it lasts
	Reason string    `json:"reason"`
}

// Extension is time agreed to beyond the budget (延期). It is counted from where the time
// before it ends.
type Extension struct {
	At     time.Time `json:"at"` // when it was agreed to
	Budget Budget    `json:"budget"`
	Reason string    `json:"reason"`
}

// Start opens a ledger.
func Start(at time.Time, b Budget) (Ledger, error) {
	if err := b.Check(); err != nil {
		return Ledger{}, err
	}
	if d := DateOf(at); !d.ranged() {
		return Ledger{}, outside(d)
	}
	return Ledger{Started: whole(at), Budget: b}, nil
}

// Paused tells whether a pause lasts.
func (l Ledger) Paused() bool { n := len(l.Pauses); return n > 0 && l.Pauses[n-1].To.IsZero() }

// Pause stops the counting for a reason.
func (l Ledger) Pause(at time.Time, reason string) (Ledger, error) {
	if err := l.running(at); err != nil {
		return l, err
	}
	if strings.TrimSpace(reason) == "" {
		return l, noReason()
	}
	l.Pauses = append(slices.Clone(l.Pauses), Pause{From: whole(at), Reason: reason})
	return l, nil
}

// Resume ends the pause that lasts.
func (l Ledger) Resume(at time.Time) (Ledger, error) {
	if !l.Paused() {
		return l, fault.New(fault.Conflict, "clock.unpaused", fault.T("计时没有暂停", "the clock is not paused")).
			Fix(fault.T("无需恢复", "there is nothing to resume"))
	}
	n := len(l.Pauses) - 1
	if whole(at).Before(l.Pauses[n].From) {
		return l, backwards()
	}
	l.Pauses = slices.Clone(l.Pauses)
	l.Pauses[n].To = whole(at)
	return l, nil
}

// Extend adds time that was agreed to.
func (l Ledger) Extend(at time.Time, b Budget, reason string) (Ledger, error) {
	if !l.Stopped.IsZero() {
		return l, stopped()
	}
	if strings.TrimSpace(reason) == "" {
		return l, noReason()
	}
	if err := b.Check(); err != nil {
		return l, err
	}
	l.Extra = append(slices.Clone(l.Extra), Extension{At: whole(at), Budget: b, Reason: reason})
	return l, nil
}

// Stop ends the clock: the step is done. A pause that lasts ends with it.
func (l Ledger) Stop(at time.Time) (Ledger, error) {
	if l.Paused() {
		r, err := l.Resume(at)
		if err != nil {
			return l, err
		}
		l = r
	}
	if err := l.running(at); err != nil {
		return l, err
	}
	l.Stopped = whole(at)
	return l, nil
}

// Reopen lets a stopped clock run on; the time between is a pause with its reason, for
// instance that of a check that failed.
func (l Ledger) Reopen(at time.Time, reason string) (Ledger, error) {
	if l.Stopped.IsZero() {
		return l, fault.New(fault.Conflict, "clock.unstopped", fault.T("计时没有结束", "the clock has not stopped")).
			Fix(fault.T("请先结束计时", "stop it first"))
	}
	if strings.TrimSpace(reason) == "" {
		return l, noReason()
	}
	if whole(at).Before(l.Stopped) {
		return l, backwards()
	}
	l.Pauses = append(slices.Clone(l.Pauses), Pause{From: l.Stopped, To: whole(at), Reason: reason})
	l.Stopped = time.Time{}
	return l, nil
}

// running refuses what a clock that is paused or stopped cannot do, and what would go back.
func (l Ledger) running(at time.Time) error {
	switch {
	case !l.Stopped.IsZero():
		return stopped()
	case l.Paused():
		return fault.New(fault.Conflict, "clock.paused", fault.T("计时已经暂停", "the clock is paused already")).
			Fix(fault.T("请先恢复计时", "resume it first"))
	case whole(at).Before(l.Started), len(l.Pauses) > 0 && whole(at).Before(l.Pauses[len(l.Pauses)-1].To):
		return backwards()
	}
	return nil
}

// Check refuses a ledger that does not tell a time: what it says may come from a file.
func (l *Ledger) Check() error {
	if err := l.Budget.Check(); err != nil {
		return err
	}
	for i := range l.Extra {
		if err := l.Extra[i].Budget.Check(); err != nil {
			return err
		}
	}
	if d := DateOf(l.Started); !d.ranged() {
		return outside(d)
	}
	before := l.Started
	for i := range l.Pauses {
		p := &l.Pauses[i]
		if d := DateOf(p.From); !d.ranged() {
			return outside(d)
		}
		if d := DateOf(p.To); !p.To.IsZero() && !d.ranged() {
			return outside(d)
		}
		if p.From.Before(before) && i > 0 || p.To.IsZero() && i < len(l.Pauses)-1 || !p.To.IsZero() && p.To.Before(p.From) {
			return backwards()
		}
		before = p.From
	}
	return nil
}

func whole(t time.Time) time.Time { return instant(t.Unix()) }

func stopped() error {
	return fault.New(fault.Conflict, "clock.stopped", fault.T("计时已经结束", "the clock has stopped")).
		Fix(fault.T("已结束的计时不再改动", "a clock that has stopped is not changed"))
}

func backwards() error {
	return fault.New(fault.Invalid, "clock.order", fault.T("时间先后颠倒", "the times are not in order")).
		Fix(fault.T("暂停须在起始之后，恢复须在暂停之后", "a pause comes after the start, resuming after the pause"))
}

func noReason() error {
	return fault.New(fault.Invalid, "clock.reason", fault.T("须写明原因", "a reason is needed")).
		Fix(fault.T("请写明暂停、延期或停止的原因", "say why it is paused, extended or stopped"))
}
