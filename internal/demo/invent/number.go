package invent

// CheckDigit is the last character of a citizen id (GB 11643, MOD 11-2) over its first
// seventeen digits.
func CheckDigit(id []byte) byte {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(id[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// AppendID writes a citizen id: six digits of a division, the birth, a running number of
// three digits whose last is odd for men, and the check digit.
func AppendID(b []byte, c *Calendar, division string, birth Day, serial int) []byte {
	n := len(b)
	b = append(b, division...)
	b = c.AppendPlain(b, birth)
	b = AppendInt(b, serial, 3)
	return append(b, CheckDigit(b[n:]))
}

// creditSet is the alphabet of credit codes (GB 32100): no I, O, S, V, Z.
const creditSet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// AppendCredit writes a unified social credit code of eighteen characters: two of the
// registering authority and kind ("91" for companies), six of the division, nine that are
// an organisation code (GB 11714) made from n, and the check character.
func AppendCredit(b []byte, kind, division string, n uint64) []byte {
	at := len(b)
	b = append(b, kind...)
	b = append(b, division...)
	if n&1 == 0 {
		b = append(b, 'M', 'A') // newer enterprises
	} else {
		b = append(b, creditSet[n>>1%10], creditSet[n>>4%10])
	}
	for n >>= 8; len(b) < at+16; n /= 31 {
		b = append(b, creditSet[n%31])
	}
	b = append(b, orgCheck(b[at+8:]))
	return append(b, creditCheck(b[at:]))
}

func orgCheck(code []byte) byte {
	weights := [8]int{3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		v := int(code[i] - '0')
		if v > 9 {
			v = int(code[i]-'A') + 10
		}
		sum += v * w
	}
	return "0X987654321"[sum%11]
}

func creditCheck(code []byte) byte {
	sum, w := 0, 1
	for _, c := range code[:17] {
		sum += creditValue(c) * w
		w = w * 3 % 31
	}
	return creditSet[(31-sum%31)%31]
}

func creditValue(c byte) int {
	for i := range len(creditSet) {
		if creditSet[i] == c {
			return i
		}
	}
	return 0
}

// AppendPhone writes a mobile number of one of the ranges in use.
func AppendPhone(b []byte, r *Rand) []byte {
	ranges := [...]string{"133", "135", "136", "137", "138", "139", "150", "151", "152", "155", "156", "158", "159",
		"166", "173", "177", "180", "181", "182", "185", "186", "187", "188", "189", "191", "198", "199"}
	b = append(b, ranges[r.N(len(ranges))]...)
	return AppendInt(b, r.N(100_000_000), 8)
}
