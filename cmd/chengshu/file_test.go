package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// A file that is not there is named, with what to do, whichever command was given it.
func TestFilesThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, line := range []string{"calendar import none", "directory add none", "directory check none", "directory import none", "service add none", "app key care --kind sm2 --public none",
		"verify receipt none", "keys master --to none --reason 试"} {
		got := command(t, strings.Fields(line+" --json --data "+dir+"/data")...)
		var e told
		if err := json.Unmarshal([]byte(got.errs), &e); err != nil || got.code != 1 || e.Error.Code != "file.missing" || e.Error.Where != "none" || e.Error.Remedy == "" {
			t.Errorf("%s: %+v %v", line, got, err)
		}
	}
}
