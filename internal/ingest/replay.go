package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/source"
	"github.com/chengshu/chengshu/internal/store"
)

// Replay judges the quarantine of a published batch again, or some rows of it, under the
// directory's current declaration; what is good now enters as a batch of its own. A held
// batch is judged again whole, from the file as received.
func (e *Engine) Replay(ctx context.Context, id string, rows []query.Pos) (*Batch, error) {
	return e.replay(ctx, id, rows, nil, nil)
}

// Correction is what an officer wrote in the place of a cell of a quarantined row.
type Correction struct {
	Row  query.Pos
	Item string
	Text *string // nil: blank
}

// Correct replays rows with some of their cells written anew; the rows it names are those
// that are judged. The correction is in the audit with its rows and items, never its texts.
func (e *Engine) Correct(ctx context.Context, by people.Actor, id string, cells []Correction) (*Batch, error) {
	return e.replay(ctx, id, rowsOf(cells), cells, &by)
}

// Preview judges rows of a batch's quarantine again, none: all, with cells written anew, and
// keeps nothing.
func (e *Engine) Preview(ctx context.Context, id string, rows []query.Pos, cells []Correction) (rule.Judgement, error) {
	p, err := e.Batch(ctx, id)
	if err != nil {
		return rule.Judgement{}, err
	}
	return e.preview(ctx, p, rows, cells)
}

func (e *Engine) preview(ctx context.Context, p *Batch, rows []query.Pos, cells []Correction) (rule.Judgement, error) {
	d, version, err := e.mounted(ctx, p.Directory)
	if err != nil {
		return rule.Judgement{}, err
	}
	j, err := e.rejudge(ctx, d, version, p, rows)
	if err != nil {
		return rule.Judgement{}, err
	}
	if j.Input.Cells, err = written(j, cells); err != nil {
		return rule.Judgement{}, err
	}
	r, err := e.trial(ctx, j)
	if err != nil {
		return rule.Judgement{}, err
	}
	return r.Judgement, nil
}

func rowsOf(cells []Correction) (rows []query.Pos) {
	for _, c := range cells {
		if !slices.Contains(rows, c.Row) {
			rows = append(rows, c.Row)
		}
	}
	return rows
}

// written puts corrections at the columns of a job's input.
func written(j *job, cells []Correction) (out []query.Cell, err error) {
	for i, c := range cells {
		k := slices.Index(j.Input.Columns, c.Item)
		if k < 0 || c.Item == "" {
			return nil, fault.New(fault.Invalid, "mend.item", fault.T("没有数据项 %s", "there is no item %s", c.Item)).At("cells[%d].item", i).
				Fix(fault.T("请改正目录中现有的数据项", "correct an item that the directory has"))
		}
		out = append(out, query.Cell{Pos: c.Row, Column: k, Text: c.Text})
	}
	return out, nil
}

// replay begins the batch of a replay; by is who corrected cells, nil where nobody did.
func (e *Engine) replay(ctx context.Context, id string, rows []query.Pos, cells []Correction, by *people.Actor) (*Batch, error) {
	p, err := e.Batch(ctx, id)
	if err != nil {
		return nil, err
	}
	if p.State == Held {
		if len(rows) > 0 {
			return nil, fault.New(fault.Conflict, "replay.held", fault.T(
				"批次 %s 已拦截，只能整批重放", "batch %s is held and can only be replayed whole", p.Label)).
				Fix(fault.T("请不选行直接重放，或先放行合格行", "replay without choosing rows, or release the good rows first"))
		}
		return e.Load(ctx, Request{Directory: p.Directory, Again: true, Sheet: p.Sheet,
			File: &source.Spooled{Path: p.Spool, Name: p.File, Hash: p.Hash, Bytes: p.Bytes}})
	}
	if p.State != Published || p.Quarantined == 0 {
		return nil, fault.New(fault.Conflict, "batch.state", fault.T("批次 %s 没有可重放的问题数据", "batch %s has no quarantine to replay", p.Label)).
			Fix(fault.T("请选择有问题行的已发布批次", "choose a published batch with quarantined rows"))
	}
	at := e.Now() // before the quarantine is planned: what the replay reads is kept from then on
	n, err := e.replays(ctx, p)
	if err != nil {
		return nil, err
	}
	d, version, err := e.mounted(ctx, p.Directory)
	if err != nil {
		return nil, err
	}
	j, err := e.rejudge(ctx, d, version, p, rows)
	if err != nil {
		return nil, err
	}
	if j.Input.Cells, err = written(j, cells); err != nil {
		return nil, err
	}
	b := &Batch{ID: ident.BatchOf(p.Directory, "replay", fmt.Sprintf("%s#%d", p.ID, n+1)), Directory: p.Directory,
		Parent: p.ID, Ruleset: version, File: p.File, Encoding: p.Encoding, State: Queued, job: j, StartedAt: at}
	if err := e.begin(ctx, b, nil, e.corrected(p, d, b, cells, by)); err != nil {
		return nil, err
	}
	return b, nil
}

