package duckdb

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

// session is one connection; one statement runs on it at a time.
type session struct{ conn duck.Connection }

func (d *DB) session() (*session, error) {
	s := &session{}
	if duck.Connect(d.db, &s.conn) == duck.StateError {
		return nil, errors.New("duckdb: cannot connect")
	}
	return s, nil
}

func (s *session) close() { duck.Disconnect(&s.conn) }

// exec runs a statement for its effect, to its end.
func (s *session) exec(ctx context.Context, sql string, args ...any) error {
	r, err := s.query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer r.close()
	for {
		if n, err := r.next(ctx); err != nil || n == 0 {
			return err
		}
	}
}

// query runs one statement with its values bound. The result must be closed.
func (s *session) query(ctx context.Context, sql string, args ...any) (*result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var stmt duck.PreparedStatement
	defer duck.DestroyPrepare(&stmt)
	if duck.Prepare(s.conn, sql, &stmt) == duck.StateError {
		return nil, refused(ctx, duck.PrepareError(stmt))
	}
	for i, a := range args {
		if err := bind(stmt, duck.IdxT(i+1), a); err != nil {
			return nil, err
		}
	}
	defer s.interruptOn(ctx)()
	var pending duck.PendingResult
	defer duck.DestroyPending(&pending)
	if duck.PendingPreparedStreaming(stmt, &pending) == duck.StateError {
		return nil, refused(ctx, duck.PendingError(pending))
	}
	r := &result{session: s}
	if duck.ExecutePending(pending, &r.res) == duck.StateError {
		defer duck.DestroyResult(&r.res)
		return nil, refused(ctx, duck.ResultError(&r.res))
	}
	return r, nil
}

// interruptOn ends the running statement when ctx does. It repeats itself, because an
// interrupt that comes before the statement starts is lost. The caller calls the returned
// function when the statement has ended.
func (s *session) interruptOn(ctx context.Context) func() {
	if ctx.Done() == nil {
		return func() {}
	}
	done, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		select {
		case <-done:
			return
		case <-ctx.Done():
		}
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			duck.Interrupt(s.conn)
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	return func() { close(done); <-gone }
}

func bind(stmt duck.PreparedStatement, i duck.IdxT, a any) error {
	v, err := value(a)
	if err != nil {
		return err
	}
	defer duck.DestroyValue(&v)
	if duck.BindValue(stmt, i, v) == duck.StateError {
		return fmt.Errorf("duckdb: cannot bind parameter %d: %s", i, duck.PrepareError(stmt))
	}
	return nil
}

// value lays a Go value out as the engine's.
func value(a any) (duck.Value, error) {
	switch v := a.(type) {
	case nil:
		return duck.CreateNullValue(), nil
	case string:
		return duck.CreateVarcharLength(v, duck.IdxT(len(v))), nil
	case int:
		return duck.CreateInt64(int64(v)), nil
	case int64:
		return duck.CreateInt64(v), nil
	case float64:
		return duck.CreateDouble(v), nil
	case bool:
		return duck.CreateBool(v), nil
	case day:
		return duck.CreateDate(duck.NewDate(int32(v))), nil
	case instant:
		return duck.CreateTimestamp(duck.NewTimestamp(int64(v))), nil
	case []string:
		return list(v)
	}
	return duck.Value{}, fmt.Errorf("duckdb: cannot bind a %T", a)
}

// day and instant are a date in days and a time in microseconds, both since 1970.
type (
	day     int32
	instant int64
)

func dayOf(t time.Time) day {
	return day(math.Floor(float64(t.Unix()+offset(t)) / 86400))
}

// offset keeps the calendar day of the place the time was taken in.
func offset(t time.Time) int64 { _, o := t.Zone(); return int64(o) }

// bound gives the value of a literal as bind takes it.
func bound(l row.Lit) any {
	t, ok := l.Value.(time.Time)
	switch {
	case ok && l.Type.Kind == row.Date:
		return dayOf(t)
	case ok:
		return instant(t.UnixMicro())
	}
	return l.Value
}

func list(texts []string) (duck.Value, error) {
	t := duck.CreateLogicalType(duck.TypeVarchar)
	defer duck.DestroyLogicalType(&t)
	vs := make([]duck.Value, len(texts))
	for i, s := range texts {
		vs[i] = duck.CreateVarcharLength(s, duck.IdxT(len(s)))
		defer duck.DestroyValue(&vs[i])
	}
	return duck.CreateListValue(t, vs), nil
}

// refused turns the engine's message into an error. Only messages that name settings and
// sizes reach a user; the rest, which may quote values, stay in the log's cause.
func refused(ctx context.Context, message string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	cause := errors.New("duckdb: " + reticent(message))
	switch {
	case strings.HasPrefix(message, "Out of Memory Error"), strings.Contains(message, "could not allocate block"):
		return fault.New(fault.Busy, "query.memory", fault.T("内存限额不足，无法完成", "the memory limit does not suffice")).
			Fix(fault.T("请调高引擎内存限额（engine.memory）后重试", "raise the engine's memory limit (engine.memory) and try again")).Wrap(cause)
	case strings.Contains(message, "No space left on device"), strings.Contains(message, "Disk quota exceeded"),
		strings.Contains(message, "File too large"), strings.Contains(message, "failed to offload"):
		return fault.New(fault.Busy, "query.disk", fault.T("磁盘空间不足", "the disk is full")).
			Fix(fault.T("请清理磁盘空间后重试，已有数据不受影响", "free some space and try again; nothing was changed")).Wrap(cause)
	case strings.HasPrefix(message, "IO Error"):
		return fault.New(fault.Busy, "query.io", fault.T("数据文件无法读写", "a data file cannot be read or written")).
			Fix(fault.T("请检查数据目录所在的磁盘、权限，文件是否被移走；详情见服务日志", "check the disk and the rights of the data folder, and whether files were moved; the server's log has the details")).Wrap(cause)
	}
	return cause
}

// reticent takes the values out of a message of the engine: what follows its first line
// may show a line of the input, and what is in single quotes may be a cell.
func reticent(message string) string {
	first, _, _ := strings.Cut(message, "\n")
	if !strings.HasPrefix(first, "Conversion Error") && !strings.HasPrefix(first, "Invalid Input Error") {
		return first
	}
	var b strings.Builder
	for i, part := range strings.Split(first, "'") {
		switch {
		case i%2 == 0:
			b.WriteString(part)
		default:
			b.WriteString("'…'")
		}
	}
	return b.String()
}
