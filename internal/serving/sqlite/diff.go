package sqlite

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/row"
)

// diff is what changed between two snapshots, in files: exact whatever happened between
// them, since a data file never changes and its deletes are named beside it.
type diff struct {
	table      ident.Ref
	from, to   int64
	gone, come []lake.File // data files of one of them only
	cut, back  named       // rows of files of both that are deleted now; that were and are no more
}

// named are rows that delete files name.
type named struct {
	files   []lake.File // with the deletes that had been applied before
	deletes []string
}

func (f *Files) compare(ctx context.Context, t ident.Ref, s step) (diff, error) {
	d := diff{table: t, from: s.from, to: s.to}
	before, err := f.o.Lake.Files(ctx, t, s.from)
	if err != nil {
		return d, err
	}
	after, err := f.o.Lake.Files(ctx, t, s.to)
	if err != nil {
		return d, err
	}
	old := map[string]lake.File{}
	for _, b := range before {
		old[b.Path] = b
	}
	for _, a := range after {
		b, both := old[a.Path]
		delete(old, a.Path)
		if !both {
			d.come = append(d.come, a)
			continue
		}
		d.cut.add(b, a.Deletes)
		d.back.add(a, b.Deletes)
	}
	for _, b := range before {
		if _, left := old[b.Path]; left {
			d.gone = append(d.gone, b)
		}
	}
	return d, nil
}

// add notes the deletes that are not among those of the file.
func (n *named) add(file lake.File, deletes []string) {
	more := false
	for _, d := range deletes {
		if slices.Contains(file.Deletes, d) {
			continue
		}
		more = true
		if !slices.Contains(n.deletes, d) {
			n.deletes = append(n.deletes, d)
		}
	}
	if more {
		n.files = append(n.files, file)
	}
}

// rows is at most how many rows come and go with whole files.
func (d diff) rows() (n int64) {
	for _, f := range slices.Concat(d.gone, d.come) {
		n += f.Rows
	}
	return n
}

// missing names the files of the diff that are no longer there.
func (d diff) missing() (paths []string) {
	for _, f := range slices.Concat(d.gone, d.come, d.cut.files, d.back.files) {
		for _, p := range append([]string{f.Path}, f.Deletes...) {
			if !exists(strings.TrimPrefix(strings.TrimPrefix(p, "file://"), "file:")) {
				paths = append(paths, p)
			}
		}
	}
	return paths
}

// gather reads the rows that go and those that come.
func (f *Files) gather(ctx context.Context, g *gathering, d diff) error {
	files := func(files []lake.File, at int64) func(context.Context) (row.Reader, error) {
		return func(ctx context.Context) (row.Reader, error) {
			return f.o.Engine.Run(ctx, row.Query{From: d.table, At: at}, files, g.columns())
		}
	}
	rows := func(n named) func(context.Context) (row.Reader, error) {
		return func(ctx context.Context) (row.Reader, error) {
			return f.o.Engine.Named(ctx, n.files, n.deletes, g.columns())
		}
	}
	var err error
	for _, part := range []struct {
		any  bool
		by   int64
		read func(context.Context) (row.Reader, error)
	}{
		{len(d.gone) > 0, -1, files(d.gone, d.from)},
		{len(d.cut.files) > 0, -1, rows(d.cut)},
		{len(d.come) > 0, 1, files(d.come, d.to)},
		{len(d.back.files) > 0, 1, rows(d.back)},
	} {
		if part.any && err == nil {
			err = g.take(ctx, part.by, part.read)
		}
	}
	return errors.Join(err)
}
