package gm

import (
	"crypto/ecdsa"
	"encoding/binary"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

// ErrRing is a ring file that is not what was written.
var ErrRing = fault.New(fault.Internal, "gm.ring",
	fault.T("密钥环文件已损坏或被改动", "the key ring file is damaged or was changed")).
	Fix(fault.T("请停止服务并从备份恢复 keys.json", "stop the server and restore keys.json from a backup"))

// ErrDisk is a ring that could not be written: the keys are as they were.
var ErrDisk = fault.New(fault.Busy, "gm.disk",
	fault.T("密钥环无法写入磁盘，密钥未更换", "the key ring could not be written, and no key was changed")).
	Fix(fault.T("请检查数据目录所在磁盘的空间和权限后重试", "check room and permissions of the data folder's disk and try again"))

// RingOptions say where the keys are.
type RingOptions struct {
	Path string // the ring's file, such as DATA/keys.json
	// Master seals the ring. When it is nil it is read from MasterFile, which is made when
	// neither it nor the ring exists.
	Master     Master
	MasterFile string
	Purposes   map[Purpose]Kind // nil: Purposes()
	Now        func() time.Time // time.Now
}

// Ring holds every key of a data folder, each purpose in versions. It is safe for
// concurrent use. Keys are never removed: what they signed or sealed stays.
type Ring struct {
	path       string
	masterFile string // empty: the master key was given, and is kept elsewhere
	now        func() time.Time

	mu      sync.RWMutex
	master  Master
	keys    []*Key // in the order in which they were made
	current map[Purpose]*Key
}

// OpenRing opens the ring, and makes what is missing of it: the file, the master key, the
// first key of each purpose. The caller owns the data folder. Refusals: ErrMaster,
// ErrMasterMissing, ErrMasterForm, ErrMode, ErrRing.
func OpenRing(o RingOptions) (*Ring, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Purposes == nil {
		o.Purposes = Purposes()
	}
	file, err := readRing(o.Path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	exists := err == nil
	r := &Ring{path: o.Path, master: o.Master, now: o.Now, current: map[Purpose]*Key{}}
	if o.Master == nil {
		if o.Master, err = readMaster(o.MasterFile, exists); err != nil {
			return nil, err
		}
		if exists {
			if o.Master, err = settleMaster(o.MasterFile, o.Master, file.Master); err != nil {
				return nil, err
			}
		}
		r.master, r.masterFile = o.Master, o.MasterFile
	}
	if exists {
		keys, err := file.open(o.Master)
		if err != nil {
			return nil, err
		}
		r.hold(keys)
	}
	return r, r.complete(o.Purposes)
}

// complete makes the first key of each purpose that has none.
func (r *Ring) complete(purposes map[Purpose]Kind) error {
	var fresh []*Key
	for p, kind := range purposes {
		switch k := r.current[p]; {
		case k == nil:
			k, err := newKey(p, kind, 1, r.now())
			if err != nil {
				return err
			}
			fresh = append(fresh, k)
		case k.kind != kind:
			return ErrRing.At("%s", k.id)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	slices.SortFunc(fresh, func(a, b *Key) int { return strings.Compare(a.id, b.id) })
	return r.add(fresh...)
}

// add saves first and holds afterwards: a key that is used is on the disk.
func (r *Ring) add(fresh ...*Key) error {
	keys := append(slices.Clone(r.keys), fresh...)
	if err := r.save(r.master, keys); err != nil {
		return err
	}
	r.hold(keys)
	return nil
}

func (r *Ring) save(m Master, keys []*Key) error {
	text, err := seal(m, keys)
	if err != nil {
		return err
	}
	if err := replace(r.path, text); err != nil {
		return ErrDisk.At("%s", r.path).Wrap(err)
	}
	return nil
}

func (r *Ring) hold(keys []*Key) {
	r.keys = keys
	for _, k := range keys {
		if c := r.current[k.purpose]; c == nil || c.version < k.version {
			r.current[k.purpose] = k
		}
	}
}

// Kind says what kind of key it is.
func (k *Key) Kind() Kind { return k.kind }

// Current is the newest key of a purpose. A purpose the ring was not opened with is a
// mistake of the program and panics.
func (r *Ring) Current(p Purpose) *Key {
	r.mu.RLock()
	defer r.mu.RUnlock()
	k := r.current[p]
	if k == nil {
		panic("gm: the ring has no key for " + string(p))
	}
	return k
}

// ByID finds a key of any version.
func (r *Ring) ByID(id string) (*Key, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, k := range r.keys {
		if k.id == id {
			return k, true
		}
	}
	return nil, false
}

// Keys lists every key in the order in which they were made.
func (r *Ring) Keys() []*Key {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Clone(r.keys)
}

// PublicKey is the public half of a signing key by its id, nil when there is none.
func (r *Ring) PublicKey(id string) *ecdsa.PublicKey {
	if k, ok := r.ByID(id); ok {
		return k.Public()
	}
	return nil
}

// Rotate makes a new key of a purpose, current from now on. When it returns the key is on
// the disk; when it fails or the process dies the old one stays current.
func (r *Ring) Rotate(p Purpose) (*Key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.current[p]
	if old == nil {
		return nil, fault.New(fault.Missing, "gm.purpose", fault.T("没有用途为 %s 的密钥", "there is no key for %s", string(p))).
			Fix(fault.T("可用：%v", "the purposes are %v", slices.Sorted(maps.Keys(r.current))))
	}
	k, err := newKey(p, old.kind, old.version+1, r.now())
	if err != nil {
		return nil, err
	}
	return k, r.add(k)
}

// Seal encrypts under the current key of a purpose.
func (r *Ring) Seal(p Purpose, plain, aad []byte) ([]byte, error) {
	return r.Current(p).seal(plain, aad)
}

// Open decrypts what Seal gave under any version of the purpose's key.
func (r *Ring) Open(p Purpose, sealed, aad []byte) ([]byte, error) {
	if len(sealed) < 4 {
		return nil, ErrSealed
	}
	version := binary.BigEndian.Uint32(sealed)
	for _, k := range r.Keys() {
		if k.purpose == p && k.version == version && k.kind == Secret {
			return Open(k.sealing(), sealed[4:], aad)
		}
	}
	return nil, ErrSealed
}
