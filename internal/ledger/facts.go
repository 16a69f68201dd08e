package ledger

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/chengshu/chengshu/internal/ledger/formula"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/spec"
)

// Env is what formulas over a record may read: its fields, and whatever more is given.
func (e *Entity) Env(more formula.Env) formula.Env {
	env := formula.Env{}
	for _, f := range e.Fields {
		if t, ok := f.fact(); ok {
			env[f.Name] = t
		}
	}
	for _, n := range e.vague {
		env[n] = formula.Any
	}
	maps.Copy(env, more)
	return env
}

// Vague says that a field is written, but that what it is was cut out as wrong: what refers to
// it is not wrong for that.
func (e *Entity) Vague(name string) bool { return slices.Contains(e.vague, name) }

var personFacts = formula.Object(formula.Env{"name": formula.Text, "phone": formula.Text, "id": formula.Text, "address": formula.Text})

// fact is a field's type in formulas; not ok for what they cannot read.
func (f *Compiled) fact() (formula.Type, bool) {
	t, ok := f.factType()
	return t.Called(f.Label()), ok
}

func (f *Compiled) factType() (formula.Type, bool) {
	switch f.Holds().Kind {
	case Enum, Code:
		return formula.Text.Among(f.words()).With(f.attributes()), true
	case Text, Reference, Office, Region:
		return formula.Text, true
	case Integer, Number, Money, Rating:
		return formula.Number, true
	case Date, Time:
		return formula.Time, true
	case Bool:
		return formula.Bool, true
	case Person:
		return personFacts, true
	case Point:
		return formula.Place, true
	case Files:
		return formula.Object(formula.Env{"count": formula.Number, "place": formula.List(formula.Place), "time": formula.Time}), true
	case Table:
		columns := formula.Env{}
		for _, c := range f.Table {
			if t, ok := c.fact(); ok {
				columns[c.Name] = t
			}
		}
		return formula.Table(columns), true
	}
	return formula.Type{}, false
}

// words are what a choice may be, none where that is not known for certain.
func (f *Compiled) words() (out []spec.Word) {
	if f.loose {
		return nil
	}
	for _, c := range f.Choices() {
		out = append(out, spec.Word{Name: c.Value, Title: c.Title})
	}
	return out
}

// attributes are those of a code's list: numbers where all of them are.
func (f *Compiled) attributes() formula.Env {
	env := formula.Env{}
	for _, c := range f.Codes {
		for name, v := range c.Attrs {
			if _, err := strconv.ParseFloat(v, 64); err != nil || env[name].Is(formula.Text) {
				env[name] = formula.Text
			} else {
				env[name] = formula.Number
			}
		}
	}
	return env
}

// attributeFacts are the attributes of a list's codes as formulas read them, by code.
func (f *Compiled) attributeFacts() map[string]map[string]any {
	out := map[string]map[string]any{}
	for name, t := range f.attributes() {
		for _, c := range f.Codes {
			v, ok := c.Attrs[name]
			if !ok {
				continue
			}
			if out[c.Code] == nil {
				out[c.Code] = map[string]any{}
			}
			out[c.Code][f.Name+"."+name] = v
			if n, err := strconv.ParseFloat(v, 64); err == nil && t.Is(formula.Number) {
				out[c.Code][f.Name+"."+name] = n
			}
		}
	}
	return out
}

// Facts are a record's values as formulas read them.
func (e *Entity) Facts(v Values) map[string]any {
	out := make(map[string]any, len(v)+4)
	for _, f := range e.Fields {
		out[f.Name] = f.factOf(v[f.Name])
		if code, ok := v[f.Name].(string); ok {
			maps.Copy(out, f.attrs[code])
		}
	}
	return out
}

func (f *Compiled) factOf(v any) any {
	switch x := v.(type) {
	case nil:
		if f.Holds().Kind == Bool {
			return false
		}
		if f.Type.Kind == Table || f.Type.Kind == Files {
			return formula.Rows(nil)
		}
		return nil
	case int64:
		if f.Holds().Kind == Money {
			return float64(x) / 100
		}
		return float64(x)
	case string:
		switch f.Holds().Kind {
		case Date:
			if t, ok := formula.Day(x, region.Beijing); ok {
				return t
			}
			return nil
		case Time:
			if t, err := time.Parse(time.RFC3339, x); err == nil {
				return t
			}
			return nil
		}
	case []any:
		switch f.Type.Kind {
		case Point:
			if p, ok := pointOf(x); ok {
				return p
			}
			return nil
		case Files:
			return fileFacts(x)
		case Table:
			return formula.Rows(f.rowFacts(x))
		}
	}
	return v
}

func (f *Compiled) rowFacts(rows []any) []map[string]any {
	out := make([]map[string]any, len(rows))
	for i, r := range rows {
		row, _ := r.(map[string]any)
		out[i] = map[string]any{}
		for _, c := range f.Table {
			out[i][c.Name] = c.factOf(row[c.Name])
		}
	}
	return out
}

// fileFacts are the pictures' places, nil for those without one, and the time of the oldest.
func fileFacts(files []any) map[string]any {
	places := make([]any, len(files))
	var oldest any
	for i, f := range files {
		file, _ := f.(map[string]any)
		if at, ok := file["place"].([]any); ok {
			if p, ok := pointOf(at); ok {
				places[i] = p
			}
		}
		if s, ok := file["time"].(string); ok {
			if t, err := time.Parse(time.RFC3339, s); err == nil && (oldest == nil || t.Before(oldest.(time.Time))) {
				oldest = t
			}
		}
	}
	return map[string]any{"#": float64(len(files)), "count": float64(len(files)), "place": places, "time": oldest}
}

func pointOf(v []any) (formula.Point, bool) {
	if len(v) != 2 {
		return formula.Point{}, false
	}
	lon, ok := v[0].(float64)
	lat, also := v[1].(float64)
	return formula.Point{Lon: lon, Lat: lat}, ok && also
}
