package people

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/store"
)

// Place is where somebody signs in from.
type Place struct{ Address, Agent string }

// What is refused at sign-in. Whether a login is there, neither of the first two tells.
var (
	// ErrCredentials is a login and a password that do not go together.
	ErrCredentials = fault.New(fault.Denied, "signin.wrong", fault.T("登录名或密码不正确", "login or password is wrong")).
			Fix(fault.T("请核对后重试；忘记密码请联系系统管理员重置", "check them; the system administrator resets a forgotten password"))
	// ErrLocked is a login with too many wrong passwords behind it.
	ErrLocked = fault.New(fault.Denied, "signin.locked", fault.T("密码连续错误次数过多，已暂时锁定", "too many wrong passwords: locked for a while")).
			Fix(fault.T("请稍后再试，或联系系统管理员重置密码", "try again later, or have the system administrator reset the password"))
	// ErrDisabled is the right password of an account that was closed.
	ErrDisabled = fault.New(fault.Denied, "signin.disabled", fault.T("账号已停用", "the account is disabled")).
			Fix(fault.T("请联系系统管理员", "ask the system administrator"))
)

// failureRow counts wrong passwords of a login, whether anybody has it or not: who guesses
// must not learn from a lock that a login is there.
type failureRow struct {
	bun.BaseModel `bun:"table:people_failure"`
	Login         string `bun:",pk"`
	Count         int
	At            time.Time
	Until         *time.Time
}

// SignIn begins a session and gives its token, which is kept nowhere. Refusals:
// ErrCredentials, ErrLocked, ErrDisabled.
func (p *People) SignIn(ctx context.Context, login, password string, from Place) (Signed, string, error) {
	token, err := newToken()
	if err != nil {
		return Signed{}, "", err
	}
	var out Signed
	err = p.prove(ctx, login, password, "session.begin", from, func(ctx context.Context, tx store.Tx, r *userRow, c *Change) error {
		if r.State != Enabled {
			return ErrDisabled
		}
		rules, err := rulesOf(ctx, tx)
		if err != nil {
			return err
		}
		out.User, out.MustChange = r.user(), r.Fresh || rules.stale(r.SetAt, c.At)
		if out.Session, err = p.begin(ctx, tx, r, rules, from, token); err != nil {
			return err
		}
		c.Kind, c.Key, c.Text = "session", out.Session.ID, fault.T("登录", "signed in")
		return nil
	})
	if err != nil {
		return Signed{}, "", err
	}
	if out.Actor, err = p.actor(ctx, out.User); err != nil {
		return Signed{}, "", err
	}
	if out.MustChange {
		out.Actor.Roles = nil
	}
	return out, token, nil
}

// ChangePassword changes the password of whoever is signed in; other sessions of theirs
// end. A wrong old password counts as one at sign-in does.
func (p *People) ChangePassword(ctx context.Context, s Signed, old, password string, from Place) error {
	rules, err := p.Rules(ctx)
	if err != nil {
		return err
	}
	if err := CheckPassword(password, s.User.Login, rules.PasswordLength); err != nil {
		return err
	}
	if old == password {
		return fault.New(fault.Invalid, "password.same", fault.T("新密码与原密码相同", "the new password is the old one")).At("password").
			Fix(fault.T("请另拟密码", "choose another"))
	}
	kept, err := p.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return p.prove(ctx, s.User.Login, old, mayPassword, from, func(ctx context.Context, tx store.Tx, r *userRow, c *Change) error {
		if r.State != Enabled {
			return ErrDisabled
		}
		r.tell(c, mayPassword, fault.T("修改本人密码", "changed their password"))
		r.Password, r.Fresh, r.SetAt = kept, false, c.At
		if _, err := tx.NewUpdate().Model(r).Column("password", "fresh", "set_at").WherePK().Exec(ctx); err != nil {
			return err
		}
		return endAll(ctx, tx, r.ID, s.Session.ID)
	})
}

