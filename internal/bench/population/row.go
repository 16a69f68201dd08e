package population

import (
	"github.com/chengshu/chengshu/internal/demo/invent"
)

const header = "公民身份号码,姓名,性别,出生日期,民族,居住社区,居住地址,联系电话,文化程度,婚姻状况,户号,户内人数,工作单位信用代码,登记日期,更新日期\n"

// line is one row under construction. Its text goes straight to the chunk; broken gathers
// the rules it breaks.
type line struct {
	*maker
	invent.Rand
	b      []byte
	broken uint64

	identity
	shape      shape      // of the id as written
	registered invent.Day // or one of those below
}

// shape says how far an id can be read.
type shape uint8

const (
	blank  shape = iota
	broken       // not of eighteen characters
	marked       // seventeen digits and a mark that is no check character
	whole        // seventeen digits and a check character, right or wrong
)

// What a date field says when it is no day of the calendar.
const (
	unsaid  invent.Day       = -1 - iota // blank or unreadable
	ancient                              // before all births and registrations
	far     = invent.LastDay             // after all, in the future
)

// fill makes one chunk.
func (m *maker) fill(c *chunk, index int) {
	c.text, c.tally = c.text[:0], tally{}
	l := line{maker: m, Rand: invent.Rand(m.seed + uint64(index)*0xd1342543de82ef95), b: c.text}
	first := int64(index) * chunkRows
	for n := first; n < min(first+chunkRows, m.rows); n++ {
		l.write(n)
		c.tally.row(l.broken)
	}
	c.text = l.b
}

// chance is the defects of a row in 65536ths. A defect's part of the range [0, 65536) is
// given by the sums of those before it.
type chance uint16

// in reports whether c falls into the next permille·10 of the range and moves on.
func (c *chance) in(tenThousandths int) bool {
	width := chance(tenThousandths * 65536 / 10000)
	if *c < width {
		return true
	}
	*c -= width
	return false
}

// write appends row n.
func (l *line) write(n int64) {
	l.broken = 0
	who := n
	doubled := l.doubled(n)
	if of, is := l.twin(n); is {
		who = of
	}
	l.identity = l.maker.identity(who)
	a, b, c, d := l.Next(), l.Next(), l.Next(), l.Next()
	start := len(l.b)
	if doubled {
		l.broken = 1 << uniqueID
		l.plainID()
	} else {
		l.id(chance(a))
	}
	l.name(chance(a >> 16))
	l.sex(chance(a >> 32))
	birth := l.birthDate(chance(a >> 48))
	l.nation(chance(b))
	l.place(chance(b>>16), chance(b>>32))
	l.phone(chance(b >> 48))
	l.codes(chance(c), chance(c>>16))
	l.household(chance(c>>32), chance(c>>48))
	l.employer(chance(d))
	l.dates(chance(d>>16), chance(d>>32), birth)
	if ragged := chance(d >> 48); !doubled && ragged.in(2) {
		l.ragged(start, n)
	}
	l.b = append(l.b, '\n')
}

// ragged spoils the row's shape: fields missing at the end, or too many.
func (l *line) ragged(start int, n int64) {
	l.broken = 1 << parse
	if n&1 == 0 {
		l.b = append(l.b, ",补录,人工"...)
		return
	}
	l.b = append(l.b[:start], "420102,姓名缺列,1"...)
}

func (l *line) breaks(rule uint) { l.broken |= 1 << rule }
func (l *line) comma()           { l.b = append(l.b, ',') }

// text appends one of the texts and a comma.
func (l *line) text(s string) { l.b = append(append(l.b, s...), ',') }

func (l *line) plainID() {
	l.shape = whole
	l.b = invent.AppendID(l.b, l.calendar, divisions[l.division], l.birth, l.serial)
	l.comma()
}

// id writes the citizen id. Every defect keeps the seventeen digits that make ids differ.
func (l *line) id(c chance) {
	start := len(l.b)
	l.plainID()
	last := len(l.b) - 2
	switch {
	case c.in(300): // wrong check digit
		l.breaks(citizenID)
		if x := l.b[last]; x == 'X' {
			l.b[last] = '7'
		} else {
			l.b[last] = '0' + (x-'0'+1+byte(c%9))%10
		}
	case c.in(30): // blank
		l.breaks(requiredID)
		l.b, l.shape = append(l.b[:start], ','), blank
	case c.in(20): // last digit lost
		l.broken |= 1<<citizenID | 1<<lengthID | 1<<patternID
		l.b, l.shape = append(l.b[:last], ','), broken
	case c.in(10): // a digit too many
		l.broken |= 1<<citizenID | 1<<lengthID | 1<<patternID
		l.b, l.shape = append(l.b[:last+1], '0', ','), broken
	case c.in(30): // a division that never was; its check digit is right
		l.breaks(idDivision)
		l.b[start+4], l.b[start+5] = '9', '8'
		l.b[last] = invent.CheckDigit(l.b[start:])
	case l.b[last] == 'X' && c.in(100): // the X written ×
		l.broken |= 1<<citizenID | 1<<patternID
		l.b, l.shape = append(l.b[:last], "×,"...), marked
	}
}

func (l *line) name(c chance) {
	switch {
	case c.in(20):
		l.breaks(requiredName)
	case c.in(15):
		l.breaks(lengthName)
		l.b = append(l.b, "王"...)
	case c.in(20):
		l.breaks(patternName)
		l.b = append(l.b, "张3"...)
	default:
		l.b = invent.AppendName(l.b, &l.Rand, l.serial&1 == 1)
	}
	l.comma()
}

func (l *line) sex(c chance) {
	right := 2 - l.serial&1
	written := byte('0' + right)
	switch {
	case c.in(20):
		l.breaks(requiredSex)
		l.comma()
		return
	case c.in(20): // not a code; that it contradicts the id is judged as well
		l.breaks(valuesSex)
		written = '9'
	case c.in(40):
		written = byte('0' + 3 - right)
	}
	if l.shape == broken || l.shape > broken && written != byte('0'+right) {
		l.breaks(idSex)
	}
	l.b = append(l.b, written, ',')
}

// birthDate writes the birth and gives the day it says.
func (l *line) birthDate(c chance) (said invent.Day) {
	other := func(text string, said invent.Day, rules ...uint) invent.Day {
		for _, r := range rules {
			l.breaks(r)
		}
		if said != unsaid && l.shape == whole {
			l.breaks(idBirth)
		}
		l.text(text)
		return said
	}
	switch {
	case c.in(20):
		return other("", unsaid, requiredBirth)
	case c.in(20):
		return other("1958-02-30", unsaid, typeBirth)
	case c.in(20):
		return other("不详", unsaid, typeBirth)
	case c.in(15):
		return other("2091-07-15", far, futureBirth)
	case c.in(10):
		return other("1899-12-31", ancient, rangeBirth)
	case c.in(50): // another day than the id's
		day := l.birth + 1 + invent.Day(c%300)
		return other(string(l.calendar.Text(day)), day)
	}
	l.b = append(l.b, l.calendar.Text(l.birth)...)
	l.comma()
	return l.birth
}
