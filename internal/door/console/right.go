package console

import "github.com/chengshu/chengshu/internal/policy"

// rights names the action of each operation. An operation without one is nobody's.
var rights = map[string]policy.Action{
	"get-district":    policy.DistrictRead,
	"get-overview":    policy.OverviewRead,
	"list-tasks":      policy.TaskRead,
	"list-parked":     policy.ParkedRead,
	"find-anything":   policy.OverviewRead,
	"find-subject":    policy.AuditRead,
	"call-statistics": policy.CallRead,
	"verify":          policy.VerifyRun,
	"care":            policy.CareRun,
	"stream-events":   policy.BatchRead,

	"list-kinds":   policy.ReferenceRead,
	"list-regions": policy.ReferenceRead,
	"get-outline":  policy.ReferenceRead,
	"list-offices": policy.OfficeRead,
	"put-office":   policy.OfficeWrite,

	"list-directories": policy.DirectoryRead,
	"get-directory":    policy.DirectoryRead,
	"put-directory":    policy.DirectoryWrite,

	"read-declaration":    policy.DirectoryWrite,
	"import-directories":  policy.DirectoryWrite,
	"mark-import":         policy.DirectoryWrite,
	"get-import-template": policy.DirectoryWrite,
	"get-version":         policy.DirectoryRead,
	"get-lineage":         policy.DirectoryRead,
	"search-directories":  policy.DirectoryRead,
	"publish-directory":   policy.DirectoryPublish,
	"withdraw-directory":  policy.DirectoryPublish,
	"list-snapshots":      policy.DirectoryRead,
	"list-rows":           policy.RowsRead,

	"upload-file": policy.LoadTry,
	"guess-file":  policy.LoadTry,
	"try-file":    policy.LoadTry,
	"load-file":   policy.LoadRun,

	"list-batches":     policy.BatchRead,
	"get-batch":        policy.BatchRead,
	"get-report":       policy.BatchRead,
	"release-batch":    policy.BatchRelease,
	"return-batch":     policy.BatchReturn,
	"discard-batch":    policy.BatchDiscard,
	"cancel-batch":     policy.BatchCancel,
	"retry-batch":      policy.LoadRun,
	"list-quarantine":  policy.QuarantineRead,
	"try-step":         policy.MendTry,
	"adopt-step":       policy.MendAdopt,
	"preview-replay":   policy.MendTry,
	"preview-replays":  policy.MendTry,
	"correct-rows":     policy.MendReplay,
	"replay-batch":     policy.MendReplay,
	"replay-directory": policy.MendReplay,

	"export-directories": policy.DirectoryRead,
	"export-rows":        policy.RowsExport,
	"export-batches":     policy.BatchRead,
	"export-quarantine":  policy.QuarantineExport,
	"export-services":    policy.ServiceRead,
	"export-apps":        policy.AppRead,
	"export-grants":      policy.GrantRead,
	"export-calls":       policy.CallRead,
	"export-audit":       policy.AuditRead,
	"export-users":       policy.AccountRead,

	"list-services":      policy.ServiceRead,
	"get-service":        policy.ServiceRead,
	"put-service":        policy.ServiceWrite,
	"remove-service":     policy.ServiceWrite,
	"list-apps":          policy.AppRead,
	"get-app":            policy.AppRead,
	"add-app":            policy.AppWrite,
	"disable-app":        policy.AppWrite,
	"enable-app":         policy.AppWrite,
	"add-key":            policy.AppKey,
	"end-key":            policy.AppKey,
	"list-grants":        policy.GrantRead,
	"get-grant":          policy.GrantRead,
	"make-grant":         policy.GrantMake,
	"revoke-grant":       policy.GrantRevoke,
	"list-grantees":      policy.GrantRead, // who reads grants may know whom they are to
	"preview-grant":      policy.GrantMake,
	"get-grant-effect":   policy.GrantRead,
	"get-receipt":        policy.ReceiptRead,
	"get-public-key":     policy.ReferenceRead, // it is public: whoever holds a receipt may prove it
	"list-audit":         policy.AuditRead,
	"list-segments":      policy.AuditVerify,
	"get-chain":          policy.AuditVerify,
	"check-audit":        policy.AuditVerify,
	"list-audit-choices": policy.AuditRead,
	"archive-audit":      policy.AuditArchive,
	"move-segment":       policy.AuditArchive,
	"list-keys":          policy.KeyRead,
	"rotate-key":         policy.KeyRotate,
	"rotate-master":      policy.KeyRotate,

	"list-users":        policy.AccountRead,
	"add-user":          policy.AccountWrite,
	"correct-user":      policy.AccountWrite,
	"disable-user":      policy.AccountWrite,
	"enable-user":       policy.AccountWrite,
	"reset-user":        policy.AccountWrite,
	"set-roles":         policy.RoleAssign,
	"list-roles":        policy.ReferenceRead,
	"list-sessions":     policy.SessionRead,
	"end-session":       policy.SessionEnd,
	"get-account-rules": policy.AccountRead,
	"set-account-rules": policy.DutyWrite,
}

// ownSession are the operations on one's own session, which need no right: to sign in, to
// see who one is, to change one's password and to sign out.
var ownSession = []string{"sign-in", "who-am-i", "change-password", "sign-out"}

// Right gives the action of an operation of the OpenAPI document; the zero action, which
// nobody may do, for one that has none.
func Right(operation string) policy.Action { return rights[operation] }
