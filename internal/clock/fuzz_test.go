package clock

import (
	"encoding/binary"
	"encoding/json"
	"testing"
	"time"
)

// Whatever a ledger holds, there is an answer or a fault, and never a loop.
func FuzzLedger(f *testing.F) {
	start := NewDate(2026, 11, 20).begin()
	f.Add(start, int64(8), uint8(WorkHours), int64(0), uint8(0), start, []byte{}, uint8(0))
	f.Add(start, int64(9_999_999), uint8(WorkDays), int64(3), uint8(Days), start, binary.LittleEndian.AppendUint64(nil, uint64(start+day)), uint8(2))
	f.Add((lastDay - 3).begin(), int64(2), uint8(Days), int64(2), uint8(WorkMinutes), int64(-1<<62), make([]byte, 64), uint8(1))
	ladder := Ladder{{At: 50, Raise: 1}, {At: 100, Raise: 1}, {At: 1000, Raise: 1}}
	f.Fuzz(func(t *testing.T, start, amount int64, unit uint8, more int64, moreUnit uint8, now int64, raw []byte, which uint8) {
		l := Ledger{Started: time.Unix(start, 0), Budget: Budget{amount, Unit(unit)}}
		if more != 0 {
			l.Extra = []Extension{{At: l.Started, Budget: Budget{more, Unit(moreUnit)}, Reason: "x"}}
		}
		for ; len(raw) >= 16 && len(l.Pauses) < 20; raw = raw[16:] {
			from, to := int64(binary.LittleEndian.Uint64(raw)), int64(binary.LittleEndian.Uint64(raw[8:]))
			l.Pauses = append(l.Pauses, Pause{From: time.Unix(from, 0), To: time.Unix(to, 0), Reason: "x"})
		}
		if len(raw) >= 8 {
			l.Pauses = append(l.Pauses, Pause{From: time.Unix(int64(binary.LittleEndian.Uint64(raw)), 0), Reason: "x"})
		}
		c, at := clocks[int(which)%len(clocks)], time.Unix(now, 0)
		d, lines, err := c.Explain(l, at)
		if err != nil {
			return
		}
		for _, x := range lines {
			x.Words()
		}
		d.Words()
		if _, err := c.Instants(ladder, l, at); err != nil {
			t.Fatalf("due %s, but no instants: %v", d.At, err)
		}
		if d.Percent < 0 || d.At.Before(l.Started) || d.At.Unix() > (lastDay+1).begin() {
			t.Fatalf("%+v", d)
		}
	})
}

// What a text says is written the same again.
func FuzzTexts(f *testing.F) {
	for _, text := range []string{"8wh", "2wd", "0d", "99999999m", "09:00-12:00 13:30-17:30", "24:00-24:00", "2026-11-20", "80%"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if b, err := ParseBudget(text); err == nil && b.String() != text && must(ParseBudget(b.String())) != b {
			t.Errorf("budget %q is %q", text, b)
		}
		if s, err := ParseShift(text); err == nil && must(ParseShift(s.String())).String() != s.String() {
			t.Errorf("shift %q is %q", text, s)
		}
		if d, err := ParseDate(text); err == nil && d.String() != text {
			t.Errorf("date %q is %q", text, d)
		}
		var o Office
		if json.Unmarshal([]byte(text), &o) == nil && o.Check() == nil {
			_, _ = New(Published(), o)
		}
	})
}
