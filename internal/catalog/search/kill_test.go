package search_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/catalog/search"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

const killed = "CHENGSHU_SEARCH_KILLED"

// TestMain is the process that is killed as well.
func TestMain(m *testing.M) {
	if dir := os.Getenv(killed); dir != "" {
		if err := changeAndAsk(dir); err != nil {
			fmt.Println(err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// changeAndAsk changes directories and asks for them without end, and tells what it found.
func changeAndAsk(dir string) error {
	ctx := context.Background()
	st, err := sqlite.Open(ctx, filepath.Join(dir, "state.db"), sqlite.Options{})
	if err != nil {
		return err
	}
	c, err := catalog.New(st)
	if err != nil {
		return err
	}
	x := search.New(filepath.Join(dir, "search"), c, slog.New(slog.DiscardHandler))
	for i := 0; ; i++ {
		d := directory(fmt.Sprintf("d%d", i%17), fmt.Sprintf("目录甲%d", i), "cgj", "摘要")
		saved, err := c.Put(ctx, people.Local(), d)
		if err != nil {
			return err
		}
		got, err := x.Names(ctx, d.Title)
		if err != nil {
			return err
		}
		fmt.Println(d.Name, saved.Version, len(got))
	}
}

// TestKilledAnywhere kills a process in the middle of changes and indexing; whoever opens
// the folder next finds every directory as the catalog has it, and nothing else.
func TestKilledAnywhere(t *testing.T) {
	dir := t.TempDir()
	for round := range 12 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), killed+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; n <= round*3 && lines.Scan(); n++ {
			if f := strings.Fields(lines.Text()); len(f) != 3 || f[2] == "0" {
				t.Errorf("round %d: %s", round, lines.Text())
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // killed
		t.Run(fmt.Sprint(round), func(t *testing.T) { agrees(open(t, dir)) })
	}
}

// agrees asks for every title and for one that none has any more.
func agrees(w *world) {
	w.t.Helper()
	page, _, err := w.cat.List(context.Background(), catalog.Filter{}, "", 500)
	if err != nil || len(page) == 0 {
		w.t.Fatalf("%d directories, %v", len(page), err)
	}
	var all []string
	for _, e := range page {
		w.finds(e.Title, e.Name)
		all = append(all, e.Name)
	}
	w.finds("目录甲", all...)
	w.finds("mulujia", all...)
}
