package flow

import (
	"slices"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/region"
)

// Duty is whose turn a case is by a roster: somebody of its office who is on duty. It is
// theirs alone until their shift ends, as long as they may act; then whoever is on duty takes
// over.
type Duty struct {
	Person string    `json:"person"`
	Until  time.Time `json:"until"`
}

// Shift is an entry of a roster that holds at some instant.
type Shift struct {
	Office string
	Person string // as the roster calls them: their name or account
	Until  time.Time
}

// DutyNote is what the history keeps of a roster that was looked at.
type DutyNote struct {
	Office string `json:"office"`
	Person string `json:"person,omitempty"` // user on duty; nobody: the case goes by role, because …
	Why    string `json:"why,omitempty"`    // … one of these
}

// Why a case that was routed by duty goes by role.
const (
	DutyNobody = "nobody" // the roster has nobody on duty
	DutyAway   = "away"   // whoever it has is not of the office, was disabled, or may not act here
)

// Words is the note in a sentence; named gives a user's name.
func (n DutyNote) Words(named func(string) string) fault.Text {
	switch n.Why {
	case DutyNobody:
		return fault.T("值班表此时无人值班，由有权限的人员办理", "nobody is on duty by the roster: whoever has the role may act")
	case DutyAway:
		return fault.T("值班人员不能办理（非本部门承办人员、已停用或须回避），由有权限的人员办理", "whoever is on duty may not act (not of the office, disabled, or to be kept out): whoever has the role may")
	}
	return fault.T("值班人员：%s", "on duty: %s", named(n.Person))
}

// onDuty narrows equally near offices down to those with somebody on duty who may act in a
// state, and gives them by office. Where there is nobody the offices stay as they are, and
// why says so.
func (w *walk) onDuty(s *State, offices []string) (kept []string, by map[string]Duty, why string, err error) {
	role, _, ok := s.role()
	if !ok || w.m.roster == nil || w.env.Duty == nil || len(offices) == 0 {
		return offices, nil, DutyNobody, nil
	}
	shifts, err := w.env.Duty(offices, w.now)
	if err != nil {
		return nil, nil, "", err
	}
	by, why = map[string]Duty{}, DutyNobody
	for _, x := range shifts {
		why = DutyAway
		if _, found := by[x.Office]; found {
			continue
		}
		if u := w.env.Tree.called(x.Person, w.m.staff(w.c, s, w.env.Tree, x.Office, role)); u != "" {
			by[x.Office] = Duty{Person: u, Until: x.Until.UTC()}
		}
	}
	for _, o := range offices {
		if _, found := by[o]; found {
			kept = append(kept, o)
		}
	}
	if len(kept) == 0 {
		return offices, nil, why, nil
	}
	return kept, by, "", nil
}

// roster gives the case to whoever is on duty in one of some equally near offices, or by load
// to one of them, and says in its history what the roster had.
func (w *walk) roster(s *State, offices []string, load func(string) int) error {
	kept, by, why, err := w.onDuty(s, offices)
	if err != nil {
		return err
	}
	w.c.Office, w.c.Duty = least(kept, load), nil
	note := DutyNote{Office: w.c.Office, Why: why}
	if d, found := by[w.c.Office]; found {
		w.c.Duty, note.Person = &d, d.Person
	}
	w.effects = append(w.effects, Effect{Duty: &note})
	return nil
}

// bound is the user whose turn alone a role's is by the roster; nobody where the case is not
// routed by duty, or whoever was on duty may no longer act: then it is the turn of all who
// hold the role.
func (m *Machine) bound(c Case, s *State, t *Tree, role string) string {
	if turn, _, ok := s.role(); c.Duty == nil || !ok || turn != role || !slices.Contains(m.staff(c, s, t, c.Office, role), c.Duty.Person) {
		return ""
	}
	return c.Duty.Person
}

// dutyOf is the user whose turn the case is by the roster, if any.
func (w *walk) dutyOf(role string) string {
	s, err := w.m.at(w.c)
	if err != nil || !w.c.Open() {
		return ""
	}
	return w.m.bound(w.c, s, w.env.Tree, role)
}

// OnDuty is the user whose turn a case is by the roster, if any.
func (m *Machine) OnDuty(c Case, t *Tree) string {
	s, err := m.at(c)
	if err != nil || !c.Open() {
		return ""
	}
	role, _, _ := s.role()
	return m.bound(c, s, t, role)
}

