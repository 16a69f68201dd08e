package people_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

// keyed is an application with a key of each kind.
type keyed struct {
	api, mac, sm2  people.Key
	secret, shared string
	pair           gm.Pair
}

func (w *world) app(t *testing.T, name, office string) keyed {
	t.Helper()
	if _, err := w.AddApp(ctx, people.Local(), name, "养老服务", office); err != nil {
		t.Fatal(err)
	}
	var k keyed
	var err error
	if k.api, k.secret, err = w.AddKey(ctx, people.Local(), name, people.KeySpec{Kind: people.APIKey}); err != nil {
		t.Fatal(err)
	}
	if k.mac, k.shared, err = w.AddKey(ctx, people.Local(), name, people.KeySpec{Kind: people.HMACKey}); err != nil {
		t.Fatal(err)
	}
	if k.pair, err = gm.NewPair(); err != nil {
		t.Fatal(err)
	}
	text, err := gm.PublicPEM(k.pair.Public())
	if err != nil {
		t.Fatal(err)
	}
	var none string
	if k.sm2, none, err = w.AddKey(ctx, people.Local(), name, people.KeySpec{Kind: people.PublicKey, Public: string(text)}); err != nil || none != "" {
		t.Fatal(none, err)
	}
	return k
}

// calls tries all three ways in, and gives what each says.
func (k keyed) calls(t *testing.T, p *people.People) (out [3]error) {
	t.Helper()
	msg := []byte("GET\n/data/v1/pension\n1763610000\nn1")
	var c [3]people.Caller
	c[0], out[0] = p.AppByKey(k.secret)
	sum := gm.HMAC3([]byte(k.shared), msg)
	c[1], out[1] = p.AppBySignature(k.mac.ID, msg, sum[:])
	sig, err := k.pair.Sign(msg)
	if err != nil {
		t.Fatal(err)
	}
	c[2], out[2] = p.AppBySignature(k.sm2.ID, msg, sig)
	for i, id := range []string{k.api.ID, k.mac.ID, k.sm2.ID} {
		a := c[i].Actor
		if out[i] == nil && (a.ID != "care" || a.Office != "mzj" || a.Kind != people.AppKind || !slices.Equal(a.Roles, []people.Role{people.Application}) || c[i].Key.ID != id) {
			t.Errorf("recognised as %+v", c[i])
		}
	}
	return out
}

func TestThreeWaysIn(t *testing.T) {
	w := open(t)
	k := w.app(t, "care", "mzj")
	all := func(what string, p *people.People, want error) {
		t.Helper()
		for i, err := range k.calls(t, p) {
			if !errors.Is(err, want) {
				t.Errorf("%s, way %d: %v, want %v", what, i, err, want)
			}
		}
	}
	all("at once", w.People, nil)
	all("after a restart", w.again(t), nil)
	if _, err := w.ring.Rotate(gm.App); err != nil {
		t.Fatal(err)
	}
	all("after the ring's key was rotated", w.again(t), nil)
	if _, err := w.DisableApp(ctx, people.Local(), "care", "停用"); err != nil {
		t.Fatal(err)
	}
	all("disabled", w.People, people.ErrAppDisabled)
	all("disabled, after a restart", w.again(t), people.ErrAppDisabled)
	is(t, "a grant to it", w.AppKnown("care"), people.ErrAppDisabled)
	if _, err := w.EnableApp(ctx, people.Local(), "care"); err != nil {
		t.Fatal(err)
	}
	all("enabled again", w.People, nil)
	for _, id := range []string{k.api.ID, k.mac.ID, k.sm2.ID} {
		if _, err := w.EndKey(ctx, people.Local(), "care", id, "泄露"); err != nil {
			t.Fatal(err)
		}
		_, err := w.EndKey(ctx, people.Local(), "care", id, "again")
		is(t, "withdrawn twice", err, people.ErrKeyMissing)
	}
	all("withdrawn", w.People, people.ErrKey)
	all("withdrawn, after a restart", w.again(t), people.ErrKey)
	a, err := w.App(ctx, "care")
	if err != nil || len(a.Keys) != 3 || a.Keys[0].State != people.Disabled || a.Keys[0].EndedAt == nil || a.Version != 9 {
		t.Errorf("%+v %v", a, err)
	}
}

