package people_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
)

const (
	sys   = people.SystemAdmin
	sec   = people.SecurityAdmin
	aud   = people.AuditAdmin
	data  = people.DataAdmin
	offic = people.Officer
)

func TestCheckRoles(t *testing.T) {
	roles := func(r ...people.Role) []people.Role { return r }
	for _, c := range []struct {
		roles       []people.Role
		apart, both bool // allowed with the rule on, and with it off
	}{
		{nil, true, true},
		{roles(sys), true, true}, {roles(sec), true, true}, {roles(aud), true, true},
		{roles(data, offic, people.Reviewer), true, true},
		{roles(sys, sec), false, true}, {roles(sys, aud), false, true}, {roles(sec, aud), false, true}, {roles(sys, sec, aud), false, true},
		{roles(aud, data), false, true}, {roles(sys, offic), false, true},
		{roles(data, data), false, false}, {roles("boss"), false, false}, {roles(""), false, false},
		{roles(people.Application), false, false}, {roles(people.LocalOperator), false, false},
	} {
		for _, apart := range []bool{true, false} {
			want := c.both
			if apart {
				want = c.apart
			}
			if err := people.CheckRoles(c.roles, apart, nil); (err == nil) != want {
				t.Errorf("%v apart %v: %v", c.roles, apart, err)
			}
		}
	}
}

func TestProfileTellsAllAtOnce(t *testing.T) {
	w := open(t)
	_, _, err := w.AddUser(ctx, people.Local(), people.Profile{Login: "Zhang San", Name: " ", Office: "gaj", Roles: []people.Role{sys, sec}})
	want := []string{"name.form@login", "user.name@name", "office.unknown@office", "user.roles.apart@roles"}
	if got := codes(err); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	_, _, err = w.AddUser(ctx, people.Local(), people.Profile{Login: "zhang", Name: "张", Roles: []people.Role{offic}})
	if got := codes(err); !slices.Equal(got, []string{"user.office@office"}) {
		t.Errorf("%v", got)
	}
	w.add(t, "zhang", "rsj")
	_, _, err = w.AddUser(ctx, people.Local(), people.Profile{Login: "zhang", Name: "张"})
	is(t, "twice", err, people.ErrLogin)
}

// TestWhoKeepsAccounts: accounts by one, roles by another, and neither for themselves.
func TestWhoKeepsAccounts(t *testing.T) {
	w := open(t)
	signed := map[string]people.Signed{}
	for login, r := range map[string]people.Role{"keeper": sys, "guard": sec, "watcher": aud, "manager": data} {
		w.add(t, login, "rsj", r)
		signed[login], _ = w.in(t, login)
	}
	w.add(t, "zhang", "rsj")
	rules := people.UsualRules()
	for login, may := range map[string]struct{ accounts, roles, apps, keys bool }{
		"keeper": {accounts: true, apps: true}, "guard": {roles: true, keys: true}, "watcher": {}, "manager": {apps: true, keys: true},
	} {
		by, n := signed[login].Actor, len(w.changes)
		try := func(what string, want bool, err error) {
			t.Helper()
			if (err == nil) != want || err != nil && !errors.Is(err, policy.ErrDenied) {
				t.Errorf("%s tries to %s: %v", login, what, err)
			}
		}
		_, _, err := w.AddUser(ctx, by, people.Profile{Login: "new_" + login, Name: "新"})
		try("add an account", may.accounts, err)
		_, _, err = w.AddUser(ctx, by, people.Profile{Login: "more_" + login, Name: "新", Roles: []people.Role{data}})
		try("add one with roles", false, err)
		_, err = w.Correct(ctx, by, "zhang", "张三", "mzj")
		try("correct", may.accounts, err)
		_, _, err = w.ResetUser(ctx, by, "zhang")
		try("reset", may.accounts, err)
		_, err = w.DisableUser(ctx, by, "zhang", "x")
		try("disable", may.accounts, err)
		_, err = w.EnableUser(ctx, by, "zhang")
		try("enable", may.accounts, err)
		_, err = w.SetRoles(ctx, by, "zhang", []people.Role{offic})
		try("give roles", may.roles, err)
		try("set the rules", may.roles, w.SetRules(ctx, by, rules))
		_, err = w.AddApp(ctx, by, "app_"+login, "应用", "mzj")
		try("register an application", may.apps, err)
		if _, err := w.AddApp(ctx, people.Local(), "of_"+login, "应用", "mzj"); err != nil {
			t.Fatal(err)
		}
		_, _, err = w.AddKey(ctx, by, "of_"+login, people.KeySpec{Kind: people.APIKey})
		try("give a key", may.keys, err)
		_, err = w.DisableApp(ctx, by, "of_"+login, "x")
		try("disable an application", may.apps, err)
		for _, c := range w.changes[n:] {
			if c.Actor.ID != by.ID && c.Actor.ID != "local" {
				t.Errorf("%s was done by %s", c.Action, c.Actor.ID)
			}
		}
	}
	_, err := w.SetRoles(ctx, signed["guard"].Actor, "guard", []people.Role{data})
	is(t, "roles for oneself", err, people.ErrSelf)
	_, err = w.DisableUser(ctx, signed["keeper"].Actor, "keeper", "x")
	is(t, "oneself", err, people.ErrSelf)
	if u, err := w.User(ctx, "zhang"); err != nil || u.Name != "张三" || u.Office != "mzj" || !slices.Equal(u.Roles, []people.Role{offic}) {
		t.Errorf("%+v %v", u, err)
	}
	_, err = w.Correct(ctx, signed["keeper"].Actor, "zhang", "张三", "")
	if got := codes(err); !slices.Equal(got, []string{"user.office@office"}) {
		t.Errorf("an officer without office: %v", err)
	}
}

