package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// statements are a register's hot statements: constants of its declaration.
type statements struct {
	table  string
	read   string // columns of a record, in the order of scan
	insert string
	sets   []settable
	get    string
}

// settable is a column that a change may set. One that stands in an index is set only where it
// changed: the database writes each index anew whose columns are named.
type settable struct {
	name    string
	of      string // its field, or itself
	indexed bool
}

// Columns that every register has, in the order of scan.
var ownColumns = []string{"id", "key", "version", "office", "region", "created_at", "created_by", "created_name", "updated_at", "updated_by", "updated_name"}

// Table is the name of a register's table: names have no two underscores in a row, so that
// no two registers share one.
func tableOf(pack, entity string) string { return "r_" + pack + "__" + entity }

// cells are the columns of a field, with their types.
func (f *Compiled) cells() [][2]string {
	t := f.Holds()
	if t.Kind == Point {
		return [][2]string{{"x_" + f.Name, "DOUBLE PRECISION"}, {"y_" + f.Name, "DOUBLE PRECISION"}}
	}
	return [][2]string{{"f_" + f.Name, t.column()}}
}

func (e *Entity) columns() (out []string) {
	for _, f := range e.Fields {
		for _, c := range f.cells() {
			out = append(out, c[0])
		}
	}
	return out
}

func (e *Entity) statements() statements {
	all := append(append([]string{}, ownColumns...), e.columns()...)
	s := statements{table: tableOf(e.Pack, e.Name), read: strings.Join(all, ", ")}
	marks := make([]string, len(all))
	for i := range all {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	indexed := map[string]bool{}
	for _, x := range e.indexes() {
		for _, c := range x.columns {
			indexed[c] = true
		}
	}
	for _, c := range []string{"version", "office", "region", "updated_at", "updated_by", "updated_name"} {
		s.sets = append(s.sets, settable{c, c, indexed[c] && c != "updated_at"})
	}
	for _, f := range e.Fields {
		for _, c := range f.cells() {
			s.sets = append(s.sets, settable{c[0], f.Name, indexed[c[0]]})
		}
	}
	s.insert = "INSERT INTO " + s.table + " (" + s.read + ") VALUES (" + strings.Join(marks, ", ") + ")"
	s.get = "SELECT " + s.read + " FROM " + s.table + " WHERE id = $1"
	return s
}

// update is the statement that sets what changed, and nothing that stands in an index and did
// not; after the values come the id and the version it was read at. values are those of sets.
func (s *statements) update(changed map[string]bool, values []any) (string, []any) {
	var sets []string
	var args []any
	for i, c := range s.sets {
		if c.indexed && !changed[c.of] {
			continue
		}
		args = append(args, values[i])
		sets = append(sets, fmt.Sprintf("%s = $%d", c.name, len(args)))
	}
	return fmt.Sprintf("UPDATE %s SET %s WHERE id = $%d AND version = $%d", s.table, strings.Join(sets, ", "), len(args)+1, len(args)+2), args
}

// create makes the table as the declaration has it.
func (e *Entity) create() []string {
	cols := []string{"id TEXT NOT NULL PRIMARY KEY", "key TEXT NOT NULL", "version BIGINT NOT NULL", "office TEXT NOT NULL", "region TEXT NOT NULL",
		"created_at TIMESTAMP NOT NULL", "created_by TEXT NOT NULL", "created_name TEXT NOT NULL", "updated_at TIMESTAMP NOT NULL", "updated_by TEXT NOT NULL", "updated_name TEXT NOT NULL"}
	for _, f := range e.Fields {
		for _, c := range f.cells() {
			cols = append(cols, c[0]+" "+c[1])
		}
	}
	out := []string{"CREATE TABLE " + e.sql.table + " (" + strings.Join(cols, ", ") + ")"}
	for _, x := range e.indexes() {
		out = append(out, x.create)
	}
	return out
}

type index struct {
	name, create string
	columns      []string
}

// indexes are those of every register, for lists in the usual order, and the declared ones.
// An index of a field goes on with the usual order, so that a list filtered or sorted by it
// is read in order.
func (e *Entity) indexes() (out []index) {
	add := func(unique bool, columns ...string) {
		of, word := strings.Join(columns, ", "), "INDEX"
		if unique {
			word = "UNIQUE INDEX"
		}
		sum := sha256.Sum256([]byte(e.sql.table + word + of))
		name := "i_" + hex.EncodeToString(sum[:8]) // short enough for PostgreSQL, whatever the names
		out = append(out, index{name, fmt.Sprintf("CREATE %s %s ON %s (%s)", word, name, e.sql.table, of), columns})
	}
	add(true, "key")
	add(false, "created_at", "id")
	add(false, "updated_at", "id")
	add(false, "office", "created_at", "id")
	add(false, "created_by", "created_at", "id")
	if e.region != "" {
		add(false, "region", "created_at", "id")
	}
	for _, f := range e.Fields {
		if !f.Index && !(f.Type.Kind == Point && e.Merge != nil) {
			continue
		}
		if f.Type.Kind == Point {
			add(false, "x_"+f.Name, "y_"+f.Name)
		} else {
			add(false, "f_"+f.Name, "created_at", "id")
		}
	}
	if like := e.alikeColumns(); len(like) > 0 {
		add(false, like...)
	}
	for _, g := range e.groups {
		cols := make([]string, len(g))
		for i, n := range g {
			cols[i] = "f_" + n
		}
		add(true, cols...)
	}
	return out
}
