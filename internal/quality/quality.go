// Package quality turns a batch's judgement into its report: measures by GB/T 36344-2018,
// the six dimensions, the bureaus' four words, a score and a grade; and keeps reports for
// trends. It must never log what it keeps: samples are rows of persons, as they came.
//
// Read first: Grade, Engine.Keep. docs/decisions/0003-quality-scores.md says why scores
// are made as they are.
package quality

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/store"
)

//go:embed schema.sql
var schema1 string

// ErrMissing is a batch that has no report.
var ErrMissing = fault.New(fault.Missing, "report.unknown", fault.T("该批次没有质量报告", "there is no report of this batch")).
	Fix(fault.T("请核对批次号；尚未检核完的批次没有报告", "check the batch's id; a batch not yet judged has none"))

// Engine keeps reports. It is safe for concurrent use.
type Engine struct{ store store.Store }

// New brings the room's tables up and gives the engine.
func New(s store.Store) (*Engine, error) {
	if err := s.Migrate(context.Background(), "quality", []store.Migration{{Version: 1, SQL: schema1}}); err != nil {
		return nil, fmt.Errorf("quality: %w", err)
	}
	return &Engine{s}, nil
}

// reportRow is a kept report; nothing else knows its columns.
type reportRow struct {
	bun.BaseModel `bun:"table:quality_report,alias:q"`
	Batch         string `bun:",pk"`
	Directory     string
	At            time.Time
	Day           string
	Score         *float64
	Grade         string
	RowsIn        int64
	Quarantined   int64
	Judgement     string
	Report        string
}

// Keep saves what was judged and its report in the caller's transaction; judging a batch
// again replaces its report. The samples are kept as they are: mask before showing.
func (e *Engine) Keep(ctx context.Context, tx store.Tx, batch, directory string, at time.Time, j rule.Judgement) error {
	r := Grade(j)
	judgement, err := json.Marshal(j)
	if err != nil {
		return fmt.Errorf("quality: keep %s: %w", batch, err)
	}
	r.Findings = nil // made again from the judgement when read
	report, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("quality: keep %s: %w", batch, err)
	}
	kept := &reportRow{Batch: batch, Directory: directory, At: at.UTC(), Day: at.In(region.Beijing).Format(time.DateOnly),
		Score: r.Score, Grade: r.Grade, RowsIn: j.In, Quarantined: j.In - j.Good, Judgement: string(judgement), Report: string(report)}
	_, err = tx.NewInsert().Model(kept).On("CONFLICT (batch) DO UPDATE").
		Set("directory = EXCLUDED.directory, at = EXCLUDED.at, day = EXCLUDED.day, score = EXCLUDED.score").
		Set("grade = EXCLUDED.grade, rows_in = EXCLUDED.rows_in, quarantined = EXCLUDED.quarantined").
		Set("judgement = EXCLUDED.judgement, report = EXCLUDED.report").Exec(ctx)
	if err != nil {
		return fmt.Errorf("quality: keep %s: %w", batch, err)
	}
	return nil
}

// Kept is a report as it was made, with the judgement it was made of.
type Kept struct {
	Batch     string
	Directory string
	At        time.Time
	Judgement rule.Judgement
	Report    Report
}

// Report gives a batch's report; ErrMissing where there is none. Scores and grade are those
// of the day it was made, whatever the rules of grading are now.
func (e *Engine) Report(ctx context.Context, batch string) (Kept, error) {
	var row reportRow
	err := e.store.Read().NewSelect().Model(&row).Where("batch = ?", batch).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Kept{}, ErrMissing.At("%s", batch)
	}
	if err != nil {
		return Kept{}, fmt.Errorf("quality: report of %s: %w", batch, err)
	}
	k := Kept{Batch: row.Batch, Directory: row.Directory, At: row.At.UTC()}
	err = errors.Join(json.Unmarshal([]byte(row.Judgement), &k.Judgement), json.Unmarshal([]byte(row.Report), &k.Report))
	if err != nil {
		return Kept{}, fmt.Errorf("quality: report of %s: %w", batch, err)
	}
	for _, f := range k.Judgement.Findings {
		k.Report.Findings = append(k.Report.Findings, measure(f))
	}
	return k, nil
}

// Point is a batch in a trend.
type Point struct {
	Batch       string    `json:"batch" bun:"batch"`
	At          time.Time `json:"at" bun:"at"`
	Score       *float64  `json:"score" bun:"score"`
	Grade       string    `json:"grade" bun:"grade"`
	RowsIn      int64     `json:"rows_in" bun:"rows_in"`
	Quarantined int64     `json:"quarantined" bun:"quarantined"`
}

// Trend gives the last n batches of a directory, oldest first.
func (e *Engine) Trend(ctx context.Context, directory string, n int) ([]Point, error) {
	out := []Point{}
	err := e.store.Read().NewSelect().TableExpr("quality_report").
		Column("batch", "at", "score", "grade", "rows_in", "quarantined").
		Where("directory = ?", directory).Order("at DESC", "batch DESC").Limit(int64(max(n, 1))).Scan(ctx, &out)
	if err != nil {
		return nil, fmt.Errorf("quality: trend of %s: %w", directory, err)
	}
	slices.Reverse(out)
	return out, nil
}

// Grades gives the grade and score of the batches named, by batch; those without a report
// are left out.
func (e *Engine) Grades(ctx context.Context, batches ...string) (map[string]Point, error) {
	out := map[string]Point{}
	if len(batches) == 0 {
		return out, nil
	}
	var rows []Point
	err := e.store.Read().NewSelect().TableExpr("quality_report").
		Column("batch", "at", "score", "grade", "rows_in", "quarantined").
		Where("batch IN (?)", bun.List(batches)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("quality: grades: %w", err)
	}
	for _, p := range rows {
		out[p.Batch] = p
	}
	return out, nil
}

// Day is a day's mean score over its batches, each of the same weight.
type Day struct {
	Day     string   `json:"day" bun:"day"` // YYYY-MM-DD in Beijing time
	Score   *float64 `json:"score" bun:"score"`
	Batches int      `json:"batches" bun:"batches"`
}

// Days gives the days with batches from one on, oldest first; only of the directories named
// where limited.
func (e *Engine) Days(ctx context.Context, from time.Time, limited bool, directories []string) ([]Day, error) {
	out := []Day{}
	q := e.store.Read().NewSelect().TableExpr("quality_report").
		ColumnExpr("day, AVG(score) AS score, COUNT(*) AS batches").
		Where("day >= ?", from.In(region.Beijing).Format(time.DateOnly)).Group("day").Order("day DESC")
	if limited {
		q = q.Where("directory IN (?)", bun.List(append([]string{""}, directories...)))
	}
	if err := q.Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("quality: days: %w", err)
	}
	slices.Reverse(out)
	for i := range out {
		if out[i].Score != nil {
			out[i].Score = ptr(round(*out[i].Score))
		}
	}
	return out, nil
}
