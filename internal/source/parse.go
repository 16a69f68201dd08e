package source

// record is one record of delimited text, as it stands in the head.
type record struct {
	fields []string
	bytes  int
	bad    bool // a quote was followed by what may not follow it
}

// parse reads records the way the engine will: a quote opens a field only at its
// beginning, blanks aside; line ends inside quotes belong to the value. yield stops it by
// false. A last record without a line end is given only when whole says that the text
// ends there.
func parse(text []byte, d dialect, whole bool, yield func(record) bool) {
	p := parser{text: text, d: d}
	for p.i < len(text) {
		from := p.i
		r, ended := p.record()
		if !ended && !whole {
			return
		}
		r.bytes = p.i - from
		if !yield(r) {
			return
		}
	}
}

type parser struct {
	text []byte
	d    dialect
	i    int
	bad  bool
}

func (p *parser) record() (record, bool) {
	r := record{}
	for {
		r.fields = append(r.fields, p.field())
		r.bad = r.bad || p.bad
		p.bad = false
		if p.i >= len(p.text) {
			return r, false
		}
		c := p.text[p.i]
		p.i++
		if c == p.d.delim {
			continue
		}
		if c == '\r' && p.i < len(p.text) && p.text[p.i] == '\n' {
			p.i++
		}
		return r, true
	}
}

// field stops at a delimiter, a line end or the end.
func (p *parser) field() string {
	from := p.i
	for p.i < len(p.text) && p.text[p.i] == ' ' && p.d.delim != ' ' {
		p.i++
	}
	if p.d.quote != 0 && p.i < len(p.text) && p.text[p.i] == p.d.quote {
		return p.quoted()
	}
	p.plain()
	return string(p.text[from:p.i])
}

func (p *parser) plain() {
	for p.i < len(p.text) && !p.ends(p.text[p.i]) {
		p.i++
	}
}

func (p *parser) ends(c byte) bool { return c == p.d.delim || c == '\n' || c == '\r' }

func (p *parser) quoted() string {
	var out []byte
	p.i++
	for p.i < len(p.text) {
		c := p.text[p.i]
		p.i++
		next := byte(0)
		if p.i < len(p.text) {
			next = p.text[p.i]
		}
		switch {
		case c == p.d.escape && (c != p.d.quote || next == p.d.quote) && p.i < len(p.text):
			out = append(out, next)
			p.i++
		case c == p.d.quote:
			from := p.i
			for p.i < len(p.text) && p.text[p.i] == ' ' {
				p.i++
			}
			if p.i < len(p.text) && !p.ends(p.text[p.i]) {
				p.bad = true
				p.plain()
				out = append(out, p.text[from:p.i]...)
			}
			return string(out)
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

// blank says that a record is an empty line.
func (r record) blank() bool { return len(r.fields) == 1 && r.fields[0] == "" }

// filled counts cells that hold something.
func (r record) filled() int {
	n := 0
	for _, f := range r.fields {
		if trim(f) != "" {
			n++
		}
	}
	return n
}
