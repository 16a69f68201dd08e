package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/bench/auditbench"
	"github.com/chengshu/chengshu/internal/bench/clockbench"
	"github.com/chengshu/chengshu/internal/bench/flowbench"
	"github.com/chengshu/chengshu/internal/bench/gatebench"
	"github.com/chengshu/chengshu/internal/bench/lakebench"
	"github.com/chengshu/chengshu/internal/bench/ledgerbench"
	"github.com/chengshu/chengshu/internal/bench/loadbench"
	"github.com/chengshu/chengshu/internal/bench/servebench"
	"github.com/chengshu/chengshu/internal/bench/startbench"
	"github.com/chengshu/chengshu/internal/bench/storebench"
	"github.com/chengshu/chengshu/internal/fault"
)

// bench measures against a limit of the same machine in the same run. It prints, and never
// judges: these are figures, not tests.
func (a *app) bench() *cobra.Command {
	c := group(&cobra.Command{Use: "bench", Short: "性能测试 / benches: clock, flow, gateway, ingest, lake, ledger, serving, start, store, verify"})
	var rows int64
	var rounds int
	var seed uint64
	var dir string
	add := func(name, short string, run func(ctx context.Context, dir string) (any, error)) *cobra.Command {
		b := &cobra.Command{Use: name, Short: short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			work, err := os.MkdirTemp(dir, "chengshu-bench-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(work)
			r, err := run(cmd.Context(), work)
			if err != nil {
				return err
			}
			return a.print(r, func(w io.Writer) { writeFigures(w, r) })
		}}
		b.Flags().StringVar(&dir, "dir", "", "要测的磁盘上的目录（缺省为系统临时目录） / a folder on the disk to measure (the system's folder for temporary files)")
		c.AddCommand(b)
		return b
	}
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	ingest := add("ingest", "装载 / a governed load against the engine's own COPY", func(ctx context.Context, dir string) (any, error) {
		if err := errors.Join(positive("rows", rows), positive("rounds", int64(rounds))); err != nil {
			return nil, err
		}
		return loadbench.Load(ctx, loadbench.Options{Rows: rows, Rounds: rounds, Seed: seed, Dir: dir, Config: a.settings,
			Self: []string{self, "bench", "limit"}, Child: []string{self, "child"}, Tell: a.progress})
	})
	ingest.Flags().Int64Var(&rows, "rows", 10_000_000, "文件的行数 / rows of the file")
	ingest.Flags().IntVar(&rounds, "rounds", 3, "轮数，双方轮流 / rounds, each side in turn")
	ingest.Flags().Uint64Var(&seed, "seed", 1, "文件的随机种子 / of the file")
	dues := clockbench.Options{Seed: 1, Tell: a.progress}
	clocked := add("clock", "计时 / due times on one processor against plain arithmetic of dates", func(ctx context.Context, _ string) (any, error) {
		if err := errors.Join(positive("cases", int64(dues.Cases)), positive("rounds", int64(dues.Rounds))); err != nil {
			return nil, err
		}
		return clockbench.Dues(ctx, dues)
	})
	clocked.Flags().IntVar(&dues.Cases, "cases", 200_000, "计算到期时间的事项数 / cases whose due times are computed")
	clocked.Flags().IntVar(&dues.Rounds, "rounds", 5, "轮数，双方轮流 / rounds, each side in turn")
	cases := flowbench.Options{Tell: a.progress}
	flowing := add("flow", "案件办理 / acts on cases against plain durable rows, the desk's pages over many cases, timers of one minute", func(ctx context.Context, dir string) (any, error) {
		if err := errors.Join(positive("cases", int64(cases.Cases)), positive("timers", int64(cases.Timers)), positive("rounds", int64(cases.Rounds))); err != nil {
			return nil, err
		}
		cases.Dir = dir
		return flowbench.Flow(ctx, cases)
	})
	flowing.Flags().IntVar(&cases.Cases, "cases", 1_000_000, "翻页时的在办案件数 / open cases the pages are turned over")
	flowing.Flags().IntVar(&cases.Timers, "timers", 100_000, "同一分钟到期的计时器数 / timers due in the same minute")
	flowing.Flags().IntVar(&cases.Rounds, "rounds", 3, "轮数，双方轮流 / rounds, each side in turn")
	add("lake", "数据湖 / commits, plans and compaction of a growing table", func(ctx context.Context, dir string) (any, error) { return lakeFigures(ctx, dir) })
	var registers ledgerbench.Options
	registered := add("ledger", "登记表 / an import of a workbook, and pages of a register's list", func(ctx context.Context, dir string) (any, error) {
		if err := errors.Join(positive("rows", int64(registers.Rows)), positive("records", int64(registers.Records))); err != nil {
			return nil, err
		}
		registers.Dir, registers.Tell = dir, a.progress
		return ledgerbench.Registers(ctx, registers)
	})
	registered.Flags().IntVar(&registers.Rows, "rows", 100_000, "工作簿的行数 / rows of the workbook")
	registered.Flags().IntVar(&registers.Records, "records", 1_000_000, "登记簿的记录数 / records of the register that is listed")
	add("store", "状态库 / grouped durable writes against plain ones", func(ctx context.Context, dir string) (any, error) {
		return storebench.GroupedWrites(ctx, dir)
	})
	served := add("serving", "按键查询 / a full build, a batch until it is served, look-ups", func(ctx context.Context, dir string) (any, error) {
		if err := positive("rows", rows); err != nil {
			return nil, err
		}
		return servebench.Serve(ctx, servebench.Options{Rows: rows, Seed: seed, Dir: dir, Memory: "1500MB", Tell: a.progress})
	})
	served.Flags().Int64Var(&rows, "rows", 10_000_000, "表的行数 / rows of the table")
	served.Flags().Uint64Var(&seed, "seed", 1, "数据行的随机种子 / of the rows")
	add("start", "启动 / serve on an existing folder to ready", func(ctx context.Context, dir string) (any, error) {
		return startbench.Start(ctx, startbench.Options{Self: self, Dir: dir, Rounds: 5, Tell: a.progress})
	})
	var calls gatebench.Options
	gate := add("gateway", "数据服务 / governed look-ups against a bare handler of the same row", func(ctx context.Context, dir string) (any, error) {
		if err := errors.Join(positive("rows", int64(calls.Rows)), positive("rounds", int64(calls.Rounds)), within("load-rows", calls.LoadRows, 50_000_000)); err != nil {
			return nil, err
		}
		calls.Dir, calls.Config, calls.Tell = dir, a.settings, a.progress
		calls.Self, calls.Child = []string{self, "bench", "caller"}, []string{self, "child"}
		return gatebench.Calls(ctx, calls)
	})
	gate.Flags().IntVar(&calls.Rows, "rows", 200_000, "目录的行数 / rows of the directory")
	gate.Flags().IntVar(&calls.Rounds, "rounds", 5, "轮数，双方轮流 / rounds, each side in turn")
	gate.Flags().Float64Var(&calls.Seconds, "seconds", 4, "每轮每方的秒数 / of each side in a round")
	gate.Flags().Int64Var(&calls.LoadRows, "load-rows", 5_000_000, "每秒 500 次调用的同时装载的文件行数；0 为不装载 / rows of the file that is loaded while 500 calls a second are made; 0: none")
	c.AddCommand(&cobra.Command{Use: "caller", Hidden: true, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return gatebench.Call(cmd.Context(), os.Stdin, a.out)
	}})
	var entries int64
	var clients int
	verify := add("verify", "审计核验 / verification of the audit against the bare hash over its bytes", func(ctx context.Context, dir string) (any, error) {
		return auditbench.Verify(ctx, auditbench.Options{Entries: entries, Clients: clients, Dir: dir, Tell: a.progress})
	})
	verify.Flags().IntVar(&clients, "clients", 64, "同时写入的客户端数；1 为每批一条 / that append at the same time; 1: one entry to a batch")
	verify.Flags().Int64Var(&entries, "entries", 1_000_000, "审计链的记录数 / entries of the chain")
	c.AddCommand(&cobra.Command{Use: "limit", Hidden: true, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return loadbench.LimitWork(cmd.Context(), os.Stdin)
	}})
	return c
}

func lakeFigures(ctx context.Context, dir string) (any, error) {
	var all []lakebench.Result
	for _, run := range []func(context.Context, string, lakebench.Extent) (lakebench.Result, error){lakebench.Commits, lakebench.Plan, lakebench.Compaction} {
		r, err := run(ctx, dir, lakebench.Extent{})
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// positive refuses a number below one.
func positive(flag string, n int64) error {
	if n >= 1 {
		return nil
	}
	return fault.New(fault.Invalid, "command", fault.T("须至少为 1", "must be at least 1")).At("--%s", flag)
}

// within refuses a number below nothing or above the most that is sensible.
func within(flag string, n, most int64) error {
	if n >= 0 && n <= most {
		return nil
	}
	return fault.New(fault.Invalid, "command", fault.T("须在 0 至 %d 之间", "must be from 0 to %d", most)).At("--%s", flag)
}

func (a *app) progress(s string) { fmt.Fprintln(a.errs, s) }

// writeFigures prints any result's fields.
func writeFigures(w io.Writer, r any) {
	text, err := json.MarshalIndent(r, "", "  ")
	if err == nil {
		fmt.Fprintln(w, string(text))
	}
}
