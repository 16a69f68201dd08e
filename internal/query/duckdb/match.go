package duckdb

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"

	duck "github.com/duckdb/duckdb-go-bindings"
)

// matcher is a pattern made into a table: one step a character, whatever the pattern. It
// is several times as fast as the engine's own search, for patterns that must match whole
// texts.
type matcher struct {
	plane  []uint16 // class of a character of the basic plane
	starts []rune   // class i begins at starts[i]
	next   []uint32 // state × classes: where the next state's row begins; 0 is the state that never matches
	accept []bool   // by where a state's row begins
}

const (
	mostStates  = 1000
	mostClasses = 500
)

// newMatcher makes a matcher; false for patterns that are too large or look around, which
// the engine then matches itself.
func newMatcher(pattern string) (*matcher, bool) {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, false
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, false
	}
	for _, in := range prog.Inst {
		if in.Op == syntax.InstEmptyWidth {
			return nil, false
		}
	}
	m := &matcher{starts: classes(prog)}
	if len(m.starts) > mostClasses {
		return nil, false
	}
	m.plane = make([]uint16, 1<<16)
	for i, from := range m.starts {
		for r := from; r < 1<<16 && (i+1 == len(m.starts) || r < m.starts[i+1]); r++ {
			m.plane[r] = uint16(i)
		}
	}
	return m, m.build(prog)
}

// classes gives where ranges of characters begin that the pattern cannot tell apart.
func classes(prog *syntax.Prog) []rune {
	starts := []rune{0}
	for _, in := range prog.Inst {
		switch in.Op {
		case syntax.InstRune, syntax.InstRune1:
			if len(in.Rune) == 1 {
				starts = append(starts, in.Rune[0], in.Rune[0]+1)
				for r := unicode.SimpleFold(in.Rune[0]); r != in.Rune[0]; r = unicode.SimpleFold(r) {
					starts = append(starts, r, r+1)
				}
				continue
			}
			for i := 0; i+1 < len(in.Rune); i += 2 {
				starts = append(starts, in.Rune[i], in.Rune[i+1]+1)
			}
		case syntax.InstRuneAnyNotNL:
			starts = append(starts, '\n', '\n'+1)
		}
	}
	slices.Sort(starts)
	return slices.Compact(starts)
}

func (m *matcher) class(r rune) int {
	i, found := slices.BinarySearch(m.starts, r)
	if !found {
		i--
	}
	return i
}

// build makes the states: sets of places in the program.
func (m *matcher) build(prog *syntax.Prog) bool {
	states := map[string]uint32{"": 0}
	var sets [][]uint32
	width := len(m.starts)
	intern := func(set []uint32) uint32 {
		slices.Sort(set)
		set = slices.Compact(set)
		k := fmt.Sprint(set)
		if len(set) == 0 {
			k = ""
		}
		if id, ok := states[k]; ok && len(sets) > 0 {
			return id
		}
		id := uint32(len(sets) * width)
		states[k] = id
		sets = append(sets, set)
		m.accept = append(m.accept, make([]bool, width)...)
		m.accept[id] = slices.ContainsFunc(set, func(pc uint32) bool { return prog.Inst[pc].Op == syntax.InstMatch })
		return id
	}
	intern(nil)
	intern(follow(prog, uint32(prog.Start), nil))
	for s := 0; s < len(sets); s++ {
		if len(sets) > mostStates {
			return false
		}
		for _, r := range m.starts {
			var to []uint32
			for _, pc := range sets[s] {
				if in := &prog.Inst[pc]; in.Op != syntax.InstMatch && in.MatchRune(r) {
					to = follow(prog, in.Out, to)
				}
			}
			m.next = append(m.next, intern(to))
		}
	}
	return true
}

// follow adds the places that are reached from pc without reading.
func follow(prog *syntax.Prog, pc uint32, set []uint32) []uint32 {
	if slices.Contains(set, pc) {
		return set
	}
	in := &prog.Inst[pc]
	switch in.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		return follow(prog, in.Arg, follow(prog, in.Out, append(set, pc)))
	case syntax.InstCapture, syntax.InstNop:
		return follow(prog, in.Out, append(set, pc))
	case syntax.InstFail:
		return set
	}
	return append(set, pc)
}

// match says whether the whole of b fits.
func (m *matcher) match(b []byte) bool {
	at := uint32(len(m.starts))
	for i := 0; i < len(b) && at != 0; {
		if c := b[i]; c < utf8.RuneSelf {
			at = m.next[at+uint32(m.plane[c])]
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		i += n
		if r < 1<<16 {
			at = m.next[at+uint32(m.plane[r])]
		} else {
			at = m.next[at+uint32(m.class(r))]
		}
	}
	return m.accept[at]
}

// function is the matcher as a function of one text.
func (m *matcher) function(name string) function {
	return function{name: name, params: []duck.Type{duck.TypeVarchar}, result: plain(duck.TypeBoolean),
		run: reads(func(b []byte) (bool, bool) { return m.match(b), true })}
}
