//go:build no_ui

// Package web is empty in a binary built without screens.
package web

import "io/fs"

// Files says that there are none.
func Files() (files fs.FS, ok bool) { return nil, false }
