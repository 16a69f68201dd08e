package catalog_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/spec"
)

var update = flag.Bool("update", false, "write the golden files anew")

func env() catalog.Env {
	return catalog.Env{
		Lists: lists{}, Offices: []string{"mzj", "rsj", "zf"},
		Tables: map[string]catalog.Directory{"people": pension()},
		Twins:  []catalog.Entry{{Name: "old", Title: "养老旧表", Office: "rsj", Code: "301002/99"}},
	}
}

func kinds() spec.Kinds[*catalog.Directory] {
	return spec.Kinds[*catalog.Directory]{catalog.Kind: func() *catalog.Directory { return new(catalog.Directory) }}
}

func TestCheckAccepts(t *testing.T) {
	if err := catalog.Check(pension(), env()); err != nil {
		t.Error(err)
	}
}

// TestWrittenIsRead: what YAML writes, spec reads back as the same directory.
func TestWrittenIsRead(t *testing.T) {
	out, err := pension().YAML()
	if err != nil {
		t.Fatal(err)
	}
	docs, err := spec.Decode("pension.yaml", out, kinds())
	if err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if got := *docs[0].Value; !reflect.DeepEqual(got, pension()) {
		t.Errorf("got %+v\nfrom\n%s", got, out)
	}
}

// TestBad checks every declaration of testdata/bad and compares what is said of it with
// the text beside it.
func TestBad(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no declarations", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			docs, err := spec.Decode(filepath.Base(file), data, kinds())
			if err != nil {
				t.Fatal(err)
			}
			err = docs[0].Locate(catalog.Check(*docs[0].Value, env()))
			if err == nil || fault.KindOf(err) != fault.Invalid {
				t.Fatalf("got %v", err)
			}
			f := fault.From(err)
			golden(t, strings.TrimSuffix(file, ".yaml")+".txt", f.In("zh-CN")+"\n\n"+f.In("en")+"\n")
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestUnreadable: types and keys that spec refuses are told in the same manner.
func TestUnreadable(t *testing.T) {
	data, err := os.ReadFile("testdata/type.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = spec.Decode("type.yaml", data, kinds())
	f := fault.From(err)
	golden(t, "testdata/type.txt", f.In("zh-CN")+"\n\n"+f.In("en")+"\n")
}

// TestWidth: hundreds of items are nothing special, more than the lake bears are refused.
func TestWidth(t *testing.T) {
	wide := func(n int) catalog.Directory {
		d := pension()
		for i := len(d.Items); i < n; i++ {
			d.Items = append(d.Items, catalog.Item{Name: fmt.Sprintf("n%d", i), Title: "数", Type: row.IntType})
		}
		return d
	}
	if err := catalog.Check(wide(500), env()); err != nil {
		t.Error(err)
	}
	if err := catalog.Check(wide(5001), env()); fault.From(err).Code != "directory.items.many" {
		t.Errorf("5,001 items: %v", err)
	}
}

// TestSchemaOffersTheWords: the values editors offer are those that Check accepts.
func TestSchemaOffersTheWords(t *testing.T) {
	out, err := catalog.Schema()
	if err != nil {
		t.Fatal(err)
	}
	flat := strings.Join(strings.Fields(string(out)), " ")
	for _, words := range [][]catalog.Word{catalog.Classes(), catalog.Formats(), catalog.ShareTypes(), catalog.Ways(),
		catalog.Levels(), catalog.BasisKinds(), catalog.Updates(), catalog.Modes(), catalog.Personals()} {
		var names []string
		for _, w := range words {
			names = append(names, `"`+w.Name+`"`)
		}
		if want := `"enum": [ ` + strings.Join(names, ", ") + ` ]`; !strings.Contains(flat, want) {
			t.Errorf("the schema lacks %s", want)
		}
	}
}
