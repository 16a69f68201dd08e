package storetest

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/store"
)

// childDir names the folder to a test binary that was started to be killed.
const childDir = "CHENGSHU_STORETEST_DIR"

// Main runs the tests, or works until it is killed when the suite started the process.
func Main(m *testing.M, open Open) {
	dir := os.Getenv(childDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := victim(dir, open); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// victim writes with many hands and consumes what it emits, and prints the number of each
// write that was reported durable.
func victim(dir string, open Open) error {
	st, err := open(dir, brisk())
	if err != nil {
		return err
	}
	if err := st.Consume(witness()); err != nil {
		return err
	}
	fail := make(chan error)
	go func() { fail <- st.Run(context.Background()) }()
	for hand := range 8 {
		go func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("%d-%d-%d", os.Getpid(), hand, n)
				err := st.Write(context.Background(), func(ctx context.Context, tx store.Tx) error {
					if err := add(id, int64(n))(ctx, tx); err != nil {
						return err
					}
					return tx.Emit(ctx, "note.added", id, nil)
				})
				if err != nil {
					fail <- err
					return
				}
				_, _ = fmt.Println(id) // one write call: lines do not mix
			}
		}()
	}
	return <-fail
}

// witness notes every event it sees, and fails now and then to make it hard.
func witness() store.Consumer {
	return store.Consumer{Name: "witness", Handle: func(_ context.Context, e event.Event) (store.Writes, error) {
		return func(ctx context.Context, tx store.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO seen (consumer, seq) VALUES ('witness', ?)`, e.Seq)
			if err == nil && rand.IntN(20) == 0 {
				err = fmt.Errorf("a bad day")
			}
			return err
		}, nil
	}}
}

func testCrash(t *testing.T, open Open) {
	dir := t.TempDir()
	st, err := open(dir, brisk())
	if err != nil {
		t.Fatal(err)
	}
	withNotes(t, st)
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	for range 5 {
		durable := killed(t, dir, 1+dice.IntN(1000))
		st, err := open(dir, brisk())
		if err != nil {
			t.Fatal(err)
		}
		afterCrash(t, st, durable)
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killed starts a victim, kills it after some durable writes and returns their names.
func killed(t *testing.T, dir string, lines int) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var durable []string
	for s := bufio.NewScanner(out); s.Scan(); {
		durable = append(durable, s.Text())
		if len(durable) == lines {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // killed, as it should be
	if len(durable) < lines {
		t.Fatalf("the victim ended by itself after %d writes", len(durable))
	}
	return durable
}

func afterCrash(t *testing.T, st store.Store, durable []string) {
	t.Helper()
	ctx := within(t)
	for _, id := range durable {
		var n int64
		if err := st.Read().QueryRowContext(ctx, `SELECT n FROM note WHERE id = ?`, id).Scan(&n); err != nil {
			t.Fatalf("durable write %s: %v", id, err)
		}
	}
	expect(t, "notes without their event", number(t, st,
		`SELECT COUNT(*) FROM note WHERE id NOT IN (SELECT key FROM event)`), 0)
	expect(t, "events without their note", number(t, st,
		`SELECT COUNT(*) FROM event WHERE key NOT IN (SELECT id FROM note)`), 0)
	expect(t, "seen beyond the cursor", number(t, st,
		`SELECT COUNT(*) FROM seen WHERE seq > (SELECT seq FROM event_cursor WHERE consumer = 'witness')`), 0)
	consume(t, st, witness())
	stop := run(t, st)
	drain(t, st)
	stop()
	events := number(t, st, `SELECT COUNT(*) FROM event`)
	expect(t, "seen", number(t, st, `SELECT COUNT(*) FROM seen`), events-int64(len(parkedOnes(t, st))))
	expect(t, "seen once", number(t, st, `SELECT COUNT(DISTINCT seq) FROM seen`), number(t, st, `SELECT COUNT(*) FROM seen`))
}
