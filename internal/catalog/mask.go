package catalog

import "github.com/chengshu/chengshu/internal/policy"

// MaskRow covers a row's raw cells, in item order, for showing it to people who need not
// know the person: each cell by its item; and in a directory with personal items, numbers
// of persons that stand in other cells too. A row of another width, such as a line that
// could not be parsed, is covered whole, since nobody knows what is where in it.
func (d Directory) MaskRow(cells []*string) []*string {
	out := make([]*string, len(cells))
	personal := d.personal()
	for i, c := range cells {
		switch {
		case c == nil:
		case !personal:
			out[i] = c
		case len(cells) != len(d.Items):
			out[i] = ptr(policy.Hide(policy.MaskNull, *c))
		case d.Items[i].Personal != "":
			out[i] = ptr(policy.Hide(policy.DefaultMask(d.Items[i].Personal).Kind, *c))
		default:
			out[i] = ptr(policy.HideStrays(*c))
		}
	}
	return out
}

// MaskCell is MaskRow for one cell of an item.
func (d Directory) MaskCell(item, text string) string {
	for _, it := range d.Items {
		if it.Name == item && it.Personal != "" {
			return policy.Hide(policy.DefaultMask(it.Personal).Kind, text)
		}
	}
	if !d.personal() {
		return text
	}
	return policy.HideStrays(text)
}

func (d Directory) personal() bool {
	for _, it := range d.Items {
		if it.Personal != "" {
			return true
		}
	}
	return false
}

func ptr(s string) *string { return &s }
