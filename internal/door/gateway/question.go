package gateway

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/share"
)

// keyOf reads the key of a look-up: the query of a GET, or {"key": {…}} of a POST.
func keyOf(r *http.Request, body []byte) (map[string]string, error) {
	key := map[string]string{}
	if r.Method == http.MethodGet {
		for name, values := range r.URL.Query() {
			if len(values) != 1 {
				return nil, share.ErrKey
			}
			key[name] = values[0]
		}
		return key, nil
	}
	var in struct {
		Key map[string]any `json:"key"`
	}
	if err := decode(r, body, &in); err != nil {
		return nil, err
	}
	for name, v := range in.Key {
		s, ok := text(v)
		if !ok {
			return nil, share.ErrKey
		}
		key[name] = s
	}
	return key, nil
}

// decode reads a JSON body strictly. What was wrong with it is not told: it would be words
// of the body.
func decode(r *http.Request, body []byte, into any) error {
	if r.URL.RawQuery != "" {
		return share.ErrBody.At("query")
	}
	if len(body) == 0 {
		return nil
	}
	if mt, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); strings.TrimSpace(mt) != "application/json" {
		return share.ErrBody.At("Content-Type")
	}
	if trimmed := bytes.TrimLeft(body, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' { // null would be read as nothing asked
		return share.ErrBody.At("body")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	d.DisallowUnknownFields()
	if d.Decode(into) != nil {
		return share.ErrBody.At("body")
	}
	if _, err := d.Token(); err != io.EOF {
		return share.ErrBody.At("body")
	}
	return nil
}

func text(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// questionOf reads what a list or a count asks for. In a URL a condition is item=value,
// item.ge=, item.le= or item.under=; a repeated one takes any of its values.
func questionOf(r *http.Request, body []byte) (q share.Question, err error) {
	if r.Method == http.MethodPost {
		return asked(r, body)
	}
	for name, values := range r.URL.Query() {
		switch {
		case name != "limit" && name != "cursor" && name != "sort":
			item, op, _ := strings.Cut(name, ".")
			rule := policy.RowRule{Item: item, Op: policy.RowOp(op), Values: values}
			if op == "" {
				rule.Op = policy.RowEq
				if len(values) > 1 {
					rule.Op = policy.RowIn
				}
			}
			q.Filters = append(q.Filters, rule)
		case len(values) != 1:
			return q, share.ErrBody.At("%s", name)
		case name == "limit":
			if q.Limit, err = strconv.Atoi(values[0]); err != nil || q.Limit == 0 {
				return q, share.ErrBody.At("limit")
			}
		case name == "cursor":
			q.Cursor = values[0]
		default:
			q.Sort = values[0]
		}
	}
	sortRules(q.Filters)
	return q, nil
}

// asked reads the question of a body. A condition's value that is null is none: it would be
// read as a text without a letter.
func asked(r *http.Request, body []byte) (q share.Question, err error) {
	var in struct {
		share.Question
		Filters []struct {
			Item   string       `json:"item"`
			Op     policy.RowOp `json:"op"`
			Values []*string    `json:"values"`
		} `json:"filters"`
	}
	if err := decode(r, body, &in); err != nil {
		return q, err
	}
	q = in.Question
	for i, f := range in.Filters {
		rule := policy.RowRule{Item: f.Item, Op: f.Op, Values: make([]string, len(f.Values))}
		for n, v := range f.Values {
			if v == nil {
				return q, share.ErrBody.At("filters[%d].values[%d]", i, n)
			}
			rule.Values[n] = *v
		}
		q.Filters = append(q.Filters, rule)
	}
	return q, nil
}

// sortRules puts conditions in an order that does not depend on the map they came from: a
// cursor is bound to them.
func sortRules(rules []policy.RowRule) {
	slices.SortFunc(rules, func(a, b policy.RowRule) int {
		return cmp.Or(strings.Compare(a.Item, b.Item), strings.Compare(string(a.Op), string(b.Op)))
	})
}
