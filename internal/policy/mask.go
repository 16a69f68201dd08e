package policy

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

// MaskKind says what of a cell is shown.
type MaskKind string

// The masks. The first six keep a little of a text for people to recognise.
const (
	MaskNone    MaskKind = ""        // all of it
	MaskName    MaskKind = "name"    // 李*                the family name's first character
	MaskID      MaskKind = "id"      // 420102********003×  division, and what stands after the birth date
	MaskBirth   MaskKind = "birth"   // 1956-**-**         the year
	MaskPhone   MaskKind = "phone"   // 138****1234
	MaskAddress MaskKind = "address" // the first six characters
	MaskAccount MaskKind = "account" // the last four
	MaskHash    MaskKind = "hash"    // 64 hex digits: HMAC-SM3, the same for the same text and grantee
	MaskRange   MaskKind = "range"   // [60,70) or 1950-1959: the step the value falls in
	MaskNull    MaskKind = "null"    // nothing
)

// MaskInfo is a mask with its words.
type MaskInfo struct {
	Name  MaskKind   `json:"name"`
	Title fault.Text `json:"title"`
}

// Masks lists the masks.
func Masks() []MaskInfo {
	t := fault.T
	return []MaskInfo{
		{MaskNone, t("不脱敏", "unmasked")}, {MaskName, t("姓名脱敏", "name")}, {MaskID, t("证件号码脱敏", "identity number")},
		{MaskBirth, t("出生日期脱敏", "date of birth")}, {MaskPhone, t("电话脱敏", "phone number")}, {MaskAddress, t("住址脱敏", "address")},
		{MaskAccount, t("账号脱敏", "account number")}, {MaskHash, t("加盐散列（HMAC-SM3）", "salted hash (HMAC-SM3)")},
		{MaskRange, t("取区间", "range")}, {MaskNull, t("置空", "empty")},
	}
}

// Mask is a mask with the step of a range: the width for numbers, years for dates; 0 is the
// usual one (10, and 1 year). It is written name, or range(5).
type Mask struct {
	Kind MaskKind
	Step int64
}

// DefaultMask is the mask for a kind of personal information, which is what the catalog
// declares of an item: the mask of its name, and of one that has none, nothing is shown.
func DefaultMask(personal string) Mask {
	switch k := MaskKind(personal); k {
	case MaskNone, MaskName, MaskID, MaskBirth, MaskPhone, MaskAddress, MaskAccount:
		return Mask{Kind: k}
	}
	return Mask{Kind: MaskNull}
}

// String is the form ParseMask reads.
func (m Mask) String() string {
	if m.Step != 0 {
		return string(m.Kind) + "(" + strconv.FormatInt(m.Step, 10) + ")"
	}
	return string(m.Kind)
}

var maskForm = regexp.MustCompile(`^([a-z]*)(?:\((\d{1,9})\))?$`)

// ParseMask reads a mask; an Invalid fault for what is none.
func ParseMask(s string) (Mask, error) {
	bad := fault.New(fault.Invalid, "mask.form", fault.T("没有脱敏方式 %q", "there is no mask %q", s)).
		Fix(fault.T("可用：name、id、birth、phone、address、account、hash、range、range(步长)、null",
			"the masks are name, id, birth, phone, address, account, hash, range, range(step) and null"))
	p := maskForm.FindStringSubmatch(s)
	if p == nil {
		return Mask{}, bad
	}
	m := Mask{Kind: MaskKind(p[1])}
	if p[2] != "" {
		m.Step, _ = strconv.ParseInt(p[2], 10, 64)
		if m.Kind != MaskRange || m.Step == 0 {
			return Mask{}, bad
		}
	}
	for _, k := range Masks() {
		if k.Name == m.Kind {
			return m, nil
		}
	}
	return Mask{}, bad
}

// MarshalText writes the declared form.
func (m Mask) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads the declared form.
func (m *Mask) UnmarshalText(b []byte) (err error) {
	*m, err = ParseMask(string(b))
	return err
}

// Fits says whether a mask can be laid over values of a type, and hides something of them.
func (m Mask) Fits(t row.Type) bool {
	switch m.Kind {
	case MaskNone, MaskNull:
		return true
	case MaskName, MaskAddress:
		return t.Kind == row.Text
	case MaskID, MaskPhone, MaskAccount:
		return t.Kind == row.Text || t.Kind == row.Int
	case MaskBirth:
		return t.Kind == row.Text || t.Kind == row.Date || t.Kind == row.Time
	case MaskHash:
		return t.Kind == row.Text || t.Kind == row.Int || t.Kind == row.Date
	case MaskRange:
		number := t.Kind == row.Int || t.Kind == row.Decimal || t.Kind == row.Float
		return number && m.Step != 1 || t.Kind == row.Date || t.Kind == row.Time
	}
	return false
}

// Type is the type of the masked values: text, where anything is left of them.
func (m Mask) Type(t row.Type) row.Type {
	if m.Kind == MaskNone || m.Kind == MaskNull {
		return t
	}
	return row.TextType
}

// Hide covers a text by a mask that keeps some of it. It is meant for dirty text as well:
// what has not the expected form is covered more, not less, and a mask it does not know
// covers all.
func Hide(k MaskKind, text string) string {
	r := []rune(strings.TrimSpace(text))
	if k == MaskNone || len(r) == 0 {
		return text
	}
	switch k {
	case MaskName:
		return cover(r, min(1, len(r)-1), 0, 3)
	case MaskID:
		return hideID(r)
	case MaskBirth:
		return hideBirth(string(r))
	case MaskPhone:
		return hidePhone(r)
	case MaskAddress:
		return cover(r, min(6, len(r)/3), 0, 4)
	case MaskAccount:
		return cover(r, 0, min(4, len(r)/4), 8)
	}
	return cover(r, 0, 0, 3)
}

// cover keeps some characters at both ends and puts a star for each other, at most so many.
func cover(r []rune, head, tail, most int) string {
	stars := min(most, len(r)-head-tail)
	return string(r[:head]) + strings.Repeat("*", stars) + string(r[len(r)-tail:])
}

// hideID covers places 7 to 14, the birth date; of a number too short to hold one, all but
// the first third.
func hideID(r []rune) string {
	if len(r) < 15 {
		return cover(r, min(6, len(r)/3), 0, 8)
	}
	tail := min(4, len(r)-14)
	return cover(r, 6, tail, len(r))
}

func hidePhone(r []rune) string {
	if len(r) < 11 {
		return cover(r, len(r)/4, len(r)/4, 8)
	}
	return cover(r, 3, 4, 8)
}

var year = regexp.MustCompile(`(?:^|\D)((?:18|19|20)\d{2})`)

// hideBirth keeps the year where there is one that can be told from day and month, and
// covers every other letter and digit.
func hideBirth(s string) string {
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

// HideStrays covers numbers of persons inside a text that should hold none.
func HideStrays(s string) string {
	s = strayID.ReplaceAllStringFunc(s, func(id string) string { return Hide(MaskID, id) })
	return strayPhone.ReplaceAllStringFunc(s, func(m string) string {
		p := strayPhone.FindStringSubmatch(m)
		return p[1] + Hide(MaskPhone, p[2]) + p[3]
	})
}
