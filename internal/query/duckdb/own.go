package duckdb

import (
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/chengshu/chengshu/internal/row"
)

// own makes the functions that only one load uses, each once.
type own struct {
	db      *DB
	session *session
	made    map[string]string // what for → its name, or ""
}

// matcher gives the function that matches a pattern, "" where the engine must do it.
func (o *own) matcher(pattern string) (string, error) {
	return o.once("match "+pattern, func(name string) (function, bool) {
		m, ok := newMatcher(pattern)
		if !ok {
			return function{}, false
		}
		return m.function(name), true
	})
}

// decimal gives the function that reads a decimal of up to 18 digits.
func (o *own) decimal(t row.Type) (string, error) {
	return o.once(t.String(), func(name string) (function, bool) {
		f := function{name: name, params: []duck.Type{duck.TypeVarchar}, result: func() duck.LogicalType {
			return duck.CreateDecimalType(uint8(t.Precision), uint8(t.Scale))
		}}
		switch {
		case t.Precision <= 4:
			f.run = reads(func(b []byte) (int16, bool) { n, ok := readScaled(b, t); return int16(n), ok })
		case t.Precision <= 9:
			f.run = reads(func(b []byte) (int32, bool) { n, ok := readScaled(b, t); return int32(n), ok })
		default:
			f.run = reads(func(b []byte) (int64, bool) { return readScaled(b, t) })
		}
		return f, true
	})
}

func (o *own) once(what string, make func(name string) (function, bool)) (string, error) {
	if name, ok := o.made[what]; ok {
		return name, nil
	}
	f, ok := make(o.db.name("own"))
	if !ok {
		o.made[what] = ""
		return "", nil
	}
	o.made[what] = f.name
	return f.name, o.session.register(f)
}
