package console

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/fault"
)

type listAuditIn struct {
	Action    string    `query:"action" maxLength:"64"`
	Actor     string    `query:"actor" maxLength:"64"`
	App       string    `query:"app" maxLength:"63"`
	Service   string    `query:"service" maxLength:"63"`
	Directory string    `query:"directory" maxLength:"63"`
	Office    string    `query:"office" maxLength:"63" doc:"whose application called, or whose thing was changed"`
	Grant     string    `query:"grant" maxLength:"64"`
	Target    string    `query:"target" maxLength:"200"`
	Subject   string    `query:"subject" maxLength:"400" doc:"hashes of what was looked up, with commas between: what find-subject gives"`
	From      time.Time `query:"from"`
	Until     time.Time `query:"until" doc:"not included"`
	Paging
}

// auditEntry is an entry with the id of its receipt.
type auditEntry struct {
	audit.Entry
	Receipt  string `json:"receipt" doc:"id of the receipt that proves the entry"`
	Answered string `json:"answered" doc:"the outcome in words"`
}

type auditBody struct {
	List[auditEntry]
	Away int64 `json:"away" doc:"entries that were not searched: their archived files are kept elsewhere"`
}

type archiveIn struct {
	Body struct {
		Days int `json:"days,omitempty" minimum:"0" maximum:"36500" doc:"only segments all of whose entries are older; 0: every finished one"`
	}
}

type archivedBody struct {
	Segments int `json:"segments" doc:"that were archived"`
}

type movedIn struct {
	First int64 `path:"first" minimum:"1" doc:"number of the segment's first entry"`
	Body  struct {
		Where  string `json:"where" maxLength:"200"`
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

type subjectIn struct {
	Body struct {
		Service string            `json:"service" maxLength:"63"`
		Key     map[string]string `json:"key" doc:"item → value, as a look-up gives it, or the value alone under an empty name; kept nowhere"`
	}
}

type subjectsBody struct {
	Subjects []string `json:"subjects" doc:"by which the audit knows it: one for each version of the key, the present one first"`
}

// auditing registers what the audit administrator reads, and the care of its files.
func (c *Console) auditing() {
	route(c, http.MethodGet, "/audit", "list-audit", "审计记录 / Audit entries", c.listAudit)
	route(c, http.MethodPost, "/audit/subjects", "find-subject", "查询对象的密钥散列 / The hashes of what was looked up", func(_ context.Context, in *subjectIn) (out subjectsBody, err error) {
		out.Subjects, err = c.Share.Subjects(in.Body.Service, in.Body.Key)
		return out, err
	})
	route(c, http.MethodGet, "/audit/choices", "list-audit-choices", "可供筛选的值 / What the audit can be filtered by", c.auditChoices)
	route(c, http.MethodGet, "/audit/segments", "list-segments", "审计文件 / Files of the audit", func(context.Context, *struct{}) (List[audit.Segment], error) {
		return page(c.Audit.Segments(), ""), nil
	})
	route(c, http.MethodPost, "/audit/archive", "archive-audit", "归档审计文件 / Archive files of the audit", func(ctx context.Context, in *archiveIn) (out archivedBody, err error) {
		before := c.Now()
		if in.Body.Days > 0 {
			before = before.AddDate(0, 0, -in.Body.Days)
		}
		out.Segments, err = c.Audit.Archive(ctx, before, actor(ctx).ID)
		return out, err
	})
	route(c, http.MethodPost, "/audit/segments/{first}/moved", "move-segment", "声明归档文件存放处 / Declare where an archived file is kept", func(ctx context.Context, in *movedIn) (out audit.Segment, err error) {
		if _, err := c.Audit.Declare(ctx, in.First, in.Body.Where, in.Body.Reason, actor(ctx).ID); err != nil {
			return out, err
		}
		all := c.Audit.Segments()
		return all[slices.IndexFunc(all, func(s audit.Segment) bool { return s.First == in.First })], nil
	})
}

// listAudit gives entries, the newest first. What waits in the store is in the chain first.
func (c *Console) listAudit(ctx context.Context, in *listAuditIn) (out auditBody, err error) {
	f := audit.Filter{Action: in.Action, Actor: in.Actor, App: in.App, Service: in.Service, Directory: in.Directory, Grant: in.Grant, Target: in.Target, Office: in.Office,
		From: in.From, Until: in.Until, Limit: in.Limit}
	if in.Subject != "" {
		f.Subjects = strings.Split(in.Subject, ",")
	}
	if in.Cursor != "" {
		if f.Before, err = strconv.ParseInt(in.Cursor, 10, 64); err != nil || f.Before < 1 {
			return out, errCursor.Fix(fault.T("请从第一页重新读取", "begin again with the first page"))
		}
	} else if err := c.Audit.Move(ctx); err != nil {
		return out, err
	}
	p, err := c.Audit.Search(ctx, f)
	if err != nil {
		return out, err
	}
	next := ""
	if p.Next > 0 {
		next = strconv.FormatInt(p.Next, 10)
	}
	entries := make([]auditEntry, len(p.Entries))
	for i, e := range p.Entries {
		entries[i] = auditEntry{e, c.Audit.ReceiptID(e.Seq), outcomeOf(e.Outcome, lang(ctx))}
	}
	out.List = page(entries, next)
	for _, s := range c.Audit.Segments() {
		if s.File == "" {
			out.Away += s.Last - s.First + 1
		}
	}
	return out, nil
}
