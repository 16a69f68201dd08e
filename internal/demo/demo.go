// Package demo is the demo district: 江岸区 with real regions, invented offices' codes,
// sixty directories as its offices would declare them, and the files they would deliver.
// All people and enterprises are invented; every screen says 演示数据.
//
// Read first: Offices, Directories, Write.
package demo

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/demo/invent"
)

//go:embed district/*.yaml
var district embed.FS

// Declaration is one directory's declaration as its office wrote it.
type Declaration struct {
	Name string // the directory
	File string // people.yaml
	YAML []byte
}

// Directories are all declarations, the two that others refer to first, then by name.
func Directories() ([]Declaration, error) {
	files, err := district.ReadDir("district")
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	out := make([]Declaration, 0, len(files))
	for _, f := range files {
		text, err := district.ReadFile("district/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
		out = append(out, Declaration{strings.TrimSuffix(f.Name(), ".yaml"), f.Name(), text})
	}
	slices.SortFunc(out, func(a, b Declaration) int {
		return cmp.Or(cmp.Compare(rank(a.Name), rank(b.Name)), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}

// rank puts what rules refer to before what refers to it.
func rank(directory string) int {
	switch directory {
	case "people", "enterprises", "grids":
		return 0
	}
	return 1
}

// File is a delivery of one directory.
type File struct {
	Directory string
	Path      string
	Day       int    // when it came: 0 is the demo's last day, −30 is thirty days before
	Expect    string // the state its batch must come to; "" is published
}

// Write makes the files of the district in a folder, in the order in which they came; the
// same seed and last day give the same files, and recent dates in them follow that day. Three
// deliveries are to be held, one of 行政许可 is another directory's file and must fail; all
// others are good, with the defects files have.
func Write(dir string, seed int64, today time.Time) ([]File, error) {
	return write(dir, seed, today, deliveries())
}

func write(dir string, seed int64, today time.Time, all []delivery) ([]File, error) {
	last := invent.DayOf(today.Year(), today.Month(), today.Day())
	if last < invent.DayOf(2025, 1, 1) || last > invent.LastDay {
		return nil, errors.New("demo: the last day must lie between 2025 and 2049")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	w, err := newWorld(seed)
	if err != nil {
		return nil, err
	}
	files, errs := make([]File, len(all)), make([]error, len(all))
	next := make(chan int)
	var done sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		done.Go(func() {
			for i := range next {
				d := all[i]
				day := last + invent.Day(d.day)
				files[i] = File{d.directory, filepath.Join(dir, d.fileName(w.calendar, day)), d.day, d.expect}
				errs[i] = w.deliver(files[i].Path, d, day)
			}
		})
	}
	for i := range all {
		next <- i
	}
	close(next)
	done.Wait()
	return files, errors.Join(errs...)
}
