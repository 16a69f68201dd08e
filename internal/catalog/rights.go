package catalog

import (
	"context"
	"fmt"
	"slices"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/policy"
)

// Rights is what policy must know of the directory: nothing of one that is not published
// may be granted or served.
func (v Version) Rights() policy.Directory {
	d := v.Directory
	out := policy.Directory{Name: d.Name, Title: d.Title, Office: d.Office, Share: d.Share.Type, Barred: v.State.barred()}
	for _, it := range d.Items {
		out.Items = append(out.Items, policy.Item{Name: it.Name, Type: it.Type, Personal: it.Personal})
	}
	return out
}

// Directory gives the last version of a directory as policy asks for it; ErrMissing where
// there is none.
func (c *Catalog) Directory(ctx context.Context, name string) (policy.Directory, error) {
	v, err := c.Get(ctx, name)
	if err != nil {
		return policy.Directory{}, err
	}
	return v.Rights(), nil
}

// Known is nil for an office that is there, else an Invalid fault: what names it is wrong.
func (c *Catalog) Known(ctx context.Context, office string) error {
	_, err := c.Office(ctx, office)
	if fault.KindOf(err) != fault.Missing || err == nil {
		return err
	}
	f := *fault.From(err)
	f.Kind = fault.Invalid
	return &f
}

// Descendants gives the offices under one, sorted; a circle, which no list of ours has,
// would not hold it up.
func (c *Catalog) Descendants(ctx context.Context, office string) ([]string, error) {
	var rows []officeRow
	if err := c.store.Read().NewSelect().Model(&rows).Column("name", "parent").Scan(ctx); err != nil {
		return nil, fmt.Errorf("catalog: offices under %s: %w", office, err)
	}
	under := map[string][]string{}
	for _, r := range rows {
		under[r.Parent] = append(under[r.Parent], r.Name)
	}
	seen := map[string]bool{office: true}
	var out []string
	for next := under[office]; len(next) > 0; {
		var deeper []string
		for _, n := range next {
			if !seen[n] {
				seen[n] = true
				out, deeper = append(out, n), append(deeper, under[n]...)
			}
		}
		next = deeper
	}
	slices.Sort(out)
	return out, nil
}
