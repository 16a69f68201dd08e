package node

import (
	"context"
	"crypto/ecdsa"
	"path/filepath"
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/gm"
)

// Where the keys and the audit of a data folder are.
const (
	ringFile  = "keys.json"
	auditDir  = "audit"
	auditHead = "audit.head"
)

// VerifyAudit proves the audit of a data folder from its files: it asks neither a server
// nor the master key, and a server may be running. also names folders with archived files that
// were carried away.
func VerifyAudit(ctx context.Context, c Config, every bool, also []string) (audit.Report, error) {
	keys, err := gm.ReadPublic(filepath.Join(c.Data, ringFile))
	if err != nil {
		return audit.Report{}, err
	}
	return audit.Verify(ctx, audit.VerifyOptions{Dir: filepath.Join(c.Data, auditDir), Head: filepath.Join(c.Data, auditHead), Archive: c.archive(), Also: also, Every: every,
		PublicKey: func(id string) *ecdsa.PublicKey { return keys[id] }})
}

// archive is the folder of archived segments.
func (c *Config) archive() string {
	if c.Audit.ArchiveDir != "" {
		return c.Audit.ArchiveDir
	}
	return filepath.Join(c.Data, auditDir, "archive")
}

// retention says what is archived by itself.
func (c *Config) retention() audit.Retention {
	return audit.Retention{Dir: c.archive(), Age: time.Duration(c.Audit.ArchiveDays) * 24 * time.Hour, Bytes: int64(c.Audit.LiveMB) << 20}
}

// AuditKey is the public key a batch was signed with, for receipts that are verified beside
// the data folder.
func AuditKey(data, id string) (*ecdsa.PublicKey, error) {
	keys, err := gm.ReadPublic(filepath.Join(data, ringFile))
	if err != nil {
		return nil, err
	}
	return keys[id], nil
}
