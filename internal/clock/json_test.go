package clock

import (
	"encoding/json"
	"reflect"
	"testing"
)

// What an office and a change say is kept as text and read the same again.
func TestKeptAsText(t *testing.T) {
	o := odd()
	text := must(json.Marshal(o))
	want := `{"week":["","09:00-12:00 13:30-17:30","09:00-12:00 13:30-17:30","00:00-01:30 20:00-24:00","09:00-12:00 13:30-17:30","09:00-12:00 13:30-17:30","10:00-15:00"],` +
		`"makeup":"08:00-12:00","except":{"2026-07-07":"","2026-07-08":"","2026-10-02":"09:00-10:00"}}`
	if string(text) != want {
		t.Errorf("got %s", text)
	}
	var back Office
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	l := must(Start(at(t, "2026-07-06 10:00"), Budget{30, WorkHours}))
	if a, b := must(must(New(Published(), o)).Due(l, l.Started)), must(must(New(Published(), back)).Due(l, l.Started)); a != b {
		t.Errorf("%+v, read again %+v", a, b)
	}

	ch := Change{Publishes: []int{2027}, Days: []Day{{Date: NewDate(2027, 1, 1), Kind: Holiday}, {Date: NewDate(2027, 1, 3), Kind: MakeUp}}, Source: "通知"}
	text = must(json.Marshal(ch))
	if want := `{"publishes":[2027],"days":[{"date":"2027-01-01","kind":"holiday"},{"date":"2027-01-03","kind":"makeup"}],"source":"通知"}`; string(text) != want {
		t.Errorf("got %s", text)
	}
	var again Change
	if err := json.Unmarshal(text, &again); err != nil || !reflect.DeepEqual(again, ch) {
		t.Errorf("%+v %v", again, err)
	}
	for bad, want := range map[string]string{
		`{"days":[{"date":"2027-02-30","kind":"holiday"}]}`: "clock.date",
		`{"days":[{"date":"2027-02-03","kind":"party"}]}`:   "clock.calendar",
	} {
		if err := json.Unmarshal([]byte(bad), &again); code(err) != want {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if err := json.Unmarshal([]byte(`{"week":["9-5"]}`), &back); code(err) != "clock.hours" {
		t.Error(err)
	}
	if _, err := json.Marshal(Budget{}); code(err) != "clock.budget" {
		t.Error(err)
	}
}

func TestBudgetsInWords(t *testing.T) {
	for text, want := range map[string][2]string{
		"8wh": {"8 个工作小时", "8 working hours"}, "1wd": {"1 个工作日", "1 working day"}, "3d": {"3 日", "3 days"},
		"30m": {"30 分钟", "30 minutes"}, "1h": {"1 小时", "1 hour"}, "90wm": {"90 个工作分钟", "90 working minutes"},
	} {
		b := must(ParseBudget(text))
		if w := b.Words(); w.ZH != want[0] || w.EN != want[1] || b.String() != text {
			t.Errorf("%s: %+v %s", text, w, b)
		}
	}
	for _, bad := range []string{"", "8", "wh", "-1wd", "0d", "1.5wh", "8 wh", "8w", "12345678wd", "８wh"} {
		if _, err := ParseBudget(bad); code(err) != "clock.budget" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// How a ledger stands, in words.
func TestStanding(t *testing.T) {
	c := usual()
	for _, x := range []struct{ from, budget, now, zh, en string }{
		{"2026-11-20 10:06", "8wh", "2026-11-20 12:30", "还剩 6 小时 6 分（工作时间）", "6 h 6 min of working time left"},
		{"2026-11-20 10:06", "8wh", "2026-11-24 10:06", "已超时 6 小时（工作时间）", "late by 6 h of working time"},
		{"2026-11-20 10:06", "2wd", "2026-11-23 09:00", "还剩 2 个工作日", "2 working days left"},
		{"2026-11-20 10:06", "2wd", "2026-11-24 17:00", "还剩 1 个工作日", "1 working day left"},
		{"2026-11-20 10:06", "2wd", "2026-11-24 18:00", "已超时", "late"},
		{"2026-11-20 10:06", "3d", "2026-11-21 09:00", "还剩 3 日", "3 days left"},
		{"2026-11-20 10:06", "4h", "2026-11-20 10:36", "还剩 3 小时 30 分", "3 h 30 min left"},
		{"2026-11-20 10:06", "4h", "2026-11-20 14:06", "还剩 0 分", "0 min left"},
	} {
		l := must(Start(at(t, x.from), must(ParseBudget(x.budget))))
		if w := must(c.Due(l, at(t, x.now))).Words(); w.ZH != x.zh || w.EN != x.en {
			t.Errorf("%s from %s at %s: %+v", x.budget, x.from, x.now, w)
		}
	}
}
