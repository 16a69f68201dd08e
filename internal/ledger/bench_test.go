package ledger_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/store"
)

// BenchmarkCreate makes records inside one transaction: the cost without the disk's.
func BenchmarkCreate(b *testing.B) {
	w := open(b)
	e := w.install(roads, "road")
	err := w.store.Write(b.Context(), func(ctx context.Context, tx store.Tx) error {
		n := 0
		for b.Loop() {
			n++
			if _, err := w.Create(ctx, tx, lin, e, ledger.Values{"name": fmt.Sprint("路", n), "class": "02", "region": "420102001", "length": 3.5, "place": []any{114.3, 30.6}}, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkUpdate changes one record inside one transaction.
func BenchmarkUpdate(b *testing.B) {
	w := open(b)
	e := w.install(roads, "road")
	r, err := w.create(e, lin, full())
	if err != nil {
		b.Fatal(err)
	}
	err = w.store.Write(b.Context(), func(ctx context.Context, tx store.Tx) error {
		n := int64(0)
		for b.Loop() {
			n++
			if _, err := w.Update(ctx, tx, lin, e, r.ID, ledger.Values{"lanes": 1 + n%9}, 0, "", "", now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
