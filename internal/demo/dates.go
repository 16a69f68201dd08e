package demo

import "github.com/chengshu/chengshu/internal/demo/invent"

// date is a day as cells make it: the day, and whether there is one.
type date func(r *record) invent.Day

func birth(r *record) invent.Day { return r.who.birth }

// ago is a day from lo to hi days before the delivery.
func ago(lo, hi int) date {
	return func(r *record) invent.Day { return max(0, r.today-invent.Day(lo+r.N(hi-lo+1))) }
}

// grown is a day at which the person was at least so many years old, up to the delivery.
func grown(years int) date {
	return func(r *record) invent.Day {
		from := min(r.who.birth+invent.Day(years*366), r.today)
		return from + invent.Day(r.N(int(r.today-from)+1))
	}
}

// later is a day lo to hi days after the one written before.
func later(lo, hi int) date {
	return func(r *record) invent.Day { return min(r.mark+invent.Day(lo+r.N(hi-lo+1)), invent.LastDay) }
}

// past is later, but not after the delivery.
func past(lo, hi int) date {
	return func(r *record) invent.Day { return min(later(lo, hi)(r), r.today) }
}

func founded(r *record) invent.Day { return r.firm.founded }

// dated writes a day as 2006-01-02, with a few of the mistakes dates have.
func dated(d date) cell {
	return func(r *record, b []byte) []byte {
		r.mark = d(r)
		switch {
		case r.hit(15):
			return append(b, "2023-02-30"...)
		case r.hit(10):
			return append(b, "不详"...)
		}
		return append(b, r.calendar.Text(r.mark)...)
	}
}

// early is dated, but now and then before the day written before: an order turned round.
func early(usual int, d date) cell {
	return func(r *record, b []byte) []byte {
		if r.hit(usual) && r.mark > 400 {
			return append(b, r.calendar.Text(r.mark-1-invent.Day(r.N(300)))...)
		}
		return dated(d)(r, b)
	}
}

// future is dated, but now and then far after the delivery.
func future(usual int, d date) cell {
	return func(r *record, b []byte) []byte {
		if r.hit(usual) {
			return append(b, "2206-08-15"...)
		}
		return dated(d)(r, b)
	}
}

// dateForms writes a day in one of the ten forms people use, nine in ten in the right one.
func dateForms(d date) cell {
	return func(r *record, b []byte) []byte {
		r.mark = d(r)
		switch {
		case r.hit(25):
			return append(b, "1958-02-30"...)
		case r.hit(25):
			return append(b, r.calendar.Text(r.mark+1+invent.Day(r.N(200)))...) // not the id's
		case !r.hit(1000):
			return append(b, r.calendar.Text(r.mark)...)
		}
		return r.inForm(b, r.calendar.Text(r.mark), r.N(10))
	}
}

// spreadsheetEpoch is what a spreadsheet counts on 1930-01-01, from 1899-12-30.
const spreadsheetEpoch = 10959

func (r *record) inForm(b, t []byte, form int) []byte {
	year, month, day := t[:4], t[5:7], t[8:]
	parts := func(b, m, d []byte, s1, s2, s3 string) []byte {
		b = append(append(b, year...), s1...)
		b = append(append(b, m...), s2...)
		return append(append(b, d...), s3...)
	}
	short := func(x []byte) []byte {
		if x[0] == '0' {
			return x[1:]
		}
		return x
	}
	switch form {
	case 0:
		return parts(b, month, day, "/", "/", "")
	case 1:
		return parts(b, month, day, ".", ".", "")
	case 2:
		return parts(b, month, day, "", "", "")
	case 3:
		return parts(b, month, day, "年", "月", "日")
	case 4:
		return parts(b, short(month), short(day), "年", "月", "日")
	case 5:
		return parts(b, short(month), short(day), "/", "/", "")
	case 6:
		return parts(b, short(month), short(day), "-", "-", "")
	case 7:
		return parts(b, short(month), short(day), ".", ".", "")
	case 8:
		return invent.AppendInt(b, int(r.mark)+spreadsheetEpoch, 0)
	default:
		return append(append(b, t...), " 00:00:00"...)
	}
}
