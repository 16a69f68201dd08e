package lake_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/chengshu/chengshu/internal/ident"
)

// Tables are made side by side in one catalog file.
func TestTablesMadeSideBySide(t *testing.T) {
	h := open(t)
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			ref := ident.Ref{Space: ident.Quarantine, Name: fmt.Sprint("t", i)}
			if err := h.Ensure(ctx, ref, people); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if tables, err := h.Tables(ctx); err != nil || len(tables) != 25 {
		t.Errorf("%d tables, %v", len(tables), err)
	}
}
