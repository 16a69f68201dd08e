package console

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/people"
)

// An answer that holds cells of rows is written down before its first byte leaves. This is
// the one place where it is done: operations are named here, their handlers say by show what
// the answer holds, and what is not said does not leave.

// looks are the operations whose answers hold cells of rows, or carry a list out of the house,
// and what the audit calls each.
var looks = map[string]string{
	"list-rows":       "rows.read",
	"list-quarantine": "quarantine.read",
	"get-report":      "report.read", // with samples
	"guess-file":      "load.guess",
	"try-file":        "load.try",
	"try-step":        "mend.try",
	"preview-grant":   "grant.preview",
	"preview-replays": "mend.foresee",

	"export-rows":        "rows.export",
	"export-quarantine":  "quarantine.export",
	"export-directories": "directory.export",
	"export-batches":     "batch.export",
	"export-services":    "service.export",
	"export-grants":      "grant.export",
	"export-apps":        "app.export",
	"export-calls":       "call.export",
	"export-audit":       "audit.export",
	"export-users":       "account.export",
	"list-cases":         "case.list",
	"create-record":      "record.read",
	"change-record":      "record.read",
	"get-case":           "case.read",
	"see-case":           "case.read",
	"open-case":          "case.read",
	"act-on-case":        "case.read",
	"list-records":       "record.read",
	"find-records":       "record.read",
	"get-record":         "record.read",
	"see-record":         "record.read",
	"get-record-history": "record.read",
	"get-record-file":    "record.read",
	"get-marked-records": "import.read",
	"export-cases":       "case.export",
	"export-records":     "record.export",
}

// Look is what the audit calls an answer of an operation; empty where it holds no cell.
func Look(operation string) string { return looks[operation] }

// look is what one answer holds.
type look struct {
	directory string
	target    string // what of it: "batch/ID", "file/HASH"
	items     []string
	rows      int64
	plain     bool // personal cells are shown as they are
	// stream writes an answer too long to be kept until it is whole, and says how many rows
	// it wrote; nil: the handler's answer is all.
	stream func(ctx context.Context, w io.Writer, receipt string) (rows int64, err error)

	said bool
}

type lookKey struct{}

// queryKey holds the query of a look's address.
type queryKey struct{}

// show says what the answer on its way holds. An operation that is not among looks may not.
func show(ctx context.Context, l look) error {
	into, ok := ctx.Value(lookKey{}).(*look)
	if !ok {
		return errUnsaid
	}
	l.said = true
	*into = l
	return nil
}

// mostShown is how large an answer grows that is not streamed, in bytes.
const mostShown = 8 << 20

const (
	mostPurpose = 200 // characters
	mostItems   = 100 // names in an entry; beyond it says "*"
)

// reasoned are the looks that have to say what for: personal cells of one matter as they are.
var reasoned = map[string]bool{"see-case": true, "see-record": true}

var (
	errUnsaid = fault.New(fault.Internal, "audit.unsaid", fault.T("该接口未声明所展示的数据，已拒绝应答", "the operation did not say what it shows, so nothing is answered")).
			Fix(fault.T("请将服务日志交给开发人员", "give the log to the developers"))
	errLong = fault.New(fault.Invalid, "list.large", fault.T("应答超过 8 MiB", "the answer is larger than 8 MiB")).
		Fix(fault.T("请减小 limit，分页读取", "ask for fewer rows at once by limit"))
	errPurpose = fault.New(fault.Invalid, "look.purpose", fault.T("用途超过 200 字", "the purpose is longer than 200 characters")).At("purpose").
			Fix(fault.T("请缩短", "shorten it"))
	errReason = fault.New(fault.Invalid, "look.reason", fault.T("查看原值须写明用途", "whoever sees personal cells as they are says what for")).At("purpose").
			Fix(fault.T("请填写用途后再查看", "give the purpose and look again"))
)

