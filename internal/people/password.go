package people

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/chengshu/chengshu/internal/fault"
)

// Cost is how dear it is to try a password with argon2id.
type Cost struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// usualCost is that of RFC 9106 for machines without memory to spare, as OWASP has it.
var usualCost = Cost{Memory: 19 << 10, Passes: 2, Threads: 1}

// hasher makes and tries passwords, a few at a time: each takes a lot of memory and a core,
// and callers without a password must not take all of both.
type hasher struct {
	cost  Cost
	turns chan struct{}
	decoy string // what is tried for a user who is not there
}

func newHasher(cost Cost) (*hasher, error) {
	if cost == (Cost{}) {
		cost = usualCost
	}
	h := &hasher{cost: cost, turns: make(chan struct{}, 2)}
	var err error
	h.decoy, err = h.hash(context.Background(), rand.Text())
	return h, err
}

func (h *hasher) wait(ctx context.Context) error {
	select {
	case h.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// hash gives what is kept of a password, in the usual form with its parameters.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.wait(ctx); err != nil {
		return "", err
	}
	defer func() { <-h.turns }()
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	c := h.cost
	key := argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Threads, 32)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Threads, b64(salt), b64(key)), nil
}

// matches tries a password. A kept form it cannot read matches nothing; empty is the decoy.
func (h *hasher) matches(ctx context.Context, kept, password string) (bool, error) {
	real := kept != ""
	if !real {
		kept = h.decoy
	}
	var version int
	var c Cost
	parts := strings.Split(kept, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, nil
	}
	_, err1 := fmt.Sscanf(parts[2], "v=%d", &version)
	_, err2 := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Threads)
	salt, err3 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err4 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil || version != argon2.Version || c.Passes < 1 || c.Threads < 1 || len(want) != 32 {
		return false, nil
	}
	if err := h.wait(ctx); err != nil {
		return false, err
	}
	defer func() { <-h.turns }()
	got := argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Threads, 32)
	return subtle.ConstantTimeCompare(got, want) == 1 && real, nil
}

// mostPassword bounds what is hashed.
const mostPassword = 128

// CheckPassword gives everything that is wrong with a new password, all at once: too short,
// of too few sorts of characters, or with the login in it.
func CheckPassword(password, login string, least int) error {
	var faults []*fault.Error
	fail := func(code string, text, fix fault.Text) {
		faults = append(faults, fault.New(fault.Invalid, code, text).At("password").Fix(fix))
	}
	if n := utf8.RuneCountInString(password); n < least {
		fail("password.short", fault.T("密码不足 %d 位", "the password has fewer than %d characters", least), fault.T("请加长", "make it longer"))
	}
	if len(password) > mostPassword {
		fail("password.long", fault.T("密码超过 %d 字节", "the password has more than %d bytes", mostPassword), fault.T("请缩短", "make it shorter"))
	}
	if sorts(password) < 3 {
		fail("password.plain", fault.T("密码中字符种类不足三种", "the password has fewer than three sorts of characters"),
			fault.T("请混用大写字母、小写字母、数字和其他字符", "mix capitals, small letters, digits and others"))
	}
	if login != "" && strings.Contains(strings.ToLower(password), strings.ToLower(login)) {
		fail("password.login", fault.T("密码不得包含登录名", "the login is in the password"), fault.T("请另拟密码", "choose another"))
	}
	if strings.IndexFunc(password, unicode.IsControl) >= 0 || !utf8.ValidString(password) {
		fail("password.form", fault.T("密码含有不可见的控制字符", "the password has control characters"), fault.T("请另拟密码", "choose another"))
	}
	return fault.All("password.weak", fault.T("密码有 %d 处不合要求", "the password fails %d demands", len(faults)), faults)
}

func sorts(s string) int {
	var upper, lower, digit, other int
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return upper + lower + digit + other
}

// newPassword makes one to be told once and changed at the first sign-in: groups of letters
// and digits that can be read out, with 100 bits of chance.
func newPassword() string {
	t := rand.Text()[:20] // 32 characters of base32, 5 bits each
	return "Cs-" + strings.ToLower(t[:5]) + "-" + t[5:10] + "-" + t[10:15] + "-" + t[15:20] + "7"
}
