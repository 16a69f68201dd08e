package search

import (
	"strings"

	"golang.org/x/text/width"
)

// Few finds among few things, without an index, by the same rules: every word must be in one
// of a thing's texts, as it stands, by its sound or by its initials.
type Few struct{ words []string }

// Among is for a question; one without a word finds nothing.
func Among(q string) Few { return Few{words(q)} }

// Find says how well a thing fits: 0 not at all, and the more the closer its words stand to
// the beginning of its first texts.
func (f Few) Find(texts ...string) (fit float64) {
	if len(f.words) == 0 {
		return 0
	}
	folded := make([]string, len(texts))
	for i, t := range texts {
		folded[i] = strings.ToLower(width.Fold.String(t))
	}
	for _, w := range f.words {
		best := 0.0
		for i, t := range folded {
			best = max(best, fits(t, w)/float64(i+1))
		}
		if best == 0 {
			return 0
		}
		fit += best
	}
	return fit
}

// fits says how well a word fits a text: whole, at its beginning, within, by sound, by
// initials.
func fits(text, w string) float64 {
	switch at := strings.Index(text, w); {
	case text == w:
		return 8
	case at == 0:
		return 6
	case at > 0:
		return 4
	}
	l := strings.ReplaceAll(w, "'", "")
	if !isLetters(l) {
		return 0
	}
	said := sounds(text)
	for from := range said {
		near := 0.5
		if from == 0 {
			near = 1
		}
		switch {
		case spoken(said[from:], l, true):
			return 2 * near
		case len(l) > 1 && initialled(said[from:], l):
			return near
		}
	}
	return 0
}

// sounds are the readings of each character; one without any has none.
func sounds(text string) (out [][]string) {
	for _, r := range text {
		out = append(out, readings(r))
	}
	return out
}

// spoken says whether letters are the syllables of the characters; the last one may be
// unfinished, but the first.
func spoken(said [][]string, l string, first bool) bool {
	if len(said) == 0 {
		return false
	}
	for _, s := range said[0] {
		if s == l || !first && strings.HasPrefix(s, l) || strings.HasPrefix(l, s) && len(l) > len(s) && spoken(said[1:], l[len(s):], false) {
			return true
		}
	}
	return false
}

// initialled says whether letters are the first ones of the characters' readings.
func initialled(said [][]string, l string) bool {
	if len(said) < len(l) {
		return false
	}
	for i := range l {
		any := false
		for _, s := range said[i] {
			any = any || s[0] == l[i]
		}
		if !any {
			return false
		}
	}
	return true
}
