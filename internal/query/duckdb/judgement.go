package duckdb

import (
	"fmt"
	"strings"

	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// judgement gathers every rule into the one function, with the SQL of its arguments.
func (l *load) judgement(bound *[]any, kept *aside) (*judge, []string, error) {
	j := newJudge(l.g.Words, l.g.Reject, l.samples, kept)
	var args []string
	for i := range l.g.Types {
		j.raw = append(j.raw, argument(&args, rawName(i)))
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
			j.conds = append(j.conds, cond{argument(&args, sql), word, bit})
			continue
		}
		k := kernel{run: c.Kernel, word: word, bit: bit}
		for _, item := range c.Args {
			i, err := l.find(item)
			if err != nil {
				return nil, nil, err
			}
			k.args = append(k.args, argument(&args, l.clean[i]))
		}
		j.kernels = append(j.kernels, k)
	}
	*bound = p.args
	for n, u := range l.g.Uniques {
		k := kernel{run: l.keys[n].kernel()}
		k.word, k.bit = place(u.Bit)
		for _, item := range u.Keys {
			k.args = append(k.args, argument(&args, l.clean[l.item[item]]))
		}
		j.kernels = append(j.kernels, k)
	}
	for n, r := range l.g.References {
		i := l.item[r.Item]
		arg := l.clean[i]
		if l.g.Types[i].Type.Kind != row.Text {
			arg = "CAST(" + l.typed[i] + " AS VARCHAR)"
		}
		k := kernel{run: l.refs[n].absent, args: []int{argument(&args, arg)}}
		k.word, k.bit = place(r.Bit)
		j.kernels = append(j.kernels, k)
	}
	return j, args, nil
}

// outputs are the columns of a data table out of typed values, with the words of bits and
// the raw texts as they are given.
func (l *load) outputs(p *printer, batch string, word func(w int) string, raw string) string {
	var out []string
	for i, f := range l.g.Types {
		out = append(out, l.typed[i]+" AS "+name(f.Name))
	}
	out = append(out, p.bind(batch)+"::VARCHAR AS "+name(query.BatchColumn), p.bind(l.g.Ruleset)+"::BIGINT AS "+name(query.RulesetColumn))
	for w := range l.g.Words {
		out = append(out, word(w)+" AS "+name(query.Broken(w)))
	}
	return strings.Join(append(out, raw+" AS "+name(query.RawColumn)), ", ")
}

func (l *load) badBatch() string {
	if l.g.BadBatch != "" {
		return l.g.BadBatch
	}
	return l.g.Batch
}
