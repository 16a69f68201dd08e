package conform

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/door/gateway"
	"github.com/chengshu/chengshu/internal/gm"
)

// caller looks keys up until the server is gone, by key or signed, and judges each answer.
func (s *siege) caller(ctx context.Context, rng *rand.Rand) {
	c, end := newClient()
	defer end()
	for ctx.Err() == nil {
		g := s.pick(rng)
		if !s.look(ctx, c, g, rng.IntN(keyCount), rng.IntN(4) == 0) {
			return
		}
	}
}

func newClient() (*http.Client, func()) {
	t := &http.Transport{}
	return &http.Client{Transport: t}, t.CloseIdleConnections
}

// pick chooses a grant, now and then one that was revoked.
func (s *siege) pick(rng *rand.Rand) *grant {
	s.mu.Lock()
	defer s.mu.Unlock()
	var live, gone []*grant
	for _, g := range s.grants {
		if g.ending || !g.revoked.IsZero() {
			gone = append(gone, g)
		} else {
			live = append(live, g)
		}
	}
	if len(live) == 0 || len(gone) > 0 && rng.IntN(20) == 0 {
		live = gone
	}
	slices.SortFunc(live, func(a, b *grant) int { return bytes.Compare([]byte(a.id), []byte(b.id)) })
	return live[rng.IntN(len(live))]
}

// signedCall is a request that can be sent again as it was.
type signedCall struct {
	path   string
	header http.Header
}

// look looks one key up; false: the server is gone.
func (s *siege) look(ctx context.Context, c *http.Client, g *grant, k int, signed bool) bool {
	t := s.table(g.directory)
	s.mu.Lock()
	floor := t.floor[k]
	s.mu.Unlock()
	call := signedCall{path: fmt.Sprintf("/data/v1/%s?k=%d", g.directory, k), header: http.Header{}}
	call.header.Set("X-Chengshu-Grant", g.id)
	if signed {
		g.app.sign(call)
	} else {
		call.header.Set("X-Api-Key", g.app.key)
	}
	began := time.Now()
	resp, body, err := s.send(ctx, c, call)
	if err != nil {
		return false
	}
	if resp.StatusCode != http.StatusOK {
		s.refusal(g, "read", resp, body)
		return true
	}
	rows, err := judge(t, k, floor, body)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.wrong = append(s.wrong, fmt.Errorf("%s: key %d: %w", t.name, k, err))
	} else {
		t.floor[k] = max(t.floor[k], rows.height)
	}
	if !g.revoked.IsZero() && began.After(g.revoked) {
		s.wrong = append(s.wrong, fmt.Errorf("the grant %s answered a call that began %s after its revocation was acknowledged", g.id, began.Sub(g.revoked)))
	}
	s.answered = append(s.answered, &answer{grant: g, receipt: resp.Header.Get("X-Chengshu-Receipt"), action: "read", outcome: "ok",
		answer: audit.AnswerHash(gm.Sum3(body)), rows: rows.count})
	if signed {
		s.replay = &call
	}
	return true
}

func (s *siege) send(ctx context.Context, c *http.Client, call signedCall) (*http.Response, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.address+call.path, nil)
	if err != nil {
		return nil, nil, err
	}
	r.Header = call.header
	resp, err := c.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, body, err
}

func (a *client) sign(call signedCall) {
	path, query, _ := bytes.Cut([]byte(call.path), []byte("?"))
	stamp, nonce := strconv.FormatInt(time.Now().Unix(), 10), fmt.Sprintf("n%016x%016x", rand.Uint64(), rand.Uint64())
	sum := gm.HMAC3([]byte(a.secret), gateway.Message(http.MethodGet, string(path), string(query), stamp, nonce, nil))
	for name, value := range map[string]string{"Key": a.hmac, "Timestamp": stamp, "Nonce": nonce, "Signature": base64.StdEncoding.EncodeToString(sum[:])} {
		call.header.Set("X-Chengshu-"+name, value)
	}
}

