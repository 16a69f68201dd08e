package console

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// The document says of every value what it is on the wire, so that a client's types can be
// made of it: names read well outside, what may be null says so, and a list never is null.

// Names of other rooms' types that mean something narrower there.
var wireNames = map[string]string{"Directory": "Declaration", "Decl": "RuleDecl", "Measure": "Finding"}

// nameOf names a type in the document: without the ending Body, in CamelCase.
func nameOf(t reflect.Type, hint string) string {
	own := t
	for own.Kind() == reflect.Pointer {
		own = own.Elem()
	}
	var b strings.Builder
	for _, part := range strings.Split(huma.DefaultSchemaNamer(t, hint), "-") {
		if part != "" { // of what has no name, such as a list of texts in a query
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	name := b.String()
	if own.PkgPath() != reflect.TypeFor[Console]().PkgPath() && wireNames[name] != "" {
		return wireNames[name]
	}
	return strings.TrimSuffix(name, "Body")
}

// tellAskers says of every operation what shows who asks: a session's cookie, and for a
// change the token that goes with it. Only a sign-in needs neither.
func tellAskers(doc *huma.OpenAPI) {
	doc.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: cookieName, Description: "of POST /api/v1/session"},
		"csrf":    {Type: "apiKey", In: "header", Name: csrfHeader, Description: "csrf of POST or GET /api/v1/session"},
	}
	for _, item := range doc.Paths {
		for method, op := range map[string]*huma.Operation{http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete} {
			if op == nil || op.OperationID == "sign-in" {
				continue
			}
			need := map[string][]string{"session": {}}
			if method != http.MethodGet {
				need["csrf"] = []string{}
			}
			op.Security = []map[string][]string{need}
		}
	}
}

// tellNulls marks what may be null: pointers to objects and pointers within lists, which
// huma leaves unsaid.
func tellNulls(r huma.Registry) {
	for name, s := range r.Map() {
		if t := r.TypeFromRef("#/components/schemas/" + name); t != nil {
			tellFields(t, s)
		}
	}
}

func tellFields(t reflect.Type, s *huma.Schema) {
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		p := s.Properties[name]
		if p == nil || strings.Contains(options, "omitempty") {
			continue
		}
		if f.Type.Kind() == reflect.Pointer && p.Ref != "" {
			s.Properties[name] = &huma.Schema{Description: p.Description, OneOf: []*huma.Schema{{Ref: p.Ref}, {Type: "null"}}}
		}
		tellItems(f.Type, p)
	}
}

func tellItems(t reflect.Type, s *huma.Schema) {
	for t.Kind() == reflect.Slice && s.Items != nil {
		t, s = t.Elem(), s.Items
	}
	if t.Kind() == reflect.Pointer && s.Type != "" {
		s.Nullable = true
	}
}

// fill makes lists and maps that are nil empty ones, all the way down. Fields that are left
// out when empty stay as they are: nobody sees them, and their owner may share them.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fill(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() || f.Anonymous {
				if !strings.Contains(f.Tag.Get("json"), "omitempty") {
					fill(v.Field(i))
				}
			}
		}
	case reflect.Slice:
		if v.IsNil() && v.CanSet() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Map:
		if v.IsNil() && v.CanSet() {
			v.Set(reflect.MakeMap(v.Type()))
		}
	}
}
