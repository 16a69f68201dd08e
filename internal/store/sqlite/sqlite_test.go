package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
	"github.com/chengshu/chengshu/internal/store/storetest"
)

func open(dir string, o store.FeedOptions) (store.Store, error) {
	return sqlite.Open(context.Background(), filepath.Join(dir, "城枢 100%?#.db"), sqlite.Options{Feed: o})
}

func TestMain(m *testing.M) { storetest.Main(m, open) }

func TestStore(t *testing.T) { storetest.Run(t, open) }
