package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/blob"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

// fileRow is a file that was sent: what was found in it. A record's field says only which
// file it is and what it is called; where and when a picture was taken is never taken from
// whoever writes the record.
type fileRow struct {
	bun.BaseModel `bun:"table:ledger_file,alias:f"`
	ID            string `bun:",pk"`
	Type          string
	Size          int64
	Width         int
	Height        int
	Lon           sql.NullFloat64
	Lat           sql.NullFloat64
	Taken         sql.NullTime
	Actor         string
	At            time.Time
}

// value is the file as a field holds it.
func (r fileRow) value(name string) map[string]any {
	out := map[string]any{"id": r.ID, "name": name, "type": r.Type, "size": r.Size}
	if r.Lon.Valid && r.Lat.Valid {
		out["place"] = position(r.Lon.Float64, r.Lat.Float64)
	}
	if r.Taken.Valid {
		out["time"] = r.Taken.Time.UTC().Format(timeForm)
	}
	return out
}

// Keep takes a file in and gives it as a field of files holds it. It belongs to nothing yet:
// one that no record refers to within a day goes.
func (l *Ledger) Keep(ctx context.Context, by people.Actor, name string, r io.Reader) (map[string]any, error) {
	if l.opt.Blobs == nil {
		return nil, errors.New("ledger: there is no shelf for files")
	}
	f, err := l.opt.Blobs.Put(ctx, r, blob.Limits{Bytes: mostSize << 20})
	if err != nil {
		return nil, err
	}
	row := fileRow{ID: f.ID, Type: f.Type, Size: f.Size, Width: f.Width, Height: f.Height, Actor: by.ID, At: l.opt.Now().UTC()}
	if f.Place != nil {
		row.Lon, row.Lat = sql.NullFloat64{Float64: f.Place.Lon, Valid: true}, sql.NullFloat64{Float64: f.Place.Lat, Valid: true}
	}
	if f.Time != nil {
		row.Taken = sql.NullTime{Time: f.Time.UTC(), Valid: true}
	}
	err = l.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.NewInsert().Model(&row).On("CONFLICT (id) DO UPDATE").Set("at = EXCLUDED.at").Exec(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ledger: file: %w", err)
	}
	return row.value(called(name, f.Type)), nil
}

// called is a file's name without folders, with an end that fits what it is.
func called(name, kind string) string {
	name = filepath.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`<>:"/|?*`, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	if r := []rune(name); len(r) > 100 {
		name = string(r[len(r)-100:])
	}
	if end, ok := map[string]string{"image/jpeg": ".jpg", "image/png": ".png"}[kind]; ok {
		name = strings.TrimSuffix(name, filepath.Ext(name)) + end // it was written anew
	}
	if name == "" || name == "." || strings.HasPrefix(name, ".") {
		name = "file" + name
	}
	return name
}

// Settle is Take with what is known of files put in place of what their sender says of them:
// for whoever decides by values before they are written. before are the record's.
func (l *Ledger) Settle(ctx context.Context, tx store.Tx, e *Entity, v, before Values) (Values, []*fault.Error, error) {
	taken, faults := e.Take(v)
	lost, err := l.settleFiles(ctx, tx, e, taken, before)
	return taken, append(faults, lost...), err
}

