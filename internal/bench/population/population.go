// Package population makes the file that the ingest bench loads: people of a district in
// fifteen columns, as dirty as departments deliver them, with its truth: how many rows break
// each rule of the directory declared beside it. The same rows and seed give the same bytes
// on any number of processors.
//
// The truth is known by construction: a row is built whole, then given its defects, each of
// which says which rules it breaks. A test judges the written text by an independent slow
// reference and finds the same counts.
//
// Read first: Write, Declaration, row.go.
package population

import (
	"bufio"
	_ "embed"
	"fmt"
	"math/bits"
	"os"
	"runtime"

	"github.com/chengshu/chengshu/internal/region"
)

// Declaration is the directory the file belongs to, with its rules, as YAML.
//
//go:embed directory.yaml
var Declaration []byte

// Directory is the declared directory's name.
const Directory = "bench_population"

// Truth is what judging a written file must find.
type Truth struct {
	In       int64            // rows of data, the header not counted
	Good     int64            // rows that break no rule that rejects
	Bad      int64            // the others, the unparsed included
	Unparsed int64            // rows that have not fifteen fields
	Rules    map[string]int64 // rows that break a rule, by its name; every rule judged by rows is there
}

// chunkRows is how many rows are made at a time: each chunk has its own random numbers, so
// that chunks can be made in any order.
const chunkRows = 8192

// Write makes a file of that many rows and its truth.
func Write(path string, rows int64, seed uint64) (Truth, error) {
	m, err := newMaker(rows, seed, region.New())
	if err != nil {
		return Truth{}, err
	}
	f, err := os.Create(path)
	if err != nil {
		return Truth{}, fmt.Errorf("population: %w", err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	_, err = w.WriteString(header)
	t := tally{}
	for c := range m.chunks(runtime.GOMAXPROCS(0)) {
		if err == nil {
			_, err = w.Write(c.text)
		}
		t.add(&c.tally)
		m.free <- c
	}
	if err == nil {
		err = w.Flush()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return Truth{}, fmt.Errorf("population: %w", err)
	}
	return t.truth(rows), nil
}

// tally counts rows by the rules they break.
type tally struct {
	bad   int64
	rules [numRules]int64
}

func (t *tally) row(broken uint64) {
	if broken&rejecting != 0 {
		t.bad++
	}
	for ; broken != 0; broken &= broken - 1 {
		t.rules[bits.TrailingZeros64(broken)]++
	}
}

func (t *tally) add(o *tally) {
	t.bad += o.bad
	for i, n := range o.rules {
		t.rules[i] += n
	}
}

func (t *tally) truth(rows int64) Truth {
	out := Truth{In: rows, Good: rows - t.bad, Bad: t.bad, Unparsed: t.rules[parse], Rules: map[string]int64{}}
	for i, name := range ruleNames {
		out.Rules[name] = t.rules[i]
	}
	return out
}

// chunk is a run of rows, as text and counted.
type chunk struct {
	text  []byte
	tally tally
}

// chunks makes all chunks on some goroutines and gives them in order. Whoever takes a chunk
// returns it to m.free; that bounds how far the makers run ahead.
func (m *maker) chunks(workers int) func(func(*chunk) bool) {
	total := int((m.rows + chunkRows - 1) / chunkRows)
	m.free = make(chan *chunk, 4*workers)
	for range cap(m.free) {
		m.free <- &chunk{}
	}
	type job struct {
		chunk *chunk
		index int
		done  chan *chunk
	}
	jobs, order := make(chan job), make(chan chan *chunk, 4*workers)
	go func() {
		for i := range total {
			j := job{<-m.free, i, make(chan *chunk, 1)}
			order <- j.done
			jobs <- j
		}
		close(jobs)
		close(order)
	}()
	for range workers {
		go func() {
			for j := range jobs {
				m.fill(j.chunk, j.index)
				j.done <- j.chunk
			}
		}()
	}
	return func(yield func(*chunk) bool) {
		for done := range order {
			if !yield(<-done) {
				return
			}
		}
	}
}
