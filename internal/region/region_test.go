package region

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCodesNameTheirLevelsAndParents(t *testing.T) {
	for _, c := range []struct {
		in, code string
		level    Level
		parent   Code
		short    string
	}{
		{"420000", "420000000000", Province, "", "42"},
		{"420100", "420100000000", City, "420000000000", "4201"},
		{"420102", "420102000000", District, "420100000000", "420102"},
		{"420102018", "420102018000", Street, "420102000000", "420102018"},
		{"420102018003", "420102018003", Community, "420102018000", "420102018003"},
		{"420102018003007", "420102018003007", Grid, "420102018003", "420102018003007"},
		{"441900003", "441900003000", Street, "441900000000", "441900003"},
	} {
		got, err := Form{}.Parse(c.in)
		if err != nil || string(got) != c.code || got.Level() != c.level || got.Parent() != c.parent || got.Short() != c.short {
			t.Errorf("%s: %s, %v, level %s, parent %s, short %s", c.in, got, err, got.Level(), got.Parent(), got.Short())
		}
	}
}

func TestCodesOfAnotherFormAreRefused(t *testing.T) {
	for _, s := range []string{"", "42", "4201", "42010", "4201020180", "42010201800X", "４２０１０２", "000000000000",
		"420002000000000", "420102000003", "420102018000007", "4201020180030077", "420002000"} {
		if c, err := (Form{}).Parse(s); err == nil {
			t.Errorf("%q was accepted as %s", s, c)
		}
	}
	if _, err := (Form{Grid: 20}).Parse("42010201800300712345"); err != nil {
		t.Errorf("a grid of 20 digits: %v", err)
	}
	if _, err := (Form{Grid: 20}).Parse("420102018003007"); err == nil {
		t.Error("15 digits were accepted where a grid has 20")
	}
}

func TestAncestorsAreExactlyThePrefixes(t *testing.T) {
	c := Code("420102018003007")
	up := c.Ancestors()
	if len(up) != 5 || up[0] != "420102018003" || up[4] != "420000000000" {
		t.Fatalf("ancestors %v", up)
	}
	for _, a := range up {
		if !a.IsAncestorOf(c) || c.IsAncestorOf(a) {
			t.Errorf("%s and %s", a, c)
		}
	}
	if c.IsAncestorOf(c) || Code("420104000000").IsAncestorOf(c) {
		t.Error("a code is neither its own ancestor nor that of another district")
	}
}

func TestEveryCommunityOfTheSourceIsInTheSetAndNoOther(t *testing.T) {
	f, err := os.Open("data/villages.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, r, all := New(), csv.NewReader(z), map[string]bool{}
	_, _ = r.Read()
	communities := 0
	for {
		rec, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		all[rec[0]] = true
		if !strings.HasSuffix(rec[0], "000") {
			communities++
			if l, ok := b.Region([]byte(rec[0])); !ok || l != "community" {
				t.Fatalf("%s: %s, %v", rec[0], l, ok)
			}
		}
	}
	if len(all) != 620_573 || communities != b.Communities() {
		t.Errorf("the source has %d codes, %d of communities; the set %d", len(all), communities, b.Communities())
	}
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.StringMatching(`42010[0-9]0[01][0-9]00[0-9]`).Draw(t, "code")
		if _, ok := b.Region([]byte(c)); ok != all[c] && !strings.HasSuffix(c, "000") {
			t.Fatalf("%s: %v, in the source %v", c, ok, all[c])
		}
	})
}

func TestRegion(t *testing.T) {
	b := New()
	for in, want := range map[string]string{
		"420000": "province", "420100": "city", "420102": "district", "420102018": "street",
		"420000000000": "province", "420102000000": "district", "420102018000": "street",
		"350527": "district", "441900": "city", "441900003": "street",
		"": "", "000000": "", "42": "", "420199": "", "420102999": "", "420102999001": "", "420102018999": "",
		"420102018003007": "grid", "420102018003000": "", "42010201800300X": "", "420102018999007": "", "420102018000007": "",
		"4201020180030": "", "42010201800300700700": "", "42010X": "", "ABCDEFGHIJKL": "",
	} {
		if l, ok := b.Region([]byte(in)); l != want || ok != (want != "") {
			t.Errorf("%q: %q, %v; want %q", in, l, ok, want)
		}
	}
}

func TestAGridMayHaveAnotherLength(t *testing.T) {
	b := Written(Form{Grid: 20})
	if l, ok := b.Region([]byte("42010201800300700701")); l != "grid" || !ok {
		t.Errorf("20 digits: %q, %v", l, ok)
	}
	if _, ok := b.Region([]byte("420102018003007")); ok {
		t.Error("15 digits were found where a grid has 20")
	}
}

