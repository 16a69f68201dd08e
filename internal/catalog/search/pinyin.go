package search

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/registry"
	"github.com/mozillazg/go-pinyin"
)

// The tokenizers of pinyin: one token for each reading of a character, all readings at the
// character's place, so that a phrase of syllables finds every mixture of readings without
// anybody writing them all out.
const (
	syllables = "chengshu_syllables"
	initials  = "chengshu_initials"
)

// register makes the tokenizers known to bleve, which keeps them for the whole process.
var register = sync.OnceValue(func() error {
	for name, of := range map[string]func(rune) []string{syllables: readings, initials: letters} {
		err := registry.RegisterTokenizer(name, func(map[string]any, *registry.Cache) (analysis.Tokenizer, error) {
			return tokenizer(of), nil
		})
		if err != nil {
			return err
		}
	}
	return nil
})

type tokenizer func(rune) []string

// Tokenize is part of analysis.Tokenizer.
func (of tokenizer) Tokenize(text []byte) analysis.TokenStream {
	var out analysis.TokenStream
	place := 0
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRune(text[at:])
		place++
		for _, term := range of(r) {
			out = append(out, &analysis.Token{Term: []byte(term), Start: at, End: at + size, Position: place, Type: analysis.AlphaNumeric})
		}
		at += size
	}
	return out
}

// readings are all syllables a character is read as, without tones. ü is both v and u, as
// people type it.
func readings(r rune) []string {
	if !unicode.Is(unicode.Han, r) {
		return nil
	}
	out := pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.Normal, Heteronym: true})
	for _, s := range slices.Clone(out) {
		if u := strings.ReplaceAll(s, "v", "u"); u != s && !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// letters are the first letters of a character's readings.
func letters(r rune) []string {
	var out []string
	for _, s := range readings(r) {
		if l := s[:1]; !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

const mostSplits = 64

// splits gives the ways in which letters can be syllables out of known, sorted; the last
// one may be unfinished and then stands for all that begin so.
func splits(word string, known []string) (out [][][]string) {
	var walk func(rest string, before [][]string)
	walk = func(rest string, before [][]string) {
		if len(out) >= mostSplits {
			return
		}
		if last := beginning(known, rest); len(last) > 0 && (len(before) > 0 || slices.Contains(last, rest)) {
			out = append(out, append(slices.Clone(before), last))
		}
		for n := min(6, len(rest)-1); n > 0; n-- {
			if _, ok := slices.BinarySearch(known, rest[:n]); ok {
				walk(rest[n:], append(slices.Clone(before), []string{rest[:n]}))
			}
		}
	}
	walk(word, nil)
	return out
}

func beginning(known []string, with string) []string {
	from, _ := slices.BinarySearch(known, with)
	to := from
	for to < len(known) && strings.HasPrefix(known[to], with) {
		to++
	}
	return known[from:to]
}
