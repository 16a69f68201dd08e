package servebench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	_ "github.com/mattn/go-sqlite3" // the limit speaks to SQLite directly

	"github.com/chengshu/chengshu/internal/bench/population"
	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

var table = ident.Ref{Space: ident.Published, Name: population.Directory}

// schema is the table of the population's directory.
func schema() row.Schema {
	docs, err := catalog.Decode("population.yaml", population.Declaration)
	if err != nil {
		panic(err) // it is embedded
	}
	return query.Table(docs[0].Value.Columns(), 1)
}

// publish writes a population, lays it out as Parquet with the engine alone, and publishes
// it; it gives what the publication alone took.
func (w *world) publish(ctx context.Context, m lake.Mode, batch string, rows int64, seed uint64) (time.Duration, error) {
	file := filepath.Join(w.dir, batch+".csv")
	if _, err := population.Write(file, rows, seed); err != nil {
		return 0, err
	}
	defer os.Remove(file)
	s, err := w.lake.Stage(ctx, table, ident.Batch(batch), "1")
	if err != nil {
		return 0, err
	}
	ids, err := w.lake.FieldIDs(ctx, table)
	if err != nil {
		return 0, err
	}
	if err := w.convert(ctx, file, batch, filepath.Join(s.Dir, "rows.parquet"), ids); err != nil {
		return 0, err
	}
	began := time.Now()
	_, err = w.lake.Publish(ctx, s, m)
	return time.Since(began), err
}

