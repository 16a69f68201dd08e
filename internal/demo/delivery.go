package demo

import (
	"strings"

	"github.com/chengshu/chengshu/internal/demo/invent"
)

// form is what kind of file an office delivers.
type form uint8

const (
	csvUTF8 form = iota
	csvBOM
	csvGB18030
	tabbed
	piped
	xlsx
	jsonl
)

func (f form) extension() string {
	return [...]string{"csv", "csv", "csv", "txt", "txt", "xlsx", "jsonl"}[f]
}

// table is how the rows of a directory are made.
type table struct {
	rows   int
	form   form
	people func(r *record) bool // which people it is about; nil: about none
	firms  bool                 // it is about enterprises
	from   int                  // the number of the first person or enterprise looked at
	twice  int                  // ten-thousandths of rows delivered twice
	cells  map[string]cell      // its own; the rest are common
	place  func(r *record)      // chooses where the row is; nil: at home
}

// delivery is one file of a directory.
type delivery struct {
	table
	directory string
	day       int
	rough     int    // per cent of the usual defects
	turn      int    // which delivery of the directory it is, from 0
	title     string // how its file is called
	expect    string // what its batch comes to, unless it is published
}

// fileName is how offices name files: what it is, and the month or day.
func (d delivery) fileName(c *invent.Calendar, day invent.Day) string {
	t := string(c.Text(day))
	month := strings.TrimPrefix(t[5:7], "0") + "月"
	if d.turn > 0 {
		month += strings.TrimPrefix(t[8:], "0") + "日"
	}
	return d.title + "_" + month + "." + d.form.extension()
}

// deliveries are all files in the order in which they come.
func deliveries() []delivery {
	all, turns := tables(), map[string]int{}
	var out []delivery
	for _, s := range schedule() {
		t, turn := all[s.directory], turns[s.directory]
		turns[s.directory]++
		if s.rows != 0 {
			t.rows = s.rows
		}
		t.from += turn * s.shift
		out = append(out, delivery{table: t, directory: s.directory, day: s.day, rough: s.rough, turn: turn, title: s.title, expect: s.expect})
	}
	return out
}
