package demo

import (
	"bytes"
	"encoding/csv"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func TestTheHeldPensionsAreMistypedInOneStreet(t *testing.T) {
	files, err := Write(t.TempDir(), Seed, lastDay)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Directory != "pension" {
			continue
		}
		text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(bytesOf(t, f.Path))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		street := slices.Index(rows[0], "居住街道")
		crossed, there := 0, 0
		for _, r := range rows[1:] {
			if strings.HasSuffix(r[0], "×") {
				crossed++
				if r[street] == tazihu {
					there++
				}
			}
		}
		share := 100 * float64(crossed) / float64(len(rows)-1)
		if held := f.Expect == "held"; held != (share > 3.5 && share < 4.3) || !held && crossed > 0 {
			t.Errorf("%s: %.2f %% of the ids end in ×, its batch is to be %q", filepath.Base(f.Path), share, f.Expect)
		}
		if crossed > 0 && there*100 < crossed*94 {
			t.Errorf("only %d of the %d lie in %s", there, crossed, tazihu)
		}
	}
}
