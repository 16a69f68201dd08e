package policy

import (
	"context"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/store"
)

//go:embed schema.sql
var schema1 string

// What is refused. Compare with errors.Is.
var (
	// ErrMissing is a grant nobody made.
	ErrMissing = fault.New(fault.Missing, "grant.unknown", fault.T("没有该授权", "there is no such grant")).
			Fix(fault.T("请核对授权编号", "check the grant's id"))
	// ErrEnded is a grant that was revoked or is over already.
	ErrEnded = fault.New(fault.Conflict, "grant.ended", fault.T("授权已撤销或已到期", "the grant was revoked or is over already")).
			Fix(fault.T("如仍需使用，请另作授权", "make another grant if it is still needed"))
	// ErrReason is a revocation that does not say why.
	ErrReason = fault.New(fault.Invalid, "grant.reason", fault.T("撤销授权须写明理由", "a revocation says why")).At("reason").
			Fix(fault.T("请填写 reason", "fill in reason"))
)

// Options are what the grants stand on; all but Now are needed.
type Options struct {
	Store       store.Store
	Directories Directories
	Grantees    Grantees
	Record      people.Record
	Now         func() time.Time // time.Now
}

// Grants keeps the grants of a district. It is safe for concurrent use.
type Grants struct {
	opt  Options
	book *book
}

// New brings the room's tables up and learns the grants that stand.
func New(ctx context.Context, o Options) (*Grants, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := o.Store.Migrate(ctx, "policy", []store.Migration{{Version: 1, SQL: schema1}}); err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	g := &Grants{opt: o, book: newBook()}
	var rows []grantRow
	if err := o.Store.Read().NewSelect().Model(&rows).Where("state = ?", Active).Scan(ctx); err != nil {
		return nil, fmt.Errorf("policy: standing grants: %w", err)
	}
	for _, r := range rows {
		gr, err := r.grant()
		if err != nil {
			return nil, err
		}
		g.book.put(gr)
	}
	return g, nil
}

// Check says everything that is wrong with a draft, as Make would.
func (g *Grants) Check(ctx context.Context, draft Draft) error {
	_, err := g.check(ctx, draft)
	return err
}

func (g *Grants) check(ctx context.Context, draft Draft) (Directory, error) {
	d, err := g.opt.Directories.Directory(ctx, draft.Directory)
	if err != nil {
		return Directory{}, err
	}
	wrong := Check(draft, d, g.opt.Now())
	var nobody error
	if draft.Grantee.Name != "" {
		nobody = g.opt.Grantees.Grantee(ctx, draft.Grantee)
	}
	switch {
	case nobody == nil:
		return d, wrong
	case wrong == nil || fault.KindOf(nobody) == fault.Internal:
		return d, nobody
	}
	c := check{}
	c.add(fault.From(wrong))
	c.add(fault.From(nobody).At("grantee"))
	return d, fault.All("grant.invalid", fault.T("授权有 %d 处错误", "%d errors in the grant", len(c.faults)), c.faults)
}

// Make makes a grant of a draft. It stands on every node once Make has returned here and
// the event has arrived there.
func (g *Grants) Make(ctx context.Context, by people.Actor, draft Draft) (Grant, error) {
	d, err := g.check(ctx, draft)
	if d.Name != "" { // what is wrong is told to those only who may grant it at all
		if denied := Allowed(by, GrantMake, Target{Office: d.Office}); denied != nil {
			return Grant{}, denied
		}
	}
	if err != nil {
		return Grant{}, err
	}
	now := g.opt.Now().UTC()
	if draft.From.IsZero() {
		draft.From = now
	}
	draft.From, draft.Until = draft.From.UTC(), draft.Until.UTC()
	out := Grant{ID: ident.New(), Draft: draft, Office: d.Office, State: Active, MadeAt: now, MadeBy: by.ID}
	r, err := rowOf(out)
	if err != nil {
		return Grant{}, err
	}
	err = g.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
			return err
		}
		return g.told(ctx, tx, out, by, GrantMake, event.GrantMade, "")
	})
	return out, wrapped("make a grant", err)
}

// Revoke ends a grant at once: when it has returned, no call on this node is answered by
// it, and other nodes follow with the event.
func (g *Grants) Revoke(ctx context.Context, by people.Actor, id, reason string) (Grant, error) {
	if strings.TrimSpace(reason) == "" {
		return Grant{}, ErrReason
	}
	var out Grant
	err := g.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		gr, err := find(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := Allowed(by, GrantRevoke, Target{Office: gr.Office}); err != nil {
			return err
		}
		out, err = g.end(ctx, tx, gr, Revoked, by, reason)
		return err
	})
	return out, wrapped("revoke a grant", err)
}

