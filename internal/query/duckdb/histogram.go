package duckdb

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/chengshu/chengshu/internal/query"
)

// histogram counts what was written, per file group and per bit, and proves that no row
// was lost on the way.
func (l *load) histogram() error {
	l.report.stage("count", nil)
	l.outcome.Counts = make([]int64, l.g.Words*query.Places)
	var err error
	if l.outcome.Good, err = l.tally(l.outcome.GoodFiles); err != nil {
		return err
	}
	if l.outcome.Bad, err = l.tally(l.outcome.BadFiles); err != nil {
		return err
	}
	if l.outcome.In != l.outcome.Good+l.outcome.Bad {
		return fmt.Errorf("duckdb: %d rows went in, %d good and %d bad ones came out", l.outcome.In, l.outcome.Good, l.outcome.Bad)
	}
	return nil
}

// tally adds the bits of files to the counts and gives their rows.
func (l *load) tally(files []string) (rows int64, err error) {
	if len(files) == 0 {
		return 0, nil
	}
	var words []string
	for w := range l.g.Words {
		words = append(words, name(query.Broken(w)))
	}
	list := strings.Join(words, ", ")
	sql := "SELECT count(*), " + list + " FROM read_parquet($1::VARCHAR[], hive_partitioning=false) GROUP BY " + list
	err = l.session.each(l.ctx, sql, []any{files}, func(v []any) error {
		n := v[0].(int64)
		rows += n
		for w := range l.g.Words {
			for broken := uint64(v[w+1].(int64)); broken != 0; broken &= broken - 1 {
				l.outcome.Counts[w*query.Places+bits.TrailingZeros64(broken)] += n
			}
		}
		return nil
	})
	return rows, err
}
