package node

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/people"
)

const visitsDirectory = `
kind: directory
name: visits
title: 走访
abstract: 走访记录
office: rsj
items:
  - {name: no, title: 号, type: text}
  - {name: phone, title: 电话, type: text, personal: phone%[1]s}
  - {name: kind, title: 类别, type: text}
rules:
  - {kind: phone, item: phone, name: phone_form}
  - {kind: values, item: kind, name: kind_set, values: [a, b]}
load: {mode: append}
`

const visitsRows = "号,电话,类别\n1,13800000001,a\n2,138 0000 0002,x\n3,138 0000 0003,a\n4,1380000,a\n5,13800000005,x\n"

func (w *world) visits(clean string) {
	w.t.Helper()
	docs, err := catalog.Decode("visits.yaml", []byte(fmt.Sprintf(visitsDirectory, clean)))
	w.must(err)
	w.must(w.Catalog.Check(w.t.Context(), *docs[0].Value, w.Regions))
	_, err = w.Catalog.Put(w.t.Context(), people.Local(), *docs[0].Value)
	w.must(err)
}

// visited is a world with a batch of visits, four of whose rows are in quarantine.
func visited(t *testing.T) (*world, *ingest.Batch) {
	t.Helper()
	w := open(t, t.TempDir(), time.Now)
	w.must(w.Catalog.PutOffices(t.Context(), []catalog.Office{{Name: "rsj", Title: "人社局", Region: "420102000000"}, {Name: "mzj", Title: "民政局", Region: "420102000000"}}))
	w.visits("")
	return w, w.ended(w.judged("visits", visitsRows))
}

func (w *world) ended(b *ingest.Batch) *ingest.Batch {
	w.t.Helper()
	b, err := w.Ingest.Wait(w.t.Context(), b.ID)
	w.must(err)
	if b.State != ingest.Published {
		w.t.Fatalf("the batch is %s: %v", b.State, b.Error)
	}
	return b
}

type quarantine struct {
	Total int64
	Rules []struct {
		Rule, Title string
		Rows        int64
	}
	Items []struct {
		Row   string
		Cells []string
	}
}

// bad is the quarantine of a batch as the data administrator sees it.
func (w *world) bad(b *ingest.Batch, query string) (q quarantine) {
	w.t.Helper()
	status, text := w.looks(people.DataAdmin, "rsj", "/batches/"+string(b.ID)+"/quarantine"+query, "")
	if status != 200 {
		w.t.Fatalf("%d %s", status, text)
	}
	w.must(json.Unmarshal([]byte(text), &q))
	return q
}

func (q quarantine) tally() string {
	s := []string{fmt.Sprint(q.Total)}
	for _, r := range q.Rules {
		if r.Title == "" {
			s = append(s, "untitled")
		}
		s = append(s, fmt.Sprint(r.Rule, " ", r.Rows))
	}
	return strings.Join(s, ", ")
}

// The rules of a quarantine are counted over what is in it now, not over what its first
// report found.
func TestQuarantineCountsWhatIsThereNow(t *testing.T) {
	w, b := visited(t)
	want := func(query, want string) {
		t.Helper()
		if got := w.bad(b, query).tally(); got != want {
			t.Errorf("%q: %s, want %s", query, got, want)
		}
	}
	want("", "4, phone_form 3, kind_set 2")
	want("?rule=kind_set", "2, phone_form 3, kind_set 2")
	want("?limit=1", "4, phone_form 3, kind_set 2")

	w.visits(", clean: [{do: phone}]")
	one, err := w.Ingest.Replay(t.Context(), string(b.ID), nil) // 3 is mended, 2 is still of no kind
	w.must(err)
	w.ended(one)
	want("", "3, kind_set 2, phone_form 1")
	want("?rule=phone_form", "1, kind_set 2, phone_form 1")
}

// Personal cells are masked for everybody until somebody who may see them asks for them.
func TestQuarantineIsMaskedUntilAsked(t *testing.T) {
	w, b := visited(t)
	const whole, hidden = "138 0000 0002", "138"
	for _, c := range []struct {
		role   people.Role
		office string
		query  string
		plain  bool // the trial's own word for it
		status int
		masks  bool
	}{
		{role: people.Officer, office: "rsj", status: 200, masks: true},
		{role: people.Officer, office: "rsj", query: "?plain=true", plain: true, status: 200},
		{role: people.DataAdmin, office: "rsj", status: 200, masks: true},
		{role: people.DataAdmin, office: "rsj", query: "?plain=true", plain: true, status: 403, masks: true},
		{role: people.Officer, office: "mzj", query: "?plain=true", plain: true, status: 403, masks: true},
	} {
		body := fmt.Sprintf(`{"item":"phone","step":{"do":"phone"},"plain":%t}`, c.plain)
		for what, ask := range map[string][2]string{"quarantine": {"/batches/" + string(b.ID) + "/quarantine" + c.query, ""}, "trial": {"/batches/" + string(b.ID) + "/trial", body}} {
			status, text := w.looks(c.role, c.office, ask[0], ask[1])
			if status != c.status || strings.Contains(text, whole) == c.masks {
				t.Errorf("%s of %s, %s%s: %d %s", c.role, c.office, what, c.query, status, text)
			}
			if status == 200 && !strings.Contains(text, hidden) {
				t.Errorf("%s of %s, %s: nothing is shown: %s", c.role, c.office, what, text)
			}
		}
	}
}
