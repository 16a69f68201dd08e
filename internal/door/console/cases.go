package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	budgets "github.com/chengshu/chengshu/internal/clock"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/region"
)

// sortBy sorts by a key.
func sortBy[T any](all []T, key func(T) string) {
	slices.SortFunc(all, func(a, b T) int { return strings.Compare(key(a), key(b)) })
}

// CaseSummary is a case as lists show it.
type CaseSummary struct {
	ID          string     `json:"id"`
	Pack        string     `json:"pack"`
	PackTitle   string     `json:"pack_title"`
	Flow        string     `json:"flow"`
	FlowTitle   string     `json:"flow_title"`
	Record      string     `json:"record"`
	Key         string     `json:"key"`
	Title       string     `json:"title" doc:"what stands for its record"`
	State       string     `json:"state"`
	StateTitle  string     `json:"state_title"`
	Rev         int        `json:"rev"`
	Office      string     `json:"office" doc:"whose turn it is"`
	OfficeTitle string     `json:"office_title"`
	Holder      string     `json:"holder"`
	HolderName  string     `json:"holder_name"`
	Region      string     `json:"region"`
	RegionTitle string     `json:"region_title"`
	OpenedAt    time.Time  `json:"opened_at"`
	EnteredAt   time.Time  `json:"entered_at" doc:"the state"`
	EndedAt     *time.Time `json:"ended_at"`
	Due         *time.Time `json:"due" doc:"of its nearest running clock; null while it is paused, or has none"`
	Left        *leftBody  `json:"left" doc:"of the same clock; null where none runs"`
	Late        bool       `json:"late"`
	Turn        string     `json:"turn" doc:"who alone has to act: on duty, the holder or who opened it; empty: anybody of the role, or the desk"`
	TurnName    string     `json:"turn_name"`
	TurnBy      string     `json:"turn_by" doc:"the role in words whose turn it is"`
	OnDuty      bool       `json:"on_duty" doc:"it is theirs by the duty roster"`
	Paused      bool       `json:"paused"`
	Stray       bool       `json:"stray" doc:"no office was found for it"`
	Level       int        `json:"level" doc:"levels it has climbed"`
	Merged      int        `json:"merged" doc:"reports that joined it"`
	Urged       int        `json:"urged" doc:"reminders"`
	Demanded    bool       `json:"demanded" doc:"a supervisor waits for an answer"`
}

// leftBody is time as a clock counts it.
type leftBody struct {
	Seconds int64 `json:"seconds" doc:"less than nothing: beyond the end"`
	Working bool  `json:"working" doc:"working time of the office, not natural time"`
	Day     int64 `json:"day" doc:"seconds of a usual working day of the office"`
}

type caseBody struct {
	CaseSummary
	Version  string            `json:"version" doc:"of the pack it runs on"`
	Creator  string            `json:"creator_name"`
	From     string            `json:"from_office_title"`
	Score    int               `json:"score" doc:"points charged for being late"`
	Flags    []string          `json:"flags"`
	Form     RegisterForm      `json:"form"`
	Values   map[string]any    `json:"values" doc:"of its record, personal fields masked"`
	Words    map[string]string `json:"words" doc:"values in words, by field; cells of tables by field[row].column"`
	Linked   []string          `json:"linked" doc:"fields that refer to a record the asker may open"`
	Drawing  FlowBody          `json:"drawing"`
	Path     []string          `json:"path" doc:"states it has been in, in order"`
	Offers   []offerBody       `json:"offers" doc:"what the asker may do"`
	Steps    []caseStepBody    `json:"steps"`
	Clocks   []caseClockBody   `json:"clocks"`
	Joint    []memberBody      `json:"joint"`
	Asked    *askedBody        `json:"asked" doc:"a request that waits for an answer"`
	Children amongBody         `json:"children" doc:"opened below it"`
	Related  relatedBody       `json:"related"`
	Watched  bool              `json:"watched"`
	Plain    bool              `json:"plain" doc:"the asker may see personal fields unmasked"`
}

