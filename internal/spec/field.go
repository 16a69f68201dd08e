package spec

import "github.com/chengshu/chengshu/internal/fault"

// Field is one field of a declaration or of a form. What the reference, the API's document,
// the forms and the sheets of an import say of it is said here, once: each room tells the
// fields of what it owns.
type Field struct {
	Path     string     `json:"path"` // as it is written, without the places in lists: share.type, items.name
	Title    fault.Text `json:"title"`
	Help     fault.Text `json:"help"`
	Required bool       `json:"required"`
	Words    []Word     `json:"words"` // what it may be; none: any text
	Example  string     `json:"example"`
}

// Word is one of the words that may stand in a field, with its title.
type Word struct {
	Name  string     `json:"name"`
	Title fault.Text `json:"title"`
}

// NewField is a field that may be left out and holds any text.
func NewField(path string, title, help fault.Text, example string) Field {
	return Field{Path: path, Title: title, Help: help, Example: example}
}

// Needed is the field where it must be filled in.
func (f Field) Needed() Field { f.Required = true; return f }

// Among is the field where one of the words stands.
func (f Field) Among(w []Word) Field { f.Words = w; return f }
