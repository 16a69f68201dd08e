package population

import (
	"strings"

	"github.com/chengshu/chengshu/internal/demo/invent"
)

var (
	roads = [...]string{"建设大道", "解放大道", "发展大道", "中山大道", "京汉大道", "沿江大道", "金桥大道", "后湖大道",
		"兴业路", "江大路", "台北路", "赵家条", "永清路", "三阳路", "黄浦大街", "工农兵路", "汉黄路", "石桥一路"}
	badNations    = [...]string{"57", "99", "汉", "1"}
	educations    = [...]string{"10", "20", "30", "40", "60", "70", "80", "90"}
	marriages     = [...]string{"10", "20", "21", "22", "23", "30", "40", "90"}
	badPhones     = [...]string{"1380013800", "138001380001", "无", "00000000000", "12345678901", "1390000000O", "027-123", "189 0"}
	badRegions    = [...]string{"420102999001", "420199001001", "42010201800X", "420102018000", "999999999999", "42010201"}
	badHouseholds = [...]string{"A12345678", "12345678", "1234567890", "户主"}
)

func (l *line) nation(c chance) {
	switch {
	case c.in(50): // blank is allowed
	case c.in(30):
		l.breaks(codesNation)
		l.b = append(l.b, badNations[int(c)%len(badNations)]...)
	case c%32 != 0:
		l.b = append(l.b, "01"...)
	default:
		l.b = invent.AppendInt(l.b, 1+int(c>>5)%56, 2)
	}
	l.comma()
}

// place writes the community and the address in it.
func (l *line) place(c, d chance) {
	x := l.Next()
	p := &l.places[int(x&0xffff)%len(l.places)]
	switch {
	case c.in(80):
		l.breaks(regionRegion)
		l.text(badRegions[int(c)%len(badRegions)])
	case c.in(20):
		l.breaks(requiredRegion)
		l.comma()
	default:
		l.text(p.code)
	}
	switch {
	case d.in(30):
		l.breaks(requiredAddress)
	case d.in(20):
		l.breaks(lengthAddress)
		l.b = append(l.b, "不详"...)
	case d.in(50): // a quoted field with a comma and quotes inside
		l.b = append(l.b, '"')
		l.street(p, x)
		l.b = append(l.b, `,""老院子""旁"`...)
	default:
		l.street(p, x)
	}
	l.comma()
}

func (l *line) street(p *place, x uint64) {
	l.b = append(l.b, "武汉市"...)
	l.b = append(l.b, p.street...)
	l.b = append(l.b, roads[int(x>>16&0xffff)%len(roads)]...)
	l.b = invent.AppendInt(l.b, 1+int(x>>32&0x1ff), 0)
	l.b = append(l.b, "号"...)
	l.b = invent.AppendInt(l.b, 1+int(x>>41&0xf), 0)
	l.b = append(l.b, "栋"...)
	l.b = invent.AppendInt(l.b, 101+int(x>>45&0xf)*100+int(x>>49&3), 0)
	l.b = append(l.b, "室"...)
}

func (l *line) phone(c chance) {
	switch {
	case c.in(400): // blank is allowed
	case c.in(150):
		l.breaks(phonePhone)
		l.b = append(l.b, badPhones[int(c)%len(badPhones)]...)
	default:
		l.b = invent.AppendPhone(l.b, &l.Rand)
	}
	l.comma()
}

// codes writes education and marriage.
func (l *line) codes(c, d chance) {
	switch {
	case c.in(200): // blank is allowed
		l.comma()
	case c.in(30):
		l.breaks(codesEducation)
		l.text("大专")
	default:
		l.text(educations[int(c)%len(educations)])
	}
	switch {
	case d.in(200):
		l.comma()
	case d.in(30):
		l.breaks(valuesMarriage)
		l.text("50")
	default:
		l.text(marriages[int(d)%len(marriages)])
	}
}

// household writes the household's number and its members.
func (l *line) household(c, d chance) {
	if c.in(40) {
		l.breaks(patternHousehold)
		l.text(badHouseholds[int(c)%len(badHouseholds)])
	} else {
		l.b = invent.AppendInt(l.b, l.N(1_000_000_000), 9)
		l.comma()
	}
	switch {
	case d.in(20):
		l.breaks(typeMembers)
		l.text("三人")
	case d.in(15):
		l.breaks(rangeMembers)
		l.text("0")
	case d.in(15):
		l.breaks(rangeMembers)
		l.text("120")
	default:
		l.b = append(l.b, '1'+byte(d%6), ',')
	}
}

func (l *line) employer(c chance) {
	code := l.credits[l.N(len(l.credits))]
	switch {
	case c.in(3500): // blank is allowed: not everybody has an employer
		l.comma()
	case c.in(60): // wrong check character
		l.breaks(creditEmployer)
		last := byte('0')
		if code[17] == last {
			last = '1'
		}
		l.b = append(append(l.b, code[:17]...), last, ',')
	case c.in(20): // a character too few
		l.breaks(creditEmployer)
		l.text(code[:17])
	case c.in(20): // a letter outside of the alphabet
		l.breaks(creditEmployer)
		l.text(strings.Replace(code, code[9:10], "O", 1))
	default:
		l.text(code)
	}
}

// dates writes when the person was registered and the record last changed.
func (l *line) dates(c, d chance, born invent.Day) {
	l.registration(c, born)
	l.comma()
	after := l.registered
	changed := max(after, registerBegins) + invent.Day(d%2000)
	switch {
	case d.in(100): // blank is allowed
	case d.in(20):
		l.breaks(typeUpdated)
		l.b = append(l.b, "2020-13-01"...)
	case d.in(15):
		l.breaks(futureUpdated)
		l.b = append(l.b, "2099-12-31"...)
	case after >= registerBegins && d.in(20): // before it was registered
		l.breaks(updatedAfterRegistered)
		l.b = append(l.b, "1958-01-08"...)
	case after == far: // the registration lies in the future
		l.breaks(updatedAfterRegistered)
		l.b = append(l.b, l.calendar.Text(lastChange)...)
	default:
		l.b = append(l.b, l.calendar.Text(min(changed, lastChange))...)
	}
}

// registerBegins is 1958-01-09, when registration began; lastChange is 2024-06-30.
const (
	registerBegins invent.Day = 10235
	lastChange     invent.Day = 34514
	lastRegistered invent.Day = lastChange - 365
)

func (l *line) registration(c chance, born invent.Day) {
	l.registered = unsaid
	switch {
	case c.in(20):
		l.breaks(requiredRegistered)
		return
	case c.in(20):
		l.breaks(typeRegistered)
		l.b = append(l.b, "20月3日"...)
		return
	case c.in(20):
		l.breaks(futureRegistered)
		l.registered = far
		l.b = append(l.b, "2098-05-04"...)
		return
	case c.in(10):
		l.breaks(rangeRegistered)
		if born >= 0 {
			l.breaks(registeredAfterBirth)
		}
		l.registered = ancient
		l.b = append(l.b, "1911-10-10"...)
		return
	}
	from := max(l.birth+400, registerBegins)
	day := min(from+invent.Day(c%3000), lastRegistered)
	if born == far {
		l.breaks(registeredAfterBirth)
	}
	l.registered = day
	l.b = append(l.b, l.calendar.Text(day)...)
}
