package rule

import (
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

// Guesses are made from a column's header and a sample of its values; nothing is suggested
// that fewer than nine in ten of the values there fit.

// Guess is a rule that the samples suggest, with the reason. Its item (or its first of two)
// is for the caller to fill in.
type Guess struct {
	Decl   Decl       `json:"decl"`
	Reason fault.Text `json:"reason"`
}

// StepGuess is a cleaning step that the samples suggest, with the reason.
type StepGuess struct {
	Step   Step       `json:"step"`
	Reason fault.Text `json:"reason"`
}

// sample is what guesses look at: the values there, as they came and brought into shape.
type sample struct {
	header string // lower case
	all    int
	raw    []string // not blank, no blank word
	plain  []string // trimmed, half-width
}

func sampleOf(header string, values []string) sample {
	s := sample{header: strings.ToLower(header), all: len(values)}
	words := memberSet(blankWords())
	for _, v := range values {
		if p := plainText(v); p != "" && !words.has([]byte(p)) {
			s.raw, s.plain = append(s.raw, v), append(s.plain, p)
		}
	}
	return s
}

// plainText is trim and half_width in Go.
func plainText(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '　':
			return ' '
		case r >= '！' && r <= '～':
			return r - 0xFEE0
		}
		return r
	}, s)
	return strings.TrimFunc(s, isBlank)
}

// says reports whether the header holds one of the words.
func (s sample) says(words ...string) bool {
	for _, w := range words {
		if strings.Contains(s.header, w) {
			return true
		}
	}
	return false
}

// share is how many of the values fit, from 0 to 1.
func (s sample) share(fits func(v string) bool) float64 {
	n := 0
	for _, v := range s.plain {
		if fits(v) {
			n++
		}
	}
	if len(s.plain) == 0 {
		return 0
	}
	return float64(n) / float64(len(s.plain))
}

// most is the least share of fitting values that a guess needs.
const most = 0.9

func (s sample) mostly(fits func(v string) bool) bool { return s.share(fits) >= most }

// because is a reason with the share of samples it rests on.
func because(share float64, zh, en string) fault.Text {
	return fault.T("%[1]d%% 的样本%[2]s", "%[1]d%% of the samples %[3]s", int(share*100), zh, en)
}

// GuessType gives the narrowest type that the samples fit. Numbers that are codes (leading
// zeros, one length of six and more, fifteen digits and more) stay text.
func GuessType(values []string) (row.Type, fault.Text) {
	s := sampleOf("", values)
	if len(s.plain) == 0 {
		return row.TextType, fault.T("样本全部为空", "the samples are all blank")
	}
	for _, try := range []func(sample) (row.Type, fault.Text, bool){guessDate, guessBool, guessNumber} {
		if t, why, ok := try(s); ok {
			return t, why
		}
	}
	return row.TextType, fault.T("样本不全是数值或日期", "the samples are not all numbers or dates")
}

func guessDate(s sample) (row.Type, fault.Text, bool) {
	if n := s.share(clocked); n >= most {
		return row.TimeType, because(n, "为日期时间", "are a date with a time of day"), true
	}
	n := s.share(func(v string) bool { _, form := readDate(v); return form != "" && form != "serial" && plausible(v) })
	return row.DateType, because(n, "为日期", "are dates"), n >= most
}

// clocked is a date with a time of day that the type time reads, other than midnight.
func clocked(v string) bool {
	_, form := readDate(v)
	clock := ""
	if len(v) > 10 {
		clock = strings.Trim(v[10:], "T ")
	}
	return (form == "dash_time" || form == "iso_time") && len(v) >= 16 && isoDate([]byte(v[:10])) && !strings.HasSuffix(v, "Z") &&
		strings.Trim(clock, "0:.") != "" && !strings.ContainsAny(clock, "+-")
}

// plausible keeps numbers of eight digits from being taken for dates of odd centuries.
func plausible(v string) bool {
	iso, form := readDate(v)
	return form != "compact" || iso >= "1850" && iso < "2150"
}

func guessBool(s sample) (row.Type, fault.Text, bool) {
	n := s.share(func(v string) bool { v = strings.ToLower(v); return v == "true" || v == "false" })
	return row.BoolType, because(n, "为 true 或 false", "are true or false"), n >= most
}

func guessNumber(s sample) (row.Type, fault.Text, bool) {
	whole := s.share(func(v string) bool { _, ok := parseInt([]byte(v)); return ok })
	if codes(s) {
		return row.TextType, because(whole, "为等长或带前导零的数字，应为代码", "are digits of one length or with leading zeros: codes"), true
	}
	if whole >= most {
		return row.IntType, because(whole, "为整数", "are whole numbers"), true
	}
	scale, digitsBefore := 0, 0
	fixed := s.share(func(v string) bool {
		if !fitsDecimal([]byte(v), 38, 19) {
			return false
		}
		before, after, _ := strings.Cut(strings.TrimLeft(v, "+-"), ".")
		scale, digitsBefore = max(scale, len(after)), max(digitsBefore, len(before))
		return true
	})
	switch {
	case fixed >= most && scale <= 6 && digitsBefore <= 12:
		return row.Type{Kind: row.Decimal, Precision: 18, Scale: scale}, because(fixed, "为小数", "are decimal numbers"), true
	case fixed >= most:
		return row.FloatType, because(fixed, "为位数较多的小数", "are numbers of many places"), true
	}
	return row.Type{}, fault.Text{}, false
}