// Expire ends the grants that are over at a time and says how many there were. A grant's
// decision denies from that moment on by itself: this only keeps the books.
func (g *Grants) Expire(ctx context.Context, now time.Time) (int, error) {
	n := 0
	err := g.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		n = 0
		var rows []grantRow
		err := tx.NewSelect().Model(&rows).Where("state = ? AND until <= ?", Active, now.UTC()).Order("id").Scan(ctx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			gr, err := r.grant()
			if err != nil {
				return err
			}
			if _, err := g.end(ctx, tx, gr, Expired, people.Actor{ID: "system", Name: "系统"}, ""); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, wrapped("expire grants", err)
}

func (g *Grants) end(ctx context.Context, tx store.Tx, gr Grant, to State, by people.Actor, reason string) (Grant, error) {
	if gr.State != Active {
		return gr, ErrEnded.At("%s", gr.ID)
	}
	now := g.opt.Now().UTC()
	gr.State, gr.EndedAt, gr.EndedBy, gr.EndReason = to, &now, by.ID, reason
	_, err := tx.NewUpdate().Model((*grantRow)(nil)).Set("state = ?", to).Set("ended_at = ?", now).
		Set("ended_by = ?", by.ID).Set("end_reason = ?", reason).Where("id = ?", gr.ID).Exec(ctx)
	if err != nil {
		return gr, err
	}
	kind := event.GrantRevoked
	if to == Expired {
		kind = event.GrantExpired
	}
	return gr, g.told(ctx, tx, gr, by, GrantRevoke, kind, reason)
}

// told does what goes with every change of a grant: history, audit entry, event, and the
// book of this process once the commit stands.
func (g *Grants) told(ctx context.Context, tx store.Tx, gr Grant, by people.Actor, act Action, kind event.Kind, reason string) error {
	at := g.opt.Now().UTC()
	h := &historyRow{GrantID: gr.ID, State: gr.State, At: at, Actor: by.ID, Reason: reason}
	if _, err := tx.NewInsert().Model(h).Exec(ctx); err != nil {
		return err
	}
	name := string(act)
	if gr.State == Expired {
		name = "grant.expire"
	}
	detail, err := gr.detail(reason)
	if err != nil {
		return err
	}
	change := people.Change{At: at, Actor: by, Action: name, Kind: "grant", Key: gr.ID, Office: gr.Office,
		Text: sentence(gr), Detail: detail}
	if err := g.opt.Record(ctx, tx, change); err != nil {
		return err
	}
	body := event.GrantChange{Grant: gr.ID, Directory: gr.Directory, Grantee: gr.Grantee.String()}
	if err := tx.Emit(ctx, kind, gr.ID, body); err != nil {
		return err
	}
	tx.After(func() { g.book.put(gr) })
	return nil
}

func sentence(g Grant) fault.Text {
	verb := map[State]fault.Text{Active: fault.T("授权", "granted"), Revoked: fault.T("撤销授权", "revoked"), Expired: fault.T("授权到期", "ended by its term")}[g.State]
	return fault.T("%[1]s：目录 %[3]s，对象 %[4]s", "%[2]s: directory %[3]s, to %[4]s", verb.ZH, verb.EN, g.Directory, g.Grantee)
}

// detail is what the audit keeps of a grant: what was allowed in short, and the SM3 of the
// draft as it is stored, which binds the rest.
func (g Grant) detail(reason string) (map[string]string, error) {
	r, err := rowOf(g)
	if err != nil {
		return nil, err
	}
	sum := gm.Sum3([]byte(r.Body))
	items := make([]string, len(g.Items))
	for i, it := range g.Items {
		items[i] = it.Item
		if m := it.Mask.String(); m != "" {
			items[i] += "=" + m
		}
	}
	out := map[string]string{"grantee": g.Grantee.String(), "directory": g.Directory, "items": strings.Join(items, ","),
		"rows": strconv.Itoa(len(g.Rows.Rules)) + " rules", "purpose": g.Purpose, "basis": g.Basis, "until": g.Until.Format(time.RFC3339), "sm3": hex.EncodeToString(sum[:])}
	if g.Rows.All {
		out["rows"] = "all"
	}
	if reason != "" {
		out["reason"] = reason
	}
	return out, nil
}

// wrapped leaves faults as they are and says of other errors where they came from.
func wrapped(what string, err error) error {
	var f *fault.Error
	if err == nil || errors.As(err, &f) {
		return err
	}
	return fmt.Errorf("policy: %s: %w", what, err)
}
