package conform

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/gm"
)

// prove compares what the server holds now with what it told before it was killed.
func (s *siege) prove(ctx context.Context) error {
	if err := errors.Join(s.wrong...); err != nil {
		return err
	}
	if err := s.settled(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{s.holds, s.account, s.reconcile, s.keys, s.receipts, s.again, s.quotas, s.served,
		func(ctx context.Context) error { return s.chain(ctx, false) }} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// account finds out what became of the file that was sent last.
func (s *siege) account(ctx context.Context) error {
	l := s.load
	if l == nil {
		return nil
	}
	s.load = nil
	for _, b := range s.list(ctx, "&directory="+l.t.name) {
		if b.File != filepath.Base(l.file) {
			continue
		}
		switch {
		case b.State == "published" && b.Published == int64(len(l.keys)*perKey):
			l.publish()
			s.result.Batches++
		case b.State == "failed" && b.Error != nil && b.Error.Code == "load.killed":
		default:
			return fmt.Errorf("the batch is %+v", b)
		}
	}
	return nil
}

// reconcile compares grants: what was acknowledged is there; what was asked for and not
// answered is either.
func (s *siege) reconcile(ctx context.Context) error {
	left := maps.Clone(s.grants)
	for cursor := ""; ; {
		var l struct {
			Items []grantOut
			Next  *string
		}
		if err := s.call(ctx, "GET", "/grants?limit=500&cursor="+cursor, nil, &l); err != nil {
			return err
		}
		for _, out := range l.Items {
			g := s.grants[out.ID]
			if g == nil && !s.asked[out.Purpose] {
				return fmt.Errorf("nobody asked for the grant %+v", out)
			}
			if g == nil {
				g = s.know(out)
			}
			delete(left, out.ID)
			if err := s.state(g, out.State); err != nil {
				return err
			}
		}
		if l.Next == nil {
			break
		}
		cursor = *l.Next
	}
	if len(left) > 0 {
		return fmt.Errorf("grants that were acknowledged are gone: %v", slices.Collect(maps.Keys(left)))
	}
	clear(s.asked)
	return nil
}

func (s *siege) state(g *grant, state string) error {
	switch {
	case state == "revoked" && g.ending && g.revoked.IsZero():
		s.ended(g) // its answer was lost
	case state == "active" && g.revoked.IsZero():
		g.ending = false
	case state == "revoked" && !g.revoked.IsZero():
	default:
		return fmt.Errorf("the grant %s is %s; a revocation was sent: %t, acknowledged: %t", g.id, state, g.ending, !g.revoked.IsZero())
	}
	return nil
}

// keys finds a new key that was acknowledged and is not in the ring.
func (s *siege) keys(ctx context.Context) error {
	ring, err := s.ring(ctx)
	for _, id := range s.rotated {
		if err == nil && !slices.ContainsFunc(ring, func(k ringKey) bool { return k.ID == id }) {
			err = fmt.Errorf("the key %s was acknowledged and is gone", id)
		}
	}
	return err
}

// receipts fetches the receipt of every answer since the last proof and proves it by the
// public key alone.
func (s *siege) receipts(ctx context.Context) error {
	if err := s.verifyAll(ctx, s.answered); err != nil {
		return err
	}
	s.proven = append(s.proven, s.answered...)
	s.answered = nil
	return nil
}

// oldReceipts proves some of all rounds once more.
func (s *siege) oldReceipts(ctx context.Context, n int) error {
	some := make([]*answer, min(n, len(s.proven)))
	for i := range some {
		some[i] = s.proven[s.rng.IntN(len(s.proven))]
	}
	return s.verifyAll(ctx, some)
}

func (s *siege) verifyAll(ctx context.Context, all []*answer) error {
	keys, err := gm.ReadPublic(filepath.Join(s.data, "keys.json"))
	if err != nil {
		return err
	}
	work := make(chan *answer, len(all))
	for _, a := range all {
		work <- a
	}
	close(work)
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			c, end := newClient()
			defer end()
			for a := range work {
				if errs[i] = s.verify(ctx, c, keys, a); errs[i] != nil {
					errs[i] = fmt.Errorf("the receipt %s of a call under the grant %s: %w", a.receipt, a.grant.id, errs[i])
					return
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (s *siege) verify(ctx context.Context, c *http.Client, keys map[string]*ecdsa.PublicKey, a *answer) error {
	resp, body, err := s.send(ctx, c, signedCall{"/data/v1/receipts/" + a.receipt, http.Header{"X-Api-Key": {a.grant.app.key}}})
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", resp.Status, body)
	}
	r, err := audit.ParseReceipt(body)
	if err != nil {
		return err
	}
	e, err := audit.VerifyReceipt(r, keys[r.Key])
	if err != nil {
		return err
	}
	if e.App != a.grant.app.name || e.Action != a.action || e.Outcome != a.outcome || e.Service != a.grant.directory || e.Answer != a.answer ||
		a.outcome == "ok" && (e.Grant != a.grant.id || a.rows >= 0 && e.Rows != a.rows) {
		return fmt.Errorf("it is of something else: %+v, where the call got %+v", e, a)
	}
	return s.enter(a, e)
}

// enter counts an answer in its grant's quota, once.
func (s *siege) enter(a *answer, e audit.Entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.verified {
		return nil
	}
	if s.seen[a.receipt] {
		return errors.New("two calls were given it")
	}
	a.verified, s.seen[a.receipt] = true, true
	if a.outcome != "ok" {
		s.result.Refused++
		return nil
	}
	s.result.Answered++
	a.grant.at = append(a.grant.at, e.At)
	a.grant.days[e.At.In(china).Format(time.DateOnly)]++
	return nil
}

// china is the zone whose midnight ends a day of quotas.
var china = time.FixedZone("CST", 8*60*60)

// quotas finds a grant that let more through than it may: in a day, whatever restarts lie
// in it, or in a second, of which any moment touches two.
func (s *siege) quotas(context.Context) error {
	for _, g := range s.grants {
		for day, n := range g.days {
			if n > g.perDay {
				return fmt.Errorf("the grant %s answered %d calls on %s of %d", g.id, n, day, g.perDay)
			}
		}
		slices.SortFunc(g.at, time.Time.Compare)
		from := 0
		for i, t := range g.at {
			for t.Sub(g.at[from]) >= time.Second {
				from++
			}
			if n := i - from + 1; n > 2*g.perSecond {
				return fmt.Errorf("the grant %s answered %d calls in a second of %d", g.id, n, g.perSecond)
			}
		}
	}
	s.result.Exhausted = len(s.exhausted)
	return nil
}

// again sends an answered signed call once more: the process that knew its nonce is gone.
func (s *siege) again(ctx context.Context) error {
	if s.replay == nil {
		return nil
	}
	c, end := newClient()
	defer end()
	resp, body, err := s.send(ctx, c, *s.replay)
	s.replay = nil
	if err == nil && (resp.StatusCode != http.StatusUnauthorized || !strings.Contains(string(body), "sign.")) {
		err = fmt.Errorf("a signed call that was answered before was taken again: %s %s", resp.Status, body)
	}
	return err
}

// served waits until the services show what is published: some keys, or all of them.
func (s *siege) served(ctx context.Context) error { return s.shows(ctx, 8) }

func (s *siege) shows(ctx context.Context, keys int) error {
	c, end := newClient()
	defer end()
	for _, g := range s.readers {
		from := s.rng.IntN(keyCount)
		if err := soon(ctx, func() error { return s.compare(ctx, c, g, from, keys) }); err != nil {
			return fmt.Errorf("%s: %w", g.directory, err)
		}
	}
	return errors.Join(s.wrong...)
}

// compare asks for keys and wants the generations that were published, no other.
func (s *siege) compare(ctx context.Context, c *http.Client, g *grant, from, keys int) error {
	t := s.table(g.directory)
	for i := range keys {
		k := (from + i) % keyCount
		resp, body, err := s.send(ctx, c, signedCall{fmt.Sprintf("/data/v1/%s?k=%d", t.name, k), http.Header{"X-Api-Key": {g.app.key}, "X-Chengshu-Grant": {g.id}}})
		if err != nil {
			return err
		}
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s", resp.Status, body)
		}
		shows, err := judge(t, k, t.floor[k], body)
		if err != nil {
			return err
		}
		if got := slices.Sorted(maps.Keys(shows.gens)); !slices.Equal(got, t.of[k]) {
			return fmt.Errorf("key %d shows the generations %v, published are %v", k, got, t.of[k])
		}
	}
	return nil
}

// chain verifies the audit from its files: in this process, or at the end every signature
// of it by the command.
func (s *siege) chain(ctx context.Context, every bool) error {
	r, err := s.audited(ctx, every)
	if err != nil {
		return err
	}
	s.result.Segments, s.result.Entries = r.Segments, r.Entries
	if !every {
		return nil
	}
	out, err := exec.CommandContext(ctx, s.self, "verify", "audit", "--every", "--data", s.data).CombinedOutput()
	if err != nil {
		return fmt.Errorf("verify audit: %w: %s", err, out)
	}
	return nil
}
