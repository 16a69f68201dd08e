package pack

import (
	"bytes"
	"maps"
	"slices"
	"strings"
)

// Line is a line of a comparison of two versions of a file.
type Line struct {
	File string
	Sign string // same, added, removed
	At   int    // its number, in the new file unless it is removed
	Text string
}

// around is how many lines that stay are shown about those that do not.
const around = 2

// Compared gives what differs between the files of two versions, by file, with a few lines
// about each place.
func Compared(old, new map[string][]byte) (out []Line) {
	names := map[string]bool{}
	for _, files := range []map[string][]byte{old, new} {
		for n := range files {
			names[n] = true
		}
	}
	for _, n := range slices.Sorted(maps.Keys(names)) {
		if !bytes.Equal(old[n], new[n]) {
			out = append(out, near(compared(n, lines(old[n]), lines(new[n])))...)
		}
	}
	return out
}

func lines(text []byte) []string {
	if len(text) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// compared keeps the longest run of lines that both have. What they begin and end with alike
// is set aside first: the rest is short where somebody edited by hand.
func compared(file string, a, b []string) (out []Line) {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		out = append(out, Line{file, "same", head + 1, a[head]})
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	x, y := a[head:len(a)-tail], b[head:len(b)-tail]
	most := common(x, y)
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case i < len(x) && j < len(y) && x[i] == y[j]:
			out = append(out, Line{file, "same", head + j + 1, y[j]})
			i, j = i+1, j+1
		case j == len(y) || i < len(x) && most[i+1][j] >= most[i][j+1]:
			out = append(out, Line{file, "removed", head + i + 1, x[i]})
			i++
		default:
			out = append(out, Line{file, "added", head + j + 1, y[j]})
			j++
		}
	}
	for k := range tail {
		at := len(b) - tail + k
		out = append(out, Line{file, "same", at + 1, b[at]})
	}
	return out
}

// common is how many lines the rest of x and y have in common, from each place on.
func common(x, y []string) [][]int {
	most := make([][]int, len(x)+1)
	for i := range most {
		most[i] = make([]int, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				most[i][j] = most[i+1][j+1] + 1
			} else {
				most[i][j] = max(most[i+1][j], most[i][j+1])
			}
		}
	}
	return most
}

// near leaves out what stays and is far from any change.
func near(all []Line) (out []Line) {
	for i, l := range all {
		about := all[max(0, i-around):min(len(all), i+around+1)]
		if slices.ContainsFunc(about, func(l Line) bool { return l.Sign != "same" }) {
			out = append(out, l)
		}
	}
	return out
}
