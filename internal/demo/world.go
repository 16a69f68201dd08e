package demo

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/demo/invent"
	"github.com/chengshu/chengshu/internal/region"
)

// world is what all deliveries share: the same people, enterprises and places turn up in
// many directories. Nothing in it changes after newWorld.
type world struct {
	seed     uint64
	calendar *invent.Calendar
	places   []place
	items    map[string][]item // by directory, in declared order
}

// item is what a delivery must know of an item.
type item struct{ name, title, header string }

// place is a community and the street it lies in.
type place struct{ code, name, street, streetCode string }

// person is an invented person; what is not here follows from key.
type person struct {
	key      uint64
	division string
	birth    invent.Day
	serial   int
}

func (p person) male() bool { return p.serial&1 == 1 }

// firm is an invented enterprise.
type firm struct {
	key     uint64
	founded invent.Day
}

const (
	births  = 34000 // days of birth: from 1930-01-01 to 2023-02-01
	serials = 999
)

// divisions the people come from, the district first.
var divisions = [...]string{"420102", "420103", "420104", "420105", "420106", "420107", "420111", "420112",
	"420103", "420106", "430202", "360102", "410102", "340104", "510104", "110101"}

func newWorld(seed int64) (*world, error) {
	w := &world{seed: uint64(seed)*0x9e3779b97f4a7c15 + 0x632be59bd9b4e019, calendar: invent.NewCalendar(), items: map[string][]item{}}
	book := region.New()
	for _, street := range book.Children(districtCode) {
		for _, c := range book.Children(street.Code) {
			w.places = append(w.places, place{string(c.Code), c.Name, street.Name, string(street.Code)})
		}
	}
	all, err := Directories()
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if !bytes.Contains(d.YAML, []byte("\nload:")) {
			continue
		}
		var head struct {
			Items []struct {
				Name, Title string
				Aka         []string
			}
		}
		if err := yaml.Unmarshal(d.YAML, &head); err != nil {
			return nil, fmt.Errorf("demo: %s: %w", d.File, err)
		}
		for _, it := range head.Items {
			written := item{it.Name, it.Title, it.Title}
			if len(it.Aka) > 0 {
				written.header = it.Aka[0]
			}
			w.items[d.Name] = append(w.items[d.Name], written)
		}
	}
	return w, nil
}

// mix makes a random source out of the world's seed and two numbers.
func (w *world) mix(a, b uint64) invent.Rand {
	r := invent.Rand(w.seed ^ a*0xd1342543de82ef95 ^ b*0x2545f4914f6cdd1d)
	r.Next()
	return r
}

// person gives the n-th person. Birth and serial together are one to one in n, so that no
// two share an id.
func (w *world) person(n int) person {
	x := (uint64(n)*15_485_863 + w.seed%1_000_003) % (births * serials)
	r := w.mix(1, uint64(n))
	division := divisions[0]
	if r.N(10) >= 7 {
		division = divisions[r.N(len(divisions))]
	}
	return person{r.Next(), division, invent.Day(x / serials), int(x%serials) + 1}
}

// firm gives the n-th enterprise.
func (w *world) firm(n int) firm {
	r := w.mix(2, uint64(n))
	return firm{r.Next(), invent.DayOf(1992, 1, 1) + invent.Day(r.N(12_000))}
}

// of gives random numbers that belong to a person or an enterprise, the same wherever it
// turns up: its name by 1, its phone by 2 and so on.
func of(key uint64, what uint64) invent.Rand { return invent.Rand(key + what*0x9e3779b97f4a7c15) }
