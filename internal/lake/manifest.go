package lake

import (
	"bytes"
	"fmt"
	"path/filepath"

	"github.com/apache/iceberg-go"
	"github.com/google/uuid"
)

// Manifests are kept in levels, as a log-structured tree keeps its runs: a commit writes
// one small manifest; when fanout of a level have gathered at the end of the list they
// become one of the next. So a commit writes few entries and a plan reads few manifests,
// however many commits there were. (iceberg-go's own merging rewrites everything each time
// a count is reached, and its rewrite is a commit of its own.)
const (
	fanout     = 8
	manifestTo = 4096 // entries at which a manifest is left alone
)

// leaf writes manifests of one commit.
type leaf struct {
	tb       *table
	st       *state
	snapshot int64
	sequence int64
	content  iceberg.ManifestContent
}

// next gives the manifests after a commit that takes gone out and brings add.
func (w *leaf) next(old []*manifest, gone map[string]bool, add []iceberg.DataFile) ([]*manifest, error) {
	keep, removed, touched := split(old, gone)
	fresh := &manifest{entries: touched}
	for _, df := range add {
		fresh.entries = append(fresh.entries, w.entry(df))
	}
	if len(fresh.entries)+len(removed) == 0 {
		return keep, nil
	}
	keep, fresh.entries = fold(keep, fresh.entries)
	if err := w.write(fresh, removed); err != nil {
		return nil, err
	}
	return append(keep, fresh), nil
}

// split takes manifests apart: those untouched, the entries that leave, and the entries
// that stay of manifests that lose some. Manifests without a live entry are dropped.
func split(old []*manifest, gone map[string]bool) (keep []*manifest, removed, stay []*entry) {
	for _, m := range old {
		var live, out []*entry
		for _, e := range m.entries {
			if gone[e.path] {
				out = append(out, e)
			} else {
				live = append(live, e)
			}
		}
		switch {
		case len(out) > 0:
			removed, stay = append(removed, out...), append(stay, live...)
		case len(live) > 0:
			keep = append(keep, m)
		}
	}
	return keep, removed, stay
}

// fold takes runs off the end of keep into the new entries while a level is full.
func fold(keep []*manifest, fresh []*entry) ([]*manifest, []*entry) {
	for {
		n := level(len(fresh))
		from := len(keep)
		for from > 0 && level(len(keep[from-1].entries)) <= n && len(keep[from-1].entries) < manifestTo {
			from--
		}
		if len(keep)-from < fanout-1 {
			return keep, fresh
		}
		var all []*entry
		for _, m := range keep[from:] {
			all = append(all, m.entries...)
		}
		keep, fresh = keep[:from:from], append(all, fresh...)
	}
}

func level(entries int) (n int) {
	for ; entries >= fanout; entries /= fanout {
		n++
	}
	return n
}

func (w *leaf) entry(df iceberg.DataFile) *entry {
	return newEntry(iceberg.NewManifestEntry(iceberg.EntryStatusADDED, &w.snapshot, &w.sequence, &w.sequence, df))
}

// write writes m's live entries and those removed, and brings the file to the disk.
func (w *leaf) write(m *manifest, removed []*entry) error {
	var buf bytes.Buffer
	meta := w.st.meta
	mw, err := iceberg.NewManifestWriter(2, &buf, meta.PartitionSpec(), meta.CurrentSchema(), w.snapshot,
		iceberg.WithManifestWriterContent(w.content))
	if err != nil {
		return err
	}
	count := counter{min: w.sequence}
	for _, e := range m.entries {
		put := mw.Existing
		if e.SnapshotID() == w.snapshot {
			put = mw.Add
		}
		if err := put(e.ManifestEntry); err != nil {
			return err
		}
		count.live(e, e.SnapshotID() == w.snapshot)
	}
	for _, e := range removed {
		if err := mw.Delete(e.ManifestEntry); err != nil {
			return err
		}
		count.deleted++
		count.deletedRows += e.rows
	}
	if err := mw.Close(); err != nil {
		return err
	}
	path := filepath.Join(metadataFolder(meta.Location()), uuid.NewString()+"-m.avro")
	if err := writeDurably(path, buf.Bytes()); err != nil {
		return err
	}
	m.file = count.describe(path, int64(buf.Len()), w)
	return nil
}

type counter struct {
	added, existing, deleted             int32
	addedRows, existingRows, deletedRows int64
	min                                  int64
}

func (c *counter) live(e *entry, added bool) {
	c.min = min(c.min, e.SequenceNum())
	if added {
		c.added++
		c.addedRows += e.rows
		return
	}
	c.existing++
	c.existingRows += e.rows
}

// describe makes the manifest's line in the manifest list. The writer's own lacks the
// sequence number, which later commits need.
func (c *counter) describe(path string, size int64, w *leaf) iceberg.ManifestFile {
	return iceberg.NewManifestFile(2, path, size, int32(w.st.meta.DefaultPartitionSpec()), w.snapshot).
		Content(w.content).SequenceNum(w.sequence, c.min).
		AddedFiles(c.added).ExistingFiles(c.existing).DeletedFiles(c.deleted).
		AddedRows(c.addedRows).ExistingRows(c.existingRows).DeletedRows(c.deletedRows).
		Partitions([]iceberg.FieldSummary{}).Build()
}

// writeList writes the manifest list of a snapshot: data manifests, then those of deletes.
func writeList(st *state, snapshot int64, parent *int64, sequence int64, tr *tree) (string, error) {
	var files []iceberg.ManifestFile
	for _, list := range [][]*manifest{tr.data, tr.dels} {
		for _, m := range list {
			files = append(files, m.file)
		}
	}
	var buf bytes.Buffer
	if err := iceberg.WriteManifestList(2, &buf, snapshot, parent, &sequence, 0, files); err != nil {
		return "", err
	}
	path := filepath.Join(metadataFolder(st.meta.Location()), fmt.Sprintf("snap-%d-%s.avro", snapshot, uuid.NewString()))
	return path, writeDurably(path, buf.Bytes())
}
