package console

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// Whoever has not signed in knows by the page itself whether its data were invented.
func TestPagesSayWhetherTheyAreOfADemo(t *testing.T) {
	page, err := os.ReadFile("../../../web/index.html")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{"index.html": {Data: page}}
	for demo, want := range map[bool]string{true: `<meta name="demo" content="true" />`, false: `<meta name="demo" content="false" />`} {
		for _, path := range []string{"/", "/batches/x", "/index.html"} {
			w := httptest.NewRecorder()
			Pages{FS: files, Demo: demo}.handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
			if got := w.Body.String(); w.Code != http.StatusOK || strings.Count(got, want) != 1 || strings.Contains(got, "__DEMO__") {
				t.Errorf("demo %t, %s: %d %s", demo, path, w.Code, got)
			}
		}
	}
}

// The policy lets nothing run or be styled that the page did not name: no answer's nonce is
// another's, and each stands at what the page names.
func TestPagesRunOnlyWhatTheyName(t *testing.T) {
	files := fstest.MapFS{"index.html": {Data: []byte(`<script src="/gate.js" nonce="__NONCE__"></script><link rel="stylesheet" nonce="__NONCE__">`)}}
	seen := map[string]bool{}
	for range 3 {
		w := httptest.NewRecorder()
		Pages{FS: files}.handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		rules := map[string]string{}
		for rule := range strings.SplitSeq(w.Header().Get("Content-Security-Policy"), "; ") {
			name, of, _ := strings.Cut(rule, " ")
			rules[name] = of
		}
		nonce := strings.TrimPrefix(strings.Fields(rules["script-src"])[0], "'nonce-")
		nonce = strings.TrimSuffix(nonce, "'")
		if len(nonce) < 24 || seen[nonce] {
			t.Errorf("the nonce %q was given before, or is short", nonce)
		}
		seen[nonce] = true
		for name, want := range map[string]string{"default-src": "'none'", "script-src": "'nonce-" + nonce + "' 'strict-dynamic'", "style-src": "'self' 'nonce-" + nonce + "'",
			"style-src-attr": "'none'", "connect-src": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'"} {
			if rules[name] != want {
				t.Errorf("%s is %q, want %q", name, rules[name], want)
			}
		}
		if strings.Count(w.Body.String(), `nonce="`+nonce+`"`) != 2 || strings.Contains(w.Header().Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("the page and its policy do not agree: %s %s", w.Header().Get("Content-Security-Policy"), w.Body.String())
		}
	}
}
