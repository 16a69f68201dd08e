// Package duckdb is the driver for the embedded engine: it reads tables of the lake and
// runs the one statement of a load. It talks to the C interface directly: values are bound,
// identifiers are quoted by the printer, and no SQL text comes from outside.
//
// Dear rules are judged in Go over the engine's own vectors (function.go, judge.go), so one
// statement reads a file once, on every thread.
//
// Read first: Open, DB.Govern, printer.
package duckdb

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/chengshu/chengshu/internal/fault"
)

// Options open an engine.
type Options struct {
	Memory  string   // such as "1500MB"; empty: the engine's default
	Threads int      // 0: the engine's default
	Temp    string   // folder for what does not fit in memory; empty: none
	Judges  bool     // it judges loads: Go may run on as many threads beside the engine's
	Allow   []string // folders it may read and write; the Temp folder is always among them
}

// DB is an open engine, safe for concurrent use. It reaches no network, loads no
// extension, and touches only files below the allowed folders; none of that can be undone
// by a statement.
type DB struct {
	db    duck.Database
	names atomic.Int64 // registered functions cannot be removed, so each gets a name of its own
}

// Open makes an engine in memory with its settings locked.
func Open(ctx context.Context, o Options) (*DB, error) {
	var config duck.Config
	if duck.CreateConfig(&config) == duck.StateError {
		return nil, fmt.Errorf("duckdb: cannot make a configuration")
	}
	defer duck.DestroyConfig(&config)
	for _, s := range settings(o) {
		if duck.SetConfig(config, s[0], s[1]) == duck.StateError {
			return nil, fault.New(fault.Invalid, "query.setting", fault.T("引擎参数 %s 的值 %q 无效", "the engine setting %s cannot be %q", s[0], s[1])).
				Fix(fault.T("请检查 engine 配置", "check the engine section of the configuration"))
		}
	}
	if o.Judges {
		makeRoom(o.Threads)
	}
	d := &DB{}
	var message string
	if duck.OpenExt(":memory:", &d.db, config, &message) == duck.StateError {
		return nil, fmt.Errorf("duckdb: %s", message)
	}
	if err := d.lock(ctx, o); err != nil {
		_ = d.Close()
		return nil, err
	}
	return d, nil
}

// makeRoom lets Go run on as many threads as the engine has beside those it has anyway: a
// thread of the engine that calls a Go function must otherwise wait for a place, which
// costs a load 6 %. It is for the process of a load alone: a server that answers calls is
// better off with a thread a processor, or a call waits behind threads that take turns.
func makeRoom(threads int) {
	if threads <= 0 {
		threads = runtime.NumCPU()
	}
	if least := 2 * threads; runtime.GOMAXPROCS(0) < least {
		runtime.GOMAXPROCS(least)
	}
}

func settings(o Options) [][2]string {
	s := [][2]string{
		{"autoinstall_known_extensions", "false"},
		{"autoload_known_extensions", "false"},
		{"allow_community_extensions", "false"},
		{"preserve_insertion_order", "false"},
	}
	if o.Memory != "" {
		s = append(s, [2]string{"memory_limit", o.Memory})
	}
	if o.Threads > 0 {
		s = append(s, [2]string{"threads", strconv.Itoa(o.Threads)})
	}
	return append(s, [2]string{"temp_directory", o.Temp})
}

// lock closes every door that is not needed, then throws away the key.
func (d *DB) lock(ctx context.Context, o Options) error {
	s, err := d.session()
	if err != nil {
		return err
	}
	defer s.close()
	for _, f := range readers() {
		if err := s.register(f); err != nil {
			return err
		}
	}
	allow, err := folders(o)
	if err != nil {
		return err
	}
	for _, sql := range []string{
		"SET TimeZone = 'UTC'",
		"SET allowed_directories = [" + strings.Join(allow, ", ") + "]",
		"SET enable_external_access = false",
		"SET lock_configuration = true",
	} {
		if err := s.exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// folders gives the allowed folders as quoted absolute paths ending in a slash: without it
// "/data" would allow "/data-of-others".
func folders(o Options) ([]string, error) {
	var out []string
	for _, dir := range append([]string{o.Temp}, o.Allow...) {
		if dir == "" {
			continue
		}
		abs, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		out = append(out, text(strings.TrimSuffix(abs, string(os.PathSeparator))+string(os.PathSeparator)))
	}
	return out, nil
}

// Close ends the engine; running statements must have ended.
func (d *DB) Close() error {
	duck.Close(&d.db)
	return nil
}
