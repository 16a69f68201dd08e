package console

import (
	"context"

	"github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
)

type officeHoursBody struct {
	Office      string   `json:"office" doc:"empty: the usual hours"`
	OfficeTitle string   `json:"office_title,omitempty"`
	Week        []string `json:"week" doc:"by weekday, Sunday first: 09:00-12:00 13:30-17:30; empty is closed"`
	MakeUp      string   `json:"makeup,omitempty" doc:"on make-up days; empty: as on Monday"`
	Holiday     string   `json:"holiday,omitempty" doc:"on holidays; empty is closed"`
}

type setHoursIn struct {
	Check bool `query:"check" doc:"say what would be, change nothing"`
	Body  hoursBody
}

type hoursBody struct {
	Office  string   `json:"office,omitempty" maxLength:"63"`
	Week    []string `json:"week,omitempty" minItems:"7" maxItems:"7"`
	MakeUp  string   `json:"makeup,omitempty" maxLength:"60"`
	Holiday string   `json:"holiday,omitempty" maxLength:"60"`
	Reason  string   `json:"reason,omitempty" maxLength:"200"`
}

func (c *Console) listHours(ctx context.Context, _ *struct{}) (List[officeHoursBody], error) {
	usual, _ := c.Flow.Hours("")
	out := []officeHoursBody{hoursOf("", "", usual)}
	offices, err := c.Catalog.Offices(ctx)
	for _, o := range offices {
		if h, own := c.Flow.Hours(o.Name); own {
			out = append(out, hoursOf(o.Name, o.Title, h))
		}
	}
	return page(out, ""), err
}

func hoursOf(office, title string, h clock.Office) officeHoursBody {
	out := officeHoursBody{Office: office, OfficeTitle: title, MakeUp: h.MakeUp.String(), Holiday: h.Holiday.String()}
	for _, s := range h.Week {
		out.Week = append(out.Week, s.String())
	}
	return out
}

func (c *Console) setHours(ctx context.Context, in *setHoursIn) (out calendarChangedBody, err error) {
	office := in.Body.Office
	if office != "" {
		titles, err := c.officeTitles(ctx)
		if err != nil {
			return out, err
		}
		if titles[office] == "" {
			return out, fault.New(fault.Missing, "calendar.office", fault.T("没有该部门", "there is no such office")).At("office").Fix(fault.T("请核对部门的英文名", "check the office's name"))
		}
	}
	h, err := in.Body.hours()
	if err != nil {
		return out, err
	}
	var m flow.Moves
	if in.Check {
		m, err = c.Flow.ForeseeHours(ctx, office, h)
	} else {
		m, err = c.Flow.SetHours(ctx, actor(ctx), office, h, trimmed(in.Body.Reason))
	}
	if err != nil {
		if f := fault.From(err); f.Code == "clock.hours" && f.Where == "" {
			err = f.At("week")
		}
		return out, err
	}
	return c.changed(c.Flow.Calendar(), m, lang(ctx)), nil
}

// hours reads the shifts, each with its place when it is wrong; nil are the usual ones.
func (b *hoursBody) hours() (*clock.Office, error) {
	if b.Week == nil {
		return nil, nil
	}
	h := new(clock.Office)
	for i, text := range b.Week[:7] {
		if err := h.Week[i].UnmarshalText([]byte(text)); err != nil {
			return nil, fault.From(err).At("week[%d]", i)
		}
	}
	if err := h.MakeUp.UnmarshalText([]byte(b.MakeUp)); err != nil {
		return nil, fault.From(err).At("makeup")
	}
	if err := h.Holiday.UnmarshalText([]byte(b.Holiday)); err != nil {
		return nil, fault.From(err).At("holiday")
	}
	return h, nil
}
