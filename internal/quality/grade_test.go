package quality_test

import (
	"fmt"
	"testing"

	"github.com/chengshu/chengshu/internal/quality"
	"github.com/chengshu/chengshu/internal/rule"
)

func finding(name, norm string, dim rule.Dimension, rows, of int64) rule.Finding {
	f := rule.Finding{Rule: name, Norm: norm, Dim: dim, Rows: rows, Of: of, Verdict: "passed", Do: rule.Reject}
	f.Bad = norm == "0303" || norm == "0305"
	if rows > 0 {
		f.Verdict = "broken"
	}
	return f
}

func show(p *float64) string {
	if p == nil {
		return "-"
	}
	return fmt.Sprintf("%.4g", *p)
}

func TestGrade(t *testing.T) {
	complete := finding("required_name", "0202", rule.Completeness, 0, 1000)
	content := finding("citizen_id_id_no", "0301", rule.Accuracy, 100, 1000)
	format := finding("pattern_phone", "0302", rule.Accuracy, 0, 1000)
	double := finding("duplicate_row", "0303", rule.Accuracy, 20, 1000)
	unique := finding("unique_id_no", "0304", rule.Accuracy, 0, 1000)
	parse := finding("parse", "0305", rule.Accuracy, 10, 1000)
	related := finding("birth_matches", "0402", rule.Consistency, 40, 1000)
	blank := finding("length_sex", "0101", rule.Normative, 0, 0)
	fresh := rule.Finding{Rule: "freshness", Norm: "0502", Dim: rule.Timeliness, Verdict: "passed", Value: "3d"}
	late := rule.Finding{Rule: "freshness", Norm: "0502", Dim: rule.Timeliness, Verdict: "blocked", Value: "90d"}
	first := rule.Finding{Rule: "row_count", Norm: "0202", Dim: rule.Completeness, Verdict: "passed"}

	for _, c := range []struct {
		name     string
		good, in int64
		findings []rule.Finding
		dims     string // normative completeness accuracy consistency timeliness access
		four     string // completeness validity timeliness consistency
		score    string
		grade    string
	}{
		{"all is well", 1000, 1000, []rule.Finding{complete, format, fresh}, "- 100 100 - 100 -", "100 100 100 -", "100", "A"},
		{"a dimension is the mean of its rules", 1000, 1000, []rule.Finding{content, format}, "- - 95 - - -", "- 95 - -", "95", "A"},
		{"the whole is the mean of the dimensions", 1000, 1000, []rule.Finding{complete, content, related}, "- 100 90 96 - -", "100 90 - 96", "95.33", "A"},
		{"but no more than the rows that passed", 840, 1000, []rule.Finding{complete, content, related}, "- 100 90 96 - -", "100 90 - 96", "84", "C"},
		{"bad rows counted score 1 − X", 970, 1000, []rule.Finding{double, parse}, "- - 98.5 - - -", "- 99 - 98", "97", "A"},
		{"uniqueness is consistency among the four", 1000, 1000, []rule.Finding{unique, content}, "- - 95 - - -", "- 90 - 100", "95", "A"},
		{"nothing judged is no score", 1000, 1000, []rule.Finding{blank}, "- - - - - -", "- - - -", "-", ""},
		{"a batch rule that fails is 0", 1000, 1000, []rule.Finding{complete, late}, "- 100 - - 0 -", "100 - 0 -", "50", "E"},
		{"a batch rule with nothing to compare is not judged", 1000, 1000, []rule.Finding{first, format}, "- - 100 - - -", "- 100 - -", "100", "A"},
		{"no rows", 0, 0, []rule.Finding{blank, first}, "- - - - - -", "- - - -", "-", ""},
		{"no rows and late", 0, 0, []rule.Finding{late}, "- - - - 0 -", "- - 0 -", "-", ""},
		{"one row of a million is not 100", 999999, 1000000, []rule.Finding{finding("r", "0301", rule.Accuracy, 1, 1000000)}, "- - 99.99 - - -", "- 99.99 - -", "99.99", "A"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := quality.Grade(rule.Judgement{In: c.in, Good: c.good, Bad: c.in - c.good, Findings: c.findings})
			var dims, four string
			for i, d := range r.Dimensions {
				dims += []string{"", " "}[min(i, 1)] + show(d.Score)
			}
			for i, w := range r.Four {
				four += []string{"", " "}[min(i, 1)] + show(w.Score)
			}
			if dims != c.dims || four != c.four || show(r.Score) != c.score || r.Grade != c.grade {
				t.Errorf("dimensions %s (want %s), four %s (want %s), score %s %s (want %s %s)",
					dims, c.dims, four, c.four, show(r.Score), r.Grade, c.score, c.grade)
			}
		})
	}
}

// TestAReplayThatMendsNothingHasNoGrade: it is an empty batch; what it judged is its parent's.
func TestAReplayThatMendsNothingHasNoGrade(t *testing.T) {
	j := rule.Judgement{In: 6, Bad: 6, Again: true, Findings: []rule.Finding{finding("r", "0301", rule.Accuracy, 6, 6)}}
	if r := quality.Grade(j); r.Score != nil || r.Passed != nil || r.Grade != "" {
		t.Errorf("graded %s %q", show(r.Score), r.Grade)
	}
	j.Good, j.Bad = 3, 3
	if r := quality.Grade(j); show(r.Score) != "0" || show(r.Passed) != "50" || r.Grade != "E" {
		t.Errorf("three mended: score %s, passed %s, %q", show(r.Score), show(r.Passed), r.Grade)
	}
}

func TestMeasures(t *testing.T) {
	r := quality.Grade(rule.Judgement{In: 10, Good: 9, Findings: []rule.Finding{
		finding("a", "0301", rule.Accuracy, 1, 8), finding("b", "0303", rule.Accuracy, 2, 8), finding("c", "0301", rule.Accuracy, 0, 0)}})
	for i, want := range []string{"0.125 0.875", "0.25 0.75", "- -"} {
		if got := show(r.Findings[i].Share) + " " + show(r.Findings[i].X); got != want {
			t.Errorf("measure %d: %s, want %s", i, got, want)
		}
	}
}

// TestGradesAreReached: a grade begins at its bound and not just below it.
func TestGradesAreReached(t *testing.T) {
	for _, c := range []struct {
		bad   int64
		grade string
	}{{0, "A"}, {500, "A"}, {501, "B"}, {1500, "B"}, {1501, "C"}, {3000, "C"}, {3001, "D"}, {4000, "D"}, {4001, "E"}, {10000, "E"}} {
		r := quality.Grade(rule.Judgement{In: 10000, Good: 10000 - c.bad,
			Findings: []rule.Finding{finding("r", "0301", rule.Accuracy, c.bad, 10000)}})
		if r.Grade != c.grade {
			t.Errorf("%d of 10,000 bad: %s, want %s", c.bad, r.Grade, c.grade)
		}
	}
}

// TestEveryMeasureHasAWord: no kind of rule falls out of the four words.
func TestEveryMeasureHasAWord(t *testing.T) {
	known := map[quality.Word]bool{quality.Complete: true, quality.Valid: true, quality.Prompt: true, quality.Consistent: true}
	for _, k := range rule.Kinds() {
		if w := quality.WordOf(rule.Finding{Norm: k.Norm, Dim: k.Dim}); !known[w] {
			t.Errorf("%s (%s) counts for %q", k.Name, k.Norm, w)
		}
	}
	for _, d := range quality.Grade(rule.Judgement{}).Dimensions {
		if d.Title.ZH == "" || d.Title.EN == "" {
			t.Errorf("%s has no title", d.Dim)
		}
	}
}
