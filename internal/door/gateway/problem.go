package gateway

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/share"
)

// What the door itself refuses.
var (
	errNobody = fault.New(fault.Denied, "call.key.missing", fault.T("缺少密钥或签名", "there is neither a key nor a signature")).
			Fix(fault.T("请在 Authorization: Bearer 或 X-Api-Key 中给出密钥，或对请求签名", "give the key in Authorization: Bearer or X-Api-Key, or sign the request"))
	errPath = fault.New(fault.Missing, "call.path", fault.T("没有该接口", "there is no such path")).
		Fix(fault.T("可用：/data/v1/服务、…/rows、…/count、…/openapi.json、/data/v1/receipts/回执号", "use /data/v1/SERVICE, …/rows, …/count, …/openapi.json or /data/v1/receipts/ID"))
	errMethod = fault.New(fault.Invalid, "call.method", fault.T("该接口不接受此方法", "the path does not take this method")).
			Fix(fault.T("可用的方法见应答头 Allow；含个人信息的条件请用 POST", "the header Allow names those it takes; use POST for conditions that are personal"))
	errLarge = fault.New(fault.Invalid, "call.large", fault.T("请求体超过 64 KiB", "the body is larger than 64 KiB")).
			Fix(fault.T("请减少条件", "use fewer conditions"))
)

// Problem is a refusal as RFC 9457 has it.
type Problem struct {
	Type    string `json:"type"`
	Title   string `json:"title"`
	Status  int    `json:"status"`
	Detail  string `json:"detail"`
	Code    string `json:"code"`
	Where   string `json:"where,omitempty"`
	Remedy  string `json:"remedy,omitempty"`
	Receipt string `json:"receipt,omitempty"`
}

var statuses = map[fault.Kind]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.Denied: http.StatusForbidden, fault.Missing: http.StatusNotFound,
	fault.Conflict: http.StatusConflict, fault.Busy: http.StatusServiceUnavailable, fault.Internal: http.StatusInternalServerError,
}

var titles = map[int]fault.Text{
	401: fault.T("未认证", "Not recognised"), 403: fault.T("无权访问", "Denied"), 404: fault.T("不存在", "Not found"),
	405: fault.T("方法不适用", "Method not allowed"), 409: fault.T("状态冲突", "Conflict"), 413: fault.T("请求过大", "Too large"),
	422: fault.T("内容不合规", "Invalid"), 429: fault.T("超过限额", "Too many calls"),
	500: fault.T("系统内部错误", "Internal error"), 503: fault.T("暂时无法处理", "Busy"),
}

func statusOf(e *fault.Error) int {
	switch {
	case errors.Is(e, people.ErrKey), errors.Is(e, errNobody), strings.HasPrefix(e.Code, "sign."):
		return http.StatusUnauthorized
	case errors.Is(e, share.ErrSecond), errors.Is(e, share.ErrDay), errors.Is(e, share.ErrRefusals):
		return http.StatusTooManyRequests
	case errors.Is(e, errMethod):
		return http.StatusMethodNotAllowed
	case errors.Is(e, errLarge):
		return http.StatusRequestEntityTooLarge
	}
	return statuses[e.Kind]
}

// unknown answers a caller that was not recognised. Nothing is written down: whoever has no
// key could fill the disk.
func (g *Gateway) unknown(w http.ResponseWriter, r *http.Request, err error) {
	if f := fault.From(err); statusOf(f) == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="chengshu"`)
	}
	g.refuse(w, r, "", err)
}

// refuse answers with an error, in the language asked for.
func (g *Gateway) refuse(w http.ResponseWriter, r *http.Request, receipt string, err error) {
	if r.Context().Err() != nil {
		return // the caller has gone
	}
	e := fault.From(err)
	if e.Kind == fault.Internal && receipt == "" { // share has logged what has one
		g.Log.ErrorContext(r.Context(), "a call failed", "error", err)
	}
	status := statusOf(e)
	g.calls.WithLabelValues(e.Code).Inc()
	l := lang(r)
	p := Problem{Type: "about:blank", Title: titles[status].In(l), Status: status, Detail: e.Text.In(l), Code: e.Code, Where: e.Where, Remedy: e.Remedy.In(l), Receipt: receipt}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	if receipt != "" {
		h["X-Chengshu-Receipt"] = []string{receipt}
	}
	switch {
	case status == http.StatusMethodNotAllowed:
		h.Set("Allow", allowed(r.URL.Path))
	case errors.Is(e, share.ErrDay):
		h.Set("Retry-After", "3600")
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable, errors.Is(e, errRestart):
		h.Set("Retry-After", "1")
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(p)
}

// allowed are the methods of a path: what is only read takes GET.
func allowed(path string) string {
	if strings.HasPrefix(path, Prefix+"receipts/") || strings.HasSuffix(path, "/openapi.json") {
		return "GET"
	}
	return "GET, POST"
}

func lang(r *http.Request) string {
	if strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "en") {
		return "en"
	}
	return "zh-CN"
}

// receipt gives an application a receipt of its own; another's is as if it were not there.
func (g *Gateway) receipt(w http.ResponseWriter, r *http.Request, c share.Caller, id string) {
	if r.Method != http.MethodGet {
		g.refuse(w, r, "", errMethod)
		return
	}
	seq, err := g.Audit.ParseReceiptID(id)
	if err != nil {
		g.refuse(w, r, "", audit.ErrMissing)
		return
	}
	e, err := g.Audit.Entry(r.Context(), seq)
	if err == nil && e.App != c.App.ID {
		err = audit.ErrMissing
	}
	if err != nil {
		g.refuse(w, r, "", err)
		return
	}
	receipt, err := g.Audit.Receipt(r.Context(), seq)
	if err != nil {
		g.refuse(w, r, "", err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(receipt)
}
