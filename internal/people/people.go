// Package people owns who acts: users with their passwords and sessions, applications with
// their keys, the roles they may hold, and the rule that keeps the three administrators
// (三员) apart. It says who somebody is and never what that somebody may do: package policy
// does. It never keeps a password, a key or a token, only what is needed to know one again.
//
// Read first: Actor, Roles, Change.
package people