type offerBody struct {
	Action  string     `json:"action"`
	Title   string     `json:"title"`
	Need    []string   `json:"need" doc:"fields, or reason, basis, to"`
	Edit    []string   `json:"edit"`
	To      string     `json:"to"`
	ToTitle string     `json:"to_title"`
	Why     string     `json:"why" doc:"it cannot be done now, because"`
	Extend  string     `json:"extend" doc:"budget that may be asked for at most"`
	Danger  bool       `json:"danger"`
	Choices []pickBody `json:"choices" doc:"whom or which office to name"`
}

type caseStepBody struct {
	At          time.Time      `json:"at"`
	By          string         `json:"by"`
	ByName      string         `json:"by_name" doc:"empty for a clock or a fact"`
	OfficeTitle string         `json:"office_title"`
	Action      string         `json:"action"`
	Title       string         `json:"title"`
	From        string         `json:"from_title"`
	To          string         `json:"to_title"`
	Moved       bool           `json:"moved" doc:"it came into another state"`
	Reason      string         `json:"reason"`
	Basis       string         `json:"basis"`
	Fields      []string       `json:"fields" doc:"that were filled in, in words"`
	Files       []stepFileBody `json:"files" doc:"that it brought"`
	Spent       int64          `json:"spent" doc:"seconds it was in the state it left"`
	Duty        string         `json:"duty" doc:"what the duty roster had, in a sentence; empty: it was not asked"`
	Percent     int            `json:"percent" doc:"of a warning"`
	Named       string         `json:"named" doc:"office or person that was named"`
	Case        string         `json:"case" doc:"that it was joined to, or that joined it"`
	CaseKey     string         `json:"case_key"`
}

type caseClockBody struct {
	Clock   string         `json:"clock" enum:"case,state,expiry,demand"`
	Title   string         `json:"title"`
	Due     time.Time      `json:"due"`
	Percent int            `json:"percent"`
	Spent   int64          `json:"spent" doc:"seconds of running time"`
	Total   int64          `json:"total" doc:"seconds of running time"`
	Paused  bool           `json:"paused"`
	Late    bool           `json:"late"`
	Assumed bool           `json:"assumed" doc:"a year without a published calendar"`
	Stopped *time.Time     `json:"stopped"`
	Lines   []clockSumLine `json:"lines"`
}

type clockSumLine struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

type memberBody struct {
	OfficeTitle string     `json:"office_title"`
	AskedAt     time.Time  `json:"asked_at"`
	AnsweredAt  *time.Time `json:"answered_at"`
	Note        string     `json:"note"`
}

