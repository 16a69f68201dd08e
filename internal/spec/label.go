package spec

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
)

// Label is a name or sentence a declaration gives for people: one word of text, Chinese, or
// {zh: …, en: …}. Without English the Chinese is shown.
type Label struct {
	ZH string `yaml:"zh" json:"zh"`
	EN string `yaml:"en,omitempty" json:"en,omitempty"`
}

// UnmarshalYAML reads the word or the mapping.
func (l *Label) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		l.ZH = strings.TrimSpace(n.Value)
		return nil
	}
	type plain Label
	return n.Decode((*plain)(l))
}

// MarshalYAML writes the word where there is no English.
func (l Label) MarshalYAML() (any, error) {
	if l.EN == "" {
		return l.ZH, nil
	}
	type plain Label
	return plain(l), nil
}

// Text is the label in both languages.
func (l Label) Text() fault.Text {
	if l.EN == "" {
		return fault.Text{ZH: l.ZH, EN: l.ZH}
	}
	return fault.Text{ZH: l.ZH, EN: l.EN}
}

// In picks the label for a language.
func (l Label) In(lang string) string { return l.Text().In(lang) }

// Else is the label, or another where it is empty.
func (l Label) Else(other Label) Label {
	if l.ZH == "" {
		return other
	}
	return l
}

// Or is the label, or a word where it is empty.
func (l Label) Or(word string) Label {
	if l.ZH == "" {
		return Label{ZH: word, EN: l.EN}
	}
	return l
}
