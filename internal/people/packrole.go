package people

import (
	"slices"
	"strings"
)

// PackRole stands in the policy's table for whatever roles packs declare. Nobody holds it
// itself: users hold PACK.ROLE.
const PackRole Role = "pack"

// OfPack says whether a role is one that a pack declares.
func (r Role) OfPack() bool { return strings.Contains(string(r), ".") }

// Split gives a pack's role as its pack and its short name; ("", role) for the district's
// own roles.
func (r Role) Split() (pack, role string) {
	pack, role, ok := strings.Cut(string(r), ".")
	if !ok {
		return "", string(r)
	}
	return pack, role
}

// In is the actor as far as a pack is concerned: without the roles of other packs.
func (a Actor) In(pack string) Actor {
	a.Roles = slices.DeleteFunc(slices.Clone(a.Roles), func(r Role) bool {
		p, _ := r.Split()
		return p != "" && p != pack
	})
	return a
}
