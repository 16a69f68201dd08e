package flow

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

// TestAnotherNodeWasFaster: a case is written over the revision it was read at and no other,
// and then nothing of the slower act is kept.
func TestAnotherNodeWasFaster(t *testing.T) {
	ctx := t.Context()
	st, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "state.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	if err := st.Migrate(ctx, "flow", migrations); err != nil {
		t.Fatal(err)
	}
	put := func(c, before Case) error {
		return st.Write(ctx, func(ctx context.Context, tx store.Tx) error {
			return write(ctx, tx, written{c: c, keep: "{}", turns: []turn{{office: c.Office, role: "r"}}}, before)
		})
	}
	one := Case{ID: "c", Pack: "p", Flow: "f", Record: "r", Rev: 1, Office: "first"}
	two, late := one, one
	two.Rev, two.Office = 2, "second"
	late.Rev, late.Office = 2, "third"
	for _, s := range []struct {
		c, before Case
		want      error
	}{{one, Case{}, nil}, {two, one, nil}, {late, one, ErrStale}} {
		if err := put(s.c, s.before); !errors.Is(err, s.want) || s.want == nil && err != nil {
			t.Fatalf("%+v over %d: %v", s.c, s.before.Rev, err)
		}
	}
	for query, want := range map[string]string{
		`SELECT office FROM flow_case`: "second", `SELECT office FROM flow_turn`: "second", `SELECT group_concat(office) FROM (SELECT office FROM flow_party ORDER BY office)`: "first,second",
	} {
		var got string
		if err := st.Read().QueryRowContext(ctx, query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %q, %v", query, got, err)
		}
	}
}
