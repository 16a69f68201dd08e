package node

import (
	"io/fs"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/packs"
)

// TestPacks checks and tries every pack that comes with the program.
func TestPacks(t *testing.T) {
	for _, dir := range []string{"examples/pothole", "quality-orders", "examples/elders"} {
		t.Run(dir, func(t *testing.T) {
			fsys, err := fs.Sub(packs.Files, dir)
			if err != nil {
				t.Fatal(err)
			}
			p, err := ReadPack(fsys)
			if err != nil {
				t.Fatal(fault.From(err).In("en"))
			}
			all, err := TryPack(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range all {
				if !v.OK {
					t.Errorf("%s %s:\n%v", v.Place, v.Name, v.Faults)
				}
			}
			if len(flow.Flows(p)) > 0 && len(all) < 3 {
				t.Errorf("%d tests", len(all))
			}
		})
	}
}
