package duckdb

import (
	"context"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
)

// What the machine cannot do is told with what to do about it, and without what the engine
// quoted; what is our own mistake stays ours.
func TestWhatTheEngineRefuses(t *testing.T) {
	for message, code := range map[string]string{
		"Out of Memory Error: failed to allocate data of size 1.0 MiB":                            "query.memory",
		"Failed to append: could not allocate block of size 256.0 KiB (381.3 MiB/381.4 MiB used)": "query.memory",
		"IO Error: Could not write file \"/data/temp/x.tmp\": No space left on device":            "query.disk",
		"IO Error: No files found that match the pattern \"/data/lake/published/p/a.parquet\"":    "query.io",
		"IO Error: Cannot open file \"/data/lake/a.parquet\": Permission denied":                  "query.io",
		"Binder Error: Referenced column \"x\" not found":                                         "internal",
	} {
		f := fault.From(refused(context.Background(), message))
		if f.Code != code || f.Remedy.ZH == "" || f.Remedy.EN == "" || strings.Contains(f.In("zh")+f.In("en"), "/data/") {
			t.Errorf("%s: %s, %s", message, f.Code, f.In("en"))
		}
	}
}
