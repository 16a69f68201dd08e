// Package share answers the calls of data services: it keeps the services, follows what is
// published, and brings policy, serving and audit together in one call. It never answers
// anything that no standing grant allows, and never before the call's entry is durable.
//
// Read first: Service, Engine.Look, Engine.answer.
package share

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/serving"
	"github.com/chengshu/chengshu/internal/store"
)

//go:embed schema.sql
var schema1 string

// Lake is what is asked of the tables.
type Lake interface {
	Schema(ctx context.Context, t ident.Ref) (row.Schema, error)
	Snapshots(ctx context.Context, t ident.Ref) ([]lake.Snapshot, error)
	Files(ctx context.Context, t ident.Ref, at int64) ([]lake.File, error)
}

// Sealer keeps cursors closed: the key ring.
type Sealer interface {
	Seal(p gm.Purpose, plain, aad []byte) ([]byte, error)
	Open(p gm.Purpose, sealed, aad []byte) ([]byte, error)
}

// Options are what the engine stands on; all but Now and Log are needed.
type Options struct {
	Store   store.Store
	Catalog *catalog.Catalog
	Grants  *policy.Grants
	Audit   *audit.Audit
	Files   serving.Files
	Lake    Lake
	Reader  query.Engine
	Record  people.Record
	Sealer  Sealer
	Salt    policy.Salt                         // of the hash mask
	Subject func(parts ...[]byte) [gm.Size]byte // keyed hash of what was looked up
	// Subjects is Subject by every version of the key, the present one first.
	Subjects func(parts ...[]byte) [][gm.Size]byte
	Now      func() time.Time // time.Now
	Log      *slog.Logger
}

// Engine keeps the services and answers their calls. It is safe for concurrent use.
type Engine struct {
	opt     Options
	started time.Time

	mu       sync.Mutex // of changes to shelf
	shelf    atomic.Pointer[map[string]Service]
	turn     atomic.Uint64 // grows when a service or a directory changes
	plans    sync.Map      // planKey → *plan
	quotas   sync.Map      // id of a grant → *quota
	refusals sync.Map      // application → *budget
	readers  chan struct{} // places for calls that the engine answers
}

// mostReaders bounds the calls that ask the query engine at the same time: each of them
// takes all its threads.
const mostReaders = 4

// New brings the room's tables up and learns the services.
func New(ctx context.Context, o Options) (*Engine, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := o.Store.Migrate(ctx, "share", []store.Migration{{Version: 1, SQL: schema1}}); err != nil {
		return nil, fmt.Errorf("share: %w", err)
	}
	e := &Engine{opt: o, started: o.Now(), readers: make(chan struct{}, mostReaders)}
	if err := e.learn(ctx); err != nil {
		return nil, err
	}
	return e, nil
}

// Close gives back what was leased of quotas and not used.
func (e *Engine) Close(ctx context.Context) error { return e.returnQuotas(ctx) }
