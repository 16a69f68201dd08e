package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/spec"
)

func (a *app) packDocs() *cobra.Command {
	return &cobra.Command{Use: "docs DIR", Short: "生成应用包说明页（Markdown） / write a page about a pack (Markdown)", Args: cobra.ExactArgs(1),
		Example: "  chengshu pack docs packs/examples/pothole > pothole.md\n  chengshu pack docs packs/examples/pothole --lang en",
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := folder(args[0])
			if err != nil {
				return err
			}
			var b strings.Builder
			(&packPage{&b, p, a.settings.Lang}).write()
			out := struct {
				Pack     string `json:"pack"`
				Version  string `json:"version"`
				Markdown string `json:"markdown"`
			}{p.ID, p.Version, b.String()}
			return a.print(out, func(w io.Writer) { fmt.Fprint(w, out.Markdown) })
		}}
}

// packPage writes about a pack for people who use it: what is registered, whose turn it is
// when, and by when.
type packPage struct {
	w    io.Writer
	p    *pack.Pack
	lang string
}

func (x *packPage) say(zh, en string) string             { return fault.Text{ZH: zh, EN: en}.In(x.lang) }
func (x *packPage) line(format string, args ...any)      { fmt.Fprintf(x.w, format+"\n", args...) }
func (x *packPage) label(l spec.Label, or string) string { return cell(l.Or(or).In(x.lang)) }

// cell is a text that stands in a table.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace(s)
}

func (x *packPage) table(heads ...string) {
	x.line("\n| %s |", strings.Join(heads, " | "))
	x.line("|%s", strings.Repeat("---|", len(heads)))
}

func (x *packPage) write() {
	x.line("# %s", x.label(x.p.Title, x.p.ID))
	if s := x.p.Summary.In(x.lang); s != "" {
		x.line("\n%s", cell(s))
	}
	x.line("\n`%s` %s", x.p.ID, x.p.Version)
	for _, e := range ledger.AllOf(x.p) {
		x.register(e)
		if m, ok := flow.Of(x.p, e.Name); ok {
			x.flow(m)
		}
	}
	x.roles()
	x.ladders()
	x.codes()
	x.tests()
}

func (x *packPage) register(e *ledger.Entity) {
	x.line("\n## %s", x.label(e.Title, e.Name))
	if h := e.Help.In(x.lang); h != "" {
		x.line("\n%s", cell(h))
	}
	x.table(x.say("字段", "field"), x.say("名称", "title"), x.say("类型", "type"), x.say("必填", "required"), x.say("个人信息", "personal"), x.say("说明", "help"))
	for _, f := range e.Fields {
		kind := f.Type.Kind.Title().In(x.lang)
		if f.Type.Of != "" {
			kind += " `" + f.Type.Of + "`"
		}
		if len(f.Options) > 0 {
			var words []string
			for _, o := range f.Options {
				words = append(words, o.Value.Or(o.Name).In(x.lang))
			}
			kind += x.say("：", ": ") + strings.Join(words, x.say("、", ", "))
		}
		help := f.Help.In(x.lang)
		if f.Formula != "" {
			help = strings.TrimSpace(help + " = `" + f.Formula + "`")
		}
		x.line("| `%s` | %s | %s | %s | %s | %s |", f.Name, x.label(f.Title, f.Name), cell(kind), x.condition(string(f.Required)), x.personal(f.Personal), cell(help))
	}
}

func (x *packPage) condition(c string) string {
	switch c {
	case "", "false":
		return ""
	case "true":
		return x.say("是", "yes")
	}
	return "`" + cell(c) + "`"
}

func (x *packPage) personal(class string) string {
	for _, w := range catalog.Personals() {
		if w.Name == class {
			return w.Title.In(x.lang)
		}
	}
	return ""
}

func (x *packPage) flow(m *flow.Machine) {
	x.line("\n### %s", x.say("流程", "Flow"))
	x.line("\n```mermaid\nstateDiagram-v2\n  [*] --> %s", m.Decl.Start)
	for _, s := range m.Decl.States {
		x.line("  %s : %s", s.Name, strings.ReplaceAll(s.Value.Title.Or(s.Name).In(x.lang), ":", "："))
		for _, a := range s.Value.Actions {
			if a.Value.To != "" {
				x.line("  %s --> %s : %s", s.Name, a.Value.To, strings.ReplaceAll(a.Value.Title.Or(a.Name).In(x.lang), ":", "："))
			}
			if t := a.Value.Then; t != nil {
				x.line("  %s --> %s : %s > %d", s.Name, t.To, strings.ReplaceAll(a.Value.Title.Or(a.Name).In(x.lang), ":", "："), a.Value.Most)
			}
		}
		if s.Value.Expire != "" {
			x.line("  %s --> %s : %s", s.Name, s.Value.Expire, x.say("超时", "time-out"))
		}
		if s.Value.End {
			x.line("  %s --> [*]", s.Name)
		}
	}
	x.line("```")
	if k := m.Decl.Clock; k != nil {
		from, until := cmp.Or(k.From, x.say("登记", "the report")), cmp.Or(k.Until, x.say("办结", "the end"))
		x.line("\n%s", fault.T("办理时限 `%s`，自 %s 至 %s。", "Time for the case: `%s`, from %s until %s.", string(k.Budget), from, until).In(x.lang))
	}
	x.table(x.say("状态", "state"), x.say("由谁办理", "whose turn"), x.say("时限", "limit"), x.say("动作", "actions"))
	for _, s := range m.Decl.States {
		limit := ""
		if s.Value.Within != "" {
			limit = m.Limit(s.Value.Within).In(x.lang)
		}
		if s.Value.AtMost != "" {
			limit = fault.T("最多 %s", "%s at most", m.Limit(s.Value.AtMost)).In(x.lang)
		}
		if s.Value.Pause {
			limit = strings.TrimSpace(limit + " " + x.say("（停表）", "(the clock stands)"))
		}
		x.line("| %s | %s | %s | %s |", x.label(s.Value.Title, s.Name), cell(m.WhoTitle(s.Value.By).In(x.lang)), cell(limit), x.actions(m, s.Value))
	}
}

