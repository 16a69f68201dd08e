package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

// manyFiles makes a data folder whose audit has several finished files.
func manyFiles(t *testing.T) (data string) {
	t.Helper()
	data = t.TempDir()
	ring, err := gm.OpenRing(gm.RingOptions{Path: filepath.Join(data, "keys.json"), MasterFile: filepath.Join(data, "master.key")})
	if err != nil {
		t.Fatal(err)
	}
	st, err := sqlite.Open(t.Context(), filepath.Join(data, "state.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := audit.Open(t.Context(), audit.Options{Dir: filepath.Join(data, "audit"), Head: filepath.Join(data, "audit.head"), Store: st, Segment: 4 << 10,
		Signer: func() gm.Signer { return ring.Current(gm.Audit) }, PublicKey: ring.PublicKey})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		if _, err := a.Append(t.Context(), audit.Entry{Action: "read", App: fmt.Sprint("app_", i%4), Service: "resident", Rows: 1, Outcome: "ok"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(a.Keep(t.Context()), a.Close(), st.Close()); err != nil {
		t.Fatal(err)
	}
	return data
}

// The audit is read, archived, carried away and brought back by commands, beside a running
// server and without one; verify audit tells a file that was declared from one that was taken.
func TestTheAuditByCommand(t *testing.T) {
	for name, running := range map[string]bool{"through the server": true, "alone": false} {
		t.Run(name, func(t *testing.T) {
			data := manyFiles(t)
			if running {
				served(t, data)
			}
			do := func(args ...string) said { return command(t, append(args, "--data", data, "--lang", "en")...) }
			read := func(into any, args ...string) {
				t.Helper()
				got := do(append(args, "--json")...)
				if err := json.Unmarshal([]byte(got.out), into); err != nil {
					t.Fatalf("%v: %+v: %v", args, got, err)
				}
			}
			var found struct{ Items []audit.Entry }
			read(&found, "audit", "list", "--app", "app_3", "--limit", "5")
			if len(found.Items) != 5 || found.Items[0].App != "app_3" || found.Items[0].Seq < found.Items[4].Seq {
				t.Errorf("the list: %+v", found)
			}
			if got := do("audit", "list", "--action", "read"); got.code != 0 || strings.Count(got.out, "resident") != 40 {
				t.Errorf("the list in words: %+v", got)
			}
			var done struct{ Segments int }
			if read(&done, "audit", "archive", "--days", "1"); done.Segments != 0 {
				t.Errorf("%d files of today are older than a day", done.Segments)
			}
			if read(&done, "audit", "archive"); done.Segments < 3 {
				t.Fatalf("%d files were archived", done.Segments)
			}
			var files struct{ Items []auditSegment }
			read(&files, "audit", "segments")
			second := files.Items[1]
			if len(files.Items) < 4 || second.Archived == nil || filepath.Dir(second.File) != filepath.Join(data, "audit", "archive") {
				t.Fatalf("the files: %+v", files)
			}
			if got := do("verify", "audit"); got.code != 0 {
				t.Errorf("archived: %+v", got)
			}
			vault := filepath.Join(t.TempDir(), filepath.Base(second.File))
			if err := os.Rename(second.File, vault); err != nil {
				t.Fatal(err)
			}
			if got := do("verify", "audit"); got.code != 1 || !strings.Contains(got.out, filepath.Base(vault)) || !strings.Contains(got.out, "was not declared") {
				t.Errorf("taken: %+v", got)
			}
			if got := do("audit", "moved", fmt.Sprint(second.First), "--where", "cabinet 3", "--reason", "room"); got.code != 0 || !strings.Contains(got.out, "cabinet 3") {
				t.Errorf("moved: %+v", got)
			}
			if got := do("verify", "audit"); got.code != 0 || !strings.Contains(got.out, "cabinet 3") || !strings.Contains(got.out, "not proven here") {
				t.Errorf("declared: %+v", got)
			}
			if got := do("audit", "segments"); got.code != 0 || !strings.Contains(got.out, "not here") || !strings.Contains(got.out, "cabinet 3") {
				t.Errorf("the files in words: %+v", got)
			}
			var less struct{ Away int64 }
			if read(&less, "audit", "list"); less.Away != second.Last-second.First+1 {
				t.Errorf("%d entries are elsewhere", less.Away)
			}
			if got := do("verify", "audit", "--also", filepath.Dir(vault)); got.code != 0 || strings.Contains(got.out, "not proven here") {
				t.Errorf("where it is: %+v", got)
			}
			if got := do("audit", "moved", "2", "--where", "cabinet 3"); got.code != 1 || !strings.Contains(got.errs, "no such archived segment") {
				t.Errorf("no file: %+v", got)
			}
		})
	}
}
