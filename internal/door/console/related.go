package console

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/chengshu/chengshu/internal/flow"
)

// relatedBody are the cases a case has to do with, as far as the asker may see them.
type relatedBody struct {
	Into    *CaseSummary `json:"into" doc:"that it was joined to"`
	Parent  *CaseSummary `json:"parent"`
	Joined  joinsBody    `json:"joined" doc:"reports that were joined to it"`
	Similar []similarOne `json:"similar" doc:"near it, or the same in a field, of the last year: open ones first, then the nearest"`
	By      string       `json:"by_title" doc:"the field in which similar ones are the same; empty: they lie near it"`
	Times   int          `json:"times" doc:"reports at this place within a year, its own included; 0 where it has no place"`
}

// amongBody are the cases below another, as far as the asker may see them.
type amongBody struct {
	All   int64         `json:"all"`
	Open  int64         `json:"open" doc:"that have not ended"`
	Items []CaseSummary `json:"items" doc:"the first of them: open ones, then the newest; the list by parent has all"`
}

type joinsBody struct {
	All   int64        `json:"all"`
	Items []joinedBody `json:"items" doc:"the newest of them; the list by into has all"`
}

type joinedBody struct {
	CaseSummary
	Creator string `json:"creator_name"`
	From    string `json:"from_office_title"`
}

type similarOne struct {
	CaseSummary
	Metres int `json:"metres" doc:"between the two; 0 where they are alike by a field"`
}

// related fills in what a case has to do with, and what it may be joined to.
func (c *Console) related(ctx context.Context, out *caseBody, w flow.Whole) error {
	r, err := c.Flow.Related(ctx, actor(ctx), w)
	if err != nil {
		return err
	}
	all := slices.Clone(r.Joined.First)
	for _, x := range r.Like {
		all = append(all, x.Listed)
	}
	for _, x := range []*flow.Listed{r.Into, r.Parent} {
		if x != nil {
			all = append(all, *x)
		}
	}
	named := c.named(ctx, handlers(all...)...)
	one := func(x *flow.Listed) (*CaseSummary, error) {
		if x == nil {
			return nil, nil
		}
		s, err := c.summary(ctx, *x, named)
		return &s, err
	}
	if out.Related.Into, err = one(r.Into); err != nil {
		return err
	}
	if out.Related.Parent, err = one(r.Parent); err != nil {
		return err
	}
	out.Related.Joined.All = r.Joined.All
	for _, x := range r.Joined.First {
		s, err := c.summary(ctx, x, named)
		if err != nil {
			return err
		}
		out.Related.Joined.Items = append(out.Related.Joined.Items, joinedBody{s, named(x.Creator, ""), c.Flow.Tree().Title(x.From)})
	}
	var into []pickBody
	for _, x := range r.Like {
		s, err := c.summary(ctx, x.Listed, named)
		if err != nil {
			return err
		}
		metres := int(math.Round(x.Metres))
		out.Related.Similar = append(out.Related.Similar, similarOne{s, metres})
		if x.Joins {
			title := s.Key + " " + s.Title
			if r.By == nil {
				title += fmt.Sprintf(" · %d m", metres)
			}
			into = append(into, pickBody{s.ID, title})
		}
	}
	out.Related.Times = r.Times
	if r.By != nil {
		out.Related.By = r.By.Label().In(lang(ctx))
	}
	joins(out, into)
	return nil
}

// joins gives the offer to join a case to another those there are; without any it is none.
func joins(out *caseBody, into []pickBody) {
	kept := out.Offers[:0]
	for _, o := range out.Offers {
		if o.Action == flow.ActJoin {
			if o.Choices = into; len(into) == 0 {
				continue
			}
		}
		kept = append(kept, o)
	}
	out.Offers = kept
}
