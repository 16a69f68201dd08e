package conform

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// grantOut is what is read of a grant.
type grantOut struct {
	ID        string
	Directory string
	Grantee   struct{ Name string }
	Purpose   string
	PerSecond int `json:"per_second"`
	PerDay    int `json:"per_day"`
	State     string
}

// small makes a grant with a quota that a round may use up.
func (s *siege) small(ctx context.Context, rng *rand.Rand) (*grant, error) {
	return s.grant(ctx, s.apps[rng.IntN(len(s.apps))], s.tables[rng.IntN(len(s.tables))], []int{20, 200, 5000}[rng.IntN(3)], []int{25, 150, 1000, 20_000}[rng.IntN(4)])
}

func (s *siege) grant(ctx context.Context, app *client, t *table, perSecond, perDay int) (*grant, error) {
	s.mu.Lock()
	s.files++
	purpose := fmt.Sprintf("purpose %d", s.files)
	s.asked[purpose] = true
	s.mu.Unlock()
	var out grantOut
	err := s.call(ctx, "POST", "/grants", map[string]any{"grantee": map[string]string{"kind": "app", "name": app.name}, "directory": t.name,
		"items":    []map[string]string{{"item": "id"}, {"item": "k"}, {"item": "gen"}, {"item": "person", "mask": "null"}},
		"all_rows": true, "purpose": purpose, "basis": "a proof", "until": time.Now().AddDate(1, 0, 0),
		"per_second": perSecond, "per_day": perDay}, &out)
	if err != nil {
		return nil, err
	}
	return s.know(out), nil
}

// know keeps a grant that was acknowledged, or found in a list after its making was not.
func (s *siege) know(out grantOut) *grant {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &grant{id: out.ID, directory: out.Directory, perSecond: out.PerSecond, perDay: out.PerDay, days: map[string]int{}}
	for _, a := range s.apps {
		if a.name == out.Grantee.Name {
			g.app = a
		}
	}
	delete(s.asked, out.Purpose)
	s.grants[g.id] = g
	s.result.Grants++
	return g
}

// granter makes and revokes grants; a call follows each acknowledgement at once.
func (s *siege) granter(ctx context.Context, rng *rand.Rand) {
	c, end := newClient()
	defer end()
	for ctx.Err() == nil {
		g := s.spare(rng)
		if g == nil {
			made, err := s.small(ctx, rng)
			if err != nil {
				return
			}
			g = made
		} else if err := s.revoke(ctx, g); err != nil {
			return
		}
		if !s.look(ctx, c, g, rng.IntN(keyCount), false) {
			return
		}
	}
}

// spare is a grant to revoke, when there are more than a few.
func (s *siege) spare(rng *rand.Rand) *grant {
	live := 0
	s.mu.Lock()
	for _, g := range s.grants {
		if !g.ending && g.revoked.IsZero() {
			live++
		}
	}
	s.mu.Unlock()
	if live <= 4+rng.IntN(8) {
		return nil
	}
	g := s.pick(rng)
	s.mu.Lock()
	defer s.mu.Unlock()
	if g.kept || g.ending || !g.revoked.IsZero() {
		return nil
	}
	g.ending = true
	return g
}

func (s *siege) revoke(ctx context.Context, g *grant) error {
	if err := s.call(ctx, "POST", "/grants/"+g.id+"/revoke", map[string]string{"reason": "a round of the proof"}, nil); err != nil {
		return err
	}
	s.ended(g)
	return nil
}

// ended notes that a revocation was acknowledged: calls that begin now are refused.
func (s *siege) ended(g *grant) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g.revoked = time.Now()
	s.result.Revoked++
}

// loader publishes the next generation of one table.
func (s *siege) loader(ctx context.Context, rng *rand.Rand) {
	t := s.tables[rng.IntN(len(s.tables))]
	if t.mode == "append" && len(t.of[0]) >= 15 { // a look-up shows a hundred rows
		return
	}
	l, err := s.write(t, rng)
	if err != nil {
		return
	}
	_ = s.call(ctx, "POST", "/loads", map[string]any{"directory": t.name, "path": l.file}, nil) // account finds out
}

// rotator makes new keys, and now and then a new master key, while the old ones are in use.
func (s *siege) rotator(ctx context.Context, rng *rand.Rand) {
	for range 3 {
		path := "/master-key/rotate"
		if n := rng.IntN(len(s.purposes) + 1); n < len(s.purposes) {
			path = "/keys/" + s.purposes[n] + "/rotate"
		}
		var out struct{ Key ringKey }
		if s.call(ctx, "POST", path, map[string]string{"reason": "a round of the proof"}, &out) != nil {
			return
		}
		s.mu.Lock()
		s.result.Rotated++
		if out.Key.ID != "" {
			s.rotated = append(s.rotated, out.Key.ID)
		}
		s.mu.Unlock()
	}
}

// ringKey is what is read of a key.
type ringKey struct {
	ID, Purpose string
}

func (s *siege) ring(ctx context.Context) ([]ringKey, error) {
	var l struct{ Items []ringKey }
	err := s.call(ctx, "GET", "/keys", nil, &l)
	return l.Items, err
}
