package duckdb

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/chengshu/chengshu/internal/row"
)

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
		input, err := l.input(&bound, false)
		if err != nil {
			return err
		}
		from, err := l.cleaned(&bound, input, wanted)
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
			k.args = append(k.args, argument(&args, l.clean[i]))
		}
		l.keys = append(l.keys, k)
	}
	return args, wanted, nil
}

// argument gives the place of an argument of the function, adding it where it is new.
func argument(args *[]string, sql string) int {
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