func TestRegionAllocatesNothing(t *testing.T) {
	b, code, six := New(), []byte("420102018003"), []byte("420102")
	b.Region(code)
	b.Division(six, 1990)
	if n := testing.AllocsPerRun(100, func() { b.Region(code); b.Division(six, 1990) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestDivisionsInTheirYears(t *testing.T) {
	b := New()
	for _, c := range []struct {
		code           string
		year           int
		since, inForce bool
	}{
		{"420102", 1950, true, true},
		{"420102", 2030, true, true},   // after the data's end: as its last year
		{"420121", 1980, true, true},   // 汉阳县, until 1991
		{"420121", 1991, true, true},   //
		{"420121", 1992, false, false}, //
		{"420121", 2024, false, false}, //
		{"420114", 1992, true, true},   // 蔡甸区, since 1992
		{"420114", 1980, true, false},  // born before, registered later
		{"420199", 1990, false, false},
		{"42010X", 1990, false, false},
		{"42010", 1990, false, false},
		{"000000", 1990, false, false},
		{"830000", 2020, true, true},
	} {
		if got := b.Division([]byte(c.code), c.year); got != c.since {
			t.Errorf("Division(%s, %d) = %v", c.code, c.year, got)
		}
		if got := b.InForce([]byte(c.code), c.year); got != c.inForce {
			t.Errorf("InForce(%s, %d) = %v", c.code, c.year, got)
		}
	}
}

func TestDivisionsAgreeWithTheTable(t *testing.T) {
	b, rows := New(), records(divisionsCSV)
	for y := 1975; y <= 2021; y++ {
		want, since := map[string]bool{}, map[string]bool{}
		for _, r := range rows {
			if year(r[3], 9999) >= y {
				since[r[0]] = true
				want[r[0]] = want[r[0]] || year(r[2], 0) <= y
			}
		}
		for _, r := range rows {
			if b.InForce([]byte(r[0]), y) != want[r[0]] || b.Division([]byte(r[0]), y) != since[r[0]] {
				t.Fatalf("%s in %d", r[0], y)
			}
		}
	}
}

func TestNamesAndChildren(t *testing.T) {
	b := New()
	for c, want := range map[Code]string{
		"420102000000": "江岸区", "420102018000": "塔子湖街道", "110101000000": "东城区", "420102999000": "", "420102018003007": "",
	} {
		if got := b.Name(c); got != want {
			t.Errorf("%s is %q", c, got)
		}
	}
	streets := b.Children("420102000000")
	if len(streets) != 17 || streets[0].Name != "大智街道" || streets[0].Level != Street {
		t.Errorf("streets of 江岸: %v", streets)
	}
	if len(b.Children("")) != 4 {
		t.Errorf("provinces: %v", b.Children(""))
	}
	for _, s := range streets {
		if p := s.Code.Parent(); p != "420102000000" || len(b.Children(s.Code)) == 0 {
			t.Errorf("%s has parent %s and %d communities", s.Name, p, len(b.Children(s.Code)))
		}
	}
}

func TestDatum(t *testing.T) {
	// 天安门, published in both datums.
	x, y := ToWGS84(116.397455, 39.909187)
	if d := metres(x, y, 116.391214, 39.907785); d > 5 {
		t.Errorf("天安门 is %.1f m off", d)
	}
	rapid.Check(t, func(t *rapid.T) {
		lon, lat := rapid.Float64Range(75, 134).Draw(t, "lon"), rapid.Float64Range(19, 53).Draw(t, "lat")
		x, y := ToWGS84(ToGCJ02(lon, lat))
		if d := metres(x, y, lon, lat); d > 0.01 {
			t.Fatalf("there and back is %.3f m off", d)
		}
	})
	if x, y := ToWGS84(2.35, 48.85); x != 2.35 || y != 48.85 {
		t.Error("a point abroad was shifted")
	}
}

func metres(x1, y1, x2, y2 float64) float64 {
	k := math.Pi / 180 * 6371000
	return math.Hypot((x1-x2)*k*math.Cos(y1*math.Pi/180), (y1-y2)*k)
}

func TestOutlines(t *testing.T) {
	b := New()
	for c, note := range map[Code]bool{"420102000000": false, "330102000000": true, "371681000000": true, "340602000000": false} {
		o, ok := b.Outline(c)
		if !ok || o.Name == "" || (o.Note != "") != note || len(o.Polygons) == 0 || len(o.Polygons[0][0]) < 4 {
			t.Errorf("%s: %v, %q, note %q, %d polygons", c, ok, o.Name, o.Note, len(o.Polygons))
		}
		var f struct {
			Type     string
			Geometry struct{ Type string }
		}
		if j, err := json.Marshal(o); err != nil || json.Unmarshal(j, &f) != nil || f.Type != "Feature" || f.Geometry.Type != "MultiPolygon" {
			t.Errorf("%s: GeoJSON %v %v", c, f, err)
		}
	}
	o, _ := b.Outline("420102000000")
	if x := o.Polygons[0][0][0][0]; x < 114.28 || x > 114.29 { // drawn at 114.29199; WGS-84 is some 550 m to the west
		t.Errorf("the first point lies at %v", x)
	}
	if _, ok := b.Outline("371626000000"); ok {
		t.Error("邹平 is still a county")
	}
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		readCodes(communitiesBin)
	}
}

func BenchmarkRegion(b *testing.B) {
	book, codes := New(), [][]byte{[]byte("420102018003"), []byte("110101001001"), []byte("420102999001"), []byte("659012510001")}
	for i := 0; b.Loop(); i++ {
		book.Region(codes[i&3])
	}
}

func BenchmarkDivision(b *testing.B) {
	book, six := New(), []byte("420114")
	for b.Loop() {
		book.Division(six, 1985)
	}
}
