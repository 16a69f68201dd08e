package gm

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"

	"github.com/chengshu/chengshu/internal/fault"
)

// ErrMasterGiven is a master key that is not in a file of ours: whoever keeps it makes the
// next one.
var ErrMasterGiven = fault.New(fault.Conflict, "gm.master.given",
	fault.T("主密钥由外部提供，平台不能自行更换", "the master key is given from elsewhere, so the platform cannot make another")).
	Fix(fault.T("请停止服务，执行 chengshu keys master --to 新主密钥文件，并以新主密钥启动", "stop the server, run chengshu keys master --to FILE with the new key, and start with that one"))

// following is where the next master key waits until the ring is sealed by it.
func following(masterFile string) string { return masterFile + ".next" }

// Remaster seals the ring under another master key: under to, where the key is kept
// elsewhere, or under a new one in the place of the file's. The new key is on the disk
// before the ring needs it, and takes the old one's place after: whenever the process dies,
// one of the two files opens the ring.
func (r *Ring) Remaster(to Master) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.masterFile == "" && to == nil:
		return ErrMasterGiven
	case r.masterFile == "":
		if err := r.save(to, r.keys); err != nil {
			return err
		}
		r.master = to
		return nil
	case to == nil:
		to = make(Master, 32)
		if _, err := rand.Read(to); err != nil {
			return err
		}
	}
	next := following(r.masterFile)
	if _, err := os.Stat(next); err == nil { // of one that failed: the ring may be sealed by it
		if err := r.save(r.master, r.keys); err != nil {
			return err
		}
	}
	if err := replace(next, []byte(hex.EncodeToString(to)+"\n")); err != nil {
		return ErrDisk.At("%s", next).Wrap(err)
	}
	if err := r.save(to, r.keys); err != nil {
		return err // and the next key stays: who opens the ring sees by which it is sealed
	}
	r.master = to
	return rename(next, r.masterFile)
}

// settleMaster ends what a process that died in Remaster began, and gives the key whose mark
// the ring bears; the file's own where neither does.
func settleMaster(path string, m Master, mark string) (Master, error) {
	next := following(path)
	text, err := readPrivate(next)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return nil, err
	}
	if m.mark() == mark { // the ring had not been sealed by it
		return m, os.Remove(next)
	}
	other, err := ParseMaster(string(text))
	if err != nil || other.mark() != mark {
		return m, nil // neither opens the ring: that is said by whoever tries
	}
	return other, rename(next, path)
}
