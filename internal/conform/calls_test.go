package conform

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// The proofs are proven on answers that are wrong: a proof that finds nothing wrong in them
// would find nothing at all.

func TestJudgeFindsWhatMustNotBeShown(t *testing.T) {
	rows := func(k, gen, n int) string {
		return strings.TrimSuffix(strings.Repeat(fmt.Sprintf(`{"k":%d,"gen":%d,"person":null},`, k, gen), n), ",")
	}
	for name, c := range map[string]struct {
		mode, rows, want string
		floor            int
	}{
		"a whole generation":         {mode: "replace", rows: rows(7, 2, perKey), floor: 2},
		"generations of an appended": {mode: "append", rows: rows(7, 1, perKey) + "," + rows(7, 3, perKey)},
		"half a batch":               {mode: "replace", rows: rows(7, 2, perKey-1), want: "half a batch"},
		"half an appended batch":     {mode: "append", rows: rows(7, 1, perKey) + "," + rows(7, 2, 2), want: "half a batch"},
		"old and new side by side":   {mode: "merge", rows: rows(7, 1, perKey) + "," + rows(7, 2, perKey), want: "side by side"},
		"no rows":                    {mode: "merge", want: "side by side"},
		"an older one again":         {mode: "replace", rows: rows(7, 2, perKey), floor: 3, want: "after 3"},
		"another key":                {mode: "replace", rows: rows(8, 2, perKey), want: "not to be shown"},
		"a masked item":              {mode: "replace", rows: `{"k":7,"gen":2,"person":"某"}`, want: "not to be shown"},
		"no answer":                  {mode: "replace", rows: "{", want: "cannot be read"},
	} {
		_, err := judge(&table{mode: c.mode}, 7, c.floor, []byte(`{"rows":[`+c.rows+`],"more":false}`))
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestQuotasFindsACallTooMany(t *testing.T) {
	noon := time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)
	var every100ms []time.Time
	for i := range 40 {
		every100ms = append(every100ms, noon.Add(time.Duration(i)*100*time.Millisecond))
	}
	for name, c := range map[string]struct {
		g    grant
		want string
	}{
		"within":             {g: grant{perSecond: 5, perDay: 40, at: every100ms, days: map[string]int{"2026-11-26": 40}}},
		"too many in a day":  {g: grant{perSecond: 5, perDay: 39, at: every100ms, days: map[string]int{"2026-11-26": 40}}, want: "of 39"},
		"too many at a time": {g: grant{perSecond: 4, perDay: 40, at: every100ms, days: map[string]int{"2026-11-26": 40}}, want: "second of 4"},
	} {
		s := &siege{grants: map[string]*grant{"g": &c.g}}
		err := s.quotas(context.Background())
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestStateFindsLostAcknowledgements(t *testing.T) {
	for name, c := range map[string]struct {
		state           string
		sent, confirmed bool
		ok              bool
	}{
		"stands":                            {state: "active", ok: true},
		"revoked":                           {state: "revoked", sent: true, confirmed: true, ok: true},
		"revoked, the answer was lost":      {state: "revoked", sent: true, ok: true},
		"not revoked, the request was lost": {state: "active", sent: true, ok: true},
		"acknowledged, and stands":          {state: "active", sent: true, confirmed: true},
		"revoked, and nobody asked":         {state: "revoked"},
		"expired before its time":           {state: "expired"},
	} {
		g := &grant{ending: c.sent}
		if c.confirmed {
			g.revoked = time.Now()
		}
		if err := new(siege).state(g, c.state); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
