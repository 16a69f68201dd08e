package console

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

type sampleBody struct {
	Names  []string          `json:"names"`
	Cells  [][]*string       `json:"cells"`
	Map    map[string]string `json:"map"`
	Hidden []string          `json:"hidden,omitempty"`
	Inner  *innerBody        `json:"inner"`
	Gone   *innerBody        `json:"gone"`
}

type innerBody struct {
	List []int `json:"list"`
}

func TestListsAreNeverNull(t *testing.T) {
	v := sampleBody{Cells: [][]*string{nil}, Inner: &innerBody{}}
	fill(reflect.ValueOf(&v))
	got, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"names":[],"cells":[[]],"map":{},"inner":{"list":[]},"gone":null}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if v.Hidden != nil {
		t.Error("a list that is left out was touched")
	}
}

func TestNullsAreTold(t *testing.T) {
	r := huma.NewMapRegistry("#/components/schemas/", nameOf)
	r.Schema(reflect.TypeFor[sampleBody](), true, "")
	tellNulls(r)
	s := r.Map()["Sample"]
	if s == nil {
		t.Fatalf("named %v, want Sample", reflect.ValueOf(r.Map()).MapKeys())
	}
	if inner := s.Properties["inner"]; len(inner.OneOf) != 2 || inner.OneOf[0].Ref != "#/components/schemas/Inner" || inner.OneOf[1].Type != "null" {
		t.Errorf("inner is %+v, want Inner or null", inner)
	}
	if !s.Properties["cells"].Items.Items.Nullable {
		t.Error("cells within cells may be null and do not say so")
	}
}
