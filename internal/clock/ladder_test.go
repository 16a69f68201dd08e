package clock

import (
	"encoding/json"
	"testing"
)

func standard() Ladder {
	return Ladder{{At: 50, Notify: []string{"holder"}}, {At: 80, Notify: []string{"holder.lead"}}, {At: 100, Raise: 1, Mark: "overdue"}, {At: 150, Raise: 2}}
}

func TestInstants(t *testing.T) {
	c := usual()
	tests := []struct {
		name, from, budget string
		change             func(Ledger) Ledger
		want               [4]string
	}{
		{"working hours", "2026-11-20 10:06", "8wh", nil, [4]string{"2026-11-20 15:36", "2026-11-23 09:30", "2026-11-23 11:06", "2026-11-23 16:36"}},
		{"half of two days is the close of the first", "2026-11-20 10:06", "2wd", nil, [4]string{"2026-11-23 17:30", "2026-11-24 14:42", "2026-11-24 17:30", "2026-11-25 17:30"}},
		{"natural hours", "2026-11-20 10:00", "10h", nil, [4]string{"2026-11-20 15:00", "2026-11-20 18:00", "2026-11-20 20:00", "2026-11-21 01:00"}},
		{"a pause holds the later ones back", "2026-11-20 10:00", "10h", func(l Ledger) Ledger {
			l = must(l.Pause(at(t, "2026-11-20 16:00"), "补正"))
			return must(l.Resume(at(t, "2026-11-20 17:00")))
		}, [4]string{"2026-11-20 15:00", "2026-11-20 19:00", "2026-11-20 21:00", "2026-11-21 02:00"}},
		{"while it lasts they have no time", "2026-11-20 10:00", "10h", func(l Ledger) Ledger {
			return must(l.Pause(at(t, "2026-11-20 16:00"), "补正"))
		}, [4]string{"2026-11-20 15:00"}},
		{"paused at the moment of one, it has its time", "2026-11-20 10:00", "10h", func(l Ledger) Ledger {
			return must(l.Pause(at(t, "2026-11-20 15:00"), "补正"))
		}, [4]string{"2026-11-20 15:00"}},
		{"stopped at the moment of one too", "2026-11-20 10:00", "10h", func(l Ledger) Ledger {
			return must(l.Stop(at(t, "2026-11-20 18:00")))
		}, [4]string{"2026-11-20 15:00", "2026-11-20 18:00"}},
		{"after the end they have none", "2026-11-20 10:00", "10h", func(l Ledger) Ledger {
			return must(l.Stop(at(t, "2026-11-20 19:00")))
		}, [4]string{"2026-11-20 15:00", "2026-11-20 18:00"}},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			l := must(Start(at(t, x.from), must(ParseBudget(x.budget))))
			if x.change != nil {
				l = x.change(l)
			}
			all, err := c.Instants(standard(), l, at(t, "2026-11-20 16:30"))
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range x.want {
				if want == "" != all[i].At.IsZero() || want != "" && !all[i].At.Equal(at(t, want)) {
					t.Errorf("step %d fires at %s, want %q", i, all[i].At, want)
				}
			}
		})
	}
}

func TestNext(t *testing.T) {
	c := usual()
	l := must(must(Start(at(t, "2026-11-20 10:00"), Budget{10, Hours})).Pause(at(t, "2026-11-20 16:00"), "补正"))
	all := must(c.Instants(standard(), l, at(t, "2026-11-20 16:30")))
	if x, ok := Next(all, 0); !ok || x.Step != 0 {
		t.Errorf("%+v %v", x, ok)
	}
	if x, ok := Next(all, 1); ok {
		t.Errorf("%+v", x)
	}
}

func TestLadderRefuses(t *testing.T) {
	for name, l := range map[string]Ladder{
		"out of order": {{At: 80, Raise: 1}, {At: 50, Raise: 1}},
		"twice":        {{At: 80, Raise: 1}, {At: 80, Mark: "late"}},
		"nothing":      {{At: 0, Raise: 1}},
		"far too late": {{At: 1001, Raise: 1}},
		"does nothing": {{At: 50}},
	} {
		if err := l.Check(); code(err) != "clock.ladder" {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := usual().Instants(l, must(Start(at(t, "2026-11-20 10:00"), Budget{10, Hours})), at(t, "2026-11-20 10:00")); code(err) != "clock.ladder" {
			t.Errorf("%s: %v", name, err)
		}
	}
	var s Step
	if err := json.Unmarshal([]byte(`{"at":"80%","notify":["holder"]}`), &s); err != nil || s.At != 80 {
		t.Errorf("%+v %v", s, err)
	}
	if err := json.Unmarshal([]byte(`{"at":"0.8"}`), &s); code(err) != "clock.ladder" {
		t.Error(err)
	}
}
