package demo

import "github.com/chengshu/chengshu/internal/demo/invent"

// record is the row being made. Its cells are made in the order of the directory's items.
type record struct {
	invent.Rand
	*world
	delivery
	n     int        // from 0
	today invent.Day // of the delivery
	last  int        // number of the person or enterprise taken last

	who      person     // people's directories
	firm     firm       // enterprises'
	at       *place     // where it is
	mark     invent.Day // the date written last, for those that must follow it
	seen     int        // a number written before, for one that must agree with it
	mistyped bool       // one of the pensions whose X is a ×
}

// next takes the next person and enterprise that the directory is about.
func (r *record) next() {
	for r.last++; ; r.last++ {
		r.who, r.firm = person{}, firm{}
		if r.firms {
			r.firm = r.world.firm(r.last)
		}
		if r.people == nil {
			break
		}
		if r.who = r.person(r.last); r.people(r) {
			break
		}
	}
	if r.place != nil {
		return
	}
	r.at = r.home()
}

// home is where the row's person lives or its enterprise sits; anywhere where there is
// neither.
func (r *record) home() *place {
	if key := r.who.key ^ r.firm.key; key != 0 {
		x := of(key, 3)
		return &r.places[x.N(len(r.places))]
	}
	return &r.places[r.N(len(r.places))]
}

// cell appends a field's text.
type cell func(r *record, b []byte) []byte

// hit tells whether a defect of so many ten-thousandths befalls this cell.
func (r *record) hit(usual int) bool { return r.N(1_000_000) < usual*r.rough }

// cells that turn up in many directories, by item name; a table's own come first.
var common = map[string]cell{
	"id_no":        idNo(60),
	"name":         blank(15, personName),
	"sex":          odd(20, sex, "未知", "1男"),
	"birth":        dateForms(birth),
	"phone":        odd(120, blank(200, phone), "1380013800", "无", "139-0000-000", "027 8284"),
	"region":       odd(60, blank(15, communityCode), "420102999001", "420102018000", "江岸区"),
	"community":    communityName,
	"street":       odd(30, streetName, "塔子胡街道", "江岸"),
	"address":      blank(25, address),
	"credit":       creditCode(80),
	"company":      blank(15, companyName),
	"legal_person": legalPerson,
	"manager":      pick("区城管执法局环卫中心", "区市政维修中心", "武汉江岸城市服务有限公司", "街道公共服务办"),
	"lon":          coordinate(114_262_000, 114_356_000, 8),
	"lat":          coordinate(30_571_000, 30_688_000, 8),
	"status":       pick("正常", "正常", "正常", "停用"),
	"organ":        pick("区行政审批局", "区市场监管局", "区城管执法局", "区卫健局", "区应急管理局"),
}

func pick(from ...string) cell {
	return func(r *record, b []byte) []byte { return append(b, r.Pick(from)...) }
}

// blank leaves the cell empty in so many ten-thousandths of the rows.
func blank(usual int, c cell) cell {
	return func(r *record, b []byte) []byte {
		if r.hit(usual) {
			return b
		}
		return c(r, b)
	}
}

// odd writes one of the wrong texts in so many ten-thousandths of the rows.
func odd(usual int, c cell, wrong ...string) cell {
	return func(r *record, b []byte) []byte {
		if r.hit(usual) {
			return append(b, r.Pick(wrong)...)
		}
		return c(r, b)
	}
}

// wide writes digits and letters in full width in so many ten-thousandths of the rows.
func wide(usual int, c cell) cell {
	return func(r *record, b []byte) []byte {
		at := len(b)
		b = c(r, b)
		if !r.hit(usual) {
			return b
		}
		narrow := string(b[at:])
		b = b[:at]
		for _, x := range narrow {
			if x > ' ' && x < 0x7f {
				x += 0xfee0
			}
			b = append(b, string(x)...)
		}
		return b
	}
}

// padded puts blanks around the text in so many ten-thousandths of the rows.
func padded(usual int, c cell) cell {
	return func(r *record, b []byte) []byte {
		if !r.hit(usual) {
			return c(r, b)
		}
		return append(c(r, append(b, "　 "...)), ' ')
	}
}

// joined writes cells one after the other.
func joined(cs ...cell) cell {
	return func(r *record, b []byte) []byte {
		for _, c := range cs {
			b = c(r, b)
		}
		return b
	}
}

func text(s string) cell { return func(_ *record, b []byte) []byte { return append(b, s...) } }

// serial is a running number of the row.
func serial(prefix string, width int) cell {
	return func(r *record, b []byte) []byte { return invent.AppendInt(append(b, prefix...), r.n+1, width) }
}

// digits are random ones, the first not zero.
func digits(n int) cell {
	return func(r *record, b []byte) []byte {
		b = append(b, byte('1'+r.N(9)))
		for range n - 1 {
			b = append(b, byte('0'+r.N(10)))
		}
		return b
	}
}

// number is a whole one from lo to hi; what follows may agree with it.
func number(lo, hi int) cell {
	return func(r *record, b []byte) []byte {
		r.seen = lo + r.N(hi-lo+1)
		return invent.AppendInt(b, r.seen, 0)
	}
}

// within is a whole number up to the one before it, or above it by mistake.
func within(lo, usual int) cell {
	return func(r *record, b []byte) []byte {
		if r.hit(usual) {
			return invent.AppendInt(b, r.seen+1+r.N(20), 0)
		}
		return invent.AppendInt(b, lo+r.N(max(1, r.seen-lo+1)), 0)
	}
}

// amount is a number with two decimals; small ones are more frequent.
func amount(lo, hi int) cell {
	return func(r *record, b []byte) []byte {
		r.seen = lo + min(r.N(hi-lo+1), r.N(hi-lo+1))
		b = append(invent.AppendInt(b, r.seen, 0), '.')
		return invent.AppendInt(b, r.N(100), 2)
	}
}

// coordinate is degrees with six decimals; some are swapped for a zero.
func coordinate(lo, hi, zero int) cell {
	return func(r *record, b []byte) []byte {
		if r.hit(zero) {
			return append(b, '0')
		}
		n := lo + r.N(hi-lo)
		b = append(invent.AppendInt(b, n/1_000_000, 0), '.')
		return invent.AppendInt(b, n%1_000_000, 6)
	}
}
