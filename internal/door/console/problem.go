package console

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
)

// Problem is a fault as RFC 9457 has it, with our code, place, remedy and parts.
type Problem struct {
	Type   string    `json:"type" doc:"about:blank, or the code's entry in the reference"`
	Title  string    `json:"title" doc:"the kind of problem"`
	Status int       `json:"status"`
	Detail string    `json:"detail" doc:"what was wrong, in the language asked for"`
	Code   string    `json:"code" doc:"stable dotted code"`
	Where  string    `json:"where,omitempty" doc:"place: row, column, file:line"`
	Remedy string    `json:"remedy,omitempty" doc:"what to do"`
	Parts  []Problem `json:"parts,omitempty" doc:"all errors at once, where there are several"`
}

// Error makes a Problem an error for huma.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

var statuses = map[fault.Kind]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.Denied: http.StatusForbidden,
	fault.Missing: http.StatusNotFound, fault.Conflict: http.StatusConflict,
	fault.Busy: http.StatusServiceUnavailable, fault.Internal: http.StatusInternalServerError,
}

var titles = map[fault.Kind]fault.Text{
	fault.Invalid: fault.T("内容不合规", "Invalid"), fault.Denied: fault.T("无权访问", "Denied"),
	fault.Missing: fault.T("不存在", "Not found"), fault.Conflict: fault.T("状态冲突", "Conflict"),
	fault.Busy: fault.T("暂时无法处理", "Busy"), fault.Internal: fault.T("系统内部错误", "Internal error"),
}

// statusOf is the HTTP status of a fault: who is not signed in is asked to, and not refused.
func statusOf(e *fault.Error) int {
	if e.Code == people.ErrSession.Code {
		return http.StatusUnauthorized
	}
	return statuses[e.Kind]
}

// problemOf renders a fault for a language.
func problemOf(e *fault.Error, lang string) *Problem {
	p := &Problem{Type: "about:blank", Title: titles[e.Kind].In(lang), Status: statusOf(e),
		Detail: e.Text.In(lang), Code: e.Code, Where: e.Where, Remedy: e.Remedy.In(lang)}
	for _, part := range e.Parts {
		p.Parts = append(p.Parts, *problemOf(part, lang))
	}
	return p
}

type langKey struct{}

// lang is the language the request asked for.
func lang(ctx context.Context) string {
	l, _ := ctx.Value(langKey{}).(string)
	return l
}

func withLang(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l := "zh-CN"
		if strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "en") {
			l = "en"
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), langKey{}, l)))
	})
}

// problem turns an engine's error into the answer; what nobody classified is logged.
func (c *Console) problem(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	e := fault.From(err)
	if e.Kind == fault.Internal {
		c.log.ErrorContext(ctx, "request failed", "error", err)
	}
	c.tell(ctx, e)
	return problemOf(e, lang(ctx))
}

// refuse answers with an engine's error, outside of the router's own handlers.
func (c *Console) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var p *Problem
	if !errors.As(c.problem(r.Context(), err), &p) {
		p = problemOf(fault.From(err), lang(r.Context()))
	}
	writeProblem(w, p)
}

// writeProblem answers outside of the router's own handlers.
func writeProblem(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// shapeErrors makes the router's own refusals (a missing field, a wrong type) problems of
// the same form.
func shapeErrors(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
	l := ""
	if ctx != nil {
		l = lang(ctx.Context())
	}
	p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: msg, Code: "request"}
	p.Remedy = fault.T("请对照 /openapi.json 检查请求", "compare the request with /openapi.json").In(l)
	for _, err := range errs {
		part := Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: err.Error(), Code: "request.part"}
		if d, ok := err.(*huma.ErrorDetail); ok {
			part.Detail, part.Where = d.Message, d.Location
		}
		p.Parts = append(p.Parts, part)
	}
	return p
}
