package main

import (
	"strings"
	"testing"
)

// TestPage shows that every section of the rooms is on the page with its keys.
func TestPage(t *testing.T) {
	all, err := read([]string{"../../pack", "../../ledger"})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(sorted(all), " "); got != "codes entity form import list pack roles seed" {
		t.Errorf("sections %s", got)
	}
	var b strings.Builder
	write(&b, all)
	for _, want := range []string{
		"## `entity` by name 按名称", "| **`fields`** | by name: field | 字段 |", "### `field` of `entity`", "| `personal` | `name` `id` `birth`", "### `merge` of `entity`",
		"| `mode` | `add` `update` `merge` | 方式 | Mode: add refuses", "| `distance(a, b)` |", "| `code(road_class)` | 代码 | code |", "| `show` | word, or list of words |",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
