package rule

// Mainland numbers: mobile; fixed with or without the area code (010, 02x of eight digits,
// others of seven or eight) and an extension; 400 and 800 numbers.
const (
	mobileForm  = `1[3-9][0-9]{9}`
	fixedForm   = `(0(10|2[0-9])-?[2-9][0-9]{7}|0[3-9][0-9]{2}-?[2-9][0-9]{6,7}|[2-8][0-9]{6,7})(-[0-9]{1,6})?`
	serviceForm = `[48]00-?[0-9]{3}-?[0-9]{4}`
	phoneForm   = "(?:" + mobileForm + "|" + fixedForm + "|" + serviceForm + ")"
)

// phoneNumber reports whether b fits phoneForm.
func phoneNumber(b []byte) bool {
	switch {
	case len(b) < 7 || len(b) > 20:
		return false
	case b[0] == '1':
		return len(b) == 11 && b[1] >= '3' && digits(b[1:])
	case b[0] == '0':
		return withArea(b)
	default:
		return b[0] <= '8' && fixedLine(b, '2', 7, 8) || serviceLine(b)
	}
}

// withArea judges a number that begins with 0 and its area.
func withArea(b []byte) bool {
	area, least := 4, 7
	switch {
	case b[1] == '1' && b[2] == '0', b[1] == '2' && b[2]-'0' <= 9:
		area, least = 3, 8
	case b[1] < '3' || !digits(b[1:4]):
		return false
	}
	if b[area] == '-' {
		area++
	}
	return fixedLine(b[area:], '2', least, 8)
}

// fixedLine judges least to most digits, the first at least `first`, and an extension.
func fixedLine(b []byte, first byte, least, most int) bool {
	n := 0
	for n < len(b) && b[n]-'0' <= 9 {
		n++
	}
	if n < least || n > most || b[0] < first {
		return false
	}
	ext := b[n:]
	return len(ext) == 0 || ext[0] == '-' && len(ext) >= 2 && len(ext) <= 7 && digits(ext[1:])
}

func serviceLine(b []byte) bool {
	if b[0] != '4' && b[0] != '8' || b[1] != '0' || b[2] != '0' {
		return false
	}
	n := 0
	for i, c := range b[3:] {
		switch {
		case c-'0' <= 9:
			n++
		case c != '-' || n != 0 && n != 3 || b[i+2] == '-':
			return false
		}
	}
	return n == 7
}
