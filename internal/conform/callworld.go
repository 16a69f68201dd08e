package conform

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// siege is a data folder with services, the server on it, and what its callers saw.
type siege struct {
	storm
	rng     *rand.Rand // used between rounds only
	result  CallsResult
	tables  []*table // by directory, constant after found
	apps    []*client
	readers []*grant // one of each table, never revoked

	purposes []string // of the ring's keys

	mu        sync.Mutex
	rotated   []string // ids of keys that were acknowledged
	grants    map[string]*grant
	asked     map[string]bool // purposes of grants whose making was not answered
	answered  []*answer       // since the last proof
	proven    []*answer       // before
	seen      map[string]bool // receipts: none is given twice
	exhausted map[string]bool // grants whose day was told to be used up
	wrong     []error         // what callers saw and must not see
	load      *load           // the file that was sent last
	files     int
	replay    *signedCall // an answered signed call, to be sent again
}

// client is an application with its keys.
type client struct{ name, key, hmac, secret string }

// grant is one that is known, by its making or by a list.
type grant struct {
	id, directory     string
	app               *client
	perSecond, perDay int
	kept              bool      // never revoked
	ending            bool      // a revocation was sent
	revoked           time.Time // acknowledged; calls begun later are refused
	days              map[string]int
	at                []time.Time // of its answered calls
}

// answer is a call that was answered, or refused with a receipt.
type answer struct {
	grant    *grant
	receipt  string
	answer   string // hash of the body; empty of a refusal
	rows     int64
	outcome  string
	action   string
	verified bool
}

// table is what a directory's rows are known to be: each key has its rows in generations,
// every generation whole.
type table struct {
	name, mode string
	generation int
	of         [keyCount][]int // what is published
	floor      [keyCount]int   // what a reader has seen: nobody after may see less
}

const (
	keyCount = 100
	perKey   = 5 // rows of a key in a generation
)

// load is a file of one generation.
type load struct {
	t    *table
	file string
	gen  int
	keys []int
}

const servedDeclaration = `kind: directory
name: %[1]s
title: %[1]s
office: siege
abstract: rows whose generations are known
class: department
format: database
update: daily
level: L2
share: {type: conditional, way: api, condition: a proof}
items:
  - {name: id, title: id, type: int}
  - {name: k, title: k, type: int}
  - {name: gen, title: gen, type: int}
  - {name: person, title: person, type: text, personal: name}
load: {mode: %[2]s}
---
kind: office
name: siege
title: siege
region: "420102000000"
`

const servedService = "kind: service\nname: %[1]s\ntitle: %[1]s\ndirectory: %[1]s\nkey: [k]\nfilter: [gen]\n"

// found registers the directories with a first generation each, their services, the
// applications and their first grants.
func (s *siege) found(ctx context.Context) error {
	for name, mode := range map[string]string{"siege_append": "append", "siege_merge": "merge, key: [id]", "siege_replace": "replace"} {
		if err := s.call(ctx, "POST", "/directories", fmt.Sprintf(servedDeclaration, name, mode), nil); err != nil {
			return err
		}
	}
	for _, name := range []string{"siege_append", "siege_merge", "siege_replace"} {
		t := &table{name: name, mode: strings.TrimPrefix(name, "siege_")}
		s.tables = append(s.tables, t)
		if err := s.first(ctx, t); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for i := range 3 {
		a := &client{name: fmt.Sprintf("siege_app%d", i)}
		if err := s.call(ctx, "POST", "/apps", map[string]string{"name": a.name, "title": a.name, "office": "siege"}, nil); err != nil {
			return err
		}
		var given struct {
			Key    struct{ ID string }
			Secret string
		}
		if err := s.call(ctx, "POST", "/apps/"+a.name+"/keys", map[string]string{"kind": "api"}, &given); err != nil {
			return err
		}
		a.key = given.Secret
		if err := s.call(ctx, "POST", "/apps/"+a.name+"/keys", map[string]string{"kind": "hmac"}, &given); err != nil {
			return err
		}
		a.hmac, a.secret = given.Key.ID, given.Secret
		s.apps = append(s.apps, a)
	}
	for _, t := range s.tables {
		g, err := s.grant(ctx, s.apps[0], t, 10_000, 10_000_000)
		if err != nil {
			return err
		}
		g.kept = true
		s.readers = append(s.readers, g)
	}
	keys, err := s.ring(ctx)
	for _, k := range keys {
		s.purposes = append(s.purposes, k.Purpose)
	}
	if err != nil {
		return err
	}
	return s.shows(ctx, keyCount)
}

// first publishes a directory with its first generation, and serves it.
func (s *siege) first(ctx context.Context, t *table) error {
	l, err := s.write(t, s.rng)
	if err != nil {
		return err
	}
	var b batch
	if err := s.call(ctx, "POST", "/loads", map[string]any{"directory": t.name, "path": l.file}, &b); err != nil {
		return err
	}
	if err := s.settled(ctx); err != nil {
		return err
	}
	if err := s.account(ctx); err != nil {
		return err
	}
	if err := s.call(ctx, "POST", "/directories/"+t.name+"/publish", map[string]string{"reason": "a proof"}, nil); err != nil {
		return err
	}
	return s.call(ctx, "POST", "/services", fmt.Sprintf(servedService, t.name), nil)
}

// write makes the file of a table's next generation, over all its keys or some of them.
func (s *siege) write(t *table, rng *rand.Rand) (*load, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files++
	t.generation++
	l := &load{t: t, gen: t.generation, file: filepath.Join(s.dir, fmt.Sprintf("g%d.csv", s.files))}
	var b strings.Builder
	b.WriteString("id,k,gen,person\n")
	for k := range keyCount {
		if t.mode != "replace" && t.generation > 1 && rng.IntN(6) > 0 {
			continue
		}
		l.keys = append(l.keys, k)
		for i := range perKey {
			id := k*perKey + i
			if t.mode == "append" {
				id += l.gen * keyCount * perKey
			}
			fmt.Fprintf(&b, "%d,%d,%d,%s\n", id, k, l.gen, unseen)
		}
	}
	s.load = l
	return l, os.WriteFile(l.file, []byte(b.String()), 0o600)
}

// unseen stands in the item that every grant masks whole.
const unseen = "欧阳不示"

// publish takes a generation into what is known to be published.
func (l *load) publish() {
	if l.t.mode == "replace" {
		l.t.of = [keyCount][]int{}
	}
	for _, k := range l.keys {
		if l.t.mode == "append" {
			l.t.of[k] = append(l.t.of[k], l.gen)
		} else {
			l.t.of[k] = []int{l.gen}
		}
	}
}
