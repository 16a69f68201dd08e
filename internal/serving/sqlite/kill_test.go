package sqlite

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"

	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/serving"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("SERVING_CHILD"); dir != "" {
		child(dir)
	}
	os.Exit(m.Run())
}

// A process killed at any point leaves files that answer as of one snapshot, and catch up.
func TestKilledAnywhere(t *testing.T) {
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(rand.Uint64(), 1))
	seen := map[string]map[string][]any{byID.Name: {}, byPair.Name: {}}
	places := map[string]int{}
	for round := range 12 {
		at, stop := 1+r.IntN(40), r.IntN(3) > 0
		place := kill(t, dir, round, at, stop)
		places[place]++
		engine := openEngine(t, dir)
		w := begin(t, engine, dir)
		for _, d := range []serving.Dataset{byID, byPair} {
			if _, err := w.files.State(d.Name); err == nil {
				w.holds(d, seen[d.Name])
			} else if round > 2 {
				t.Errorf("after the kill at %s %s is not served", place, d.Name)
			}
			_, err := w.files.Refresh(ctx, d)
			w.must(err)
			w.same(d, seen[d.Name])
			w.alone(d.Name)
		}
		w.end()
		engine.Close()
		if t.Failed() {
			t.Fatalf("round %d was killed at %s, the place number %d", round, place, at)
		}
	}
	t.Logf("killed at %v", places)
}

// alone checks that nothing lies beside the file in use.
func (w *world) alone(name string) {
	entries, err := os.ReadDir(w.o.Dir + "/" + name)
	w.must(err)
	files := 0
	for _, e := range entries {
		if _, ok := numberOf(e.Name()); ok {
			files++
		} else if e.Name()[8:11] != fileEnd {
			w.Errorf("%s was left", e.Name())
		}
	}
	if files != 1 {
		w.Errorf("%d files of %s", files, name)
	}
}

// kill runs a child until it has reached so many places, there it is killed: while it waits
// in that place, or as it goes on.
func kill(t *testing.T, dir string, round, at int, stop bool) string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SERVING_CHILD="+dir, fmt.Sprint("SERVING_ROUND=", round), fmt.Sprint("SERVING_AT=", at), fmt.Sprint("SERVING_STOP=", stop))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatalf("the child ended: %v", cmd.Wait())
	}
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	return lines.Text()
}

// crash is the failer of a child.
type crash struct{}

func (crash) Errorf(format string, args ...any) { crash{}.Fatalf(format, args...) }
func (crash) Fatalf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(3)
}

// child changes the table and follows it until it is killed.
func child(dir string) {
	at, _ := strconv.Atoi(os.Getenv("SERVING_AT"))
	stop := os.Getenv("SERVING_STOP") == "true"
	w := begin(crash{}, openEngine(crash{}, dir), dir)
	w.files.hook = func(place string) error {
		if at--; at == 0 {
			fmt.Println(place)
			if stop {
				select {}
			}
		}
		return nil
	}
	r := rand.New(rand.NewPCG(rand.Uint64(), 2))
	for i := 0; ; i++ {
		w.random(r, fmt.Sprintf("r%s-%d", os.Getenv("SERVING_ROUND"), i))
		for _, d := range []serving.Dataset{byID, byPair} {
			bring := w.files.Refresh
			if r.IntN(4) == 0 {
				bring = w.files.Rebuild
			}
			_, err := bring(ctx, d)
			w.must(err)
		}
	}
}

// random changes the table by many rows.
func (w *world) random(r *rand.Rand, version string) {
	mode := []lake.Mode{add, add, merge, merge, replace}[r.IntN(5)]
	if r.IntN(6) == 0 {
		_, err := w.lake.Compact(ctx, table, everything)
		w.must(err)
	}
	var rows []person
	for range 50 + r.IntN(400) {
		rows = append(rows, person{int64(r.IntN(800)), fmt.Sprint("人", r.IntN(50)), int64(r.IntN(20000)), int64(r.IntN(1e6)), r.Float64(), r.IntN(2) == 0, r.Int64N(1e15)})
	}
	w.publish(mode, fmt.Sprint("k", r.IntN(6)), version, rows)
}
