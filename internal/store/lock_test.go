package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

func TestLock(t *testing.T) {
	dir := t.TempDir()
	first, err := store.Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.Lock(dir)
	if !errors.Is(err, store.ErrLocked) || fault.KindOf(err) != fault.Busy {
		t.Errorf("a second owner: %v", err)
	}
	if text := fault.From(err).In("en"); !strings.Contains(text, fmt.Sprint(os.Getpid())) || !strings.Contains(text, dir) {
		t.Errorf("the owner is not named: %s", text)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	second, err := store.Lock(dir)
	if err != nil {
		t.Fatalf("after its release: %v", err)
	}
	defer second.Release()
	if _, err := store.Lock(filepath.Join(dir, "nowhere")); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a folder that is not there: %v", err)
	}
}
