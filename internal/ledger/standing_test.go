package ledger_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/ledger"
)

const homes = `
pack: {id: homes, version: 1.0.0, title: 居所}
entity:
  home:
    key: "H{name}"
    fields:
      name: {type: text(10), required: true}
      health: {type: enum, required: true, options: {well: 好, ill: 病}}
      helper: {type: text, personal: name, visible: 'health == "ill"', required: 'health == "ill"'}
      every: {type: integer, formula: 'health == "ill" ? 3 : 15'}
list:
  ill: {entity: home, title: 病人, where: {health: ill}}
  home: {columns: [key, health]}
`

// TestStand follows somebody filling in a form: what is asked and needed follows what they
// typed, what is computed comes at once, and so does each rule that is broken.
func TestStand(t *testing.T) {
	w := open(t)
	e := w.install(homes, "home")
	r, err := w.create(e, lin, ledger.Values{"name": "甲", "health": "well"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name                    string
		id                      string
		typed                   ledger.Values
		held                    []string
		asked, required, faults string
		every                   any
	}{
		{"nothing yet", "", ledger.Values{}, nil, "name health", "name health", "name:value.missing health:value.missing", int64(15)},
		{"who is ill needs a helper", "", ledger.Values{"name": "乙", "health": "ill"}, nil, "name health helper", "name health helper", "helper:value.missing", int64(3)},
		{"whom the reader does not see", r.ID, ledger.Values{"name": "乙", "health": "ill"}, []string{"helper"}, "name health helper", "name health helper", "", int64(3)},
		{"no such choice", "", ledger.Values{"name": "乙", "health": "odd"}, nil, "name health", "name health", "health:value.choice", int64(15)},
		{"a number somebody has", "", ledger.Values{"name": "甲", "health": "well"}, nil, "name health", "name health", "name:record.taken", int64(15)},
		{"one's own number", r.ID, ledger.Values{"name": "甲", "health": "well"}, nil, "name health", "name health", "", int64(15)},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := w.Stand(t.Context(), w.store.Read(), e, c.id, "water", c.typed, c.held, now)
			if err != nil {
				t.Fatal(err)
			}
			var faults []string
			for _, f := range s.Faults {
				faults = append(faults, f.Where+":"+f.Code)
			}
			if strings.Join(s.Asked, " ") != c.asked || strings.Join(s.Required, " ") != c.required || strings.Join(faults, " ") != c.faults || s.Computed["every"] != c.every {
				t.Errorf("asked %v, required %v, faults %v, every %v", s.Asked, s.Required, faults, s.Computed["every"])
			}
		})
	}
}

// TestListNamed: a register's own list and its further ones; another's is none of them.
func TestListNamed(t *testing.T) {
	w := open(t)
	e := w.install(homes, "home")
	p, err := w.packs.Current("homes")
	if err != nil {
		t.Fatal(err)
	}
	ill, ok := ledger.ListNamed(p, e, "ill")
	if !ok || len(ill.Fixed()) != 1 || ill.Fixed()[0].Field != "health" || !slices.Contains(ill.Columns, "health") {
		t.Errorf("the further list is %+v, %v", ill, ok)
	}
	if own := ledger.ListOf(p, e); !slices.Equal(own.Columns, ledger.Words{"key", "health"}) || len(own.Fixed()) != 0 {
		t.Errorf("its own list is %+v", own)
	}
	if _, ok := ledger.ListNamed(p, e, "none"); ok {
		t.Error("a list that is not there was found")
	}
	if more := ledger.ListsOf(p, e); len(more) != 1 || more[0].Name != "ill" {
		t.Errorf("further lists: %+v", more)
	}
}
