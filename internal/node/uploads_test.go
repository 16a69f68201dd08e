package node

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/demo/invent"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/packs"
)

const evil = "<script>fetch('/api/v1/session')</script>"

// blobsOf are the files of a data folder's shelf.
func (w *world) blobsOf() (out []string) {
	w.t.Helper()
	w.must(filepath.WalkDir(filepath.Join(w.Config.Data, "blobs"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return err
	}))
	return out
}

// wellKeeper opens a node with the register of wells and somebody who keeps it.
func wellKeeper(t *testing.T) (*world, keeper) {
	t.Helper()
	w := open(t, t.TempDir(), time.Now)
	w.must(w.Catalog.PutOffices(t.Context(), []catalog.Office{{Name: "water", Title: "水务局", Region: "420102000000"}}))
	w.install(written(wells))
	return w, w.keeper("water")
}

// hugePNG says of itself that it is huge; of its pixels there is nothing.
func hugePNG(w, h uint32) []byte {
	head := append([]byte("IHDR"), make([]byte, 13)...)
	binary.BigEndian.PutUint32(head[4:], w)
	binary.BigEndian.PutUint32(head[8:], h)
	head[12], head[13] = 8, 6
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(head))
}

func zipped(t *testing.T, name, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.Write([]byte(text))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestWrongFilesAreRefused sends what no record keeps, whatever it is called: each is refused
// with where and what to do, and nothing of it stays.
func TestWrongFilesAreRefused(t *testing.T) {
	w, k := wellKeeper(t)
	photo := invent.Photo(1, invent.Hole, 114.3, 30.6, time.Now())
	for name, c := range map[string]struct {
		code string
		data []byte
	}{
		"program.jpg":  {"blob.type", append([]byte("MZ\x90\x00\x03\x00\x00\x00"), bytes.Repeat([]byte{0}, 4096)...)},
		"binary.png":   {"blob.type", append([]byte("\x7fELF\x02\x01\x01"), bytes.Repeat([]byte{0}, 4096)...)},
		"page.jpg":     {"blob.type", []byte("<!DOCTYPE html><html><body>" + evil)},
		"drawing.png":  {"blob.type", []byte(`<svg xmlns="http://www.w3.org/2000/svg">` + evil + `</svg>`)},
		"drawing.svg":  {"blob.type", []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`)},
		"archive.jpg":  {"blob.type", zipped(t, "run.exe", "MZ")},
		"macro.docx":   {"blob.type", zipped(t, "word/vbaProject.bin", "x")},
		"half.jpg":     {"blob.picture", photo[:len(photo)/2]},
		"bomb.png":     {"blob.pixels", hugePNG(100_000, 100_000)},
		"wide.png":     {"blob.pixels", hugePNG(60_000, 4)},
		"nothing.jpg":  {"blob.empty", nil},
		"prefix.jpg":   {"blob.type", append([]byte(evil), photo...)},
		"a<b>\"c.jpg":  {"blob.type", []byte("<html>")},
		"../../up.jpg": {"blob.type", []byte("<html>")},
	} {
		r := k.send("/files", name, c.data)
		var p struct{ Where, Detail string }
		if json.Unmarshal([]byte(r.body), &p) != nil || r.status != 422 || r.problem.Code != c.code || p.Where != "file" || p.Detail == "" || r.problem.Remedy == "" {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	if left := w.blobsOf(); len(left) != 0 {
		t.Errorf("on the shelf there is %v", left)
	}
}

// counted counts what is read of it.
type counted struct {
	io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

type endlessly struct{}

func (endlessly) Read(p []byte) (int, error) { return len(p), nil }

// TestAHugePhotoIsRefusedWhileItComes sends a photo of 200 MB: the refusal comes when what a
// picture may have is passed, and neither the rest nor a draft is kept.
func TestAHugePhotoIsRefusedWhileItComes(t *testing.T) {
	w, k := wellKeeper(t)
	const size = 200 << 20
	var head bytes.Buffer
	m := multipart.NewWriter(&head)
	_, err := m.CreateFormFile("file", "IMG_0001.jpg")
	w.must(err)
	head.Write(invent.Photo(1, invent.Hole, 114.3, 30.6, time.Now()))
	body := &counted{Reader: io.MultiReader(&head, io.LimitReader(endlessly{}, size), strings.NewReader("\r\n--"+m.Boundary()+"--\r\n"))}
	r, err := http.NewRequestWithContext(t.Context(), "POST", w.door.URL+"/api/v1/files", body)
	w.must(err)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Cookie", "chengshu_session="+k.token)
	r.Header.Set("X-CSRF-Token", people.CSRF(k.token))
	resp, err := http.DefaultClient.Do(r)
	w.must(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	w.must(err)
	if resp.StatusCode != 422 || !strings.Contains(string(text), "blob.size") || !strings.Contains(string(text), "30 MB") {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
	if body.n > 80<<20 {
		t.Errorf("%d MB of it were taken", body.n>>20)
	}
	if left := w.blobsOf(); len(left) != 0 {
		t.Errorf("on the shelf there is %v", left)
	}
}

// segment is one of a JPEG.
func segment(marker byte, body string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(body)+2)), body...)
}

// TestAPictureIsKeptClean sends pictures with scripts in their comments, in XMP, in PNG text
// and behind their end, one that is an archive as well: what is served is a picture and
// nothing else, and no browser takes it for more. Where and when it was taken stays known.
func TestAPictureIsKeptClean(t *testing.T) {
	_, k := wellKeeper(t)
	at := time.Date(2026, 11, 20, 16, 33, 0, 0, time.FixedZone("", 8*3600))
	photo := invent.Photo(1, invent.Hole, 114.2991, 30.6532, at)
	dirty := append(append(append([]byte{}, photo[:2]...), segment(0xFE, evil)...), segment(0xE1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>"+evil+"</x:xmpmeta>")...)
	dirty = append(append(append(dirty, segment(0xE2, "ICC_PROFILE\x00\x01\x01"+evil)...), photo[2:]...), evil...)
	for name, data := range map[string][]byte{"comment.jpg": dirty, "archive.jpg": append(bytes.Clone(photo), zipped(t, "run.js", evil)...), "page.html": append(bytes.Clone(photo), "<html>"+evil...)} {
		r := k.send("/files", name, data)
		var f struct {
			ID, Name, Type string
			Place          []float64
			Time           time.Time
		}
		if r.status != 201 || json.Unmarshal([]byte(r.body), &f) != nil || f.Type != "image/jpeg" || !strings.HasSuffix(f.Name, ".jpg") {
			t.Fatalf("%s: %d %s", name, r.status, r.body)
		}
		if len(f.Place) != 2 || f.Place[0] != 114.2991 || f.Place[1] != 30.6532 || !f.Time.Equal(at) {
			t.Errorf("%s was taken at %v, %v", name, f.Place, f.Time)
		}
		r = k.ask("POST", "/registers/wells/well", fmt.Sprintf(`{"values":{"place":%q,"photo":[{"id":%q,"name":%q}]}}`, name, f.ID, f.Name), "Content-Type", "application/json")
		var made struct{ ID string }
		if json.Unmarshal([]byte(r.body), &made) != nil || made.ID == "" {
			t.Fatalf("%d %s", r.status, r.body)
		}
		for _, small := range []string{"", "?small=true"} {
			r = k.ask("GET", "/register-files/wells/well/"+made.ID+"/"+f.ID+small, "")
			for _, bad := range []string{"script", "Exif", "xmpmeta", "PK\x03\x04", "ICC_PROFILE"} {
				if strings.Contains(r.body, bad) {
					t.Errorf("%s%s: %s stayed in it", name, small, bad)
				}
			}
			h := r.header
			if r.status != 200 || !strings.HasSuffix(r.body, "\xff\xd9") || h.Get("Content-Type") != "image/jpeg" || h.Get("X-Content-Type-Options") != "nosniff" ||
				!strings.HasPrefix(h.Get("Content-Disposition"), "inline; filename*=UTF-8''") || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox") {
				t.Errorf("%s%s: %d %v", name, small, r.status, h)
			}
		}
	}
	r := k.send("/files", "说明.txt", []byte(strings.Repeat("说明", 4000)+evil)) // no browser runs text that is saved
	var f struct{ ID, Name, Type string }
	if r.status != 201 || json.Unmarshal([]byte(r.body), &f) != nil || f.Type != "text/plain" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r = k.ask("POST", "/registers/wells/well", fmt.Sprintf(`{"values":{"place":"x","photo":[{"id":%q,"name":%q}]}}`, f.ID, f.Name), "Content-Type", "application/json"); r.status != 422 || !strings.Contains(r.body, "value.file.type") {
		t.Errorf("text as a photo: %d %s", r.status, r.body)
	}
}

// TestACasePage walks a pothole with its photos through the door: seen unmasked only with a
// reason, which the audit keeps, mended only with a photo, found from the report that joined.
func TestACasePage(t *testing.T) {
	w := open(t, t.TempDir(), time.Now)
	w.must(w.Catalog.PutOffices(t.Context(), []catalog.Office{{Name: "water", Title: "水务局", Region: "420102000000"}, {Name: "houhu", Title: "后湖街道办", Region: "420102017000"}, {Name: "erqi", Title: "二七街道办", Region: "420102010000"}}))
	w.install(fs.Sub(packs.Files, "examples/pothole"))
	k, checker := w.signed("desk", "何坐", "water", "pothole.desk"), w.signed("checker", "严检", "houhu", "pothole.checker")
	mender, stranger := w.signed("mender", "郑养", "houhu", "pothole.mender"), w.signed("stranger", "石养", "erqi", "pothole.mender")

	at := time.Date(2026, 11, 20, 16, 33, 0, 0, time.FixedZone("", 8*3600))
	r := k.send("/files", "IMG.jpg", invent.Photo(2, invent.Hole, 114.29915, 30.65325, at))
	var f struct{ ID, Name string }
	w.must(json.Unmarshal([]byte(r.body), &f))
	report := func(more string) (out struct {
		Case struct {
			ID     string
			Values map[string]any
		}
		Joined bool
	}) {
		t.Helper()
		r := k.ask("POST", "/cases", `{"pack":"pothole","flow":"hole","values":{"road":"后湖大道","class":"main","region":"420102017","place":[114.2991,30.6532],"caller":"027-00000035"`+more+`}}`, "Content-Type", "application/json")
		if r.status >= 300 || json.Unmarshal([]byte(r.body), &out) != nil {
			t.Fatalf("%d %s", r.status, r.body)
		}
		return out
	}
	c := report(fmt.Sprintf(`,"photo":[{"id":%q,"name":%q,"place":[1,1],"time":"2020-01-01T00:00:00Z"}]`, f.ID, f.Name)).Case
	photo, _ := c.Values["photo"].([]any)
	shot, _ := photo[0].(map[string]any)
	if fmt.Sprint(shot["place"]) != "[114.29915 30.65325]" || shot["time"] != at.UTC().Format(time.RFC3339) {
		t.Errorf("the photo is told as %v", shot)
	}
	again := report("")
	if !again.Joined || again.Case.ID != c.ID {
		t.Fatalf("again: %+v", again)
	}

	var page struct {
		Values  map[string]any
		Related struct {
			Joined struct {
				All   int
				Items []struct {
					ID, State string
					Creator   string `json:"creator_name"`
				}
			}
			Into  *struct{ ID string }
			Times int
		}
	}
	read := func(id string) {
		t.Helper()
		page.Related.Into = nil
		r := k.ask("GET", "/cases/"+id, "")
		if r.status != 200 || json.Unmarshal([]byte(r.body), &page) != nil {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
	read(c.ID)
	if page.Related.Joined.All != 1 || page.Related.Joined.Items[0].State != flow.StateJoined || page.Related.Joined.Items[0].Creator != "何坐" || page.Related.Times != 2 || page.Values["caller"] == "027-00000035" {
		t.Fatalf("its page: %+v", page)
	}
	read(page.Related.Joined.Items[0].ID)
	if page.Related.Into == nil || page.Related.Into.ID != c.ID {
		t.Errorf("the report's page: %+v", page.Related)
	}

	// Mended twice: what the first time showed stays with the first time.
	act := func(by keeper, id, body string) {
		t.Helper()
		if r := by.ask("POST", "/cases/"+id+"/act", body, "Content-Type", "application/json"); r.status != 200 {
			t.Fatalf("%s: %d %s", body, r.status, r.body)
		}
	}
	mends := func(id string, seed uint64) string {
		t.Helper()
		r := mender.send("/files", "after.jpg", invent.Photo(seed, invent.Patch, 114.29915, 30.65325, at))
		var f struct{ ID, Name string }
		w.must(json.Unmarshal([]byte(r.body), &f))
		act(mender, id, fmt.Sprintf(`{"action":"done","values":{"method":"hot","area":1.5,"after":[{"id":%q,"name":%q}]}}`, f.ID, f.Name))
		return f.ID
	}
	act(k, c.ID, `{"action":"accept"}`)
	act(mender, c.ID, `{"action":"sign"}`)
	one := mends(c.ID, 10)
	act(checker, c.ID, `{"action":"fail","reason":"边缘未压实"}`)
	two := mends(c.ID, 11)
	var walked struct {
		Record string
		Steps  []struct {
			Action string
			Files  []struct {
				Field string `json:"field_title"`
				File  struct{ ID string }
			}
		}
	}
	w.must(json.Unmarshal([]byte(k.ask("GET", "/cases/"+c.ID, "").body), &walked))
	var brought []string
	for _, s := range walked.Steps {
		for _, x := range s.Files {
			brought = append(brought, s.Action+" "+x.Field+" "+x.File.ID)
		}
	}
	if want := []string{"open 现场照片 " + f.ID, "done 修补后照片 " + one, "done 修补后照片 " + two}; !slices.Equal(brought, want) {
		t.Errorf("the steps brought %q, want %q", brought, want)
	}
	for _, id := range []string{f.ID, one, two} {
		if r := k.ask("GET", "/register-files/pothole/hole/"+walked.Record+"/"+id, ""); r.status != 200 || !strings.HasPrefix(r.body, "\xff\xd8") {
			t.Errorf("%s: %d", id, r.status)
		}
	}

	// A record is its office's; its photos are seen by whoever sees its case, and by nobody else.
	r = mender.send("/files", "IMG.jpg", invent.Photo(3, invent.Hole, 114.29, 30.64, at))
	w.must(json.Unmarshal([]byte(r.body), &f))
	r = mender.ask("POST", "/cases", fmt.Sprintf(`{"pack":"pothole","flow":"hole","values":{"road":"建设渠路","class":"main","region":"420102017","photo":[{"id":%q,"name":%q}]}}`, f.ID, f.Name), "Content-Type", "application/json")
	var his struct {
		Case struct{ ID, Record string }
	}
	if r.status >= 300 || json.Unmarshal([]byte(r.body), &his) != nil {
		t.Fatalf("%d %s", r.status, r.body)
	}
	for _, x := range []struct {
		by   keeper
		want int
	}{{mender, 200}, {k, 200}, {stranger, 404}} {
		if r := x.by.ask("GET", "/register-files/pothole/hole/"+his.Case.Record+"/"+f.ID+"?small=true", ""); r.status != x.want {
			t.Errorf("its photo: %d %s", r.status, r.body[:min(len(r.body), 300)])
		}
	}

	for _, purpose := range []string{"", "?purpose=", "?purpose=%20%20"} {
		if r := k.ask("GET", "/cases/"+c.ID+"/plain"+purpose, ""); r.status != 422 || r.problem.Code != "look.reason" || strings.Contains(r.body, "027") {
			t.Errorf("unmasked for nothing: %d %s", r.status, r.body)
		}
	}
	r = k.ask("GET", "/cases/"+c.ID+"/plain?purpose="+url.QueryEscape("回电核实位置"), "")
	if e := w.lastLook("case.read.plain"); r.status != 200 || !strings.Contains(r.body, "027-00000035") || e.Purpose != "回电核实位置" || e.Target != "case/"+c.ID {
		t.Errorf("%d, in the audit %+v", r.status, e)
	}
	if r := k.ask("POST", "/cases/"+c.ID+"/act", `{"action":"urge"}`, "Content-Type", "application/json"); r.status != 422 || r.problem.Code != "case.need" {
		t.Errorf("reminded without a word: %d %s", r.status, r.body)
	}
}
