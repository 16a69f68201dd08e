package invent

import (
	"testing"
	"time"
)

func TestNumbersThatArePublishedExamplesOfTheirNorms(t *testing.T) {
	for _, id := range []string{"11010519491231002X", "440524188001010014"} { // GB 11643, annex
		if got := CheckDigit([]byte(id)); got != id[17] {
			t.Errorf("%s: %c", id, got)
		}
	}
	for _, code := range []string{"91350100M000100Y43", "91110000600037341L"} { // GB 32100 and a published one
		if got := creditCheck([]byte(code)); got != code[17] {
			t.Errorf("%s: %c", code, got)
		}
		if got := orgCheck([]byte(code[8:])); got != code[16] {
			t.Errorf("%s: organisation code %c", code, got)
		}
	}
}

func TestCreditCodesAreWhole(t *testing.T) {
	r, seen := Rand(1), map[string]bool{}
	for range 10_000 {
		c := AppendCredit(nil, "91", "420102", r.Next())
		if len(c) != 18 || c[17] != creditCheck(c) || c[16] != orgCheck(c[8:]) {
			t.Fatalf("%s", c)
		}
		seen[string(c)] = true
	}
	if len(seen) < 9_990 {
		t.Errorf("%d different codes of 10,000", len(seen))
	}
}

func TestDays(t *testing.T) {
	c := NewCalendar()
	if got := string(c.Text(LastDay)); got != "2049-12-31" {
		t.Errorf("the last day is %s", got)
	}
	if d := DayOf(2000, time.February, 29); string(c.Text(d)) != "2000-02-29" || string(c.AppendPlain(nil, d)) != "20000229" {
		t.Errorf("day %d is %s", d, c.Text(d))
	}
}

func TestAppendInt(t *testing.T) {
	for _, c := range []struct {
		n, width int
		want     string
	}{{0, 0, "0"}, {7, 3, "007"}, {1234, 3, "1234"}, {0, 2, "00"}} {
		if got := string(AppendInt(nil, c.n, c.width)); got != c.want {
			t.Errorf("%d in %d: %s", c.n, c.width, got)
		}
	}
}
