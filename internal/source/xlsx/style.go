package xlsx

import (
	"strconv"
	"strings"
	"time"
)

// style is what a cell's format means for its text.
type style uint8

const (
	plain   style = iota
	dated         // a date, a time of day, or both
	elapsed       // hours that may go past 24
	padded        // zeros in front; the count is style − padded, at least 2
)

func (b *Book) readStyles(name string) error {
	if name == "" || b.parts[strings.ToLower(name)] == nil {
		return nil
	}
	codes := map[string]style{}
	inCells := false
	return b.each(name, func(t *token) error {
		switch {
		case string(t.name) == "cellXfs":
			inCells = t.kind == start && !t.empty
		case t.kind != start:
		case string(t.name) == "numFmt":
			codes[t.attr("numFmtId")] = styleOf(t.attr("formatCode"))
		case string(t.name) == "xf" && inCells && len(b.styles) < 1<<16:
			id := t.attr("numFmtId")
			s, ok := codes[id]
			if !ok {
				n, _ := strconv.Atoi(id)
				s = builtin(n)
			}
			b.styles = append(b.styles, s)
		}
		return nil
	})
}

// builtin formats; 27–36 and 50–58 are dates in Chinese editions.
func builtin(id int) style {
	switch {
	case id == 46:
		return elapsed
	case id >= 14 && id <= 22, id >= 27 && id <= 36, id == 45, id == 47, id >= 50 && id <= 58:
		return dated
	}
	return plain
}

// styleOf reads a format code: letters outside quotes, brackets and escapes decide.
func styleOf(code string) style {
	code, _, _ = strings.Cut(code, ";")
	if n := len(code); n >= 2 && n <= 200 && strings.Trim(code, "0") == "" {
		return padded + style(n)
	}
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			if n := strings.IndexByte(code[i+1:], '"'); n >= 0 {
				i += n + 1
			}
		case '\\', '_', '*':
			i++
		case '[':
			n := strings.IndexByte(code[i:], ']')
			if n < 0 {
				return plain
			}
			if in := strings.ToLower(code[i+1 : i+n]); in != "" && strings.Trim(in, "hms") == "" {
				return elapsed
			}
			i += n
		case 'y', 'Y', 'm', 'M', 'd', 'D', 'h', 'H', 's', 'S':
			return dated
		case 'G', 'g':
			if strings.HasPrefix(strings.ToLower(code[i:]), "general") {
				i += len("general") - 1
			}
		}
	}
	return plain
}

// number gives a stored number as it was typed.
func number(v string, s style, d1904 bool) string {
	switch {
	case s == dated || s == elapsed:
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			if t, ok := moment(f, s, d1904); ok {
				return t
			}
		}
	case s > padded:
		if p := decimal(v); digits(p) {
			return strings.Repeat("0", max(0, int(s-padded)-len(p))) + p
		}
	}
	return decimal(v)
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// moment turns days since the epoch into ISO text; false when it is out of range.
func moment(f float64, s style, d1904 bool) (string, bool) {
	if f < 0 || f >= 2958466 { // 9999-12-31 is 2958465
		return "", false
	}
	sec := int64(f*86400 + 0.5)
	if s == elapsed {
		return clock(sec/3600, sec), true
	}
	day, rest := sec/86400, sec%86400
	if day == 0 && !d1904 && f < 1 && rest > 0 {
		return clock(rest/3600, rest), true
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case d1904:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case day < 60:
		day++ // the format believes in 1900-02-29
	}
	date := epoch.AddDate(0, 0, int(day)).Format(time.DateOnly)
	if rest == 0 {
		return date, true
	}
	return date + " " + clock(rest/3600, rest), true
}

func clock(hours, sec int64) string {
	two := func(n int64) string {
		if n < 10 {
			return "0" + strconv.FormatInt(n, 10)
		}
		return strconv.FormatInt(n, 10)
	}
	return two(hours) + ":" + two(sec/60%60) + ":" + two(sec%60)
}

// decimal writes a number without an exponent. Fractions with more digits than a
// spreadsheet shows are rounded to the 15 it shows; digits as they stand are kept.
func decimal(v string) string {
	v = strings.TrimSpace(v)
	if digits(strings.TrimPrefix(v, "-")) {
		return v
	}
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || f-f != 0 {
		return v
	}
	if r, err := strconv.ParseFloat(strconv.FormatFloat(f, 'e', 14, 64), 64); err == nil {
		f = r
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
