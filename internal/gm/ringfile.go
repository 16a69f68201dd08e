package gm

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/json"
	"fmt"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

const ringFormat = 1

// ringFile is keys.json: what is public in the clear, what is not sealed under the master
// key, with everything else of its row as additional data.
type ringFile struct {
	Format    int       `json:"format"`
	Algorithm string    `json:"algorithm"`
	Certified bool      `json:"certified"`
	Master    string    `json:"master"` // its mark
	Keys      []ringRow `json:"keys"`
	path      string
}

type ringRow struct {
	ID      string    `json:"id"`
	Purpose Purpose   `json:"purpose"`
	Kind    Kind      `json:"kind"`
	Version uint32    `json:"version"`
	Created time.Time `json:"created"`
	Public  string    `json:"public,omitempty"` // PEM
	Sealed  []byte    `json:"sealed"`
}

func (r ringRow) aad() []byte {
	return fmt.Appendf(nil, "%q %q %q %d %d %q", r.ID, r.Purpose, r.Kind, r.Version, r.Created.Unix(), r.Public)
}

func seal(m Master, keys []*Key) ([]byte, error) {
	f := ringFile{Format: ringFormat, Algorithm: "SM4-GCM", Certified: Certified, Master: m.mark()}
	for _, k := range keys {
		row := ringRow{ID: k.id, Purpose: k.purpose, Kind: k.kind, Version: k.version, Created: k.created}
		plain := k.secret
		if k.kind == SM2 {
			public, err := PublicPEM(k.Public())
			if err != nil {
				return nil, err
			}
			row.Public = string(public)
			if plain, err = k.pair.der(); err != nil {
				return nil, err
			}
		}
		var err error
		if row.Sealed, err = Seal(m.key(), plain, row.aad()); err != nil {
			return nil, err
		}
		f.Keys = append(f.Keys, row)
	}
	text, err := json.MarshalIndent(f, "", "  ")
	return append(text, '\n'), err
}

func readRing(path string) (*ringFile, error) {
	text, err := readPrivate(path)
	if err != nil {
		return nil, err
	}
	f := &ringFile{path: path}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(f); err != nil {
		return nil, ErrRing.At("%s", path).Wrap(err)
	}
	if f.Format > ringFormat {
		return nil, fault.New(fault.Conflict, "gm.newer", fault.T("密钥环由更高版本的程序写成", "a newer program wrote the key ring")).
			At("%s", path).Fix(fault.T("请升级 chengshu", "upgrade chengshu"))
	}
	return f, nil
}

func (f *ringFile) open(m Master) ([]*Key, error) {
	if !Equal([]byte(f.Master), []byte(m.mark())) {
		return nil, ErrMaster.At("%s", f.path)
	}
	var keys []*Key
	for _, row := range f.Keys {
		k, err := row.open(m)
		if err != nil {
			return nil, ErrRing.At("%s: %s", f.path, row.ID).Wrap(err)
		}
		keys = append(keys, k)
	}
	return keys, nil
}

func (r ringRow) open(m Master) (*Key, error) {
	plain, err := Open(m.key(), r.Sealed, r.aad())
	if err != nil {
		return nil, err
	}
	k := &Key{id: r.ID, purpose: r.Purpose, kind: r.Kind, version: r.Version, created: r.Created}
	switch r.Kind {
	case SM2:
		k.pair, err = pairOf(plain)
	case Secret:
		k.secret = plain
	default:
		err = fmt.Errorf("unknown kind %q", r.Kind)
	}
	return k, err
}

// ReadPublic reads the public keys of a ring by their ids, without its master key.
func ReadPublic(path string) (map[string]*ecdsa.PublicKey, error) {
	f, err := readRing(path)
	if err != nil {
		return nil, err
	}
	out := map[string]*ecdsa.PublicKey{}
	for _, row := range f.Keys {
		if row.Kind != SM2 {
			continue
		}
		pub, err := ParsePublic([]byte(row.Public))
		if err != nil {
			return nil, ErrRing.At("%s: %s", path, row.ID).Wrap(err)
		}
		out[row.ID] = pub
	}
	return out, nil
}
