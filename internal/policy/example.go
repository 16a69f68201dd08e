package policy

import (
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/row"
)

// An invented value for each mask; a mask that is not here is shown on a name.
var examples = map[MaskKind]struct {
	t     row.Type
	value any
	text  string
}{
	MaskID:      {row.TextType, "000000195001010011", "000000195001010011"},
	MaskBirth:   {row.TextType, "1950-01-01", "1950-01-01"},
	MaskPhone:   {row.TextType, "13800001234", "13800001234"},
	MaskAddress: {row.TextType, "城枢区演示街道示例路1号", "城枢区演示街道示例路1号"},
	MaskAccount: {row.TextType, "6200000000001234", "6200000000001234"},
	MaskRange:   {row.IntType, int64(67), "67"},
}

// Example shows a mask on an invented value, by what masks the cells of answers: the value,
// and what is left of it. A hash is made under no one's key.
func (m Mask) Example() (value, shown string) {
	e, ok := examples[m.Kind]
	if !ok {
		e.t, e.value, e.text = row.TextType, "李清和", "李清和"
	}
	salt := func(parts ...[]byte) [32]byte {
		var all []byte
		for _, p := range parts {
			all = append(all, p...)
		}
		return gm.Sum3(all)
	}
	shown, _ = m.masker(e.t, salt, "")(e.value).(string)
	return e.text, shown
}
