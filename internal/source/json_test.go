package source

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
)

func TestJSON(t *testing.T) {
	tests := map[string]struct {
		content string
		format  string
		columns []string
		want    string
		rejects string
	}{
		"array": {`[{"id":1,"姓名":"张三"}, {"id":420102199001011234,"姓名":"a,\"b\"","x":null},
			{"x":{"k": [1, "2"]},"id":1.50e3}]`, JSON, []string{"id", "姓名", "x"},
			"1,张三,\n420102199001011234,\"a,\"\"b\"\"\",\n1.50e3,,\"{\"\"k\"\":[1,\"\"2\"\"]}\"\n", ""},
		"lines": {"{\"id\":1}\n\n{\"id\":true,\"n\":\"\\u4e2d\\n\"}\r\n{\"id\":\"}{\"}", JSONL, []string{"id", "n"},
			"1,\ntrue,\"中\n\"\n}{,\n", ""},
		"bad lines": {"{\"id\":1}\n{\"id\":}\n[1]\n\"x\"\n{\"id\":\"a\\u0000\"}\n{\"id\":2}\n", JSONL, []string{"id"}, "1\n2\n",
			`{"line":2,"raw":"{\"id\":}"}|{"line":3,"raw":"[1]"}|{"line":4,"raw":"\"x\""}|{"line":5,"raw":"{\"id\":\"a\\u0000\"}"}|`},
		"bad elements":  {"[{\"id\":1},\n{id:2},3]", JSON, []string{"id"}, "1\n", `{"line":2,"raw":"{id:2}"}|{"line":2,"raw":"3"}|`},
		"in gbk":        {gbk(`[{"编号":1,"姓名":"张三"}]`), JSON, []string{"编号", "姓名"}, "1,张三\n", ""},
		"with a bom":    {"\uFEFF{\"id\":1}\n", JSONL, []string{"id"}, "1\n", ""},
		"in utf-16":     {wide(`[{"编号":1}]`, false), JSON, []string{"编号"}, "1\n", ""},
		"last key wins": {`[{"a":1,"a":2,"b":""}]`, JSON, []string{"a", "b"}, "2,\n", ""},
		"blank rows":    {`[{"a":null},{"a":" x"},{}]`, JSON, []string{"a"}, "\"\"\n\" x\"\n\"\"\n", ""},
		"late keys": {strings.Repeat("{\"a\":1}\n", 400_000) + "{\"b\":2}\n{\"c\":3,\"a\":4}\n", JSONL, []string{"a"},
			strings.Repeat("1,,\n", 400_000) + ",2,\n4,,3\n", ""},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			o := Options{Dir: t.TempDir()}
			sh, r, err := walk(t, "x.json", c.content, o)
			if err != nil {
				t.Fatal(err)
			}
			if sh.Format != c.format || !reflect.DeepEqual(sh.Columns, c.columns) || len(sh.Sample) == 0 {
				t.Errorf("shape %+v", sh)
			}
			if got := read(t, r.Files[0]); strings.TrimPrefix(got, strings.Join(numbered(len(r.Columns)), ",")+"\n") != c.want {
				t.Errorf("prepared %.300q", got)
			}
			if n := int64(strings.Count(c.rejects, "|")); r.Bad != n || r.Skip != 1 || n > 0 && strings.ReplaceAll(read(t, r.Rejects[0]), "\n", "|") != c.rejects {
				t.Errorf("ready %+v", r)
			}
			if name == "late keys" && (!reflect.DeepEqual(r.Columns, []string{"a", "b", "c"}) || sh.RowsEstimate < 390_000 || sh.RowsEstimate > 410_000) {
				t.Errorf("columns %q, estimate %d", r.Columns, sh.RowsEstimate)
			}
			if err := r.Remove(); err != nil || len(left(t, o.Dir)) != 1 {
				t.Errorf("left %v, %v", left(t, o.Dir), err)
			}
		})
	}
}

func TestBadJSON(t *testing.T) {
	var wideObject strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&wideObject, `,"k%d":1`, i)
	}
	tall := strings.Repeat("{\"a\":\"一二三\"}\n", 200_000)
	tests := map[string]struct {
		content string
		o       Options
		code    string
		where   string
	}{
		"empty array":      {"[]", Options{}, "source.rows.none", "x.json"},
		"no objects":       {"[1,2]", Options{}, "source.json", "x.json:1"},
		"not closed":       {"[{\"a\":1},\n{\"a\":2}", Options{}, "source.json", "x.json:2"},
		"cut off inside":   {"[{\"a\":1},\n{\"a\":\"2", Options{}, "source.json", "x.json:2"},
		"no comma":         {"[{\"a\":1}\n{\"a\":2}]", Options{}, "source.json", "x.json:2"},
		"comma at the end": {"[{\"a\":1},]", Options{}, "source.json", "x.json:1"},
		"more behind":      {"[{\"a\":1}]\n[]", Options{}, "source.json", "x.json:2"},
		"pretty object":    {"{\n \"a\": 1\n}\n", Options{}, "source.json", "x.json:1"},
		"5,000 keys":       {`[{"a":1` + wideObject.String() + "}]", Options{}, "source.columns", "x.json"},
		"5,000 keys, late": {tall + `{"a":1` + wideObject.String() + "}\n", Options{}, "source.columns", "x.json"},
		"blank key":        {`[{"":1}]`, Options{}, "source.header.blank", "x.json"},
		"long line":        {"{\"a\":1}\n{\"a\":\"" + strings.Repeat("x", 5000) + "\"}\n", Options{MaxLine: 4096}, "source.line", "x.json:2"},
		"long element":     {"[{\"a\":1},\n{\"a\":\"" + strings.Repeat("x", 5000) + "\"}]", Options{MaxLine: 4096}, "source.line", "x.json:2"},
		"late damage":      {tall + "{\"a\":\"\xff\"}\n", Options{}, "source.encoding", "x.json:200001"},
		"nul":              {"{\"a\":\"\x00\"}\n", Options{}, "source.nul", "x.json:1"},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			c.o.Dir = t.TempDir()
			_, r, err := walk(t, "x.json", c.content, c.o)
			if f := fault.From(err); r != nil || f == nil || f.Code != c.code || f.Where != c.where || f.Kind != fault.Invalid {
				t.Fatalf("got %v, %v", r, err)
			}
			if l := left(t, c.o.Dir); len(l) != 1 {
				t.Errorf("beside the original: %v", l)
			}
		})
	}
}
