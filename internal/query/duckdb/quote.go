package duckdb

import "strings"

// name quotes an identifier.
func name(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// text quotes a text constant, for the few places that take no parameter. The engine's
// plain strings know no escape but the doubled quote.
func text(s string) string { return `'` + strings.ReplaceAll(s, `'`, `''`) + `'` }

// texts quotes a list of them.
func texts(ss []string) string {
	q := make([]string, len(ss))
	for i, s := range ss {
		q[i] = text(s)
	}
	return "[" + strings.Join(q, ", ") + "]"
}