// shown is what an answer shows of a key.
type shown struct {
	count  int64
	height int // how far its generations go
	gens   map[int]int
}

// judge finds an answer that shows half a batch, one of a batch that was replaced before it
// began, or what the grant masks.
func judge(t *table, k, floor int, body []byte) (out shown, err error) {
	var a struct {
		Rows []struct {
			K, Gen int
			Person *string
		}
		More bool
	}
	if err := json.Unmarshal(body, &a); err != nil || a.More {
		return out, fmt.Errorf("the answer cannot be read: %s", body)
	}
	gens := map[int]int{}
	out.gens = gens
	for _, r := range a.Rows {
		if r.K != k || r.Person != nil {
			return out, fmt.Errorf("a row that is not to be shown: %+v", r)
		}
		gens[r.Gen]++
		out.height = max(out.height, r.Gen)
	}
	out.count = int64(len(a.Rows))
	for gen, n := range gens {
		if n != perKey {
			return out, fmt.Errorf("half a batch: %d rows of generation %d: %v", n, gen, gens)
		}
	}
	if t.mode != "append" && len(gens) != 1 {
		return out, fmt.Errorf("generations side by side: %v", gens)
	}
	if out.height < floor {
		return out, fmt.Errorf("generation %d after %d had been shown", out.height, floor)
	}
	return out, nil
}

// refusal judges a call that was not answered.
func (s *siege) refusal(g *grant, action string, resp *http.Response, body []byte) {
	var p struct{ Code, Receipt string }
	err := json.Unmarshal(body, &p)
	s.mu.Lock()
	defer s.mu.Unlock()
	gone := g.ending || !g.revoked.IsZero()
	switch {
	case err != nil || resp.Header.Get("Content-Type") != "application/problem+json":
		s.wrong = append(s.wrong, fmt.Errorf("%s: a refusal of no form: %s", resp.Status, body))
	case p.Code == "quota.day":
		s.exhausted[g.id] = true
	case p.Code == "quota.second", p.Code == "call.refused.often", p.Code == "sign.restart":
	case p.Code == "call.denied" && gone:
	default:
		s.wrong = append(s.wrong, fmt.Errorf("a call of the grant %s (revoked: %t) was refused: %s %s", g.id, gone, resp.Status, body))
	}
	if p.Receipt != "" {
		s.answered = append(s.answered, &answer{grant: g, receipt: p.Receipt, action: action, outcome: p.Code})
	}
}

// counter counts whole tables: what a count sees is whole batches as well.
func (s *siege) counter(ctx context.Context, rng *rand.Rand) {
	c, end := newClient()
	defer end()
	for ctx.Err() == nil {
		g := s.pick(rng)
		resp, body, err := s.send(ctx, c, signedCall{"/data/v1/" + g.directory + "/count", http.Header{"X-Api-Key": {g.app.key}, "X-Chengshu-Grant": {g.id}}})
		if err != nil {
			return
		}
		if resp.StatusCode != http.StatusOK {
			s.refusal(g, "count", resp, body)
			continue
		}
		var n struct{ Count int64 }
		err = json.Unmarshal(body, &n)
		s.mu.Lock()
		whole := s.table(g.directory).mode != "append"
		if err != nil || n.Count%perKey != 0 || whole && n.Count != keyCount*perKey {
			s.wrong = append(s.wrong, fmt.Errorf("%s: a count of part of a batch: %s", g.directory, body))
		}
		s.answered = append(s.answered, &answer{grant: g, receipt: resp.Header.Get("X-Chengshu-Receipt"), action: "count", outcome: "ok", answer: audit.AnswerHash(gm.Sum3(body)), rows: -1})
		s.mu.Unlock()
	}
}

func (s *siege) table(name string) *table {
	for _, t := range s.tables {
		if t.name == name {
			return t
		}
	}
	panic("conform: no table " + name)
}
