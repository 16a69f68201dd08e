// Package serving is the port to the key look-ups of data services: the live rows of a
// table of the lake, by key, far faster than the lake itself. What it serves is derived:
// it may be dropped and built from a snapshot at any time. It must never answer with half
// a commit of the lake, and never decides who may see what: callers do, over cells that
// are kept ready to be sent (as JSON) and can still be read as values.
//
// Read first: Files, Answer, Cells.
package serving

import (
	"context"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// Dataset says what is served under a name: the rows of a table by one key. A table that
// is looked up by several keys is served under several names.
type Dataset struct {
	Name  string    `json:"name"` // as ident.Check wants it
	Table ident.Ref `json:"table"`
	Key   []string  `json:"key"` // columns, in the order in which a look-up gives their values
}

// State is what a served dataset holds.
type State struct {
	Dataset
	Snapshot int64      `json:"snapshot"` // of the lake; 0: the empty table
	Columns  row.Schema `json:"columns"`  // the items, in the order of an answer's cells
	Rows     int64      `json:"rows"`     // rows that can be found
	Unkeyed  int64      `json:"unkeyed"`  // rows with a NULL in their key: nothing equals it, nobody finds them
	Built    time.Time  `json:"built"`    // when its file was built; refreshes came since
}

// Files are the served datasets; safe for concurrent use. One process owns them.
type Files interface {
	// Look finds the rows with a key, at most so many. Values are given as text, int64,
	// int, float64, bool, time.Time, or as the text of any of them; nil equals nothing.
	Look(ctx context.Context, name string, key []any, most int) (Answer, error)
	// Refresh brings a dataset up to the table's current snapshot: by what changed, or
	// whole where that is cheaper or what it was at has expired. It can be repeated after
	// a crash anywhere; meanwhile look-ups are answered from what was there before.
	Refresh(ctx context.Context, d Dataset) (State, error)
	// Rebuild builds it anew from the current snapshot.
	Rebuild(ctx context.Context, d Dataset) (State, error)
	// State tells what a dataset holds, ErrUnknown when it is not served.
	State(name string) (State, error)
	// States lists them all by name.
	States() []State
	// Drop forgets a dataset and its file; one that is not served is no error.
	Drop(ctx context.Context, name string) error
	Close() error
}

// Engine reads the lake's rows. Files of a table are read as query.Engine does.
type Engine interface {
	Run(ctx context.Context, q row.Query, files []lake.File, s row.Schema) (row.Reader, error)
	// Named reads those live rows of files that position-delete files beyond their own name.
	Named(ctx context.Context, files []lake.File, named []string, s row.Schema) (row.Reader, error)
}

// Lake is what is needed of the lake: the history of a table.
type Lake interface {
	Schema(ctx context.Context, t ident.Ref) (row.Schema, error)
	Snapshots(ctx context.Context, t ident.Ref) ([]lake.Snapshot, error)
	Files(ctx context.Context, t ident.Ref, at int64) ([]lake.File, error)
}

// Answer is what a look-up found. The order of several rows is always the same but means
// nothing.
type Answer struct {
	Snapshot int64      // of the lake, at which the rows were read
	Columns  row.Schema // of the cells
	Rows     []Row
	More     bool // there are more rows with that key
}

// Row is one row of an answer.
type Row struct {
	Batch string
	Cells Cells
}

// Served reports whether a column of a table is served: the items are, the columns that
// the platform adds are not.
func Served(column string) bool { return column != "" && column[0] != query.BatchColumn[0] }

// The faults of serving, for errors.Is; each is refined with its place.
var (
	ErrUnknown = fault.New(fault.Missing, "serving.unknown", fault.T(
		"该数据集尚未开通按键查询", "this dataset is not served by key")).
		Fix(fault.T("请待其建成后再试，或检查服务的发布状态", "try again once it has been built, or look at the service's state"))
	ErrKeyColumn = fault.New(fault.Invalid, "serving.key.column", fault.T(
		"查询键不是数据表的信息项", "a key column is no item of the table")).
		Fix(fault.T("请从信息项中选择查询键", "choose the key among the items"))
	ErrKeyCount = fault.New(fault.Invalid, "serving.key.count", fault.T(
		"查询键的个数不符", "the number of key values is not that of the key")).
		Fix(fault.T("请为每个查询键各给一个值", "give one value for each column of the key"))
	ErrKeyValue = fault.New(fault.Invalid, "serving.key.value", fault.T(
		"查询键的值与信息项类型不符", "a key value does not fit its item's type")).
		Fix(fault.T("请按信息项的类型填写，日期写作 YYYY-MM-DD", "write it as the item's type asks; dates as YYYY-MM-DD"))
	ErrClosed = fault.New(fault.Busy, "serving.closed", fault.T(
		"服务正在关闭", "the service is closing")).
		Fix(fault.T("请稍后重试", "try again later"))
	ErrDisk = fault.New(fault.Busy, "serving.disk", fault.T(
		"磁盘空间不足，未能更新查询数据，原有数据照常服务", "the disk is full: the served data was not brought up to date, what was there is still served")).
		Fix(fault.T("请清理磁盘空间，更新会自动重试", "free some space; it is tried again by itself"))
)
