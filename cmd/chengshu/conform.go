package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/conform"
	"github.com/chengshu/chengshu/internal/fault"
)

// conform proves promises on this binary.
func (a *app) conform() *cobra.Command {
	c := group(&cobra.Command{Use: "conform", Short: "符合性 / proofs on the built binary: api, crash"})
	c.AddCommand(a.conformAPI(), a.conformCrash())
	return c
}

// crashed is what the parts of the proof found.
type crashed struct {
	Loads *conform.CrashResult `json:"loads,omitempty"`
	Calls *conform.CallsResult `json:"calls,omitempty"`
	Cases *conform.CasesResult `json:"cases,omitempty"`
}

func (a *app) conformCrash() *cobra.Command {
	o := conform.CrashOptions{Tell: a.progress}
	var part string
	c := &cobra.Command{Use: "crash", Short: "随机杀进程 / kill -9 at random points: prove the books, every answered call and every act on a case", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		if err := positive("rounds", int64(o.Rounds)); err != nil {
			return err
		}
		if !slices.Contains([]string{"all", "loads", "calls", "cases"}, part) {
			return fault.New(fault.Invalid, "command", fault.T("没有部分 %s", "there is no part %s", part)).At("--part").Fix(fault.T("可用：all、loads、calls、cases", "use all, loads, calls or cases"))
		}
		var err error
		if o.Self, err = os.Executable(); err != nil {
			return err
		}
		if o.Seed == 0 {
			o.Seed = uint64(time.Now().UnixNano())
		}
		a.progress(fmt.Sprintf("seed %d", o.Seed))
		var r crashed
		if part == "all" || part == "loads" {
			loads, failed := conform.Crash(cmd.Context(), o)
			r.Loads, err = &loads, failed
		}
		if part == "all" || part == "calls" {
			calls, failed := conform.CrashCalls(cmd.Context(), o)
			r.Calls, err = &calls, errors.Join(err, failed)
		}
		if part == "all" || part == "cases" {
			cases, failed := conform.CrashCases(cmd.Context(), o)
			r.Cases, err = &cases, errors.Join(err, failed)
		}
		if printed := a.print(r, func(w io.Writer) { writeFigures(w, r) }); printed != nil {
			return printed
		}
		return err
	}}
	c.Flags().IntVar(&o.Rounds, "rounds", 50, "每部分的轮数 / rounds of each part")
	c.Flags().Uint64Var(&o.Seed, "seed", 0, "选择的随机种子；0 为另取一个并打印 / of the choices; 0: a new one, which is printed")
	c.Flags().StringVar(&o.Dir, "dir", "", "数据目录建在何处（缺省为系统临时目录） / where the data folder is made (the system's folder for temporary files)")
	c.Flags().StringVar(&part, "part", "all", "loads（装载、重放、判定）、calls（调用、授权、审计、密钥）、cases（案件、时限、导入、应用包）或 all / loads (files loaded, replayed, decided), calls (services called, grants, audit, keys), cases (cases, their clocks, imports, packs), or all")
	return c
}

func (a *app) conformAPI() *cobra.Command {
	o := conform.APIOptions{Tell: a.progress}
	c := &cobra.Command{Use: "api", Short: "接口 / ask every operation of the OpenAPI documents as each role, by schemathesis", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		if err := positive("examples", int64(o.Examples)); err != nil {
			return err
		}
		var err error
		if o.Self, err = os.Executable(); err != nil {
			return err
		}
		if o.Tool, err = filepath.Abs(o.Tool); err != nil {
			return err
		}
		a.progress(fmt.Sprintf("seed %d", o.Seed))
		r, err := conform.API(cmd.Context(), o)
		if printed := a.print(r, func(w io.Writer) { writeFigures(w, r) }); printed != nil {
			return printed
		}
		return err
	}}
	c.Flags().IntVar(&o.Examples, "examples", 8, "每个接口的随机用例数，越界用例另计 / random cases of each operation, beside those over the bounds of its schema")
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "事项的随机种子 / of the cases")
	c.Flags().StringVar(&o.Dir, "dir", "", "数据目录建在何处（缺省为系统临时目录） / where the data folder is made (the system's folder for temporary files)")
	c.Flags().StringVar(&o.Tool, "tool", ".tools/schemathesis/bin/schemathesis", "schemathesis 的路径，由 scripts/setup 安装 / schemathesis, as scripts/setup installs it")
	return c
}
