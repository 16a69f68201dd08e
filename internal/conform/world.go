package conform

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
)

// world is a data folder, the server on it, and what was accepted so far.
type world struct {
	storm
	rng *rand.Rand // used between rounds only

	mu     sync.Mutex
	truths map[string]truth // by batch, as the server accepted it
	files  int
}

// truth is what judging a file must find.
type truth struct{ in, good, bad int64 }

// The directories differ in how batches enter them and in how a batch is judged.
var directories = []string{"crash_append", "crash_merge", "crash_replace", "crash_block"}

const declaration = `kind: directory
name: %[1]s
title: %[1]s
office: crash
abstract: rows whose truth is known
class: department
format: table
update: daily
level: L1
share: {type: free, way: exchange}
items:
  - {name: id, title: id, type: int}
  - {name: word, title: word, type: text}
  - {name: day, title: day, type: date}
rules:
  - {kind: required, item: id}
  - {kind: values, item: word, values: [alpha, beta, gamma]%[2]s}
load: {mode: %[3]s%[4]s}
`

// declare registers the directories.
func (w *world) declare(ctx context.Context) error {
	for name, d := range map[string][3]string{
		"crash_append": {"", "append", ""}, "crash_merge": {"", "merge", ", key: [id]"}, "crash_replace": {"", "replace", ""},
		"crash_block": {", do: block, above: 1", "append", ""},
	} {
		if err := w.call(ctx, "POST", "/directories", fmt.Sprintf(declaration, name, d[0], d[1], d[2]), nil); err != nil {
			return err
		}
	}
	return nil
}
