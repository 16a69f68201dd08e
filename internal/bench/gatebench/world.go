package gatebench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/node"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/share"
)

// service is both the service's name and its directory's.
const service = "bench"

const directory = `
kind: directory
name: bench
title: 养老金发放
office: rsj
abstract: 性能测试用的虚构名单
share: {type: conditional, way: api, condition: 测试}
items:
  - {name: no, title: 序号, type: int, required: true}
  - {name: id_no, title: 身份证号, type: text, personal: id}
  - {name: person, title: 姓名, type: text, personal: name}
  - {name: region, title: 区划, type: text}
  - {name: street, title: 街道, type: text}
  - {name: amount, title: 金额, type: "decimal(10,2)"}
  - {name: paid, title: 发放日期, type: date}
  - {name: months, title: 月数, type: int}
  - {name: status, title: 状态, type: text}
  - {name: note, title: 备注, type: text}
load: {mode: replace}
`

type world struct {
	o              Options
	node           *node.Node
	key            string
	bare, governed net.Listener
	servers        []*http.Server
}

// open makes a node with the published directory, its service, an application and a grant.
func open(ctx context.Context, o Options) (_ *world, err error) {
	c := o.Config
	c.Data, c.Listen = filepath.Join(o.Dir, "data"), ""
	n, err := node.Open(ctx, c, node.Options{Version: "bench", Child: o.Child})
	if err != nil {
		return nil, err
	}
	w := &world{o: o, node: n}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	if err := w.publish(ctx); err != nil {
		return nil, err
	}
	if err := w.allow(ctx); err != nil {
		return nil, err
	}
	if err := n.Store.Drain(ctx); err != nil { // until the file is built
		return nil, err
	}
	if _, err := n.Served.State(service); err != nil {
		return nil, err
	}
	time.Sleep(time.Second) // the first second of a quota counts as used
	if w.bare, err = w.serve(http.HandlerFunc(w.bareHandler)); err != nil {
		return nil, err
	}
	w.governed, err = w.serve(n.Handler)
	return w, err
}

func (w *world) serve(h http.Handler) (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	w.servers = append(w.servers, s)
	go func() { _ = s.Serve(l) }()
	return l, nil
}

func (w *world) publish(ctx context.Context) error {
	n := w.node
	if err := n.Catalog.PutOffices(ctx, []catalog.Office{{Name: "rsj", Title: "人社局", Region: "420102000000"}}); err != nil {
		return err
	}
	docs, err := catalog.Decode("bench.yaml", []byte(directory))
	if err != nil {
		return err
	}
	if _, err := n.Catalog.Put(ctx, people.Local(), *docs[0].Value); err != nil {
		return err
	}
	if _, err := n.Catalog.Publish(ctx, people.Local(), service, ""); err != nil {
		return err
	}
	path := filepath.Join(w.o.Dir, "bench.csv")
	if err := write(path, w.o.Rows); err != nil {
		return err
	}
	f, err := n.Ingest.Spooled(ctx, path)
	if err != nil {
		return err
	}
	b, err := n.Ingest.Load(ctx, ingest.Request{Directory: service, File: f, At: time.Now()})
	if err != nil {
		return err
	}
	if b, err = n.Ingest.Wait(ctx, b.ID); err != nil {
		return err
	}
	if b.State != ingest.Published {
		return fmt.Errorf("gatebench: the load is %s: %v", b.State, b.Error)
	}
	return nil
}

// write writes rows of invented people; no two calls in a row find the same.
func write(path string, rows int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	b := bufio.NewWriter(f)
	fmt.Fprintln(b, "no,id_no,person,region,street,amount,paid,months,status,note")
	for i := range rows {
		fmt.Fprintf(b, "%d,00000019%06d%04d,张%d,420102%03d,大智街道,%d.%02d,2026-%02d-%02d,%d,正常,第%d号\n",
			i, i%1_000_000, i%10_000, i, i%16+1, 2000+i%3000, i%100, i%12+1, i%28+1, i%400, i)
	}
	return errors.Join(b.Flush(), f.Sync())
}

func (w *world) allow(ctx context.Context) (err error) {
	n, local := w.node, people.Local()
	if _, _, _, err := n.Share.Put(ctx, local, share.Declaration{Name: service, Title: "核验", Directory: service, Key: []string{"no"}}); err != nil {
		return err
	}
	if _, err := n.People.AddApp(ctx, local, "bench_app", "测试应用", "rsj"); err != nil {
		return err
	}
	if _, w.key, err = n.People.AddKey(ctx, local, "bench_app", people.KeySpec{Kind: people.APIKey}); err != nil {
		return err
	}
	d := policy.Draft{Grantee: policy.Grantee{Kind: policy.ToApp, Name: "bench_app"}, Directory: service,
		Rows:    policy.Rows{Rules: []policy.RowRule{{Item: "region", Op: policy.RowUnder, Values: []string{"420102"}}}},
		Purpose: "性能测试", Basis: "政务数据共享条例第二十一条", Until: time.Now().AddDate(1, 0, 0), PerSecond: 100_000, PerDay: 1_000_000_000}
	masks := map[string]policy.MaskKind{"id_no": policy.MaskID, "person": policy.MaskName}
	for _, item := range []string{"no", "id_no", "person", "region", "street", "amount", "paid", "months", "status", "note"} {
		d.Items = append(d.Items, policy.GrantItem{Item: item, Mask: policy.Mask{Kind: masks[item]}})
	}
	_, err = n.Grants.Make(ctx, local, d)
	return err
}
