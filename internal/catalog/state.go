package catalog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/event"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/store"
)

// State is how far a directory has come: what was declared is a draft until whoever may
// publishes it. Drafts are loaded and judged like others; services and grants are for
// published directories alone.
type State string

// The states. A withdrawn directory may be published again.
const (
	Draft     State = "draft"
	Published State = "published"
	Withdrawn State = "withdrawn"
)

// States are the states with their titles.
func States() []Word {
	return []Word{
		{Name: string(Draft), Title: fault.T("草稿", "draft")},
		{Name: string(Published), Title: fault.T("已发布", "published")},
		{Name: string(Withdrawn), Title: fault.T("已撤下", "withdrawn")},
	}
}

// barred says why nothing of a directory in this state may be granted or served.
func (s State) barred() fault.Text {
	switch s {
	case Published:
		return fault.Text{}
	case Withdrawn:
		return fault.T("目录已撤下", "it was withdrawn")
	}
	return fault.T("目录尚未发布", "it is not published yet")
}

// Turn is one change of a directory's state.
type Turn struct {
	State   State     `json:"state"`
	Version int       `json:"version"` // the directory's version that was published or withdrawn
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	ByName  string    `json:"by_name"`
	Reason  string    `json:"reason"`
}

type stateRow struct {
	bun.BaseModel `bun:"table:catalog_state,alias:s"`
	Name          string `bun:",pk"`
	Seq           int    `bun:",pk"`
	State         State
	Version       int
	At            time.Time
	Actor         string
	Person        string
	Reason        string
}

const mostReason = 400 // characters

// Publish makes a directory's last version public to whoever may see directories, and open
// to services and grants. One that is published already may be published again once it has
// changed: the change was looked at.
func (c *Catalog) Publish(ctx context.Context, by people.Actor, name, reason string) (Turn, error) {
	return c.turn(ctx, by, name, reason, Published)
}

// Withdraw ends that: grants stay as they are and give nothing until the directory is
// published again. It needs a reason.
func (c *Catalog) Withdraw(ctx context.Context, by people.Actor, name, reason string) (Turn, error) {
	return c.turn(ctx, by, name, reason, Withdrawn)
}

func (c *Catalog) turn(ctx context.Context, by people.Actor, name, reason string, to State) (Turn, error) {
	reason = strings.TrimSpace(reason)
	if err := checkReason(reason, to); err != nil {
		return Turn{}, err
	}
	var out Turn
	err := c.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		var d directoryRow
		err := tx.NewSelect().Model(&d).Where("name = ?", name).Scan(ctx)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrMissing.At("%s", name)
		}
		if err != nil {
			return err
		}
		if err := policy.Allowed(by, policy.DirectoryPublish, policy.Target{Office: d.Office}); err != nil {
			return err
		}
		if err := d.may(to); err != nil {
			return err
		}
		out = Turn{State: to, Version: d.Version, At: c.now().UTC(), By: by.ID, ByName: by.Name, Reason: reason}
		return c.turned(ctx, tx, by, d, out)
	})
	var known *fault.Error
	if err != nil && !errors.As(err, &known) {
		err = fmt.Errorf("catalog: %s becomes %s: %w", name, to, err)
	}
	return out, err
}

func checkReason(reason string, to State) error {
	switch {
	case reason == "" && to == Withdrawn:
		return fault.New(fault.Invalid, "directory.reason", fault.T("撤下目录须写明理由", "withdrawing needs a reason")).At("reason").
			Fix(fault.T("请填写理由，理由将留存", "give the reason; it is kept"))
	case utf8.RuneCountInString(reason) > mostReason:
		return fault.New(fault.Invalid, "directory.reason.long", fault.T("理由超过 %d 字", "the reason has more than %d characters", mostReason)).At("reason").
			Fix(fault.T("请精简", "shorten it"))
	}
	return nil
}

// may says whether a directory can come into a state from the one it is in.
func (d directoryRow) may(to State) error {
	refuse := func(zh, en, fixZH, fixEN string) error {
		return fault.New(fault.Conflict, "directory.state", fault.Text{ZH: zh, EN: en}).At("%s", d.Name).Fix(fault.Text{ZH: fixZH, EN: fixEN})
	}
	switch {
	case to == Published && d.State == Published && d.PublishedVersion == d.Version:
		return refuse("目录已经发布，且没有新的修改", "it is published already, and has not changed since", "无需再次发布", "there is nothing to do")
	case to == Withdrawn && d.State == Draft:
		return refuse("目录尚未发布，无从撤下", "it is not published yet, so it cannot be withdrawn", "草稿不对外提供，无需撤下", "a draft is given to nobody")
	case to == Withdrawn && d.State == Withdrawn:
		return refuse("目录已经撤下", "it was withdrawn already", "无需再次撤下", "there is nothing to do")
	}
	return nil
}

// turned writes the state, its history, the audit entry and the fact.
func (c *Catalog) turned(ctx context.Context, tx store.Tx, by people.Actor, d directoryRow, t Turn) error {
	d.State, d.Stated = t.State, d.Stated+1
	if t.State == Published {
		d.PublishedVersion = t.Version
	}
	if _, err := tx.NewUpdate().Model(&d).Column("state", "stated", "published_version").WherePK().Exec(ctx); err != nil {
		return err
	}
	h := &stateRow{Name: d.Name, Seq: d.Stated, State: t.State, Version: t.Version, At: t.At, Actor: t.By, Person: t.ByName, Reason: t.Reason}
	if _, err := tx.NewInsert().Model(h).Exec(ctx); err != nil {
		return err
	}
	kind, action, text := event.DirectoryPublished, "directory.publish", fault.T("发布目录 %s 第 %d 版", "published the directory %s, version %d", d.Name, t.Version)
	if t.State == Withdrawn {
		kind, action, text = event.DirectoryWithdrawn, "directory.withdraw", fault.T("撤下目录 %s", "withdrew the directory %s", d.Name)
	}
	if c.record != nil {
		change := people.Change{At: t.At, Actor: by, Action: action, Kind: "directory", Key: d.Name, Office: d.Office, Text: text,
			Detail: map[string]string{"reason": t.Reason, "version": fmt.Sprint(t.Version), "hash": d.Hash}}
		if err := c.record(ctx, tx, change); err != nil {
			return err
		}
	}
	return tx.Emit(ctx, kind, d.Name, event.DirectoryChange{Directory: d.Name, Version: t.Version})
}

// Turns lists what became of a directory, the last first; none for one never published.
func (c *Catalog) Turns(ctx context.Context, name string) ([]Turn, error) {
	var rows []stateRow
	if err := c.store.Read().NewSelect().Model(&rows).Where("name = ?", name).Order("seq DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("catalog: states of %s: %w", name, err)
	}
	out := make([]Turn, len(rows))
	for i, r := range rows {
		out[i] = Turn{State: r.State, Version: r.Version, At: r.At.UTC(), By: r.Actor, ByName: r.Person, Reason: r.Reason}
	}
	return out, nil
}