func TestWrongKeys(t *testing.T) {
	w := open(t)
	k := w.app(t, "care", "mzj")
	other := w.app(t, "other", "rsj")
	msg := []byte("GET\n/data/v1/pension")
	sum := gm.HMAC3([]byte(k.shared), msg)
	sig, err := k.pair.Sign(msg)
	if err != nil {
		t.Fatal(err)
	}
	bent := append([]byte{}, sum[:]...)
	bent[31] ^= 1
	for name, x := range map[string]struct {
		id       string
		msg, sig []byte
	}{
		"another message": {k.mac.ID, []byte("GET\n/data/v1/housing"), sum[:]}, "a bent code": {k.mac.ID, msg, bent}, "a short code": {k.mac.ID, msg, sum[:31]},
		"no code": {k.mac.ID, msg, nil}, "another's key": {other.mac.ID, msg, sum[:]}, "the id of an API key": {k.api.ID, msg, sum[:]},
		"no such id": {"unheard", msg, sum[:]}, "no id": {"", msg, sum[:]},
		"SM2 over another message": {k.sm2.ID, []byte("x"), sig}, "SM2 of another": {other.sm2.ID, msg, sig}, "no signature": {k.sm2.ID, msg, nil},
		"a code for a signature": {k.sm2.ID, msg, sum[:]}, "a signature for a code": {k.mac.ID, msg, sig},
	} {
		_, err := w.AppBySignature(x.id, x.msg, x.sig)
		is(t, name, err, people.ErrKey)
	}
	for _, s := range []string{"", "cs_", k.shared, k.api.ID, k.secret + "x", k.secret[:len(k.secret)-1]} {
		_, err := w.AppByKey(s)
		is(t, "an API key", err, people.ErrKey)
	}
}

func TestKeysEndByTime(t *testing.T) {
	w := open(t)
	w.app(t, "care", "mzj")
	k, secret, err := w.AddKey(ctx, people.Local(), "care", people.KeySpec{Kind: people.APIKey, Until: noon.Add(time.Hour)})
	if err != nil || k.Until == nil {
		t.Fatal(k, err)
	}
	w.now = noon.Add(time.Hour - time.Second)
	if _, err := w.AppByKey(secret); err != nil {
		t.Error(err)
	}
	w.now = noon.Add(time.Hour)
	_, err = w.AppByKey(secret)
	is(t, "over", err, people.ErrKey)
	_, _, err = w.AddKey(ctx, people.Local(), "care", people.KeySpec{Kind: people.APIKey, Until: w.now})
	is(t, "over already", err, people.ErrKeyUntil)
	_, _, err = w.AddKey(ctx, people.Local(), "care", people.KeySpec{Kind: "rsa"})
	is(t, "no kind", err, people.ErrKeyKind)
	_, _, err = w.AddKey(ctx, people.Local(), "unheard", people.KeySpec{Kind: people.APIKey})
	is(t, "no application", err, people.ErrApp)
	if _, _, err = w.AddKey(ctx, people.Local(), "care", people.KeySpec{Kind: people.PublicKey, Public: "x"}); fault.KindOf(err) != fault.Invalid || fault.From(err).Where != "public" {
		t.Errorf("no public key: %v", err)
	}
}

