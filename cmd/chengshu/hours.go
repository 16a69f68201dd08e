package main

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// hours is the command of working hours.
func (a *app) hours() *cobra.Command {
	c := group(&cobra.Command{Use: "hours", Short: "办公时间 / working hours: list, set, reset"})
	c.AddCommand(a.hoursList(), a.hoursSet(), a.hoursReset())
	return c
}

type officeHours struct {
	Office  string   `json:"office"`
	Title   string   `json:"office_title,omitempty"`
	Week    []string `json:"week,omitempty"`
	MakeUp  string   `json:"makeup,omitempty"`
	Holiday string   `json:"holiday,omitempty"`
	Reason  string   `json:"reason,omitempty"`
}

func (a *app) hoursList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "通用的和各部门自己的办公时间 / the usual hours, and those of offices that have their own", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			l, err := c.hours(cmd.Context())
			if err != nil {
				return err
			}
			return a.print(map[string]any{"items": l}, func(w io.Writer) {
				days := [7]string{a.say("周日", "Sunday"), a.say("周一", "Monday"), a.say("周二", "Tuesday"), a.say("周三", "Wednesday"), a.say("周四", "Thursday"), a.say("周五", "Friday"), a.say("周六", "Saturday")}
				for _, o := range l {
					fmt.Fprintln(w, cmp.Or(o.Title, a.say("通用", "usual")), o.Office)
					for i := range days {
						day := (i + 1) % 7
						fmt.Fprintln(w, " ", days[day], cmp.Or(o.Week[day], a.say("不上班", "closed")))
					}
					fmt.Fprintln(w, " ", a.say("调休上班日", "make-up days"), cmp.Or(o.MakeUp, a.say("同周一", "as on Monday")))
					fmt.Fprintln(w, " ", a.say("节假日", "holidays"), cmp.Or(o.Holiday, a.say("不上班", "closed")))
				}
			})
		})
	}}
}

func (c *client) hours(ctx context.Context) ([]officeHours, error) {
	var l struct {
		Items []officeHours `json:"items"`
	}
	err := c.call(ctx, "GET", "/office-hours", nil, &l)
	return l.Items, err
}

func (a *app) hoursSet() *cobra.Command {
	var in officeHours
	var check bool
	var week, saturday, sunday string
	c := &cobra.Command{Use: "set [OFFICE]", Short: "设置部门的办公时间；不给部门为通用 / set an office's working hours; without an office, the usual ones", Args: cobra.MaximumNArgs(1),
		Example: "  chengshu hours set --week \"08:30-12:00 14:30-18:00\" --reason 夏季作息 --check\n  chengshu hours set zwzx --week 09:00-17:00 --saturday 09:00-12:00 --reason 周末延时服务",
		RunE: func(cmd *cobra.Command, args []string) error {
			in.Week = []string{sunday, week, week, week, week, week, saturday}
			if len(args) > 0 {
				in.Office = args[0]
			}
			return a.setHours(cmd.Context(), in, check)
		}}
	f := c.Flags()
	f.StringVar(&week, "week", "", "周一至周五：\"09:00-12:00 13:30-17:30\" / from Monday to Friday: \"09:00-12:00 13:30-17:30\"")
	f.StringVar(&saturday, "saturday", "", "周六，缺省不上班 / on Saturdays; closed by default")
	f.StringVar(&sunday, "sunday", "", "周日，缺省不上班 / on Sundays; closed by default")
	f.StringVar(&in.MakeUp, "makeup", "", "调休上班日，缺省同周一 / on make-up days; as on Monday by default")
	f.StringVar(&in.Holiday, "holiday", "", "节假日，缺省不上班 / on holidays; closed by default")
	f.StringVar(&in.Reason, "reason", "", "事由，记入审计 / why; it stands in the audit")
	f.BoolVar(&check, "check", false, "只说明将怎样，不作改动 / say what would be, change nothing")
	return c
}

func (a *app) hoursReset() *cobra.Command {
	var in officeHours
	var check bool
	c := &cobra.Command{Use: "reset [OFFICE]", Short: "部门改回通用办公时间；不给部门则通用的改回出厂设置 / an office goes back to the usual hours; without one, the usual ones to the shipped ones", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				in.Office = args[0]
			}
			return a.setHours(cmd.Context(), in, check)
		}}
	c.Flags().StringVar(&in.Reason, "reason", "", "事由，记入审计 / why; it stands in the audit")
	c.Flags().BoolVar(&check, "check", false, "只说明将怎样，不作改动 / say what would be, change nothing")
	return c
}

func (a *app) setHours(ctx context.Context, in officeHours, check bool) error {
	return a.changeTimes(ctx, "/office-hours", in, check, func(w io.Writer, r changedDays) { a.writeMoves(w, r, check) })
}
