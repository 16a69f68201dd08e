package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/query/duckdb"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/serving"
)

var (
	ctx   = context.Background()
	table = ident.Ref{Space: ident.Published, Name: "people"}

	byID   = serving.Dataset{Name: "by_id", Table: table, Key: []string{"id"}}
	byPair = serving.Dataset{Name: "by_pair", Table: table, Key: []string{"born", "name"}}
	bySum  = serving.Dataset{Name: "by_sum", Table: table, Key: []string{"sum"}}
)

// base is the schema that tables begin with; items are added behind.
var base = row.Schema{
	{Name: "id", Type: row.IntType}, {Name: "name", Type: row.TextType}, {Name: "born", Type: row.DateType},
	{Name: "sum", Type: row.Type{Kind: row.Decimal, Precision: 10, Scale: 2}}, {Name: "rate", Type: row.FloatType},
	{Name: "ok", Type: row.BoolType}, {Name: "seen", Type: row.TimeType},
	{Name: "_batch", Type: row.TextType}, {Name: "_raw", Type: row.ListType},
}

// failer is what a test and a rapid test have in common.
type failer interface {
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// world is a lake with an engine and the served files of its one table.
type world struct {
	failer
	dir    string
	lake   *lake.Lake
	engine *duckdb.DB
	files  *Files
	o      Options
	schema row.Schema
	now    time.Time
}

// begin opens a world in a folder; engine reads below it.
func begin(f failer, engine *duckdb.DB, dir string) *world {
	w := &world{failer: f, dir: dir, engine: engine, schema: slices.Clone(base), now: time.Now()}
	l, err := lake.Open(ctx, lake.Options{Dir: filepath.Join(dir, "lake"), Catalog: filepath.Join(dir, "catalog.db"),
		Positions: engine, Now: func() time.Time { w.now = w.now.Add(time.Second); return w.now }})
	w.must(err)
	w.lake = l
	w.must(l.Ensure(ctx, table, w.schema))
	w.o = Options{Dir: filepath.Join(dir, "serving"), Lake: l, Engine: engine}
	w.reopen()
	return w
}

func (w *world) end() {
	w.must(errors.Join(w.files.Close(), w.lake.Close()))
}

func (w *world) must(err error) {
	if err != nil {
		w.Fatalf("%v", err)
	}
}

// reopen opens the served files anew, as after a restart.
func (w *world) reopen() {
	if w.files != nil {
		w.must(w.files.Close())
	}
	var err error
	w.files, err = Open(ctx, w.o)
	w.must(err)
}

func openEngine(f failer, dir string) *duckdb.DB {
	db, err := duckdb.Open(ctx, duckdb.Options{Memory: "500MB", Threads: 2, Temp: filepath.Join(dir, "spill"), Allow: []string{dir}})
	if err != nil {
		f.Fatalf("%v", err)
	}
	return db
}

// person is one row: values in the order of the items; fewer are NULL.
type person []any

func (w *world) publish(m lake.Mode, batch, version string, files ...[]person) lake.Snapshot {
	s, err := w.lake.Stage(ctx, table, ident.Batch(batch), version)
	w.must(err)
	ids, err := w.lake.FieldIDs(ctx, table)
	w.must(err)
	for i, rows := range files {
		w.must(writeRows(filepath.Join(s.Dir, fmt.Sprint(i, ".parquet")), w.schema, ids, batch, rows))
	}
	snap, err := w.lake.Publish(ctx, s, m)
	w.must(err)
	return snap
}

func (w *world) evolve(fields ...row.Field) {
	w.schema = append(w.schema, fields...)
	w.must(w.lake.Ensure(ctx, table, w.schema))
}

func writeRows(path string, s row.Schema, ids map[string]lake.FieldID, batch string, rows []person) error {
	fields := make([]arrow.Field, len(s))
	for i, f := range s.Arrow().Fields() {
		id := ids[f.Name]
		if id.Element != 0 {
			f.Type = arrow.ListOfField(arrow.Field{Name: "element", Type: arrow.BinaryTypes.String, Nullable: true, Metadata: fieldID(id.Element)})
		}
		f.Metadata = fieldID(id.ID)
		fields[i] = f
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	for _, r := range rows {
		item := 0
		for i, f := range s {
			switch {
			case f.Name == query.BatchColumn:
				put(b.Field(i), batch)
			case !serving.Served(f.Name) || item >= len(r):
				put(b.Field(i), nil)
			default:
				put(b.Field(i), r[item])
			}
			if serving.Served(f.Name) {
				item++
			}
		}
	}
	rec := b.NewRecordBatch()
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	p, err := pqarrow.NewFileWriter(rec.Schema(), f, parquet.NewWriterProperties(), pqarrow.DefaultWriterProps())
	if err != nil {
		return err
	}
	return errors.Join(p.Write(rec), p.Close())
}

func fieldID(id int) arrow.Metadata {
	return arrow.MetadataFrom(map[string]string{"PARQUET:field_id": strconv.Itoa(id)})
}

func put(b array.Builder, v any) {
	if v == nil {
		b.AppendNull()
		return
	}
	switch b := b.(type) {
	case *array.StringBuilder:
		b.Append(v.(string))
	case *array.Int64Builder:
		b.Append(v.(int64))
	case *array.Float64Builder:
		b.Append(v.(float64))
	case *array.BooleanBuilder:
		b.Append(v.(bool))
	case *array.Date32Builder:
		b.Append(arrow.Date32(v.(int64)))
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(v.(int64)))
	case *array.Decimal128Builder:
		b.Append(decimal128.FromI64(v.(int64)))
	default:
		panic(fmt.Sprintf("%T", b))
	}
}

// truth reads a snapshot's rows from the lake: by key, the rows as texts, sorted.
func (w *world) truth(d serving.Dataset, at int64) (byKey map[string][]string, keys map[string][]any, rows int64) {
	items := slices.DeleteFunc(slices.Clone(w.schema), func(f row.Field) bool { return !serving.Served(f.Name) })
	s := append(slices.Clone(items), row.Field{Name: query.BatchColumn, Type: row.TextType})
	byKey, keys = map[string][]string{}, map[string][]any{}
	if at == 0 {
		return byKey, keys, 0
	}
	files, err := w.lake.Files(ctx, table, at)
	w.must(err)
	all, err := query.Values(ctx, w.engine, row.Query{From: table, At: at}, files, s)
	w.must(err)
	for _, r := range all {
		for i, f := range s {
			if v, ok := r[i].(string); ok && f.Type.Kind == row.Decimal { // the engine leaves places out
				n, _ := new(big.Rat).SetString(v)
				r[i] = n.FloatString(f.Type.Scale)
			}
		}
		var key []any
		for _, k := range d.Key {
			i := slices.IndexFunc(s, func(f row.Field) bool { return f.Name == k })
			key = append(key, r[i])
		}
		if slices.Contains(key, nil) {
			continue
		}
		k := fmt.Sprintf("%q", key)
		byKey[k], keys[k] = append(byKey[k], text(r)), key
		rows++
	}
	for _, list := range byKey {
		slices.Sort(list)
	}
	return byKey, keys, rows
}

func text(cells []any) string {
	out := make([]string, len(cells))
	for i, c := range cells {
		if t, ok := c.(time.Time); ok {
			c = t.UTC().UnixMicro()
		}
		out[i] = fmt.Sprintf("%#v", c)
	}
	return strings.Join(out, "|")
}

// texts are the rows of an answer as truth writes them.
func (w *world) texts(a serving.Answer) (out []string) {
	for _, r := range a.Rows {
		cells := make([]any, len(a.Columns), len(a.Columns)+1)
		for i := range a.Columns {
			var err error
			cells[i], err = r.Cells.Value(i)
			w.must(err)
			if !json.Valid(r.Cells.JSON(i)) {
				w.Errorf("cell %d is no JSON: %q", i, r.Cells.JSON(i))
			}
		}
		out = append(out, text(append(cells, r.Batch)))
	}
	slices.Sort(out)
	return out
}

const enough = 1 << 20

// same compares what is served with the lake at the table's current snapshot: every row,
// and nothing for keys that have gone.
func (w *world) same(d serving.Dataset, gone map[string][]any) {
	st, err := w.files.State(d.Name)
	w.must(err)
	snaps, err := w.lake.Snapshots(ctx, table)
	w.must(err)
	if len(snaps) > 0 && st.Snapshot != snaps[0].ID {
		w.Errorf("%s is at %d, the table at %d", d.Name, st.Snapshot, snaps[0].ID)
	}
	if len(snaps) > 0 && st.Rows+st.Unkeyed != snaps[0].Rows {
		w.Errorf("%s has %d rows and %d without a key, the snapshot %d", d.Name, st.Rows, st.Unkeyed, snaps[0].Rows)
	}
	w.holds(d, gone)
}

// holds compares what is served with the lake at the snapshot that the file says it is at.
func (w *world) holds(d serving.Dataset, gone map[string][]any) {
	st, err := w.files.State(d.Name)
	w.must(err)
	byKey, keys, rows := w.truth(d, st.Snapshot)
	if st.Rows != rows {
		w.Errorf("%s has %d rows, the lake %d", d.Name, st.Rows, rows)
	}
	maps.Copy(gone, keys)
	for k, key := range gone {
		a, err := w.files.Look(ctx, d.Name, key, enough)
		w.must(err)
		if got, want := w.texts(a), byKey[k]; !slices.Equal(got, want) {
			w.Errorf("%s %s gives\n %q, the lake\n %q", d.Name, k, got, want)
		}
	}
}

var (
	add     = lake.Mode{Kind: lake.Append}
	replace = lake.Mode{Kind: lake.Replace}
	merge   = lake.Mode{Kind: lake.Merge, Key: []string{"id"}}

	everything = lake.Limits{Small: 1 << 40, Target: 1 << 40, Least: 2}
)
