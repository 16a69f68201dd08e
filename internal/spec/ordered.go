package spec

import (
	"bytes"
	"encoding/json"
	"reflect"

	"go.yaml.in/yaml/v3"
)

// Map is a mapping that keeps the order it was written in, which screens and drawings
// follow.
type Map[T any] []Pair[T]

// Pair is one entry of a Map.
type Pair[T any] struct {
	Name  string
	Value T
}

// Get is the value of a name.
func (m Map[T]) Get(name string) (v T, ok bool) {
	for i := range m {
		if m[i].Name == name {
			return m[i].Value, true
		}
	}
	return v, false
}

// Names are the keys in their order.
func (m Map[T]) Names() []string {
	out := make([]string, len(m))
	for i := range m {
		out[i] = m[i].Name
	}
	return out
}

// UnmarshalYAML reads a mapping.
func (m *Map[T]) UnmarshalYAML(n *yaml.Node) error {
	*m = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		p := Pair[T]{Name: n.Content[i].Value}
		if err := n.Content[i+1].Decode(&p.Value); err != nil {
			return err
		}
		*m = append(*m, p)
	}
	return nil
}

// MarshalJSON writes an object in the same order.
func (m Map[T]) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range m {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(p.Name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(p.Value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// ordered is what a Map tells the check and the schema of itself.
type ordered interface{ element() reflect.Type }

func (m *Map[T]) element() reflect.Type { return reflect.TypeFor[T]() }

var orderedType = reflect.TypeFor[ordered]()
