package demo

import "github.com/chengshu/chengshu/internal/demo/invent"

// The November delivery of the pensions is the one to be held: in one street the last X of
// the ids was typed as ×, from two days before the delivery on. Its directory does not clean
// that yet; adding the step would mend those rows.

const (
	tazihu    = "塔子湖街道"
	mistyped  = 384 // ten-thousandths of the rows that belong to the mistyped ones
	otherwise = 30  // those with a wrong check digit
)

// pensionPlace decides, before anything of the row is written, whether it is one of the
// mistyped: then it lies in that street, and its person is one whose id ends in X.
func pensionPlace(r *record) {
	r.at, r.mistyped = r.home(), r.turn > 0 && r.n*mistyped%10_000 < mistyped
	if !r.mistyped {
		return
	}
	for !endsInX(r) {
		r.next()
	}
	if r.at = r.home(); r.One(50) {
		return
	}
	for r.at.street != tazihu {
		r.at = &r.places[r.N(len(r.places))]
	}
}

func endsInX(r *record) bool {
	var id [18]byte
	return plainID(r, id[:0])[17] == 'X'
}

func pensionID(r *record, b []byte) []byte {
	b = plainID(r, b)
	last := len(b) - 1
	switch {
	case r.mistyped:
		return append(b[:last], "×"...)
	case r.N(10_000) < otherwise:
		b[last] = '0' + (b[last]-'0'+1+byte(r.N(8)))%10
	case r.N(10_000) < 8:
		return b[:last-17]
	}
	return b
}

// retired is when the pension was first paid: at sixty or later, before anything was entered.
func retired(r *record) invent.Day {
	from := min(r.who.birth+60*366, r.today-40)
	return from + invent.Day(r.N(int(min(r.today-32-from, 1500))))
}

// entered is when the row was typed in: in the month before the delivery, the mistyped ones
// within its last three days.
func entered(r *record, b []byte) []byte {
	if r.mistyped {
		return append(b, r.calendar.Text(ago(0, 2)(r))...)
	}
	r.mark = ago(0, 30)(r)
	if r.hit(40) {
		return append(b, "11月"...)
	}
	return append(b, r.calendar.Text(r.mark)...)
}
