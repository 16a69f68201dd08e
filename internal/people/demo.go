package people

import (
	"context"
	"errors"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

// Demonstrate gives invented people accounts with new passwords, which are told here and
// need not be changed: a demonstration starts anew each time. Accounts of these logins that
// are there get them too, so it is never called on a district that is no demonstration.
func (p *People) Demonstrate(ctx context.Context, profiles []Profile) (passwords []string, err error) {
	rules, err := p.Rules(ctx)
	if err != nil {
		return nil, err
	}
	system := Actor{ID: "system", Name: "系统"}
	for _, f := range profiles {
		if err := p.checkProfile(ctx, f, rules); err != nil {
			return nil, err
		}
		password := newPassword()
		r, err := p.newUser(ctx, f, password)
		if err != nil {
			return nil, err
		}
		r.Fresh = false
		if err := p.write(ctx, system, mayAccounts, func(ctx context.Context, tx store.Tx, c *Change) error {
			return demonstrate(ctx, tx, r, c)
		}); err != nil {
			return nil, err
		}
		passwords = append(passwords, password)
	}
	return passwords, nil
}

// demonstrate adds an account, or gives the one that is there the new password.
func demonstrate(ctx context.Context, tx store.Tx, r *userRow, c *Change) error {
	old, err := findUser(ctx, tx, r.Login)
	if errors.Is(err, ErrUser) {
		return insertUser(ctx, tx, r, c)
	}
	if err != nil {
		return err
	}
	old.tell(c, "account.reset", fault.T("重置账号 %s 的密码", "reset the password of %s", old.Login))
	old.Password, old.Fresh, old.SetAt = r.Password, false, c.At
	if err := forgive(ctx, tx, old.Login); err != nil {
		return err
	}
	if _, err := tx.NewUpdate().Model(old).Column("password", "fresh", "set_at").WherePK().Exec(ctx); err != nil {
		return err
	}
	return endAll(ctx, tx, old.ID, "")
}
