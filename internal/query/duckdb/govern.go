package duckdb

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
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
// into the folders Good and Bad. Keys are counted before it, in a scan of their own; rows
// that cannot be parsed follow it as bad rows. It writes no file for no rows.
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

// judge runs the statement.
func (l *load) judge() error {
	var bound []any
	from, err := l.values(&bound)
	if err != nil {
		return err
	}
	j, args, err := l.judgement(&bound)
	if err != nil {
		return err
	}
	fn := l.db.name("judge")
	if err := l.session.register(function{name: fn, result: j.result, volatile: true, run: j.run}); err != nil {
		return err
	}
	part, err := os.MkdirTemp(l.g.Good, ".judged-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(part)
	p := &printer{args: bound}
	columns := l.outputs(p)
	sql := fmt.Sprintf("COPY (SELECT %s, j.bad AS _bad FROM (SELECT *, %s(%s) AS j FROM (%s))) TO %s (%s, PARTITION_BY (_bad))",
		columns, fn, strings.Join(args, ", "), from, text(part), l.parquet(l.g.GoodIDs))
	l.report.stage("judge", &j.rows)
	if err := l.session.exec(l.ctx, sql, p.args...); err != nil {
		return l.inputFault(err)
	}
	l.outcome.In = j.rows.Load()
	if l.outcome.GoodFiles, err = take(filepath.Join(part, "_bad=false"), l.g.Good); err != nil {
		return err
	}
	return l.takeBad(filepath.Join(part, "_bad=true"))
}

// inputFault tells a fault of the input from one of our own.
func (l *load) inputFault(err error) error {
	if fault.KindOf(err) != fault.Internal || l.ctx.Err() != nil {
		return err
	}
	return fault.New(fault.Internal, "load.statement", fault.T("加载语句执行失败", "the load's statement failed")).
		Fix(fault.T("请将服务日志提供给维护人员", "give the server's log to its maintainers")).Wrap(err)
}
