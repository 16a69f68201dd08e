package console

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/policy"
)

// Whoever asks for what they have no right to is written down: who, what operation, of
// which thing, never its content. Somebody who is refused all the time fills no disk.

type operationKey struct{}

// operation is what a request asks for.
type operation struct {
	id, path, directory string
}

// named lets refusals further in know which operation they are of.
func named(ctx huma.Context) huma.Context {
	o := operation{id: ctx.Operation().OperationID, path: ctx.Method() + " " + ctx.URL().Path}
	if Look(o.id) != "" && ctx.Param("name") != "" {
		o.directory = ctx.Param("name")
	}
	return huma.WithValue(ctx, operationKey{}, o)
}

// operationOf is named for what the router does not know.
func operationOf(id string, r *http.Request) operation {
	return operation{id: id, path: r.Method + " " + r.URL.Path}
}

// mostTarget bounds what an entry keeps of an address.
const mostTarget = 200

// tell writes a refusal for lack of a right into the audit. That it could not be written
// changes nothing for the asker: they were refused already.
func (c *Console) tell(ctx context.Context, f *fault.Error) {
	o, ok := ctx.Value(operationKey{}).(operation)
	a := askerOf(ctx)
	if !ok || f.Code != policy.ErrDenied.Code || a.Actor.ID == "" || !c.refusals.take(a.Actor.ID, c.Now()) {
		return
	}
	e := audit.Entry{At: c.Now(), Action: Look(o.id), Door: a.Actor.Door(), Actor: a.Actor.ID, Office: a.Actor.Office, Address: a.place.Address,
		Directory: o.directory, Target: o.path[:min(len(o.path), mostTarget)], Outcome: f.Code}
	if e.Action == "" {
		e.Action = string(Right(o.id))
	}
	if _, err := c.Audit.Append(context.WithoutCancel(ctx), e); err != nil {
		c.log.ErrorContext(ctx, "a refusal was not written down", "operation", o.id, "error", err)
	}
}

// refusals bounds by actor how many refusals are written down.
type refusals struct {
	mu   sync.Mutex
	left map[string]*allowance
}

type allowance struct {
	at   time.Time
	left float64
}

const (
	refusalsPerSecond = 2
	refusalsAtOnce    = 60
)

func (r *refusals) take(actor string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left == nil {
		r.left = map[string]*allowance{}
	}
	a := r.left[actor]
	if a == nil {
		a = &allowance{now, refusalsAtOnce}
		r.left[actor] = a
	}
	a.left = min(a.left+max(now.Sub(a.at), 0).Seconds()*refusalsPerSecond, refusalsAtOnce)
	if a.at = now; a.left < 1 {
		return false
	}
	a.left--
	return true
}
