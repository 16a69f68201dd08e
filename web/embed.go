//go:build !no_ui

// Package web carries the console's built screens inside the binary. Their source is the
// React project in this folder; `make web` builds it into dist. The binary builds without
// them and then has no screens to show.
//
// Read first: Files.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files gives the built screens, rooted where index.html lies. ok is false when they were
// left out or not built: the server then answers with its API alone. Every response of
// index.html must have __NONCE__ replaced by the nonce of its Content-Security-Policy, and
// __DEMO__ by whether its data were invented: true or false.
func Files() (files fs.FS, ok bool) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, false
	}
	_, err = fs.Stat(files, "index.html")
	return files, err == nil
}