// codes reports digits that are names rather than quantities.
func codes(s sample) bool {
	zero := s.share(func(v string) bool { return len(v) > 1 && v[0] == '0' && digits([]byte(v)) })
	width := len(s.plain[0])
	even := s.share(func(v string) bool { return len(v) == width && digits([]byte(v)) })
	if s.share(func(v string) bool { return len(v) >= 15 && digits([]byte(v)) }) > 0.5 {
		return true
	}
	return zero > 0.05 && s.mostly(func(v string) bool { return digits([]byte(v)) }) || even >= most && width >= 6 && len(s.plain) > 1
}

// GuessSteps suggests cleaning steps for a column by its header and samples, in the order
// in which they are to be written.
func GuessSteps(header string, values []string) []StepGuess {
	s := sampleOf(header, values)
	if len(s.plain) == 0 {
		return nil
	}
	var out []StepGuess
	add := func(do string, is bool, zh, en string) {
		if is {
			out = append(out, StepGuess{Step{Do: do}, fault.Text{ZH: zh, EN: en}})
		}
	}
	anyRaw := func(f func([]byte) bool) bool {
		for _, v := range s.raw {
			if f([]byte(v)) {
				return true
			}
		}
		return false
	}
	add("trim", anyRaw(edged), "有样本首尾带空白", "some samples begin or end with blanks")
	add("half_width", anyRaw(wide) && s.coded(), "有样本使用全角字符", "some samples hold full-width characters")
	add("blank_words", len(s.raw) < s.filled(values), "有样本以“无”“/”等表示空值", "some samples say that there is nothing")
	add("collapse", anyRaw(func(b []byte) bool { return strings.Contains(strings.TrimSpace(string(b)), "  ") }), "有样本内有连续空白", "some samples hold runs of blanks")
	s.shapes(add)
	return out
}

// coded reports values that are numbers, codes or dates, where full-width forms are slips.
func (s sample) coded() bool {
	return s.mostly(func(v string) bool {
		_, form := readDate(v)
		return form != "" || !strings.ContainsFunc(v, func(r rune) bool { return r >= 0x80 && r != '×' })
	})
}

// filled counts the values that are not blank.
func (s sample) filled(values []string) (n int) {
	for _, v := range values {
		if plainText(v) != "" {
			n++
		}
	}
	return n
}

// shapes suggests the steps that belong to one sort of value.
func (s sample) shapes(add func(do string, is bool, zh, en string)) {
	some := func(f func(v string) bool) bool { return s.share(f) > 0 }
	id := s.mostly(likeID)
	add("x_mark", id && some(func(v string) bool { return xMarked(v) != v }), "有身份号码的末位未写作大写 X", "the last place of some ids is not an upper-case X")
	dated := s.mostly(func(v string) bool {
		_, form := readDate(v)
		return form != "" && plausible(v) && (form != "serial" || s.says("日期", "时间", "date", "出生"))
	}) && !s.mostly(clocked)
	add("date", dated && some(func(v string) bool { _, form := readDate(v); return form != "iso" }), "有日期未写作 YYYY-MM-DD", "some dates are not written YYYY-MM-DD")
	phones := !id && s.mostly(func(v string) bool { return phoneNumber([]byte(barePhone(v))) }) && (s.mostly(mobile) || s.says(phoneWords()...))
	add("phone", phones && some(func(v string) bool { return barePhone(v) != v }), "有号码带 +86、空白或连字符", "some numbers hold +86, blanks or dashes")
	add("upper", s.mostly(func(v string) bool { return len(v) == 18 && creditCode([]byte(strings.ToUpper(v))) }) &&
		some(func(v string) bool { return v != strings.ToUpper(v) }), "有代码含小写字母", "some codes hold lower-case letters")
}

// likeID is a value of the shape of a citizen id, whatever its checks say.
func likeID(v string) bool {
	v = xMarked(v)
	return len(v) == 18 && digits([]byte(v[:17])) && citizenLast(v[17]) && citizenBorn([]byte(v))
}

// xMarked is x_mark in Go, on half-width text.
func xMarked(v string) string {
	if len(v) > 18 || len(v) == 18 {
		if head, last := v[:17], v[17:]; digits([]byte(head)) && strings.Contains("xｘ×хХχΧ✕✖╳*", last) {
			return head + "X"
		}
	}
	return v
}

func phoneWords() []string {
	return []string{"电话", "手机", "联系方式", "phone", "mobile", "tel"}
}

func mobile(v string) bool {
	v = barePhone(v)
	return len(v) == 11 && phoneNumber([]byte(v)) && v[0] == '1'
}

// barePhone is roughly what the step phone makes of a number.
func barePhone(v string) string {
	bare := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\u00a0()（）·.－—–‐‑−-", r) {
			return -1
		}
		return r
	}, v)
	for _, code := range []string{"+86", "0086", "86"} {
		if rest, ok := strings.CutPrefix(bare, code); ok && len(rest) >= 11 && phoneNumber([]byte(rest)) {
			return rest
		}
	}
	if phoneNumber([]byte(bare)) {
		return bare
	}
	return v
}
