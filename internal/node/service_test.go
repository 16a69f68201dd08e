package node

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestAServiceByItsForm declares a service as the console's form does: what is wrong is
// told at paths, and what its provider says of it reaches the caller's document.
func TestAServiceByItsForm(t *testing.T) {
	w := published(t)
	put := func(query, body string) (int, []string) {
		t.Helper()
		status, text := w.local("POST", "/services?places=paths"+query, body)
		var p struct {
			Where string
			Parts []struct{ Where string }
		}
		w.must(json.Unmarshal([]byte(text), &p))
		at := []string{}
		if p.Where != "" {
			at = append(at, p.Where)
		}
		for _, x := range p.Parts {
			at = append(at, x.Where)
		}
		return status, at
	}
	for _, c := range []struct{ name, body, want string }{
		{"nothing filled in", `{"kind":"service","name":"","title":"","directory":"pension","key":[]}`, "name title"},
		{"no such item, and one twice", `{"kind":"service","name":"ok","title":"核验","directory":"pension","key":["none"],"filter":["region","region"]}`, "key[0] filter[1]"},
		{"a name of the console's", `{"kind":"service","name":"new","title":"核验","directory":"pension"}`, "name"},
		{"too long", `{"kind":"service","name":"ok","title":"核验","abstract":"` + strings.Repeat("长", 1001) + `","directory":"pension"}`, "abstract"},
		{"no such directory", `{"kind":"service","name":"ok","title":"核验","directory":"none"}`, "directory"},
	} {
		for _, query := range []string{"&check=true", ""} {
			if status, at := put(query, c.body); status < 400 || strings.Join(at, " ") != c.want {
				t.Errorf("%s%s: %d at %q, want %q", c.name, query, status, at, c.want)
			}
		}
	}
	if status, _ := put("", `{"kind":"service","name":"pension_check","title":"核验","abstract":"供各部门核验待遇领取状态","directory":"pension","key":["id_no"]}`); status != 200 {
		t.Fatalf("the declaration: %d", status)
	}
	if _, body := w.local("GET", "/services/pension_check", ""); !strings.Contains(body, `"abstract":"供各部门核验待遇领取状态"`) {
		t.Errorf("the service: %s", body)
	}
	_, key := w.app("elder_care", "api", "")
	w.grant(w.draft("elder_care"))
	if r := w.request("GET", "/data/v1/pension_check/openapi.json", "", "X-Api-Key", key); !strings.Contains(r.body, `供各部门核验待遇领取状态\n\n数据目录`) {
		t.Errorf("the caller's document: %d %.300s", r.status, r.body)
	}
}