func (w *world) convert(ctx context.Context, file, batch, to string, ids map[string]lake.FieldID) error {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer db.Close()
	var in, out, field []string
	for _, f := range schema() {
		switch id := ids[f.Name]; {
		case f.Name == query.BatchColumn:
			out = append(out, "'"+batch+"' AS "+f.Name)
			field = append(field, fmt.Sprintf("%s: %d", f.Name, id.ID))
		case f.Name[0] == '_' && f.Type.Kind != row.TextList:
			out = append(out, "0::BIGINT AS "+f.Name)
			field = append(field, fmt.Sprintf("%s: %d", f.Name, id.ID))
		case f.Name[0] != '_':
			in = append(in, "'"+f.Name+"': 'VARCHAR'")
			out = append(out, "TRY_CAST("+f.Name+" AS "+map[row.Kind]string{row.Text: "VARCHAR", row.Int: "BIGINT", row.Date: "DATE"}[f.Type.Kind]+") AS "+f.Name)
			field = append(field, fmt.Sprintf("%s: %d", f.Name, id.ID))
		}
	}
	_, err = db.ExecContext(ctx, "COPY (SELECT "+strings.Join(out, ", ")+" FROM read_csv("+quote(file)+
		", header=true, auto_detect=false, delim=',', quote='\"', escape='\"', ignore_errors=true, columns={"+strings.Join(in, ", ")+
		"})) TO "+quote(to)+" (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, FIELD_IDS {"+strings.Join(field, ", ")+"})")
	return err
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// served opens the file in use for reading.
func served(dir string) (*sql.DB, error) {
	found, err := filepath.Glob(filepath.Join(dir, "*.db"))
	if err != nil || len(found) != 1 {
		return nil, fmt.Errorf("servebench: %d files are served: %w", len(found), err)
	}
	return sql.Open("sqlite3", "file:"+found[0]+"?mode=ro")
}

const gathered = 100_000 // encoded rows held at a time

// bulk is the limit: plain prepared inserts, in one transaction that waits for the disk
// once, of rows that are there already, in the order of their keys. Reading them is not
// counted.
func bulk(dir, path string) (time.Duration, error) {
	from, err := served(dir)
	if err != nil {
		return 0, err
	}
	defer from.Close()
	rows, err := from.Query("SELECT place, rows FROM bucket ORDER BY place")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	into, err := sql.Open("sqlite3", "file:"+path+"?_journal_mode=OFF&_synchronous=OFF")
	if err != nil {
		return 0, err
	}
	defer into.Close()
	into.SetMaxOpenConns(1)
	if _, err := into.Exec("CREATE TABLE bucket (place INTEGER PRIMARY KEY, rows BLOB NOT NULL); BEGIN"); err != nil {
		return 0, err
	}
	insert, err := into.Prepare("INSERT INTO bucket (place, rows) VALUES (?, ?)")
	if err != nil {
		return 0, err
	}
	defer insert.Close()
	var took time.Duration
	for {
		places, contents, err := some(rows)
		if err != nil {
			return 0, err
		}
		began := time.Now()
		for i := range places {
			if _, err := insert.Exec(places[i], contents[i]); err != nil {
				return 0, err
			}
		}
		took += time.Since(began)
		if len(places) < gathered {
			break
		}
	}
	began := time.Now()
	if _, err := into.Exec("COMMIT"); err != nil {
		return 0, err
	}
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	err = errors.Join(f.Sync(), f.Close())
	return took + time.Since(began), errors.Join(err, os.Remove(path))
}

func some(rows *sql.Rows) (places []int64, contents [][]byte, err error) {
	for len(places) < gathered && rows.Next() {
		var p int64
		var c []byte
		if err := rows.Scan(&p, &c); err != nil {
			return nil, nil, err
		}
		places, contents = append(places, p), append(contents, c)
	}
	return places, contents, rows.Err()
}

// refresh publishes a batch and waits until it is served.
func (w *world) refresh(ctx context.Context, m lake.Mode, batch string, rows int64, seed uint64) (Refresh, error) {
	limit, err := w.plain(rows)
	if err != nil {
		return Refresh{}, err
	}
	before, err := w.files.State(w.dataset.Name)
	if err != nil {
		return Refresh{}, err
	}
	if _, err := w.publish(ctx, m, batch, rows, seed); err != nil {
		return Refresh{}, err
	}
	began := time.Now()
	st, err := w.files.Refresh(ctx, w.dataset)
	f := Refresh{Mode: [...]string{"append", "replace", "merge"}[m.Kind], Rows: rows, Seconds: time.Since(began).Seconds(), LimitSeconds: limit.Seconds()}
	f.Ratio = f.LimitSeconds / f.Seconds
	if err == nil && (st.Built != before.Built || st.Snapshot == before.Snapshot) {
		err = errors.New("servebench: the batch was not applied to the file")
	}
	return f, err
}

// plain writes rows drawn from the file, under new places, in order, into a copy of it.
func (w *world) plain(rows int64) (time.Duration, error) {
	from, err := served(w.served)
	if err != nil {
		return 0, err
	}
	defer from.Close()
	list, err := from.Query("SELECT place, rows FROM bucket LIMIT ?", min(rows, 500_000))
	if err != nil {
		return 0, err
	}
	var contents [][]byte
	for list.Next() {
		var p int64
		var c []byte
		if err := list.Scan(&p, &c); err != nil {
			return 0, err
		}
		contents = append(contents, c)
	}
	if err := errors.Join(list.Err(), list.Close()); err != nil {
		return 0, err
	}
	copied := filepath.Join(w.dir, "copy.db")
	if err := w.copy(copied); err != nil {
		return 0, err
	}
	defer os.Remove(copied)
	into, err := sql.Open("sqlite3", "file:"+copied+"?_journal_mode=WAL&_synchronous=NORMAL")
	if err != nil {
		return 0, err
	}
	defer into.Close()
	into.SetMaxOpenConns(1)
	places := make([]int64, rows)
	for i := range places {
		places[i] = int64(rand.Uint64())
	}
	slices.Sort(places)
	began := time.Now()
	tx, err := into.Begin()
	if err != nil {
		return 0, err
	}
	insert, err := tx.Prepare("INSERT OR REPLACE INTO bucket (place, rows) VALUES (?, ?)")
	if err != nil {
		return 0, err
	}
	for i, p := range places {
		if _, err := insert.Exec(p, contents[i%len(contents)]); err != nil {
			return 0, err
		}
	}
	if err := tx.Commit(); err != nil {
		return 0, err
	}
	_, err = into.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	return time.Since(began), err
}

func (w *world) copy(to string) (err error) {
	found, err := filepath.Glob(filepath.Join(w.served, "*.db"))
	if err != nil || len(found) != 1 {
		return fmt.Errorf("servebench: %d files are served: %w", len(found), err)
	}
	in, err := os.Open(found[0])
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// looks asks for keys of the table from some goroutines at once.
func (w *world) looks(ctx context.Context, callers int) (Looks, error) {
	if w.keys == nil {
		if err := w.someKeys(ctx); err != nil {
			return Looks{}, err
		}
	}
	const each = 200_000
	took := make([][]time.Duration, callers)
	failed := make([]error, callers)
	var work sync.WaitGroup
	began := time.Now()
	for c := range callers {
		work.Go(func() {
			r := rand.New(rand.NewPCG(uint64(c), 1))
			for range each / callers {
				at := time.Now()
				a, err := w.files.Look(ctx, w.dataset.Name, []any{w.keys[r.IntN(len(w.keys))]}, 10)
				if err == nil && len(a.Rows) == 0 {
					err = errors.New("servebench: a key of the table was not found")
				}
				if err != nil {
					failed[c] = err
					return
				}
				took[c] = append(took[c], time.Since(at))
			}
		})
	}
	work.Wait()
	spent := time.Since(began)
	all := slices.Concat(took...)
	slices.Sort(all)
	if err := errors.Join(failed...); err != nil {
		return Looks{}, err
	}
	return Looks{callers, float64(len(all)) / spent.Seconds(), float64(all[len(all)*99/100].Microseconds()) / 1000}, nil
}

func (w *world) someKeys(ctx context.Context) error {
	files, err := w.lake.Files(ctx, table, 0)
	if err != nil {
		return err
	}
	q := row.Query{Select: []row.Named{{Name: "id_no", X: row.Column("id_no")}}, Where: row.F(row.NotNull, row.Column("id_no")), Limit: 500_000}
	values, err := query.Values(ctx, w.engine, q, files, schema())
	for _, v := range values {
		w.keys = append(w.keys, v[0].(string))
	}
	return err
}
