package node

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/door/gateway"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/serving/sqlite"
	"github.com/chengshu/chengshu/internal/share"
	"github.com/chengshu/chengshu/internal/store"
)

// nodeName is what the cursors of what is kept per node are called; there is one node.
const nodeName = "local"

// trust opens the rooms of who may do what, and of what was done: keys, audit, people,
// grants.
func (n *Node) trust(ctx context.Context, o Options) (err error) {
	path := func(name string) string { return filepath.Join(n.Config.Data, name) }
	keys := gm.RingOptions{Path: path(ringFile), MasterFile: n.Config.Keys.MasterFile, Now: o.Now}
	if keys.MasterFile == "" {
		keys.MasterFile = path("master.key")
	}
	if o.Master != "" {
		if keys.Master, err = gm.ParseMaster(o.Master); err != nil {
			return err
		}
	}
	if n.Keys, err = gm.OpenRing(keys); err != nil {
		return err
	}
	n.Audit, err = audit.Open(ctx, audit.Options{Dir: path(auditDir), Head: path(auditHead), Store: n.Store,
		Signer: func() gm.Signer { return n.Keys.Current(gm.Audit) }, PublicKey: n.Keys.PublicKey, Retention: n.Config.retention(), Segment: n.Config.Audit.SegmentBytes, Now: o.Now, Log: o.Log})
	if err != nil {
		return err
	}
	if err := n.shelves(ctx, o); err != nil {
		return err
	}
	n.People, err = people.New(ctx, people.Options{Store: n.Store, Offices: n.Catalog, Sealer: n.Keys, Record: n.record, Now: o.Now, PackRoles: n.Packs.Roles,
		Allow: func(by people.Actor, action, owner, office string) error {
			return policy.Allowed(by, policy.Action(action), policy.Target{Owner: owner, Office: office})
		}})
	if err != nil {
		return err
	}
	n.Grants, err = policy.New(ctx, policy.Options{Store: n.Store, Directories: n.Catalog,
		Grantees: grantees{n.People, n.Catalog}, Record: n.record, Now: o.Now})
	return err
}

// sharing opens the engine of data services with its files, and what follows events.
func (n *Node) sharing(ctx context.Context, o Options) (err error) {
	files, err := sqlite.Open(ctx, sqlite.Options{Dir: filepath.Join(n.Config.Data, "serving"), Lake: n.Lake, Engine: n.Reader, Log: o.Log, Now: o.Now})
	if err != nil {
		return err // and Close finds none: a nil driver in the interface would be one
	}
	n.Served = files
	n.Share, err = share.New(ctx, share.Options{Store: n.Store, Catalog: n.Catalog, Grants: n.Grants, Audit: n.Audit, Files: n.Served, Lake: n.Lake,
		Reader: n.Reader, Record: n.record, Sealer: n.Keys, Now: o.Now, Log: o.Log,
		Salt:     func(parts ...[]byte) [32]byte { return n.Keys.Current(gm.Mask).HMAC(parts...) },
		Subject:  func(parts ...[]byte) [32]byte { return n.Keys.Current(gm.Subject).HMAC(parts...) },
		Subjects: n.subjects})
	if err != nil {
		return err
	}
	for _, c := range append(n.Share.Follow(nodeName), n.People.Follow(nodeName), n.Grants.Follow(nodeName)) {
		if err := n.Store.Consume(c); err != nil {
			return err
		}
	}
	return nil
}

// subjects names what was looked up by every version of the key.
func (n *Node) subjects(parts ...[]byte) (out [][gm.Size]byte) {
	for _, k := range slices.Backward(n.Keys.Keys()) {
		if k.Purpose() == gm.Subject {
			out = append(out, k.HMAC(parts...))
		}
	}
	return out
}

// gate puts the door of applications beside the console's.
func (n *Node) gate(ctx context.Context, o Options, metrics *prometheus.Registry) error {
	g, err := gateway.New(ctx, gateway.Options{Share: n.Share, People: n.People, Audit: n.Audit, Store: n.Store, Metrics: metrics, Log: o.Log, Now: o.Now})
	if err != nil {
		return err
	}
	console := n.Handler
	n.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, gateway.Prefix) {
			g.ServeHTTP(w, r)
			return
		}
		console.ServeHTTP(w, r)
	})
	return nil
}

// record keeps the entry of a change in the change's transaction.
func (n *Node) record(ctx context.Context, tx store.Tx, c people.Change) error {
	body, err := audit.Change(c.Text, c.Detail)
	if err != nil {
		return err
	}
	return n.Audit.Record(ctx, tx, audit.Entry{At: c.At, Action: c.Action, Actor: c.Actor.ID, Office: c.Office, Outcome: "ok",
		Target: c.Kind + "/" + c.Key, Change: body})
}

// noticeDays is how long notices are kept.
const noticeDays = 180

// upkeep ends what is over: grants, sessions, the counts of past days.
func (n *Node) upkeep(ctx context.Context) error {
	if err := n.Share.Refresh(ctx); err != nil && ctx.Err() == nil {
		n.log.Error("served files are behind; they follow with the next batch", "error", err)
	}
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		_, expired := n.Grants.Expire(ctx, n.now())
		_, swept := n.People.Sweep(ctx)
		_, told := n.Notices.Forget(ctx, n.now().AddDate(0, 0, -noticeDays))
		if err := errors.Join(expired, swept, told, n.Share.Forget(ctx)); err != nil && ctx.Err() == nil {
			n.log.Error("upkeep of grants and sessions failed; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// closeTrust closes what trust and sharing opened, quotas and audit before the store.
func (n *Node) closeTrust() error {
	var errs []error
	if n.Share != nil {
		errs = append(errs, n.Share.Close(context.Background()))
	}
	if n.Served != nil {
		errs = append(errs, n.Served.Close())
	}
	if n.Audit != nil {
		errs = append(errs, n.Audit.Close())
	}
	return errors.Join(errs...)
}

type grantees struct {
	people *people.People
	tree   people.Offices
}

// Grantee is part of policy.Grantees.
func (g grantees) Grantee(ctx context.Context, to policy.Grantee) error {
	if to.Kind == policy.ToApp {
		return g.people.AppKnown(to.Name)
	}
	return g.tree.Known(ctx, to.Name)
}