// TestOpenSSLsKeyIsTaken: an application makes its key pair with openssl and signs with it.
func TestOpenSSLsKeyIsTaken(t *testing.T) {
	w := open(t)
	w.app(t, "care", "mzj")
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		c := exec.Command("openssl", args...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("openssl %v: %v\n%s", args, err, out)
		}
	}
	msg := []byte("GET\n/data/v1/pension\n1763610000\nn1")
	if err := os.WriteFile(filepath.Join(dir, "msg"), msg, 0o600); err != nil {
		t.Fatal(err)
	}
	run("genpkey", "-algorithm", "SM2", "-out", "key.pem")
	run("pkey", "-in", "key.pem", "-pubout", "-out", "pub.pem")
	run("pkeyutl", "-sign", "-inkey", "key.pem", "-in", "msg", "-out", "sig", "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678")
	pub, err := os.ReadFile(filepath.Join(dir, "pub.pem"))
	if err != nil {
		t.Fatal(err)
	}
	sig, err := os.ReadFile(filepath.Join(dir, "sig"))
	if err != nil {
		t.Fatal(err)
	}
	k, _, err := w.AddKey(ctx, people.Local(), "care", people.KeySpec{Kind: people.PublicKey, Public: string(pub)})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := w.AppBySignature(k.ID, msg, sig); err != nil || c.Actor.ID != "care" {
		t.Errorf("%+v %v", c, err)
	}
}

// TestSealedSecretIsBound: a sealed secret moved to another key's row opens nothing.
func TestSealedSecretIsBound(t *testing.T) {
	w := open(t)
	a := w.app(t, "care", "mzj")
	b := w.app(t, "other", "rsj")
	err := w.st.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE people_key SET secret = (SELECT secret FROM people_key WHERE id = ?) WHERE id = ?`, a.mac.ID, b.mac.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	msg := []byte("m")
	sum := gm.HMAC3([]byte(a.shared), msg)
	if c, err := w.again(t).AppBySignature(b.mac.ID, msg, sum[:]); err == nil {
		t.Errorf("one application's secret signs as another: %+v", c)
	}
}

func TestOtherNodesFollowApplications(t *testing.T) {
	w := open(t)
	other := w.again(t)
	follow := other.Follow("n2")
	hear := func() {
		t.Helper()
		if !slices.Contains(follow.Kinds, event.AppChanged) {
			t.Fatal("it does not listen")
		}
		for _, name := range []string{"care", "unheard"} {
			if _, err := follow.Handle(ctx, event.Event{Kind: event.AppChanged, Key: name}); err != nil {
				t.Fatal(err)
			}
		}
	}
	k := w.app(t, "care", "mzj")
	hear()
	if got := k.calls(t, other); got != [3]error{} {
		t.Errorf("it has not learned of the application: %v", got)
	}
	if _, err := w.DisableApp(ctx, people.Local(), "care", "x"); err != nil {
		t.Fatal(err)
	}
	hear()
	hear()
	_, err := other.AppByKey(k.secret)
	is(t, "disabled elsewhere", err, people.ErrAppDisabled)
}

func TestApps(t *testing.T) {
	w := open(t)
	for i, office := range []string{"mzj", "rsj", "mzj"} {
		if _, err := w.AddApp(ctx, people.Local(), fmt.Sprintf("a%d", i), "应用", office); err != nil {
			t.Fatal(err)
		}
	}
	names := func(limited bool, offices []string, own string) (out []string) {
		for cursor := ""; ; {
			page, next, err := w.Apps(ctx, limited, offices, own, cursor, 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range page {
				out = append(out, a.Name)
			}
			if cursor = next; next == "" {
				return out
			}
		}
	}
	for name, c := range map[string]struct{ got, want []string }{
		"all": {names(false, nil, ""), []string{"a0", "a1", "a2"}}, "an office's": {names(true, []string{"mzj"}, ""), []string{"a0", "a2"}},
		"its own": {names(true, nil, "a1"), []string{"a1"}}, "nobody's": {names(true, nil, ""), nil},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: %v", name, c.got)
		}
	}
	_, err := w.AddApp(ctx, people.Local(), "a0", "应用", "mzj")
	is(t, "twice", err, people.ErrAppTaken)
	_, err = w.AddApp(ctx, people.Local(), "A 0", "", "gaj")
	if got := codes(err); !slices.Equal(got, []string{"name.form@name", "app.title@title", "office.unknown@office"}) {
		t.Errorf("%v", got)
	}
	is(t, "nobody's", w.AppKnown("unheard"), people.ErrApp)
	if err := w.AppKnown("a0"); err != nil || fault.KindOf(w.AppKnown("unheard")) != fault.Invalid {
		t.Error(err)
	}
}
