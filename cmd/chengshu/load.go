package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/fault"
)

// batch is what commands show of a batch.
type batch struct {
	ID             string   `json:"id"`
	Label          string   `json:"label"`
	Directory      string   `json:"directory"`
	DirectoryTitle string   `json:"directory_title"`
	State          string   `json:"state"`
	File           string   `json:"file"`
	Sheet          string   `json:"sheet"`
	Encoding       string   `json:"encoding"`
	Bytes          int64    `json:"bytes"`
	Ruleset        int      `json:"ruleset"`
	Parent         *string  `json:"parent"`
	RowsIn         int64    `json:"rows_in"`
	Published      int64    `json:"published"`
	Quarantined    int64    `json:"quarantined"`
	Held           int64    `json:"held"`
	Replayed       int64    `json:"replayed"`
	Outrun         int64    `json:"outrun"`
	Seconds        float64  `json:"seconds"`
	Score          *float64 `json:"score"`
	Grade          *string  `json:"grade"`
	HeldSeconds    *int64   `json:"held_seconds"`
	Error          *problem `json:"error"`
	Progress       *struct {
		Stage         string `json:"stage"`
		Rows          int64  `json:"rows"`
		Total         int64  `json:"total"`
		RowsPerSecond int64  `json:"rows_per_second"`
		SecondsLeft   int64  `json:"seconds_left"`
	} `json:"progress"`
}

func (b batch) running() bool {
	return b.State == "queued" || b.State == "judging" || b.State == "publishing"
}

func (a *app) load() *cobra.Command {
	var directory, sheet string
	var again, trial bool
	c := &cobra.Command{
		Use:   "load FILE --directory NAME",
		Short: "装载文件 / load a file into a directory",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := readable(args[0])
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), func(c *client) error {
				body := map[string]any{"path": path, "directory": directory, "sheet": sheet, "again": again}
				if trial {
					var r report
					if err := c.call(cmd.Context(), "POST", "/trials", body, &r); err != nil {
						return err
					}
					return a.print(r, func(w io.Writer) { a.writeReport(w, r) })
				}
				var b batch
				if err := c.call(cmd.Context(), "POST", "/loads", body, &b); err != nil {
					return err
				}
				return a.follow(cmd.Context(), c, b)
			})
		},
	}
	c.Flags().StringVar(&directory, "directory", "", "目录标识 / name of the directory")
	c.Flags().StringVar(&sheet, "sheet", "", "工作簿的工作表，缺省为第一个有表格的 / worksheet of a workbook; by default the first that holds a table")
	c.Flags().BoolVar(&again, "again", false, "文件未变也重新判定 / judge the same file again though nothing changed")
	c.Flags().BoolVar(&trial, "trial", false, "只试算前 1 万行，不保留结果 / judge the first 10,000 rows and keep nothing")
	_ = c.MarkFlagRequired("directory")
	return c
}

// readable names a file absolutely, having seen that it is one.
func readable(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(abs)
	switch {
	case err != nil:
		return "", fault.New(fault.Missing, "file.missing", fault.T("没有文件 %s", "there is no file %s", path)).
			Fix(fault.T("请核对路径和读取权限", "check the path and that it may be read")).Wrap(err)
	case !info.Mode().IsRegular():
		return "", fault.New(fault.Invalid, "file.kind", fault.T("%s 不是普通文件", "%s is no regular file", path)).
			Fix(fault.T("请给出文件的路径，而非目录或设备", "give the path of a file, not of a folder or device"))
	}
	return abs, nil
}

// stalled says whether a judged batch could not be written: nobody knows how long that lasts.
func (b batch) stalled() bool { return b.State == "publishing" && b.Error != nil }

// follow waits for a batch and says what came of it.
func (a *app) follow(ctx context.Context, c *client, b batch) error {
	b, err := a.wait(ctx, c, b)
	if err != nil {
		return err
	}
	if err := a.print(b, func(w io.Writer) { a.writeBatch(w, b) }); err != nil {
		return err
	}
	return b.outcome()
}

