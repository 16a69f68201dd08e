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
	keep, taken, fresh := split(old, gone)
	for _, df := range add {
		fresh.entries = append(fresh.entries, newEntry(df, w.sequence))
	}
	if len(fresh.entries)+len(taken) == 0 {
		return keep, nil
	}
	keep, folded := fold(keep, fresh)
	if err := w.write(fresh, append(taken, folded...), gone, add); err != nil {
		return nil, err
	}
	return append(keep, fresh), nil
}

// split takes manifests apart: those untouched, those that lose entries, and a new one
// with what stays of the latter. Manifests without a live entry are dropped.
func split(old []*manifest, gone map[string]bool) (keep, taken []*manifest, fresh *manifest) {
	fresh = &manifest{}
	for _, m := range old {
		live := make([]*entry, 0, len(m.entries))
		for _, e := range m.entries {
			if !gone[e.path] {
				live = append(live, e)
			}
		}
		switch {
		case len(live) < len(m.entries):
			taken = append(taken, m)
			fresh.entries = append(fresh.entries, live...)
		case len(live) > 0:
			keep = append(keep, m)
		}
	}
	return keep, taken, fresh
}

// fold takes runs off the end of keep into the new manifest while a level is full.
func fold(keep []*manifest, fresh *manifest) (rest, folded []*manifest) {
	for {
		n := level(len(fresh.entries))
		from := len(keep)
		for from > 0 && level(len(keep[from-1].entries)) <= n && len(keep[from-1].entries) < manifestTo {
			from--
		}
		if len(keep)-from < fanout-1 {
			return keep, folded
		}
		var all []*entry
		for _, m := range keep[from:] {
			all = append(all, m.entries...)
		}
		fresh.entries = append(all, fresh.entries...)
		folded = append(folded, keep[from:]...)
		keep = keep[:from:from]
	}
}

func level(entries int) (n int) {
	for ; entries >= fanout; entries /= fanout {
		n++
	}
	return n
}

// write writes what is live in the manifests taken, what has gone from them, and what is
// added, and brings the file to the disk.
func (w *leaf) write(m *manifest, taken []*manifest, gone map[string]bool, add []iceberg.DataFile) error {
	var buf bytes.Buffer
	meta := w.st.meta
	mw, err := iceberg.NewManifestWriter(2, &buf, meta.PartitionSpec(), meta.CurrentSchema(), w.snapshot,
		iceberg.WithManifestWriterContent(w.content))
	if err != nil {
		return err
	}
	count := counter{min: w.sequence}
	for _, old := range taken {
		if err := w.carry(mw, old, gone, &count); err != nil {
			return err
		}
	}
	for _, df := range add {
		if err := mw.Add(iceberg.NewManifestEntry(iceberg.EntryStatusADDED, &w.snapshot, &w.sequence, &w.sequence, df)); err != nil {
			return err
		}
		count.added++
		count.addedRows += df.Count()
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

// carry takes an old manifest's entries over, with all that is known of each.
func (w *leaf) carry(mw *iceberg.ManifestWriter, old *manifest, gone map[string]bool, count *counter) error {
	for e, err := range old.file.Entries(w.tb.lake.fs, true) {
		if err != nil {
			return fmt.Errorf("lake: manifest of %s: %w", w.tb.ref, err)
		}
		rows := e.DataFile().Count()
		if gone[e.DataFile().FilePath()] {
			count.deleted++
			count.deletedRows += rows
			err = mw.Delete(e)
		} else {
			count.min = min(count.min, e.SequenceNum())
			count.existing++
			count.existingRows += rows
			err = mw.Existing(e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

type counter struct {
	added, existing, deleted             int32
	addedRows, existingRows, deletedRows int64
	min                                  int64
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