// prove tries a password, keeps count of wrong ones, and does something in the transaction
// that finds it right. The password is tried outside of it, since that is slow; what was
// tried is compared again inside, so guesses that run side by side do not outrun the lock.
func (p *People) prove(ctx context.Context, login, password, action string, from Place,
	do func(ctx context.Context, tx store.Tx, r *userRow, c *Change) error) error {
	db := p.opt.Store.Read()
	if err := p.locked(ctx, db, login); err != nil {
		return err
	}
	kept := ""
	before, err := findUser(ctx, db, login)
	switch {
	case err == nil && before.Login == login:
		kept = before.Password
	case err != nil && !errors.Is(err, ErrUser):
		return err
	}
	if len(password) > mostPassword {
		password = "" // nobody's, and not worth hashing
	}
	right, err := p.hasher.matches(ctx, kept, password)
	if err != nil {
		return err
	}
	if ident.Check(login) != nil {
		return ErrCredentials // nobody can have it: it is not counted, it may be a mistyped password
	}
	var verdict error
	err = p.write(ctx, Actor{}, action, func(ctx context.Context, tx store.Tx, c *Change) error {
		verdict = nil
		if err := p.locked(ctx, tx, login); err != nil {
			return err
		}
		r, err := findUser(ctx, tx, login)
		if err != nil && !errors.Is(err, ErrUser) {
			return err
		}
		if r != nil {
			c.Actor = Actor{Kind: UserKind, ID: r.ID, Name: r.Login, Office: r.Office, Roles: r.user().Roles}
		}
		if !right || r == nil || r.Password != kept {
			verdict = ErrCredentials
			return p.failed(ctx, tx, login, r, from, c)
		}
		if err := forgive(ctx, tx, login); err != nil {
			return err
		}
		if err := do(ctx, tx, r, c); err != nil {
			return err
		}
		if c.Detail == nil {
			c.Detail = map[string]string{}
		}
		c.Detail["address"] = cut(from.Address, 64)
		return nil
	})
	if err != nil {
		return err
	}
	return verdict
}

// locked gives ErrLocked while a login is.
func (p *People) locked(ctx context.Context, db bun.IDB, login string) error {
	var f failureRow
	err := db.NewSelect().Model(&f).Where("login = ?", login).Scan(ctx)
	if err == nil && f.Until != nil && p.opt.Now().Before(*f.Until) {
		return ErrLocked
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// failed counts a wrong password. Only failures of logins that are somebody's are recorded:
// people type passwords where the login goes.
func (p *People) failed(ctx context.Context, tx store.Tx, login string, r *userRow, from Place, c *Change) error {
	rules, err := rulesOf(ctx, tx)
	if err != nil {
		return err
	}
	old := c.At.Add(-rules.lock())
	if _, err := tx.NewDelete().Model((*failureRow)(nil)).Where("at <= ?", old).Exec(ctx); err != nil {
		return err
	}
	f := failureRow{Login: login}
	if err := tx.NewSelect().Model(&f).WherePK().Scan(ctx); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	f.Count, f.At = f.Count+1, c.At
	if f.Count >= rules.Failures {
		until := c.At.Add(rules.lock())
		f.Until = &until
	}
	if r != nil {
		r.tell(c, "session.refuse", fault.T("密码错误", "a wrong password"))
		c.Kind = "session"
		c.Detail["address"] = cut(from.Address, 64)
		if f.Until != nil {
			c.Action, c.Text = "session.lock", fault.T("密码连续错误，账号锁定", "locked after wrong passwords")
		}
	}
	_, err = tx.NewInsert().Model(&f).On("CONFLICT (login) DO UPDATE").
		Set("count = EXCLUDED.count, at = EXCLUDED.at, until = EXCLUDED.until").Exec(ctx)
	return err
}

func forgive(ctx context.Context, tx store.Tx, login string) error {
	_, err := tx.NewDelete().Model((*failureRow)(nil)).Where("login = ?", login).Exec(ctx)
	return err
}
