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
	By      string `query:"by" enum:"service,app,grant,outcome,day" default:"service" doc:"what the rows are"`
}

type callDay struct {
	Day string `json:"day" doc:"of Beijing time, as 2006-01-02"`
	CallSums
}

type callRow struct {
	Key   string `json:"key" doc:"the service's or application's name, the grant's id, the outcome or the day"`
	Title string `json:"title" doc:"the service's, the application's, the purpose of the grant, the outcome in words; empty where it has none, or is gone"`
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
	f := c.callsSeen(ctx, audit.CallFilter{From: out.From, Until: out.Until, Service: in.Service, App: in.App, Grant: in.Grant, Outcome: in.Outcome})
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
	if in.By != string(audit.ByDay) {
		if sums, err = c.Audit.Count(ctx, f, audit.By(in.By)); err != nil {
			return out, err
		}
		slices.SortStableFunc(sums, func(a, b audit.CallSum) int { return cmp.Compare(b.Calls.Calls, a.Calls.Calls) })
	}
	if n := len(sums); n > most {
		sums, out.More = sums[:most], int64(n-most)
	}
	for _, s := range sums {
		out.Rows = append(out.Rows, callRow{cmp.Or(s.Service, s.App, s.Grant, s.Outcome, s.Day), "", CallSums(s.Calls)})
	}
	return out, c.nameCalls(ctx, in.By, out.Rows)
}

// nameCalls gives rows the titles of what they are of.
func (c *Console) nameCalls(ctx context.Context, by string, rows []callRow) (err error) {
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = r.Key
	}
	titles := map[string]string{}
	switch audit.By(by) {
	case audit.ByService:
		for _, s := range c.Share.Services("", nil) {
			titles[s.Name] = s.Title
		}
	case audit.ByApp:
		titles, err = c.People.AppTitles(ctx, keys...)
	case audit.ByGrant:
		grants, e := c.Grants.Named(ctx, keys...)
		for id, g := range grants {
			titles[id] = g.Purpose
		}
		err = e
	case audit.ByOutcome:
		for _, k := range keys {
			titles[k] = outcomeOf(k, lang(ctx))
		}
	}
	for i := range rows {
		rows[i].Title = strings.TrimSpace(titles[rows[i].Key])
	}
	return err
}
