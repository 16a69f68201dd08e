package node

import (
	"crypto/tls"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

// certificate is the listener's. Each handshake looks whether its files changed, so that a
// renewed one is used without a restart; while they cannot be read, the last one stays.
type certificate struct {
	files TLSConfig
	log   *slog.Logger

	mu     sync.Mutex
	loaded *tls.Certificate
	cert   stamp
	key    stamp
}

// stamp tells two contents of a file apart.
type stamp struct {
	at   time.Time
	size int64
}

func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{info.ModTime(), info.Size()}
}

func newCertificate(files TLSConfig, log *slog.Logger) (*certificate, error) {
	c := &certificate{files: files, log: log}
	if err := c.load(); err != nil {
		return nil, fault.New(fault.Invalid, "tls", fault.T("证书或私钥无法使用", "the certificate or its key cannot be used")).At("%s", files.Cert).
			Fix(fault.T("请核对 tls.cert 和 tls.key：均为 PEM 文件且相互匹配", "check tls.cert and tls.key: both are PEM files and belong together")).Wrap(err)
	}
	return c, nil
}

func (c *certificate) load() error {
	cert, key := stampOf(c.files.Cert), stampOf(c.files.Key)
	loaded, err := tls.LoadX509KeyPair(c.files.Cert, c.files.Key)
	if err != nil {
		return err
	}
	c.loaded, c.cert, c.key = &loaded, cert, key
	return nil
}

// get is part of tls.Config.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if stampOf(c.files.Cert) != c.cert || stampOf(c.files.Key) != c.key {
		if err := c.load(); err != nil {
			c.log.Warn("the changed certificate cannot be used; the one before stays", "error", err)
		}
	}
	return c.loaded, nil
}
