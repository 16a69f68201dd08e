package duckdb

import (
	"strings"

	duck "github.com/duckdb/duckdb-go-bindings"
)

// dateForm is one written form of a date, such as %Y年%m月%d日: literals and fields.
// A year has four digits. A month or day has one or two, and exactly two where the form
// puts fields side by side, as in %Y%m%d; %b is the English short name of a month.
type dateForm []datePart

type datePart struct {
	field byte   // Y, m, d, b; 0 for a literal
	text  string // of a literal
	exact bool   // two digits
}

// parseForms reads forms with "|" between.
func parseForms(s string) []dateForm {
	var forms []dateForm
	for _, f := range strings.Split(s, "|") {
		forms = append(forms, parseForm(f))
	}
	return forms
}

func parseForm(s string) dateForm {
	var form dateForm
	for s != "" {
		if len(s) >= 2 && s[0] == '%' {
			form, s = append(form, datePart{field: s[1]}), s[2:]
			continue
		}
		i := strings.IndexByte(s[1:], '%') + 1
		if i == 0 {
			i = len(s)
		}
		form, s = append(form, datePart{text: s[:i]}), s[i:]
	}
	for i := range form {
		near := i > 0 && form[i-1].digits() || i+1 < len(form) && form[i+1].digits()
		form[i].exact = form[i].digits() && near
	}
	return form
}

func (p datePart) digits() bool { return p.field == 'Y' || p.field == 'm' || p.field == 'd' }

// read gives the day that b names in this form.
func (f dateForm) read(b []byte) (int32, bool) {
	y, m, d := 0, 1, 1
	for _, p := range f {
		n, v, ok := 0, 0, false
		switch p.field {
		case 0:
			n, ok = len(p.text), len(b) >= len(p.text) && string(b[:len(p.text)]) == p.text
		case 'Y':
			if ok = len(b) >= 4; ok {
				n = 4
				y, ok = number4(b)
			}
		case 'b':
			n, m, ok = monthName(b)
		case 'm':
			v, n, ok = oneOrTwo(b, p.exact)
			m = v
		case 'd':
			v, n, ok = oneOrTwo(b, p.exact)
			d = v
		}
		if !ok {
			return 0, false
		}
		b = b[n:]
	}
	if len(b) > 0 {
		return 0, false
	}
	return daysOf(y, m, d)
}

func oneOrTwo(b []byte, exact bool) (v, n int, ok bool) {
	if len(b) >= 2 {
		if v, ok := number2(b); ok {
			return v, 2, true
		}
	}
	if exact || len(b) == 0 || b[0] < '0' || b[0] > '9' {
		return 0, 0, false
	}
	return int(b[0] - '0'), 1, true
}

const monthNames = "janfebmaraprmayjunjulaugsepoctnovdec"

func monthName(b []byte) (n, m int, ok bool) {
	if len(b) < 3 {
		return 0, 0, false
	}
	i := strings.Index(monthNames, strings.ToLower(string(b[:3])))
	return 3, i/3 + 1, i >= 0 && i%3 == 0
}

// parseDates gives the day by the first form that fits; the forms are the second argument,
// the same for all rows.
func parseDates(in []column, n int, out duck.Vector) {
	written := in[1].texts()
	var forms []dateForm
	for i := 0; i < n && forms == nil; i++ {
		if b, ok := written.At(i); ok {
			forms = parseForms(string(b))
		}
	}
	reads(func(b []byte) (int32, bool) {
		for _, f := range forms {
			if d, ok := f.read(b); ok {
				return d, true
			}
		}
		return 0, false
	})(in, n, out)
}
