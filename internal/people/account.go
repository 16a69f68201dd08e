package people

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

// alter changes one user's row in a transaction with its entry, and then makes sure that
// somebody is left to keep accounts and to give roles.
func (p *People) alter(ctx context.Context, by Actor, right, who string, do func(ctx context.Context, tx store.Tx, r *userRow, c *Change) error) (User, error) {
	var out User
	err := p.change(ctx, by, right, "", func(ctx context.Context, tx store.Tx, c *Change) error {
		r, err := findUser(ctx, tx, who)
		if err != nil {
			return err
		}
		before := *r
		if err := do(ctx, tx, r, c); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(r).WherePK().Exec(ctx); err != nil {
			return err
		}
		out = r.user()
		return leftAlone(ctx, tx, before.user())
	})
	return out, err
}

// leftAlone refuses a change after which nobody holds what this user held and the district
// cannot be without.
func leftAlone(ctx context.Context, db bun.IDB, before User) error {
	if before.State != Enabled {
		return nil
	}
	var rows []userRow
	if err := db.NewSelect().Model(&rows).Where("state = ?", Enabled).Scan(ctx); err != nil {
		return err
	}
	left := map[Role]bool{}
	for _, r := range rows {
		for _, x := range r.user().Roles {
			left[x] = true
		}
	}
	for _, r := range before.Roles {
		if (r == SystemAdmin || r == SecurityAdmin) && !left[r] {
			return ErrLast.At("%s", before.Login)
		}
	}
	return nil
}

// Correct changes a person's name and office.
func (p *People) Correct(ctx context.Context, by Actor, who, name, office string) (User, error) {
	rules, err := p.Rules(ctx)
	if err == nil {
		err = p.checkProfile(ctx, Profile{Login: "x", Name: name, Office: office}, rules)
	}
	if err != nil {
		return User{}, err
	}
	return p.alter(ctx, by, mayAccounts, who, func(_ context.Context, _ store.Tx, r *userRow, c *Change) error {
		if err := placed(r.user().Roles, office); err != nil {
			return fault.From(err).At("office")
		}
		r.tell(c, "account.correct", fault.T("更正账号 %s", "corrected the account %s", r.Login))
		c.Detail["office"] = office
		r.Name, r.Office = strings.TrimSpace(name), office
		return nil
	})
}

// SetRoles gives a user roles in place of those held. Nobody gives them to themselves.
func (p *People) SetRoles(ctx context.Context, by Actor, who string, roles []Role) (User, error) {
	return p.alter(ctx, by, mayRoles, who, func(ctx context.Context, tx store.Tx, r *userRow, c *Change) error {
		rules, err := rulesOf(ctx, tx)
		if err != nil {
			return err
		}
		if r.ID == by.ID {
			return ErrSelf
		}
		if err := CheckRoles(roles, rules.Apart, p.packRoles()); err != nil {
			return err
		}
		if err := placed(roles, r.Office); err != nil {
			return fault.From(err).At("office")
		}
		r.tell(c, mayRoles, fault.T("调整账号 %s 的角色", "changed the roles of %s", r.Login))
		c.Detail["before"], c.Detail["after"] = r.Roles, words(roles)
		if !rules.Apart {
			c.Detail["apart"] = "off"
		}
		r.Roles = words(roles)
		return nil
	})
}

// DisableUser closes an account and ends its sessions.
func (p *People) DisableUser(ctx context.Context, by Actor, who, reason string) (User, error) {
	return p.alter(ctx, by, mayAccounts, who, func(ctx context.Context, tx store.Tx, r *userRow, c *Change) error {
		if r.ID == by.ID {
			return ErrSelf
		}
		r.tell(c, "account.disable", fault.T("停用账号 %s", "disabled the account %s", r.Login))
		c.Detail["reason"] = reason
		r.State = Disabled
		return endAll(ctx, tx, r.ID, "")
	})
}

// EnableUser opens an account again. Its roles are as they were; the rule of three
// administrators is asked again.
func (p *People) EnableUser(ctx context.Context, by Actor, who string) (User, error) {
	return p.alter(ctx, by, mayAccounts, who, func(ctx context.Context, tx store.Tx, r *userRow, c *Change) error {
		rules, err := rulesOf(ctx, tx)
		if err == nil {
			err = CheckRoles(own(r.user().Roles), rules.Apart, nil)
		}
		if err != nil {
			return err
		}
		r.tell(c, "account.enable", fault.T("启用账号 %s", "enabled the account %s", r.Login))
		r.State = Enabled
		return nil
	})
}

// ResetUser gives an account a new first password, told once; its sessions end and its
// lock is lifted.
func (p *People) ResetUser(ctx context.Context, by Actor, who string) (User, string, error) {
	password := newPassword()
	kept, err := p.hasher.hash(ctx, password)
	if err != nil {
		return User{}, "", err
	}
	u, err := p.alter(ctx, by, mayAccounts, who, func(ctx context.Context, tx store.Tx, r *userRow, c *Change) error {
		r.tell(c, "account.reset", fault.T("重置账号 %s 的密码", "reset the password of %s", r.Login))
		r.Password, r.Fresh, r.SetAt = kept, true, c.At
		if err := forgive(ctx, tx, r.Login); err != nil {
			return err
		}
		return endAll(ctx, tx, r.ID, "")
	})
	if err != nil {
		return User{}, "", err
	}
	return u, password, nil
}

// First is an account made at the first start, with the password that is told once.
type First struct {
	Login    string `json:"login"`
	Role     Role   `json:"role"`
	Password string `json:"password"`
}

// Bootstrap makes the first accounts of a district that has none, one for each of the three
// administrators: one alone could either add accounts or give roles. It gives nothing where
// there are users. The passwords are kept nowhere and have to be changed at once.
func (p *People) Bootstrap(ctx context.Context) ([]First, error) {
	there, err := p.opt.Store.Read().NewSelect().Model((*userRow)(nil)).Exists(ctx)
	if err != nil || there {
		return nil, err
	}
	firsts := []First{{Login: "sysadmin", Role: SystemAdmin}, {Login: "secadmin", Role: SecurityAdmin}, {Login: "auditadmin", Role: AuditAdmin}}
	rows := make([]*userRow, len(firsts))
	for i := range firsts {
		f := &firsts[i]
		f.Password = newPassword()
		name := map[Role]string{SystemAdmin: "系统管理员", SecurityAdmin: "安全管理员", AuditAdmin: "审计管理员"}[f.Role]
		if rows[i], err = p.newUser(ctx, Profile{Login: f.Login, Name: name, Roles: []Role{f.Role}}, f.Password); err != nil {
			return nil, err
		}
	}
	system := Actor{ID: "system", Name: "系统"}
	err = p.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		there, err := tx.NewSelect().Model((*userRow)(nil)).Exists(ctx)
		if err != nil || there {
			firsts = nil
			return err
		}
		for _, r := range rows {
			c := Change{At: p.opt.Now().UTC(), Actor: system}
			if err := insertUser(ctx, tx, r, &c); err != nil {
				return err
			}
			if err := p.opt.Record(ctx, tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return firsts, nil
}
