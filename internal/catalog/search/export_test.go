package search

import "github.com/blevesearch/bleve/v2"

// Mark changes what a closed index says of itself.
func Mark(dir, key, value string) error {
	if err := register(); err != nil {
		return err
	}
	idx, err := bleve.Open(dir)
	if err != nil {
		return err
	}
	if err := idx.SetInternal([]byte(key), []byte(value)); err != nil {
		return err
	}
	return idx.Close()
}
