package ledger_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/chengshu/chengshu/internal/blob"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/store"
	"github.com/chengshu/chengshu/internal/store/sqlite"
)

// world is a store with a ledger and packs on it.
type world struct {
	t     testing.TB
	store store.Store
	*ledger.Ledger
	packs   *pack.Packs
	blobs   *blob.Shelf
	changes []people.Change // what the audit was told
}

var (
	now  = time.Date(2026, 11, 27, 15, 4, 0, 0, region.Beijing)
	lin  = people.Actor{Kind: people.UserKind, ID: "u-lin", Name: "林树", Office: "water"}
	chen = people.Actor{Kind: people.UserKind, ID: "u-chen", Name: "陈野", Office: "roads"}
)

var offices = []string{"water", "roads", "police"}

func open(t testing.TB) *world {
	t.Helper()
	return openIn(t, t.TempDir())
}

func openIn(t testing.TB, dir string) *world {
	t.Helper()
	st, err := sqlite.Open(t.Context(), filepath.Join(dir, "state.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	w := &world{t: t, store: st}
	if w.blobs, err = blob.Open(filepath.Join(dir, "blobs")); err != nil {
		t.Fatal(err)
	}
	record := func(_ context.Context, _ store.Tx, c people.Change) error {
		w.changes = append(w.changes, c)
		return nil
	}
	w.Ledger, err = ledger.New(t.Context(), ledger.Options{Store: st, Record: record, Now: func() time.Time { return now },
		Dir: dir, Blobs: w.blobs, Offices: func(context.Context) (map[string]string, error) {
			return map[string]string{"water": "区水务局", "roads": "区城管局", "police": "区公安分局"}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	w.packs, err = pack.New(t.Context(), pack.Options{Store: st, Kinds: append(pack.Own(), ledger.Kinds(w.Ledger)...), Record: record, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func folder(text string, more ...string) fstest.MapFS {
	fsys := fstest.MapFS{"pack.yaml": &fstest.MapFile{Data: []byte(text)}}
	for i := 0; i+1 < len(more); i += 2 {
		fsys[more[i]] = &fstest.MapFile{Data: []byte(more[i+1])}
	}
	return fsys
}

// read reads a pack of which nothing is installed.
func read(t *testing.T, text string, more ...string) (*pack.Pack, error) {
	t.Helper()
	return pack.Read(folder(text, more...), append(pack.Own(), ledger.Kinds(nil)...))
}

// install installs a pack and gives one of its registers.
func (w *world) install(text, entity string, more ...string) *ledger.Entity {
	w.t.Helper()
	p, err := w.packs.Read(folder(text, more...))
	if err != nil {
		w.t.Fatal(err)
	}
	from := ""
	if c, err := w.packs.Current(p.ID); err == nil {
		from = c.Version
	}
	if _, err := w.packs.Install(w.t.Context(), lin, p, from, false); err != nil {
		w.t.Fatal(err)
	}
	e, ok := ledger.Of(p, entity)
	if !ok {
		w.t.Fatalf("no register %s", entity)
	}
	return e
}

func (w *world) create(e *ledger.Entity, by people.Actor, v ledger.Values) (r ledger.Record, err error) {
	err = w.store.Write(w.t.Context(), func(ctx context.Context, tx store.Tx) error {
		r, err = w.Create(ctx, tx, by, e, v, now)
		return err
	})
	return r, err
}

func (w *world) update(e *ledger.Entity, by people.Actor, id string, v ledger.Values, expect int) (r ledger.Record, err error) {
	err = w.store.Write(w.t.Context(), func(ctx context.Context, tx store.Tx) error {
		r, err = w.Update(ctx, tx, by, e, id, v, expect, "", "", now.Add(time.Minute))
		return err
	})
	return r, err
}

// faults gives the parts of an error by place: code.
func faults(err error) string {
	if err == nil {
		return ""
	}
	f := fault.From(err)
	parts := f.Parts
	if len(parts) == 0 {
		parts = []*fault.Error{f}
	}
	var out []string
	for _, p := range parts {
		out = append(out, p.Where+" "+p.Code)
	}
	return strings.Join(out, "\n")
}

const roads = `
pack: {id: roads, version: 1.0.0, title: 道路}
codes:
  road_class:
    - {code: "01", name: {zh: 主干路, en: main road}}
    - {code: "02", name: 支路}
entity:
  road:
    title: 道路
    key: "R{year}-{seq:3}"
    office: keeper
    show: name
    unique: [[name, region]]
    fields:
      name:    {type: text(20), title: 路名, required: true}
      class:   {type: code(road_class), title: 等级, required: true, index: true}
      length:  {type: number, title: 长度, min: 0, max: 100}
      lanes:   {type: integer, title: 车道数, default: 2}
      cost:    {type: money, title: 造价, max: 1000000}
      opened:  {type: date, title: 通车日期}
      checked: {type: time, title: 检查时间}
      lit:     {type: bool, title: 有路灯}
      surface: {type: "enum(asphalt, concrete)", title: 路面, visible: "class == '01'", required: "lit"}
      keeper:  {type: office, title: 养护单位}
      region:  {type: region, title: 所在街道}
      place:   {type: point, title: 位置}
      area:    {type: area, title: 范围}
      contact: {type: person, title: 联系人}
      phone:   {type: text, title: 电话, personal: phone, pattern: '1\d{10}', help: 请填写手机号}
      photos:  {type: files, title: 照片, accept: image, max: 2, size: 1}
      score:   {type: rating, title: 评分}
      parent:  {type: reference(road), title: 上级道路}
      works:
        type: table
        title: 养护记录
        columns:
          day:  {type: date, required: true}
          cost: money
          note: text(10)
      spent:   {type: money, title: 养护费, formula: sum(works.cost)}
      grade:   {type: computed, formula: "lanes >= 4 ? 'wide' : 'narrow'"}
`
