package console

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/policy"
)

// lineageNode is a thing that rows come from, stay in or go to.
type lineageNode struct {
	ID    string     `json:"id" doc:"kind/key"`
	Kind  string     `json:"kind" enum:"file,directory,service,grant,app,office"`
	Key   string     `json:"key" doc:"what it is looked up by: of a file its last batch"`
	Title string     `json:"title"`
	Note  string     `json:"note" doc:"of a file the label of its last batch, of a grant its purpose"`
	State string     `json:"state" doc:"of the batch, directory, service or grant"`
	Rows  int64      `json:"rows" doc:"published: of a file's last batch, of a directory all"`
	At    *time.Time `json:"at"`
	Times int        `json:"times" doc:"of a file: how often one of this name came, of the batches looked at"`
}

// lineageEdge says that rows go from one to the other, or that one is judged by the other.
type lineageEdge struct {
	From string `json:"from"`
	To   string `json:"to"`
	Kind string `json:"kind" enum:"loads,refers,serves,grants,uses"`
}

type lineageBody struct {
	Nodes  []lineageNode `json:"nodes" doc:"from the sources to the users"`
	Edges  []lineageEdge `json:"edges"`
	Hidden []string      `json:"hidden" doc:"kinds of things that the asker may not see and that are left out"`
}

const lineageBatches = 100 // the last ones, whose files are drawn

// lineage draws where a directory's rows come from and who uses them, as far as the asker
// may see it.
func (c *Console) lineage(ctx context.Context, in *DirectoryIn) (lineageBody, error) {
	v, err := c.Catalog.Get(ctx, in.Name)
	if err != nil {
		return lineageBody{}, err
	}
	l := &lineageOf{c: c, v: v, self: "directory/" + in.Name}
	for _, part := range []func(context.Context) error{l.files, l.references, l.own, l.referring, l.services, l.grants} {
		if err := part(ctx); err != nil {
			return lineageBody{}, err
		}
	}
	return l.body, nil
}

type lineageOf struct {
	c    *Console
	v    catalog.Version
	self string
	body lineageBody
}

func (l *lineageOf) add(n lineageNode, edge string, from, to string) {
	if !slices.ContainsFunc(l.body.Nodes, func(o lineageNode) bool { return o.ID == n.ID }) {
		l.body.Nodes = append(l.body.Nodes, n)
	}
	if edge != "" {
		l.body.Edges = append(l.body.Edges, lineageEdge{from, to, edge})
	}
}

// may says whether things of the directory's office are shown; what is not is told.
func (l *lineageOf) may(ctx context.Context, kind string, act policy.Action) bool {
	if policy.Allowed(actor(ctx), act, policy.Target{Office: l.v.Directory.Office}) == nil {
		return true
	}
	l.body.Hidden = append(l.body.Hidden, kind)
	return false
}

// files are the names under which files came, the latest first.
func (l *lineageOf) files(ctx context.Context) error {
	if !l.may(ctx, "file", policy.BatchRead) {
		return nil
	}
	batches, _, err := l.c.Ingest.Batches(ctx, ingest.Filter{Directory: l.v.Directory.Name}, "", lineageBatches)
	for _, b := range batches {
		if b.Parent != "" {
			continue
		}
		id := "file/" + b.File
		if i := slices.IndexFunc(l.body.Nodes, func(n lineageNode) bool { return n.ID == id }); i >= 0 {
			l.body.Nodes[i].Times++
			continue
		}
		at := b.StartedAt
		l.add(lineageNode{ID: id, Kind: "file", Key: string(b.ID), Title: b.File, Note: b.Label, State: string(b.State), Rows: b.Published, At: &at, Times: 1}, "loads", id, l.self)
	}
	return err
}

// references are the directories whose rows the rules look into.
func (l *lineageOf) references(ctx context.Context) error {
	var names []string
	for _, r := range l.v.Directory.Rules {
		if r.Table != "" && !slices.Contains(names, r.Table) {
			names = append(names, r.Table)
		}
	}
	return l.directories(ctx, names, func(id string) (string, string) { return id, l.self })
}

