package node

import (
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/share"
)

// TestWithdrawnAnswersNobody: a draft cannot be granted or served, a withdrawn directory
// answers no call until it is published again, and the audit holds each turn.
func TestWithdrawnAnswersNobody(t *testing.T) {
	w := published(t)
	ctx := t.Context()
	_, key := w.app("elder_care", people.APIKey, "")
	w.grant(w.draft("elder_care"))
	call := func(want int) {
		t.Helper()
		if r := w.request("POST", "/data/v1/pension_check", zhao, "Authorization", "Bearer "+key); r.status != want {
			t.Errorf("the call: %d %s, want %d", r.status, r.body, want)
		}
	}
	call(200)
	_, err := w.Catalog.Withdraw(ctx, people.Local(), "pension", "数源有误")
	w.must(err)
	w.must(w.Store.Drain(ctx))
	call(403)
	if _, err := w.Grants.Make(ctx, people.Local(), w.draft("elder_care")); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a grant of a withdrawn directory: %v", err)
	}
	_, _, _, err = w.Share.Put(ctx, people.Local(), share.Declaration{Name: "pension_more", Title: "养老待遇", Directory: "pension", Key: []string{"id_no"}})
	if fault.From(err).Code != "service.barred" {
		t.Errorf("a service of a withdrawn directory: %v", err)
	}
	_, err = w.Catalog.Publish(ctx, people.Local(), "pension", "已更正")
	w.must(err)
	w.must(w.Store.Drain(ctx))
	call(200)

	w.must(w.Audit.Move(ctx))
	p, err := w.Audit.Search(ctx, audit.Filter{Target: "directory/pension"})
	w.must(err)
	var kept []string
	for _, e := range p.Entries {
		kept = append(kept, e.Action)
	}
	if want := "directory.publish directory.withdraw directory.publish directory.write"; strings.Join(kept, " ") != want {
		t.Errorf("the audit holds %q, want %q", kept, want)
	}
}
