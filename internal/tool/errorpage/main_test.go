package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const source = `package room

var ErrGone = fault.New(fault.Missing, "room.gone", fault.T("没有 %q", "there is no %q")).At("x").Fix(fault.T("看%s", "look "+"at %s"))

func bad(code string, text fault.Text) error { return fault.New(fault.Invalid, code, text) }

func use() error {
	if x {
		return fault.New(fault.Conflict, "room.gone", fault.T("没有了", "gone by 5%% | more")).Wrap(ErrGone)
	}
	c.fail("where", "room.handed", fault.T("缺", "lacking"), fault.T("补", "add it"))
	return bad("room.bad", fault.T("坏", "bad"))
}
`

func TestFaultsAreReadFromSources(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.go": source, "a_test.go": "package room\nvar x = fault.New(fault.Busy, \"room.test\", fault.T(\"\", \"\"))\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := read([]string{dir})
	if err != nil || len(found) != 3 {
		t.Fatalf("found %+v, %v", found, err)
	}
	if f := found[0]; f.code != "room.bad" || !reflect.DeepEqual(f.kinds, []string{"422"}) || f.en[0] != "bad" {
		t.Errorf("of the maker: %+v", f)
	}
	if f := found[1]; f.code != "room.gone" || !reflect.DeepEqual(f.kinds, []string{"404", "409"}) || joined(f.fixEN) != "look at …" {
		t.Errorf("of New: %+v", f)
	}
	if f := found[2]; f.code != "room.handed" || joined(f.en) != "lacking" || joined(f.fixEN) != "add it" {
		t.Errorf("of what is gathered: %+v", f)
	}
	var b strings.Builder
	write(&b, found)
	if !strings.Contains(b.String(), "| `room.gone` | 404, 409 | 没有 …<br>没有了 | gone by 5% \\| more<br>there is no … | 看… | look at … |\n") {
		t.Errorf("written:\n%s", b.String())
	}
	b.Reset()
	if err := writeTable(&b, found); err != nil || !strings.Contains(b.String(), `"room.gone":   {ZH: "没有了", EN: "gone by 5% | more"},`) {
		t.Errorf("the table, %v:\n%s", err, b.String())
	}
}

// TestEveryCodeSaysWhatToDo reads our own sources: a code without words or without a remedy is
// of no use to whoever meets it.
func TestEveryCodeSaysWhatToDo(t *testing.T) {
	found, err := read([]string{"../../../internal", "../../../cmd"})
	if err != nil || len(found) < 500 {
		t.Fatalf("%d codes, %v", len(found), err)
	}
	itself := map[string]bool{
		"name.form":      true, // its words say how a name is written
		"internal":       true,
		"pack.forbidden": true, // handed on with the words it came with
		"value.region":   true,
	}
	for _, c := range found {
		switch {
		case itself[c.code]:
		case joined(c.zh) == "" || joined(c.en) == "":
			t.Errorf("%s of %s has no words in both languages", c.code, c.room)
		case joined(c.fixZH) == "" || joined(c.fixEN) == "":
			t.Errorf("%s of %s has no remedy in both languages", c.code, c.room)
		}
	}
}
