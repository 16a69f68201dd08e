package ledger_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/blob"
	"github.com/chengshu/chengshu/internal/ledger"
)

// snap sends a small photo of a shade.
func (w *world) snap(shade uint8) map[string]any {
	w.t.Helper()
	img := image.NewGray(image.Rect(0, 0, 40, 30))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	img.Set(0, 0, color.White)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		w.t.Fatal(err)
	}
	f, err := w.Keep(w.t.Context(), lin, `C:\Users\赵一\现场.JPEG`, &b)
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// TestFiles shows that a record holds of a file what was found in it, whatever its writer
// says, and that a file is had through its record alone.
func TestFiles(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	f := w.snap(100)
	if f["name"] != "现场.jpg" || f["type"] != "image/jpeg" || f["place"] != nil {
		t.Errorf("kept %v", f)
	}
	claim := map[string]any{"id": f["id"], "name": "../../a.exe", "type": "image/png", "size": int64(1), "place": []any{114.0, 30.0}, "time": "2026-11-27T00:00:00Z"}
	r, err := w.create(e, lin, ledger.Values{"name": "a", "class": "02", "photos": []any{claim}})
	if err != nil {
		t.Fatal(err)
	}
	got := r.Values["photos"].([]any)[0].(map[string]any)
	if got["place"] != nil || got["time"] != nil || got["type"] != "image/jpeg" || got["size"] != f["size"] || got["name"] != "a.jpg" {
		t.Errorf("the record took what it was told: %v", got)
	}
	if again, err := w.Get(t.Context(), w.store.Read(), e, r.ID); err != nil || again.Values["photos"].([]any)[0].(map[string]any)["size"] != f["size"] {
		t.Errorf("read back %v %v", again.Values["photos"], err)
	}
	file, about, err := w.File(e, r, f["id"].(string), true)
	if err != nil || about["name"] != "a.jpg" {
		t.Fatalf("%v %v", about, err)
	}
	if b, err := io.ReadAll(file); err != nil || len(b) == 0 {
		t.Error(err)
	}
	_ = file.Close()
	other := w.snap(200)
	if _, _, err := w.File(e, r, other["id"].(string), false); !errors.Is(err, blob.ErrMissing) {
		t.Errorf("another's file: %v", err)
	}
	_, err = w.create(e, lin, ledger.Values{"name": "b", "class": "02", "photos": []any{map[string]any{"id": photo, "name": "x.jpg"}}})
	if faults(err) != "photos[0] value.file" {
		t.Errorf("a file that was never sent: %v", err)
	}
	pdf, err := w.Keep(t.Context(), lin, "a.jpg", strings.NewReader("%PDF-1.4\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.create(e, lin, ledger.Values{"name": "c", "class": "02", "photos": []any{map[string]any{"id": pdf["id"], "name": "a.jpg", "type": "image/jpeg", "size": int64(5)}}})
	if faults(err) != "photos[0] value.file.type" {
		t.Errorf("a paper called a picture: %v", err)
	}
}

// TestSweepFiles shows that files nobody refers to go after a day, and others never.
func TestSweepFiles(t *testing.T) {
	w := open(t)
	e := w.install(roads, "road")
	used, loose := w.snap(10), w.snap(20)
	r, err := w.create(e, lin, ledger.Values{"name": "a", "class": "02", "photos": []any{used}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.update(e, lin, r.ID, ledger.Values{"photos": nil}, 0); err != nil {
		t.Fatal(err)
	}
	there := func(f map[string]any) bool {
		file, err := w.blobs.Open(f["id"].(string), false)
		if err == nil {
			_ = file.Close()
		}
		return err == nil
	}
	if err := w.SweepFiles(t.Context(), now.Add(-time.Hour)); err != nil || !there(loose) {
		t.Errorf("too early: %v", err)
	}
	if err := w.SweepFiles(t.Context(), now.Add(24*time.Hour)); err != nil || there(loose) || !there(used) {
		t.Errorf("after a day: loose %v, used %v, %v", there(loose), there(used), err)
	}
}
