package console

import (
	"context"
	"net"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// answer is a JSON body.
type answer[T any] struct{ Body T }

// List is a page of a list; Next is the cursor of the next one.
type List[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next" doc:"cursor of the next page; null on the last"`
	Total *int64  `json:"total,omitempty"`
}

func page[T any](items []T, next string) List[T] {
	l := List[T]{Items: items}
	if l.Items == nil {
		l.Items = []T{}
	}
	if next != "" {
		l.Next = &next
	}
	return l
}

// Paging holds the parameters of a list.
type Paging struct {
	Cursor string `query:"cursor" doc:"next of the page before" maxLength:"512"`
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"500"`
}

// turn sets where a page begins and how long it is.
func (p *Paging) turn(cursor string, limit int) { p.Cursor, p.Limit = cursor, limit }

// route registers an operation: in gives its parameters, out its body.
func route[I, O any](c *Console, method, path, id, summary string, handle func(context.Context, *I) (O, error)) {
	route2(c, huma.Operation{OperationID: id, Method: method, Path: "/api/v1" + path, Summary: summary, Errors: problems(method)}, handle)
}

func problems(method string) []int {
	if method == http.MethodGet {
		return []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusInternalServerError, http.StatusServiceUnavailable}
	}
	return []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType,
		http.StatusUnprocessableEntity, http.StatusInternalServerError, http.StatusServiceUnavailable}
}

func route2[I, O any](c *Console, op huma.Operation, handle func(context.Context, *I) (O, error)) {
	huma.Register(c.api, op, func(ctx context.Context, in *I) (*answer[O], error) {
		if err := written(reflect.ValueOf(in)); err != nil {
			return nil, c.problem(ctx, err)
		}
		out, err := handle(ctx, in)
		if err != nil {
			return nil, c.problem(ctx, err)
		}
		fill(reflect.ValueOf(&out))
		return &answer[O]{out}, nil
	})
}

// responses are those of an operation the router does not know: its answer, and every
// refusal that others of its method have.
func (c *Console) responses(method string, status int, answer any) map[string]*huma.Response {
	out := map[string]*huma.Response{strconv.Itoa(status): {Description: http.StatusText(status), Content: map[string]*huma.MediaType{"application/json": {Schema: c.schema(answer)}}}}
	for _, status := range problems(method) {
		out[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status), Content: map[string]*huma.MediaType{"application/problem+json": {Schema: c.schema(Problem{})}}}
	}
	return out
}

// localHost says whether a Host header names this machine.
func localHost(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	if name == "localhost" || name == "chengshu" { // the latter is what commands send over the socket
		return true
	}
	ip := net.ParseIP(name)
	return ip != nil && ip.IsLoopback()
}
