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
