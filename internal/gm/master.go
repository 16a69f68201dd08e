package gm

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// What is refused of a master key. Compare with errors.Is.
var (
	// ErrMaster is a master key that is not the ring's.
	ErrMaster = fault.New(fault.Invalid, "gm.master",
		fault.T("主密钥与密钥环不符", "the master key is not the one of this key ring")).
		Fix(fault.T("请提供建立该数据目录时的主密钥；丢失则须从备份恢复", "give the master key this data folder was made with; if it is lost, restore it from a backup"))
	// ErrMasterMissing is a ring without its master key: none is made, it would open nothing.
	ErrMasterMissing = fault.New(fault.Missing, "gm.master.missing",
		fault.T("密钥环存在，但主密钥文件不见了", "there is a key ring but its master key file is gone")).
		Fix(fault.T("请从备份恢复主密钥文件，或用 CHENGSHU_MASTER_KEY 提供", "restore the file from a backup, or give the key by CHENGSHU_MASTER_KEY"))
	// ErrMasterForm is a master key that is not 64 hex digits.
	ErrMasterForm = fault.New(fault.Invalid, "gm.master.form",
		fault.T("主密钥应为 64 位十六进制数", "a master key is 64 hexadecimal digits")).
		Fix(fault.T("可用 openssl rand -hex 32 生成", "openssl rand -hex 32 makes one"))
	// ErrMode is a key file that others may read.
	ErrMode = fault.New(fault.Denied, "gm.mode",
		fault.T("密钥文件可被其他用户读取", "other users may read the key file")).
		Fix(fault.T("请执行 chmod 600 并确认属主", "run chmod 600 on it and check its owner"))
)

// Master is the key that seals the ring: 32 bytes.
type Master []byte

// ParseMaster reads 64 hexadecimal digits.
func ParseMaster(text string) (Master, error) {
	m, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(m) != 32 {
		return nil, ErrMasterForm // without the cause, which would show a digit
	}
	return m, nil
}

// key derives the SM4 key that seals the ring.
func (m Master) key() []byte {
	d := HMAC3(m, []byte("chengshu ring"))
	return d[:KeySize]
}

// mark tells a wrong master key from a damaged ring.
func (m Master) mark() string {
	d := HMAC3(m, []byte("chengshu master"))
	return hex.EncodeToString(d[:8])
}

// readMaster reads the file, or makes it where neither it nor a ring is there yet.
func readMaster(path string, ringExists bool) (Master, error) {
	text, err := readPrivate(path)
	switch {
	case err == nil:
		m, err := ParseMaster(string(text))
		if err != nil {
			return nil, ErrMasterForm.At("%s", path)
		}
		return m, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case ringExists:
		return nil, ErrMasterMissing.At("%s", path)
	}
	m := make(Master, 32)
	if _, err := rand.Read(m); err != nil {
		return nil, err
	}
	return m, replace(path, []byte(hex.EncodeToString(m)+"\n"))
}

// readPrivate reads a file that nobody else may read.
func readPrivate(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, ErrMode.At("%s (%#o)", path, info.Mode().Perm())
	}
	text := make([]byte, info.Size())
	n, err := f.ReadAt(text, 0)
	if n == len(text) {
		err = nil
	}
	return text[:n], err
}

// replace puts a file in place whole: after a crash there is the old one or the new one.
func replace(path string, text []byte) error {
	temp := path + ".new"
	if err := writeSynced(temp, text); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return rename(temp, path)
}

// rename takes another file's place; it holds once this returns.
func rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func writeSynced(path string, text []byte) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // left by a crash
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}
