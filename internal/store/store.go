// Package store owns the state of a district: short transactions over small tables, the
// facts its rooms tell each other, and who owns the data folder.
//
// Every change is a closure given to Write. One goroutine gathers the closures that wait,
// gives each a savepoint and commits them together, so durable writes cost a share of one
// fsync. A closure does no I/O, never waits and never calls Write again.
//
// Rooms own their tables and declare them with Migrate, in SQL that SQLite and PostgreSQL
// both accept: TIMESTAMP columns hold UTC, JSON columns are declared JSON and values taken
// out of them are CAST, booleans are written TRUE and FALSE, ids are TEXT.
//
// Read first: Store, Tx, Consumer.
package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/event"
)

// FormatVersion is the version of the data folder this program writes. An older folder is
// brought up when it is opened; a newer one is refused.
const FormatVersion = 1

// Store is what a driver gives.
type Store interface {
	// Read gives a handle for many concurrent readers. It sees every write that has
	// returned and cannot change anything.
	Read() bun.IDB
	// Write runs do in a transaction and returns when the commit is durable. An error or
	// a panic of do undoes what do wrote and nothing else, and is returned. A context that
	// ends before do was begun gives its error; once begun, do is not interrupted.
	// Calling Write inside do gives ErrNested. Other refusals: ErrExists, ErrFull, ErrDisk,
	// ErrUndone, ErrClosed, ErrPanic.
	Write(ctx context.Context, do func(ctx context.Context, tx Tx) error) error
	// Migrate brings a room's tables up to the last of its migrations. It may be called
	// at every start; what is applied already is left alone.
	Migrate(ctx context.Context, room string, migrations []Migration) error
	// Close waits for writes under way and gives ErrClosed to later ones.
	Close() error
	Events
}

// Events is the side of a store by which facts reach those who act on them.
type Events interface {
	// Consume adds a consumer. One whose name is new begins with the oldest event kept.
	Consume(c Consumer) error
	// Run feeds the consumers until ctx ends, and then returns nil. A commit with an Emit
	// in it wakes them at once.
	Run(ctx context.Context) error
	// Drain waits until every consumer has passed the last event emitted before the call.
	// Parked events count as passed. Somebody has to Run meanwhile.
	Drain(ctx context.Context) error
	// Parked lists the events that consumers could not handle, oldest first.
	Parked(ctx context.Context) ([]ParkedEvent, error)
	// Retry handles one parked event now and returns what its handler says.
	Retry(ctx context.Context, consumer string, seq int64) error
	// Prune removes events older than a time that every consumer has passed, and says
	// how many there were.
	Prune(ctx context.Context, olderThan time.Time) (int64, error)
}

// Tx is the inside of one Write. It is used by its closure alone and dies with it.
type Tx interface {
	bun.IDB
	// Emit appends a fact that becomes true with this transaction. The body is kept as
	// JSON and holds no personal data.
	Emit(ctx context.Context, kind event.Kind, key string, body any) error
	// Prepared gives a statement that stays prepared for later transactions: the hot
	// paths' way, a fraction of bun's cost. Placeholders are $1, $2, … in the order of
	// their first appearance; queries are constants. The store closes it. It is not run
	// again while rows of it are open.
	Prepared(ctx context.Context, query string) (*sql.Stmt, error)
	// After runs f once the commit is durable, and never if it fails. f holds up every
	// other writer: it tells and wakes, anything slower goes to a goroutine of its own. A
	// Write in it gives ErrNested.
	After(f func())
}

// Migration is one step of a room's tables. Versions count 1, 2, 3 … without gaps; SQL may
// hold several statements and is accepted by both dialects. A migration that was released
// is never changed: add another.
type Migration struct {
	Version int
	SQL     string
}

// Consumer acts on events, in order, one at a time.
type Consumer struct {
	Name  string       // stable: its cursor is kept under it
	Kinds []event.Kind // none means all
	// Handle looks at the event and may do slow work; it must be repeatable, since a crash
	// may come before the commit. The writes it returns commit together with the cursor:
	// they take effect exactly once.
	Handle func(ctx context.Context, e event.Event) (Writes, error)
	// Parked hears, where it is given, that an event was set aside or has failed again, and
	// why, in the transaction that says so: what waits for it need not seem to go on.
	Parked func(ctx context.Context, tx Tx, p ParkedEvent, why error) error
}

// Writes are a handler's changes to the store; nil means none.
type Writes func(ctx context.Context, tx Tx) error

// ParkedEvent is an event a consumer failed to handle. It is tried again by itself at
// growing intervals, while the consumer goes on with later events.
type ParkedEvent struct {
	Consumer string
	Event    event.Event
	Error    string
	Attempts int
	At       time.Time // of the last attempt
	Next     time.Time // of the next one
}
