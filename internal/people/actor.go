package people

import "slices"

// Kind is what sort of actor somebody is.
type Kind string

// The kinds. The zero value is nobody, who may do nothing.
const (
	UserKind  Kind = "user"  // a person, by a session
	AppKind   Kind = "app"   // an application, by a key or a signed request
	LocalKind Kind = "local" // a command on this machine, by the right to the data folder
)

// Actor is who does something, as a door has recognised them.
type Actor struct {
	Kind   Kind     `json:"kind"`
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Office string   `json:"office"`
	Below  []string `json:"-"` // the offices under it
	Roles  []Role   `json:"roles"`
}

// Local is whoever may open the data folder: the owner of the service's account on this
// machine, who could change every file in it.
func Local() Actor {
	return Actor{Kind: LocalKind, ID: "local", Name: "本机", Roles: []Role{LocalOperator}}
}

// Door is where somebody who is no application comes in, as the audit calls it: the console,
// or for a local command the folder's socket.
func (a Actor) Door() string {
	if a.Kind == LocalKind {
		return "socket"
	}
	return "console"
}

// Holds says whether an actor has a role.
func (a Actor) Holds(r Role) bool { return slices.Contains(a.Roles, r) }