func TestDisable(t *testing.T) {
	w := open(t)
	w.add(t, "zhang", "rsj", offic)
	_, token := w.in(t, "zhang")
	u, err := w.DisableUser(ctx, people.Local(), "zhang", "调离")
	if err != nil || u.State != people.Disabled {
		t.Fatalf("%+v %v", u, err)
	}
	_, err = w.Authenticate(ctx, token)
	is(t, "a session", err, people.ErrSession)
	_, _, err = w.SignIn(ctx, "zhang", secretOf("zhang"), here)
	is(t, "the right password", err, people.ErrDisabled)
	_, _, err = w.SignIn(ctx, "zhang", "Wrong-Password-1", here)
	is(t, "a wrong one", err, people.ErrCredentials)
	if _, err = w.EnableUser(ctx, people.Local(), u.ID); err != nil {
		t.Fatal(err)
	}
	w.in(t, "zhang")
	_, err = w.Authenticate(ctx, token)
	is(t, "the session of before", err, people.ErrSession)
	_, err = w.DisableUser(ctx, people.Local(), "unheard", "x")
	is(t, "nobody", err, people.ErrUser)
}

// TestLastAdministrator: a district is never left without one to keep accounts or give roles.
func TestLastAdministrator(t *testing.T) {
	w := open(t)
	w.add(t, "keeper", "", sys)
	w.add(t, "guard", "", sec)
	w.add(t, "watcher", "", aud)
	_, err := w.DisableUser(ctx, people.Local(), "keeper", "x")
	is(t, "the last system administrator", err, people.ErrLast)
	_, err = w.SetRoles(ctx, people.Local(), "guard", nil)
	is(t, "the last security administrator", err, people.ErrLast)
	if u, err := w.User(ctx, "guard"); err != nil || !slices.Equal(u.Roles, []people.Role{sec}) {
		t.Errorf("after the refusal: %+v %v", u, err)
	}
	if _, err := w.DisableUser(ctx, people.Local(), "watcher", "x"); err != nil {
		t.Errorf("an audit administrator: %v", err)
	}
	w.add(t, "keeper2", "", sys)
	if _, err := w.DisableUser(ctx, people.Local(), "keeper", "x"); err != nil {
		t.Errorf("with a successor: %v", err)
	}
}

