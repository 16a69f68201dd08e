package console

import (
	"cmp"
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/chengshu/chengshu/internal/catalog/search"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
)

type findIn struct {
	Q     string `query:"q" required:"true" minLength:"1" maxLength:"100" doc:"words, pinyin or initials, with blanks between; each must be found"`
	Limit int    `query:"limit" default:"6" minimum:"1" maximum:"20" doc:"of each kind"`
}

// foundBody is one thing that was found.
type foundBody struct {
	Kind  string `json:"kind" enum:"case,record,directory,service,app,office,user"`
	ID    string `json:"id" doc:"its name; a user's login; a case's id; pack/register/id of a record"`
	Title string `json:"title"`
	Of    string `json:"of" doc:"its office's title, the directory of a service, what kind of case it is, or a record's register and number"`
}

func (c *Console) finding() {
	route(c, http.MethodGet, "/find", "find-anything", "全局搜索 / Find anything", c.find)
}

// find looks through what the actor may list, and nothing else: each kind is asked for as its
// list would, under the right of that list.
func (c *Console) find(ctx context.Context, in *findIn) (List[foundBody], error) {
	out, err := c.findCases(ctx, in)
	if err != nil {
		return List[foundBody]{}, err
	}
	records, err := c.findRecords(ctx, in, out)
	if err != nil {
		return List[foundBody]{}, err
	}
	out = append(out, records...)
	few := search.Among(in.Q)
	for _, of := range []struct {
		act policy.Action
		in  func(context.Context, *findIn, search.Few) ([]foundBody, error)
	}{{policy.DirectoryRead, c.findDirectories}, {policy.ServiceRead, c.findServices}, {policy.AppRead, c.findApps}, {policy.OfficeRead, c.findOffices}, {policy.AccountRead, c.findUsers}} {
		if !can(ctx, of.act) {
			continue
		}
		some, err := of.in(ctx, in, few)
		if err != nil {
			return List[foundBody]{}, err
		}
		out = append(out, some...)
	}
	return page(out, ""), nil
}

// numbered looks like the beginning of a case's number.
var numbered = regexp.MustCompile(`^[A-Za-z]*[0-9][-0-9A-Za-z]*$`)

// findCases finds cases by their number, among those the actor sees; of their records nothing
// is shown.
func (c *Console) findCases(ctx context.Context, in *findIn) ([]foundBody, error) {
	out := []foundBody{}
	if !numbered.MatchString(in.Q) || len(in.Q) < 2 {
		return out, nil
	}
	all, _, err := c.Flow.List(ctx, actor(ctx), flow.Filter{Desk: flow.DeskAll, Key: strings.ToUpper(in.Q)}, "", in.Limit)
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		m, err := c.Flow.MachineOf(ctx, x.Case)
		if err != nil {
			return nil, err
		}
		out = append(out, foundBody{"case", x.ID, x.Key, m.Title.In(lang(ctx))})
	}
	return out, nil
}

// leastSought is how many characters records are sought by: one alone is in most of them.
const leastSought = 2

// findRecords finds records by their number and by the texts that are nobody's, register by
// register as its list would: those the actor reaches, masked as there, without those that
// stand among the cases.
func (c *Console) findRecords(ctx context.Context, in *findIn, cases []foundBody) (out []foundBody, err error) {
	text := strings.TrimSpace(in.Q)
	if utf8.RuneCountInString(text) < leastSought {
		return nil, nil
	}
	l := lang(ctx)
	for _, p := range c.Packs.Installed() {
		if !c.Flow.Sees(actor(ctx), p.ID) {
			continue
		}
		reach := c.reachOf(actor(ctx), p.ID, policy.RecordRead)
		if reach.Nobody() {
			continue
		}
		for _, e := range ledger.AllOf(p) {
			m, flows := flow.Of(p, e.Name)
			some, _, err := c.Ledger.Find(ctx, e, ledger.Query{Reach: reach, Plain: c.reachOf(actor(ctx), p.ID, policy.RecordPlain), Text: text, Limit: in.Limit - len(out)})
			if err != nil {
				return nil, err
			}
			for _, r := range some {
				if flows && slices.ContainsFunc(cases, func(x foundBody) bool { return x.Title == r.Key && x.Of == m.Title.In(l) }) {
					continue
				}
				r.Values = e.Shown(r, false)
				of := e.Title.Or(e.Name).In(l) + " " + r.Key
				out = append(out, foundBody{"record", p.ID + "/" + e.Name + "/" + r.ID, cmp.Or(titleOf(e, r, l), r.Key), of})
			}
			if len(out) >= in.Limit {
				return out, nil
			}
		}
	}
	return out, nil
}

