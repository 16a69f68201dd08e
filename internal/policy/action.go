package policy

import (
	"slices"

	"github.com/chengshu/chengshu/internal/fault"
)

// Action is something one may do: a thing and a verb.
type Action string

// ActionInfo is an action with its words.
type ActionInfo struct {
	Name   Action     `json:"name"`
	Title  fault.Text `json:"title"`
	Change bool       `json:"change"` // it changes something, else it reads
}

// Actions lists every action in the order of the table.
func Actions() []ActionInfo {
	out := make([]ActionInfo, len(lines))
	for i, l := range lines {
		out[i] = ActionInfo{l.action, fault.Text{ZH: l.zh, EN: l.en}, l.kind}
	}
	return out
}

// Title is the action's words; its name where it is unknown.
func (a Action) Title() fault.Text {
	if i := slices.IndexFunc(lines, func(l line) bool { return l.action == a }); i >= 0 {
		return fault.Text{ZH: lines[i].zh, EN: lines[i].en}
	}
	return fault.Text{ZH: string(a), EN: string(a)}
}

// The actions, by room. Each console route and each service call is one of them.
const (
	DistrictRead  Action = "district.read"
	OverviewRead  Action = "overview.read"
	ReferenceRead Action = "reference.read" // kinds of rules, regions, outlines, roles

	OfficeRead  Action = "office.read"
	OfficeWrite Action = "office.write"

	DirectoryRead    Action = "directory.read"
	DirectoryWrite   Action = "directory.write"
	DirectoryPublish Action = "directory.publish" // publish and withdraw
	RowsRead         Action = "rows.read"         // personal items masked
	RowsPlain        Action = "rows.plain"        // … unmasked
	RowsExport       Action = "rows.export"       // as a file, masked unless RowsPlain

	LoadTry          Action = "load.try" // uploads, guesses, trials
	LoadRun          Action = "load.run"
	BatchRead        Action = "batch.read" // with its report, its changes as they happen
	BatchRelease     Action = "batch.release"
	BatchReturn      Action = "batch.return"
	BatchDiscard     Action = "batch.discard"
	BatchCancel      Action = "batch.cancel"
	QuarantineRead   Action = "quarantine.read"
	QuarantineExport Action = "quarantine.export"
	MendTry          Action = "mend.try"
	MendAdopt        Action = "mend.adopt"
	MendReplay       Action = "mend.replay"

	ServiceRead  Action = "service.read"
	ServiceWrite Action = "service.write"
	ServiceCall  Action = "service.call"

	GrantRead   Action = "grant.read"
	GrantMake   Action = "grant.make"
	GrantRevoke Action = "grant.revoke"

	CallRead    Action = "call.read" // how often what was called, without the audit's own entries
	ReceiptRead Action = "receipt.read"
	AuditRead   Action = "audit.read"
	AuditVerify Action = "audit.verify"

	AuditArchive Action = "audit.archive" // move its files to the archive, say where they are kept

	AccountRead     Action = "account.read"
	AccountWrite    Action = "account.write"    // add, correct, disable, enable, reset
	AccountPassword Action = "account.password" // one's own
	RoleAssign      Action = "role.assign"
	DutyWrite       Action = "duty.write" // switch the rule of three administrators, lock-out and the like
	SessionRead     Action = "session.read"
	SessionEnd      Action = "session.end"

	AppRead  Action = "app.read"
	AppWrite Action = "app.write"
	AppKey   Action = "app.key" // give and withdraw keys

	KeyRead   Action = "key.read" // ids and dates of the ring's keys
	KeyRotate Action = "key.rotate"

	PackRead     Action = "pack.read"
	PackInstall  Action = "pack.install"  // install, upgrade, take back
	CalendarSet  Action = "calendar.set"  // publish a year, correct days, set office hours
	RecordRead   Action = "record.read"   // registers of packs, personal fields masked
	RecordPlain  Action = "record.plain"  // … unmasked
	RecordWrite  Action = "record.write"  // enter and correct
	RecordExport Action = "record.export" // download
	CaseRead     Action = "case.read"
	CaseAct      Action = "case.act" // what the flow lets one do whose turn it is
	NoticeRead   Action = "notice.read"

	TaskRead    Action = "task.read"
	ParkedRead  Action = "parked.read"
	ParkedRetry Action = "parked.retry"
	VerifyRun   Action = "verify.run"
	CareRun     Action = "care.run"
	MetricsRead Action = "metrics.read"
)
