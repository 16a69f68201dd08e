package ledger

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/spec"
)

const (
	usualKey = "{date}-{seq:4}"
	mostKey  = 100 // characters of a record's number
)

// pattern is how the numbers of records are made.
type pattern struct {
	parts []patternPart
	seq   bool
}

type patternPart struct {
	text  string // written as it is
	name  string // date, year, month, seq, office, region or a field
	width int    // of seq
}

// parsePattern reads a pattern; known says whether a field may be part of a number.
func parsePattern(s string, known func(name string) bool, names []string) (p pattern, faults []*fault.Error) {
	fail := func(text, fix fault.Text) {
		faults = append(faults, fault.New(fault.Invalid, "entity.key", text).At("key").Fix(fix))
	}
	for rest := s; rest != ""; {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			p.parts = append(p.parts, patternPart{text: rest})
			break
		}
		if open > 0 {
			p.parts = append(p.parts, patternPart{text: rest[:open]})
		}
		end := strings.IndexByte(rest, '}')
		if end < open || strings.Contains(rest[open+1:end], "{") {
			fail(fault.T("编号规则的花括号没有闭合", "a bracket of the key is not closed"), fault.T("例如 %s", "such as %s", usualKey))
			break
		}
		name, width, _ := strings.Cut(rest[open+1:end], ":")
		rest = rest[end+1:]
		part := patternPart{name: name}
		switch {
		case name == "seq":
			n, err := strconv.Atoi(width)
			if width != "" && (err != nil || n < 1 || n > 12) || p.seq {
				fail(fault.T("seq 只能写一次，位数为 1 至 12", "seq stands once and has 1 to 12 digits"), fault.T("例如 {seq:4}", "such as {seq:4}"))
			}
			part.width, p.seq = n, true
		case width != "":
			fail(fault.T("%s 之后没有位数", "%s has no width", name), fault.T("请写 {%s}", "write {%s}", name))
		case name == "date" || name == "year" || name == "month" || name == "office" || name == "region" || known(name):
		default:
			fail(fault.T("编号规则中没有 {%s}", "a key has no {%s}", spec.Clip(name, 40)), spec.Meant(name, append([]string{"date", "year", "month", "seq", "office", "region"}, names...)))
		}
		p.parts = append(p.parts, part)
	}
	return p, faults
}

// fields are the record's fields that a number is made of.
func (p pattern) fields() (out []string) {
	for _, x := range p.parts {
		switch x.name {
		case "", "date", "year", "month", "seq", "office", "region":
		default:
			out = append(out, x.name)
		}
	}
	return out
}

// scope is what stands around the number within which is counted; it is the number itself
// where nothing is.
func (p pattern) scope(r *Record, at time.Time) string { return p.make(r, at, "\x1f") }

func (p pattern) make(r *Record, at time.Time, seq string) string {
	var b strings.Builder
	day := at.In(region.Beijing)
	for _, x := range p.parts {
		switch x.name {
		case "":
			b.WriteString(x.text)
		case "date":
			b.WriteString(day.Format("20060102"))
		case "year":
			b.WriteString(day.Format("2006"))
		case "month":
			b.WriteString(day.Format("200601"))
		case "seq":
			b.WriteString(seq)
		case "office":
			b.WriteString(r.Office)
		case "region":
			b.WriteString(region.Code(r.Region).Short())
		default:
			if v := r.Values[x.name]; v != nil {
				fmt.Fprint(&b, v)
			}
		}
	}
	return b.String()
}

// number is the record's number with its place in the sequence.
func (p pattern) number(scope string, n int64) string {
	width := 1
	for _, x := range p.parts {
		if x.name == "seq" {
			width = max(x.width, 1)
		}
	}
	return strings.Replace(scope, "\x1f", fmt.Sprintf("%0*d", width, n), 1)
}
