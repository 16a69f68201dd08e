package demo

import "github.com/chengshu/chengshu/internal/demo/invent"

// idNo writes the person's citizen id, in so many ten-thousandths of the rows with a wrong
// check digit, and with what hurried typing does to ids: an X in lower case, as × or in full
// width, a lost digit, a blank.
func idNo(wrong int) cell {
	return func(r *record, b []byte) []byte {
		at := len(b)
		b = invent.AppendID(b, r.calendar, r.who.division, r.who.birth, r.who.serial)
		last := len(b) - 1
		switch {
		case r.hit(wrong):
			b[last] = '0' + (b[last]-'0'+1+byte(r.N(8)))%10
		case r.hit(15):
			return b[:at]
		case r.hit(12):
			return b[:last]
		case b[last] == 'X' && r.hit(1500):
			b[last] = 'x'
		case b[last] == 'X' && r.hit(500):
			return append(b[:last], "×"...)
		case r.hit(40):
			return append(b, ' ')
		}
		return b
	}
}

// wideID writes some ids in full width.
func wideID(wrong int) cell { return wide(60, idNo(wrong)) }

func personName(r *record, b []byte) []byte {
	name := of(r.who.key, 1)
	return invent.AppendName(b, &name, r.who.male())
}

func sex(r *record, b []byte) []byte {
	if r.who.male() != r.hit(20) {
		return append(b, "男"...)
	}
	return append(b, "女"...)
}

func phone(r *record, b []byte) []byte {
	number := of(r.who.key^r.firm.key^1, 2)
	at := len(b)
	b = invent.AppendPhone(b, &number)
	if !r.hit(300) {
		return b
	}
	// As people write them: 138-1234-5678.
	p := string(b[at:])
	return append(append(append(append(append(b[:at], p[:3]...), '-'), p[3:7]...), '-'), p[7:]...)
}

func communityCode(r *record, b []byte) []byte { return append(b, r.at.code...) }
func communityName(r *record, b []byte) []byte { return append(b, r.at.name...) }
func streetName(r *record, b []byte) []byte    { return append(b, r.at.street...) }

var roads = []string{"建设大道", "解放大道", "发展大道", "中山大道", "京汉大道", "沿江大道", "金桥大道", "后湖大道",
	"兴业路", "江大路", "台北路", "赵家条", "永清路", "三阳路", "黄浦大街", "工农兵路", "汉黄路", "石桥一路", "淌湖一路", "二七路"}

func road(r *record, b []byte) []byte { return append(b, r.Pick(roads)...) }

// address is in the record's place; a person's is always the same.
func address(r *record, b []byte) []byte {
	x := of(r.who.key^r.firm.key, 4)
	b = append(append(append(b, "江岸区"...), r.at.street...), x.Pick(roads)...)
	b = append(invent.AppendInt(b, 1+x.N(500), 0), "号"...)
	if r.who.serial == 0 {
		return b
	}
	b = append(invent.AppendInt(b, 1+x.N(16), 0), "栋"...)
	return append(invent.AppendInt(b, 101+100*x.N(18)+x.N(4), 0), "室"...)
}

// another writes a cell of another person: a spouse, a mother, a tenant, by how far away in
// the numbering they are.
func another(offset int, sexed int, c cell) cell {
	return func(r *record, b []byte) []byte {
		mine := r.who
		defer func() { r.who = mine }()
		for i := 0; ; i++ {
			r.who = r.person((r.n*7+offset+i*13)%190_000 + 1)
			age := (r.today - r.who.birth) / 365
			if (sexed < 0 || r.who.serial&1 == sexed) && age >= 24 && age < 60 {
				return c(r, b)
			}
		}
	}
}
