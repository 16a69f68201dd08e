package people

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/store"
)

// State of a user or an application. None is ever removed: the audit names them.
type State string

// The states.
const (
	Enabled  State = "enabled"
	Disabled State = "disabled"
)

// User is a person with an account.
type User struct {
	ID        string     `json:"id"`
	Login     string     `json:"login"`
	Name      string     `json:"name"`
	Office    string     `json:"office"`
	Roles     []Role     `json:"roles"`
	State     State      `json:"state"`
	Fresh     bool       `json:"fresh"` // somebody else set the password: it must be changed first
	SetAt     time.Time  `json:"password_at"`
	CreatedAt time.Time  `json:"created_at"`
	SeenAt    *time.Time `json:"seen_at"` // last sign-in
}

type userRow struct {
	bun.BaseModel `bun:"table:people_user,alias:u"`
	ID            string `bun:"id,pk"`
	Login         string
	Name          string
	Office        string
	Roles         string
	State         State
	Password      string
	Fresh         bool
	SetAt         time.Time
	CreatedAt     time.Time
	SeenAt        *time.Time
}

func (r userRow) user() User {
	u := User{ID: r.ID, Login: r.Login, Name: r.Name, Office: r.Office, State: r.State, Fresh: r.Fresh, Roles: []Role{},
		SetAt: r.SetAt.UTC(), CreatedAt: r.CreatedAt.UTC()}
	for _, x := range strings.Fields(r.Roles) {
		u.Roles = append(u.Roles, Role(x))
	}
	if r.SeenAt != nil {
		at := r.SeenAt.UTC()
		u.SeenAt = &at
	}
	return u
}

func words(roles []Role) string {
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = string(r)
	}
	return strings.Join(out, " ")
}

// What is refused. Compare with errors.Is.
var (
	// ErrUser is a user nobody has added.
	ErrUser = fault.New(fault.Missing, "user.unknown", fault.T("没有该用户", "there is no such user")).
		Fix(fault.T("请核对登录名", "check the login"))
	// ErrLogin is a login that somebody has.
	ErrLogin = fault.New(fault.Conflict, "user.taken", fault.T("登录名已被使用", "the login is taken")).
			Fix(fault.T("请另拟登录名；停用的账号也保留其登录名", "choose another; a disabled account keeps its login"))
	// ErrSelf is a change of one's own account that another has to make.
	ErrSelf = fault.New(fault.Denied, "user.self", fault.T("不能对本人的账号进行该操作", "this cannot be done to one's own account")).
		Fix(fault.T("请由其他管理员办理", "ask another administrator"))
	// ErrLast is a change that would leave nobody to keep accounts or give roles.
	ErrLast = fault.New(fault.Conflict, "user.last", fault.T("这是最后一位系统管理员或安全管理员", "this is the last system or security administrator")).
		Fix(fault.T("请先指定接任者", "name a successor first"))
)

// Profile is what an account says of a person.
type Profile struct {
	Login  string `json:"login"`
	Name   string `json:"name"`
	Office string `json:"office"`
	Roles  []Role `json:"roles,omitempty"` // may be left to the security administrator
}

func (p *People) checkProfile(ctx context.Context, f Profile, rules Rules) error {
	var faults []*fault.Error
	add := func(at string, err error) {
		if e := fault.From(err); e != nil && len(e.Parts) > 0 {
			faults = append(faults, e.Parts...)
		} else if e != nil {
			faults = append(faults, e.At("%s", at))
		}
	}
	if err := ident.Check(f.Login); err != nil {
		add("login", fault.From(err).Fix(fault.T("例如 zhang_san", "such as zhang_san")))
	}
	if n := len([]rune(strings.TrimSpace(f.Name))); n == 0 || n > 50 {
		add("name", fault.New(fault.Invalid, "user.name", fault.T("姓名须为 1 至 50 字", "a name has 1 to 50 characters")).Fix(fault.T("请填写 name", "fill in name")))
	}
	if f.Office != "" {
		add("office", p.opt.Offices.Known(ctx, f.Office))
	}
	add("roles", CheckRoles(f.Roles, rules.Apart, p.packRoles()))
	add("office", placed(f.Roles, f.Office))
	return fault.All("user.invalid", fault.T("账号有 %d 处错误", "%d errors in the account", len(faults)), faults)
}

// placed refuses roles of an office to somebody who has none.
func placed(roles []Role, office string) error {
	if office == "" && (slices.Contains(roles, Officer) || slices.Contains(roles, Reviewer) || slices.ContainsFunc(roles, Role.OfPack)) {
		return fault.New(fault.Invalid, "user.office", fault.T("数据专员、审核员和应用包的角色须属于一个部门", "officers, reviewers and whoever has a role of a pack belong to an office")).
			Fix(fault.T("请填写 office", "fill in office"))
	}
	return nil
}

