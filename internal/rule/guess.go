package rule

import (
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

// Guess is a rule that the samples suggest, with the reason. Its Item is for the caller to
// fill in.
type Guess struct {
	Decl   Decl       `json:"decl"`
	Reason fault.Text `json:"reason"`
}

// StepGuess is a cleaning step that the samples suggest, with the reason.
type StepGuess struct {
	Step   Step       `json:"step"`
	Reason fault.Text `json:"reason"`
}

// GuessRules suggests rules for a column by its header and samples.
func GuessRules(header string, samples []string, lists Lists) []Guess { return nil }

// GuessSteps suggests cleaning steps for a column by its header and samples.
func GuessSteps(header string, samples []string) []StepGuess { return nil }

// GuessType gives the narrowest type that the samples fit.
func GuessType(samples []string) (row.Type, fault.Text) { return row.TextType, fault.Text{} }
