package duckdb

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// load is one call of Govern.
type load struct {
	*statement
	ctx     context.Context
	report  *reporter
	keys    []*key
	refs    []*values
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
	l := &load{statement: st, ctx: ctx, report: newReporter(report)}
	defer l.report.end()
	for _, step := range []func() error{l.countKeys, l.readReferences, l.judge, l.unparsed, l.histogram} {
		if err := step(); err != nil {
			return query.Outcome{}, err
		}
	}
	return l.outcome, nil
}

// countKeys finds the keys that occur more than once.
func (l *load) countKeys() error {
	l.report.estimate(l.rows())
	if len(l.g.Uniques) == 0 {
		return nil
	}
	args, wanted, err := l.keyArguments()
	if err != nil {
		return err
	}
	c := newCount(l.keys, l.report.total.Load())
	fn := l.db.name("count")
	if err := l.session.register(function{name: fn, result: plain(duck.TypeBoolean), volatile: true, run: c.run}); err != nil {
		return err
	}
	for c.pass = range c.of {
		c.rows.Store(0)
		l.report.stage("unique", &c.rows)
		var bound []any
		from, err := l.cleaned(&bound, false, wanted)
		if err != nil {
			return err
		}
		sql := "SELECT count(*) FILTER (" + fn + "(" + strings.Join(args, ", ") + ")) FROM (" + from + ")"
		if err := l.session.exec(l.ctx, sql, bound...); err != nil {
			return l.inputFault(err)
		}
		c.settle()
	}
	l.report.total.Store(c.rows.Load())
	return nil
}

// keyArguments gives the cleaned texts that keys are made of, and their items.
func (l *load) keyArguments() (args []string, wanted map[int]bool, err error) {
	wanted = map[int]bool{}
	for _, u := range l.g.Uniques {
		k := &key{one: u.KeepOne, seed: rand.Uint64()}
		for _, item := range u.Keys {
			i, err := l.find(item)
			if err != nil {
				return nil, nil, err
			}
			wanted[i] = true
			k.args = append(k.args, place1(&args, l.clean[i]))
		}
		l.keys = append(l.keys, k)
	}
	return args, wanted, nil
}

// place1 gives the place of an argument, adding it where it is new.
func place1(args *[]string, sql string) int {
	if i := slices.Index(*args, sql); i >= 0 {
		return i
	}
	*args = append(*args, sql)
	return len(*args) - 1
}

// readReferences holds the other tables' values.
func (l *load) readReferences() error {
	for _, r := range l.g.References {
		i, err := l.find(r.Item)
		if err != nil {
			return err
		}
		set := &values{seed: rand.Uint64()}
		p := &printer{}
		from, err := p.table(r.Files, row.Schema{{Name: r.Column, Type: row.TextType}}, false)
		if err != nil {
			return err
		}
		value := name(r.Column)
		if t := l.g.Types[i].Type; t.Kind != row.Text {
			if value, err = p.try(value, row.TextType, t); err != nil {
				return err
			}
			value = "CAST(" + value + " AS VARCHAR)"
		}
		answer, err := l.session.query(l.ctx, "SELECT "+value+" FROM "+from, p.args...)
		if err != nil {
			return err
		}
		if err := set.fill(l.ctx, answer); err != nil {
			return err
		}
		l.refs = append(l.refs, set)
	}
	return nil
}

