package console

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
)

// cookieName and csrfHeader are how a page shows whose session it is, and that it is ours.
const (
	cookieName = "chengshu_session"
	csrfHeader = "X-CSRF-Token"
)

// asker is who a request is of. The zero value is nobody.
type asker struct {
	people.Signed
	token string
	place people.Place
	tls   bool
}

type askerKey struct{}
type localKey struct{}

// Local marks a connection's context as one of whoever may open the data folder: the
// folder's socket, which only they can reach.
func Local(ctx context.Context) context.Context { return context.WithValue(ctx, localKey{}, true) }

func local(ctx context.Context) bool {
	is, _ := ctx.Value(localKey{}).(bool)
	return is
}

func askerOf(ctx context.Context) *asker {
	a, _ := ctx.Value(askerKey{}).(*asker)
	if a == nil {
		return new(asker)
	}
	return a
}

// actor is who a request is of; nobody, who may do nothing, where that was not shown.
func actor(ctx context.Context) people.Actor { return askerOf(ctx).Actor }

var (
	errCSRF = fault.New(fault.Denied, "session.csrf", fault.T("请求未带本页面的令牌", "the request lacks the token of our page")).
		Fix(fault.T("请刷新页面；程序调用须在请求头 "+csrfHeader+" 中带上登录时给出的 csrf", "reload the page; programs send the csrf of the sign-in in the header "+csrfHeader))
	errStale = fault.New(fault.Denied, "session.password", fault.T("须先修改密码", "the password must be changed first")).
			Fix(fault.T("请登录后修改密码", "sign in and change it"))
)

// recognise finds out who asks. Under /api/ nobody gets further, but to sign in; a change
// asked for with a session's cookie needs the token that only our pages know.
func (c *Console) recognise(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := &asker{place: people.Place{Address: address(r), Agent: r.UserAgent()}, tls: r.TLS != nil}
		if local(r.Context()) {
			a.Actor = people.Local()
		} else if err := c.session(r, a); err != nil {
			c.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), askerKey{}, a)))
	})
}

// session takes up the session of a request's cookie.
func (c *Console) session(r *http.Request, a *asker) error {
	guarded := strings.HasPrefix(r.URL.Path, "/api/")
	signIn := r.Method == http.MethodPost && r.URL.Path == "/api/v1/session"
	cookie, err := r.Cookie(cookieName)
	if err != nil || signIn || !guarded && r.URL.Path != "/metrics" {
		if guarded && !signIn {
			return people.ErrSession
		}
		return nil
	}
	if a.Signed, err = c.People.Authenticate(r.Context(), cookie.Value); err != nil {
		if guarded {
			return err
		}
		return nil
	}
	a.token = cookie.Value
	if r.Method != http.MethodGet && r.Method != http.MethodHead && !people.CheckCSRF(a.token, r.Header.Get(csrfHeader)) {
		return errCSRF
	}
	return nil
}

func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// may says whether somebody may do an operation to anything at all. What it is done to, the
// operation asks for itself.
func may(a *asker, operation string) error {
	if slices.Contains(ownSession, operation) {
		return nil // recognise has let through whoever is signed in, or signs in
	}
	if a.MustChange {
		return errStale
	}
	act := Right(operation)
	if policy.Reaching(a.Actor, act).Scope == policy.None {
		return policy.Allowed(a.Actor, act, policy.Target{})
	}
	return nil
}

// checkRight is may before every operation of the router.
func (c *Console) checkRight(ctx huma.Context, next func(huma.Context)) {
	ctx = named(ctx)
	err := may(askerOf(ctx.Context()), ctx.Operation().OperationID)
	if err == nil {
		next(ctx)
		return
	}
	c.tell(ctx.Context(), fault.From(err))
	c.deny(ctx, err)
}

// guarded is may before an operation the router does not know.
func (c *Console) guarded(operation string, do http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(context.WithValue(r.Context(), operationKey{}, operationOf(operation, r)))
		if err := may(askerOf(r.Context()), operation); err != nil {
			c.refuse(w, r, err)
			return
		}
		do(w, r)
	}
}

// allowed says whether the actor may do an operation to what is an office's.
func allowed(ctx context.Context, operation, office string) error {
	return policy.Allowed(actor(ctx), Right(operation), policy.Target{Office: office})
}

// allowedDirectory says whether the actor may do an operation to a directory.
func (c *Console) allowedDirectory(ctx context.Context, operation, directory string) error {
	v, err := c.Catalog.Get(ctx, directory)
	if err != nil {
		return err
	}
	return allowed(ctx, operation, v.Directory.Office)
}

// batchFor finds a batch and says whether the actor may do an operation to it.
func (c *Console) batchFor(ctx context.Context, operation, id string) (*ingest.Batch, error) {
	b, err := c.Ingest.Batch(ctx, id)
	if err != nil {
		return nil, err
	}
	return b, c.allowedDirectory(ctx, operation, b.Directory)
}

// reached are the directories that a list may show things of; all means no limit.
func (c *Console) reached(ctx context.Context, act policy.Action) (names []string, all bool, err error) {
	offices, all := policy.Reaching(actor(ctx), act).Offices()
	if all {
		return nil, true, nil
	}
	names, err = c.Catalog.Of(ctx, offices)
	return names, false, err
}

// unmasked says whether personal cells of an office's rows are shown as they are: where that
// was asked for; else they are masked for everybody.
// Who asks and may not is refused.
func unmasked(ctx context.Context, asked bool, office string) (bool, error) {
	if !asked {
		return false, nil
	}
	return true, policy.Allowed(actor(ctx), policy.RowsPlain, policy.Target{Office: office})
}
