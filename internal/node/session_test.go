package node

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/people"
)

// browser asks as a page does: with its cookies, and the token where one is given.
type browser struct {
	t      *testing.T
	base   string
	http   *http.Client
	cookie *http.Cookie
	csrf   string
}

type answered struct {
	status int
	cookie *http.Cookie
	body   struct {
		Code       string `json:"code"`
		CSRF       string `json:"csrf"`
		Login      string `json:"login"`
		MustChange bool   `json:"must_change"`
		Actions    []struct{ Action, Scope string }
	}
}

func (b *browser) ask(method, path, body string) (out answered) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	if b.csrf != "" {
		r.Header.Set("X-CSRF-Token", b.csrf)
	}
	resp, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	if strings.Contains(resp.Header.Get("Content-Type"), "json") {
		if err := json.NewDecoder(resp.Body).Decode(&out.body); err != nil {
			b.t.Fatal(err)
		}
	}
	out.status = resp.StatusCode
	for _, c := range resp.Cookies() {
		out.cookie = c
	}
	return out
}

func (b *browser) want(what string, got answered, status int, code string) {
	b.t.Helper()
	if got.status != status || got.body.Code != code {
		b.t.Errorf("%s: %d %q, want %d %q", what, got.status, got.body.Code, status, code)
	}
}

func TestASessionFromItsFirstPasswordToItsEnd(t *testing.T) {
	w := open(t, t.TempDir(), time.Now)
	firsts, err := w.People.Bootstrap(t.Context())
	w.must(err)
	f := firsts[0]
	b := &browser{t: t, base: w.door.URL, http: w.door.Client()}

	b.want("nobody", b.ask("GET", "/api/v1/session", ""), 401, "session.ended")
	b.want("a cookie of nobody", (&browser{t: t, base: b.base, http: b.http, cookie: &http.Cookie{Name: "chengshu_session", Value: "x"}}).ask("GET", "/api/v1/offices", ""), 401, "session.ended")
	b.want("a wrong password", b.ask("POST", "/api/v1/session", `{"login":"`+f.Login+`","password":"Wrong-Password-1"}`), 403, "signin.wrong")

	in := b.ask("POST", "/api/v1/session", `{"login":"`+f.Login+`","password":"`+f.Password+`"}`)
	if in.status != 200 || !in.body.MustChange || len(in.body.Actions) != 0 || in.body.Login != f.Login {
		t.Fatalf("the first sign-in: %+v", in)
	}
	if c := in.cookie; c == nil || c.Name != "chengshu_session" || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Secure || c.Path != "/" {
		t.Fatalf("the cookie: %+v", c)
	}
	b.cookie = in.cookie
	b.want("before the password is changed", b.ask("GET", "/api/v1/users", ""), 403, "session.password")
	change := `{"old":"` + f.Password + `","password":"Another-Word-7"}`
	b.want("a change without the token", b.ask("POST", "/api/v1/session/password", change), 403, "session.csrf")
	b.csrf = people.CSRF("of another session")
	b.want("a change with another's token", b.ask("POST", "/api/v1/session/password", change), 403, "session.csrf")
	b.csrf = in.body.CSRF
	changed := b.ask("POST", "/api/v1/session/password", change)
	if changed.status != 200 || changed.body.MustChange || len(changed.body.Actions) == 0 {
		t.Fatalf("after the change: %+v", changed)
	}
	b.want("a right of the role", b.ask("GET", "/api/v1/users", ""), 200, "")
	b.want("the metrics", b.ask("GET", "/metrics", ""), 200, "")
	b.want("a right of another role", b.ask("GET", "/api/v1/batches", ""), 403, "policy.denied")
	b.want("to sign out", b.ask("DELETE", "/api/v1/session", ""), 204, "")
	b.want("after it", b.ask("GET", "/api/v1/users", ""), 401, "session.ended")
}