// AddUser makes an account and gives its first password, which is kept nowhere: it is told
// once and has to be changed at the first sign-in.
func (p *People) AddUser(ctx context.Context, by Actor, f Profile) (User, string, error) {
	if len(f.Roles) > 0 {
		if err := p.opt.Allow(by, mayRoles, "", ""); err != nil {
			return User{}, "", err
		}
	}
	if err := p.opt.Allow(by, mayAccounts, "", ""); err != nil {
		return User{}, "", err
	}
	rules, err := p.Rules(ctx)
	if err == nil {
		err = p.checkProfile(ctx, f, rules)
	}
	if err != nil {
		return User{}, "", err
	}
	password := newPassword()
	r, err := p.newUser(ctx, f, password)
	if err != nil {
		return User{}, "", err
	}
	err = p.write(ctx, by, mayAccounts, func(ctx context.Context, tx store.Tx, c *Change) error {
		if len(f.Roles) > 0 { // the rule may have been switched on meanwhile
			if rules, err := rulesOf(ctx, tx); err != nil || CheckRoles(f.Roles, rules.Apart, p.packRoles()) != nil {
				return errors.Join(err, CheckRoles(f.Roles, rules.Apart, p.packRoles()))
			}
		}
		return insertUser(ctx, tx, r, c)
	})
	if err != nil {
		return User{}, "", err
	}
	return r.user(), password, nil
}

func (p *People) newUser(ctx context.Context, f Profile, password string) (*userRow, error) {
	kept, err := p.hasher.hash(ctx, password)
	now := p.opt.Now().UTC()
	return &userRow{ID: ident.New(), Login: f.Login, Name: strings.TrimSpace(f.Name), Office: f.Office, Roles: words(f.Roles), State: Enabled,
		Password: kept, Fresh: true, SetAt: now, CreatedAt: now}, err
}

func insertUser(ctx context.Context, tx store.Tx, r *userRow, c *Change) error {
	taken, err := tx.NewSelect().Model((*userRow)(nil)).Where("login = ?", r.Login).Exists(ctx)
	if err != nil {
		return err
	}
	if taken {
		return ErrLogin.At("login")
	}
	r.tell(c, "account.add", fault.T("新建账号 %s", "added the account %s", r.Login))
	c.Detail["roles"] = r.Roles
	_, err = tx.NewInsert().Model(r).Exec(ctx)
	return err
}

// tell says of a change that it was one of this user.
func (r *userRow) tell(c *Change, action string, text fault.Text) {
	c.Action, c.Kind, c.Key, c.Office, c.Text = action, "user", r.ID, r.Office, text
	c.Detail = map[string]string{"login": r.Login}
}

// findUser finds a user by id or login.
func findUser(ctx context.Context, db bun.IDB, who string) (*userRow, error) {
	r := new(userRow)
	err := db.NewSelect().Model(r).Where("id = ? OR login = ?", who, who).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrUser.At("%s", who)
	}
	if err != nil {
		return nil, fmt.Errorf("people: user: %w", err)
	}
	return r, nil
}

// User gives a user by id or login; ErrUser where there is none.
func (p *People) User(ctx context.Context, who string) (User, error) {
	r, err := findUser(ctx, p.opt.Store.Read(), who)
	if err != nil {
		return User{}, err
	}
	return r.user(), nil
}

// Names gives the names of users by their ids; who is none is left out.
func (p *People) Names(ctx context.Context, ids ...string) (map[string]string, error) {
	out := make(map[string]string, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	var rows []userRow
	if err := p.opt.Store.Read().NewSelect().Model(&rows).Column("id", "name").Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("people: names: %w", err)
	}
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, nil
}

// within is the pattern of texts that hold one.
func within(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text) + "%"
}

// UserFilter chooses users; what is empty does not matter. Text is part of a login or name.
type UserFilter struct {
	Text, Office, Owner string
	Role                Role
	State               State
}

// Users lists users by login, and the cursor of the next page, "" on the last.
func (p *People) Users(ctx context.Context, f UserFilter, cursor string, limit int) ([]User, string, error) {
	var rows []userRow
	q := p.opt.Store.Read().NewSelect().Model(&rows).Where("login > ?", cursor)
	if f.Text != "" {
		q = q.Where(`(login LIKE ? ESCAPE '!' OR name LIKE ? ESCAPE '!')`, within(strings.ToLower(f.Text)), within(f.Text))
	}
	if f.Office != "" {
		q = q.Where("office = ?", f.Office)
	}
	if f.Owner != "" {
		q = q.Where("id = ?", f.Owner)
	}
	if f.Role != "" {
		q = q.Where(`' ' || roles || ' ' LIKE ? ESCAPE '!'`, within(" "+string(f.Role)+" "))
	}
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	if err := q.Order("login").Limit(int64(limit) + 1).Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("people: users: %w", err)
	}
	next := ""
	if len(rows) > limit {
		rows, next = rows[:limit], rows[limit-1].Login
	}
	out := make([]User, len(rows))
	for i, r := range rows {
		out[i] = r.user()
	}
	return out, next, nil
}

// EachUser hands every user to see, by login, some at a time.
func (p *People) EachUser(ctx context.Context, see func(User)) error {
	for cursor := ""; ; {
		users, next, err := p.Users(ctx, UserFilter{}, cursor, 1000)
		if err != nil {
			return err
		}
		for _, u := range users {
			see(u)
		}
		if cursor = next; next == "" {
			return nil
		}
	}
}