// fill adds the texts of an answer's only column, and closes it.
func (v *values) fill(ctx context.Context, r *result) error {
	defer r.close()
	for {
		n, err := r.next(ctx)
		if err != nil || n == 0 {
			return err
		}
		texts := r.column(0).texts()
		for i := range n {
			if b, ok := texts.At(i); ok {
				v.set.add(hash(b, v.seed))
			}
		}
	}
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

// judgement gathers every rule into the one function, with the SQL of its arguments.
func (l *load) judgement(bound *[]any) (*judge, []string, error) {
	j := newJudge(l.g.Words, l.g.Reject)
	var args []string
	for i := range l.g.Types {
		j.raw = append(j.raw, place1(&args, rawName(i)))
	}
	p := l.printer(l.cleanText, l.value)
	p.args = *bound
	for _, c := range l.g.Checks {
		word, bit := place(c.Bit)
		if c.Kernel == nil {
			sql, t, err := p.expr(c.Broken)
			if err != nil {
				return nil, nil, err
			}
			if t.Kind != row.Bool {
				return nil, nil, fmt.Errorf("duckdb: the check of bit %d gives %s", c.Bit, t)
			}
			j.conds = append(j.conds, cond{place1(&args, sql), word, bit})
			continue
		}
		k := kernel{run: c.Kernel, word: word, bit: bit}
		for _, item := range c.Args {
			i, err := l.find(item)
			if err != nil {
				return nil, nil, err
			}
			k.args = append(k.args, place1(&args, l.clean[i]))
		}
		j.kernels = append(j.kernels, k)
	}
	*bound = p.args
	for n, u := range l.g.Uniques {
		k := kernel{run: l.keys[n].kernel()}
		k.word, k.bit = place(u.Bit)
		for _, item := range u.Keys {
			k.args = append(k.args, place1(&args, l.clean[l.item[item]]))
		}
		j.kernels = append(j.kernels, k)
	}
	for n, r := range l.g.References {
		i := l.item[r.Item]
		arg := l.clean[i]
		if l.g.Types[i].Type.Kind != row.Text {
			arg = "CAST(" + l.typed[i] + " AS VARCHAR)"
		}
		k := kernel{run: l.refs[n].absent, args: []int{place1(&args, arg)}}
		k.word, k.bit = place(r.Bit)
		j.kernels = append(j.kernels, k)
	}
	return j, args, nil
}

// outputs are the columns of a data table out of a judged row.
func (l *load) outputs(p *printer) string {
	var out []string
	for i, f := range l.g.Types {
		out = append(out, l.typed[i]+" AS "+name(f.Name))
	}
	batch := p.bind(l.g.Batch) + "::VARCHAR"
	if bad := l.badBatch(); bad != l.g.Batch {
		batch = "CASE WHEN j.bad THEN " + p.bind(bad) + "::VARCHAR ELSE " + batch + " END"
	}
	out = append(out, batch+" AS "+name(query.BatchColumn), p.bind(l.g.Ruleset)+"::BIGINT AS "+name(query.RulesetColumn))
	for w := range l.g.Words {
		out = append(out, fmt.Sprintf("j.w%d AS %s", w, name(query.Broken(w))))
	}
	return strings.Join(append(out, "j.raw AS "+name(query.RawColumn)), ", ")
}

func (l *load) badBatch() string {
	if l.g.BadBatch != "" {
		return l.g.BadBatch
	}
	return l.g.Batch
}

// parquet prints the options of a Parquet file with field ids.
func (l *load) parquet(ids map[string]lake.FieldID) string {
	return parquetOptions(l.g.Codec, query.Table(l.g.Types, l.g.Words), ids)
}

// dictionary is how many different values a column may have to be written as a dictionary:
// enough for codes, and the writer gives names and numbers up early.
const dictionary = 4096

func parquetOptions(codec string, s row.Schema, ids map[string]lake.FieldID) string {
	if codec == "" || codec == "zstd" {
		codec = "zstd, COMPRESSION_LEVEL 1"
	} else {
		codec = text(codec)
	}
	options := fmt.Sprintf("FORMAT parquet, PARQUET_VERSION v2, WRITE_BLOOM_FILTER false, DICTIONARY_SIZE_LIMIT %d, COMPRESSION %s", dictionary, codec)
	var list []string
	for _, f := range s {
		id, ok := ids[f.Name]
		switch {
		case !ok:
		case f.Type.Kind == row.TextList:
			list = append(list, fmt.Sprintf("%s: {__duckdb_field_id: %d, element: %d}", text(f.Name), id.ID, id.Element))
		default:
			list = append(list, fmt.Sprintf("%s: %d", text(f.Name), id.ID))
		}
	}
	if len(list) > 0 {
		options += ", FIELD_IDS {" + strings.Join(list, ", ") + "}"
	}
	return options
}

// take moves the Parquet files of a folder that may not exist into another.
func take(from, to string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(from, "*.parquet"))
	if err != nil {
		return nil, err
	}
	var out []string
	for i, f := range found {
		path := filepath.Join(to, fmt.Sprintf("judged-%d.parquet", i))
		if err := os.Rename(f, path); err != nil {
			return nil, err
		}
		out = append(out, path)
	}
	return out, nil
}

// takeBad takes the bad rows over, written anew where the quarantine numbers its columns
// otherwise.
func (l *load) takeBad(from string) error {
	same := true
	for _, f := range query.Table(l.g.Types, l.g.Words) {
		same = same && l.g.GoodIDs[f.Name] == l.g.BadIDs[f.Name]
	}
	if same {
		var err error
		l.outcome.BadFiles, err = take(from, l.g.Bad)
		return err
	}
	found, err := filepath.Glob(filepath.Join(from, "*.parquet"))
	if err != nil || len(found) == 0 {
		return err
	}
	to := filepath.Join(l.g.Bad, "judged-0.parquet")
	sql := "COPY (SELECT * FROM read_parquet($1::VARCHAR[], hive_partitioning=false)) TO " + text(to) + " (" + l.parquet(l.g.BadIDs) + ")"
	if err := l.session.exec(l.ctx, sql, found); err != nil {
		return err
	}
	l.outcome.BadFiles = []string{to}
	return nil
}

// inputFault tells a fault of the input from one of our own.
func (l *load) inputFault(err error) error {
	if fault.KindOf(err) != fault.Internal || l.ctx.Err() != nil {
		return err
	}
	return fault.New(fault.Internal, "load.statement", fault.T("加载语句执行失败", "the load's statement failed")).
		Fix(fault.T("请将服务日志提供给维护人员", "give the server's log to its maintainers")).Wrap(err)
}