func TestTheMetricsTokenOpensTheMetrics(t *testing.T) {
	for _, configured := range []string{"", "a-token-of-metrics"} {
		c := Defaults()
		c.Data, c.Listen, c.Metrics.Token = t.TempDir(), "", configured
		n, err := Open(t.Context(), c, Options{Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		for _, given := range []string{"", "wrong", "a-token-of-metrics"} {
			r := httptest.NewRequest("GET", "http://127.0.0.1/metrics", nil)
			r.Header.Set("Authorization", "Bearer "+given)
			for from, opens := range map[string]bool{"127.0.0.1:1": configured != "" && given == configured, "192.0.2.7:1": false} {
				r.RemoteAddr = from
				a := httptest.NewRecorder()
				n.Handler.ServeHTTP(a, r)
				if (a.Code == 200) != opens || !opens && a.Code != 401 {
					t.Errorf("the token %q where %q is configured, from %s: %d", given, configured, from, a.Code)
				}
			}
		}
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// certify writes a certificate for this machine with a number of its own.
func certify(t *testing.T, dir string, serial int64) (TLSConfig, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	plan := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "chengshu.test"}, NotBefore: now.Add(-time.Hour),
		NotAfter: now.Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, plan, plan, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	files := TLSConfig{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}
	for path, block := range map[string]*pem.Block{files.Cert: {Type: "CERTIFICATE", Bytes: der}, files.Key: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		at := now.Add(time.Duration(serial) * time.Second) // renewed later, however coarse the clock of the files
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return files, cert
}

// With a certificate any address is listened on, cookies are for TLS alone, and a renewed
// certificate is used without a restart, while a broken one is not.
func TestTheListenersCertificate(t *testing.T) {
	dir := t.TempDir()
	files, first := certify(t, dir, 1)
	c := Defaults()
	c.Data, c.Listen, c.TLS = filepath.Join(dir, "data"), "0.0.0.0:0", files
	if err := c.check(); err != nil {
		t.Fatal(err)
	}
	n, err := Open(t.Context(), c, Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- n.Serve(ctx, func(a string) { ready <- a }) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	var address string
	select {
	case address = <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	visit := func(trusted *x509.Certificate) (*browser, int64) {
		pool := x509.NewCertPool()
		pool.AddCert(trusted)
		var serial int64
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: pool,
			VerifyConnection: func(s tls.ConnectionState) error { serial = s.PeerCertificates[0].SerialNumber.Int64(); return nil }}}}
		b := &browser{t: t, base: "https://127.0.0.1:" + port, http: client}
		b.want("over TLS", b.ask("GET", "/api/v1/session", ""), 401, "session.ended")
		return b, serial
	}
	b, serial := visit(first)
	if serial != 1 {
		t.Errorf("the certificate is number %d", serial)
	}
	firsts, err := n.People.Bootstrap(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	in := b.ask("POST", "/api/v1/session", `{"login":"`+firsts[0].Login+`","password":"`+firsts[0].Password+`"}`)
	if in.cookie == nil || !in.cookie.Secure {
		t.Errorf("the cookie over TLS: %+v", in.cookie)
	}
	_, second := certify(t, dir, 2)
	if _, serial = visit(second); serial != 2 {
		t.Errorf("after it was renewed the certificate is number %d", serial)
	}
	if err := os.WriteFile(files.Cert, []byte("half a certif"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, serial = visit(second); serial != 2 {
		t.Errorf("while the file is broken the certificate is number %d", serial)
	}
	if _, err := newCertificate(files, n.log); err == nil || !strings.Contains(err.Error(), "tls") {
		t.Errorf("a start with a broken certificate: %v", err)
	}
}

func TestAddressesBesideLoopbackNeedACertificate(t *testing.T) {
	c := Defaults()
	c.Listen = "0.0.0.0:8443"
	if err := c.check(); err == nil || !strings.Contains(err.Error(), "TLS") {
		t.Errorf("without a certificate: %v", err)
	}
	c.TLS = TLSConfig{Cert: "cert.pem"}
	if err := c.check(); err == nil || !strings.Contains(err.Error(), "tls.key") {
		t.Errorf("without its key: %v", err)
	}
	c.TLS.Key = "key.pem"
	if err := c.check(); err != nil {
		t.Errorf("with both: %v", err)
	}
}
