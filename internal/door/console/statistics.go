package console

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/audit"
)

// CallSums is how often something was called.
type CallSums struct {
	Calls   int64 `json:"calls"`
	Refused int64 `json:"refused" doc:"of calls"`
	Rows    int64 `json:"rows" doc:"shown"`
}

type statisticsIn struct {
	From    string `query:"from" maxLength:"10" doc:"first day, as 2006-01-02; thirty days back unless given"`
	Until   string `query:"until" maxLength:"10" doc:"last day; today unless given"`
	Service string `query:"service" maxLength:"63"`
	App     string `query:"app" maxLength:"63"`
	Grant   string `query:"grant" maxLength:"64"`
	Outcome string `query:"outcome" maxLength:"64" doc:"ok, refused, or the code of a refusal"`
	Office  string `query:"office" maxLength:"63" doc:"whose applications called"`
	Owner   string `query:"owner" maxLength:"63" doc:"the office whose services were called"`
	Subject string `query:"subject" maxLength:"400" doc:"hashes of what was looked up, with commas between: what find-subject gives; of those who may read the audit"`
	By      string `query:"by" enum:"service,app,office,grant,outcome,day" default:"service" doc:"what the rows are"`
}

type callDay struct {
	Day string `json:"day" doc:"of Beijing time, as 2006-01-02"`
	CallSums
}

type callRow struct {
	Key   string `json:"key" doc:"the service's, application's or office's name, the grant's id, the outcome or the day"`
	Title string `json:"title" doc:"the service's, the application's, the office's, the purpose of the grant, the outcome in words; empty where it has none, or is gone"`
	CallSums
}

type statisticsBody struct {
	From  string    `json:"from"`
	Until string    `json:"until"`
	Total CallSums  `json:"total"`
	Days  []callDay `json:"days" doc:"every day of the time, those without calls too"`
	Rows  []callRow `json:"rows" doc:"the most calls first; days in their order"`
	More  int64     `json:"more" doc:"rows that are left out"`

	Choices callChoices `json:"choices" doc:"what the calls of the time can be narrowed to"`
}

const mostRows = 500

func (c *Console) statistics() {
	route(c, http.MethodGet, "/calls", "call-statistics", "调用统计 / How often what was called", c.callStatistics)
}

// callStatistics counts calls of services of offices that the actor's right reaches.
func (c *Console) callStatistics(ctx context.Context, in *statisticsIn) (statisticsBody, error) {
	out, err := c.statisticsOf(ctx, in, mostRows)
	if err != nil {
		return out, err
	}
	out.Choices, err = c.callChoices(ctx, c.callsSeen(ctx, audit.CallFilter{From: out.From, Until: out.Until}))
	return out, err
}

// statisticsOf gives so many rows at most.
func (c *Console) statisticsOf(ctx context.Context, in *statisticsIn, most int) (out statisticsBody, err error) {
	now := midnight(c.Now())
	out.From = cmp.Or(in.From, now.AddDate(0, 0, -29).Format(day))
	out.Until = cmp.Or(in.Until, now.Format(day))
	days, err := daysOf(out.From, out.Until)
	if err != nil {
		return out, err
	}
	f, err := c.callsSought(ctx, in, out.From, out.Until)
	if err != nil {
		return out, err
	}
	sums, err := c.Audit.Count(ctx, f, audit.ByDay)
	if err != nil {
		return out, err
	}
	found := map[string]CallSums{}
	for _, s := range sums {
		found[s.Day] = CallSums(s.Calls)
		out.Total.Calls, out.Total.Refused, out.Total.Rows = out.Total.Calls+s.Calls.Calls, out.Total.Refused+s.Refused, out.Total.Rows+s.Rows
	}
	for _, d := range days {
		out.Days = append(out.Days, callDay{d, found[d]})
	}
	if out.Rows, err = c.countBy(ctx, f, in.By); err != nil {
		return out, err
	}
	if n := len(out.Rows); n > most {
		out.Rows, out.More = out.Rows[:most], int64(n-most)
	}
	return out, c.nameCalls(ctx, in.By, out.Rows)
}

// byOffice counts calls by the office whose applications called; the audit counts them by
// application.
const byOffice = "office"

// callsSought narrows the calls the actor may see to those asked for.
func (c *Console) callsSought(ctx context.Context, in *statisticsIn, from, until string) (audit.CallFilter, error) {
	f := c.callsSeen(ctx, audit.CallFilter{From: from, Until: until, Service: in.Service, App: in.App, Grant: in.Grant, Outcome: in.Outcome})
	if in.Owner != "" {
		own := []string{}
		for _, s := range c.Share.Services("", []string{in.Owner}) {
			if !f.Limited || slices.Contains(f.Services, s.Name) {
				own = append(own, s.Name)
			}
		}
		f.Limited, f.Services = true, own
	}
	if in.Office != "" {
		f.Apps = []string{}
		for _, a := range c.People.Known() {
			if a.Office == in.Office {
				f.Apps = append(f.Apps, a.Name)
			}
		}
	}
	if in.Subject != "" {
		if err := may(askerOf(ctx), "find-subject"); err != nil {
			return f, err
		}
		f.Subjects = strings.Split(in.Subject, ",")
	}
	return f, nil
}

// countBy counts calls by what a table's rows are, the most first; days in their order.
func (c *Console) countBy(ctx context.Context, f audit.CallFilter, by string) (rows []callRow, err error) {
	from, key := audit.By(by), func(s audit.CallSum) string { return cmp.Or(s.Service, s.App, s.Grant, s.Outcome, s.Day) }
	if by == byOffice {
		offices := map[string]string{}
		for _, a := range c.People.Known() {
			offices[a.Name] = a.Office
		}
		from, key = audit.ByApp, func(s audit.CallSum) string { return offices[s.App] }
	}
	sums, err := c.Audit.Count(ctx, f, from)
	at := map[string]int{}
	for _, s := range sums {
		k := key(s)
		i, ok := at[k]
		if !ok {
			i = len(rows)
			at[k], rows = i, append(rows, callRow{Key: k})
		}
		rows[i].Calls, rows[i].Refused, rows[i].Rows = rows[i].Calls+s.Calls.Calls, rows[i].Refused+s.Refused, rows[i].Rows+s.Rows
	}
	if from != audit.ByDay {
		slices.SortStableFunc(rows, func(a, b callRow) int { return cmp.Compare(b.Calls, a.Calls) })
	}
	return rows, err
}

// nameCalls gives rows the titles of what they are of.
func (c *Console) nameCalls(ctx context.Context, by string, rows []callRow) (err error) {
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = r.Key
	}
	titles := map[string]string{}
	switch by {
	case string(audit.ByService):
		for _, s := range c.Share.Services("", nil) {
			titles[s.Name] = s.Title
		}
	case string(audit.ByApp):
		titles, err = c.People.AppTitles(ctx, keys...)
	case byOffice:
		titles, err = c.officeTitles(ctx)
	case string(audit.ByGrant):
		grants, e := c.Grants.Named(ctx, keys...)
		for id, g := range grants {
			titles[id] = g.Purpose
		}
		err = e
	case string(audit.ByOutcome):
		for _, k := range keys {
			titles[k] = outcomeOf(k, lang(ctx))
		}
	}
	for i := range rows {
		rows[i].Title = strings.TrimSpace(titles[rows[i].Key])
	}
	return err
}