// corrected saves the audit's entry of corrected cells with the batch that takes them in.
func (e *Engine) corrected(p *Batch, d catalog.Directory, b *Batch, cells []Correction, by *people.Actor) func(context.Context, store.Tx) error {
	if by == nil || e.Record == nil {
		return nil
	}
	var items []string
	for _, c := range cells {
		if !slices.Contains(items, c.Item) {
			items = append(items, c.Item)
		}
	}
	n := len(rowsOf(cells))
	return func(ctx context.Context, tx store.Tx) error {
		return e.Record(ctx, tx, people.Change{At: e.Now(), Actor: *by, Action: "mend.correct", Kind: "batch", Key: string(p.ID), Office: d.Office,
			Text:   fault.T("改正批次 %s 的 %d 行问题数据", "corrected %[2]d quarantined rows of batch %[1]s", p.Label, n),
			Detail: map[string]string{"rows": fmt.Sprint(n), "cells": fmt.Sprint(len(cells)), "items": strings.Join(items, " "), "replay": string(b.ID)}})
	}
}

// replays counts the replays of a batch so far, and refuses while one is at work.
func (e *Engine) replays(ctx context.Context, p *Batch) (n int, err error) {
	running := 0
	err = e.store.Read().NewRaw(`SELECT count(*), coalesce(sum(CASE WHEN state IN (?) THEN 1 ELSE 0 END), 0) FROM ingest_batch WHERE parent = ?`,
		bun.List([]State{Queued, Judging, Publishing}), string(p.ID)).Scan(ctx, &n, &running)
	if err == nil && running > 0 {
		err = errBusy.At("%s", p.Label)
	}
	return n, err
}

// rejudge makes the job of judging quarantine rows again.
func (e *Engine) rejudge(ctx context.Context, d catalog.Directory, version int, p *Batch, rows []query.Pos) (*job, error) {
	files, err := e.Lake.Files(ctx, ident.Ref{Space: ident.Quarantine, Name: p.Directory}, 0)
	if err != nil {
		return nil, err
	}
	alive := map[string]bool{}
	var of []lake.File
	for _, f := range files {
		if f.Batch == "" || f.Batch == string(p.ID) {
			alive[f.Path] = true
			of = append(of, f)
		}
	}
	for _, r := range rows {
		if !alive[r.File] {
			return nil, fault.New(fault.Conflict, "replay.stale", fault.T("所选问题数据已变动", "the chosen rows have changed meanwhile")).
				Fix(fault.T("请刷新列表后重选", "reload the list and choose again"))
		}
	}
	v, err := e.Catalog.At(ctx, p.Directory, p.Items())
	if err != nil {
		return nil, err
	}
	if len(rows) > 0 && !slices.Equal(names(v.Directory.Columns()), names(d.Columns())) {
		// What stays would follow the old items and what was chosen the new ones.
		return nil, fault.New(fault.Conflict, "replay.items", fault.T(
			"目录的数据项自批次 %s 检核后已变更，只能整批重放", "the items of the directory have changed since batch %s was judged; it can only be replayed whole", p.Label)).
			Fix(fault.T("请不选行直接重放", "replay without choosing rows"))
	}
	have := map[string]bool{}
	for _, it := range d.Items {
		have[it.Name] = true
	}
	columns := names(v.Directory.Columns())
	for i, c := range columns {
		if !have[c] {
			columns[i] = ""
		}
	}
	j := &job{}
	if err := e.describe(ctx, d, version, j); err != nil {
		return nil, err
	}
	j.Input = query.Input{Format: "raw", Table: of, Columns: columns}
	j.Replay = &replay{Batch: string(p.ID), Rows: rows}
	j.allow(of)
	return j, nil
}

