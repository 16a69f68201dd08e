package lake

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/ident"
)

// Sweep removes what crashes and expiry left: files in a table's folders that no kept
// snapshot refers to, stages of versions of batches that known does not know (or that are
// published already), work folders of nobody. What changed after olderThan is left alone,
// and so is what a half-done publication of a known version has moved. It gives the paths
// removed, and goes on after an error.
func (l *Lake) Sweep(ctx context.Context, known func(batch, version string) bool, olderThan time.Time) (removed []string, err error) {
	refs, err := l.Tables(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range refs {
		if e := ctx.Err(); e != nil {
			return removed, errors.Join(err, e)
		}
		paths, e := l.sweepTable(ctx, t, known, olderThan)
		removed, err = append(removed, paths...), errors.Join(err, e)
	}
	return removed, err
}

func (l *Lake) sweepTable(ctx context.Context, t ident.Ref, known func(batch, version string) bool, olderThan time.Time) ([]string, error) {
	tb := l.table(t)
	tb.mu.Lock()
	defer tb.mu.Unlock()
	st, err := tb.load(ctx)
	if err != nil {
		return nil, err
	}
	needed, err := tb.refers(st.snapshots())
	if err != nil {
		return nil, err
	}
	needed[st.at] = true
	for e := range st.meta.PreviousFiles() {
		needed[e.MetadataFile] = true
	}
	removed, err := l.sweepStages(st, t, known, olderThan, needed)
	for _, dir := range []string{dataFolder(st.meta.Location()), metadataFolder(st.meta.Location())} {
		paths, e := sweepFolder(dir, olderThan, needed)
		removed, err = append(removed, paths...), errors.Join(err, e)
	}
	return removed, err
}

// sweepStages removes stages and work folders, and adds to needed what those that stay have
// already moved into the table.
func (l *Lake) sweepStages(st *state, t ident.Ref, known func(batch, version string) bool, olderThan time.Time, needed map[string]bool) (removed []string, err error) {
	dirs, err := os.ReadDir(l.stagesOf(t))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, d := range dirs {
		dir := filepath.Join(l.stagesOf(t), d.Name())
		stay, e := l.stays(st, t, dir, known, olderThan, needed)
		if e == nil && !stay {
			if e = os.RemoveAll(dir); e == nil {
				removed = append(removed, dir)
			}
		}
		err = errors.Join(err, e)
	}
	return removed, err
}

func (l *Lake) stays(st *state, t ident.Ref, dir string, known func(batch, version string) bool, olderThan time.Time, needed map[string]bool) (bool, error) {
	batch, version, stage := parseStage(filepath.Base(dir))
	if !stage {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.busy[dir] || young(dir, olderThan), nil
	}
	if st.published(batch, version) != nil {
		return young(dir, olderThan), nil
	}
	if !known(batch, version) && !young(dir, olderThan) {
		return false, nil
	}
	s := &Stage{Dir: dir, Table: t, Batch: ident.Batch(batch), Version: version}
	j, _, err := s.readJournal()
	for n := range j.Files {
		needed[s.target(dataFolder(st.meta.Location()), j, n)] = true
	}
	return true, err
}

// young tells whether a folder or anything in it changed at or after the time.
func young(dir string, than time.Time) bool {
	found := false
	filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if info, err := d.Info(); err == nil && !info.ModTime().Before(than) {
			found = true
			return fs.SkipAll
		}
		return nil
	})
	return found
}

func sweepFolder(dir string, olderThan time.Time, needed map[string]bool) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var drop []string
	for _, d := range entries {
		path := filepath.Join(dir, d.Name())
		info, err := d.Info()
		if err != nil || d.IsDir() || needed[path] || !info.ModTime().Before(olderThan) {
			continue
		}
		if ours(d.Name()) {
			drop = append(drop, path)
		}
	}
	removed, e := gone(drop)
	return removed, errors.Join(err, e)
}

// ours guards against removing what no table ever has: a stray note stays where it is.
func ours(name string) bool {
	for _, end := range []string{".parquet", ".avro", ".metadata.json"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}
