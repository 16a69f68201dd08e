package main

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// report is what commands show of a quality report.
// finding is what a rule found in a batch.
type finding struct {
	Rule    string   `json:"rule"`
	Title   string   `json:"title"`
	Items   []string `json:"items"`
	Do      string   `json:"do"`
	Norm    string   `json:"norm"`
	Rows    int64    `json:"rows"`
	Of      int64    `json:"of"`
	Limit   *float64 `json:"limit,omitempty"`
	Verdict string   `json:"verdict"`
	Value   string   `json:"value,omitempty"`
	Share   *float64 `json:"share"`
	X       *float64 `json:"x"`
}

type report struct {
	Batch      batch     `json:"batch"`
	Findings   []finding `json:"findings"`
	Samples    []sample  `json:"samples"`
	Dimensions []struct {
		Dim   string   `json:"dim"`
		Title string   `json:"title"`
		Score *float64 `json:"score"`
		Rules int      `json:"rules"`
	} `json:"dimensions"`
	Four []struct {
		Name  string   `json:"name"`
		Title string   `json:"title"`
		Score *float64 `json:"score"`
	} `json:"four"`
	Suspicion *struct {
		Rule string `json:"rule"`
		By   []struct {
			Item  string  `json:"item"`
			Kind  string  `json:"kind"`
			Value string  `json:"value"`
			Rows  int64   `json:"rows"`
			Share float64 `json:"share"`
			Base  float64 `json:"base"`
		} `json:"by"`
		Cure *struct {
			Item string `json:"item"`
			Step struct {
				Do string `json:"do"`
			} `json:"step"`
			Mends int64 `json:"mends"`
			Of    int64 `json:"of"`
		} `json:"cure,omitempty"`
	} `json:"suspicion"`
	Score   *float64 `json:"score"`
	Grade   string   `json:"grade"`
	Balance struct {
		OK bool `json:"ok"`
	} `json:"balance"`
	Reasons map[string]string `json:"reasons"`
}

type sample struct {
	Line   int64     `json:"line"`
	Cells  []*string `json:"cells"`
	Rules  []string  `json:"rules"`
	Broken []string  `json:"broken"`
}

func (a *app) report() *cobra.Command {
	return &cobra.Command{Use: "report BATCH", Short: "质量报告 / the report of a batch", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var r report
			if err := c.call(cmd.Context(), "GET", "/batches/"+url.PathEscape(args[0])+"/report", nil, &r); err != nil {
				return err
			}
			return a.print(r, func(w io.Writer) { a.writeReport(w, r) })
		})
	}}
}

func (a *app) writeReport(w io.Writer, r report) {
	if r.Batch.ID != "" {
		a.writeBatch(w, r.Batch)
	}
	scores := func(title string, score *float64) string {
		if score == nil {
			return title + " —"
		}
		return fmt.Sprintf("%s %.1f", title, *score)
	}
	var line []string
	for _, d := range r.Dimensions {
		line = append(line, scores(d.Title, d.Score))
	}
	fmt.Fprintln(w, "  "+strings.Join(line, "  "))
	line = nil
	for _, d := range r.Four {
		line = append(line, scores(d.Title, d.Score))
	}
	fmt.Fprintln(w, "  "+strings.Join(line, "  "))
	fmt.Fprintln(w)
	table(w, a.say("规则\t标题\tGB/T 36344\t违规行\t占比\t结果", "rule\ttitle\tGB/T 36344\trows\tshare\tverdict"), r.Findings, func(f finding) []any {
		share := "—"
		if f.Share != nil {
			share = fmt.Sprintf("%.2f%%", *f.Share*100)
		}
		if f.Value != "" {
			share = f.Value
		}
		verdict := map[string]string{"passed": a.say("通过", "passed"), "broken": a.say("未通过", "broken"), "blocked": a.say("拦截", "blocked")}[f.Verdict]
		if f.Do == "warn" && f.Verdict == "broken" {
			verdict = a.say("提示", "warned")
		}
		return []any{f.Rule, f.Title, f.Norm, thousands(f.Rows), share, verdict}
	})
	a.writeSuspicion(w, r)
	a.writeSamples(w, r)
}

func (a *app) writeSuspicion(w io.Writer, r report) {
	if r.Suspicion == nil {
		return
	}
	fmt.Fprintln(w, "\n"+a.say("违规最集中之处（%s）", "where the rows breaking %s gather", r.Suspicion.Rule))
	for i, c := range r.Suspicion.By {
		if i == 5 {
			break
		}
		fmt.Fprintln(w, a.say("  %s = %s：占违规行 %.0f%%，占全部 %.0f%%", "  %s = %s: %.0f%% of the broken rows, %.0f%% of all", c.Item, c.Value, c.Share*100, c.Base*100))
	}
	if c := r.Suspicion.Cure; c != nil {
		fmt.Fprintln(w, a.say("  加清洗步骤 %s 于 %s，可修复 %s / %s 行", "  the step %s on %s would mend %s of %s rows", c.Step.Do, c.Item, thousands(c.Mends), thousands(c.Of)))
	}
}

func (a *app) writeSamples(w io.Writer, r report) {
	if len(r.Samples) == 0 {
		return
	}
	fmt.Fprintln(w, "\n"+a.say("问题行样例（已脱敏）", "sample rows (masked)"))
	if s := r.Suspicion; s != nil { // first the rows that the report is about
		about := func(x sample) bool { return slices.Contains(x.Rules, s.Rule) }
		r.Samples = slices.Concat(slices.DeleteFunc(slices.Clone(r.Samples), func(x sample) bool { return !about(x) }),
			slices.DeleteFunc(slices.Clone(r.Samples), about))
	}
	for i, s := range r.Samples {
		if i == 5 {
			break
		}
		var cells, why []string
		for _, c := range s.Cells {
			if c == nil {
				cells = append(cells, "")
				continue
			}
			cells = append(cells, *c)
		}
		for _, rule := range s.Rules {
			why = append(why, r.Reasons[rule])
		}
		where := ""
		if s.Line > 0 {
			where = a.say("第 %d 行  ", "line %d  ", s.Line)
		}
		fmt.Fprintf(w, "  %s%s\n      %s\n", where, strings.Join(cells, " | "), strings.Join(why, "；"))
	}
}
