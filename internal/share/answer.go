package share

import (
	"context"
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
)

// Answer is what leaves the platform: the body's bytes, and what names them.
type Answer struct {
	Body     []byte
	Rows     int64
	Snapshot int64  // of the lake, that was read
	Receipt  string // of the entry in the audit; refusals have one as well
}

// found is what a plan read: not yet allowed to leave.
type found struct {
	body     []byte
	rows     int64
	snapshot int64
	subject  string
	bare     bool // shows no item: a count
}

// answer lets a call through all that stands before an answer: plan, quota, reading, the
// entry's disk, and once more the grant. What is refused is written down too.
func (e *Engine) answer(ctx context.Context, c Caller, service, action string, read func(p *plan) (found, error)) (Answer, error) {
	now := e.opt.Now()
	p, err := e.plan(ctx, c, service, now)
	if err != nil {
		return e.refuse(ctx, c, nil, service, action, err)
	}
	if err := p.quota.take(ctx, now); err != nil {
		return e.refuse(ctx, c, p, service, action, err)
	}
	f, err := read(p)
	if err != nil {
		return e.refuse(ctx, c, p, service, action, err)
	}
	entry := e.entry(c, p, service, action, now)
	entry.Rows, entry.Subject, entry.Outcome = f.rows, f.subject, "ok"
	entry.Answer = audit.AnswerHash(gm.Sum3(f.body))
	if f.bare {
		entry.Items = nil
	}
	seq, err := e.opt.Audit.Append(ctx, entry)
	if err != nil {
		return Answer{}, err
	}
	if !e.stands(ctx, p, c) {
		return e.refuse(ctx, c, p, service, action, ErrNone)
	}
	return Answer{Body: f.body, Rows: f.rows, Snapshot: f.snapshot, Receipt: e.opt.Audit.ReceiptID(seq)}, nil
}

func (e *Engine) entry(c Caller, p *plan, service, action string, now time.Time) audit.Entry {
	entry := audit.Entry{At: now, Action: action, Door: c.Door, App: c.App.ID, Office: c.App.Office, Address: c.Address}
	if p == nil {
		entry.Service = known(service)
	} else {
		entry.Service = p.service.Name
		entry.Directory, entry.Grant, entry.Purpose, entry.Items = p.service.Directory, p.grant.ID, p.grant.Purpose, p.items
	}
	return entry
}

// Refuse writes down a call that its door refused, of an application it has recognised.
func (e *Engine) Refuse(ctx context.Context, c Caller, service string, cause error) (Answer, error) {
	return e.refuse(ctx, c, nil, service, "read", cause)
}

// refuse writes a refusal down and gives its error, with the receipt's id. An application
// whose calls are refused all the time may not fill the disk with them.
func (e *Engine) refuse(ctx context.Context, c Caller, p *plan, service, action string, cause error) (Answer, error) {
	if ctx.Err() != nil {
		return Answer{}, ctx.Err() // nobody is there to be refused
	}
	now := e.opt.Now()
	if !e.budget(c.App.ID).take(now) {
		return Answer{}, ErrRefusals
	}
	if fault.KindOf(cause) == fault.Internal {
		e.opt.Log.ErrorContext(ctx, "a call failed", "service", known(service), "error", cause)
	}
	entry := e.entry(c, p, service, action, now)
	entry.Items, entry.Outcome = nil, code(cause)
	seq, err := e.opt.Audit.Append(ctx, entry)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Receipt: e.opt.Audit.ReceiptID(seq)}, cause
}
