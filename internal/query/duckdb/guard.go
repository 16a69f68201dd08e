package duckdb

import (
	"sync"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/chengshu/chengshu/internal/row"
)

// guardFunction makes a function of a kernel over one text: true where its bit is set.
func guardFunction(name string, kernel row.Kernel) function {
	pool := sync.Pool{New: func() any { return new([]uint64) }}
	run := func(in []column, n int, out duck.Vector) {
		words := pool.Get().(*[]uint64)
		defer pool.Put(words)
		if cap(*words) < n {
			*words = make([]uint64, n)
		}
		*words = (*words)[:n]
		clear(*words)
		kernel([]row.Texts{in[0].texts()}, n, 1, *words)
		truth := cells[uint8](view(out), n)
		for i, w := range *words {
			truth[i] = uint8(w)
		}
	}
	return function{name: name, params: []duck.Type{duck.TypeVarchar}, result: plain(duck.TypeBoolean), run: run}
}
