// Package ledgerbench measures registers: an import of a workbook against the plain reading
// and inserting of the same rows, and pages of a list of a million records against the bare
// statement of the same page.
//
// Read first: Registers.
package ledgerbench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing/fstest"

	"github.com/chengshu/chengshu/internal/bench/measure"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
)

// Options of a measurement.
type Options struct {
	Rows    int // of the workbook: 100,000
	Records int // of the register that is listed: 1,000,000
	Pages   int // of each kind that are asked for: 2,000
	Dir     string
	Tell    func(string)
}

// Result is what was measured.
type Result struct {
	Name   string `json:"name"`
	Import Import `json:"import"`
	Pages  []Page `json:"pages"`
}

// Import is one import. The limit reads the same workbook and inserts its cells as they are
// into a table without checks, in one transaction.
type Import struct {
	Rows         int     `json:"rows"`
	FileMB       float64 `json:"file_mb"`
	TrySeconds   float64 `json:"try_seconds"`
	LoadSeconds  float64 `json:"load_seconds"`
	Seconds      float64 `json:"seconds"` // both
	LimitSeconds float64 `json:"limit_seconds"`
	Ratio        float64 `json:"ratio"`          // LimitSeconds / Seconds
	PeakMB       int64   `json:"peak_mb"`        // resident, of the whole process while it imports
	LongestBatch float64 `json:"longest_ms"`     // how long another writer waits at most
	TakeBack     float64 `json:"take_back_secs"` // of all it made
}

// Page is one kind of page. The limit is the bare statement of the first: the newest rows by
// their index, nothing read of them.
type Page struct {
	Name  string  `json:"name"`
	P50   float64 `json:"p50_ms"`
	P99   float64 `json:"p99_ms"`
	Limit float64 `json:"limit_p99_ms"`
	Ratio float64 `json:"ratio"` // Limit / P99
}

const declaration = `
pack: {id: bench, version: 1.0.0, title: 台账}
codes: {class: [{code: "01", name: 井盖}, {code: "02", name: 路灯}, {code: "03", name: 占道}, {code: "04", name: 绿化}]}
entity:
  event:
    title: 事件
    key: "E{date}{seq:7}"
    fields:
      title:   {type: text(100), title: 标题, required: true}
      serial:  {type: text(20), title: 来源编号, unique: true}
      class:   {type: code(class), title: 类别, required: true, index: true}
      office:  {type: office, title: 处置部门}
      region:  {type: region, title: 所在街道}
      place:   {type: point, title: 位置}
      caller:  {type: person, title: 反映人}
      phone:   {type: text, title: 电话, personal: phone, pattern: '1\d{10}'}
      found:   {type: date, title: 发现日期, required: true}
      noted:   {type: time, title: 记录时间}
      cost:    {type: money, title: 费用}
      size:    {type: number, title: 面积, min: 0, max: 10000}
      urgent:  {type: bool, title: 是否紧急}
      note:    {type: text, title: 备注, visible: "urgent or cost > 0"}
      total:   {type: money, title: 合计, formula: "cost * 1.06"}
`

type world struct {
	o      Options
	books  *measure.Books
	ledger *ledger.Ledger
	event  *ledger.Entity
}

var by = people.Actor{Kind: people.UserKind, ID: "u-bench", Name: "台账", Office: "office00"}

// Registers measures the import, then fills a register and asks for pages of it.
func Registers(ctx context.Context, o Options) (r Result, err error) {
	o.Rows, o.Records, o.Pages = measure.Or(o.Rows, 100_000), measure.Or(o.Records, 1_000_000), measure.Or(o.Pages, 2_000)
	r = Result{Name: "ledger"}
	w, err := open(ctx, o)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, w.books.Close()) }()
	if r.Import, err = w.imports(ctx); err != nil {
		return r, err
	}
	if err := w.fill(ctx); err != nil {
		return r, err
	}
	r.Pages, err = w.pages(ctx)
	return r, err
}

func open(ctx context.Context, o Options) (*world, error) {
	w := &world{o: o}
	books, err := measure.OpenBooks(ctx, o.Dir)
	if err != nil {
		return nil, err
	}
	w.books = books
	titles := map[string]string{}
	for i := range offices {
		titles[office(i)] = fmt.Sprintf("第%02d部门", i)
	}
	spool := filepath.Join(o.Dir, "imports")
	if err := os.MkdirAll(spool, 0o700); err != nil {
		return nil, err
	}
	w.ledger, err = ledger.New(ctx, ledger.Options{Store: w.books.Store, Record: books.Record, Dir: spool, Offices: func(context.Context) (map[string]string, error) { return titles, nil }})
	if err != nil {
		return nil, err
	}
	packs, err := pack.New(ctx, pack.Options{Store: w.books.Store, Kinds: append(pack.Own(), ledger.Kinds(w.ledger)...), Record: books.Record})
	if err != nil {
		return nil, err
	}
	p, err := packs.Read(fstest.MapFS{"pack.yaml": &fstest.MapFile{Data: []byte(declaration)}})
	if err != nil {
		return nil, err
	}
	if _, err := packs.Install(ctx, by, p, "", false); err != nil {
		return nil, err
	}
	w.event, _ = ledger.Of(p, "event")
	return w, nil
}

const offices = 46

func office(i int) string { return fmt.Sprintf("office%02d", i%offices) }
