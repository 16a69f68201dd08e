package share

import (
	"context"
	"slices"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
)

// Caller is an application that has shown who it is, and how it came.
type Caller struct {
	App     people.Actor
	Door    string
	Address string
	Grant   string // of its own choice, where it has several; "" for the first that stands
	InURL   bool   // the question came in a URL, where no personal data may stand
}

// plan is what a caller may do with a service, made once and kept while grant, service and
// directory stay as they are.
type plan struct {
	service   Service
	directory catalog.Directory
	grant     policy.Grant
	decision  policy.Decision
	items     []string // shown, for the audit
	filtered  []string // items that the grant's rows depend on
	quota     *quota
	lens      lensBox

	grants, shelf uint64 // turns it was made at
}

type planKey struct{ app, office, service, grant string }

// plan finds what allows a call. Turns are read before what they stand for: a change in
// between makes the plan old at once.
func (e *Engine) plan(ctx context.Context, c Caller, service string, now time.Time) (*plan, error) {
	k := planKey{c.App.ID, c.App.Office, service, c.Grant}
	grants, shelf := e.opt.Grants.Turn(), e.turn.Load()
	if v, ok := e.plans.Load(k); ok {
		p := v.(*plan)
		if p.grants == grants && p.shelf == shelf && p.decision.Live(now) {
			return p, nil
		}
	}
	if err := policy.Allowed(c.App, policy.ServiceCall, policy.Target{Owner: c.App.ID, Office: c.App.Office}); err != nil {
		return nil, ErrNone
	}
	s, err := e.Get(service)
	if err != nil || s.Stopped {
		return nil, ErrNone
	}
	v, err := e.opt.Catalog.Get(ctx, s.Directory)
	if err != nil {
		return nil, err
	}
	p := e.compile(c, s, v, now)
	if p == nil {
		return nil, ErrNone
	}
	p.grants, p.shelf = grants, shelf
	e.plans.Store(k, p)
	return p, nil
}

// compile takes the first grant that allows the call.
func (e *Engine) compile(c Caller, s Service, v catalog.Version, now time.Time) *plan {
	dir, d := v.Directory, v.Rights()
	for _, g := range e.opt.Grants.For(d.Name, c.App.ID, c.App.Office) {
		if c.Grant != "" && c.Grant != g.ID {
			continue
		}
		decision := policy.Compile(g, d, now, e.opt.Salt)
		if !decision.Allow {
			continue
		}
		p := &plan{service: s, directory: dir, grant: g, decision: decision, quota: e.quota(g)}
		for _, col := range decision.Columns {
			p.items = append(p.items, col.Item)
		}
		for _, r := range g.Rows.Rules {
			p.filtered = append(p.filtered, r.Item)
		}
		return p
	}
	return nil
}

// stands says whether a plan may still answer: it is asked again once the entry is durable,
// so that no answer leaves after its grant was revoked or its directory withdrawn.
func (e *Engine) stands(ctx context.Context, p *plan, c Caller) bool {
	if p.grants == e.opt.Grants.Turn() && p.shelf == e.turn.Load() {
		return true
	}
	now, err := e.plan(ctx, c, p.service.Name, e.opt.Now())
	return err == nil && now.grant.ID == p.grant.ID && now.service.Directory == p.service.Directory && slices.Equal(now.decision.Columns, p.decision.Columns)
}

// granted says whether an item is in the decision, masked or not.
func (p *plan) granted(item string) bool { return slices.Contains(p.items, item) }

// May says what a caller may do with a service: its declaration, directory and decision.
func (e *Engine) May(ctx context.Context, c Caller, service string) (Service, catalog.Directory, policy.Decision, policy.Grant, error) {
	p, err := e.plan(ctx, c, service, e.opt.Now())
	if err != nil {
		return Service{}, catalog.Directory{}, policy.Decision{}, policy.Grant{}, err
	}
	return p.service, p.directory, p.decision, p.grant, nil
}

// open refuses a personal item in a URL: proxies and browsers keep those.
func (p *plan) open(c Caller, item string) error {
	if it, ok := p.directory.Item(item); c.InURL && ok && it.Personal != "" {
		return ErrInURL.At("%s", item)
	}
	return nil
}

// known is a service's name where it may be written down: callers write anything.
func known(service string) string {
	if ident.Check(service) != nil {
		return ""
	}
	return service
}

// code is what the audit keeps of an error.
func code(err error) string {
	if c := fault.From(err).Code; c != "" {
		return c
	}
	return "internal"
}
