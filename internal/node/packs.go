package node

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/chengshu/chengshu/internal/blob"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/menu"
	"github.com/chengshu/chengshu/internal/notice"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/view"
)

// PackKinds are the kinds of things a pack may declare, in the order of the floors. l is
// needed where packs are installed; nil will do for checking.
func PackKinds(l *ledger.Ledger) []pack.Kind {
	return slices.Concat(pack.Own(), ledger.Kinds(l), menu.Kinds(), flow.Kinds())
}

// shelves opens the rooms of packs, their records and what people are told.
func (n *Node) shelves(ctx context.Context, o Options) (err error) {
	blobs, err := blob.Open(filepath.Join(n.Config.Data, "blobs"))
	if err != nil {
		return err
	}
	n.Ledger, err = ledger.New(ctx, ledger.Options{Store: n.Store, Record: n.record, Offices: n.titles, Dir: filepath.Join(n.Config.Data, "imports"), Blobs: blobs, Now: o.Now})
	if err != nil {
		return err
	}
	if n.Packs, err = pack.New(ctx, pack.Options{Store: n.Store, Kinds: PackKinds(n.Ledger), Record: n.record, Now: o.Now}); err != nil {
		return err
	}
	if n.Notices, err = notice.New(ctx, n.Store, o.Now); err != nil {
		return err
	}
	n.Views, err = view.New(ctx, n.Store, o.Now)
	return err
}

// flows opens the engine of cases and what follows events for it.
func (n *Node) flows(ctx context.Context, o Options) (err error) {
	n.Flow, err = flow.New(ctx, flow.Options{Store: n.Store, Packs: n.Packs, Ledger: n.Ledger, Notices: n.Notices, People: n.People, Offices: n.offices,
		Record: n.record, Now: o.Now, Log: o.Log, OneByOne: o.OneByOne})
	if err != nil {
		return err
	}
	for _, c := range append(n.Flow.Follow(nodeName), n.Packs.Follow(nodeName)) {
		if err := n.Store.Consume(c); err != nil {
			return err
		}
	}
	return nil
}

// titles are the offices' by name.
func (n *Node) titles(ctx context.Context) (map[string]string, error) {
	entries, err := n.Catalog.Offices(ctx)
	out := make(map[string]string, len(entries))
	for _, e := range entries {
		out[e.Name] = e.Title
	}
	return out, err
}

// offices are the catalog's as routing sees them.
func (n *Node) offices(ctx context.Context) ([]flow.Office, error) {
	entries, err := n.Catalog.Offices(ctx)
	out := make([]flow.Office, len(entries))
	for i, e := range entries {
		out[i] = flow.Office{Name: e.Name, Title: e.Title, Region: region.Code(e.Region), Parent: e.Parent}
	}
	return out, err
}
