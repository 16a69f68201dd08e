package demo

import (
	"context"
	"fmt"

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
}

// cast is one invented person for each role, and a second officer: each sees only what is
// their own office's.
func cast() []User {
	return []User{
		{Login: "lin_shujv", Name: "林书距", Office: "data", Role: people.DataAdmin},
		{Login: "zhou_rensheng", Name: "周仁声", Office: "hrss", Role: people.Officer},
		{Login: "he_minan", Name: "何敏安", Office: "civil", Role: people.Officer},
		{Login: "xu_heshen", Name: "许荷深", Office: "hrss", Role: people.Reviewer},
		{Login: "sun_xitong", Name: "孙熙桐", Office: "data", Role: people.SystemAdmin},
		{Login: "qian_anquan", Name: "钱安荃", Office: "data", Role: people.SecurityAdmin},
		{Login: "wu_shenji", Name: "吴申霁", Office: "data", Role: people.AuditAdmin},
	}
}

// Users gives the district's people their accounts, with new passwords each time.
func Users(ctx context.Context, n *node.Node) ([]User, error) {
	users := cast()
	profiles := make([]people.Profile, len(users))
	for i, u := range users {
		profiles[i] = people.Profile{Login: u.Login, Name: u.Name, Office: u.Office, Roles: []people.Role{u.Role}}
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
