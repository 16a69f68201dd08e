package node

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
)

type previewed struct {
	Code    string
	Parts   []struct{ Where string }
	Where   string
	Columns []struct {
		Item, Mask, Shown string
		Invented          bool
	}
	Rows           [][]*string
	Matched, Total int64
}

func (p previewed) text() string {
	var lines []string
	for _, r := range p.Rows {
		var cells []string
		for _, c := range r {
			if c == nil {
				cells = append(cells, "-")
			} else {
				cells = append(cells, *c)
			}
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	return strings.Join(lines, "; ")
}

// TestAPreviewShowsWhatTheGrantWouldAndNoMore asks for samples as those who may make grants,
// and as those who may not.
func TestAPreviewShowsWhatTheGrantWouldAndNoMore(t *testing.T) {
	w := published(t)
	w.app("elder_care", people.APIKey, "")
	preview := func(role people.Role, office, items, rows string) (int, previewed) {
		t.Helper()
		status, text := w.asked(role, office, "/api/v1/grant-previews", fmt.Sprintf(`{"grantee":{"kind":"app","name":"elder_care"},"directory":"pension","items":[%s],%s,
			"purpose":"","basis":"","until":"0001-01-01T00:00:00Z","per_second":0,"per_day":0}`, items, rows))
		var p previewed
		w.must(json.Unmarshal([]byte(text), &p))
		return status, p
	}
	const masked = `{"item":"id_no","mask":"id"},{"item":"person","mask":"name"},{"item":"amount"}`
	const under = `"rows":[{"item":"region","op":"under","values":["420102002"]}]`
	for _, c := range []struct {
		name          string
		role          people.Role
		office        string
		items, rows   string
		want, action  string
		invented      string
		matched       int64
		refused, some string
	}{
		{name: "the office's officer, masked", role: people.Officer, office: "rsj", items: masked, rows: under,
			want: "000000********0033 孙* 4100.25", action: "grant.preview", matched: 1},
		{name: "… whole, on a basis", role: people.Officer, office: "rsj", items: `{"item":"id_no","basis":"办法第三条"}`, rows: under,
			want: "000000195203030033", action: "grant.preview.plain", matched: 1},
		{name: "the data administrator, by the masks of their own view", role: people.DataAdmin, office: "rsj", items: masked, rows: under,
			want: "000000********0033 孙* 4100.25", action: "grant.preview", matched: 1},
		{name: "… another mask of a person's number", role: people.DataAdmin, office: "rsj", items: `{"item":"id_no","mask":"account"},{"item":"amount"}`, rows: under,
			want: "- 4100.25", action: "grant.preview", invented: "id_no", matched: 1},
		{name: "… whole, on a basis", role: people.DataAdmin, office: "rsj", items: `{"item":"id_no","basis":"办法第三条"},{"item":"person","mask":"null"}`, rows: under,
			want: "- -", action: "grant.preview", invented: "id_no", matched: 1},
		{name: "all rows", role: people.Officer, office: "rsj", items: `{"item":"amount"}`, rows: `"all_rows":true`,
			want: "3120.50; 2890.00; 4100.25", action: "grant.preview", matched: 5},
		{name: "no rows in range", role: people.Officer, office: "rsj", items: `{"item":"amount"}`, rows: `"rows":[{"item":"region","op":"eq","values":["none"]}]`, action: "grant.preview"},
		{name: "a personal item without mask or basis", role: people.Officer, office: "rsj", items: `{"item":"id_no"}`, rows: under, refused: "grant.personal", some: "items[0]"},
		{name: "a mask that does not fit, and rows by a person", role: people.Officer, office: "rsj", items: `{"item":"amount","mask":"name"}`, rows: `"rows":[{"item":"person","op":"eq","values":["孙三"]}]`,
			refused: "grant.invalid", some: "items[0].mask rows.rules[0]"},
		{name: "another office's officer", role: people.Officer, office: "mzj", items: masked, rows: under, refused: "policy.denied"},
		{name: "a reviewer", role: people.Reviewer, office: "rsj", items: masked, rows: under, refused: "policy.denied"},
		{name: "the security administrator", role: people.SecurityAdmin, office: "rsj", items: masked, rows: under, refused: "policy.denied"},
	} {
		status, p := preview(c.role, c.office, c.items, c.rows)
		at := p.Where
		for _, x := range p.Parts {
			at = strings.TrimSpace(at + " " + x.Where)
		}
		if c.refused != "" {
			if status < 400 || p.Code != c.refused || c.some != "" && at != c.some {
				t.Errorf("%s: %d %s at %q", c.name, status, p.Code, at)
			}
			continue
		}
		invented := ""
		for _, col := range p.Columns {
			if col.Invented {
				invented += col.Item
				if col.Shown == "" {
					t.Errorf("%s: nothing is shown of an invented %s", c.name, col.Item)
				}
			}
		}
		if status != 200 || p.text() != c.want || invented != c.invented || p.Matched != c.matched || p.Total != 5 {
			t.Errorf("%s: %d %q, invented %q, %d of %d", c.name, status, p.text(), invented, p.Matched, p.Total)
		}
		if e := w.lastLook(c.action); e.Directory != "pension" || e.Target != "grantee/app:elder_care" || e.Rows != int64(len(p.Rows)) || strings.Contains(strings.Join(e.Items, " "), "id_no") == (c.invented != "") && strings.Contains(c.items, "id_no") {
			t.Errorf("%s: in the audit as %+v", c.name, e)
		}
	}
}

// A grant is revoked with its consequences known: services, applications and calls.
func TestTheEffectOfARevocation(t *testing.T) {
	w := published(t)
	_, key := w.app("elder_care", people.APIKey, "")
	w.app("other_care", people.APIKey, "")
	office := w.draft("")
	office.Grantee = policy.Grantee{Kind: policy.ToOffice, Name: "mzj"}
	wide, own := w.grant(office), w.grant(w.draft("elder_care"))
	for range 2 {
		w.request("POST", "/data/v1/pension_check", zhao, "X-Api-Key", key)
	}
	w.request("POST", "/data/v1/pension_check", `{"key":{"none":"x"}}`, "X-Api-Key", key)
	effect := func(id string) string {
		t.Helper()
		status, text := w.asked(people.SecurityAdmin, "rsj", "/api/v1/grants/"+id+"/effect", "")
		var e struct {
			Services []struct{ Name string }
			Apps     []struct {
				Name, Office string
				Keeps        bool
			}
			Recent struct {
				Days, Calls, Refused int64
				Last                 *string
			}
		}
		w.must(json.Unmarshal([]byte(text), &e))
		out := fmt.Sprint(status)
		for _, s := range e.Services {
			out += " " + s.Name
		}
		for _, a := range e.Apps {
			out += fmt.Sprintf(" %s/%s:%t", a.Name, a.Office, a.Keeps)
		}
		return out + fmt.Sprintf(" %d/%d in %d, last %t", e.Recent.Refused, e.Recent.Calls, e.Recent.Days, e.Recent.Last != nil)
	}
	if got := effect(own.ID); got != "200 pension_check elder_care/mzj:true 1/3 in 30, last true" {
		t.Errorf("the application's own grant: %s", got)
	}
	if got := effect(wide.ID); got != "200 pension_check elder_care/mzj:true other_care/mzj:false 0/0 in 30, last false" {
		t.Errorf("the office's grant: %s", got)
	}
	if status, _ := w.asked(people.Officer, "mzj", "/api/v1/grants/"+own.ID+"/effect", ""); status != 403 {
		t.Errorf("another's grant: %d", status)
	}
}

// Officers choose among the applications of every office, and learn nothing more of them.
func TestWhomAnOfficerMayGrantTo(t *testing.T) {
	w := published(t)
	_, secret := w.app("elder_care", people.APIKey, "") // of mzj
	status, text := w.asked(people.Officer, "rsj", "/api/v1/grantees", "")
	if status != 200 || !strings.Contains(text, `"name":"elder_care"`) || !strings.Contains(text, `"office_title":"民政局"`) {
		t.Errorf("%d %s", status, text)
	}
	if strings.Contains(text, "keys") || strings.Contains(text, secret[len(secret)-4:]) {
		t.Errorf("the keys are told: %s", text)
	}
	if _, list := w.asked(people.Officer, "rsj", "/api/v1/apps", ""); strings.Contains(list, "elder_care") {
		t.Errorf("the applications of others with their keys: %s", list)
	}
}
