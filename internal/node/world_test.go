package node

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/share"
)

// TestMain is the process of a load as well: nodes of these tests start this program.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "child" {
		if err := Child(context.Background(), os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const pensionDirectory = `
kind: directory
name: pension
title: 养老金发放
office: rsj
abstract: 每月养老金发放名单
share: {type: conditional, way: api, condition: 用于待遇核验}
items:
  - {name: id_no, title: 身份证号, type: text, required: true, personal: id}
  - {name: person, title: 姓名, type: text, personal: name}
  - {name: region, title: 区划, type: text}
  - {name: amount, title: 金额, type: "decimal(10,2)"}
  - {name: paid, title: 发放日期, type: date}
  - {name: bank, title: 银行账号, type: text, personal: account}
load: {mode: replace}
`

// The people of the file are invented; their numbers are of no region.
const pensionRows = `身份证号,姓名,区划,金额,发放日期,银行账号
000000195001010011,赵一,420102001,3120.50,2026-11-10,6222000000000001
000000195102020022,钱二,420102001,2890.00,2026-11-10,6222000000000002
000000195203030033,孙三,420102002,4100.25,2026-11-11,6222000000000003
000000195304040044,李四,420103001,3333.00,2026-11-12,6222000000000004
000000195001010011,赵一,420102001,120.00,2026-11-15,6222000000000001
`

// world is a node with a published directory, and a door to call it by.
type world struct {
	*Node
	t    *testing.T
	dir  string
	door *httptest.Server
	now  func() time.Time
	in   map[string]string // sessions by login
}

func open(t *testing.T, dir string, now func() time.Time) *world {
	t.Helper()
	return openAs(t, folder(dir), Options{Version: "test", Now: now})
}

// folder is a data folder without an address.
func folder(dir string) Config {
	c := Defaults()
	c.Data, c.Listen = dir, ""
	return c
}

func openAs(t *testing.T, c Config, o Options) *world {
	t.Helper()
	n, err := Open(t.Context(), c, o)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Node: n, t: t, dir: c.Data, door: httptest.NewServer(n.Handler), now: o.Now, in: map[string]string{}}
	t.Cleanup(w.close)
	return w
}

func (w *world) close() {
	if w.door == nil {
		return
	}
	w.door.Close()
	w.door = nil
	if err := w.Close(); err != nil {
		w.t.Error(err)
	}
}

// published is a world with the pension directory loaded and its service declared.
func published(t *testing.T) *world {
	t.Helper()
	return publishedAt(t, folder(t.TempDir()), Options{Version: "test", Now: time.Now})
}

func publishedAt(t *testing.T, c Config, o Options) *world {
	t.Helper()
	w := openAs(t, c, o)
	ctx := t.Context()
	w.must(w.Catalog.PutOffices(ctx, []catalog.Office{{Name: "rsj", Title: "人社局", Region: "420102000000"}, {Name: "mzj", Title: "民政局", Region: "420102000000"}}))
	docs, err := catalog.Decode("pension.yaml", []byte(pensionDirectory))
	w.must(err)
	w.must(w.Catalog.Check(ctx, *docs[0].Value, w.Regions))
	_, err = w.Catalog.Put(ctx, people.Local(), *docs[0].Value)
	w.must(err)
	w.load(pensionRows)
	_, err = w.Catalog.Publish(ctx, people.Local(), "pension", "")
	w.must(err)
	w.declare(share.Declaration{Name: "pension_check", Title: "养老待遇核验", Directory: "pension", Key: []string{"id_no"},
		Filter: []string{"region", "amount", "paid", "id_no"}, Sort: []string{"amount", "paid"}})
	return w
}

func (w *world) load(csv string) {
	w.t.Helper()
	w.ended(w.judged("pension", csv))
	w.must(w.Store.Drain(w.t.Context()))
}

// judged loads rows into a directory and waits until they are judged.
func (w *world) judged(directory, csv string) *ingest.Batch {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), directory+".csv")
	w.must(os.WriteFile(path, []byte(csv), 0o600))
	f, err := w.Ingest.Spooled(w.t.Context(), path)
	w.must(err)
	b, err := w.Ingest.Load(w.t.Context(), ingest.Request{Directory: directory, File: f, At: w.now()})
	w.must(err)
	b, err = w.Ingest.Wait(w.t.Context(), b.ID)
	w.must(err)
	return b
}

// written is a pack of one file.
func written(text string) (fs.FS, error) {
	return pack.FS(map[string][]byte{"pack.yaml": []byte(text)})
}

// install puts a pack on the node.
func (w *world) install(fsys fs.FS, err error) *pack.Pack {
	w.t.Helper()
	w.must(err)
	p, err := w.Packs.Read(fsys)
	w.must(err)
	_, err = w.Packs.Install(w.t.Context(), people.Local(), p, "", false)
	w.must(err)
	return p
}

func (w *world) declare(d share.Declaration) {
	w.t.Helper()
	_, _, _, err := w.Share.Put(w.t.Context(), people.Local(), d)
	w.must(err)
	w.must(w.Store.Drain(w.t.Context()))
}

// app registers an application and gives it a key.
func (w *world) app(name string, kind people.KeyKind, public string) (people.Key, string) {
	w.t.Helper()
	if _, err := w.People.App(w.t.Context(), name); err != nil {
		_, err := w.People.AddApp(w.t.Context(), people.Local(), name, "养老服务", "mzj")
		w.must(err)
	}
	k, secret, err := w.People.AddKey(w.t.Context(), people.Local(), name, people.KeySpec{Kind: kind, Public: public})
	w.must(err)
	return k, secret
}

func (w *world) draft(app string) policy.Draft {
	return policy.Draft{Grantee: policy.Grantee{Kind: policy.ToApp, Name: app}, Directory: "pension",
		Items: []policy.GrantItem{{Item: "id_no", Mask: policy.Mask{Kind: policy.MaskID}}, {Item: "person", Mask: policy.Mask{Kind: policy.MaskName}},
			{Item: "region"}, {Item: "amount"}, {Item: "paid"}},
		Rows:    policy.Rows{Rules: []policy.RowRule{{Item: "region", Op: policy.RowUnder, Values: []string{"420102"}}}},
		Purpose: "高龄津贴资格核验", Basis: "政务数据共享条例第二十一条", Until: w.now().AddDate(1, 0, 0), PerSecond: 1000, PerDay: 100_000}
}

func (w *world) grant(d policy.Draft) policy.Grant {
	w.t.Helper()
	g, err := w.Grants.Make(w.t.Context(), people.Local(), d)
	w.must(err)
	return g
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// reply is what a call got.
type reply struct {
	status  int
	body    string
	header  http.Header
	problem struct{ Code, Detail, Remedy, Receipt string }
}

func (w *world) request(method, path, body string, header ...string) reply {
	w.t.Helper()
	return do(w.t, http.DefaultClient, w.door.URL, method, path, body, header...)
}

func do(t *testing.T, c *http.Client, base, method, path, body string, header ...string) (out reply) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	out.status, out.body, out.header = resp.StatusCode, string(text), resp.Header
	if resp.StatusCode >= 400 {
		if resp.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: a refusal of type %s", method, path, resp.Header.Get("Content-Type"))
		}
		if err := json.NewDecoder(bytes.NewReader(text)).Decode(&out.problem); err != nil {
			t.Errorf("%s %s: %v", method, path, err)
		}
	}
	return out
}
