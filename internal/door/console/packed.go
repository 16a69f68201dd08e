package console

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// packed keeps the compressed files of the build: they never change, so each is compressed
// once, when it is first asked for.
type packed struct {
	from fs.FS
	kept sync.Map // name: func() ([]byte, error)
}

// serve answers with a file compressed where the reader takes that; it says whether it has answered.
func (p *packed) serve(w http.ResponseWriter, r *http.Request, name string) bool {
	switch path.Ext(name) {
	case ".js", ".css", ".svg", ".html", ".json":
	default:
		return false
	}
	w.Header().Add("Vary", "Accept-Encoding")
	if !takesGzip(r.Header.Get("Accept-Encoding")) {
		return false
	}
	once, _ := p.kept.LoadOrStore(name, sync.OnceValues(func() ([]byte, error) { return squeeze(p.from, name) }))
	body, err := once.(func() ([]byte, error))()
	if err != nil {
		return false
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	w.Header().Set("Content-Encoding", "gzip")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
	return true
}

func squeeze(from fs.FS, name string) ([]byte, error) {
	raw, err := fs.ReadFile(from, name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(raw); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// takesGzip reads an Accept-Encoding header: gzip stands in it and is not refused by q=0.
func takesGzip(header string) bool {
	for _, one := range strings.Split(header, ",") {
		name, q, _ := strings.Cut(strings.ReplaceAll(one, " ", ""), ";")
		if strings.EqualFold(name, "gzip") {
			return strings.Trim(strings.TrimPrefix(strings.ToLower(q), "q="), "0.") != "" || q == ""
		}
	}
	return false
}
