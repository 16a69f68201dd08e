package gm

import (
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"sync"
	"time"

	"github.com/emmansun/gmsm/sm3"
)

// Kind of a key.
type Kind string

// The kinds: a signing pair, or 32 random bytes for codes and encryption.
const (
	SM2    Kind = "sm2"
	Secret Kind = "secret"
)

// Purpose is what a key is for; a key serves one purpose alone.
type Purpose string

// The purposes of the platform.
const (
	Audit   Purpose = "audit"   // signs the audit's batches
	Mask    Purpose = "mask"    // salts hashed columns
	App     Purpose = "app"     // seals the secrets of applications
	Page    Purpose = "page"    // seals the cursors of lists, which hold values
	Subject Purpose = "subject" // names in the audit what was looked up, without its value
)

// Purposes says what kind of key each purpose has.
func Purposes() map[Purpose]Kind {
	all := map[Purpose]Kind{}
	for _, i := range PurposeInfos() {
		all[i.Name] = i.Kind
	}
	return all
}

// Key is one version of one purpose. It is safe for concurrent use.
type Key struct {
	id      string
	purpose Purpose
	kind    Kind
	version uint32
	created time.Time
	pair    Pair      // of kind SM2
	secret  []byte    // of kind Secret
	codes   sync.Pool // of hashes into which the secret went already
}

var _ Signer = (*Key)(nil)

// ID is purpose, version and a few digits that no other key has: "audit-1-5f3a90c2".
func (k *Key) ID() string { return k.id }

// Purpose is what the key is for.
func (k *Key) Purpose() Purpose { return k.purpose }

// Version counts the keys of a purpose from 1.
func (k *Key) Version() int { return int(k.version) }

// Created is when the key was made.
func (k *Key) Created() time.Time { return k.created }

// Public is the public half of an SM2 key and nil for a secret.
func (k *Key) Public() *ecdsa.PublicKey {
	if k.kind != SM2 {
		return nil
	}
	return k.pair.Public()
}

// Sign is part of Signer.
func (k *Key) Sign(msg []byte) ([]byte, error) {
	if k.kind != SM2 {
		return nil, fmt.Errorf("gm: key %s does not sign", k.id)
	}
	return k.pair.Sign(msg)
}

// HMAC is the SM3 code of the parts under a secret.
func (k *Key) HMAC(parts ...[]byte) Digest {
	if k.kind != Secret {
		panic("gm: a code was asked of key " + k.id + ", which signs")
	}
	h, ok := k.codes.Get().(hash.Hash)
	if !ok {
		h = hmac.New(sm3.New, k.secret)
	}
	defer k.codes.Put(h)
	h.Reset() // to where the secret has been hashed: that is done once
	return sum(h, parts)
}

// sealing derives the SM4 key, so that codes and encryption never share one.
func (k *Key) sealing() []byte {
	d := k.HMAC([]byte("chengshu sm4"))
	return d[:KeySize]
}

// seal puts the version before the sealed text, so that it opens after a rotation.
func (k *Key) seal(plain, aad []byte) ([]byte, error) {
	sealed, err := Seal(k.sealing(), plain, aad)
	return append(binary.BigEndian.AppendUint32(nil, k.version), sealed...), err
}

func newKey(p Purpose, kind Kind, version uint32, now time.Time) (*Key, error) {
	k := &Key{purpose: p, kind: kind, version: version, created: now.UTC().Truncate(time.Second)}
	mark := make([]byte, 4)
	if _, err := rand.Read(mark); err != nil {
		return nil, err
	}
	tail := hex.EncodeToString(mark)
	var err error
	if kind == SM2 {
		if k.pair, err = NewPair(); err == nil {
			tail, err = Fingerprint(k.pair.Public())
		}
	} else {
		k.secret = make([]byte, 32)
		_, err = rand.Read(k.secret)
	}
	k.id = fmt.Sprintf("%s-%d-%s", p, version, tail)
	return k, err
}
