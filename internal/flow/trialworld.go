package flow

import (
	"cmp"
	"context"
	"time"

	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/notice"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/store"
)

// trialPlaces are the codes of the levels of a trial's places: real ones of 江岸区.
var trialPlaces = []struct {
	level region.Level
	code  string
}{{region.City, "420100000000"}, {region.District, "420102000000"}, {region.Street, "420102018000"}, {region.Community, "420102018001"}, {region.Grid, "420102018001001"}}

// open builds the engine with its offices and people.
func (r *run) open(ctx context.Context, t *Trial, g Ground) (err error) {
	quiet := func(context.Context, store.Tx, people.Change) error { return nil }
	now := func() time.Time { return r.now }
	r.now = r.first(t)
	offices := trialOffices(t)
	titles := map[string]string{}
	for _, o := range offices {
		titles[o.Name] = o.Title
	}
	l, err := ledger.New(ctx, ledger.Options{Store: r.store, Record: quiet, Now: now, Offices: func(context.Context) (map[string]string, error) { return titles, nil }})
	if err != nil {
		return err
	}
	packs, err := pack.New(ctx, pack.Options{Store: r.store, Kinds: g.Kinds(l), Record: quiet, Now: now})
	if err != nil {
		return err
	}
	notices, err := notice.New(ctx, r.store, now)
	if err != nil {
		return err
	}
	r.engine, err = New(ctx, Options{Store: r.store, Packs: packs, Ledger: l, Notices: notices, Record: quiet, Now: now,
		People: trialCrowd{r.p, offices}, Offices: func(context.Context) ([]Office, error) { return offices, nil }})
	if err != nil {
		return err
	}
	if _, err := packs.Install(ctx, people.Local(), r.p, "", false); err != nil {
		return err
	}
	for name := range t.Given.Records {
		if m, ok := Of(r.p, name); ok {
			r.m = m
		}
	}
	if r.m == nil {
		return pack.ErrMissing.At("%s", r.p.ID)
	}
	return nil
}

// enter puts the records of other registers there, in the order they are written in.
func (r *run) enter(ctx context.Context, t *Trial) error {
	for _, name := range r.entry.Keys("given") {
		e, ok := ledger.Of(r.p, name)
		if !ok || name == r.m.Name {
			continue
		}
		for _, given := range t.Given.Records[name] {
			values, err := r.written(ctx, e, given)
			if err != nil {
				return err
			}
			placed(e, values)
			err = r.store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
				_, err := r.engine.ledger.Create(ctx, tx, people.Local(), e, values, r.now)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// written reads values of the trial.
func (r *run) written(ctx context.Context, e *ledger.Entity, row map[string]any) (ledger.Values, error) {
	return r.engine.ledger.Written(ctx, r.store.Read(), e, filed(e, row))
}

// placed puts a record that does not say where it is into the smallest place.
func placed(e *ledger.Entity, v ledger.Values) {
	if f := e.RegionField(); f != "" && v[f] == nil {
		v[f] = trialPlaces[len(trialPlaces)-1].code
	}
}

// named is who or what an act names: an office by its name or title, a person as in as.
func (r *run) named(ctx context.Context, text string) string {
	role, _, _ := asWho(text)
	if _, office := r.engine.Tree().Find(text); office || !r.p.Has("roles", role) && role != Holder && role != Creator {
		return text
	}
	return r.who(ctx, text).ID
}

func (r *run) first(t *Trial) time.Time {
	for _, text := range append([]string{t.Given.At}, deedTimes(t)...) {
		if at, err := moment(text); err == nil {
			return at
		}
	}
	return time.Date(2026, 3, 2, 9, 0, 0, 0, beijing) // a Monday
}

func deedTimes(t *Trial) (out []string) {
	for _, d := range t.When {
		out = append(out, d.At)
	}
	return out
}

func trialOffices(t *Trial) (out []Office) {
	above := ""
	for _, p := range trialPlaces {
		out = append(out, Office{Name: string(p.level), Title: p.level.Title(), Region: region.Code(p.code), Parent: above})
		above = string(p.level)
	}
	for _, o := range t.Given.Offices {
		level := o.Level
		if level == "" {
			level = string(region.District)
		}
		for _, p := range trialPlaces {
			if string(p.level) == level {
				title := o.Title
				if title == "" {
					title = o.Name
				}
				out = append(out, Office{Name: o.Name, Title: title, Region: region.Code(p.code), Parent: o.Above})
			}
		}
	}
	return out
}

// trialCrowd is two people of each role in each office.
type trialCrowd struct {
	p       *pack.Pack
	offices []Office
}

// EachUser is part of People.
func (c trialCrowd) EachUser(_ context.Context, see func(people.User)) error {
	for _, o := range c.offices {
		for _, role := range c.p.Names("roles") {
			for _, n := range []string{"", "2"} {
				see(people.User{ID: role + n + "@" + o.Name, Login: role + n, Office: o.Name, Roles: []people.Role{c.p.Person(role)}, State: people.Enabled})
			}
		}
	}
	return nil
}

// who is the person a trial names: of the office whose turn it is, where none is said.
func (r *run) who(ctx context.Context, text string) people.Actor {
	c, _ := r.look(ctx)
	if same, ok := map[string]string{Holder: c.Holder, Creator: c.Creator}[text]; ok && same != "" {
		text = same
	}
	role, second, where := asWho(text)
	if where == "" {
		where = cmp.Or(c.Office, string(region.District))
	}
	id := role
	if second {
		id += "2"
	}
	a := people.Actor{Kind: people.UserKind, ID: id + "@" + where, Name: id, Office: where, Roles: []people.Role{r.p.Person(role)}}
	for _, o := range r.engine.Tree().Offices() {
		if o.Name != where && r.engine.Tree().within(o.Name, where) {
			a.Below = append(a.Below, o.Name)
		}
	}
	return a
}
