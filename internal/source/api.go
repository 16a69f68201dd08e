package source

import (
	"context"
	"io"
)

type scan struct{}

// Spool copies and hashes a file.
func Spool(ctx context.Context, path string, o Options, progress func(done, total int64)) (*Spooled, error) {
	panic("being built")
}

// SpoolReader takes an upload in.
func SpoolReader(ctx context.Context, r io.Reader, name string, o Options) (*Spooled, error) {
	panic("being built")
}

// Look says what a spooled file is. When only the header is at fault the shape is given
// beside the fault, so that it can be shown.
func Look(ctx context.Context, s *Spooled, o Options) (*Shape, error) { panic("being built") }

// Prepare makes what the engine reads.
func Prepare(ctx context.Context, s *Spooled, sh *Shape, o Options, progress func(done, total int64)) (*Ready, error) {
	panic("being built")
}

// Sweep removes what crashed processes left in the spool folder: every file there that
// known does not claim. It returns their paths.
func Sweep(dir string, known func(path string) bool) ([]string, error) { panic("being built") }