// relieve hands a case over when a shift ends, or whoever had it may no longer act: to who is
// on duty in its office then.
func (w *walk) relieve() error {
	s, err := w.m.at(w.c)
	if err != nil {
		return err
	}
	before := w.c.Duty.Person
	if err := w.roster(s, []string{w.c.Office}, func(string) int { return 0 }); err != nil {
		return err
	}
	w.c.Stray = !w.m.manned(w.c, s, w.env.Tree)
	if w.c.Duty == nil || w.c.Duty.Person != before {
		w.turn(s)
	}
	return nil
}

// watchman is who is on duty in an office that a case which is routed by duty has climbed to,
// whatever their role; nobody: all of the office are told.
func (w *walk) watchman(office string) (string, error) {
	s, err := w.m.at(w.c)
	if err != nil || w.m.roster == nil || w.env.Duty == nil || w.c.Duty == nil && !slices.Contains(s.Route, RouteDuty) {
		return "", nil //nolint:nilerr // a state that is gone has no route
	}
	shifts, err := w.env.Duty([]string{office}, w.now)
	if err != nil {
		return "", err
	}
	note := DutyNote{Office: office, Why: DutyNobody}
	for _, x := range shifts {
		if note.Person = w.env.Tree.called(x.Person, w.m.anybody(w.env.Tree, office)); note.Person != "" {
			note.Why = ""
			break
		}
		note.Why = DutyAway
	}
	w.effects = append(w.effects, Effect{Duty: &note})
	return note.Person, nil
}

// called is the one of some users whom a roster calls so: by name or account. Two of one name
// are nobody.
func (t *Tree) called(word string, users []string) (found string) {
	for _, u := range users {
		if word == "" || word != t.names[u] && word != t.logins[u] {
			continue
		}
		if found != "" {
			return ""
		}
		found = u
	}
	return found
}

// roster is a flow's roster, compiled.
type roster struct {
	decl   RosterDecl
	entity *ledger.Entity
}

// office is the column that says whose a shift is.
func (r *roster) office() string {
	if r.decl.Office != "" {
		return r.decl.Office
	}
	return "office"
}

// query asks for the shifts of some offices that hold at an instant, the latest begun first.
func (r *roster) query(offices []string, at time.Time) ledger.Query {
	to := r.decl.To
	if to == "" {
		to = r.decl.From
	}
	moment := at.UTC().Format(time.RFC3339)
	if r.byDay() {
		moment = at.In(region.Beijing).Format(time.DateOnly)
	}
	return ledger.Query{Reach: ledger.Reach{All: true}, Plain: ledger.Reach{All: true}, Sort: r.decl.From, Limit: mostShifts, Where: []ledger.Filter{
		{Field: r.office(), Op: ledger.Is, Values: offices},
		{Field: r.decl.From, Op: ledger.To, Values: []string{moment}},
		{Field: to, Op: ledger.From, Values: []string{moment}}}}
}

// mostShifts bounds how many shifts are looked at of those that hold at once.
const mostShifts = 200

// byDay says whether the roster goes by whole days.
func (r *roster) byDay() bool {
	f, _ := r.entity.Field(r.decl.From)
	return f != nil && f.Holds().Kind == ledger.Date
}

// shift reads a record of the roster; not ok where it has ended or names nobody.
func (r *roster) shift(x ledger.Record, at time.Time) (s Shift, ok bool) {
	s.Office = x.Office
	if r.decl.Office != "" {
		s.Office, _ = x.Values[r.decl.Office].(string)
	}
	switch who := x.Values[r.decl.Person].(type) {
	case string:
		s.Person = who
	case map[string]any:
		s.Person, _ = who["name"].(string)
	}
	from, until := r.span(x)
	s.Until = until
	return s, !from.After(at) && until.After(at)
}

// span is when a shift begins and ends.
func (r *roster) span(x ledger.Record) (from, until time.Time) {
	begin, _ := x.Values[r.decl.From].(string)
	end := begin
	if r.decl.To != "" {
		end, _ = x.Values[r.decl.To].(string)
	}
	if !r.byDay() {
		from, _ = time.Parse(time.RFC3339, begin)
		until, _ = time.Parse(time.RFC3339, end)
		return from, until
	}
	from, _ = time.ParseInLocation(time.DateOnly, begin, region.Beijing)
	until, err := time.ParseInLocation(time.DateOnly, end, region.Beijing)
	if err != nil {
		return from, time.Time{}
	}
	return from, until.AddDate(0, 0, 1)
}
