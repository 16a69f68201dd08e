// Package fault is the one vocabulary for things that go wrong.
//
// A fault has a kind, which alone decides the HTTP status at the door; a code, by which a
// program and the reference name it; a text in Chinese and English; the place it concerns
// (row, column, file:line); and the remedy. It never carries personal data: texts name
// rows, columns and files, not values.
//
// Read first: New, From, Error.In.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Kind decides the HTTP status of a fault, once, at the door.
type Kind uint8

// The kinds. Internal is the zero value: what nobody classified is our own mistake.
const (
	Internal Kind = iota
	Invalid
	Denied
	Missing
	Conflict
	Busy
)

// String names the kind as it appears in problem documents.
func (k Kind) String() string {
	return [...]string{"internal", "invalid", "denied", "missing", "conflict", "busy"}[k]
}

// Text is one sentence in both languages.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// T formats a text; both formats take the same arguments in the same order. An argument that
// is a Text itself is told in each language.
func T(zh, en string, args ...any) Text {
	if len(args) == 0 {
		return Text{zh, en}
	}
	z, e := slices.Clone(args), slices.Clone(args)
	for i, a := range args {
		if t, ok := a.(Text); ok {
			z[i], e[i] = t.ZH, t.EN
		}
	}
	return Text{fmt.Sprintf(zh, z...), fmt.Sprintf(en, e...)}
}

// In picks the sentence for a language tag ("zh-CN", "en", ""); Chinese is the default.
func (t Text) In(lang string) string {
	if strings.HasPrefix(lang, "en") {
		return t.EN
	}
	return t.ZH
}

// Error is a fault. Make one with New and refine it with At, Fix and Wrap, each of which
// returns a copy.
type Error struct {
	Kind   Kind
	Code   string // dotted and stable: "load.header.duplicate"
	Text   Text   // what was wrong
	Where  string // place: "people.csv:12", "column id_no"; may be empty
	Remedy Text   // what to do about it
	Parts  []*Error
	cause  error
}

// New makes a fault of a kind with a stable code.
func New(kind Kind, code string, text Text) *Error {
	return &Error{Kind: kind, Code: code, Text: text}
}

// At returns a copy that names the place.
func (e *Error) At(format string, args ...any) *Error {
	c := *e
	c.Where = fmt.Sprintf(format, args...)
	return &c
}

// Fix returns a copy that says what to do.
func (e *Error) Fix(remedy Text) *Error {
	c := *e
	c.Remedy = remedy
	return &c
}

// Wrap returns a copy that keeps cause for errors.Is, errors.As and the log.
func (e *Error) Wrap(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// In renders the fault for a person: place, what was wrong, remedy.
func (e *Error) In(lang string) string {
	var b strings.Builder
	if e.Where != "" {
		b.WriteString(e.Where + ": ")
	}
	b.WriteString(e.Text.In(lang))
	if r := e.Remedy.In(lang); r != "" {
		if strings.HasPrefix(lang, "en") {
			b.WriteString("; " + r)
		} else {
			b.WriteString("；" + r)
		}
	}
	for _, p := range e.Parts {
		b.WriteString("\n  " + p.In(lang))
	}
	return b.String()
}

// Error is the English rendering with the cause, for logs and tests.
func (e *Error) Error() string {
	s := e.Code + ": " + e.In("en")
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.cause }

// Is matches faults by code, so that a sentinel matches its refined copies.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code
}

// From finds the fault in an error chain; what has none becomes an internal fault that
// hides the cause's words from the user and keeps them for the log. nil gives nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return New(Internal, "internal", T("系统内部错误", "internal error")).
		Fix(T("请查看服务日志", "see the server's log")).Wrap(err)
}

// KindOf is From(err).Kind; a nil error is a programming mistake and counts as Internal.
func KindOf(err error) Kind {
	if err == nil {
		return Internal
	}
	return From(err).Kind
}

// Except gives nil for an error of that kind, and any other error as it is.
func Except(kind Kind, err error) error {
	if err != nil && KindOf(err) == kind {
		return nil
	}
	return err
}

// All gathers faults into one of the same kind as the first; nil when there are none.
func All(code string, text Text, parts []*Error) error {
	if len(parts) == 0 {
		return nil
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return &Error{Kind: parts[0].Kind, Code: code, Text: text, Parts: parts}
}
