package flow

import (
	"cmp"
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/region"
)

// Office is an office as routing sees it.
type Office struct {
	Name   string
	Title  string
	Region region.Code
	Parent string
}

// Tree is who sits where: the offices, and how many hold which role in each. It never
// changes; a new one is made when they do.
type Tree struct {
	offices map[string]Office
	titles  map[string]string
	holders map[string][]string // office\x00role: users
	active  map[string]bool     // user\x00pack: holds some role of it
	names   map[string]string   // of users
	logins  map[string]string   // accounts of users
	seats   map[string]seat     // of users
	under   map[string][]string // an office and all that stand below it, by name
}

// seat is where a user sits and what roles of packs they hold.
type seat struct {
	office string
	roles  []people.Role
}

// NewTree makes a tree of offices and of the users who hold roles of packs (pack.role).
func NewTree(offices []Office, holders map[string]map[string][]string) *Tree {
	t := &Tree{offices: map[string]Office{}, titles: map[string]string{}, holders: map[string][]string{}, active: map[string]bool{}, names: map[string]string{}, logins: map[string]string{}, seats: map[string]seat{}, under: map[string][]string{}}
	for _, o := range offices {
		t.offices[o.Name] = o
		t.titles[o.Title] = o.Name
	}
	for name := range t.offices {
		for _, above := range t.chain(name) {
			t.under[above] = append(t.under[above], name)
		}
	}
	for above, names := range t.under {
		slices.Sort(names)
		t.under[above] = slices.Compact(names)
	}
	for office, roles := range holders {
		for role, users := range roles {
			t.holders[office+"\x00"+role] = users
			pack, _, _ := strings.Cut(role, ".")
			for _, u := range users {
				t.active[u+"\x00"+pack] = true
				t.seats[u] = seat{office, append(t.seats[u].roles, people.Role(role))}
			}
		}
	}
	return t
}

// Find gives an office by its name or title.
func (t *Tree) Find(name string) (Office, bool) {
	if o, ok := t.offices[name]; ok {
		return o, true
	}
	o, ok := t.offices[t.titles[name]]
	return o, ok
}

// Holders are the users who hold a role of a pack in an office.
func (t *Tree) Holders(office, role string) []string { return t.holders[office+"\x00"+role] }

// Active says whether a user holds some role of a pack: whoever was disabled, or lost their
// roles, no longer does.
func (t *Tree) Active(user, pack string) bool { return user != "" && t.active[user+"\x00"+pack] }

// Actor is somebody who holds roles of packs, as a door recognises them.
func (t *Tree) Actor(user string) (people.Actor, bool) {
	s, ok := t.seats[user]
	if !ok {
		return people.Actor{}, false
	}
	below := slices.DeleteFunc(slices.Clone(t.below(s.office)), func(o string) bool { return o == s.office })
	return people.Actor{Kind: people.UserKind, ID: user, Name: t.names[user], Office: s.office, Below: below, Roles: s.roles}, true
}

// Named gives the tree the names and accounts of its people, for what is said of whose turn it
// is and for whom a roster calls by them.
func (t *Tree) Named(names, logins map[string]string) *Tree {
	t.names, t.logins = names, logins
	return t
}

// Everywhere are the users who hold a role of a pack in any office.
func (t *Tree) Everywhere(role string) (out []string) {
	for at, users := range t.holders {
		if strings.HasSuffix(at, "\x00"+role) {
			out = append(out, users...)
		}
	}
	slices.Sort(out)
	return out
}

// Level is the level of an office's region.
func (t *Tree) Level(office string) region.Level { return t.offices[office].Region.Level() }

// Title is an office in words; its name where it is unknown.
func (t *Tree) Title(office string) string { return cmp.Or(t.offices[office].Title, office) }

// within says whether an office stands below another, or is it.
func (t *Tree) within(office, above string) bool {
	for range len(t.offices) + 1 {
		if office == above {
			return true
		}
		o, ok := t.offices[office]
		if !ok || o.Parent == "" {
			return false
		}
		office = o.Parent
	}
	return false
}

// below are the names of an office and all that stand below it; none where it is not named, and
// it alone where it is gone.
func (t *Tree) below(office string) []string {
	if all := t.under[office]; len(all) > 0 || office == "" {
		return all
	}
	return []string{office}
}

// around gives the offices whose place holds a place, the nearest first: climbing.
func (t *Tree) around(place region.Code) (out []Office) {
	for _, o := range t.offices {
		if o.Region == place || o.Region.IsAncestorOf(place) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b Office) int {
		return cmp.Or(cmp.Compare(len(b.Region.Short()), len(a.Region.Short())), strings.Compare(a.Name, b.Name))
	})
	return out
}

// Offices are all of them, by title.
func (t *Tree) Offices() []Office {
	out := make([]Office, 0, len(t.offices))
	for _, o := range t.offices {
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b Office) int { return strings.Compare(a.Title, b.Title) })
	return out
}
