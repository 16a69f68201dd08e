package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
)

// chainState is how the chain stands as the server sees it.
type chainState struct {
	Running *struct {
		Entries int64 `json:"entries"`
		Total   int64 `json:"total"`
	} `json:"running"`
	Failed  *problem `json:"failed"`
	Checked *struct {
		At        time.Time `json:"at"`
		OK        bool      `json:"ok"`
		Entries   int64     `json:"entries"`
		Batches   int64     `json:"batches"`
		Segments  int64     `json:"segments"`
		Elsewhere int64     `json:"elsewhere"`
		Flaw      *struct {
			Seq     int64  `json:"seq"`
			Segment string `json:"segment"`
			What    string `json:"what"`
		} `json:"flaw"`
		Receipt string `json:"receipt"`
	} `json:"checked"`
}

// auditCheck has the server verify its chain and tells what came of it. `verify audit` does
// so without the server, by the files alone.
func (a *app) auditCheck() *cobra.Command {
	return &cobra.Command{Use: "check", Short: "由服务校验审计链并记入审计 / have the server verify the chain; the result is an entry of the audit", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			if err := c.call(cmd.Context(), "POST", "/audit/check", struct{}{}, nil); err != nil {
				return err
			}
			s, err := c.checked(cmd.Context())
			if err != nil {
				return err
			}
			if err := a.print(s.Checked, func(w io.Writer) { a.chainWords(w, s) }); err != nil || s.Checked.OK {
				return err
			}
			return exit(1)
		})
	}}
}

// checked waits until no verification runs.
func (c *client) checked(ctx context.Context) (s chainState, err error) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		s = chainState{}
		if err := c.call(ctx, "GET", "/audit/chain", nil, &s); err != nil {
			return s, err
		}
		switch {
		case s.Running == nil && s.Failed != nil:
			return s, s.Failed.fault()
		case s.Running == nil && s.Checked != nil:
			return s, nil
		}
		select {
		case <-ctx.Done():
			return s, ctx.Err()
		case <-tick.C:
		}
	}
}

func (a *app) chainWords(w io.Writer, s chainState) {
	d := s.Checked
	if f := d.Flaw; f != nil {
		fmt.Fprintln(w, a.say("审计链不成立：%s（文件 %s，第一条有误的记录：%d）", "the audit does not hold: %s (file %s, first wrong entry: %d)", f.What, f.Segment, f.Seq))
	} else {
		fmt.Fprintln(w, a.say("已核验 %s 条审计记录、%s 个签名批次、%d 个文件，审计链成立", "%s audit entries in %s signed batches and %d files, the chain holds", thousands(d.Entries), thousands(d.Batches), d.Segments))
	}
	if d.Elsewhere > 0 {
		fmt.Fprintln(w, a.say("另有 %s 条在已移走的归档文件中，未在此核验", "%s more are in archived files kept elsewhere, not proven here", thousands(d.Elsewhere)))
	}
	fmt.Fprintln(w, a.say("结果已记入审计，回执 %s", "the result is in the audit, receipt %s", d.Receipt))
}
