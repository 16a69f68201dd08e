package loadbench

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the limit speaks to the engine directly

	"github.com/chengshu/chengshu/internal/bench/population"
	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/row"
)

// run is the engine without governance: COPY of the file into a plain table of texts, or
// into Parquet with the declared types tried on every column.
func (j job) run(ctx context.Context) error {
	name := ""
	if j.Kind == "table" {
		name = filepath.Join(j.Into, "limit.duckdb")
	}
	db, err := sql.Open("duckdb", name)
	if err != nil {
		return err
	}
	defer db.Close()
	docs, err := catalog.Decode("population.yaml", population.Declaration)
	if err != nil {
		return err
	}
	items := docs[0].Value.Items
	statements := []string{fmt.Sprintf("SET threads=%d", j.Threads), "SET memory_limit='" + j.Memory + "'",
		"SET temp_directory='" + filepath.Join(j.Temp, "spill") + "'", "SET preserve_insertion_order=false"}
	file := "'" + strings.ReplaceAll(j.File, "'", "''") + "'"
	if j.Kind == "table" {
		var cols []string
		for _, it := range items {
			cols = append(cols, it.Name+" VARCHAR")
		}
		statements = append(statements, "CREATE TABLE t ("+strings.Join(cols, ", ")+")",
			"COPY t FROM "+file+` (FORMAT csv, HEADER true, AUTO_DETECT false, DELIM ',', QUOTE '"', ESCAPE '"', IGNORE_ERRORS true)`, "CHECKPOINT")
	} else {
		var cols, sel []string
		for _, it := range items {
			cols = append(cols, "'"+it.Name+"': 'VARCHAR'")
			sel = append(sel, "TRY_CAST("+it.Name+" AS "+typeOf(it.Type)+") AS "+it.Name)
		}
		statements = append(statements, "COPY (SELECT "+strings.Join(sel, ", ")+" FROM read_csv("+file+", header=true, auto_detect=false, delim=',', quote='\"', escape='\"', ignore_errors=true, columns={"+
			strings.Join(cols, ", ")+"})) TO '"+filepath.Join(j.Into, "limit.parquet")+"' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")
	}
	for _, s := range statements {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

func typeOf(t row.Type) string {
	switch t.Kind {
	case row.Int:
		return "BIGINT"
	case row.Decimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision, t.Scale)
	case row.Float:
		return "DOUBLE"
	case row.Bool:
		return "BOOLEAN"
	case row.Date:
		return "DATE"
	case row.Time:
		return "TIMESTAMP"
	default:
		return "VARCHAR"
	}
}

func peak(p *os.ProcessState) int64 {
	if u, ok := p.SysUsage().(*syscall.Rusage); ok {
		return u.Maxrss >> 10
	}
	return 0
}

// Watcher samples the resident memory of this process and its children.
type Watcher struct {
	end  chan struct{}
	most chan int64
}

// Watch begins to sample; its caller must call Stop.
func Watch() *Watcher {
	w := &Watcher{make(chan struct{}), make(chan int64)}
	go func() {
		var most int64
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				most = max(most, resident(os.Getpid()))
			case <-w.end:
				w.most <- most
				return
			}
		}
	}()
	return w
}

// Stop gives the highest sum seen, in MiB.
func (w *Watcher) Stop() int64 {
	close(w.end)
	return <-w.most
}

// resident sums a process and its descendants, in MiB.
func resident(pid int) (mb int64) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	if f := strings.Fields(string(status)); len(f) > 1 {
		pages, _ := strconv.ParseInt(f[1], 10, 64)
		mb = pages * int64(os.Getpagesize()) >> 20
	}
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, t := range threads {
		text, err := os.ReadFile(t)
		if err != nil {
			continue
		}
		for _, c := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(c); err == nil {
				mb += resident(child)
			}
		}
	}
	return mb
}
