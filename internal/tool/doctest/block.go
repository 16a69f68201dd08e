package main

import (
	"regexp"
	"strings"
)

// block is a command of a page and what the page says that it prints.
type block struct {
	line    int
	command string
	prints  string
	told    bool // the page says what is printed
}

var fence = regexp.MustCompile("^```([a-z]*)$")

// blocks reads the sh blocks of a page with the text block that follows each.
func blocks(page string) []block {
	var out []block
	var body []string
	in, kind, last := false, "", ""
	for i, line := range strings.Split(page, "\n") {
		m := fence.FindStringSubmatch(line)
		switch {
		case m != nil && !in:
			in, kind, body = true, m[1], nil
		case m != nil:
			in = false
			text := strings.Join(body, "\n")
			switch {
			case kind == "sh":
				out = append(out, block{line: i - len(body), command: text})
			case kind == "text" && last == "sh":
				out[len(out)-1].prints, out[len(out)-1].told = text, true
			}
			last = kind
		case in:
			body = append(body, line)
		}
	}
	return out
}

// judge says what is wrong with what a block printed; nothing if it is as told.
func (b block) judge(got string, err error) string {
	if !b.told {
		if err != nil {
			return err.Error()
		}
		return ""
	}
	if !pattern(b.prints).MatchString(plain(got)) {
		return "prints something else than\n" + b.prints
	}
	return ""
}

var (
	stamps = regexp.MustCompile(`\b\d{4}-\d{2}\b`)     // labels of batches
	times  = regexp.MustCompile(`\b\d+\.\d+ ?(秒|s\b)`) // seconds
	blanks = regexp.MustCompile(`[ \t]+`)
)

// plain leaves out what differs from run to run: labels, seconds, the width of columns.
func plain(s string) string {
	s = stamps.ReplaceAllString(s, "LABEL")
	s = times.ReplaceAllString(s, "TIME")
	var lines []string
	for line := range strings.Lines(s) {
		lines = append(lines, strings.TrimSpace(blanks.ReplaceAllString(line, " ")))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func pattern(prints string) *regexp.Regexp {
	p := regexp.QuoteMeta(plain(prints))
	return regexp.MustCompile(`^(?s:` + strings.ReplaceAll(p, "…", ".*") + `)$`)
}
