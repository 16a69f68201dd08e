// Command chengshu is the whole platform in one binary: the server, the commands that work
// on its data folder, its benches and its proofs.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/node"
	"github.com/chengshu/chengshu/web"
)

// version is set by the build.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main without the process around it.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	a := &app{out: out, errs: errs, json: asksJSON(args)}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errs)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return 0
	}
	var quiet exit
	if errors.As(err, &quiet) {
		return int(quiet)
	}
	if !a.begun && !errors.As(err, new(*fault.Error)) {
		a.spoken(cmd, args)
		err = misused(cmd, err)
	}
	a.fail(err)
	return 1
}

// group makes a command of commands: one it does not have is an error, not a page of help.
func group(c *cobra.Command) *cobra.Command {
	c.Args = cobra.NoArgs
	c.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	return c
}

// mark notes that a command began: until then an error is one of words or flags.
func (a *app) mark(c *cobra.Command) {
	if run := c.RunE; run != nil {
		c.RunE = func(cmd *cobra.Command, args []string) error {
			a.begun = true
			return run(cmd, args)
		}
	}
	for _, sub := range c.Commands() {
		a.mark(sub)
	}
}

// exit ends the program with a status, what there was to say having been said.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

type app struct {
	out, errs io.Writer
	config    string
	json      bool
	begun     bool // the command itself runs
	settings  node.Config
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "chengshu",
		Short:         "城枢：区县公共数据平台 / the public-data platform of a district",
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) (err error) {
			a.settings, err = node.Configure(a.config, cmd.Flags())
			return err
		},
	}
	root.PersistentFlags().StringVar(&a.config, "config", "", "配置文件，缺省为工作目录的 chengshu.yaml / configuration file (chengshu.yaml of the working folder if it is there)")
	root.PersistentFlags().BoolVar(&a.json, "json", a.json, "输出 JSON / print JSON")
	root.PersistentFlags().Lookup("json").DefValue = "false"
	node.Flags(root.PersistentFlags())
	for name := range map[string]bool{"loads.memory": true, "loads.threads": true, "loads.parallel": true, "loads.max-bytes": true,
		"reads.memory": true, "reads.threads": true, "lake.keep-days": true, "tasks.keep-days": true, "tasks.keep-failed-days": true, "events.keep-days": true, "place.region": true, "place.demo": true, "log.level": true, "log.format": true, "keys.master-file": true, "audit.segment-bytes": true, "tls.cert": true, "tls.key": true, "metrics.token": true,
		"audit.archive-dir": true, "audit.archive-days": true, "audit.live-mb": true} {
		_ = root.PersistentFlags().MarkHidden(name) // in the reference; --help stays readable
	}
	root.AddCommand(a.serve(), a.demo(), a.load(), a.report(), a.replay(), a.batch(), a.directory(), a.office(), a.export(), a.search(), a.due(), a.calendar(), a.hours(), a.packCommand(), a.service(), a.application(), a.grant(), a.user(), a.receipt(), a.audit(), a.keys(), a.verify(),
		a.bench(), a.conform(), a.doctor(), a.openapi(), a.referenceDocs(), childCommand())
	root.CompletionOptions.HiddenDefaultCmd = true
	a.mark(root)
	return root
}

// childCommand is the process of one load, started by the server alone.
func childCommand() *cobra.Command {
	return &cobra.Command{Use: "child", Hidden: true, Args: cobra.NoArgs,
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil },
		RunE: func(cmd *cobra.Command, _ []string) error {
			return node.Child(cmd.Context(), os.Stdin, os.Stdout)
		}}
}

// fail says what went wrong, where, and what to do.
func (a *app) fail(err error) {
	f := fault.From(err)
	lang := a.settings.Lang
	if lang == "" {
		lang = node.Defaults().Lang
	}
	if a.json {
		_ = json.NewEncoder(a.errs).Encode(map[string]any{"ok": false, "error": problemJSON(f, lang)})
		return
	}
	var known *fault.Error
	if !errors.As(err, &known) {
		fmt.Fprintln(a.errs, "chengshu:", err)
		return
	}
	fmt.Fprintln(a.errs, "chengshu:", f.In(lang))
	if f.Kind == fault.Internal {
		fmt.Fprintln(a.errs, err)
	}
}

func problemJSON(f *fault.Error, lang string) map[string]any {
	m := map[string]any{"kind": f.Kind.String(), "code": f.Code, "detail": f.Text.In(lang)}
	if f.Kind == fault.Internal && f.Unwrap() != nil {
		m["cause"] = f.Unwrap().Error()
	}
	if f.Where != "" {
		m["where"] = f.Where
	}
	if r := f.Remedy.In(lang); r != "" {
		m["remedy"] = r
	}
	var parts []map[string]any
	for _, p := range f.Parts {
		parts = append(parts, problemJSON(p, lang))
	}
	if parts != nil {
		m["parts"] = parts
	}
	return m
}

// print writes v as JSON when that was asked for, else by its words.
func (a *app) print(v any, words func(w io.Writer)) error {
	if !a.json {
		words(a.out)
		return nil
	}
	e := json.NewEncoder(a.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// say picks a sentence by the language of the commands.
func (a *app) say(zh, en string, args ...any) string {
	return fault.T(zh, en, args...).In(a.settings.Lang)
}

func (a *app) logger() *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(a.settings.Log.Level)) // the zero level is info
	o := &slog.HandlerOptions{Level: level}
	if a.settings.Log.Format == "json" {
		return slog.New(slog.NewJSONHandler(a.errs, o))
	}
	return slog.New(slog.NewTextHandler(a.errs, o))
}

func (a *app) options() node.Options {
	o := node.Options{Log: a.logger(), Version: version, Master: os.Getenv(node.MasterVariable)}
	if pages, ok := web.Files(); ok {
		o.Pages = pages
	}
	return o
}
