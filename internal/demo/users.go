package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/chengshu/chengshu/internal/demo/invent"
	"github.com/chengshu/chengshu/internal/node"
	"github.com/chengshu/chengshu/internal/people"
)

// User is an invented person of the district with what they sign in by.
type User struct {
	Login    string      `json:"login"`
	Name     string      `json:"name"`
	Office   string      `json:"office"`
	Role     people.Role `json:"role"`
	Password string      `json:"password"`

	Packs []people.Role `json:"pack_roles,omitempty"` // beside it
}

// cast is one invented person for each role, and a second officer: each sees only what is
// their own office's. Some have roles of the packs, or those alone.
func cast() []User {
	return []User{
		{Login: "lin_shujv", Name: "林书距", Office: "data", Role: people.DataAdmin, Packs: []people.Role{"quality_orders.steward"}},
		{Login: "zhou_rensheng", Name: "周仁声", Office: "hrss", Role: people.Officer, Packs: []people.Role{"quality_orders.officer"}},
		{Login: "he_minan", Name: "何敏安", Office: "civil", Role: people.Officer, Packs: []people.Role{"quality_orders.officer", "elders.keeper"}},
		{Login: "xu_heshen", Name: "许荷深", Office: "hrss", Role: people.Reviewer},
		{Login: "sun_xitong", Name: "孙熙桐", Office: "data", Role: people.SystemAdmin},
		{Login: "qian_anquan", Name: "钱安荃", Office: "data", Role: people.SecurityAdmin},
		{Login: "wu_shenji", Name: "吴申霁", Office: "data", Role: people.AuditAdmin},
		{Login: "feng_chenglan", Name: "冯城澜", Office: "operations", Role: "pothole.desk"},
		{Login: "zheng_luyang", Name: "郑路养", Office: "houhu", Role: "pothole.mender"},
		{Login: "luo_jiean", Name: "罗街安", Office: "tazihu", Role: "pothole.mender"},
		{Login: "tang_heqing", Name: "唐核清", Office: "tazihu", Role: "pothole.checker"},
		{Login: "yan_jianhe", Name: "严检合", Office: "houhu", Role: "pothole.checker"},
		{Login: "ding_xianghe", Name: "丁湘荷", Office: "houhu", Role: "elders.visitor"},
	}
}

// colleagues are the data officers of the offices that deliver data and have nobody of the
// cast: the orders about their data need somebody there. Nobody signs in as them.
func colleagues() (out []people.Profile) {
	cast, r := cast(), invent.Rand(Seed)
	for _, o := range Offices() {
		if slices.ContainsFunc(cast, func(u User) bool { return u.Office == o.Name && u.Role == people.Officer }) {
			continue
		}
		name := string(invent.AppendName(nil, &r, r.One(2)))
		out = append(out, people.Profile{Login: "officer_" + o.Name, Name: name, Office: o.Name, Roles: []people.Role{people.Officer, "quality_orders.officer"}})
	}
	return out
}

// Users gives the district's people their accounts, with new passwords each time.
func Users(ctx context.Context, n *node.Node) ([]User, error) {
	users := cast()
	profiles := make([]people.Profile, len(users))
	for i, u := range users {
		profiles[i] = people.Profile{Login: u.Login, Name: u.Name, Office: u.Office, Roles: append([]people.Role{u.Role}, u.Packs...)}
	}
	passwords, err := n.People.Demonstrate(ctx, profiles)
	if err != nil {
		return nil, fmt.Errorf("demo: users: %w", err)
	}
	for i := range users {
		users[i].Password = passwords[i]
	}
	return users, nil
}
