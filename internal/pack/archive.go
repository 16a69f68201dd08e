package pack

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

// Zip packs files into an archive, as one downloads a pack.
func Zip(files map[string][]byte) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			return nil, fmt.Errorf("pack: %s: %w", name, err)
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

// FS is a folder of files in memory.
func FS(files map[string][]byte) (fs.FS, error) {
	data, err := Zip(files)
	if err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(data), int64(len(data)))
}