func (c *Console) findDirectories(ctx context.Context, in *findIn, _ search.Few) (out []foundBody, err error) {
	hits, _, err := c.Search.Find(ctx, in.Q, 0, in.Limit)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(hits))
	for i, h := range hits {
		names[i] = h.Name
	}
	entries, err := c.Catalog.Entries(ctx, names...)
	for _, n := range names {
		if e, there := entries[n]; there {
			out = append(out, foundBody{"directory", n, e.Title, e.OfficeTitle})
		}
	}
	return out, err
}

func (c *Console) findServices(ctx context.Context, in *findIn, few search.Few) ([]foundBody, error) {
	var best ranking
	for _, s := range c.Share.Services("", reachedOffices(ctx, policy.ServiceRead)) {
		best.add(few.Find(s.Title, s.Name), foundBody{"service", s.Name, s.Title, s.Directory})
	}
	out := best.first(in.Limit)
	names := make([]string, len(out))
	for i, f := range out {
		names[i] = f.Of
	}
	entries, err := c.Catalog.Entries(ctx, names...)
	for i, f := range out {
		out[i].Of = cmp.Or(entries[f.Of].Title, f.Of)
	}
	return out, err
}

func (c *Console) findApps(ctx context.Context, in *findIn, few search.Few) ([]foundBody, error) {
	offices, all := policy.Reaching(actor(ctx), policy.AppRead).Offices()
	titles, err := c.officeTitles(ctx)
	if err != nil {
		return nil, err
	}
	apps, err := c.People.AppNames(ctx, !all, offices)
	var best ranking
	for _, a := range apps {
		best.add(few.Find(a.Title, a.Name), foundBody{"app", a.Name, a.Title, titles[a.Office]})
	}
	return best.first(in.Limit), err
}

func (c *Console) findOffices(ctx context.Context, in *findIn, few search.Few) ([]foundBody, error) {
	offices, err := c.Catalog.Offices(ctx)
	var best ranking
	for _, o := range offices {
		best.add(few.Find(o.Title, o.Name), foundBody{"office", o.Name, o.Title, ""})
	}
	return best.first(in.Limit), err
}

func (c *Console) findUsers(ctx context.Context, in *findIn, few search.Few) ([]foundBody, error) {
	if policy.Reaching(actor(ctx), policy.AccountRead).Scope != policy.All {
		return nil, nil // themselves alone, whom nobody seeks
	}
	titles, err := c.officeTitles(ctx)
	if err != nil {
		return nil, err
	}
	var best ranking
	err = c.People.EachUser(ctx, func(u people.User) {
		best.add(few.Find(u.Name, u.Login), foundBody{"user", u.Login, u.Name, titles[u.Office]})
	})
	return best.first(in.Limit), err
}

// ranked is something that fits, and how well.
type ranked struct {
	fit float64
	of  foundBody
}

type ranking []ranked

func (r *ranking) add(fit float64, of foundBody) {
	if fit > 0 {
		*r = append(*r, ranked{fit, of})
	}
}

// first are the best so many.
func (r ranking) first(n int) []foundBody {
	slices.SortStableFunc(r, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.fit, a.fit), strings.Compare(a.of.ID, b.of.ID))
	})
	out := []foundBody{}
	for _, f := range r[:min(n, len(r))] {
		out = append(out, f.of)
	}
	return out
}
