package catalog

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Match finds the item each header of a file means, by its name, title or other headers
// (aka): "" where none does. Width, blanks, case and the kind of brackets do not matter.
// Where that finds nothing, a remark in brackets is left out on either side. An item is
// given once, to the best header, of equals to the first.
func Match(headers []string, d Directory) []string {
	out := make([]string, len(headers))
	taken := map[string]bool{}
	for _, form := range []func(string) string{folded, bare} {
		known := index(d, form)
		for i, h := range headers {
			name := known[form(h)]
			if out[i] != "" || name == "" || taken[name] {
				continue
			}
			out[i], taken[name] = name, true
		}
	}
	return out
}

// index maps every way an item may be written to its name; a form that means two items
// means none, unless it is one's own name.
func index(d Directory, form func(string) string) map[string]string {
	own, other := map[string]string{}, map[string]string{}
	for _, it := range d.Items {
		own[form(it.Name)] = it.Name
		for _, w := range append([]string{it.Title}, it.Aka...) {
			f := form(w)
			if had, twice := other[f]; twice && had != it.Name {
				other[f] = ""
				continue
			}
			other[f] = it.Name
		}
	}
	for f, name := range own {
		other[f] = name
	}
	delete(other, "")
	return other
}

// folded is a header without what people write differently: half width, lower case, no
// blanks, no line ends, no marks of required fields.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || r == '*':
			return -1
		case strings.ContainsRune("[【〔［", r):
			return '('
		case strings.ContainsRune("]】〕］", r):
			return ')'
		}
		return unicode.ToLower(r)
	}, width.Fold.String(s))
}

// bare is a folded header without remarks in brackets, unless nothing is left then.
func bare(s string) string {
	var b strings.Builder
	depth := 0
	for _, r := range folded(s) {
		switch {
		case r == '(':
			depth++
		case r == ')' && depth > 0:
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return folded(s)
	}
	return b.String()
}
