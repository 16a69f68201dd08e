package console

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/task"
)

// chainCheck is the task by which the chain is verified, as package node registers it, and
// what the audit calls its result.
const chainCheck = "audit.check"

type checkRun struct {
	Task      string    `json:"task"`
	StartedAt time.Time `json:"started_at"`
	Entries   int64     `json:"entries" doc:"proven so far"`
	Total     int64     `json:"total" doc:"0: not known yet"`
	Left      int64     `json:"left" doc:"seconds; 0: not known"`
}

type chainFlaw struct {
	Seq     int64  `json:"seq" doc:"the first entry that is wrong or missing"`
	Segment string `json:"segment" doc:"the file it is in"`
	What    string `json:"what"`
}

type checkDone struct {
	At        time.Time  `json:"at"`
	By        string     `json:"by"`
	ByName    string     `json:"by_name" doc:"empty where it was no user"`
	OK        bool       `json:"ok"`
	Entries   int64      `json:"entries" doc:"that were proven"`
	Batches   int64      `json:"batches"`
	Segments  int64      `json:"segments"`
	Elsewhere int64      `json:"elsewhere" doc:"entries of files kept elsewhere, not proven here"`
	Flaw      *chainFlaw `json:"flaw" doc:"null where the chain holds"`
	Receipt   string     `json:"receipt" doc:"of the entry that says so"`
}

type chainBody struct {
	Chain     string     `json:"chain"`
	Last      int64      `json:"last" doc:"number of the last entry"`
	LastAt    *time.Time `json:"last_at"`
	Waiting   int64      `json:"waiting" doc:"entries of changes on their way into the chain"`
	Files     int        `json:"files"`
	Archived  int        `json:"archived" doc:"files that were archived"`
	Away      int        `json:"away" doc:"archived files that are kept elsewhere"`
	Bytes     int64      `json:"bytes"`
	Running   *checkRun  `json:"running" doc:"the verification that runs; null: none does"`
	Checked   *checkDone `json:"checked" doc:"the last verification; null: there was none"`
	Failed    *Problem   `json:"failed" doc:"why the last one that was begun came to no result"`
	Certified bool       `json:"certified" doc:"its signing key is kept by a certified module (密码机)"`
}

type startedBody struct {
	Task string `json:"task" doc:"id of the task"`
}

// chain registers what shows that the audit holds.
func (c *Console) chain() {
	route(c, http.MethodGet, "/audit/chain", "get-chain", "审计链状态 / State of the audit's chain", c.getChain)
	route(c, http.MethodPost, "/audit/check", "check-audit", "校验审计链 / Verify the audit's chain", func(ctx context.Context, _ *struct{}) (out startedBody, err error) {
		out.Task, err = c.CheckAudit(ctx, actor(ctx))
		return out, err
	})
}

func (c *Console) getChain(ctx context.Context, _ *struct{}) (out chainBody, err error) {
	out.Chain, out.Last = c.Audit.Chain(), c.Audit.Last()
	if out.Last > 0 {
		e, err := c.Audit.Entry(ctx, out.Last)
		if err != nil && fault.KindOf(err) != fault.Missing {
			return out, err
		}
		out.LastAt = &e.At
	}
	if out.Waiting, err = c.Audit.Waiting(ctx); err != nil {
		return out, err
	}
	for _, s := range c.Audit.Segments() {
		out.Files++
		out.Bytes += s.Bytes
		if s.Archived != nil {
			out.Archived++
		}
		if s.File == "" {
			out.Away++
		}
	}
	tasks, err := c.Tasks.List(ctx, task.Filter{Kind: chainCheck, Limit: 1})
	if err == nil && len(tasks) == 1 {
		switch t := tasks[0]; {
		case !t.State.Ended():
			out.Running = &checkRun{t.ID, t.CreatedAt, t.Rows, t.Total, int64(t.Left / time.Second)}
		case t.Failure != nil:
			out.Failed = problemOf(t.Failure, lang(ctx))
		}
	}
	if err != nil {
		return out, err
	}
	out.Checked, err = c.lastCheck(ctx)
	return out, err
}

// lastCheck reads the last result out of the audit itself.
func (c *Console) lastCheck(ctx context.Context) (*checkDone, error) {
	p, err := c.Audit.Search(ctx, audit.Filter{Action: chainCheck, Limit: 20})
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(p.Entries, func(e audit.Entry) bool { return len(e.Change) > 0 })
	if at < 0 {
		return nil, nil
	}
	e := p.Entries[at]
	var said struct{ Detail map[string]string }
	if err := json.Unmarshal(e.Change, &said); err != nil {
		return nil, err
	}
	num := func(name string) int64 { n, _ := strconv.ParseInt(said.Detail[name], 10, 64); return n }
	d := &checkDone{At: e.At, By: e.Actor, ByName: c.personName(ctx, e.Actor), OK: e.Outcome == "ok", Entries: num("entries"), Batches: num("batches"),
		Segments: num("segments"), Elsewhere: num("elsewhere"), Receipt: c.Audit.ReceiptID(e.Seq)}
	if !d.OK {
		d.Flaw = &chainFlaw{num("seq"), said.Detail["segment"], fault.Text{ZH: said.Detail["zh"], EN: said.Detail["en"]}.In(lang(ctx))}
	}
	return d, nil
}
