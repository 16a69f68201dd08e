package share

import (
	"context"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/policy"
)

// Directories are the catalog's, as grants see them.
type Directories struct{ Catalog *catalog.Catalog }

// Directory is part of policy.Directories.
func (d Directories) Directory(ctx context.Context, name string) (policy.Directory, error) {
	v, err := d.Catalog.Get(ctx, name)
	if err != nil {
		return policy.Directory{}, err
	}
	return shared(v.Directory), nil
}

func shared(d catalog.Directory) policy.Directory {
	out := policy.Directory{Name: d.Name, Title: d.Title, Office: d.Office, Share: d.Share.Type, Items: make([]policy.Item, len(d.Items))}
	if d.Secret {
		out.Barred = fault.T("涉密目录", "it is secret").ZH
	}
	for i, it := range d.Items {
		out.Items[i] = policy.Item{Name: it.Name, Type: it.Type, Personal: it.Personal}
	}
	return out
}
