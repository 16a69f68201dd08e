package policy_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
)

var update = flag.Bool("update", false, "write the golden files")

// rights shows the whole table as a person would check it.
func rights() string {
	var b strings.Builder
	b.WriteString("# 权限表 / Table of rights\n\n— means denied. 本人 own, 本部门 own and office, 本部门及下级 and the offices under it, 全部 all.\n\n| action | 动作 | |")
	for _, r := range people.Roles() {
		b.WriteString(" " + r.Title.ZH + " " + string(r.Name) + " |")
	}
	b.WriteString("\n|" + strings.Repeat("-|", 3+len(people.Roles())) + "\n")
	words := map[policy.Scope]string{policy.None: "—", policy.Own: "本人", policy.Office: "本部门", policy.Descendants: "本部门及下级", policy.All: "全部"}
	for _, a := range policy.Actions() {
		kind := "读"
		if a.Change {
			kind = "改"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |", a.Name, a.Title.ZH, kind)
		for _, r := range people.Roles() {
			b.WriteString(" " + words[policy.Scoped(r.Name, a.Name)] + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestTableIsAsAgreed(t *testing.T) {
	const file = "testdata/rights.md"
	got := rights()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the table differs from %s; look at the change and run with -update:\n%s", file, got)
	}
}

// holder is an actor with one role, who has an id, an office and offices under it.
func holder(r people.Role) people.Actor {
	a := people.Actor{Kind: people.UserKind, ID: "u1", Office: "rsj", Below: []string{"sbzx"}, Roles: []people.Role{r}}
	switch r {
	case people.Application:
		a.Kind = people.AppKind
	case people.LocalOperator:
		a.Kind = people.LocalKind
	case people.PackRole: // what users hold are the roles of packs
		a.Roles = []people.Role{"demo.desk"}
	}
	return a
}

var relations = []struct {
	name    string
	target  policy.Target
	reached policy.Scope // the least scope that reaches it
}{
	{"own", policy.Target{Owner: "u1", Office: "mzj"}, policy.Own},
	{"own office", policy.Target{Owner: "u2", Office: "rsj"}, policy.Office},
	{"descendant", policy.Target{Owner: "u3", Office: "sbzx"}, policy.Descendants},
	{"other office", policy.Target{Owner: "u4", Office: "mzj"}, policy.All},
	{"nobody's", policy.Target{}, policy.All},
}

// TestEveryCell decides every role × action × relation and compares with the table.
func TestEveryCell(t *testing.T) {
	n := 0
	for _, r := range people.Roles() {
		for _, a := range policy.Actions() {
			scope := policy.Scoped(r.Name, a.Name)
			for _, rel := range relations {
				want := scope != policy.None && scope >= rel.reached
				d := policy.Decide(holder(r.Name), a.Name, rel.target)
				if d.Allow != want || (d.Err() == nil) != want {
					t.Errorf("%s %s %s: %v, want %v", r.Name, a.Name, rel.name, d.Allow, want)
				}
				if !want && (d.Reason.ZH == "" || d.Reason.EN == "" || d.Rule == "") {
					t.Errorf("%s %s %s is denied without a reason", r.Name, a.Name, rel.name)
				}
				n++
			}
		}
	}
	if n != 9*len(policy.Actions())*5 {
		t.Errorf("%d cells were tried", n)
	}
}

// TestZeroDenies: whatever nobody has said is no.
func TestZeroDenies(t *testing.T) {
	for _, a := range append(actions(), "", "grant.unheard") {
		for _, rel := range relations {
			if policy.Decide(people.Actor{}, a, rel.target).Allow {
				t.Errorf("nobody may %s", a)
			}
			if policy.Decide(people.Actor{ID: "u1", Office: "rsj", Roles: []people.Role{people.DataAdmin, people.LocalOperator}}, a, rel.target).Allow {
				t.Errorf("an actor of no kind may %s", a)
			}
			if policy.Decide(people.Actor{Kind: people.UserKind, ID: "u1", Office: "rsj", Roles: []people.Role{"", "boss"}}, a, rel.target).Allow {
				t.Errorf("an unknown role may %s", a)
			}
		}
	}
	for _, r := range people.Roles() {
		for _, a := range []policy.Action{"", "grant.unheard"} {
			if policy.Decide(holder(r.Name), a, policy.Target{}).Allow || policy.Scoped(r.Name, a) != policy.None {
				t.Errorf("%s may do what is no action", r.Name)
			}
		}
	}
	anyone := people.Actor{Kind: people.UserKind, Roles: []people.Role{people.Officer}} // no id, no office
	if policy.Decide(anyone, policy.RowsRead, policy.Target{}).Allow || policy.Decide(anyone, policy.AccountPassword, policy.Target{}).Allow {
		t.Error("an actor without office and id owns what is nobody's")
	}
	if policy.Decide(holder(people.Officer), policy.RowsRead, policy.Target{}).Allow {
		t.Error("an office owns what is nobody's")
	}
	var r policy.Reach
	if r.Covers(policy.Target{}) || r.Covers(policy.Target{Office: "rsj"}) {
		t.Error("the zero reach reaches something")
	}
	if offices, all := r.Offices(); all || len(offices) > 0 {
		t.Error("the zero reach lists something")
	}
}

func actions() (out []policy.Action) {
	for _, a := range policy.Actions() {
		out = append(out, a.Name)
	}
	return out
}

// TestKindsKeepApart: a role works only in the kind of actor it is for.
func TestKindsKeepApart(t *testing.T) {
	user := people.Actor{Kind: people.UserKind, ID: "u1", Office: "rsj", Roles: []people.Role{people.LocalOperator, people.Application}}
	program := people.Actor{Kind: people.AppKind, ID: "u1", Office: "rsj", Roles: []people.Role{people.SystemAdmin, people.LocalOperator, people.Officer}}
	for _, a := range actions() {
		if policy.Reaching(user, a).Scope != policy.None {
			t.Errorf("a user with the roles of others may %s", a)
		}
		if got := policy.Reaching(program, a).Scope; got != policy.Scoped(people.Application, a) {
			t.Errorf("an application with the roles of others may %s × %s", a, got)
		}
	}
}

func TestSeveralRolesReachTheFarthest(t *testing.T) {
	a := holder(people.Officer)
	a.Roles = []people.Role{people.Officer, people.Reviewer}
	if r := policy.Reaching(a, policy.RowsRead); r.Scope != policy.Descendants || r.Role != people.Reviewer {
		t.Errorf("%v by %s", r.Scope, r.Role)
	}
	if r := policy.Reaching(a, policy.LoadRun); r.Scope != policy.Office || r.Role != people.Officer {
		t.Errorf("%v by %s", r.Scope, r.Role)
	}
	offices, all := policy.Reaching(a, policy.RowsRead).Offices()
	if all || !slices.Equal(offices, []string{"rsj", "sbzx"}) {
		t.Errorf("offices %v %v", offices, all)
	}
	if offices, all = policy.Reaching(holder(people.DataAdmin), policy.RowsRead).Offices(); !all || offices != nil {
		t.Errorf("offices %v %v", offices, all)
	}
}

// TestThreeAdministrators: what the rule of three administrators is for.
func TestThreeAdministrators(t *testing.T) {
	self := []policy.Action{policy.AccountPassword, policy.SessionEnd}
	for _, a := range policy.Actions() {
		s := policy.Scoped(people.AuditAdmin, a.Name)
		if a.Change && s != policy.None && (s != policy.Own || !slices.Contains(self, a.Name)) {
			t.Errorf("the audit administrator may %s × %s", a.Name, s)
		}
	}
	for _, c := range []struct {
		action policy.Action
		only   []people.Role
	}{
		{policy.AccountWrite, []people.Role{people.SystemAdmin}},
		{policy.RoleAssign, []people.Role{people.SecurityAdmin}},
		{policy.DutyWrite, []people.Role{people.SecurityAdmin}},
		{policy.KeyRotate, []people.Role{people.SecurityAdmin}},
		{policy.AuditRead, []people.Role{people.AuditAdmin}},
		{policy.RowsPlain, []people.Role{people.Officer}},
		{policy.ServiceCall, []people.Role{people.Application}},
	} {
		for _, r := range people.Roles() {
			want := slices.Contains(c.only, r.Name) || r.Name == people.LocalOperator
			if got := policy.Scoped(r.Name, c.action) != policy.None; got != want {
				t.Errorf("%s may %s: %v", r.Name, c.action, got)
			}
		}
	}
	for _, r := range []people.Role{people.SystemAdmin, people.SecurityAdmin, people.AuditAdmin} {
		for _, a := range []policy.Action{policy.RowsRead, policy.RowsPlain, policy.QuarantineRead, policy.QuarantineExport, policy.GrantMake, policy.LoadRun} {
			if policy.Scoped(r, a) != policy.None {
				t.Errorf("%s may %s", r, a)
			}
		}
	}
}

func TestEveryActionHasWords(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range policy.Actions() {
		if a.Title.ZH == "" || a.Title.EN == "" || seen[a.Title.ZH] || seen[string(a.Name)] {
			t.Errorf("%s: title %q", a.Name, a.Title.ZH)
		}
		seen[a.Title.ZH], seen[string(a.Name)] = true, true
	}
	for _, r := range people.Roles() {
		if r.Title.ZH == "" || r.Title.EN == "" || r.Duty.ZH == "" || r.Duty.EN == "" {
			t.Errorf("role %s has no words", r.Name)
		}
	}
}
