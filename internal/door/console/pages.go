package console

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Pages are the built screens; a nil FS means that they were left out of the build. Those of
// a demo say so in their head, for whoever has not signed in yet.
type Pages struct {
	FS   fs.FS
	Demo bool
}

const noPages = `<!doctype html><meta charset="utf-8"><title>城枢</title><p>本构建未包含页面，接口见 <a href="/openapi.json">/openapi.json</a>。This build has no pages; the API is at <a href="/openapi.json">/openapi.json</a>.`

// handler serves files of the build, and the one page of the console for every other path.
func (p Pages) handler() http.Handler {
	small := &packed{from: p.FS}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		if p.FS == nil {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(noPages))
			return
		}
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if name != "index.html" && name != "" {
			if info, err := fs.Stat(p.FS, name); err == nil && !info.IsDir() {
				if strings.HasPrefix(name, "assets/") { // their names carry their hash
					w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
				}
				if !small.serve(w, r, name) {
					http.ServeFileFS(w, r, p.FS, name)
				}
				return
			}
			if path.Ext(name) != "" {
				http.NotFound(w, r)
				return
			}
		}
		p.index(w)
	})
}

// index serves the page with a nonce of its own: only what we wrote runs in it.
func (p Pages) index(w http.ResponseWriter) {
	page, err := fs.ReadFile(p.FS, "index.html")
	if err != nil {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(noPages))
		return
	}
	raw := make([]byte, 18)
	_, _ = rand.Read(raw)
	nonce := base64.StdEncoding.EncodeToString(raw)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", security(nonce))
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	page = bytes.ReplaceAll(page, []byte("__NONCE__"), []byte(nonce))
	_, _ = w.Write(bytes.ReplaceAll(page, []byte("__DEMO__"), []byte(strconv.FormatBool(p.Demo))))
}

// security is the content security policy of the console. A script runs only if the page
// names it by the nonce, or one that runs fetched it; no markup brings a style of its own;
// nothing is asked of another host, and nobody frames the page.
func security(nonce string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'nonce-" + nonce + "' 'strict-dynamic'",
		"style-src 'self' 'nonce-" + nonce + "'",
		"style-src-attr 'none'",
		"img-src 'self' data: blob:",
		"font-src 'self'",
		"connect-src 'self'",
		"form-action 'self'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
	}, "; ")
}