// settleFiles puts into fields of files what is known of them, and tells which are not there.
func (l *Ledger) settleFiles(ctx context.Context, tx store.Tx, e *Entity, v, before Values) (faults []*fault.Error, err error) {
	if l.opt.Blobs == nil {
		return nil, nil
	}
	for _, f := range e.Fields {
		list, ok := v[f.Name].([]any)
		if f.Type.Kind != Files || !ok || reflect.DeepEqual(v[f.Name], before[f.Name]) {
			continue
		}
		settled := make([]any, 0, len(list))
		for i, x := range list {
			m, _ := x.(map[string]any)
			row, err := fileOf(ctx, tx, fmt.Sprint(m["id"]))
			if errors.Is(err, sql.ErrNoRows) {
				faults = append(faults, f.bad(place(f.Name, i), "value.file", fault.T("中有文件未上传成功", "a file of it was not sent"), fault.T("请重新上传", "send it again")))
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("ledger: file: %w", err)
			}
			kept, bad := f.takeFile(place(f.Name, i), row.value(called(fmt.Sprint(m["name"]), row.Type)))
			if bad != nil {
				faults = append(faults, bad)
				continue
			}
			settled = append(settled, kept)
		}
		if v[f.Name] = any(settled); len(settled) == 0 {
			v[f.Name] = nil
		}
	}
	return faults, nil
}

func fileOf(ctx context.Context, db bun.IDB, id string) (r fileRow, err error) {
	row, err := rowOf(ctx, db, `SELECT id, type, size, lon, lat, taken FROM ledger_file WHERE id = $1`, id)
	if err != nil {
		return r, err
	}
	err = row.Scan(&r.ID, &r.Type, &r.Size, &r.Lon, &r.Lat, &r.Taken)
	return r, err
}

// useFiles keeps which records refer to a file, for good: a record's history does too.
func (l *Ledger) useFiles(ctx context.Context, tx store.Tx, e *Entity, r *Record, before Values) error {
	if l.opt.Blobs == nil {
		return nil
	}
	for _, f := range e.Fields {
		list, ok := r.Values[f.Name].([]any)
		if f.Type.Kind != Files || !ok || reflect.DeepEqual(r.Values[f.Name], before[f.Name]) {
			continue
		}
		stmt, err := tx.Prepared(ctx, `INSERT INTO ledger_file_use (file, pack, entity, record) VALUES ($1, $2, $3, $4) ON CONFLICT (file, pack, entity, record) DO NOTHING`)
		if err != nil {
			return err
		}
		for _, x := range list {
			m, _ := x.(map[string]any)
			if _, err := stmt.ExecContext(ctx, m["id"], e.Pack, e.Name, r.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// File opens a file that a record refers to now; the caller closes it. Others are not there.
func (l *Ledger) File(e *Entity, r Record, id string, small bool) (*os.File, map[string]any, error) {
	for _, f := range e.Fields {
		list, ok := r.Values[f.Name].([]any)
		if f.Type.Kind != Files || !ok {
			continue
		}
		for _, x := range list {
			m, _ := x.(map[string]any)
			if m["id"] != id || l.opt.Blobs == nil {
				continue
			}
			file, err := l.opt.Blobs.Open(id, small)
			return file, maps.Clone(m), err
		}
	}
	return nil, nil, blob.ErrMissing
}

// SweepFiles removes files that were sent before a time and that no record ever referred to.
func (l *Ledger) SweepFiles(ctx context.Context, before time.Time) error {
	if l.opt.Blobs == nil {
		return nil
	}
	var ids []string
	unused := `NOT EXISTS (SELECT 1 FROM ledger_file_use AS u WHERE u.file = f.id)`
	err := l.opt.Store.Read().NewSelect().Model((*fileRow)(nil)).Column("id").Where("at < ?", before.UTC()).Where(unused).Limit(1000).Scan(ctx, &ids)
	if err != nil {
		return fmt.Errorf("ledger: files: %w", err)
	}
	for _, id := range ids {
		gone := false
		err := l.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
			res, err := tx.ExecContext(ctx, `DELETE FROM ledger_file AS f WHERE id = ? AND at < ? AND `+unused, id, before.UTC())
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			gone = n > 0
			return err
		})
		if err == nil && gone { // store first, folder second: what a crash leaves is found by nobody
			err = l.opt.Blobs.Remove(id)
		}
		if err != nil {
			return fmt.Errorf("ledger: files: %w", err)
		}
	}
	return l.opt.Blobs.Sweep(before)
}
