package console

import (
	"cmp"
	"context"

	"github.com/chengshu/chengshu/internal/catalog"
)

type versionIn struct {
	DirectoryIn
	Version int `path:"version" minimum:"1"`
}

// versionBody is a version as it was declared, and what it changed against the one before.
type versionBody struct {
	DirectoryVersion
	Declaration catalog.Directory    `json:"declaration"`
	YAML        string               `json:"yaml"`
	Differences []catalog.Difference `json:"differences" doc:"none for the first version"`
}

func (c *Console) getVersion(ctx context.Context, in *versionIn) (out versionBody, err error) {
	v, err := c.Catalog.At(ctx, in.Name, in.Version)
	if err != nil {
		return out, err
	}
	text, err := v.Directory.YAML()
	if err != nil {
		return out, err
	}
	out = versionBody{c.revision(ctx, v.Revision), v.Directory, string(text), nil}
	if in.Version == 1 {
		return out, nil
	}
	before, err := c.Catalog.At(ctx, in.Name, in.Version-1)
	if err != nil {
		return out, err
	}
	out.Differences = catalog.Differences(before.Directory, v.Directory)
	return out, nil
}

// revision is a version for the reader: who added it is called by their name, not by what
// they sign in with.
func (c *Console) revision(ctx context.Context, v catalog.Revision) DirectoryVersion {
	return DirectoryVersion{v.Version, v.At, v.Change.In(lang(ctx)), v.By, cmp.Or(c.personName(ctx, v.By), v.ByName)}
}
