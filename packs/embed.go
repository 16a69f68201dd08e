// Package packs holds the applications that come with the program, each a folder of
// declarations. They are installed like any other: by the command, by the console, or by the
// demo district.
package packs

import "embed"

// Files are the folders.
//
//go:embed examples quality-orders
var Files embed.FS
