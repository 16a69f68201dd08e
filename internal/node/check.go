package node

import (
	"context"
	"strconv"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/task"
)

// checkKind is the task that verifies the chain of the audit.
const checkKind = "audit.check"

// checker is who had it verified.
type checker struct {
	Actor  string `json:"actor"`
	Office string `json:"office"`
	Door   string `json:"door"`
}

// CheckAudit has the chain verified as a task and gives its id: that of the one which runs,
// where one does.
func (n *Node) CheckAudit(ctx context.Context, by people.Actor) (string, error) {
	return n.Tasks.Start(ctx, task.Spec{Kind: checkKind, Key: "chain", Body: checker{by.ID, by.Office, by.Door()}})
}

// checkAudit verifies the chain and writes into it that it did, and what it found. A chain
// that does not hold is a result and no failure of the task.
func (n *Node) checkAudit(ctx context.Context, job *task.Job) error {
	var by checker
	if err := job.Decode(&by); err != nil {
		return err
	}
	job.Progress("verify", 0, n.Audit.Last())
	r, err := n.Audit.Verify(ctx, func(done int64) { job.Progress("verify", done, max(done, n.Audit.Last())) })
	if err != nil {
		return err
	}
	e := audit.Entry{At: n.now(), Action: checkKind, Door: by.Door, Actor: by.Actor, Office: by.Office, Target: "task/" + job.ID, Outcome: "ok"}
	text, detail := checked(r)
	if r.Flaw != nil {
		e.Outcome = "audit.flaw." + r.Flaw.Code
	}
	if e.Change, err = audit.Change(text, detail); err != nil {
		return err
	}
	_, err = n.Audit.Append(context.WithoutCancel(ctx), e)
	return err
}

// checked is a report in words, and its figures.
func checked(r audit.Report) (fault.Text, map[string]string) {
	num := func(n int64) string { return strconv.FormatInt(n, 10) }
	detail := map[string]string{"entries": num(r.Entries), "batches": num(r.Batches), "bytes": num(r.Bytes), "segments": strconv.Itoa(r.Segments),
		"last": num(r.Last), "elsewhere": num(r.Elsewhere)}
	if r.Flaw == nil {
		return fault.T("校验审计链：成立，共 %d 条", "verified the audit: it holds, %d entries", r.Entries), detail
	}
	detail["flaw"], detail["seq"], detail["segment"] = r.Flaw.Code, num(r.Flaw.Seq), r.Flaw.Segment
	detail["zh"], detail["en"] = r.Flaw.What.ZH, r.Flaw.What.EN
	return fault.T("校验审计链：不成立，第一条有误的记录为第 %d 条", "verified the audit: it does not hold, the first wrong entry is %d", r.Flaw.Seq), detail
}
