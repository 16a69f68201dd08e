package demo

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// kind is what an application asks for.
type kind string

const (
	byKey  kind = "key"    // somebody who is there
	absent kind = "absent" // somebody who is not
	list   kind = "list"
	count  kind = "count"
	wrong  kind = "wrong" // a key the service does not have
)

// call is one call of an application.
type call struct {
	app  string
	hour float64
	kind kind
	pick int // of what is there
}

// callsOn are the calls of a day in their order: those of the applications granted by then,
// fewer at weekends, some of them wrong; and on one afternoon an application that goes
// through ids one after the other. The same seed and day give the same calls. Share is how
// much of the day there is.
func callsOn(seed uint64, day int, weekend bool, share float64) []call {
	random := rand.New(rand.NewPCG(seed, uint64(1000+day)))
	var out []call
	for _, u := range uses {
		if u.day >= day {
			continue // from the day after it was granted
		}
		n := float64(u.calls) * (0.75 + random.Float64()/2) * (1 + float64(day+before)/100)
		if weekend {
			n /= 4
		}
		for range int(n*share + 0.5) {
			out = append(out, call{u.app, 8.5 + 10*random.Float64(), u.kind(random), random.IntN(1 << 20)})
		}
	}
	if day == -4 {
		for i := range 90 {
			out = append(out, call{"bus_card", 14 + float64(i)/450, absent, i})
		}
	}
	slices.SortFunc(out, func(a, b call) int {
		return cmp.Or(cmp.Compare(a.hour, b.hour), strings.Compare(a.app, b.app), cmp.Compare(a.pick, b.pick))
	})
	return out
}

// kind is what an application asks for this time.
func (u use) kind(random *rand.Rand) kind {
	n := random.IntN(100)
	switch {
	case u.list != "" && n < 85:
		return list
	case u.list != "":
		return count
	case n < 3:
		return wrong
	case n < 12:
		return absent
	}
	return byKey
}

// callAll makes calls of a day in their order, some of them at the same time.
func (s *stage) callAll(ctx context.Context, day int, calls []call) error {
	var errs []error
	for some := range slices.Chunk(calls, s.clock.atOnce(4)) {
		errs = append(errs, s.until(ctx, s.clock.hour(day, some[len(some)-1].hour)))
		var wg sync.WaitGroup
		for _, k := range some {
			wg.Go(func() {
				err := s.make(ctx, s.callers[k.app], k, day)
				s.mu.Lock()
				defer s.mu.Unlock()
				s.calls++
				errs = append(errs, err)
			})
		}
		wg.Wait()
	}
	return errors.Join(errs...)
}

// make makes a call and compares the status of its answer with what it has to be.
func (s *stage) make(ctx context.Context, c *caller, k call, day int) error {
	path, body := "/data/v1/"+c.service, ""
	switch k.kind {
	case list:
		path, body = path+"/rows", c.list
	case count:
		path += "/count"
	default:
		key, value := c.item, c.values[k.pick%len(c.values)]
		if k.kind == wrong {
			key = "idcard"
		} else if k.kind == absent {
			value = "42010219" + strconv.Itoa(4_000_000_000+k.pick)
		}
		b, err := json.Marshal(map[string]any{"key": map[string]string{key: value}})
		if err != nil {
			return err
		}
		body = string(b)
	}
	r, err := s.call(ctx, c, http.MethodPost, path, body)
	if err != nil {
		return err
	}
	if want := c.expects(k, day); r.status != want && !(c.perDay > 0 && r.status == http.StatusTooManyRequests) {
		return fmt.Errorf("demo: a call of %s by %s was answered %d and not %d: %s", c.service, c.app, r.status, want, r)
	}
	if k.kind == byKey && r.status == http.StatusOK {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.proof = &answered{c, r}
	}
	return nil
}

// expects is the status a call has to be answered with.
func (c *caller) expects(k call, day int) int {
	switch {
	case c.ended || c.until != 0 && day > c.until:
		return http.StatusForbidden
	case k.kind == wrong:
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// call asks the door as an application does.
func (s *stage) call(ctx context.Context, c *caller, method, path, body string) (*reply, error) {
	header := http.Header{"X-Api-Key": {c.key}}
	if body != "" {
		header.Set("Content-Type", "application/json")
	}
	return s.ask(ctx, method, path, strings.NewReader(body), header)
}
