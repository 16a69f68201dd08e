package gm

import (
	"crypto/cipher"
	"crypto/rand"

	"github.com/emmansun/gmsm/sm4"

	"github.com/chengshu/chengshu/internal/fault"
)

// KeySize is the length of an SM4 key in bytes.
const KeySize = sm4.BlockSize

// ErrSealed is sealed text that does not open: another key, another purpose, or changed.
var ErrSealed = fault.New(fault.Internal, "gm.sealed",
	fault.T("密文无法解开：密钥不符或内容已被改动", "the sealed text does not open: another key, or it was changed")).
	Fix(fault.T("请确认密钥环与数据属于同一数据目录", "make sure that the key ring and the data are of the same folder"))

// Seal encrypts by SM4-GCM (RFC 8998): nonce, then text, then tag. aad is not encrypted
// but has to be the same when it is opened. With random nonces one key seals at most 2^32
// texts.
func Seal(key, plain, aad []byte) ([]byte, error) {
	g, err := gcm(key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, g.NonceSize(), g.NonceSize()+len(plain)+g.Overhead())
	if _, err := rand.Read(out); err != nil {
		return nil, err
	}
	return g.Seal(out, out, plain, aad), nil
}

// Open is the reverse of Seal.
func Open(key, sealed, aad []byte) ([]byte, error) {
	g, err := gcm(key)
	if err != nil {
		return nil, err
	}
	if len(sealed) < g.NonceSize() {
		return nil, ErrSealed
	}
	plain, err := g.Open(nil, sealed[:g.NonceSize()], sealed[g.NonceSize():], aad)
	if err != nil {
		return nil, ErrSealed.Wrap(err)
	}
	return plain, nil
}

func gcm(key []byte) (cipher.AEAD, error) {
	b, err := sm4.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(b)
}
