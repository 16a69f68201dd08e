package spec

import (
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// Nearest is the known word that a mistyped one most likely meant; "" when none is near.
// A word written in another case, or with - for _, is always near.
func Nearest(word string, known []string) string {
	best, most := "", 1+len([]rune(word))/4
	for _, k := range known {
		if fold(k) == fold(word) {
			return k
		}
		if d := distance([]rune(fold(word)), []rune(fold(k)), most); d <= most {
			if best == "" || d < most {
				best, most = k, d
			}
		}
	}
	return best
}

// Meant is Nearest as a remedy: the nearest word, or all of them where none is near.
func Meant(word string, known []string) fault.Text {
	words := make([]Word, len(known))
	for i, k := range known {
		words[i].Name = k
	}
	return MeantOf(word, words)
}

// MeantOf is Meant among words with titles: whoever writes the title of a word means the word.
// A word may stand there several times, with other names it goes by.
func MeantOf(word string, known []Word) fault.Text {
	var names []string
	for _, k := range known {
		if !slices.Contains(names, k.Name) {
			names = append(names, k.Name)
		}
	}
	if near := Nearest(word, names); near != "" {
		return suggest(near)
	}
	for _, k := range known {
		if word != "" && (word == k.Title.ZH || strings.EqualFold(word, k.Title.EN)) {
			return suggest(k.Name)
		}
	}
	if len(names) == 0 {
		return fault.T("尚未声明，请先声明", "none is declared; declare it first")
	}
	return fault.T("可用的有：%s", "there are: %s", strings.Join(names, ", "))
}

func fold(s string) string {
	return strings.ReplaceAll(strings.ToLower(s), "-", "_")
}

// distance counts the letters to insert, drop, change or swap; past the bound it may give
// any larger number.
func distance(a, b []rune, bound int) int {
	if len(a)-len(b) > bound || len(b)-len(a) > bound {
		return bound + 1
	}
	before, last := []int(nil), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
