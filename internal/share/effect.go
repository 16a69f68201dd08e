package share

import (
	"context"
	"slices"

	"github.com/chengshu/chengshu/internal/policy"
)

// Covered says whether an application may use a directory at this moment by a standing grant
// other than one: what of its calls goes on when that one is revoked.
func (e *Engine) Covered(ctx context.Context, directory, app, office, without string) (bool, error) {
	v, err := e.opt.Catalog.Get(ctx, directory)
	if err != nil {
		return false, err
	}
	now := e.opt.Now()
	return slices.ContainsFunc(e.opt.Grants.For(directory, app, office), func(g policy.Grant) bool {
		return g.ID != without && policy.Compile(g, v.Rights(), now, e.opt.Salt).Allow
	}), nil
}
