// Package event holds the facts engines tell each other. A fact is emitted in the
// transaction that made it true and read in order by consumers, each with its cursor.
// Bodies are JSON and hold no personal data.
package event

import (
	"encoding/json"
	"time"
)

// Kind names a fact in the past tense.
type Kind string

// Event is one fact. Seq is given by the store, increasing without order gaps mattering.
type Event struct {
	Seq  int64
	Kind Kind
	Key  string // what it is about: a batch, a directory
	At   time.Time
	Body json.RawMessage
}

// The facts of loading.
const (
	DirectoryChanged   Kind = "directory.changed"   // key: directory; body DirectoryChange
	DirectoryPublished Kind = "directory.published" // key: directory; body DirectoryChange
	DirectoryWithdrawn Kind = "directory.withdrawn" // key: directory; body DirectoryChange
	BatchJudged        Kind = "batch.judged"        // key: batch; body Judged: files are staged, nothing is published
	BatchHeld          Kind = "batch.held"          // key: batch: blocked, waits for its officer
	DatasetPublished   Kind = "dataset.published"   // key: directory; body Publication
	BatchEnded         Kind = "batch.ended"         // key: batch; body Ending: discarded, returned, failed or cancelled
)

// DirectoryChange is the body of DirectoryChanged.
type DirectoryChange struct {
	Directory string `json:"directory"`
	Version   int    `json:"version"`
}

// Judged is the body of BatchJudged.
type Judged struct {
	Batch     string `json:"batch"`
	Directory string `json:"directory"`
	Parent    string `json:"parent,omitempty"` // the batch whose quarantine was replayed
	Blocked   bool   `json:"blocked"`
}

// Publication is the body of DatasetPublished.
type Publication struct {
	Batch     string `json:"batch"`
	Directory string `json:"directory"`
	Rows      int64  `json:"rows"`
	Snapshot  int64  `json:"snapshot"`
}

// Ending is the body of BatchEnded.
type Ending struct {
	Batch     string `json:"batch"`
	Directory string `json:"directory"`
	State     string `json:"state"`
}

// The facts of rights. Every node acts on them at once.
const (
	GrantMade     Kind = "grant.made"     // key: grant; body GrantChange
	GrantRevoked  Kind = "grant.revoked"  // key: grant; body GrantChange
	GrantExpired  Kind = "grant.expired"  // key: grant; body GrantChange
	UserChanged   Kind = "user.changed"   // key: user: added, corrected, disabled, its roles or password changed
	OfficeChanged Kind = "office.changed" // key: office: entered or corrected
	AppChanged    Kind = "app.changed"    // key: application: added, disabled, its keys changed
)

// GrantChange is the body of what happens to a grant.
type GrantChange struct {
	Grant     string `json:"grant"`
	Directory string `json:"directory"`
	Grantee   string `json:"grantee"` // kind:name
}

// ServiceChanged is a data service that was declared, changed or removed. Its key is the
// service, its body a ServiceChange.
const ServiceChanged Kind = "service.changed"

// ServiceChange is the body of ServiceChanged.
type ServiceChange struct {
	Service   string `json:"service"`
	Directory string `json:"directory"`
}

// The facts of quality, one for each rule of a judged batch: that rows broke it, or that none
// did. Their bodies are a Finding.
const (
	QualityFound  Kind = "quality.found"  // key: directory/rule
	QualityPassed Kind = "quality.passed" // key: directory/rule
)

// Finding is the body of QualityFound and QualityPassed. Samples name rows by their line in
// the file and hold no values.
type Finding struct {
	About     string  `json:"about"` // directory/rule: what a case of it is about
	Batch     string  `json:"batch"`
	Label     string  `json:"label"` // of the batch, as people know it
	Directory string  `json:"directory"`
	Title     string  `json:"title"` // of the directory
	Office    string  `json:"office"`
	Rule      string  `json:"rule"`
	Name      string  `json:"name"` // of the rule in words
	Items     string  `json:"items"`
	Severity  string  `json:"severity"`
	Rows      int64   `json:"rows"`
	Bad       int64   `json:"bad"`
	Share     float64 `json:"share"` // bad / rows
	Samples   string  `json:"samples"`
}

// The facts of packs.
const (
	PackChanged Kind = "pack.changed" // key: pack; body PackChange: installed, upgraded or taken back
)

// PackChange is the body of PackChanged.
type PackChange struct {
	Pack    string `json:"pack"`
	Version string `json:"version"`
}

// RecordChanged is a record of a pack that was made or changed, or several that an import
// made at once. Its key is PACK.ENTITY/ID, for several PACK.ENTITY.
const RecordChanged Kind = "record.changed"

// RecordChange is the body of RecordChanged: no values.
type RecordChange struct {
	Pack    string   `json:"pack"`
	Entity  string   `json:"entity"`
	Records []string `json:"records"`
	Action  string   `json:"action"` // create, update, import, or a flow's
	Fields  []string `json:"fields,omitempty"`
}

// The facts of cases.
const (
	CaseOpened Kind = "case.opened" // key: case; body CaseChange
	CaseActed  Kind = "case.acted"  // key: case; body CaseChange: an action, a reminder, a timer
	CaseClosed Kind = "case.closed" // key: case; body CaseChange
	// CalendarChanged moves every open case. Its key is the calendar's version.
	CalendarChanged Kind = "calendar.changed"
)

// CaseChange is the body of what happens to a case.
type CaseChange struct {
	Case   string   `json:"case"`
	Pack   string   `json:"pack"`
	Flow   string   `json:"flow"`
	Key    string   `json:"key"`
	Record string   `json:"record"`
	About  string   `json:"about,omitempty"`
	Parent string   `json:"parent,omitempty"` // case it was opened below
	Action string   `json:"action"`
	From   string   `json:"from"`
	State  string   `json:"state"`
	Office string   `json:"office"`
	Told   []string `json:"told,omitempty"` // users who got a notice
}
