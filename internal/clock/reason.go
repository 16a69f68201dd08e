package clock

import (
	"strconv"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// name tells what is special of a day that is worked.
func (s *sum) name(i int) fault.Text {
	if s.c.calendar.kind[i] != MakeUp {
		return fault.Text{}
	}
	n := s.c.calendar.names[firstDay+Date(i)]
	return fault.Text{ZH: n.ZH + "调休上班", EN: "a make-up day" + ifAny(" of the ", n.EN)}
}

// rest tells why a day is not worked.
func (s *sum) rest(i int) fault.Text {
	switch s.c.calendar.kind[i] {
	case Weekend:
		return fault.Text{ZH: "周末", EN: "weekend"}
	case Holiday:
		n := s.c.calendar.names[firstDay+Date(i)]
		return fault.Text{ZH: n.ZH + "放假", EN: "holiday" + ifAny(", ", n.EN)}
	}
	return fault.Text{ZH: "本单位不办公", EN: "the office is closed"}
}

func ifAny(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

// guessed names the years without a published calendar.
func (s *sum) guessed(end int64) fault.Text {
	var years []string
	for y := dateOf(s.l.Started.Unix()).Year(); y <= dateOf(end).Year(); y++ {
		if s.c.calendar.Assumed(y) {
			years = append(years, strconv.Itoa(y))
		}
	}
	return fault.Text{ZH: strings.Join(years, "、"), EN: strings.Join(years, ", ")}
}
