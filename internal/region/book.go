package region

import (
	_ "embed"
	"encoding/csv"
	"strings"
	"sync"
)

//go:generate go run ./gen

//go:embed data/regions.csv
var regionsCSV string

//go:embed data/divisions_history.csv
var divisionsCSV string

//go:embed data/boundaries.geojson
var boundariesJSON []byte

//go:embed data/communities.bin
var communitiesBin []byte

// Place is a named region.
type Place struct {
	Code  Code
	Name  string
	Level Level
}

// Book answers what is known of places. Each part is built when first asked for; a Book is
// safe for concurrent use. Embedded data that cannot be read is a defect of the build and
// panics; a test reads all of it.
type Book struct {
	form      Form
	codes     func() *codeSet
	divisions func() *divisionTable
	places    func() *gazetteer
	outlines  func() map[Code]Outline
}

// New makes a book over the embedded data, for codes written in the usual form.
func New() *Book { return Written(Form{}) }

// Written makes a book for codes written in another form.
func Written(f Form) *Book {
	return &Book{
		form:      f,
		codes:     sync.OnceValue(func() *codeSet { return readCodes(communitiesBin) }),
		divisions: sync.OnceValue(func() *divisionTable { return readDivisions(divisionsCSV) }),
		places:    sync.OnceValue(func() *gazetteer { return readPlaces(regionsCSV) }),
		outlines:  sync.OnceValue(func() map[Code]Outline { return readOutlines(boundariesJSON) }),
	}
}

// gazetteer is the named regions and who lies within whom.
type gazetteer struct {
	names    map[Code]string
	children map[Code][]Place
}

func readPlaces(text string) *gazetteer {
	g := &gazetteer{names: map[Code]string{}, children: map[Code][]Place{}}
	for _, rec := range records(text) {
		p := Place{Code: Code(rec[0]), Name: rec[1], Level: Level(rec[2])}
		g.names[p.Code] = p.Name
		g.children[Code(rec[3])] = append(g.children[Code(rec[3])], p)
	}
	return g
}

// Name is the place's name; "" where the book knows none. County level and above is named
// for the whole country, streets and communities for the districts in regions.csv.
func (b *Book) Name(c Code) string {
	if name, ok := b.places().names[c]; ok {
		return name
	}
	if len(c) != 12 || c[6:] != "000000" {
		return ""
	}
	return b.divisions().names[string(c[:6])]
}

// Children are the named places directly within c, in the order of their codes; "" asks
// for the provinces. The slice must not be changed.
func (b *Book) Children(c Code) []Place { return b.places().children[c] }

// records reads an embedded CSV without its header.
func records(text string) [][]string {
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		panic("region: embedded table: " + err.Error())
	}
	return all[1:]
}
