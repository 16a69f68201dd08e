package rule

import (
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

func checkItems() map[string]Item {
	out := map[string]Item{}
	for _, it := range person() {
		out[it.Name] = it
	}
	return out
}

func TestChecksMeanWhatTheySay(t *testing.T) {
	day := func(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }
	at := cells{today: aDay, cols: map[string]any{
		"id_no": "420102", "name": nil, "birth": day("1990-05-01"), "age": int64(36), "income": nil, "updated": day("2026-11-20").Add(time.Hour), "poor": true, "weight": 60.5,
	}}
	for _, c := range []struct {
		expr string
		want any
	}{
		{`age >= 18`, true},
		{`age > 18 and age < 36`, false},
		{`18 <= age <= 36`, true},
		{`not (age == 36)`, false},
		{`!poor || age != 36`, false},
		{`poor == true && poor`, true},
		{`age * 2 - 2 == 70`, true},
		{`(age + 4) / 8 == 5`, true},
		{`age / 0 == 1`, nil},
		{`-age == -36`, true},
		{`weight <= 60.5`, true},
		{`id_no == "420102"`, true},
		{`id_no in ["420102", "420103"]`, true},
		{`id_no not in ["420102", "420103"]`, false},
		{`age in [35, 37]`, false},
		{`birth in ["1990-05-01"]`, true},
		{`len(id_no) == 6`, true},
		{`id_no matches "[0-9]{6}"`, true},
		{`id_no matches "[0-9]{5}"`, false},
		{`not (id_no matches "42")`, true},
		{`birth < today()`, true},
		{`birth >= "1990-05-02"`, false},
		{`"1990-05-01" == birth`, true},
		{`updated > today()`, true},
		{`is_null(name)`, true},
		{`is_null(name) or len(name) > 1`, true},
		{`name == "张三"`, nil},
		{`name == "张三" or age == 36`, true},
		{`income > 0 and age == 35`, false},
	} {
		x, reads, err := parseCheck(c.expr, checkItems())
		if err != nil {
			t.Errorf("%s: %v", c.expr, err)
			continue
		}
		if got := at.eval(x); got != c.want || len(reads) == 0 {
			t.Errorf("%s is %v", c.expr, got)
		}
	}
}

func TestChecksOutsideTheLanguageAreRefusedWithTheirPlace(t *testing.T) {
	for _, c := range []struct{ expr, where string }{
		{``, "expr:1"},
		{`age`, "expr:1"},
		{`age > `, "expr:6"},
		{`nobody > 1`, "expr:1"},
		{`age > 1 and 姓名 == "x"`, "expr:13"},
		{`age == "36"`, "expr:5"},
		{`birth > "yesterday"`, "expr:7"},
		{`birth > 1990`, "expr:7"},
		{`birth + 1 > today()`, "expr:1"},
		{`age % 2 == 0`, "expr:5"},
		{`age ** 2 == 4`, "expr:5"},
		{`age in 1..5`, "expr:5"},
		{`age in []`, "expr:5"},
		{`age in [age]`, "expr:9"},
		{`id_no contains "4"`, "expr:7"},
		{`id_no matches name`, "expr:15"},
		{`id_no matches "("`, "expr:15"},
		{`name == nil`, "expr:9"},
		{`name?.x == 1`, "expr:7"},
		{`name.x == 1`, "expr:6"},
		{`age > 1 ? true : false`, "expr:22"},
		{`let x = 1; x == age`, "expr:5"},
		{`all([1], # > 0)`, "expr:1"},
		{`upper(name) == "X"`, "expr:1"},
		{`foo(name)`, "expr:1"},
		{`len(age) == 1`, "expr:5"},
		{`today(1) == birth`, "expr:1"},
		{`is_null()`, "expr:1"},
		{`age and true`, "expr:1"},
		{`not age`, "expr:5"},
		{`{"a": 1} == age`, "expr:1"},
	} {
		_, _, err := parseCheck(c.expr, checkItems())
		if err == nil {
			t.Errorf("%s was accepted", c.expr)
			continue
		}
		if err.Where != c.where || err.Kind != fault.Invalid || err.Remedy.ZH == "" {
			t.Errorf("%s: %s at %s", c.expr, err.Text.EN, err.Where)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{`age >= 18 and birth < today()`, `id_no in ["a"]`, `not (1 < age < 3)`, `len(name)`, `a.b?.c`, `[1,2][0]`, `"\u0000"`, `((((`} {
		f.Add(s)
	}
	items := checkItems()
	f.Fuzz(func(t *testing.T, s string) {
		x, _, err := parseCheck(s, items)
		if err == nil && x == nil {
			t.Error("neither an expression nor a fault")
		}
		if err == nil {
			(cells{today: aDay, cols: map[string]any{"id_no": "1", "name": nil, "birth": aDay, "age": int64(1), "income": nil, "updated": aDay, "poor": nil, "weight": 1.5}}).eval(row.F(row.Not, x))
		}
	})
}
