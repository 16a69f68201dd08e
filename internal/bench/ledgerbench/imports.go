package ledgerbench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	_ "github.com/mattn/go-sqlite3" // the plain side speaks to SQLite directly
	"github.com/xuri/excelize/v2"

	"github.com/chengshu/chengshu/internal/bench/measure"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/source/xlsx"
	"github.com/chengshu/chengshu/internal/store"
)

var head = []any{"标题", "来源编号", "类别", "处置部门", "所在街道", "位置", "反映人", "电话", "发现日期", "记录时间", "费用", "面积", "是否紧急", "备注"}

// workbook writes invented events.
func (w *world) workbook(file string) error {
	f := excelize.NewFile()
	defer f.Close()
	s, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	if err := s.SetRow("A1", head); err != nil {
		return err
	}
	classes, yes := []string{"井盖", "路灯", "占道", "绿化"}, []string{"是", "否"}
	for i := range w.o.Rows {
		row := []any{fmt.Sprintf("第%d号事件：路面井盖松动，夜间有响声", i), fmt.Sprintf("S%09d", i), classes[i%4], fmt.Sprintf("第%02d部门", i%offices), fmt.Sprintf("42010200%d", 1+i%9),
			fmt.Sprintf("114.%04d,30.%04d", i%9999, i%8999), fmt.Sprintf("住户%d", i), fmt.Sprintf("139%08d", i), fmt.Sprintf("2026-%02d-%02d", 1+i%12, 1+i%28), fmt.Sprintf("2026-11-%02d 08:%02d", 1+i%28, i%60),
			float64(i%9000) + 0.5, float64(i % 1000), yes[i%2], "现场已设围挡"}
		if err := s.SetRow("A"+strconv.Itoa(i+2), row); err != nil {
			return err
		}
	}
	if err := s.Flush(); err != nil {
		return err
	}
	return f.SaveAs(file)
}

func (w *world) imports(ctx context.Context) (Import, error) {
	r := Import{Rows: w.o.Rows}
	file := filepath.Join(w.o.Dir, "events.xlsx")
	w.o.Tell("writing a workbook")
	if err := w.workbook(file); err != nil {
		return r, err
	}
	info, err := os.Stat(file)
	if err != nil {
		return r, err
	}
	r.FileMB = float64(info.Size()) / (1 << 20)
	w.o.Tell("reading and inserting it plainly")
	if r.LimitSeconds, err = w.plain(file); err != nil {
		return r, err
	}
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // the peak begins anew, where the system lets it
	f, err := os.Open(file)
	if err != nil {
		return r, err
	}
	defer f.Close()
	d := ledger.Import{Entity: w.event.Name, Mode: "add"}
	w.o.Tell("importing it")
	began := time.Now()
	j, err := w.ledger.Receive(ctx, by, "1.0.0", w.event, "events.xlsx", "", f)
	if err != nil {
		return r, err
	}
	if j, err = w.ledger.Try(ctx, w.event, d, j.ID, nil); err != nil {
		return r, err
	}
	if j.State != ledger.Tried {
		return r, fmt.Errorf("ledgerbench: %d errors, the first at %s: %s", j.Bad, j.Faults[0].Where, j.Faults[0].Text.EN)
	}
	r.TrySeconds = time.Since(began).Seconds()
	began = time.Now()
	stop := w.waitBeside(ctx, &r.LongestBatch)
	j, err = w.ledger.Load(ctx, w.event, d, j.ID, nil)
	r.LoadSeconds = time.Since(began).Seconds()
	if err = errors.Join(err, stop()); err != nil {
		return r, err
	}
	r.PeakMB = peak()
	r.Seconds = r.TrySeconds + r.LoadSeconds
	r.Ratio = r.LimitSeconds / r.Seconds
	if n, err := w.ledger.Count(ctx, w.event, ledger.Query{Reach: ledger.Reach{All: true}}); err != nil || n != min(w.o.Rows, ledger.Counted+1) || j.Made != int64(w.o.Rows) {
		return r, fmt.Errorf("ledgerbench: %d records are there, %d were made: %w", n, j.Made, errors.Join(err))
	}
	began = time.Now()
	if _, err := w.ledger.TakeBack(ctx, by, w.event, j.ID); err != nil {
		return r, err
	}
	r.TakeBack = time.Since(began).Seconds()
	return r, nil
}

// waitBeside writes a row now and then, as somebody else would, and keeps the longest wait.
func (w *world) waitBeside(ctx context.Context, longest *float64) (stop func() error) {
	done, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				ended <- nil
				return
			case <-tick.C:
			}
			began := time.Now()
			err := w.books.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
				return tx.Emit(ctx, "bench.beside", "beside", struct{}{})
			})
			if err != nil {
				ended <- err
				return
			}
			*longest = max(*longest, measure.Millis(time.Since(began)))
		}
	}()
	return func() error { close(done); return <-ended }
}

// plain reads the workbook and inserts its cells as text.
func (w *world) plain(file string) (float64, error) {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(w.o.Dir, "plain.db")+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(head)), ", ")
	columns := make([]string, len(head))
	for i := range head {
		columns[i] = fmt.Sprintf("c%d TEXT", i)
	}
	if _, err := db.Exec("CREATE TABLE plain (" + strings.Join(columns, ", ") + ")"); err != nil {
		return 0, err
	}
	began := time.Now()
	b, err := xlsx.Open(file, "events.xlsx", xlsx.Limits{Ratio: 200, Unpack: 2 << 30, Cell: 1 << 20})
	if err != nil {
		return 0, err
	}
	defer b.Close()
	rows, err := b.Rows("")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	tx, err := db.Begin()
	if err != nil {
		return 0, err
	}
	stmt, err := tx.Prepare("INSERT INTO plain VALUES (" + marks + ")")
	if err != nil {
		return 0, err
	}
	args := make([]any, len(head))
	for {
		_, cells, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, err
		}
		for i := range args {
			args[i] = ""
			if i < len(cells) {
				args[i] = cells[i]
			}
		}
		if _, err := stmt.Exec(args...); err != nil {
			return 0, err
		}
	}
	if err := tx.Commit(); err != nil {
		return 0, err
	}
	return time.Since(began).Seconds(), nil
}

// peak is the most memory the process has held since the peak began, in MB; 0 where the
// system does not say.
func peak() int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, l := range strings.Split(string(text), "\n") {
		if rest, ok := strings.CutPrefix(l, "VmHWM:"); ok {
			kb, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kb >> 10
		}
	}
	return 0
}
