// Package gateway is the door of data services: /data/v1/{service} for applications. It
// recognises the caller, reads the question, hands it to package share and sends the answer
// with its receipt's id. It decides nothing about data, keeps no value of a question in a
// log, an error or a metric, and tells whoever may not call a service nothing of it.
//
// Read first: Gateway.ServeHTTP, Gateway.recognise, docs/reference/gateway.md.
package gateway

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/share"
	"github.com/chengshu/chengshu/internal/store"
)

// Prefix is where the door's paths begin.
const Prefix = "/data/v1/"

// Options are what the door opens on.
type Options struct {
	Share   *share.Engine
	People  *people.People
	Audit   *audit.Audit
	Store   store.Store
	Metrics *prometheus.Registry
	Log     *slog.Logger
	Now     func() time.Time
}

// Gateway is the door. It is safe for concurrent use.
type Gateway struct {
	Options
	nonces   *nonces
	calls    *prometheus.CounterVec
	answered prometheus.Counter
}

//go:embed schema.sql
var schema1 string

// New opens the door.
func New(ctx context.Context, o Options) (*Gateway, error) {
	if err := migrate(ctx, o.Store); err != nil {
		return nil, err
	}
	n, err := newNonces(ctx, o.Store, o.Now())
	if err != nil {
		return nil, err
	}
	g := &Gateway{Options: o, nonces: n, calls: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "chengshu_calls_total",
		Help: "Calls of data services, by outcome; those without a valid key are in no audit entry and are counted here alone."}, []string{"outcome"})}
	g.answered = g.calls.WithLabelValues("ok")
	return g, o.Metrics.Register(g.calls)
}

func migrate(ctx context.Context, st store.Store) error {
	if err := st.Migrate(ctx, "gateway", []store.Migration{{Version: 1, SQL: schema1}}); err != nil {
		return fmt.Errorf("gateway: %w", err)
	}
	return nil
}

// Values of headers that every answer has; nobody changes them.
var (
	noStore = []string{"no-store"}
	noSniff = []string{"nosniff"}
	ofJSON  = []string{"application/json"}
)

// ServeHTTP answers one call.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["Cache-Control"] = noStore
	h["X-Content-Type-Options"] = noSniff
	service, what, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
	caller, body, err := g.recognise(w, r)
	if err != nil {
		g.unknown(w, r, err)
		return
	}
	c := share.Caller{App: caller.Actor, Door: "gateway", Address: address(r), Grant: r.Header.Get("X-Chengshu-Grant"), InURL: r.Method == http.MethodGet}
	if !caller.Key.From(c.Address) {
		a, err := g.Share.Refuse(r.Context(), c, service, people.ErrAddress)
		g.refuse(w, r, a.Receipt, err)
		return
	}
	switch {
	case service == "receipts" && what != "" && !strings.Contains(what, "/"):
		g.receipt(w, r, c, what)
	case what == "":
		g.look(w, r, c, service, body)
	case what == "rows":
		g.list(w, r, c, service, body)
	case what == "count":
		g.count(w, r, c, service, body)
	case what == "openapi.json":
		g.document(w, r, c, service)
	default:
		g.refuse(w, r, "", errPath)
	}
}

func (g *Gateway) look(w http.ResponseWriter, r *http.Request, c share.Caller, service string, body []byte) {
	key, err := keyOf(r, body)
	if err != nil {
		g.refuse(w, r, "", err)
		return
	}
	a, err := g.Share.Look(r.Context(), c, service, key)
	g.send(w, r, a, err)
}

func (g *Gateway) list(w http.ResponseWriter, r *http.Request, c share.Caller, service string, body []byte) {
	q, err := questionOf(r, body)
	if err != nil {
		g.refuse(w, r, "", err)
		return
	}
	a, err := g.Share.List(r.Context(), c, service, q)
	g.send(w, r, a, err)
}

func (g *Gateway) count(w http.ResponseWriter, r *http.Request, c share.Caller, service string, body []byte) {
	q, err := questionOf(r, body)
	if err != nil {
		g.refuse(w, r, "", err)
		return
	}
	a, err := g.Share.Count(r.Context(), c, service, q)
	g.send(w, r, a, err)
}

// send sends what share answered: the entry of it is durable.
func (g *Gateway) send(w http.ResponseWriter, r *http.Request, a share.Answer, err error) {
	if err != nil {
		g.refuse(w, r, a.Receipt, err)
		return
	}
	h := w.Header()
	values := [...]string{a.Receipt, strconv.FormatInt(a.Snapshot, 10), strconv.Itoa(len(a.Body))}
	h["Content-Type"] = ofJSON
	h["X-Chengshu-Receipt"] = values[0:1:1]
	h["X-Chengshu-Snapshot"] = values[1:2:2]
	h["Content-Length"] = values[2:3:3]
	g.answered.Inc()
	_, _ = w.Write(a.Body)
}

// address is where a call came from, without the port.
func address(r *http.Request) string {
	if i := strings.LastIndexByte(r.RemoteAddr, ':'); i >= 0 {
		return strings.Trim(r.RemoteAddr[:i], "[]")
	}
	return r.RemoteAddr
}
