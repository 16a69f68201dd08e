package duckdb

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/query"
)

// load is one call of Govern.
type load struct {
	*statement
	ctx     context.Context
	report  *reporter
	keys    []*key
	refs    []*values
	samples *sampler
	outcome query.Outcome
}

// Govern judges an input in one statement and writes good and bad rows apart, as Parquet,
// into the folders Good and Bad. Keys are counted before it, in a scan of their own; bad
// rows are put aside and written when the good ones are, rows that cannot be parsed after
// them. It writes no file for no rows.
func (d *DB) Govern(ctx context.Context, g query.Governed, report func(query.Progress)) (query.Outcome, error) {
	s, err := d.session()
	if err != nil {
		return query.Outcome{}, err
	}
	defer s.close()
	st, err := d.statement(s, &g)
	if err != nil {
		return query.Outcome{}, err
	}
	l := &load{statement: st, ctx: ctx, report: newReporter(report), samples: newSampler(g.Samples, g.Words)}
	defer l.report.end()
	for _, step := range []func() error{l.countKeys, l.readReferences, l.judge, l.unparsed, l.histogram} {
		if err := step(); err != nil {
			return query.Outcome{}, err
		}
	}
	l.outcome.Samples = l.samples.out
	return l.outcome, nil
}

// judge runs the statement, then writes what it put aside.
func (l *load) judge() error {
	kept, err := l.db.aside(l.ctx, l.session, len(l.g.Types), l.g.Words)
	if err != nil {
		return err
	}
	defer func() { _ = kept.drop(l.session) }()
	good := l.good(kept)
	if bad, err := kept.end(); err != nil || good != nil {
		return cmp.Or(good, err)
	} else if bad == 0 {
		return nil
	}
	return l.bad(kept)
}

// good judges the rows and writes the good ones.
func (l *load) good(kept *aside) error {
	var bound []any
	input, err := l.input(&bound, true)
	if err != nil {
		return err
	}
	from, err := l.values(&bound, input)
	if err != nil {
		return err
	}
	j, args, err := l.judgement(&bound, kept)
	if err != nil {
		return err
	}
	fn := l.db.name("judge")
	if err := l.session.register(function{name: fn, result: j.result, volatile: true, run: j.run}); err != nil {
		return err
	}
	p := &printer{args: bound}
	columns := l.outputs(p, l.g.Batch, func(w int) string { return fmt.Sprintf("j.w%d", w) }, "NULL::VARCHAR[]")
	sql := fmt.Sprintf("SELECT %s FROM (SELECT *, %s(%s) AS j FROM (%s)) WHERE NOT j.bad", columns, fn, strings.Join(args, ", "), from)
	l.report.stage("judge", &j.rows)
	l.outcome.GoodFiles, err = l.write(sql, p.args, l.g.GoodIDs, l.g.Good)
	l.outcome.In = j.rows.Load()
	return l.inputFault(err)
}

// bad writes the rows that were put aside, cleaned and typed as the others.
func (l *load) bad(kept *aside) error {
	var bound []any
	from, err := l.values(&bound, "SELECT * FROM "+kept.table, kept.columns()...)
	if err != nil {
		return err
	}
	raw := make([]string, len(l.g.Types))
	for i := range raw {
		raw[i] = rawName(i)
	}
	p := &printer{args: bound}
	columns := l.outputs(p, l.badBatch(), func(w int) string { return name(query.Broken(w)) }, "["+strings.Join(raw, ", ")+"]")
	l.outcome.BadFiles, err = l.write("SELECT "+columns+" FROM ("+from+")", p.args, l.g.BadIDs, l.g.Bad)
	return l.inputFault(err)
}

// inputFault tells a fault of the input from one of our own.
func (l *load) inputFault(err error) error {
	if err == nil || fault.KindOf(err) != fault.Internal || l.ctx.Err() != nil {
		return err
	}
	return fault.New(fault.Internal, "load.statement", fault.T("加载语句执行失败", "the load's statement failed")).
		Fix(fault.T("请将服务日志提供给维护人员", "give the server's log to its maintainers")).Wrap(err)
}
