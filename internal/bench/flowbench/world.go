package flowbench

import (
	"context"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chengshu/chengshu/internal/bench/measure"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/notice"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/packs"
)

// streets is how many streets the district has, each with an office, two menders and a
// checker; its centre has twenty seats at
// the desk.
const (
	streets = 45
	seats   = 20
)

const (
	district = "420102000000"
	centre   = "centre"
	packID   = "pothole"
)

func street(i int) string { return fmt.Sprintf("street%02d", i%streets) }
func place(i int) string  { return fmt.Sprintf("420102%03d001", 1+i%streets) }

// world is the engine on a store and an audit of its own.
type world struct {
	o      Options
	books  *measure.Books
	engine *flow.Engine
	now    atomic.Int64 // unix seconds
	stop   context.CancelFunc
	work   sync.WaitGroup
	all    []people.Actor
	opened atomic.Int64
}

// morning is when the measurement begins for the cases: a working day's.
var morning = time.Date(2026, 11, 24, 10, 0, 0, 0, region.Beijing)

func (w *world) Now() time.Time { return time.Unix(w.now.Load(), 0) }

func (w *world) at(t time.Time) { w.now.Store(t.Unix()) }

// EachUser is flow.People.
func (w *world) EachUser(_ context.Context, see func(people.User)) error {
	for _, a := range w.all {
		see(people.User{ID: a.ID, Login: a.ID, Name: a.Name, Office: a.Office, Roles: a.Roles, State: people.Enabled})
	}
	return nil
}

func (w *world) staff() (offices []flow.Office) {
	offices = []flow.Office{{Name: centre, Title: "区城运中心", Region: district}}
	var below []string
	for i := range streets {
		offices = append(offices, flow.Office{Name: street(i), Title: fmt.Sprintf("第%02d街道办", i+1), Region: region.Code(fmt.Sprintf("420102%03d000", 1+i)), Parent: centre})
		below = append(below, street(i))
		for _, p := range []struct{ id, role string }{{"mender", "mender"}, {"second", "mender"}, {"checker", "checker"}} {
			id := fmt.Sprintf("%s-%02d", p.id, i)
			w.all = append(w.all, people.Actor{Kind: people.UserKind, ID: id, Name: id, Office: street(i), Roles: []people.Role{people.Role(packID + "." + p.role)}})
		}
	}
	for i := range seats {
		id := fmt.Sprintf("desk-%d", i)
		w.all = append(w.all, people.Actor{Kind: people.UserKind, ID: id, Name: id, Office: centre, Below: below, Roles: []people.Role{packID + ".desk"}})
	}
	return offices
}

func (w *world) person(id string) people.Actor {
	for _, a := range w.all {
		if a.ID == id {
			return a
		}
	}
	panic("flowbench: nobody is called " + id)
}

func open(ctx context.Context, o Options) (*world, error) {
	w := &world{o: o}
	w.at(morning)
	books, err := measure.OpenBooks(ctx, o.Dir)
	if err != nil {
		return nil, err
	}
	w.books = books
	return w, w.engines(ctx)
}

// engines brings up what a node has of them, with its consumers running.
func (w *world) engines(ctx context.Context) error {
	offices := w.staff()
	l, err := ledger.New(ctx, ledger.Options{Store: w.books.Store, Record: w.books.Record})
	if err != nil {
		return err
	}
	installed, err := pack.New(ctx, pack.Options{Store: w.books.Store, Kinds: append(append(pack.Own(), ledger.Kinds(l)...), flow.Kinds()...), Record: w.books.Record, Now: w.Now})
	if err != nil {
		return err
	}
	notices, err := notice.New(ctx, w.books.Store, w.Now)
	if err != nil {
		return err
	}
	w.engine, err = flow.New(ctx, flow.Options{Store: w.books.Store, Packs: installed, Ledger: l, Notices: notices, People: w, Record: w.books.Record, Now: w.Now,
		Offices: func(context.Context) ([]flow.Office, error) { return offices, nil }})
	if err != nil {
		return err
	}
	files, err := fs.Sub(packs.Files, "examples/"+packID)
	if err != nil {
		return err
	}
	p, err := installed.Read(files)
	if err != nil {
		return err
	}
	if _, err := installed.Install(ctx, people.Local(), p, "", false); err != nil {
		return err
	}
	for _, c := range w.engine.Follow("bench") {
		if err := w.books.Store.Consume(c); err != nil {
			return err
		}
	}
	running, stop := context.WithCancel(ctx)
	w.stop = stop
	w.work.Go(func() { _ = w.books.Store.Run(running) }) // both end with their context alone
	w.work.Go(func() { _ = w.books.Audit.Run(running) })
	return nil
}

func (w *world) close() error {
	w.stop()
	w.work.Wait()
	return w.books.Close()
}