// witness holds an answer back until its entry is durable. A disk that takes no entry gets
// the asker a refusal.
func (c *Console) witness(ctx huma.Context, next func(huma.Context)) {
	what := Look(ctx.Operation().OperationID)
	if what == "" {
		next(ctx)
		return
	}
	purpose := ctx.Query("purpose")
	if utf8.RuneCountInString(purpose) > mostPurpose {
		c.deny(ctx, errPurpose)
		return
	}
	if reasoned[ctx.Operation().OperationID] && trimmed(purpose) == "" {
		c.deny(ctx, errReason)
		return
	}
	l := new(look)
	address := ctx.URL()
	h := &held{humaContext: huma.WithValue(huma.WithValue(ctx, lookKey{}, l), queryKey{}, address.Query()), status: http.StatusOK}
	next(h)
	if h.status >= 300 {
		h.send(ctx)
		return
	}
	e := c.entry(ctx.Context(), what, l)
	e.Purpose = purpose
	switch {
	case !l.said:
		c.log.ErrorContext(ctx.Context(), "an answer did not say what it shows", "operation", ctx.Operation().OperationID)
		c.deny(ctx, errUnsaid)
	case h.long:
		c.deny(ctx, errLong)
	case l.stream != nil:
		c.stream(ctx, l, e)
	default:
		e.Rows, e.Answer = l.rows, audit.AnswerHash(gm.Sum3(h.body))
		seq, err := c.Audit.Append(ctx.Context(), e)
		if err != nil {
			c.deny(ctx, err)
			return
		}
		ctx.SetHeader(receiptHeader, c.Audit.ReceiptID(seq))
		h.send(ctx)
	}
}

// receiptHeader names the receipt of an answer, of its opening entry where it is streamed.
const receiptHeader = "X-Chengshu-Receipt"

// entry is what is written down of a look.
func (c *Console) entry(ctx context.Context, what string, l *look) audit.Entry {
	a := askerOf(ctx)
	e := audit.Entry{At: c.Now(), Action: what, Door: a.Actor.Door(), Actor: a.Actor.ID, Office: a.Actor.Office, Address: a.place.Address,
		Directory: l.directory, Target: l.target, Items: l.items, Outcome: "ok"}
	if l.plain {
		e.Action += ".plain"
	}
	if len(e.Items) > mostItems {
		e.Items = []string{"*"}
	}
	if a.Actor.Kind == people.LocalKind {
		e.Address = ""
	}
	return e
}

// deny answers with a refusal in place of what was held back.
func (c *Console) deny(ctx huma.Context, err error) {
	p := problemOf(fault.From(err), lang(ctx.Context()))
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetHeader("Content-Disposition", "inline") // it is no file, whatever was on its way
	ctx.SetStatus(p.Status)                        // sends the header
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(p)
}

// humaContext gives the embedded field a name that is not its method's.
type humaContext huma.Context

// held is a context whose answer waits. It does not unwrap: nothing gets around it.
type held struct {
	humaContext
	status int
	body   []byte
	long   bool
}

// SetStatus is part of huma.Context.
func (h *held) SetStatus(code int) { h.status = code }

// Status is part of huma.Context.
func (h *held) Status() int { return h.status }

// BodyWriter is part of huma.Context.
func (h *held) BodyWriter() io.Writer { return h }

// Write keeps what fits.
func (h *held) Write(p []byte) (int, error) {
	if h.long = h.long || len(h.body)+len(p) > mostShown; !h.long {
		h.body = append(h.body, p...)
	}
	return len(p), nil
}

func (h *held) send(ctx huma.Context) {
	ctx.SetStatus(h.status)
	_, _ = ctx.BodyWriter().Write(h.body)
}

// names are a directory's items.
func names(d catalog.Directory) []string {
	out := make([]string, len(d.Items))
	for i, it := range d.Items {
		out[i] = it.Name
	}
	return out
}

// tellLooks says in the document what the seam adds to its operations.
func (c *Console) tellLooks() {
	most := mostPurpose
	for _, item := range c.api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post} {
			if op == nil || Look(op.OperationID) == "" {
				continue
			}
			op.Parameters = append(op.Parameters, &huma.Param{Name: "purpose", In: "query", Description: "what the rows are looked at for; kept in the audit",
				Required: reasoned[op.OperationID], Schema: &huma.Schema{Type: "string", MaxLength: &most}})
			if r := op.Responses["200"]; r != nil {
				r.Headers = map[string]*huma.Param{receiptHeader: {Description: "id of the receipt of the answer's entry in the audit", Schema: &huma.Schema{Type: "string"}}}
			}
		}
	}
}
