package quality

import (
	"math"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/rule"
)

// Report is what a batch's judgement means. Scores of dimensions, of the four words and of
// the whole run from 0 to 100; nil where nothing was judged.
type Report struct {
	Findings   []Measure        `json:"findings"`
	Dimensions []DimensionScore `json:"dimensions"` // all six, in the norm's order
	Four       []WordScore      `json:"four"`       // all four
	Passed     *float64         `json:"passed"`     // 合格率: rows published or to be, of all, in per cent
	Score      *float64         `json:"score"`
	Grade      string           `json:"grade"` // A to E; "" without a score
}

// Measure is a rule's finding with its figures.
type Measure struct {
	rule.Finding
	Share *float64 `json:"share"` // rows that broke it, of those judged: 0 to 1
	X     *float64 `json:"x"`     // the rule's score: A/B, or 1 − A/B where the norm counts bad rows: 0 to 1
}

// DimensionScore is one of the six dimensions of GB/T 36344-2018.
type DimensionScore struct {
	Dim   rule.Dimension `json:"dim"`
	Title fault.Text     `json:"title"`
	Score *float64       `json:"score"`
	Rules int            `json:"rules"` // that were judged
}

// WordScore is one of the four words.
type WordScore struct {
	Name  Word       `json:"name"`
	Title fault.Text `json:"title"`
	Score *float64   `json:"score"`
	Rules int        `json:"rules"`
}

// Grade scores a judgement. A dimension, and a word, is the mean of its rules, each of the
// same weight. The whole is the mean of the dimensions that have a score, but never more
// than the share of rows that passed: a rule broken by few among many rules must not hide
// how many rows are of no use. An empty batch has neither score nor grade. It is pure.
func Grade(j rule.Judgement) Report {
	r := Report{Findings: make([]Measure, len(j.Findings))}
	byDim, byWord := map[rule.Dimension]*mean{}, map[Word]*mean{}
	for i, f := range j.Findings {
		m := measure(f)
		r.Findings[i] = m
		if m.X != nil {
			add(byDim, f.Dim, 100**m.X)
			add(byWord, WordOf(f), 100**m.X)
		}
	}
	var whole mean
	for _, d := range dimensions() {
		m := byDim[d.name]
		r.Dimensions = append(r.Dimensions, DimensionScore{d.name, d.title, m.value(), m.count()})
		if m != nil {
			whole.add(m.sum / float64(m.n))
		}
	}
	for _, w := range fourWords() {
		m := byWord[w.name]
		r.Four = append(r.Four, WordScore{w.name, w.title, m.value(), m.count()})
	}
	if empty(j) {
		return r
	}
	r.Passed = passed(j)
	if r.Score = whole.value(); r.Score != nil && r.Passed != nil {
		r.Score = ptr(min(*r.Score, *r.Passed))
	}
	r.Grade = letter(r.Score)
	return r
}

// empty says whether the batch has no row a score could speak of: nothing was judged, or a
// replay mended nothing and all it judged is the parent's still.
func empty(j rule.Judgement) bool { return j.In <= 0 || j.Again && j.Good == 0 }

// measure gives a finding's figures. A = Of − Rows for most measures of the norm, so
// X = A/B; 0303 and 0305 count the bad rows, A = Rows, and score 1 − X. Either way the
// score is the share of rows that kept the rule. A rule about the batch as a whole judged
// no rows: it holds or it does not, and says nothing where it had nothing to compare.
func measure(f rule.Finding) Measure {
	m := Measure{Finding: f}
	switch {
	case f.Of > 0:
		share := float64(f.Rows) / float64(f.Of)
		m.Share, m.X = ptr(share), ptr(1-share)
	case f.Verdict == "broken" || f.Verdict == "blocked":
		m.X = ptr(0.0)
	case f.Value != "":
		m.X = ptr(1.0)
	}
	return m
}

func passed(j rule.Judgement) *float64 {
	if j.In <= 0 {
		return nil
	}
	return ptr(round(100 * float64(j.Good) / float64(j.In)))
}

// letter is the grade of a score: A from 95, B from 85, C from 70, D from 60.
func letter(score *float64) string {
	switch {
	case score == nil:
		return ""
	case *score >= 95:
		return "A"
	case *score >= 85:
		return "B"
	case *score >= 70:
		return "C"
	case *score >= 60:
		return "D"
	}
	return "E"
}

// mean gathers numbers; a nil mean has none.
type mean struct {
	sum float64
	n   int
}

func (m *mean) add(x float64) { m.sum, m.n = m.sum+x, m.n+1 }

func (m *mean) count() int {
	if m == nil {
		return 0
	}
	return m.n
}

func (m *mean) value() *float64 {
	if m.count() == 0 {
		return nil
	}
	return ptr(round(m.sum / float64(m.n)))
}

func add[K comparable](to map[K]*mean, key K, x float64) {
	if to[key] == nil {
		to[key] = &mean{}
	}
	to[key].add(x)
}

// round cuts to two places, downwards: what is not whole must not read 100, and a grade
// is reached, not rounded up to.
func round(x float64) float64 { return math.Floor(x*100+1e-6) / 100 }

func ptr[T any](v T) *T { return &v }
