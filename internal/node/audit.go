package node

import (
	"context"
	"crypto/ecdsa"
	"path/filepath"

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
// nor the master key, and a server may be running.
func VerifyAudit(ctx context.Context, data string, every bool, progress func(int64)) (audit.Report, error) {
	keys, err := gm.ReadPublic(filepath.Join(data, ringFile))
	if err != nil {
		return audit.Report{}, err
	}
	return audit.Verify(ctx, audit.VerifyOptions{Dir: filepath.Join(data, auditDir), Head: filepath.Join(data, auditHead), Every: every, Progress: progress,
		PublicKey: func(id string) *ecdsa.PublicKey { return keys[id] }})
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