// outcome is nil for a published batch, else the status to exit with.
func (b batch) outcome() error {
	switch b.State {
	case "published":
		return nil
	case "held":
		return exit(3)
	}
	return exit(1)
}

// wait returns when a batch has ended or stalled, showing its progress on a terminal.
func (a *app) wait(ctx context.Context, c *client, b batch) (batch, error) {
	live := !a.json && terminal(a.errs)
	for b.running() && !b.stalled() {
		select {
		case <-ctx.Done():
			return b, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
		if err := c.call(ctx, "GET", "/batches/"+url.PathEscape(b.ID), nil, &b); err != nil {
			return b, err
		}
		if p := b.Progress; live && p != nil {
			fmt.Fprintf(a.errs, "\r\x1b[K%s  %s / %s  %s/s  %ds", p.Stage, thousands(p.Rows), thousands(p.Total), thousands(p.RowsPerSecond), p.SecondsLeft)
		}
		b.Progress = nil
	}
	if live {
		fmt.Fprint(a.errs, "\r\x1b[K")
	}
	return b, nil
}

func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// states in words.
func (a *app) state(s string) string {
	words := map[string]fault.Text{
		"queued": fault.T("等待装载", "queued"), "judging": fault.T("清洗与判定", "judging"), "publishing": fault.T("发布中", "publishing"),
		"published": fault.T("已发布", "published"), "held": fault.T("已拦截", "held"), "returned": fault.T("已退回", "returned"),
		"discarded": fault.T("已丢弃", "discarded"), "failed": fault.T("失败", "failed"), "cancelled": fault.T("已取消", "cancelled"),
		"superseded": fault.T("已被新版本取代", "superseded"),
	}
	return words[s].In(a.settings.Lang)
}

// standsAt is the batch's state in words.
func (a *app) standsAt(b batch) string {
	if b.stalled() {
		return a.say("写入受阻", "not written")
	}
	return a.state(b.State)
}

func (a *app) writeBatch(w io.Writer, b batch) {
	fmt.Fprintln(w, a.say("批次 %s  %s  %s", "batch %s  %s  %s", b.Label, b.DirectoryTitle, a.standsAt(b)))
	if b.Sheet != "" {
		fmt.Fprintln(w, a.say("  %s，工作表“%s”", "  %s, worksheet “%s”", b.File, b.Sheet))
	}
	if b.Error != nil {
		fmt.Fprintln(w, "  "+b.Error.fault().In(a.settings.Lang))
	}
	if b.RowsIn > 0 {
		fmt.Fprintln(w, a.say("  读入 %s = 发布 %s + 问题 %s + 待放行 %s + 已重放 %s；用时 %.1f 秒", "  read %s = published %s + quarantined %s + held %s + replayed %s; %.1f s",
			thousands(b.RowsIn), thousands(b.Published), thousands(b.Quarantined), thousands(b.Held), thousands(b.Replayed), b.Seconds))
	}
	if b.Outrun > 0 {
		fmt.Fprintln(w, a.say("  已发布行中 %s 行已被更新的批次覆盖", "  %s of the published rows had been replaced by newer batches", thousands(b.Outrun)))
	}
	if b.Grade != nil && *b.Grade != "" && b.Score != nil {
		fmt.Fprintln(w, a.say("  质量 %.1f 分，%s 级；详见 chengshu report %s", "  quality %.1f, grade %s; see chengshu report %s", *b.Score, *b.Grade, b.Label))
	}
}

// thousands writes 1234567 as 1,234,567.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	var parts []string
	for len(s) > 3 {
		parts = append([]string{s[len(s)-3:]}, parts...)
		s = s[:len(s)-3]
	}
	return sign + strings.Join(append([]string{s}, parts...), ",")
}
