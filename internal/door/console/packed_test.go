package console

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

// Scripts are a third as long on their way, and the same on arrival.
func TestScriptsAreCompressedForThoseWhoTakeIt(t *testing.T) {
	script := strings.Repeat("export const city = 'hub';\n", 500)
	pages := Pages{FS: fstest.MapFS{"index.html": {Data: []byte("x")}, "assets/a.js": {Data: []byte(script)}, "assets/a.png": {Data: []byte(script)}}}.handler()
	for _, c := range []struct {
		path, takes string
		packed      bool
	}{
		{"/assets/a.js", "gzip, deflate, br, zstd", true},
		{"/assets/a.js", "br, GZIP;q=0.5", true},
		{"/assets/a.js", "gzip", true},
		{"/assets/a.js", "gzip;q=0", false},
		{"/assets/a.js", "gzip; q=0.0, br", false},
		{"/assets/a.js", "", false},
		{"/assets/a.png", "gzip", false},
	} {
		r := httptest.NewRequest(http.MethodGet, c.path, nil)
		r.Header.Set("Accept-Encoding", c.takes)
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, r)
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != c.packed || w.Code != http.StatusOK {
			t.Errorf("%s with %q: %d, compressed %t", c.path, c.takes, w.Code, got)
			continue
		}
		var body io.Reader = w.Body
		if c.packed {
			if w.Body.Len()*3 > len(script) || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/javascript") || w.Header().Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s with %q: %d bytes, %v", c.path, c.takes, w.Body.Len(), w.Header())
			}
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		if got, err := io.ReadAll(body); err != nil || string(got) != script {
			t.Errorf("%s with %q arrives as %d bytes: %v", c.path, c.takes, len(got), err)
		}
	}
}