type askedBody struct {
	Title  string    `json:"title"`
	By     string    `json:"by_name"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	Budget string    `json:"budget"`
}

// CaseIn names a case.
type CaseIn struct {
	ID string `path:"id" maxLength:"64"`
}

type listCasesIn struct {
	Paging
	Desk   string `query:"desk" enum:"todo,overdue,today,urged,watch,stray,all" default:"todo"`
	Pack   string `query:"pack" maxLength:"20"`
	Flow   string `query:"flow" maxLength:"20"`
	State  string `query:"state" maxLength:"20"`
	Key    string `query:"key" maxLength:"60" doc:"beginning of the number"`
	Office string `query:"office" maxLength:"64" doc:"name of the office whose turn it is, or was last: it, or one below it"`
	Parent string `query:"parent" maxLength:"64" doc:"id of the case they were opened below"`
	Into   string `query:"into" maxLength:"64" doc:"id of the case they were joined to"`
	Region string `query:"region" maxLength:"24" pattern:"^([0-9]{12,24})?$" doc:"code of a region: there, or below"`
	Q      string `query:"q" maxLength:"60" doc:"the number begins so, or the title has it in it; titles are sought by two characters or more"`
	Open   string `query:"open" enum:"yes,no" doc:"only those that have not ended, or have"`
}

type desksBody struct {
	Counts map[string]int64 `json:"counts" doc:"by desk"`
	Unread int64            `json:"unread" doc:"notices"`
}

type openCaseIn struct {
	Body struct {
		Pack   string         `json:"pack" maxLength:"20"`
		Flow   string         `json:"flow" maxLength:"20"`
		Values map[string]any `json:"values"`
	}
}

type openedBody struct {
	Case   caseBody `json:"case"`
	Joined bool     `json:"joined" doc:"the matter is being handled already: the report joined that case"`
}

type CaseAct struct {
	Action string         `json:"action" maxLength:"40"`
	Values map[string]any `json:"values,omitempty" doc:"fields of the record"`
	Reason string         `json:"reason,omitempty" maxLength:"2000"`
	Basis  string         `json:"basis,omitempty" maxLength:"2000"`
	To     string         `json:"to,omitempty" maxLength:"64" doc:"office or user that is named"`
	Named  []string       `json:"named,omitempty" maxItems:"20" doc:"users a comment is addressed to"`
	Budget string         `json:"budget,omitempty" maxLength:"12" doc:"time that is asked for, such as 2wd"`
	Rev    int            `json:"rev,omitempty" doc:"of the case as the asker saw it: another one is a conflict that names who acted"`
}

type actIn struct {
	CaseIn
	Body CaseAct
}

type actAllIn struct {
	Body struct {
		IDs []string `json:"ids" minItems:"1" maxItems:"200"`
		CaseAct
	}
}

type actedBody struct {
	ID    string   `json:"id"`
	Key   string   `json:"key"`
	State string   `json:"state_title"`
	Error *Problem `json:"error"`
}

type watchedBody struct {
	On bool `json:"on"`
}

func (b CaseAct) input() (flow.Input, error) {
	in := flow.Input{Action: b.Action, Values: b.Values, Reason: trimmed(b.Reason), Basis: trimmed(b.Basis), To: b.To, Named: b.Named, Rev: b.Rev}
	if b.Budget != "" {
		var err error
		if in.Budget, err = budgets.ParseBudget(b.Budget); err != nil {
			return in, fault.From(err).At("budget")
		}
	}
	return in, nil
}

func (c *Console) cases() {
	route(c, http.MethodGet, "/cases", "list-cases", "案件列表 / Cases", c.listCases)
	route(c, http.MethodGet, "/case-desks", "get-desks", "案件各栏件数 / What the desks hold", func(ctx context.Context, in *struct {
		Pack string `query:"pack" maxLength:"20" doc:"of its cases alone"`
	}) (out desksBody, err error) {
		counts, err := c.Flow.Counts(ctx, actor(ctx), in.Pack)
		if err != nil {
			return out, err
		}
		out.Counts = map[string]int64{}
		for d, n := range counts {
			out.Counts[string(d)] = n
		}
		out.Unread, err = c.Notices.Unread(ctx, actor(ctx).ID)
		return out, err
	})
	route(c, http.MethodPost, "/cases", "open-case", "登记案件 / Open a case", c.openCase)
	route(c, http.MethodGet, "/cases/{id}", "get-case", "案件 / A case", func(ctx context.Context, in *CaseIn) (caseBody, error) {
		return c.caseOf(ctx, in.ID, false)
	})
	route(c, http.MethodGet, "/cases/{id}/plain", "see-case", "查看案件的个人信息 / A case with personal fields unmasked", func(ctx context.Context, in *CaseIn) (caseBody, error) {
		return c.caseOf(ctx, in.ID, true)
	})
	route(c, http.MethodPost, "/cases/{id}/act", "act-on-case", "办理案件 / Act on a case", func(ctx context.Context, in *actIn) (caseBody, error) {
		input, err := in.Body.input()
		if err != nil {
			return caseBody{}, err
		}
		if _, err := c.Flow.Act(ctx, actor(ctx), in.ID, input); err != nil {
			return caseBody{}, err
		}
		return c.caseOf(ctx, in.ID, false)
	})
	route(c, http.MethodPost, "/case-offers", "list-case-offers", "可批量办理的动作 / What may be done on several cases", c.caseOffers)
	route(c, http.MethodPost, "/case-actions", "act-on-cases", "批量办理 / Act on several cases", c.actAll)
	route(c, http.MethodPost, "/cases/{id}/watch", "watch-case", "关注案件 / Watch a case", func(ctx context.Context, in *struct {
		CaseIn
		Body struct {
			On bool `json:"on"`
		}
	}) (out watchedBody, err error) {
		out.On = in.Body.On
		return out, c.Flow.Watch(ctx, actor(ctx), in.ID, in.Body.On)
	})
}

func (c *Console) listCases(ctx context.Context, in *listCasesIn) (List[CaseSummary], error) {
	all, out, err := c.casePage(ctx, in)
	if err != nil {
		return out, err
	}
	return out, show(ctx, look{target: "cases", items: shownFields(all), rows: int64(len(all))})
}

// casePage is a page of a desk, with the cases it is of.
func (c *Console) casePage(ctx context.Context, in *listCasesIn) ([]flow.Listed, List[CaseSummary], error) {
	all, next, err := c.Flow.List(ctx, actor(ctx), in.filter(), in.Cursor, in.Limit)
	if err != nil {
		return nil, List[CaseSummary]{}, err
	}
	out, err := c.caseSummaries(ctx, all, c.named(ctx, handlers(all...)...))
	return all, page(out, next), err
}

// shownFields are the fields that stand for the records of a list's cases.
func shownFields(all []flow.Listed) (out []string) {
	for _, x := range all {
		for name := range x.Record.Values {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return out
}

func (c *Console) caseSummaries(ctx context.Context, all []flow.Listed, named namer) ([]CaseSummary, error) {
	out := make([]CaseSummary, len(all))
	for i, x := range all {
		var err error
		if out[i], err = c.summary(ctx, x, named); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// handlers are the people whom summaries of cases name.
func handlers(all ...flow.Listed) (ids []string) {
	for _, x := range all {
		ids = append(ids, x.Holder, x.Creator)
		if x.Duty != nil {
			ids = append(ids, x.Duty.Person)
		}
	}
	return ids
}

func (c *Console) summary(ctx context.Context, x flow.Listed, named namer) (CaseSummary, error) {
	m, err := c.Flow.MachineOf(ctx, x.Case)
	if err != nil {
		return CaseSummary{}, err
	}
	l, tree := lang(ctx), c.Flow.Tree()
	s := CaseSummary{ID: x.ID, Pack: x.Pack, Flow: x.Flow, FlowTitle: m.Title.In(l), Record: x.Case.Record, Key: x.Key, State: x.State, StateTitle: m.StateTitle(x.State).In(l),
		Rev: x.Rev, Office: x.Office, OfficeTitle: tree.Title(x.Office), Holder: x.Holder, HolderName: named(x.Holder, ""), Region: x.Region, OpenedAt: x.Opened,
		EnteredAt: x.Entered, EndedAt: moment(x.Ended), Due: x.Due, Paused: x.Paused, Stray: x.Stray, Level: x.Level, Merged: x.Merged, Urged: x.Urged, Demanded: x.Demand != nil}
	s.Late = x.Due != nil && x.Open() && !c.Now().Before(*x.Due) || x.Flagged(flow.Overdue)
	if x.Left != nil {
		s.Left = &leftBody{x.Left.Seconds, x.Left.Working, x.Left.Day}
	}
	who, by := m.TurnOf(x.Case, tree)
	s.Turn, s.TurnName, s.TurnBy, s.OnDuty = who, named(who, ""), m.WhoTitle(by).In(l), who != "" && who == m.OnDuty(x.Case, tree)
	s.RegionTitle = c.Regions.Name(region.Code(x.Region))
	if p, err := c.Packs.Current(x.Pack); err == nil {
		s.PackTitle = p.Title.In(l)
	}
	s.Title = titleOf(m.Entity(), x.Record, l)
	return s, nil
}

// titleOf is a record's heading in a line.
func titleOf(e *ledger.Entity, r ledger.Record, l string) string {
	return strings.Join(e.Heading(r.Values, l), " · ")
}

var errOpen = fault.New(fault.Denied, "case.open", fault.T("您没有该应用的角色，不能登记案件", "without a role of the pack no case can be opened")).
	Fix(fault.T("请安全管理员分配应用角色；由系统触发的案件不能手工登记", "ask the security administrator for a role; cases that facts open are not opened by hand"))

func (c *Console) openCase(ctx context.Context, in *openCaseIn) (out openedBody, err error) {
	a := actor(ctx)
	p, err := c.Packs.Current(in.Body.Pack)
	if err != nil {
		return out, err
	}
	m, ok := flow.Of(p, in.Body.Flow)
	if !ok || !c.Flow.MayOpen(a, m) {
		return out, errOpen
	}
	x, joined, err := c.Flow.Open(ctx, a, flow.Opening{Pack: in.Body.Pack, Flow: in.Body.Flow, Values: in.Body.Values})
	if err != nil {
		return out, err
	}
	out.Joined = joined
	out.Case, err = c.caseOf(ctx, x.ID, false)
	return out, err
}

func (c *Console) actAll(ctx context.Context, in *actAllIn) (List[actedBody], error) {
	input, err := in.Body.input()
	if err != nil {
		return List[actedBody]{}, err
	}
	input.Rev = 0
	var out []actedBody
	for _, id := range in.Body.IDs {
		b := actedBody{ID: id}
		x, err := c.Flow.Act(ctx, actor(ctx), id, input)
		if err != nil {
			b.Error = problemOf(fault.From(err), lang(ctx))
		} else {
			b.Key = x.Key
			if m, err := c.Flow.MachineOf(ctx, x); err == nil {
				b.State = m.StateTitle(x.State).In(lang(ctx))
			}
		}
		out = append(out, b)
	}
	return page(out, ""), nil
}

// caseOf is a whole case as its page shows it, written down before it leaves.
func (c *Console) caseOf(ctx context.Context, id string, plain bool) (caseBody, error) {
	a, l := actor(ctx), lang(ctx)
	w, err := c.Flow.Get(ctx, a, id)
	if err != nil {
		return caseBody{}, err
	}
	m, e, tree := w.Machine, w.Machine.Entity(), c.Flow.Tree()
	may := policy.Reaching(a.In(w.Pack), policy.RecordPlain).Covers(policy.Target{Owner: w.Holder, Office: w.Office}) || w.Creator == a.ID && a.ID != ""
	if plain && !may {
		return caseBody{}, policy.Allowed(a.In(w.Pack), policy.RecordPlain, policy.Target{Office: w.Office})
	}
	p, err := c.Packs.At(ctx, w.Pack, w.Version)
	if err != nil {
		return caseBody{}, err
	}
	known := slices.Concat(handlers(w.Children.First...), handlers(w.Listed), w.Concerned)
	for _, s := range w.Steps {
		known = append(known, s.Actor)
	}
	named := c.named(ctx, known...)
	summary, err := c.summary(ctx, w.Listed, named)
	if err != nil {
		return caseBody{}, err
	}
	out := caseBody{CaseSummary: summary, Version: w.Version, Creator: named(w.Creator, ""), From: tree.Title(w.From), Score: w.Score, Flags: w.Flags,
		Form: formOf(p, e, l), Values: e.Shown(w.Record, plain), Drawing: flowOf(m, l), Watched: w.Watched, Plain: may}
	out.Words = c.wordsOf(e, out.Values, l, true)
	if err := c.refer(ctx, p, e, []referring{{out.Values, out.Words, &out.Linked}}); err != nil {
		return out, err
	}
	c.steps(&out, w, l, named)
	if err := c.stepFiles(ctx, &out, w, l); err != nil {
		return out, err
	}
	for _, o := range w.Offers {
		out.Offers = append(out.Offers, c.offer(ctx, o, w, l, named))
	}
	for _, s := range w.Sums {
		b := caseClockBody{Clock: s.Clock, Title: s.Title.In(l), Due: s.Due.At.UTC(), Percent: s.Due.Percent, Spent: int64(s.Due.Spent / time.Second), Total: int64(s.Due.Total / time.Second),
			Paused: s.Due.Paused, Late: s.Due.Late, Assumed: s.Due.Assumed, Stopped: moment(s.Stopped)}
		for _, line := range s.Lines {
			b.Lines = append(b.Lines, clockSumLine{string(line.Kind), line.Text.In(l)})
		}
		out.Clocks = append(out.Clocks, b)
	}
	for _, j := range w.Joint {
		out.Joint = append(out.Joint, memberBody{tree.Title(j.Office), j.Asked.UTC(), moment(j.Answer), j.Note})
	}
	if q := w.Asked; q != nil {
		out.Asked = &askedBody{m.ActionTitle(w.State, q.Action).In(l), named(q.By, ""), q.At.UTC(), q.Reason, q.Budget.Words().In(l)}
	}
	out.Children.All, out.Children.Open = w.Children.All, w.Children.Open
	if out.Children.Items, err = c.caseSummaries(ctx, w.Children.First, named); err != nil {
		return out, err
	}
	if err := c.related(ctx, &out, w); err != nil {
		return out, err
	}
	return out, show(ctx, look{target: "case/" + w.ID, items: keysOf(out.Values), rows: 1, plain: plain && e.Personal()})
}

func keysOf(m map[string]any) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (c *Console) steps(out *caseBody, w flow.Whole, l string, named namer) {
	m, tree := w.Machine, c.Flow.Tree()
	for _, s := range w.Steps {
		b := caseStepBody{At: s.At, By: s.Actor, ByName: named(s.Actor, ""), OfficeTitle: tree.Title(s.Office), Action: s.Action, Title: m.ActionTitle(s.From, s.Action).In(l),
			From: m.StateTitle(s.From).In(l), To: m.StateTitle(s.To).In(l), Moved: s.From != s.To, Reason: s.Reason, Basis: s.Detail.Basis, Spent: s.Detail.Spent, Percent: s.Detail.Rung,
			Case: s.Detail.Case, CaseKey: s.Detail.Key}
		if n := s.Detail.Duty; n != nil {
			b.Duty = n.Words(func(u string) string { return named(u, "") }).In(l)
		}
		for _, name := range s.Detail.Fields {
			b.Fields = append(b.Fields, m.FieldTitle(name).In(l))
		}
		if o, ok := tree.Find(s.Detail.To); ok {
			b.Named = o.Title
		} else if s.Detail.To != "" {
			b.Named = named(s.Detail.To, "")
		}
		for _, u := range s.Detail.Named {
			b.Named = strings.TrimSpace(b.Named + " @" + named(u, ""))
		}
		if b.Moved {
			out.Path = append(out.Path, s.To)
		}
		out.Steps = append(out.Steps, b)
	}
}

// offerOf is an offer with the offices that may be named in it.
func (c *Console) offerOf(o flow.Offer, l string) offerBody {
	b := offerBody{Action: o.Action, Title: o.Title.In(l), Need: o.Need, Edit: o.Edit, To: o.To, ToTitle: o.ToText.In(l), Why: o.Why.In(l), Extend: o.Extend, Danger: o.Danger}
	if o.Action == flow.ActInvite || o.Action == flow.ActAssign {
		for _, x := range c.Flow.Tree().Offices() {
			b.Choices = append(b.Choices, pickBody{x.Name, x.Title})
		}
	}
	return b
}

func (c *Console) offer(ctx context.Context, o flow.Offer, w flow.Whole, l string, named namer) offerBody {
	b := c.offerOf(o, l)
	switch o.Action {
	case flow.ActComment:
		for _, u := range w.Concerned {
			if u != actor(ctx).ID {
				b.Choices = append(b.Choices, pickBody{u, named(u, "")})
			}
		}
	case flow.ActDelegate:
		for _, u := range c.Flow.Colleagues(actor(ctx), w.Pack) {
			b.Choices = append(b.Choices, pickBody{u, named(u, "")})
		}
	}
	return b
}
