package duckdb

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func open(t testing.TB, allow ...string) *DB {
	t.Helper()
	d, err := Open(context.Background(), Options{Memory: "1500MB", Threads: 2, Temp: t.TempDir(), Allow: allow})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func TestSettingsAreLocked(t *testing.T) {
	inside := t.TempDir()
	outside := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(inside, "a.csv"), []byte("1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := open(t, inside)
	s, err := d.session()
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	ctx := context.Background()
	for what, sql := range map[string]string{
		"reads outside":          "SELECT content FROM read_text('" + outside + "')",
		"reads a sibling folder": "SELECT content FROM read_text('" + inside + "-x/a')",
		"climbs out":             "SELECT content FROM read_text('" + inside + "/../" + filepath.Base(filepath.Dir(outside)) + "/secret.txt')",
		"writes outside":         "COPY (SELECT 1) TO '" + outside + ".csv'",
		"installs":               "INSTALL httpfs",
		"loads":                  "LOAD httpfs",
		"unlocks":                "SET lock_configuration = false",
		"opens the doors":        "SET enable_external_access = true",
		"allows more":            "SET allowed_directories = ['/']",
		"attaches":               "ATTACH '" + filepath.Dir(outside) + "/x.db'",
		"takes more memory":      "SET memory_limit = '100GB'",
		"goes to the network":    "SELECT * FROM read_csv('https://example.org/a.csv')",
	} {
		if err := s.exec(ctx, sql); err == nil {
			t.Errorf("a statement that %s was accepted", what)
		} else if strings.Contains(err.Error(), "Parser") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := s.exec(ctx, "SELECT * FROM read_csv($1)", filepath.Join(inside, "a.csv")); err != nil {
		t.Error(err)
	}
}

func TestMessagesShowNoValues(t *testing.T) {
	for message, want := range map[string]string{
		"Invalid Input Error: CSV Error on Line: 3\nOriginal Line: 张三,42010219900101": "Invalid Input Error: CSV Error on Line: 3",
		"Conversion Error: Could not convert string '张三' to INT64":                    "Conversion Error: Could not convert string '…' to INT64",
		"Catalog Error: Table with name t does not exist!":                            "Catalog Error: Table with name t does not exist!",
	} {
		if got := reticent(message); got != want {
			t.Errorf("%q", got)
		}
	}
}
