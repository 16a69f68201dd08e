package quality

import (
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/rule"
)

// Word is one of the four in which bureaus report.
type Word string

// The four words. Every measure of GB/T 36344 counts for exactly one of them.
const (
	Complete   Word = "completeness" // 完整性
	Valid      Word = "validity"     // 有效性
	Prompt     Word = "timeliness"   // 及时性
	Consistent Word = "consistency"  // 一致性
)

// dimensions are the six of GB/T 36344-2018 in the norm's order, with their titles.
func dimensions() []titled[rule.Dimension] {
	return []titled[rule.Dimension]{
		{rule.Normative, fault.T("规范性", "Normativity")},
		{rule.Completeness, fault.T("完整性", "Completeness")},
		{rule.Accuracy, fault.T("准确性", "Accuracy")},
		{rule.Consistency, fault.T("一致性", "Consistency")},
		{rule.Timeliness, fault.T("时效性", "Timeliness")},
		{rule.Access, fault.T("可访问性", "Accessibility")},
	}
}

func fourWords() []titled[Word] {
	return []titled[Word]{
		{Complete, fault.T("完整性", "Completeness")},
		{Valid, fault.T("有效性", "Validity")},
		{Prompt, fault.T("及时性", "Timeliness")},
		{Consistent, fault.T("一致性", "Consistency")},
	}
}

type titled[K any] struct {
	name  K
	title fault.Text
}

// WordOf says under which of the four a measure is reported. Duplicates (0303) and
// uniqueness (0304) are consistency: the same thing said twice. What can be had at all
// (06) goes with timeliness.
func WordOf(f rule.Finding) Word {
	switch f.Dim {
	case rule.Completeness:
		return Complete
	case rule.Consistency:
		return Consistent
	case rule.Timeliness, rule.Access:
		return Prompt
	}
	if f.Norm == "0303" || f.Norm == "0304" {
		return Consistent
	}
	return Valid
}