// referring are the directories whose rules look into this one.
func (l *lineageOf) referring(ctx context.Context) error {
	names, err := l.c.Catalog.Referring(ctx, l.v.Directory.Name)
	if err != nil {
		return err
	}
	return l.directories(ctx, names, func(id string) (string, string) { return l.self, id })
}

func (l *lineageOf) directories(ctx context.Context, names []string, way func(id string) (from, to string)) error {
	entries, err := l.c.Catalog.Entries(ctx, names...)
	if err != nil {
		return err
	}
	data, err := l.c.Ingest.Datasets(ctx, names)
	for _, name := range names {
		e, id := entries[name], "directory/"+name
		from, to := way(id)
		l.add(lineageNode{ID: id, Kind: "directory", Key: name, Title: e.Title, Note: e.OfficeTitle, State: string(e.State), Rows: data[name].Rows}, "refers", from, to)
	}
	return err
}

func (l *lineageOf) own(ctx context.Context) error {
	name := l.v.Directory.Name
	entries, err := l.c.Catalog.Entries(ctx, name)
	if err != nil {
		return err
	}
	data, err := l.c.Ingest.Datasets(ctx, []string{name})
	at := l.v.At
	l.add(lineageNode{ID: l.self, Kind: "directory", Key: name, Title: l.v.Directory.Title, Note: entries[name].OfficeTitle, State: string(l.v.State), Rows: data[name].Rows, At: &at}, "", "", "")
	return err
}

func (l *lineageOf) services(ctx context.Context) error {
	offices, all := policy.Reaching(actor(ctx), policy.ServiceRead).Offices()
	if all {
		offices = nil
	} else if len(offices) == 0 {
		l.body.Hidden = append(l.body.Hidden, "service")
		return nil
	}
	for _, s := range l.c.Share.Services(l.v.Directory.Name, offices) {
		state, at := "running", s.ChangedAt
		if s.Stopped {
			state = "stopped"
		}
		l.add(lineageNode{ID: "service/" + s.Name, Kind: "service", Key: s.Name, Title: s.Title, State: state, At: &at}, "serves", l.self, "service/"+s.Name)
	}
	return nil
}

// grants are those that stand, and whom they let use the services of the directory; an
// application is named by its title where the asker may see it.
func (l *lineageOf) grants(ctx context.Context) error {
	if !l.may(ctx, "grant", policy.GrantRead) {
		return nil
	}
	var served []string
	for _, e := range l.body.Edges {
		if e.Kind == "serves" {
			served = append(served, e.To)
		}
	}
	f := policy.Filter{Directory: l.v.Directory.Name, State: policy.Active}.Seen(policy.Reaching(actor(ctx), policy.GrantRead))
	grants, _, err := l.c.Grants.List(ctx, f, "", lineageBatches)
	for _, g := range grants {
		id, until := "grant/"+g.ID, g.Until
		l.add(lineageNode{ID: id, Kind: "grant", Key: g.ID, Title: g.Purpose, Note: fmt.Sprint(len(g.Items)), State: string(g.State), At: &until}, "", "", "")
		for _, s := range served {
			l.body.Edges = append(l.body.Edges, lineageEdge{s, id, "grants"})
		}
		if len(served) == 0 {
			l.body.Edges = append(l.body.Edges, lineageEdge{l.self, id, "grants"})
		}
		user := l.grantee(ctx, g.Grantee)
		l.add(user, "uses", id, user.ID)
	}
	return err
}

func (l *lineageOf) grantee(ctx context.Context, g policy.Grantee) lineageNode {
	n := lineageNode{ID: string(g.Kind) + "/" + g.Name, Kind: string(g.Kind), Key: g.Name, Title: g.Name}
	if g.Kind == policy.ToApp {
		if a, err := l.c.People.App(ctx, g.Name); err == nil {
			n.Title = a.Title
		}
		return n
	}
	if o, err := l.c.Catalog.Office(ctx, g.Name); err == nil {
		n.Title = o.Title
	}
	return n
}
