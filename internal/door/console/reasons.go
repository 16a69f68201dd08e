package console

import (
	"context"
	"fmt"
	"sync"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/rule"
)

// What a rule says of a broken row is asked for while people type: the rules of a version of a
// directory never change, so they are compiled once.

// mostPrograms bounds the versions whose rules are kept.
const mostPrograms = 64

// programs are the compiled rules of versions of directories.
type programs struct {
	mu   sync.Mutex
	kept map[string]*rule.Program
	turn []string // the oldest first
}

// rules gives the compiled rules of a version.
func (c *Console) rules(v catalog.Version) (*rule.Program, error) {
	key := fmt.Sprintf("%s@%d", v.Directory.Name, v.Version)
	c.programs.mu.Lock()
	p := c.programs.kept[key]
	c.programs.mu.Unlock()
	if p != nil {
		return p, nil
	}
	p, err := rule.Compile(v.Directory.RuleSet(), c.Lists)
	if err != nil {
		return nil, err
	}
	c.programs.keep(key, p)
	return p, nil
}

func (s *programs) keep(key string, p *rule.Program) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil {
		s.kept = map[string]*rule.Program{}
	}
	if s.kept[key] == nil {
		s.turn = append(s.turn, key)
	}
	s.kept[key] = p
	if len(s.turn) > mostPrograms {
		delete(s.kept, s.turn[0])
		s.turn = s.turn[1:]
	}
}

// reasons gives what each rule of a directory says of a row that breaks it, by its name;
// version 0 is the directory as it is now.
func (c *Console) reasons(ctx context.Context, directory string, version int) (map[string]string, error) {
	v, err := c.Catalog.Get(ctx, directory)
	if version > 0 {
		v, err = c.Catalog.At(ctx, directory, version)
	}
	if err != nil {
		return nil, err
	}
	p, err := c.rules(v)
	if err != nil {
		return nil, err
	}
	return reasonsOf(p, lang(ctx)), nil
}

func reasonsOf(p *rule.Program, lang string) map[string]string {
	out := map[string]string{}
	for _, r := range p.Rules {
		out[r.Name] = rule.Explain(r).In(lang)
	}
	return out
}
