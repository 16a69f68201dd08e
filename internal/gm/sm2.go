package gm

import (
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/pem"
	"fmt"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"

	"github.com/chengshu/chengshu/internal/fault"
)

// UserID is the signer's name that goes into every signature (GB/T 35276): the default one.
const UserID = "1234567812345678"

// Signer signs with SM2 over SM3, the default user id in the digest (GB/T 32918.2). It is
// the seam for a 密码机.
type Signer interface {
	// ID names the key for as long as signatures of it are kept.
	ID() string
	// Sign gives the ASN.1 form, which openssl reads.
	Sign(msg []byte) ([]byte, error)
	Public() *ecdsa.PublicKey
}

// Verify tells whether sig is the ASN.1 signature of msg under pub.
func Verify(pub *ecdsa.PublicKey, msg, sig []byte) bool {
	return pub != nil && sm2.IsSM2PublicKey(pub) && sm2.VerifyASN1WithSM2(pub, nil, msg, sig)
}

// Pair is a private key with its public one, held in memory.
type Pair struct{ key *sm2.PrivateKey }

// NewPair makes a pair out of the system's randomness.
func NewPair() (Pair, error) {
	k, err := sm2.GenerateKey(rand.Reader)
	return Pair{k}, err
}

// Public is the public half.
func (p Pair) Public() *ecdsa.PublicKey { return &p.key.PublicKey }

// Sign is the ASN.1 signature of msg.
func (p Pair) Sign(msg []byte) ([]byte, error) { return p.key.SignWithSM2(rand.Reader, nil, msg) }

// PrivatePEM is the private key as openssl reads it (PKCS #8), in the clear.
func (p Pair) PrivatePEM() ([]byte, error) {
	der, err := p.der()
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

func (p Pair) der() ([]byte, error) { return smx509.MarshalPKCS8PrivateKey(p.key) }

func pairOf(der []byte) (Pair, error) {
	k, err := smx509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return Pair{}, err
	}
	own, ok := k.(*sm2.PrivateKey)
	if !ok {
		return Pair{}, fmt.Errorf("gm: a key of kind %T, not SM2", k)
	}
	return Pair{own}, nil
}

// ErrKeyFile is text that holds no SM2 key.
var ErrKeyFile = fault.New(fault.Invalid, "gm.key",
	fault.T("不是 PEM 格式的 SM2 密钥", "this is not an SM2 key in PEM")).
	Fix(fault.T("公钥可用 openssl ec -in 私钥.pem -pubout 导出", "a public key is exported by openssl ec -in private.pem -pubout"))

// ParsePrivate reads a private key in PEM: PKCS #8, or SEC 1, with parameters before it
// as openssl's ecparam writes them.
func ParsePrivate(text []byte) (Pair, error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "PRIVATE KEY":
			if p, err := pairOf(block.Bytes); err == nil {
				return p, nil
			}
		case "SM2 PRIVATE KEY", "EC PRIVATE KEY":
			if k, err := smx509.ParseSM2PrivateKey(block.Bytes); err == nil {
				return Pair{k}, nil
			}
		}
	}
	return Pair{}, ErrKeyFile
}

// PublicPEM is a public key as openssl reads it (SubjectPublicKeyInfo).
func PublicPEM(pub *ecdsa.PublicKey) ([]byte, error) {
	der, err := smx509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}

// ParsePublic reads a public key in PEM. Keys of other curves are refused.
func ParsePublic(text []byte) (*ecdsa.PublicKey, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "PUBLIC KEY" {
		return nil, ErrKeyFile
	}
	k, err := smx509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, ErrKeyFile.Wrap(err)
	}
	pub, ok := k.(*ecdsa.PublicKey)
	if !ok || !sm2.IsSM2PublicKey(pub) {
		return nil, ErrKeyFile
	}
	return pub, nil
}

// Fingerprint is the first bytes of the SM3 of a public key, in hex: short enough to read
// out, long enough to tell the keys of one ring apart.
func Fingerprint(pub *ecdsa.PublicKey) (string, error) {
	der, err := smx509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return "", err
	}
	d := Sum3(der)
	return fmt.Sprintf("%x", d[:4]), nil
}
