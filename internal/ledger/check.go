package ledger

import (
	"math"
	"slices"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger/formula"
	"github.com/chengshu/chengshu/internal/region"
)

// Take brings values to their kinds' shapes. Every fault names its field; a field of another
// name and a computed one are refused.
func (e *Entity) Take(v Values) (Values, []*fault.Error) {
	out, faults := Values{}, []*fault.Error(nil)
	names := make([]string, 0, len(v))
	for n := range v {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		f, ok := e.by[n]
		if !ok || f.Computes() {
			faults = append(faults, unknownField(n, n))
			continue
		}
		x, err := f.take(n, v[n])
		if err == nil {
			out[n] = x
			continue
		}
		if err.Code == "value.table" {
			faults = append(faults, err.Parts...)
		} else {
			faults = append(faults, err)
		}
	}
	return out, faults
}

// Check gives everything that is wrong with a record's values as a whole, each fault at its
// field. now is what formulas call now.
func (e *Entity) Check(v Values, now time.Time) error {
	taken, faults := e.Take(v)
	_, more := e.complete(taken, faults, now)
	return invalid(append(faults, more...))
}

func invalid(faults []*fault.Error) error {
	return fault.All("record.invalid", fault.T("记录有 %d 处错误", "%d errors in the record", len(faults)), faults)
}

// complete computes what is computed, empties what is not asked and tells what is missing.
// What is refused already is not missing as well.
func (e *Entity) complete(v Values, refused []*fault.Error, now time.Time) (Values, []*fault.Error) {
	var faults []*fault.Error
	tell := func(f *Compiled, err error) {
		x := fault.From(err)
		faults = append(faults, f.bad(f.Name, x.Code, x.Text, x.Remedy))
	}
	facts := e.Facts(v)
	facts["now"] = now
	for _, f := range e.computed {
		x, err := f.compute.Eval(facts)
		if err == nil {
			x, err = f.result(x)
		}
		if err != nil {
			tell(f, err)
			continue
		}
		v[f.Name] = x
		facts[f.Name] = f.factOf(x)
	}
	for _, f := range e.Fields {
		if f.Computes() {
			continue
		}
		asked, err := holds(f.visible, f.Visible != "false", facts)
		if err != nil {
			tell(f, err)
			continue
		}
		if !asked {
			v[f.Name] = nil
			continue
		}
		must, err := holds(f.required, f.Required == "true", facts)
		if err != nil {
			tell(f, err)
		}
		if must && v[f.Name] == nil && !slices.ContainsFunc(refused, func(r *fault.Error) bool { return r.Where == f.Name || within(r.Where, f.Name) }) {
			faults = append(faults, f.missing(f.Name))
		}
	}
	return v, faults
}

func within(where, name string) bool {
	return len(where) > len(name) && where[:len(name)] == name && (where[len(name)] == '[' || where[len(name)] == '.')
}

func holds(c *formula.Formula, usual bool, facts map[string]any) (bool, error) {
	if c == nil {
		return usual, nil
	}
	return c.Holds(facts)
}

// result brings what a formula gave to the field's shape.
func (f *Compiled) result(v any) (any, error) {
	if n, ok := v.(float64); ok {
		switch f.Holds().Kind {
		case Integer:
			v = math.Round(n)
		case Money:
			v = math.Round(n * 100)
		}
	}
	if t, ok := v.(time.Time); ok && f.Holds().Kind == Date {
		v = t.In(region.Beijing).Format(time.DateOnly)
	}
	out, err := f.take(f.Name, v)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Begin gives the values a new record begins with.
func (e *Entity) Begin(now time.Time) Values {
	v := Values{}
	for _, f := range e.Fields {
		switch {
		case f.today:
			v[f.Name] = now.In(region.Beijing).Format(time.DateOnly)
		case f.Initial != nil:
			v[f.Name] = f.Initial
		}
	}
	return v
}
