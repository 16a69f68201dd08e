package clock

import (
	"testing"
)

// A notice that comes later moves an open case and says so; what it depended on is known then.
func TestAPublishedYearMoves(t *testing.T) {
	// As the notice for 2026 would have come: until then its Spring Festival was assumed.
	bare := must(Published().With(Change{Publishes: []int{2026}, Source: "weeks alone"}))
	bare.assume(2026)
	bare.version, bare.known = "cn-2025", bare.certain()
	notice := Change{Publishes: []int{2026}, Source: "国务院办公厅关于2026年部分节假日安排的通知"}
	for d := NewDate(2026, 1, 1); d <= NewDate(2026, 12, 31); d++ {
		if day := must(Published().Day(d)); day.Kind == Holiday || day.Kind == MakeUp {
			notice.Days = append(notice.Days, day)
		}
	}
	after := must(bare.With(notice))
	for d := NewDate(2026, 1, 1); d <= NewDate(2026, 12, 31); d++ {
		if a, b := must(after.Day(d)), must(Published().Day(d)); a != b {
			t.Fatalf("%+v, published %+v", a, b)
		}
	}
	l := must(Start(at(t, "2026-02-12 10:00"), Budget{5, WorkDays}))
	was, is := must(must(New(bare, DefaultOffice())).Due(l, l.Started)), must(must(New(after, DefaultOffice())).Due(l, l.Started))
	if !was.Assumed || is.Assumed {
		t.Errorf("assumed before %v, after %v", was.Assumed, is.Assumed)
	}
	text, moved := Moved(was, is)
	if !moved {
		t.Fatal("it did not move")
	}
	if want := "到期时间由 2026-02-25 17:30 改为 2026-02-26 17:30（工作日历 cn-2025 改为 " + after.Version() + "）；放假安排已公布"; text.ZH != want {
		t.Errorf("got %s", text.ZH)
	}
	if _, moved := Moved(is, is); moved {
		t.Error("it moved though nothing changed")
	}
}

func TestVersions(t *testing.T) {
	storm := Day{Date: NewDate(2026, 7, 7), Kind: Holiday}
	next := Day{Date: NewDate(2026, 7, 8), Kind: Holiday}
	a := must(Published().With(Change{Days: []Day{storm, next}, Source: "台风"}))
	b := must(Published().With(Change{Days: []Day{next, storm}, Source: "another person"}))
	c := must(Published().With(Change{Days: []Day{storm}, Source: "台风"}))
	if a.Version() != b.Version() || a.Version() == c.Version() || a.Version() == Published().Version() {
		t.Errorf("%s, %s, %s", a.Version(), b.Version(), c.Version())
	}
	if len(Published().Changes()) != 0 || len(a.Changes()) != 1 {
		t.Error("changes are not kept")
	}
	if day := must(Published().Day(storm.Date)); day.Kind != Working {
		t.Error("the published calendar was changed in place")
	}
	if _, err := Published().With(Change{Publishes: []int{2101}}); code(err) != "clock.range" {
		t.Error(err)
	}
	if _, err := Published().With(Change{Days: []Day{{Date: NewDate(2003, 1, 1)}}}); code(err) != "clock.range" {
		t.Error(err)
	}
	if _, err := Published().With(Change{Days: []Day{{Date: NewDate(2026, 1, 1), Kind: 9}}}); code(err) != "clock.calendar" {
		t.Error(err)
	}
}
