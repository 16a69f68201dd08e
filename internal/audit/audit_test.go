package audit

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

var background = context.Background()

const victimDir = "CHENGSHU_AUDIT_VICTIM"

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimDir); dir != "" {
		fmt.Fprintln(os.Stderr, appendForever(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// bureau is a data folder with its keys, store and audit.
type bureau struct {
	*Audit
	dir  string
	st   *sqlite.Store
	ring *gm.Ring
}

func (b *bureau) options() Options {
	return Options{
		Dir: filepath.Join(b.dir, "audit"), Head: filepath.Join(b.dir, "audit.head"), Store: b.st,
		Signer: func() gm.Signer { return b.ring.Current(gm.Audit) }, PublicKey: b.ring.PublicKey,
	}
}

func openBureau(dir string, adjust func(*Options)) (b *bureau, err error) {
	b = &bureau{dir: dir}
	if b.ring, err = gm.OpenRing(gm.RingOptions{Path: filepath.Join(dir, "keys.json"), MasterFile: filepath.Join(dir, "master.key")}); err != nil {
		return nil, err
	}
	if b.st, err = sqlite.Open(background, filepath.Join(dir, "state.db"), sqlite.Options{}); err != nil {
		return nil, err
	}
	o := b.options()
	if adjust != nil {
		adjust(&o)
	}
	if b.Audit, err = Open(background, o); err != nil {
		return nil, errors.Join(err, b.st.Close())
	}
	return b, nil
}

func (b *bureau) close() error { return errors.Join(b.Audit.Close(), b.st.Close()) }

func opened(t testing.TB, dir string, adjust func(*Options)) *bureau {
	t.Helper()
	b, err := openBureau(dir, adjust)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func closed(t testing.TB, b *bureau) {
	t.Helper()
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
}

func small(o *Options) { o.Segment = 8 << 10 }

func call(n int) Entry {
	return Entry{Action: "read", Door: "gateway", Actor: fmt.Sprintf("app-%d", n%7), App: fmt.Sprintf("app-%d", n%7), Office: "民政局",
		Service: fmt.Sprintf("service_%d", n%3), Directory: "resident", Grant: fmt.Sprintf("grant-%d", n%11), Purpose: "高龄津贴资格核验",
		Items: []string{"id_no", "name", "birth_date"}, Rows: 1, Answer: AnswerHash(gm.Sum3([]byte(strconv.Itoa(n)))), Outcome: "ok"}
}

// written appends n entries from several hands, so that batches are of several sizes.
func written(t testing.TB, b *bureau, n int) {
	t.Helper()
	var all sync.WaitGroup
	for hand := range 5 {
		all.Go(func() {
			for i := hand; i < n; i += 5 {
				if _, err := b.Append(background, call(i)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}

func (b *bureau) report(t testing.TB) Report {
	t.Helper()
	r, err := Verify(background, VerifyOptions{Dir: filepath.Join(b.dir, "audit"), Head: filepath.Join(b.dir, "audit.head"), PublicKey: b.ring.PublicKey})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func wellAt(t testing.TB, r Report, entries int64) {
	t.Helper()
	if !r.OK || r.Entries != entries || r.Last != entries {
		t.Fatalf("%+v %+v, want %d entries", r, r.Flaw, entries)
	}
}

func TestEntriesComeBack(t *testing.T) {
	b := opened(t, t.TempDir(), small)
	written(t, b, 300)
	e := call(7)
	e.At = time.Date(2026, 11, 26, 21, 0, 0, 123456000, time.UTC)
	e.Purpose = "a\"b\\c\nd\x00e\x1f<>&\u2028" + string([]byte{0xff}) + "高"
	e.Change = []byte("{\n \"was\": 1 }")
	seq, err := b.Append(background, e)
	if err != nil || seq != 301 {
		t.Fatal(seq, err)
	}
	got, err := b.Entry(background, seq)
	if err != nil {
		t.Fatal(err)
	}
	e.Seq, e.Purpose, e.Change = 301, strings.ToValidUTF8(e.Purpose, "\ufffd"), []byte(`{"was":1}`)
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", e) {
		t.Errorf("\n%+v\n%+v", got, e)
	}
	for i := int64(1); i <= 300; i++ {
		if got, err := b.Entry(background, i); err != nil || got.Seq != i {
			t.Fatalf("%d: %+v, %v", i, got, err)
		}
	}
	for _, none := range []int64{-1, 0, 302} {
		if _, err := b.Entry(background, none); !errors.Is(err, ErrMissing) {
			t.Errorf("%d: %v", none, err)
		}
	}
	closed(t, b)
	r := b.report(t)
	wellAt(t, r, 301)
	if r.Segments < 5 {
		t.Errorf("%d segments: nothing rolled over", r.Segments)
	}
}

func TestOpenedAgainItGoesOn(t *testing.T) {
	dir := t.TempDir()
	for round := range 6 {
		b := opened(t, dir, func(o *Options) {
			small(o)
			o.buffered = round%3 == 1 // one way of writing goes on where the other stopped
		})
		if b.Last() != int64(round*40) {
			t.Fatalf("round %d begins behind %d", round, b.Last())
		}
		written(t, b, 40)
		if round%2 == 0 {
			if _, err := b.ring.Rotate(gm.Audit); err != nil {
				t.Fatal(err)
			}
		}
		closed(t, b)
		wellAt(t, b.report(t), int64(round+1)*40)
	}
}

func TestChangesAreMovedInOrderOnce(t *testing.T) {
	dir := t.TempDir()
	b := opened(t, dir, small)
	record := func(n int) error {
		return b.st.Write(background, func(ctx context.Context, tx store.Tx) error {
			if err := b.Record(ctx, tx, Entry{Action: "grant.add", Target: strconv.Itoa(n), Outcome: "ok"}); err != nil {
				return err
			}
			if n%10 == 9 {
				return errors.New("undone")
			}
			return nil
		})
	}
	for n := range 30 {
		if err := record(n); (err != nil) != (n%10 == 9) {
			t.Fatal(err)
		}
	}
	if n, err := b.Waiting(background); err != nil || n != 27 || b.Last() != 0 {
		t.Fatal(n, b.Last(), err)
	}
	closed(t, b) // the entries wait over a restart
	b = opened(t, dir, small)
	if err := errors.Join(b.Move(background), b.Move(background)); err != nil {
		t.Fatal(err)
	}
	if n, err := b.Waiting(background); err != nil || n != 0 || b.Last() != 27 {
		t.Fatal(n, b.Last(), err)
	}
	at := int64(0)
	for n := range 30 {
		if n%10 == 9 {
			continue
		}
		at++
		if e, err := b.Entry(background, at); err != nil || e.Target != strconv.Itoa(n) || e.Record == "" {
			t.Fatalf("entry %d: %+v, %v", at, e, err)
		}
	}
	closed(t, b)
}

// TestAChangeIsNotMovedTwice has the chain get an entry and the store keep it, as a crash
// between the two would.
func TestAChangeIsNotMovedTwice(t *testing.T) {
	dir := t.TempDir()
	b := opened(t, dir, nil)
	err := b.st.Write(background, func(ctx context.Context, tx store.Tx) error {
		return b.Record(ctx, tx, Entry{Action: "grant.add", Outcome: "ok"})
	})
	if err != nil {
		t.Fatal(err)
	}
	ids, tails, err := b.waitingEntries(background)
	if err != nil || len(ids) != 1 {
		t.Fatal(ids, err)
	}
	if _, err := b.enqueue(&request{ctx: background, tails: tails, done: make(chan error, 1)}); err != nil {
		t.Fatal(err)
	}
	// The process dies here: no head, nothing forgotten.
	if err := b.st.Close(); err != nil {
		t.Fatal(err)
	}
	again := opened(t, dir, nil)
	if err := again.Keep(background); err != nil {
		t.Fatal(err)
	}
	if n, err := again.Waiting(background); err != nil || n != 0 || again.Last() != 1 {
		t.Errorf("%d waiting, %d in the chain, %v", n, again.Last(), err)
	}
	closed(t, again)
}

func TestAClockSetBackChangesNoOrder(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	b := opened(t, t.TempDir(), func(o *Options) { o.Now = func() time.Time { return now } })
	for i := range 3 {
		if seq, err := b.Append(background, call(i)); err != nil || seq != int64(i+1) {
			t.Fatal(seq, err)
		}
		now = now.Add(-time.Hour)
	}
	for i := range 3 {
		e, err := b.Entry(background, int64(i+1))
		if want := time.Date(2026, 11, 26, 12-i, 0, 0, 0, time.UTC); err != nil || !e.At.Equal(want) {
			t.Errorf("entry %d at %s, %v", i+1, e.At, err)
		}
	}
	closed(t, b)
	wellAt(t, b.report(t), 3)
}

func TestACallerWhoGivesUpLeavesNoHalf(t *testing.T) {
	b := opened(t, t.TempDir(), nil)
	gone, cancel := context.WithCancel(background)
	cancel()
	kept := int64(0)
	for i := range 200 {
		switch _, err := b.Append(gone, call(i)); {
		case err == nil:
			kept++
		case !errors.Is(err, context.Canceled):
			t.Fatal(err)
		}
	}
	closed(t, b)
	wellAt(t, b.report(t), kept)
	if _, err := b.Append(background, call(0)); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

func TestAnEntryTooLongIsRefused(t *testing.T) {
	b := opened(t, t.TempDir(), nil)
	e := call(0)
	e.Purpose = strings.Repeat("长", maxEntry/3)
	if _, err := b.Append(background, e); !errors.Is(err, ErrEntry) {
		t.Error(err)
	}
	e.Purpose, e.Change = "", []byte("{")
	if _, err := b.Append(background, e); !errors.Is(err, ErrEntry) {
		t.Error(err)
	}
	closed(t, b)
	wellAt(t, b.report(t), 0)
}

// TestFailedWrites has the disk refuse batches now and then while many append: who was
// told well is there, who was refused is not, and the chain holds.
// bothWays runs a test with writes through the ring and without.
func bothWays(t *testing.T, test func(t *testing.T, buffered bool)) {
	for name, buffered := range map[string]bool{"direct": false, "buffered": true} {
		t.Run(name, func(t *testing.T) { test(t, buffered) })
	}
}

func TestFailedWrites(t *testing.T) { bothWays(t, failedWrites) }

func failedWrites(t *testing.T, buffered bool) {
	dir := t.TempDir()
	dice := rand.New(rand.NewPCG(1, 2))
	b := opened(t, dir, func(o *Options) {
		small(o)
		o.buffered = buffered
		o.write = func(f file, text []byte, at int64) error {
			switch dice.IntN(4) {
			case 0: // half of it
				_, err := f.WriteAt(text[:len(text)/2], at)
				return errors.Join(err, errors.New("the disk failed"))
			case 1: // all of it, but nobody knows
				_, err := f.WriteAt(text, at)
				return errors.Join(err, errors.New("the disk failed"))
			}
			_, err := f.WriteAt(text, at)
			return err
		}
	})
	var mu sync.Mutex
	kept := map[int64]string{}
	var all sync.WaitGroup
	for hand := range 8 {
		all.Go(func() {
			for i := range 60 {
				e := call(i)
				e.Target = fmt.Sprintf("%d/%d", hand, i)
				seq, err := b.Append(background, e)
				if err == nil {
					mu.Lock()
					kept[seq] = e.Target
					mu.Unlock()
				} else if !errors.Is(err, ErrDisk) || fault.KindOf(err) != fault.Busy {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for seq, target := range kept {
		if e, err := b.Entry(background, seq); err != nil || e.Target != target {
			t.Fatalf("%d: %q, want %q, %v", seq, e.Target, target, err)
		}
	}
	closed(t, b)
	if len(kept) == 0 || len(kept) == 480 {
		t.Fatalf("%d of 480 were kept: nothing was tried", len(kept))
	}
	wellAt(t, b.report(t), int64(len(kept)))
	closed(t, opened(t, dir, small))
}

// appendForever prints the number of each entry that was said to be durable, and records
// changes beside.
func appendForever(dir string) error {
	b, err := openBureau(dir, func(o *Options) { o.Segment = 64 << 10 })
	if err != nil {
		return err
	}
	fail := make(chan error)
	go func() { fail <- b.Run(background) }()
	for hand := range 8 {
		go func() {
			for n := 0; ; n++ {
				e := call(n)
				e.Target = fmt.Sprintf("%d-%d-%d", os.Getpid(), hand, n)
				seq, err := b.Append(background, e)
				if err != nil {
					fail <- err
					return
				}
				fmt.Printf("call %d %s\n", seq, e.Target)
			}
		}()
	}
	go func() {
		for n := 0; ; n++ {
			target := fmt.Sprintf("change-%d-%d", os.Getpid(), n)
			err := b.st.Write(background, func(ctx context.Context, tx store.Tx) error {
				return b.Record(ctx, tx, Entry{Action: "grant.add", Target: target, Outcome: "ok"})
			})
			if err != nil {
				fail <- err
				return
			}
			fmt.Printf("change 0 %s\n", target)
		}
	}()
	return <-fail
}

func TestKilled(t *testing.T) {
	dir := t.TempDir()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	calls, changes := map[int64]string{}, map[string]bool{}
	for range 6 {
		for _, line := range killed(t, dir, 1+dice.IntN(1500)) {
			f := strings.Fields(line)
			if f[0] == "change" {
				changes[f[2]] = true
				continue
			}
			seq, err := strconv.ParseInt(f[1], 10, 64)
			if err != nil || calls[seq] != "" {
				t.Fatalf("%q, %v: %q was number %d before", line, err, calls[seq], seq)
			}
			calls[seq] = f[2]
		}
		b := opened(t, dir, nil)
		if err := b.Keep(background); err != nil {
			t.Fatal(err)
		}
		r := b.report(t)
		wellAt(t, r, b.Last())
		if n, err := b.Waiting(background); err != nil || n != 0 {
			t.Fatal(n, err)
		}
		seen := map[string]int64{}
		last := map[string]int{}
		b.each(t, func(e Entry) {
			if before := seen[e.Target]; before != 0 {
				t.Fatalf("%s is there as %d and as %d", e.Target, before, e.Seq)
			}
			seen[e.Target] = e.Seq
			if e.Record != "" {
				i := strings.LastIndexByte(e.Target, '-')
				n, err := strconv.Atoi(e.Target[i+1:])
				if before, ok := last[e.Target[:i]]; err != nil || ok && n != before+1 || !ok && n != 0 {
					t.Fatalf("change %s stands behind %d", e.Target, before)
				}
				last[e.Target[:i]] = n
			}
		})
		for seq, target := range calls {
			if seen[target] != seq {
				t.Fatalf("acknowledged %s as %d is at %d", target, seq, seen[target])
			}
		}
		for target := range changes {
			if seen[target] == 0 {
				t.Fatalf("change %s is lost", target)
			}
		}
		closed(t, b)
	}
}

// each goes over the whole chain.
func (b *bureau) each(t *testing.T, do func(Entry)) {
	t.Helper()
	segments, err := listSegments(filepath.Join(b.dir, "audit"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range segments {
		data, err := readFrom(s.path, 0)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.SplitSeq(bytes.TrimRight(data, "\x00"), []byte("\n")) {
			if bytes.HasPrefix(line, []byte("e ")) {
				e, err := parse(line[entryAt:])
				if err != nil {
					t.Fatal(err)
				}
				do(e)
			}
		}
	}
}

func killed(t *testing.T, dir string, lines int) (told []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for s := bufio.NewScanner(out); s.Scan(); {
		told = append(told, s.Text())
		if len(told) == lines {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // killed, as it should be
	if len(told) < lines {
		t.Fatalf("the victim ended by itself after %d lines", len(told))
	}
	return told
}
