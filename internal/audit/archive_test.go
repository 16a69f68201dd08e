package audit

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
)

func (b *bureau) archiveDir() string { return filepath.Join(b.dir, "archive") }

func (b *bureau) proven(t testing.TB, also ...string) Report {
	t.Helper()
	r, err := Verify(background, VerifyOptions{Dir: filepath.Join(b.dir, "audit"), Head: filepath.Join(b.dir, "audit.head"), Archive: b.archiveDir(), Also: also, PublicKey: b.ring.PublicKey})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// shelved is a bureau of 200 entries, the finished segments of which are archived.
func shelved(t *testing.T) (b *bureau, files []string) {
	t.Helper()
	dir := t.TempDir()
	b = opened(t, dir, func(o *Options) { small(o); o.Retention.Dir = filepath.Join(dir, "archive") })
	written(t, b, 200)
	n, err := b.Archive(background, time.Now().Add(time.Hour), "local")
	if err != nil || n < 5 {
		t.Fatalf("%d segments were archived, %v", n, err)
	}
	files, err = filepath.Glob(filepath.Join(b.archiveDir(), "*"+packedSuffix))
	if err != nil || len(files) != n {
		t.Fatalf("%d files of %d, %v", len(files), n, err)
	}
	if plain, packed := packedNames(t, b); len(plain) > 2 || len(packed) != 0 { // the entry about it may have begun another
		t.Errorf("%d plain and %d packed files stayed", len(plain), len(packed))
	}
	return b, files
}

func TestArchivedSegmentsAreReadAndVerified(t *testing.T) {
	b, files := shelved(t)
	last := b.Last()
	for seq := int64(1); seq <= last; seq++ {
		if e, err := b.Entry(background, seq); err != nil || e.Seq != seq {
			t.Fatal(seq, e.Seq, err)
		}
	}
	if p, err := b.Search(background, Filter{App: "app-3", Limit: 500}); err != nil || len(p.Entries) != 29 {
		t.Errorf("%d entries found, %v", len(p.Entries), err)
	}
	p, err := b.Search(background, Filter{Action: "audit.archive"})
	if err != nil || len(p.Entries) != 1 || !strings.Contains(string(p.Entries[0].Change), fmt.Sprintf(`"segments":"%d"`, len(files))) {
		t.Errorf("the archiving is in the audit as %+v, %v", p.Entries, err)
	}
	for _, s := range b.Segments()[:len(files)] {
		if s.Archived == nil || s.Bytes == 0 || s.Last < s.First {
			t.Errorf("a segment is shown as %+v", s)
		}
	}
	dir := b.dir
	closed(t, b)
	r := b.proven(t)
	wellAt(t, r, last)
	if r.Archived != len(files) || len(r.Away) != 0 || r.Elsewhere != 0 {
		t.Errorf("%+v", r)
	}
	again := opened(t, dir, func(o *Options) { small(o); o.Retention.Dir = filepath.Join(dir, "archive") })
	written(t, again, 50)
	if _, err := again.Receipt(background, 3); err != nil {
		t.Error(err)
	}
	closed(t, again)
	wellAt(t, again.proven(t), last+50)
}

// TestWhatIsElsewhereIsSaid takes archived files away, with a declaration and without.
func TestWhatIsElsewhereIsSaid(t *testing.T) {
	b, files := shelved(t)
	last := b.Last()
	line := b.Segments()[1]
	vault := filepath.Join(t.TempDir(), filepath.Base(files[1]))
	if err := os.Rename(files[1], vault); err != nil {
		t.Fatal(err)
	}
	if err := b.Keep(background); err != nil {
		t.Fatal(err)
	}
	r := b.proven(t)
	if r.OK || r.Flaw.Seq != line.First || r.Flaw.Segment != filepath.Base(files[1]) {
		t.Fatalf("a file that was taken without a word: %+v %+v", r, r.Flaw)
	}
	if _, err := b.Entry(background, line.First); !errors.Is(err, ErrDamaged) {
		t.Errorf("an entry of it: %v", err)
	}

	for name, c := range map[string]struct {
		first int64
		where string
		want  error
	}{"nowhere": {line.First, "  ", ErrWhere}, "too long": {line.First, strings.Repeat("柜", 201), ErrWhere}, "not archived": {last, "柜", ErrNotArchived}, "no segment": {line.First + 1, "柜", ErrNotArchived}} {
		if _, err := b.Declare(background, c.first, c.where, "", "local"); !errors.Is(err, c.want) || fault.From(err).Remedy.ZH == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := b.Declare(background, line.First, "档案室三号柜", "磁盘空间", "local"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Entry(background, line.First); !errors.Is(err, ErrAway) || fault.From(err).Where != "档案室三号柜" {
		t.Errorf("an entry that is elsewhere: %v", err)
	}
	found, err := b.Search(background, Filter{App: "app-3", Limit: 500})
	if err != nil || len(found.Entries) == 0 || len(found.Entries) >= 29 {
		t.Errorf("%d entries found, %v", len(found.Entries), err)
	}
	if p, err := b.Search(background, Filter{Action: "audit.moved"}); err != nil || len(p.Entries) != 1 || p.Entries[0].Actor != "local" || p.Entries[0].Target != fmt.Sprint("segment/", line.First) {
		t.Errorf("the declaration is in the audit as %+v, %v", p.Entries, err)
	}
	dir := b.dir
	closed(t, b)
	b = opened(t, dir, func(o *Options) { small(o); o.Retention.Dir = filepath.Join(dir, "archive") })
	if _, err := b.Entry(background, line.First); !errors.Is(err, ErrAway) {
		t.Errorf("after a restart: %v", err)
	}
	closed(t, b)
	last++ // the declaration
	size := line.Last - line.First + 1
	r = b.proven(t)
	if !r.OK || r.Last != last || r.Entries != last-size || r.Elsewhere != size || len(r.Away) != 1 || r.Away[0].First != line.First || r.Away[0].Last != line.Last || r.Away[0].Where != "档案室三号柜" {
		t.Fatalf("declared: %+v %+v", r, r.Flaw)
	}
	packed, err := os.ReadFile(vault)
	if err != nil {
		t.Fatal(err)
	}
	if sum := gm.Sum3(packed); r.Away[0].Sum != base64.StdEncoding.EncodeToString(sum[:]) || r.Away[0].File != filepath.Base(vault) {
		t.Errorf("the file is named as %+v", r.Away[0])
	}

	wellAt(t, b.proven(t, filepath.Dir(vault)), last) // looked for where it is
	if err := os.Rename(vault, files[1]); err != nil {
		t.Fatal(err)
	}
	if r := b.proven(t); r.Elsewhere != 0 || len(r.Away) != 0 {
		t.Errorf("what was brought back: %+v", r)
	} else {
		wellAt(t, r, last)
	}
	// The declaration covers that file alone.
	if err := os.Remove(files[2]); err != nil {
		t.Fatal(err)
	}
	if r := b.proven(t); r.OK || r.Flaw.Segment != filepath.Base(files[2]) {
		t.Errorf("another file that was taken: %+v", r.Flaw)
	}
}

// Whatever is changed of archived files or of what was signed for them is found.
func TestSpoiledArchivesAreFound(t *testing.T) {
	b, files := shelved(t)
	line := b.Segments()[1]
	if _, err := b.Declare(background, line.First, "柜", "", "local"); err != nil {
		t.Fatal(err)
	}
	last := b.Last()
	closed(t, b)
	wellAt(t, b.proven(t), last)
	shelfFile := shelfPath(filepath.Join(b.dir, "audit"))
	put := func(path string, data []byte) {
		t.Helper()
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(path string) []byte {
		t.Helper()
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	record := read(shelfFile)
	forged := func(do func(l *Moved)) []byte { // by a key of the forger's
		other, err := gm.OpenRing(gm.RingOptions{Path: filepath.Join(t.TempDir(), "keys.json"), MasterFile: filepath.Join(t.TempDir(), "m")})
		if err != nil {
			t.Fatal(err)
		}
		m := Moved{V: 1, Chain: b.chain, First: 1, Where: "他处", At: time.Now(), Key: b.ring.Current(gm.Audit).ID()}
		do(&m)
		text, err := signed('m', m, other.Current(gm.Audit))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for name, spoil := range map[string]func(){
		"a byte of a line":             func() { put(shelfFile, bytes.Replace(record, []byte(`"where":"柜"`), []byte(`"where":"厨"`), 1)) },
		"half a line":                  func() { put(shelfFile, record[:len(record)-20]) },
		"a declaration by another key": func() { put(shelfFile, append(bytes.Clone(record), forged(func(*Moved) {})...)) },
		"one by a key of no name":      func() { put(shelfFile, append(bytes.Clone(record), forged(func(m *Moved) { m.Key = "x" })...)) },
		"a file and its line gone": func() {
			put(shelfFile, record[bytes.IndexByte(record, '\n')+1:])
			if err := os.Remove(files[0]); err != nil {
				t.Fatal(err)
			}
		},
		"a byte of a file":   func() { data := read(files[0]); data[len(data)/2] ^= 1; put(files[0], data) },
		"a file for another": func() { put(files[2], read(files[3])) },
	} {
		kept := read(files[0])
		third := read(files[2])
		spoil()
		if r := b.proven(t); r.OK || r.Flaw == nil {
			t.Errorf("%s is not found: %+v", name, r)
		}
		put(files[0], kept)
		put(files[2], third)
		put(shelfFile, record)
		wellAt(t, b.proven(t), last)
	}
}

// Files go by their age and by the room they take, and no more of them than that.
func TestRetention(t *testing.T) {
	for name, c := range map[string]struct {
		keep func(o *Options)
		want func(n, all int) bool
	}{
		"young":      {func(o *Options) { o.Retention.Age = time.Hour }, func(n, _ int) bool { return n == 0 }},
		"old":        {func(o *Options) { o.Retention.Age = time.Nanosecond }, func(n, all int) bool { return n == all-1 }},
		"small":      {func(o *Options) { o.Retention.Bytes = 1 << 30 }, func(n, _ int) bool { return n == 0 }},
		"large":      {func(o *Options) { o.Retention.Bytes = 24 << 10 }, func(n, all int) bool { return n > 0 && n < all-1 }},
		"no archive": {func(o *Options) { o.Retention = Retention{Age: time.Nanosecond} }, func(n, _ int) bool { return n == 0 }},
	} {
		dir := t.TempDir()
		b := opened(t, dir, func(o *Options) { small(o); o.Retention.Dir = filepath.Join(dir, "archive"); c.keep(o) })
		written(t, b, 300)
		if err := b.Keep(background); err != nil {
			t.Fatal(err)
		}
		all := len(b.Segments()) // the entry that tells what went may begin another
		if err := b.tidy(background); err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, s := range b.Segments() {
			if s.Archived != nil {
				n++
			}
		}
		if !c.want(n, all) {
			t.Errorf("%s: %d of %d segments went, %d bytes stayed", name, n, all, b.liveBytes())
		}
		last := b.Last()
		closed(t, b)
		wellAt(t, b.proven(t), last)
	}
}

// A crash between the archive's copy and the original's going leaves both, and the next round
// ends what it began.
func TestACrashWhileArchiving(t *testing.T) {
	b, files := shelved(t)
	last := b.Last()
	closed(t, b)
	own := filepath.Join(b.dir, "audit", filepath.Base(files[0]))
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(own, data, 0o600); err != nil {
		t.Fatal(err)
	}
	wellAt(t, b.proven(t), last)
	b = opened(t, b.dir, func(o *Options) { small(o); o.Retention.Dir = b.archiveDir() })
	if err := b.Keep(background); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Archive(background, time.Now().Add(time.Hour), "local"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(own); !errors.Is(err, os.ErrNotExist) {
		t.Error("the original was left")
	}
	last = b.Last()
	closed(t, b)
	wellAt(t, b.proven(t), last)
}
