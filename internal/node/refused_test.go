package node_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/node"
	"github.com/chengshu/chengshu/internal/store"
)

// TestFolderRefused: a folder that cannot be opened is refused in words, left as it was and
// free for others; one that is as it was opens again.
func TestFolderRefused(t *testing.T) {
	c := node.Defaults()
	c.Data = t.TempDir()
	opened := func() error {
		n, err := node.Open(t.Context(), c, node.Options{Child: []string{"false"}})
		if err == nil {
			err = n.Close()
		}
		return err
	}
	if err := opened(); err != nil {
		t.Fatal(err)
	}
	state := filepath.Join(c.Data, "state.db")
	version := func(change string) (v int) {
		db, err := sql.Open("sqlite3", "file:"+state)
		if err == nil {
			_, err = db.Exec(change)
		}
		if err == nil {
			err = db.QueryRow("PRAGMA user_version").Scan(&v)
		}
		if err = errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		return v
	}
	was := version("SELECT 1")
	version("PRAGMA user_version = 1000")
	if err := opened(); !errors.Is(err, store.ErrNewer) {
		t.Errorf("a newer folder: %v", err)
	}
	if v := version(fmt.Sprintf("PRAGMA user_version = %d", was)); v != was {
		t.Errorf("format %d", v)
	}
	if err := opened(); err != nil {
		t.Errorf("as it was: %v", err)
	}
	if err := os.WriteFile(state, []byte("no database at all, but text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if f := fault.From(opened()); f == nil || f.Code != "store.damaged" {
		t.Errorf("a damaged folder: %v", f)
	}
}