// actions are what may be done in a state, each with what it needs.
func (x *packPage) actions(m *flow.Machine, s *flow.State) string {
	var out []string
	for _, a := range s.Actions {
		text := x.label(a.Value.Title, a.Name)
		if a.Value.To != "" {
			text += " → " + cell(m.StateTitle(a.Value.To).In(x.lang))
		}
		var more []string
		if len(a.Value.By) > 0 {
			more = append(more, m.WhoTitle(a.Value.By).In(x.lang))
		}
		if len(a.Value.Need) > 0 {
			more = append(more, x.say("须填", "needs ")+strings.Join(x.needs(m, a.Value.Need), x.say("、", ", ")))
		}
		if a.Value.Once || a.Value.Most > 0 {
			more = append(more, times(max(1, a.Value.Most)).In(x.lang))
		}
		if a.Value.Extend != nil {
			more = append(more, fault.T("延期至多 %s，由%s同意", "at most %s longer, agreed by %s", a.Value.Extend.Words().In(x.lang), m.WhoTitle(a.Value.Agree).In(x.lang)).In(x.lang))
		}
		if len(more) > 0 {
			text += x.say("（", " (") + cell(strings.Join(more, x.say("；", "; "))) + x.say("）", ")")
		}
		out = append(out, text)
	}
	return strings.Join(out, "<br>")
}

func times(n int) fault.Text {
	if n == 1 {
		return fault.T("只能一次", "once only")
	}
	return fault.T("最多 %d 次", "%d times at most", n)
}

func (x *packPage) needs(m *flow.Machine, names []string) (out []string) {
	e, _ := ledger.Of(x.p, m.Name)
	for _, n := range names {
		switch f, ok := e.Field(n); {
		case ok:
			out = append(out, f.Label().In(x.lang))
		case n == flow.NeedReason:
			out = append(out, x.say("理由", "a reason"))
		default:
			out = append(out, x.say("依据", "a basis"))
		}
	}
	return out
}

func (x *packPage) roles() {
	x.line("\n## %s", x.say("角色", "Roles"))
	x.table(x.say("角色", "role"), x.say("名称", "title"), x.say("职责", "duty"), x.say("可见范围", "reach"))
	reach := map[string]string{"": x.say("本部门及下级", "own office and those below"), "descendants": x.say("本部门及下级", "own office and those below"), "office": x.say("本部门", "own office"), "all": x.say("全部", "all")}
	for _, r := range pack.All[*pack.Role](x.p, "roles") {
		x.line("| `%s` | %s | %s | %s |", x.p.Person(r.Name), x.label(r.Value.Title, r.Name), cell(r.Value.Duty.In(x.lang)), reach[r.Value.Reach])
	}
}

func (x *packPage) ladders() {
	flows := flow.Flows(x.p)
	for _, l := range pack.All[*flow.Ladder](x.p, "ladder") {
		x.line("\n## %s `%s`", x.say("提醒阶梯", "Ladder"), l.Name)
		x.table(x.say("用去时限", "time spent"), x.say("提醒", "told"), x.say("上升层级", "levels up"), x.say("标记", "mark"), x.say("扣分", "score"))
		for _, r := range *l.Value {
			told := ""
			if len(r.Notify) > 0 && len(flows) > 0 {
				told = flows[0].WhoTitle(r.Notify).In(x.lang)
			}
			x.line("| %d%% | %s | %s | %s | %s |", int(r.At), cell(told), count(r.Raise), cell(r.Mark), count(r.Score))
		}
	}
}

func count(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func (x *packPage) codes() {
	for _, l := range pack.All[*pack.CodeList](x.p, "codes") {
		var attrs []string
		for _, c := range *l.Value {
			for k := range c.Attrs {
				if !slices.Contains(attrs, k) {
					attrs = append(attrs, k)
				}
			}
		}
		slices.Sort(attrs)
		x.line("\n## %s `%s`", x.say("代码集", "Codes"), l.Name)
		x.table(append([]string{x.say("代码", "code"), x.say("名称", "name")}, attrs...)...)
		for _, c := range *l.Value {
			row := []string{"`" + cell(c.Code) + "`", x.label(c.Name, c.Code)}
			for _, k := range attrs {
				row = append(row, cell(c.Attrs[k]))
			}
			x.line("| %s |", strings.Join(row, " | "))
		}
	}
}

// tests are the rules that are proved, in the words of their author.
func (x *packPage) tests() {
	all := pack.All[*flow.Trial](x.p, "tests")
	if len(all) == 0 {
		return
	}
	x.line("\n## %s\n", x.say("已测试的规则", "Rules that are tested"))
	for _, t := range all {
		x.line("- %s", t.Value.Name)
	}
}
