package lake

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/apache/iceberg-go"
	icetable "github.com/apache/iceberg-go/table"
	"golang.org/x/sync/errgroup"

	"github.com/chengshu/chengshu/internal/ident"
)

// table is a table's face in this process: its lock and what is known of its files.
type table struct {
	lake *Lake
	ref  ident.Ref
	mu   sync.Mutex // held around load and commit

	know    sync.Mutex // guards what follows
	state   *state
	plans   map[int64][]File            // of old snapshots, a few
	batches map[string]map[string]bool  // mixed data file → its batches
	counts  map[string]map[string]int64 // delete file → rows it deletes per data file
	stale   []staleManifest
}

// state is one version of a table, never changed once made.
type state struct {
	meta icetable.Metadata
	at   string // the metadata file
	tree

	listed sync.Once
	snaps  []icetable.Snapshot
}

// snapshots lists the kept snapshots, oldest first; the library copies them at every call.
func (st *state) snapshots() []icetable.Snapshot {
	st.listed.Do(func() {
		st.snaps = st.meta.Snapshots()
		slices.SortStableFunc(st.snaps, func(a, b icetable.Snapshot) int { return cmp.Compare(a.SequenceNumber, b.SequenceNumber) })
	})
	return st.snaps
}

// tree is what a snapshot refers to. Manifests are oldest first.
type tree struct {
	data, dels []*manifest
	files      map[string]*entry // live data files by path
}

// manifest is one manifest file and its live entries.
type manifest struct {
	file    iceberg.ManifestFile
	entries []*entry
}

// entry is what is remembered of a live file. Column statistics are not: they would be most
// of the memory, and are read again when a manifest is rewritten.
type entry struct {
	path           string
	rows, bytes    int64
	sequence       int64
	batch, version string // "" when it holds rows of several, or is a delete file
	low, high      string // of a delete file: the least and greatest path it names
	bounded        bool   // they are known
}

func newEntry(df iceberg.DataFile, sequence int64) *entry {
	n := &entry{path: df.FilePath(), rows: df.Count(), bytes: df.FileSizeBytes(), sequence: sequence}
	if df.ContentType() == iceberg.EntryContentData {
		n.batch, n.version = parseName(filepath.Base(n.path))
		return n
	}
	if only := df.ReferencedDataFile(); only != nil {
		n.low, n.high, n.bounded = *only, *only, true
		return n
	}
	low, haveLow := df.LowerBoundValues()[deleteFilePathID]
	high, haveHigh := df.UpperBoundValues()[deleteFilePathID]
	n.low, n.high, n.bounded = string(low), string(high), haveLow && haveHigh
	return n
}

// load gives the table's current state, reading only what is not yet known.
func (tb *table) load(ctx context.Context) (*state, error) {
	at, err := tb.lake.pointer(ctx, tb.ref)
	if err != nil {
		return nil, err
	}
	tb.know.Lock()
	defer tb.know.Unlock()
	if tb.state != nil && tb.state.at == at {
		return tb.state, nil
	}
	meta, err := tb.lake.readMetadata(tb.ref, at)
	if err != nil {
		return nil, err
	}
	st := &state{meta: meta, at: at}
	if st.tree, err = tb.read(meta.CurrentSnapshot()); err != nil {
		return nil, err
	}
	tb.state = st
	return st, nil
}

// read reads a snapshot's manifests; those that the known state shares are taken from it.
func (tb *table) read(snap *icetable.Snapshot) (tree, error) {
	tr := tree{files: map[string]*entry{}}
	if snap == nil {
		return tr, nil
	}
	list, err := snap.Manifests(tb.lake.fs)
	if err != nil {
		return tr, fmt.Errorf("lake: manifest list of %s: %w", tb.ref, err)
	}
	manifests, err := tb.readAll(list)
	if err != nil {
		return tr, err
	}
	for i, m := range manifests {
		if list[i].ManifestContent() == iceberg.ManifestContentDeletes {
			tr.dels = append(tr.dels, m)
			continue
		}
		tr.data = append(tr.data, m)
	}
	tr.index()
	return tr, nil
}

// readAll reads manifests side by side; those that the known state has are not read again.
func (tb *table) readAll(list []iceberg.ManifestFile) ([]*manifest, error) {
	known := map[string]*manifest{}
	if tb.state != nil {
		for _, m := range slices.Concat(tb.state.data, tb.state.dels) {
			known[m.file.FilePath()] = m
		}
	}
	out := make([]*manifest, len(list))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, mf := range list {
		if out[i] = known[mf.FilePath()]; out[i] != nil {
			continue
		}
		g.Go(func() (err error) {
			out[i], err = tb.readManifest(mf)
			return err
		})
	}
	return out, g.Wait()
}

func (tb *table) readManifest(mf iceberg.ManifestFile) (*manifest, error) {
	m := &manifest{file: mf}
	only := iceberg.ManifestEntryProjection{IncludePruningStats: mf.ManifestContent() == iceberg.ManifestContentDeletes}
	for e, err := range iceberg.EntriesWithProjection(tb.lake.fs, mf, true, only) {
		if err != nil {
			return nil, fmt.Errorf("lake: manifest of %s: %w", tb.ref, err)
		}
		df := e.DataFile()
		if df.ContentType() == iceberg.EntryContentEqDeletes || icetable.IsDeletionVector(df) {
			return nil, ErrDeletes.At("%s", tb.ref)
		}
		m.entries = append(m.entries, newEntry(df, e.SequenceNum()))
	}
	return m, nil
}

func (tr *tree) index() {
	tr.files = map[string]*entry{}
	for _, m := range tr.data {
		for _, e := range m.entries {
			tr.files[e.path] = e
		}
	}
}

// deletes lists the delete files, oldest first.
func (tr *tree) deletes() []*entry {
	var all []*entry
	for _, m := range tr.dels {
		all = append(all, m.entries...)
	}
	return all
}

// plan lists the data files, oldest manifest first, each with the delete files that may
// name rows of it.
func (tr *tree) plan() []File {
	deletes := tr.deletes()
	files := make([]File, 0, len(tr.files))
	for _, m := range tr.data {
		for _, e := range m.entries {
			files = append(files, e.file(deletes))
		}
	}
	return files
}

func (e *entry) file(deletes []*entry) File {
	f := File{Path: e.path, Rows: e.rows, Bytes: e.bytes, Batch: e.batch}
	for _, d := range deletes {
		if d.mayName(e) {
			f.Deletes = append(f.Deletes, d.path)
		}
	}
	return f
}

// mayName tells whether delete file d can hold positions of data file e: it is not older,
// and the path lies between its bounds, of which other writers may cut the upper one.
func (d *entry) mayName(e *entry) bool {
	if e.sequence > d.sequence {
		return false
	}
	return !d.bounded || d.low <= e.path && (e.path <= d.high || strings.HasPrefix(e.path, d.high))
}

// Files in the table's data folder are named so that their batch can be read off:
// BATCH@VERSION-TOKEN-NUMBER.parquet; what holds several batches begins with '@'.
func dataName(batch, version, token string, n int) string {
	return fmt.Sprintf("%s@%s-%s-%04d.parquet", batch, version, token, n)
}

func parseName(name string) (batch, version string) {
	batch, rest, ok := strings.Cut(strings.TrimSuffix(name, ".parquet"), "@")
	if !ok || batch == "" {
		return "", ""
	}
	for range 2 {
		i := strings.LastIndexByte(rest, '-')
		if i < 0 {
			return "", ""
		}
		rest = rest[:i]
	}
	return batch, rest
}