func TestApartIsASwitch(t *testing.T) {
	w := open(t)
	w.add(t, "guard", "", sec)
	g, _ := w.in(t, "guard")
	rules, err := w.Rules(ctx)
	if err != nil || !rules.Apart {
		t.Fatalf("%+v %v", rules, err)
	}
	_, _, err = w.AddUser(ctx, people.Local(), people.Profile{Login: "both", Name: "双", Roles: []people.Role{sys, sec}})
	if got := codes(err); !slices.Equal(got, []string{"user.roles.apart@roles"}) {
		t.Errorf("%v", got)
	}
	rules.Apart = false
	if err := w.SetRules(ctx, g.Actor, rules); err != nil {
		t.Fatal(err)
	}
	last := w.changes[len(w.changes)-1]
	if last.Text.ZH != "关闭三员分立" || last.Actor.ID != g.User.ID {
		t.Errorf("the audit says %+v", last)
	}
	w.add(t, "both", "", sys, sec)
	rules.Apart = true
	err = w.SetRules(ctx, g.Actor, rules)
	if got := codes(err); fault.KindOf(err) != fault.Conflict || !slices.Equal(got, []string{"people.apart@both"}) {
		t.Errorf("switched on over somebody who holds two: %v", err)
	}
	if _, err := w.SetRoles(ctx, g.Actor, "both", []people.Role{sys}); err != nil {
		t.Fatal(err)
	}
	if last = w.changes[len(w.changes)-1]; last.Detail["before"] != "system_admin security_admin" || last.Detail["apart"] != "off" {
		t.Errorf("the audit says %+v", last.Detail)
	}
	if err := w.SetRules(ctx, g.Actor, rules); err != nil {
		t.Error(err)
	}
	rules.Failures, rules.PasswordLength = 1, 4
	if got := codes(w.SetRules(ctx, g.Actor, rules)); !slices.Equal(got, []string{"people.rules@failures", "people.rules@password_length"}) {
		t.Errorf("%v", got)
	}
}

func TestUsersInPages(t *testing.T) {
	w := open(t)
	var ids []string
	for i := range 5 {
		ids = append(ids, w.add(t, fmt.Sprintf("u%d", i), []string{"rsj", "mzj"}[i%2]).ID)
	}
	var got []string
	for cursor := ""; ; {
		page, next, err := w.Users(ctx, people.UserFilter{}, cursor, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range page {
			got = append(got, u.Login)
		}
		if cursor = next; next == "" {
			break
		}
	}
	if !slices.Equal(got, []string{"u0", "u1", "u2", "u3", "u4"}) {
		t.Errorf("%v", got)
	}
	if page, _, err := w.Users(ctx, people.UserFilter{Office: "mzj"}, "", 9); err != nil || len(page) != 2 {
		t.Errorf("%v %v", page, err)
	}
	if page, _, err := w.Users(ctx, people.UserFilter{Owner: ids[3]}, "", 9); err != nil || len(page) != 1 || page[0].Login != "u3" {
		t.Errorf("%v %v", page, err)
	}
}

// TestNothingHalf: where the audit entry cannot be saved, nothing is changed and nobody is in.
func TestNothingHalf(t *testing.T) {
	w := open(t)
	w.add(t, "zhang", "rsj", offic)
	s, token := w.in(t, "zhang")
	w.refuse = fault.New(fault.Busy, "audit.full", fault.T("审计空间已满", "the audit is full"))
	_, _, err := w.SignIn(ctx, "zhang", secretOf("zhang"), here)
	is(t, "sign in", err, w.refuse)
	_, _, err = w.AddUser(ctx, people.Local(), people.Profile{Login: "chen", Name: "陈"})
	is(t, "add", err, w.refuse)
	_, err = w.DisableUser(ctx, people.Local(), "zhang", "x")
	is(t, "disable", err, w.refuse)
	_, err = w.AddApp(ctx, people.Local(), "care", "养老服务", "mzj")
	is(t, "application", err, w.refuse)
	is(t, "password", w.ChangePassword(ctx, s, secretOf("zhang"), "Ming-Yue-2026", here), w.refuse)
	is(t, "end", w.EndSession(ctx, s.Actor, s.Session.ID), w.refuse)
	w.refuse = nil
	if got, err := w.Authenticate(ctx, token); err != nil || got.User.State != people.Enabled {
		t.Errorf("%+v %v", got, err)
	}
	if list, err := w.Sessions(ctx, ""); err != nil || len(list) != 1 {
		t.Errorf("%v %v", list, err)
	}
	if _, err := w.User(ctx, "chen"); !errors.Is(err, people.ErrUser) {
		t.Errorf("%v", err)
	}
	if err := w.AppKnown("care"); !errors.Is(err, people.ErrApp) {
		t.Errorf("%v", err)
	}
	w.in(t, "zhang")
}
