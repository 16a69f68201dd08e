package share

import (
	"context"
	"slices"

	"github.com/chengshu/chengshu/internal/policy"
)

// Covered gives what says of an application whether it may use a directory at this moment by
// a standing grant other than one: what of its calls goes on when that one is revoked.
func (e *Engine) Covered(ctx context.Context, directory, without string) (func(app, office string) bool, error) {
	v, err := e.opt.Catalog.Get(ctx, directory)
	if err != nil {
		return nil, err
	}
	now, rights := e.opt.Now(), v.Rights()
	return func(app, office string) bool {
		return slices.ContainsFunc(e.opt.Grants.For(directory, app, office), func(g policy.Grant) bool {
			return g.ID != without && policy.Compile(g, rights, now, e.opt.Salt).Allow
		})
	}, nil
}
