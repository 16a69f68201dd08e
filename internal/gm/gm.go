// Package gm owns the national algorithms: SM2 signatures, the SM3 hash, SM4 encryption,
// and the ring that keeps the platform's keys. The arithmetic is gmsm's; nothing of it is
// written here. Keys never leave the ring in the clear and never reach a log.
//
// A software module is not a certified one (GM/T 0028): Certified says so wherever keys
// are shown. A 密码机 takes the ring's place behind Signer.
//
// Read first: Sum3, Signer, Verify, OpenRing, Ring.Rotate.
package gm

import (
	"crypto/hmac"
	"hash"

	"github.com/emmansun/gmsm/sm3"
)

// Certified tells whether keys are kept by a certified module. This one is software.
const Certified = false

// Size is the length of an SM3 digest in bytes.
const Size = sm3.Size

// Digest is an SM3 digest.
type Digest = [Size]byte

// New3 is a running SM3 hash (GB/T 32905).
func New3() hash.Hash { return sm3.New() }

// Sum3 hashes the parts one after the other, with nothing between them: callers that need
// to tell (ab, c) from (a, bc) put lengths or prefixes in.
func Sum3(parts ...[]byte) Digest {
	if len(parts) == 1 {
		return sm3.Sum(parts[0])
	}
	return sum(sm3.New(), parts)
}

// HMAC3 is HMAC with SM3 over the parts one after the other.
func HMAC3(key []byte, parts ...[]byte) Digest { return sum(hmac.New(sm3.New, key), parts) }

// Equal compares two digests or codes in a time that tells nothing about them.
func Equal(a, b []byte) bool { return hmac.Equal(a, b) }

func sum(h hash.Hash, parts [][]byte) (d Digest) {
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(d[:0])
	return d
}
