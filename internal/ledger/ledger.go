// Package ledger owns records that packs declare: registers (entities) with their fields,
// numbers, checks and formulas, the table each has in the store, the history of every
// change, lists and filters, masks of personal information, imports and exports.
//
// Every change is a record's next version, its history, its audit entry and its event in
// one transaction. A change may name the version it was made from and is refused when
// somebody was faster, with who that was. A value never gets into an audit entry, an event
// or a fault. What a case does with a record is the flow's business.
//
// Read first: Declaration, Entity.Check, Ledger.Create, Ledger.Find.
package ledger

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/chengshu/chengshu/internal/blob"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

//go:embed schema.sql
var schema1 string

// Options are what the room stands on; Store and Record are needed.
type Options struct {
	Store  store.Store
	Record people.Record
	// Offices gives the titles of all offices by their names; nil takes any office.
	Offices func(ctx context.Context) (map[string]string, error)
	// Dir is the folder for files of imports; without it nothing is imported.
	Dir string
	// Blobs keeps the files of records; without it fields of files hold what they are given.
	Blobs *blob.Shelf
	Now   func() time.Time // of what has no other time: time.Now
}

// Ledger is the room. It is safe for concurrent use.
type Ledger struct {
	opt     Options
	offices *offices
	quiet   bool
}

// New brings the room's tables up. Those of registers come with their packs.
func New(ctx context.Context, o Options) (*Ledger, error) {
	if o.Store == nil || o.Record == nil {
		return nil, errors.New("ledger: an option is missing")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Dir != "" {
		if err := os.MkdirAll(o.Dir, 0o700); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
	}
	if err := o.Store.Migrate(ctx, "ledger", []store.Migration{{Version: 1, SQL: schema1}}); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	return &Ledger{opt: o, offices: &offices{}}, nil
}

// Quiet gives the ledger without audit entries of its own: for whoever keeps one of the
// whole act in the same transaction.
func (l *Ledger) Quiet() *Ledger {
	q := *l
	q.quiet = true
	return &q
}

// Record is one record as it is now.
type Record struct {
	Pack, Entity string
	ID           string
	Key          string // the number people know it by
	Version      int    // counted from 1
	Office       string // whose it is
	Region       string // where it is, "" where nothing says so
	CreatedAt    time.Time
	CreatedBy    string
	CreatedName  string
	UpdatedAt    time.Time
	UpdatedBy    string
	UpdatedName  string
	Values       Values
}

// What a change may meet.
var (
	ErrMissing = fault.New(fault.Missing, "record.unknown", fault.T("没有该记录", "there is no such record")).
			Fix(fault.T("请刷新列表", "refresh the list"))
	ErrChanged = fault.New(fault.Conflict, "record.changed", fault.T("记录已被他人修改", "somebody else has changed the record")).
			Fix(fault.T("请刷新后核对他人的修改，再提交", "refresh, look at that change and send yours again"))
	ErrTaken = fault.New(fault.Conflict, "record.taken", fault.T("已有相同的记录", "there is such a record already")).
			Fix(fault.T("请核对唯一的字段，或修改已有的记录", "check the fields that are unique, or change the record that is there"))
)
