package node

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

const module = "github.com/chengshu/chengshu/internal/"

// floors are the rooms in the order in which they may import: each imports only rooms that
// come before it. Engines and doors, which share a floor, never import their neighbours.
var floors = [][]string{
	{"fault"}, {"ident"}, {"region"}, {"export"}, {"row"}, {"clock"}, {"event"}, {"spec"}, {"gm"},
	{"store", "store/sqlite"}, {"blob"}, {"lake"}, {"query", "query/duckdb"}, {"serving", "serving/sqlite"}, {"source", "source/xlsx"},
	{"people"}, {"policy"}, {"audit"},
	{"rule"}, {"catalog", "catalog/search", "catalog/sheet"}, {"pack"}, {"ledger", "ledger/formula"}, {"menu"}, {"task"}, {"notice"}, {"view"},
	{"ingest", "quality", "share", "flow"},
	{"door/console", "door/gateway"},
	{"node"},
}

// free are the packages above the floors, or of tests.
var free = []string{"demo", "bench", "conform", "tool", "store/storetest", "query/querytest", "region/gen"}

func TestFloors(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}}{{range .Imports}} {{.}}{{end}}", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	floor := map[string]int{}
	for i, rooms := range floors {
		for _, r := range rooms {
			floor[r] = i
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		imports := strings.Fields(line)
		room := strings.TrimPrefix(imports[0], module)
		if isFree(room) {
			continue
		}
		at, known := floor[room]
		if !known {
			t.Errorf("room %s has no floor", room)
			continue
		}
		for _, imp := range imports[1:] {
			other, ours := strings.CutPrefix(imp, module)
			if !ours {
				continue
			}
			below, known := floor[other]
			inner := strings.HasPrefix(room, other+"/") || strings.HasPrefix(other, room+"/")
			if !known || below > at || below == at && !inner {
				t.Errorf("%s imports %s, which is not below it", room, other)
			}
			if (other == "query/duckdb" || other == "store/sqlite" || other == "serving/sqlite") && room != "node" && !inner {
				t.Errorf("%s imports the driver %s; only node may", room, other)
			}
		}
	}
}

// TestTheHouseIsDocumented: the page of the house has every room, in both languages.
func TestTheHouseIsDocumented(t *testing.T) {
	for _, page := range []string{"house.md", "house.zh-CN.md"} {
		text, err := os.ReadFile("../../docs/explanation/" + page)
		if err != nil {
			t.Fatal(err)
		}
		table := strings.Join(regexp.MustCompile(`(?m)^\|.*$`).FindAllString(string(text), -1), "\n")
		for _, rooms := range floors {
			for _, r := range rooms {
				room, _, within := strings.Cut(r, "/")
				if within && room != "door" {
					continue
				}
				if !regexp.MustCompile(`\b` + regexp.QuoteMeta(r) + `\b`).MatchString(table) {
					t.Errorf("%s lacks the room %s", page, r)
				}
			}
		}
	}
}

func isFree(room string) bool {
	for _, f := range free {
		if room == f || strings.HasPrefix(room, f+"/") {
			return true
		}
	}
	return false
}
