package node

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/spec"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

// ReadPack reads a pack's folder with the kinds this program knows.
func ReadPack(fsys fs.FS) (*pack.Pack, error) { return pack.Read(fsys, PackKinds(nil)) }

// PackSchema is the JSON Schema of a pack's files, for editors.
func PackSchema() ([]byte, error) {
	var sections []spec.Section
	for _, k := range PackKinds(nil) {
		sections = append(sections, k.Section())
	}
	return spec.FolderSchema(sections)
}

// TryPack runs the tests of a pack, each on a store of its own that is gone afterwards.
func TryPack(ctx context.Context, p *pack.Pack) ([]flow.Verdict, error) {
	return flow.Try(ctx, p, flow.Ground{Kinds: PackKinds, Store: func(ctx context.Context) (store.Store, error) {
		dir, err := os.MkdirTemp("", "chengshu-try-")
		if err != nil {
			return nil, err
		}
		st, err := sqlite.Open(ctx, filepath.Join(dir, "state.db"), sqlite.Options{})
		if err != nil {
			return nil, err
		}
		return passing{st, dir}, nil
	}})
}

// passing is a store whose folder goes with it.
type passing struct {
	store.Store
	dir string
}

// Close closes the store and removes it.
func (p passing) Close() error {
	err := p.Store.Close()
	if gone := os.RemoveAll(p.dir); err == nil {
		err = gone
	}
	return err
}
