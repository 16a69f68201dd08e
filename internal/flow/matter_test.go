package flow_test

import (
	"context"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/notice"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

// The invented people of the pack matter.
var (
	front   = person("qian", "operations", "matter.desk")
	boss    = person("ling", "operations", "matter.lead")
	plumber = person("shuigong", "water", "matter.worker", "matter.checker")
	helper  = person("xie", "water", "matter.worker")
	judge   = person("ping", "water", "matter.checker")
	urban   = person("cheng", "urban", "matter.worker")
	local   = person("jie", "tazihu", "matter.worker")

	workers = []people.Actor{front, boss, plumber, helper, judge, urban, local}
)

func matterFiles() fs.FS { return os.DirFS("testdata/matter") }

// changed is the pack with some of its text replaced.
func changed(t *testing.T, pairs ...string) fs.FS {
	t.Helper()
	text, err := os.ReadFile("testdata/matter/pack.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := string(text)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(s, pairs[i]) {
			t.Fatalf("the pack has no %q", pairs[i])
		}
		s = strings.ReplaceAll(s, pairs[i], pairs[i+1])
	}
	return fstest.MapFS{"pack.yaml": {Data: []byte(s)}}
}

func matters(t *testing.T) *world {
	w := open(t, t.TempDir())
	w.put(matterFiles(), "", false)
	return w
}

func (w *world) matter(by people.Actor, class string) flow.Case {
	w.t.Helper()
	c, _, err := w.Open(w.t.Context(), by, flow.Opening{Pack: "matter", Flow: "matter", Values: ledger.Values{"name": "漏水", "class": class, "region": place}})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// working is a matter that the plumber has taken on.
func (w *world) working() flow.Case {
	w.t.Helper()
	return w.do(plumber, w.do(front, w.matter(front, "water"), "send"), "take")
}

// refused wants a refusal with a code, in both languages, that says what to do.
func (w *world) refused(by people.Actor, c flow.Case, action, code string, more ...func(*flow.Input)) *fault.Error {
	w.t.Helper()
	before := w.get(c)
	_, err := w.try(by, c, action, more...)
	f := fault.From(err)
	if err == nil || f.Code != code {
		w.t.Fatalf("%s by %s: %v, want %s", action, by.ID, err, code)
	}
	if f.Text.ZH == "" || f.Text.EN == "" || f.Text.ZH == f.Text.EN || len(f.Parts) == 0 && f.Remedy.ZH == "" {
		w.t.Errorf("%s is said as %+v, remedy %+v", code, f.Text, f.Remedy)
	}
	if after := w.get(c); after.Rev != before.Rev || after.State != before.State {
		w.t.Errorf("a refusal changed %+v to %+v", before.Case, after.Case)
	}
	return f
}

// all sees every case.
var all = people.Actor{Kind: people.UserKind, ID: "all", Name: "all", Office: "operations", Below: []string{"urban", "tazihu", "water"},
	Roles: []people.Role{"matter.lead", "pothole.desk"}}

func (w *world) get(c flow.Case) flow.Whole {
	w.t.Helper()
	x, err := w.Get(w.t.Context(), all, c.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return x
}

func (w *world) tick(want int) {
	w.t.Helper()
	if n, err := w.Tick(w.t.Context()); n != want || err != nil {
		w.t.Fatalf("%d timers fired, %v; want %d", n, err, want)
	}
}

func budget(text string) func(*flow.Input) {
	return func(in *flow.Input) {
		b, err := clock.ParseBudget(text)
		if err != nil {
			panic(err)
		}
		in.Budget = b
	}
}

func (w *world) told(u people.Actor, why string) (n int) {
	w.t.Helper()
	list, _, err := w.notices.List(w.t.Context(), u.ID, notice.Query{Limit: 100})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, x := range list {
		if x.Why == why {
			n++
		}
	}
	return n
}

// feed hands the engine a fact, as its consumers get it.
func (w *world) feed(kind event.Kind, key string) {
	w.t.Helper()
	for _, c := range w.Follow("node") {
		for _, k := range c.Kinds {
			if k == kind {
				writes, err := c.Handle(w.t.Context(), event.Event{Kind: kind, Key: key})
				if err == nil && writes != nil {
					err = w.store.Write(w.t.Context(), writes)
				}
				if err != nil {
					w.t.Fatal(err)
				}
			}
		}
	}
}

// facts hands the engine the facts of a kind that were told so far.
func (w *world) facts(t *testing.T, kind event.Kind) {
	t.Helper()
	rows, err := w.store.Read().QueryContext(t.Context(), `SELECT seq, key, body FROM event WHERE kind = ? ORDER BY seq`, string(kind))
	if err != nil {
		t.Fatal(err)
	}
	var all []event.Event
	for rows.Next() {
		e := event.Event{Kind: kind}
		var body string
		if err := rows.Scan(&e.Seq, &e.Key, &body); err != nil {
			t.Fatal(err)
		}
		e.Body = []byte(body)
		all = append(all, e)
	}
	_ = rows.Close()
	for _, e := range all {
		for _, c := range w.Follow("node") {
			if c.Name != "flow.triggers" && c.Name != "flow.titles" {
				continue
			}
			writes, err := c.Handle(t.Context(), e)
			if err == nil && writes != nil {
				err = w.store.Write(t.Context(), func(ctx context.Context, tx store.Tx) error { return writes(ctx, tx) })
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}
