// Package console is the door of the console: the API under /api/v1 with its OpenAPI
// document, the pages, health and metrics. It turns requests into calls of the engines and
// their answers and faults into JSON; it decides nothing itself.
//
// Read first: New, Options, problem.
package console

import (
	"context"
	"crypto/subtle"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/catalog/search"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/notice"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/quality"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/share"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/task"
	"github.com/chengshu/chengshu/internal/view"
)

// Options are what the door opens on.
type Options struct {
	Catalog *catalog.Catalog
	Search  *search.Index
	Ingest  *ingest.Engine
	Quality *quality.Engine
	Tasks   *task.Tasks
	Lake    *lake.Lake
	Reader  query.Engine
	Store   store.Store
	Regions *region.Book
	Lists   rule.Lists
	Log     *slog.Logger
	Now     func() time.Time
	Ready   func(context.Context) error
	Verify  func(context.Context) (Verified, error)
	Care    func(ctx context.Context, grace time.Duration) (Cared, error)
	Pages   Pages

	RotateKey    func(ctx context.Context, by people.Actor, p gm.Purpose, reason string) (*gm.Key, error)
	RotateMaster func(ctx context.Context, by people.Actor, to gm.Master, reason string) error

	CheckAudit func(ctx context.Context, by people.Actor) (task string, err error)

	Share  *share.Engine
	People *people.People
	Grants *policy.Grants
	Audit  *audit.Audit
	Keys   *gm.Ring

	Temp    string // folder of what an export keeps aside
	Packs   *pack.Packs
	Ledger  *ledger.Ledger
	Flow    *flow.Engine
	Notices *notice.Notices
	Views   *view.Views

	District string // 12-digit code
	Demo     bool
	Version  string

	MetricsToken string // opens the metrics on this machine; empty: none does
	Metrics      *prometheus.Registry
}

// Console is the door.
type Console struct {
	Options
	log      *slog.Logger
	api      huma.API
	refusals refusals
	programs programs
}

// New builds the handler. The OpenAPI document is at /openapi.json.
func New(o Options) (http.Handler, *Console) {
	mux := http.NewServeMux()
	c := &Console{Options: o, log: o.Log}
	config := huma.DefaultConfig("城枢 chengshu", o.Version)
	config.Info.Description = "公共数据平台接口。The API of the public-data platform."
	config.DocsPath = "" // its page loads from elsewhere; ours is in the console
	config.SchemasPath = ""
	config.CreateHooks = nil
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", nameOf)
	huma.DefaultArrayNullable = false // route fills lists
	huma.NewErrorWithContext = shapeErrors
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return shapeErrors(nil, status, msg, errs...)
	}
	c.api = humago.New(mux, config)
	c.api.UseMiddleware(c.checkRight, c.witness)
	c.overview()
	c.tasks()
	c.statistics()
	c.outcomes()
	c.directories(mux)
	c.keepOffices()
	c.standing()
	c.searching()
	c.finding()
	c.loads(mux)
	c.batches()
	c.events()
	c.tellEvents()
	c.reference()
	c.sessions()
	c.users()
	c.services(mux)
	c.apps()
	c.grants()
	c.granting()
	c.calls()
	c.keys()
	c.auditing()
	c.chain()
	c.exports()
	c.packs(mux)
	c.cases()
	c.registers(mux)
	c.notices()
	c.calendar()
	c.menu()
	c.views()
	c.tellLooks()
	tellNulls(config.Components.Schemas)
	tellForms(config.Components.Schemas)
	tellAskers(c.api.OpenAPI())

	mux.Handle("GET /metrics", c.metered(promhttp.HandlerFor(o.Metrics, promhttp.HandlerOpts{})))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := o.Ready(r.Context()); err != nil {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("ready\n"))
	})
	mux.Handle("/", elsewhere(mux, o.Pages.handler()))
	return c.measured(withLang(c.guard(c.recognise(mux)))), c
}

// OpenAPI is the document of the API.
func (c *Console) OpenAPI() *huma.OpenAPI { return c.api.OpenAPI() }

// guard refuses what a page of another origin sends, sign-ins among it.
func (c *Console) guard(next http.Handler) http.Handler {
	cop := http.NewCrossOriginProtection()
	return hostGuard(cop.Handler(next))
}

// hostGuard refuses requests that reached loopback under another name (DNS rebinding). Over
// TLS the certificate says which names are ours.
func hostGuard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS != nil {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		} else if !localHost(r.Host) {
			http.Error(w, "this server answers on this machine only", http.StatusMisdirectedRequest)
			return
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// metered opens the metrics to a session with the right to them, and on this machine to
// whoever has the configured token.
func (c *Console) metered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := policy.Allowed(actor(r.Context()), policy.MetricsRead, policy.Target{})
		given, is := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		ip := net.ParseIP(address(r))
		here := ip != nil && ip.IsLoopback()
		if err != nil && !(is && here && c.MetricsToken != "" && subtle.ConstantTimeCompare([]byte(given), []byte(c.MetricsToken)) == 1) {
			if actor(r.Context()).Kind == "" {
				err = people.ErrSession
			}
			c.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// measured counts requests by route, status and time.
func (c *Console) measured(next http.Handler) http.Handler {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "chengshu_http_seconds",
		Help: "Time to answer, by method and status class.", Buckets: prometheus.DefBuckets}, []string{"method", "status"})
	c.Metrics.MustRegister(seconds)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/events" { // endless
			next.ServeHTTP(w, r)
			return
		}
		began := time.Now()
		s := &status{ResponseWriter: w, code: http.StatusOK}
		next.ServeHTTP(s, r)
		seconds.WithLabelValues(r.Method, string('0'+rune(s.code/100))+"xx").Observe(time.Since(began).Seconds())
	})
}

type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }
