package audit

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/chengshu/chengshu/internal/gm"
)

// shelf is what is known of archived segments: a file of signed lines beside the segments'
// folder. "a LINE SIGNATURE" says that a segment was archived and where the chain stood before
// and behind it, so that the chain can be followed when its file is elsewhere; "m LINE
// SIGNATURE" that somebody declared it to be. Without the signing key neither can be made.
type shelf struct {
	lines []Archived // oldest first
	moved map[int64]Moved
}

// Archived is a segment that was archived.
type Archived struct {
	V        int       `json:"v"`
	Chain    string    `json:"chain"`
	First    int64     `json:"first"` // entries
	Last     int64     `json:"last"`
	Leaf     []byte    `json:"leaf"` // before its first entry
	Prev     []byte    `json:"prev"` // hash of the batch before
	EndLeaf  []byte    `json:"end_leaf"`
	EndBatch []byte    `json:"end_batch"`
	Bytes    int64     `json:"bytes"` // of the packed file
	Sum      []byte    `json:"sum"`   // its SM3
	From     time.Time `json:"from"`  // of its last batch: nothing in it is younger
	At       time.Time `json:"at"`    // when it was archived
	Key      string    `json:"key"`
}

// Moved says where an archived segment is kept.
type Moved struct {
	V      int       `json:"v"`
	Chain  string    `json:"chain"`
	First  int64     `json:"first"`
	Where  string    `json:"where"`
	Reason string    `json:"reason"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Key    string    `json:"key"`
}

func (l *Archived) before() state {
	return state{seq: l.First - 1, leaf: gm.Digest(l.Leaf), batch: gm.Digest(l.Prev)}
}

func (l *Archived) behind() state {
	return state{seq: l.Last, leaf: gm.Digest(l.EndLeaf), batch: gm.Digest(l.EndBatch)}
}

func (l *Archived) whole() bool {
	for _, d := range [][]byte{l.Leaf, l.Prev, l.EndLeaf, l.EndBatch, l.Sum} {
		if len(d) != gm.Size {
			return false
		}
	}
	return l.First > 0 && l.Last >= l.First
}

// shelfPath is the file of a segments' folder.
func shelfPath(dir string) string { return filepath.Clean(dir) + ".archived" }

// readShelf reads the file; there is none before anything was archived. chain may be empty
// for any.
func readShelf(dir, chain string, key func(string) *ecdsa.PublicKey) (*shelf, error) {
	s := &shelf{moved: map[int64]Moved{}}
	path := shelfPath(dir)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	at := 0
	bad := func() error {
		return damaged(path, int64(at), "归档记录被改动", "the record of archived segments was changed")
	}
	for at < len(text) {
		end := bytes.IndexByte(text[at:], '\n')
		if end < 0 || !s.read(text[at:at+end], chain, key) {
			return nil, bad()
		}
		at += end + 1
	}
	slices.SortFunc(s.lines, func(a, b Archived) int { return int(min(1, max(-1, a.First-b.First))) })
	return s, nil
}

func (s *shelf) read(line []byte, chain string, key func(string) *ecdsa.PublicKey) bool {
	if len(line) < 2 {
		return false
	}
	text, sig, ok := splitHeader(append([]byte("b"), line[1:]...))
	var named struct{ Chain, Key string }
	if !ok || json.Unmarshal(text, &named) != nil || chain != "" && named.Chain != chain || !gm.Verify(key(named.Key), text, sig) {
		return false
	}
	switch line[0] {
	case 'a':
		var l Archived
		if json.Unmarshal(text, &l) != nil || !l.whole() {
			return false
		}
		s.lines = append(s.lines, l)
	case 'm':
		var m Moved
		if json.Unmarshal(text, &m) != nil {
			return false
		}
		s.moved[m.First] = m
	default:
		return false
	}
	return true
}

// signed is a line of the file.
func signed(mark byte, v any, by gm.Signer) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	sig, err := by.Sign(text)
	return fmt.Appendf(nil, "%c %s %s\n", mark, text, base64.StdEncoding.EncodeToString(sig)), err
}

// add puts lines behind those of the file.
func addToShelf(dir string, lines []byte) error {
	path := shelfPath(dir)
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return replace(path, append(text, lines...))
}

// find lists every segment of a chain: those of its folder, of the archive and of other
// folders, and those that are known to have been archived, wherever they are. The first
// folder with a file counts.
func (s *shelf) find(dirs ...string) ([]segment, error) {
	there := map[int64]segment{}
	for _, dir := range dirs {
		if dir == "" {
			continue
		}
		found, err := listSegments(dir)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			if _, known := there[f.first]; !known {
				there[f.first] = f
			}
		}
	}
	for i := range s.lines {
		l := &s.lines[i]
		f, found := there[l.First]
		if !found {
			dir := dirs[min(1, len(dirs)-1)]
			if dir == "" {
				dir = dirs[0]
			}
			f = segment{path: segmentPath(dir, l.First), first: l.First}
		}
		f.line = l
		if m, ok := s.moved[l.First]; ok {
			f.moved = &m
		}
		there[l.First] = f
	}
	all := make([]segment, 0, len(there))
	for _, f := range there {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b segment) int { return int(min(1, max(-1, a.first-b.first))) })
	return all, nil
}
