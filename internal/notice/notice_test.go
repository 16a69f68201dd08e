package notice

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

// TestTellsEach: however many are told at once, each has one notice, as it was said.
func TestTellsEach(t *testing.T) {
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "state.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	n, err := New(t.Context(), s, func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	for _, many := range []int{0, 1, together - 1, together, together + 1, 3*together + 2} {
		var all []Notice
		for i := range many {
			all = append(all, Notice{User: fmt.Sprintf("of%d-%d", many, i), Why: "turn", Text: fault.T("请办理", "it is your turn"), Link: "/cases/1", About: fmt.Sprint(i)})
		}
		if err := s.Write(t.Context(), func(ctx context.Context, tx store.Tx) error { return n.Tell(ctx, tx, all...) }); err != nil {
			t.Fatal(err)
		}
		for _, want := range all {
			got, _, err := n.List(t.Context(), want.User, Query{Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != 1 || got[0].About != want.About || got[0].Why != want.Why || got[0].Text != want.Text || got[0].Link != want.Link || !got[0].At.Equal(at) || got[0].Read != nil {
				t.Errorf("%s was told %+v", want.User, got)
			}
		}
	}
}
