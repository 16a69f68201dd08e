package demo

import (
	"bytes"
	"encoding/csv"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/spec"
)

// declared decodes all declarations, strictly.
func declared(t *testing.T) map[string]catalog.Directory {
	all, err := Directories()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]catalog.Directory{}
	kinds := spec.Kinds[*catalog.Directory]{catalog.Kind: func() *catalog.Directory { return new(catalog.Directory) }}
	for _, d := range all {
		docs, err := spec.Decode(d.File, d.YAML, kinds)
		if err != nil {
			t.Fatal(err)
		}
		if len(docs) != 1 || docs[0].Value.Name != d.Name {
			t.Fatalf("%s declares another directory", d.File)
		}
		out[d.Name] = *docs[0].Value
	}
	return out
}

func TestOfficesAreThirtyFiveWithCreditCodesOfTheirOwn(t *testing.T) {
	seen, book := map[string]bool{}, region.New()
	for _, o := range Offices() {
		if level, ok := book.Region([]byte(o.Region)); !ok || level != "district" && level != "street" {
			t.Errorf("%s sits at %s", o.Name, o.Region)
		}
		for _, key := range []string{o.Name, o.Title, o.Credit} {
			if key == "" || seen[key] {
				t.Errorf("%s: %q is blank or twice there", o.Name, key)
			}
			seen[key] = true
		}
	}
	if n := len(Offices()); n != 35 {
		t.Errorf("%d offices", n)
	}
}

func TestEveryDeclarationPassesTheCatalogsCheck(t *testing.T) {
	all := declared(t)
	env := catalog.Env{Lists: region.New(), Tables: all}
	for _, o := range Offices() {
		env.Offices = append(env.Offices, o.Name)
	}
	mounted, busy, codes := 0, map[string]bool{}, map[string]string{}
	for name, d := range all {
		if err := catalog.Check(d, env); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d.Load != nil {
			mounted++
		}
		busy[d.Office] = true
		if codes[d.Code] != "" {
			t.Errorf("%s and %s have one code", name, codes[d.Code])
		}
		codes[d.Code] = name
	}
	if len(all) != 60 || mounted != 40 {
		t.Errorf("%d directories, %d of them mounted", len(all), mounted)
	}
	for _, u := range cast() {
		busy[u.Office] = true
	}
	for _, o := range env.Offices {
		if !busy[o] {
			t.Errorf("the office %s compiles nothing, and nobody sits there", o)
		}
	}
}

func TestTheRulesOfTheDistrictUseEveryKind(t *testing.T) {
	used := map[string]bool{}
	for _, d := range declared(t) {
		p, err := rule.Compile(d.RuleSet(), region.New())
		if err != nil {
			t.Fatalf("%s: %v", d.Name, err)
		}
		for _, r := range p.Rules {
			used[r.Kind] = true
		}
	}
	for _, k := range rule.Kinds() {
		if !used[k.Name] {
			t.Errorf("no directory has a rule of kind %s", k.Name)
		}
	}
}

// lastDay is the last day of these districts.
var lastDay = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

func TestWriteMakesEveryDeliveryAndTheSameOnesAgain(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	files, err := Write(a, 1, lastDay)
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	again, err := Write(b, 1, lastDay)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(schedule()) || len(again) != len(files) {
		t.Fatalf("%d and %d files of %d", len(files), len(again), len(schedule()))
	}
	directories, paths, expect := map[string]int{}, map[string]bool{}, map[string]int{}
	last := -1000
	for i, f := range files {
		directories[f.Directory]++
		paths[f.Path] = true
		expect[f.Expect]++
		if f.Day < last || f.Day > 0 {
			t.Errorf("%s comes on day %d, after day %d", f.Path, f.Day, last)
		}
		last = f.Day
		// A workbook carries the time it was made; all else is the same to the byte.
		if strings.HasSuffix(f.Path, ".xlsx") {
			continue
		}
		if !bytes.Equal(bytesOf(t, f.Path), bytesOf(t, again[i].Path)) {
			t.Errorf("%s is another file the second time", f.Path)
		}
	}
	if len(paths) != len(files) || len(directories) != 40 {
		t.Errorf("%d files of %d names for %d directories", len(files), len(paths), len(directories))
	}
	if !maps.Equal(expect, map[string]int{"": len(files) - 4, "held": 3, "failed": 1}) {
		t.Errorf("expected ends %v", expect)
	}
}

func bytesOf(t *testing.T, path string) []byte {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryFileButTheMixedUpOneHasItsDirectorysColumns(t *testing.T) {
	files, err := Write(t.TempDir(), 2, lastDay)
	if err != nil {
		t.Fatal(err)
	}
	all := declared(t)
	for _, f := range files {
		delim, ok := map[string]rune{".csv": ',', ".txt": '\t'}[filepath.Ext(f.Path)]
		text := bytesOf(t, f.Path)
		if !ok || !bytes.HasPrefix(text, []byte("\ufeff")) && f.Directory != "people" {
			continue
		}
		r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
		r.Comma = delim
		head, err := r.Read()
		if err != nil {
			t.Fatal(err)
		}
		matched := catalog.Match(head, all[f.Directory])
		if blanks := slices.Contains(matched, ""); blanks || len(matched) != len(all[f.Directory].Items) {
			t.Errorf("%s: %v are not the items of %s", f.Path, head, f.Directory)
		}
	}
}

func TestALastDayOutsideOfTheCalendarIsRefused(t *testing.T) {
	for _, y := range []int{2020, 2060} {
		if _, err := Write(t.TempDir(), 1, time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)); err == nil {
			t.Errorf("%d was accepted", y)
		}
	}
}
