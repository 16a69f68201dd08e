// Package ident owns names and ids: what a declaration may be called, how a table, a rule
// or a batch is referred to, and how new ids are made (UUIDv7, so they sort by time).
package ident

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"

	"github.com/google/uuid"

	"github.com/chengshu/chengshu/internal/fault"
)

// Space is the shelf a table stands on.
type Space string

// The spaces of the lake.
const (
	Published  Space = "published"  // good rows of a directory
	Quarantine Space = "quarantine" // its bad rows, with their reasons and raw text
)

// Ref names a table: a space and a name.
type Ref struct {
	Space Space  `json:"space"`
	Name  string `json:"name"`
}

// String is space.name, as users write it in references.
func (r Ref) String() string { return string(r.Space) + "." + r.Name }

// Batch is the id of one load of one mount: the directory's name and twelve hex digits of
// the hash of source and cursor. The same file for the same directory has the same batch.
type Batch string

// BatchOf derives a batch id from what was read: directory, source and cursor.
func BatchOf(directory, source, cursor string) Batch {
	h := sha256.Sum256([]byte(directory + "\x00" + source + "\x00" + cursor))
	return Batch(directory + "-" + hex.EncodeToString(h[:6]))
}

// New makes a time-ordered id (UUIDv7).
func New() string { return uuid.Must(uuid.NewV7()).String() }

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// Check refuses a name that is not a lower-case letter followed by up to 62 letters,
// digits and underscores: it becomes a column, a table, a folder and a part of a URL.
func Check(name string) error {
	if nameForm.MatchString(name) {
		return nil
	}
	return fault.New(fault.Invalid, "name.form", fault.T(
		"名称 %q 不合规：须以小写字母开头，只含小写字母、数字和下划线，不超过 63 位",
		"the name %q must start with a lower-case letter and hold only lower-case letters, digits and underscores, 63 at most", name))
}
