package population

import (
	"fmt"

	"github.com/chengshu/chengshu/internal/demo/invent"
	"github.com/chengshu/chengshu/internal/region"
)

// maker holds what all chunks share; nothing in it changes while chunks are made.
type maker struct {
	rows     int64
	seed     uint64
	calendar *invent.Calendar
	places   []place
	credits  []string
	step     uint64 // person n has identity (n × step + start) mod identities
	start    uint64
	free     chan *chunk
}

// place is a community and how an address in it begins.
type place struct{ code, street string }

// divisions are the first six digits of the ids: one county a city, in force since before
// 1949 and still, so that no id of theirs breaks the division's rule.
var divisions = [...]string{
	"420102", "420202", "421084", "430121", "360102", "360403", "340121", "340202",
	"341123", "410102", "410303", "510112", "320102", "330102", "330203", "350102",
	"370102", "370202", "130102", "140121", "210102", "220102", "230102", "440103",
	"610102", "620102", "110101", "120101", "130202", "140212", "140302", "150102",
}

const (
	births     = 33238 // days of birth: 1930-01-01 to 2020-12-31
	serials    = 999   // running numbers of a division and day
	identities = uint64(len(divisions)) * births * serials
)

func newMaker(rows int64, seed uint64, book *region.Book) (*maker, error) {
	if rows < 1 || uint64(rows) > identities {
		return nil, fmt.Errorf("population: from 1 to %d rows can be made", identities)
	}
	r := invent.Rand(seed)
	m := &maker{rows: rows, seed: r.Next(), calendar: invent.NewCalendar(), start: r.Next() % identities}
	for m.step = r.Next()%identities | 1; gcd(m.step, identities) != 1; {
		m.step += 2
	}
	for _, street := range append(book.Children("420102000000"), book.Children("420104000000")...) {
		for _, c := range book.Children(street.Code) {
			m.places = append(m.places, place{string(c.Code), book.Name(street.Code.Parent()) + street.Name})
		}
	}
	for range 4096 {
		m.credits = append(m.credits, string(invent.AppendCredit(nil, "91", "420102", r.Next())))
	}
	return m, nil
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// identity is what an id says: no two numbers of persons share one, for the map from number
// to identity is one to one.
type identity struct {
	division int
	birth    invent.Day
	serial   int
}

func (m *maker) identity(n int64) identity {
	x := (uint64(n)%identities*m.step + m.start) % identities
	return identity{int(x / (births * serials)), invent.Day(x / serials % births), int(x%serials) + 1}
}

// twin is the person whose id row n has as well, if any: a row of the second half may repeat
// the id of the row half a file before it.
func (m *maker) twin(n int64) (of int64, is bool) {
	half := (m.rows + 1) / 2
	return n - half, n >= half && m.repeats(n)
}

// doubled reports whether the id of row n occurs twice: n is a copy or has one.
func (m *maker) doubled(n int64) bool {
	half := (m.rows + 1) / 2
	return n >= half && m.repeats(n) || n < half && n+half < m.rows && m.repeats(n+half)
}

// repeats chooses one row in a hundred.
func (m *maker) repeats(n int64) bool {
	r := invent.Rand(m.seed ^ uint64(n)*0x9e3779b97f4a7c15)
	return r.One(100)
}
