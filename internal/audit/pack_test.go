package audit

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// packedNames are the files of the audit, by their form.
func packedNames(t *testing.T, b *bureau) (plain, packed []string) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(b.dir, "audit", "0*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if strings.HasSuffix(f, packedSuffix) {
			packed = append(packed, f)
		} else {
			plain = append(plain, f)
		}
	}
	return plain, packed
}

func TestPackedSegmentsAreTheSame(t *testing.T) {
	b := opened(t, t.TempDir(), small)
	written(t, b, 150)
	before, err := b.Receipt(background, 20)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Keep(background); err != nil {
		t.Fatal(err)
	}
	plain, packed := packedNames(t, b)
	if len(plain) != 1 || len(packed) < 5 {
		t.Fatalf("%d plain, %d packed", len(plain), len(packed))
	}
	written(t, b, 50)
	for seq := int64(1); seq <= 200; seq++ {
		if e, err := b.Entry(background, seq); err != nil || e.Seq != seq {
			t.Fatal(seq, e.Seq, err)
		}
	}
	if after, err := b.Receipt(background, 20); err != nil || after.Entry != before.Entry || !bytes.Equal(after.Signature, before.Signature) {
		t.Errorf("another receipt: %+v, %v", after, err)
	}
	closed(t, b)
	wellAt(t, b.report(t), 200)
	b = opened(t, b.dir, small)
	written(t, b, 10)
	closed(t, b)
	wellAt(t, b.report(t), 210)

	// A crash between the packed file's coming and the plain one's going leaves both.
	small, err := os.ReadFile(packed[1])
	if err != nil {
		t.Fatal(err)
	}
	data, err := unpack(small)
	if err != nil {
		t.Fatal(err)
	}
	both := strings.TrimSuffix(packed[1], packedSuffix)
	if err := os.WriteFile(both, data, 0o600); err != nil {
		t.Fatal(err)
	}
	wellAt(t, b.report(t), 210)
	b = opened(t, b.dir, nil)
	if err := b.Keep(background); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(both); !errors.Is(err, os.ErrNotExist) {
		t.Error("the plain file was left")
	}
	closed(t, b)
	wellAt(t, b.report(t), 210)

	for at := 0; at < len(small); at += 1 + len(small)/150 {
		bad := bytes.Clone(small)
		bad[at] ^= 0x10
		if err := os.WriteFile(packed[1], bad, 0o600); err != nil {
			t.Fatal(err)
		}
		r := b.report(t)
		if back, err := unpack(bad); err == nil && bytes.Equal(back, data) {
			continue // a byte that says nothing about the text
		}
		first, _, _ := parseSegmentHead(data[:bytes.IndexByte(data, '\n')+1])
		if r.OK || r.Flaw.Seq < first.First {
			t.Fatalf("byte %d of a packed file: %+v %+v", at, r, r.Flaw)
		}
	}
}
