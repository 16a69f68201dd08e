package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// table prints things one under the other, their words in columns. A head that is empty is left
// out, one of several columns has tabs between.
func table[T any](w io.Writer, head string, items []T, words func(T) []any) {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	if head != "" {
		fmt.Fprintln(t, head)
	}
	for _, it := range items {
		for i, word := range words(it) {
			if i > 0 {
				fmt.Fprint(t, "\t")
			}
			fmt.Fprint(t, word)
		}
		fmt.Fprintln(t)
	}
	_ = t.Flush()
}
