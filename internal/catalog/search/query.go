package search

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"
	"golang.org/x/text/width"
)

const mostWords = 10

// words are what somebody typed, half width and lower case; those past the tenth are left
// out.
func words(q string) []string {
	w := strings.Fields(strings.ToLower(width.Fold.String(q)))
	return w[:min(len(w), mostWords)]
}

// asked is the query of words: each must be found somewhere, as it stands, by its sound or
// by its initials. known are the syllables that occur.
func asked(words, known []string) query.Query {
	all := bleve.NewConjunctionQuery()
	for _, w := range words {
		one := bleve.NewDisjunctionQuery()
		for _, f := range fields {
			one.AddQuery(f.literal(w))
		}
		if l := strings.ReplaceAll(w, "'", ""); isLetters(l) {
			for _, f := range fields {
				one.AddQuery(f.spoken(l, known)...)
			}
		}
		all.AddQuery(one)
	}
	return all
}

// literal finds a word as it stands: Chinese by its pairs of characters, all else as a part
// of what is written together.
func (f field) literal(w string) query.Query {
	if f.words && !ascii(w) && utf8.RuneCountInString(w) > 1 {
		q := bleve.NewMatchPhraseQuery(w)
		q.SetField(f.name)
		q.SetBoost(f.weight)
		return q
	}
	q := bleve.NewRegexpQuery(".*" + regexp.QuoteMeta(w) + ".*")
	q.SetField(f.name)
	q.SetBoost(f.weight)
	return q
}

// spoken finds letters as pinyin and as initials.
func (f field) spoken(l string, known []string) (out []query.Query) {
	add := func(field string, phrase [][]string, weight float64) {
		q := query.NewMultiPhraseQuery(phrase, field)
		q.SetBoost(weight)
		out = append(out, q)
	}
	if f.pinyin {
		for _, s := range splits(l, known) {
			add(f.name+sound, s, f.weight/2)
		}
	}
	if f.initials && len(l) > 1 {
		phrase := make([][]string, len(l))
		for i := range l {
			phrase[i] = []string{l[i : i+1]}
		}
		add(f.name+letter, phrase, f.weight/4)
	}
	return out
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

func isLetters(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < 'a' || r > 'z' })
}