// replayable says whether a replay of the whole directory takes the batch in.
func (b *Batch) replayable() bool {
	return b.Parent == "" && (b.State == Held || b.State == Published && b.Quarantined > 0)
}

// ReplayAll replays every batch of a directory that has quarantine rows. A batch that cannot
// be replayed now does not keep the others waiting: its error names it, beside those begun.
func (e *Engine) ReplayAll(ctx context.Context, directory string) ([]*Batch, error) {
	var out []*Batch
	var parts []*fault.Error
	err := e.each(ctx, Filter{Directory: directory, States: []State{Published, Held}}, func(b *Batch) error {
		if !b.replayable() {
			return nil
		}
		r, err := e.Replay(ctx, string(b.ID), nil)
		switch {
		case err == nil:
			out = append(out, r)
		case ctx.Err() != nil || fault.KindOf(err) == fault.Internal:
			return err
		default:
			parts = append(parts, fault.From(err).At("%s", b.Label))
		}
		return nil
	})
	return out, errors.Join(err, fault.All("replay.some", fault.T("有 %d 个批次未能重放", "%d batches could not be replayed", len(parts)), parts))
}

// Attempt is what a cleaning step would do to a batch's quarantine.
type Attempt struct {
	Of    int64       // rows judged
	Mends int64       // that would pass now
	Cells [][2]string // a few cells of the item, as they came and as they would be
}

// Try judges a batch's quarantine with one more cleaning step and keeps nothing.
func (e *Engine) Try(ctx context.Context, id, item string, step rule.Step) (Attempt, error) {
	p, err := e.Batch(ctx, id)
	if err != nil {
		return Attempt{}, err
	}
	d, version, err := e.mounted(ctx, p.Directory)
	if err != nil {
		return Attempt{}, err
	}
	d, ok := withStep(d, item, step)
	if !ok {
		return Attempt{}, fault.New(fault.Conflict, "step.there", fault.T("数据项 %s 不存在或已有该清洗步骤", "there is no item %s, or it has this step already", item)).At("item").
			Fix(fault.T("请选择目录中的数据项和它尚未使用的步骤", "choose an item of the directory and a step it does not use yet"))
	}
	j, err := e.rejudge(ctx, d, version, p, nil)
	if err != nil {
		return Attempt{}, err
	}
	j.Mend = item
	r, err := e.trial(ctx, j)
	if err != nil {
		return Attempt{}, err
	}
	return Attempt{Of: r.Outcome.In, Mends: r.Outcome.Good, Cells: r.Mended}, nil
}

// TryFile judges the first rows of a file and keeps nothing.
func (e *Engine) TryFile(ctx context.Context, r Request, rows int64) (_ rule.Judgement, err error) {
	v, err := e.Catalog.Get(ctx, r.Directory)
	if err != nil {
		return rule.Judgement{}, err
	}
	j := &job{}
	defer func() { // never the file itself
		made := slices.DeleteFunc(append(j.Input.Files, j.Input.Rejects...), func(f string) bool { return f == r.File.Path })
		err = errors.Join(err, remove(made))
	}()
	if _, err := e.plan(ctx, v.Directory, v.Version, r.File, r.Sheet, j); err != nil {
		return rule.Judgement{}, err
	}
	j.Input.Limit = rows
	res, err := e.trial(ctx, j)
	if err != nil {
		return rule.Judgement{}, err
	}
	return res.Judgement, nil
}

// trial runs a job in folders of its own that are gone afterwards.
func (e *Engine) trial(ctx context.Context, j *job) (_ *result, err error) {
	dir, err := os.MkdirTemp(e.Temp, "trial-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	j.Trial, j.Good, j.Bad = true, &lake.Stage{}, &lake.Stage{}
	if j.Good.Dir, j.Bad.Dir, err = stages(dir); err != nil {
		return nil, err
	}
	j.Allow = append(j.Allow, dir, filepath.Dir(dir))
	return e.child(ctx, j.told(), func(query.Progress) {})
}
