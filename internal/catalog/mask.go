package catalog

import (
	"regexp"
	"strings"
	"unicode"
)

// Mask covers what names a person in one cell, by the item's kind of personal information.
// It is meant for dirty text as well: what has not the expected form is covered more, not
// less, and an unknown kind covers all. An item that is not personal ("") is left alone.
//
//	name     李*              the family name's first character
//	id       420102********003×  division, and what stands after the birth date
//	birth    1956-**-**       the year
//	phone    138****1234
//	address  the first six characters
//	account  the last four
func Mask(personal, text string) string {
	r := []rune(strings.TrimSpace(text))
	if personal == "" || len(r) == 0 {
		return text
	}
	switch personal {
	case "name":
		return cover(r, min(1, len(r)-1), 0, 3)
	case "id":
		return maskID(r)
	case "birth":
		return maskBirth(string(r))
	case "phone":
		return maskPhone(r)
	case "address":
		return cover(r, min(6, len(r)/3), 0, 4)
	case "account":
		return cover(r, 0, min(4, len(r)/4), 8)
	}
	return cover(r, 0, 0, 3)
}

// cover keeps some characters at both ends and puts a star for each other, at most so many.
func cover(r []rune, head, tail, most int) string {
	stars := min(most, len(r)-head-tail)
	return string(r[:head]) + strings.Repeat("*", stars) + string(r[len(r)-tail:])
}

// maskID covers places 7 to 14, the birth date; of a number too short to hold one, all but
// the first third.
func maskID(r []rune) string {
	if len(r) < 15 {
		return cover(r, min(6, len(r)/3), 0, 8)
	}
	tail := min(4, len(r)-14)
	return cover(r, 6, tail, len(r))
}

func maskPhone(r []rune) string {
	if len(r) < 11 {
		return cover(r, len(r)/4, len(r)/4, 8)
	}
	return cover(r, 3, 4, 8)
}

var year = regexp.MustCompile(`(?:^|\D)((?:18|19|20)\d{2})`)

// maskBirth keeps the year where there is one that can be told from day and month, and
// covers every other letter and digit.
func maskBirth(s string) string {
	from, to := -1, -1
	if m := year.FindStringSubmatchIndex(s); m != nil {
		from, to = m[2], m[3]
	}
	var b strings.Builder
	for i, c := range s {
		switch {
		case i >= from && i < to, !unicode.IsLetter(c) && !unicode.IsNumber(c), strings.ContainsRune("年月日", c):
			b.WriteRune(c)
		default:
			b.WriteByte('*')
		}
	}
	return b.String()
}

// strays are personal numbers that slipped into a cell where they do not belong, as they
// do in rows whose fields are shifted.
var (
	strayID    = regexp.MustCompile(`[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[\dXx×✕Ｘ]`)
	strayPhone = regexp.MustCompile(`(^|\D)(1[3-9]\d{9})(\D|$)`)
)

// MaskRow covers a row's raw cells, in item order, for showing it to people who need not
// know the person: each cell by its item; and in a directory with personal items, numbers
// of persons that stand in other cells too. A row of another width, such as a line that
// could not be parsed, is covered whole, since nobody knows what is where in it.
func (d Directory) MaskRow(cells []*string) []*string {
	out := make([]*string, len(cells))
	personal := d.personal()
	for i, c := range cells {
		switch {
		case c == nil:
		case !personal:
			out[i] = c
		case len(cells) != len(d.Items):
			out[i] = ptr(Mask("other", *c))
		case d.Items[i].Personal != "":
			out[i] = ptr(Mask(d.Items[i].Personal, *c))
		default:
			out[i] = ptr(maskStrays(*c))
		}
	}
	return out
}

func (d Directory) personal() bool {
	for _, it := range d.Items {
		if it.Personal != "" {
			return true
		}
	}
	return false
}

func maskStrays(s string) string {
	s = strayID.ReplaceAllStringFunc(s, func(id string) string { return Mask("id", id) })
	return strayPhone.ReplaceAllStringFunc(s, func(m string) string {
		p := strayPhone.FindStringSubmatch(m)
		return p[1] + Mask("phone", p[2]) + p[3]
	})
}

func ptr(s string) *string { return &s }
