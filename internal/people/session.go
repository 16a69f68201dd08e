package people

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/store"
)

// Session is a sign-in that has not ended.
type Session struct {
	ID        string    `json:"id"`
	User      string    `json:"user"` // id
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at"` // to a quarter of a minute
	Until     time.Time `json:"until"`
	Address   string    `json:"address"`
	Agent     string    `json:"agent"`
}

// Signed is somebody who has shown a session's token.
type Signed struct {
	User    User
	Session Session
	Actor   Actor
	// MustChange: the password has to be changed first. Until then the actor has no role.
	MustChange bool
}

// ErrSession is a token of no session, or of one that has ended.
var ErrSession = fault.New(fault.Denied, "session.ended", fault.T("未登录或登录已失效", "nobody is signed in, or the session has ended")).
	Fix(fault.T("请重新登录", "sign in again"))

type sessionRow struct {
	bun.BaseModel `bun:"table:people_session,alias:s"`
	ID            string `bun:"id,pk"`
	Hash          string
	UserID        string
	CreatedAt     time.Time
	SeenAt        time.Time
	Until         time.Time
	Address       string
	Agent         string
}

func (r sessionRow) session() Session {
	return Session{r.ID, r.UserID, r.CreatedAt.UTC(), r.SeenAt.UTC(), r.Until.UTC(), r.Address, r.Agent}
}

// over says whether a session has ended by age or by nobody using it.
func (r sessionRow) over(rules Rules, now time.Time) bool {
	return !now.Before(r.Until) || !now.Before(r.SeenAt.Add(rules.idle()))
}

// newToken makes a token nobody can guess.
func newToken() (string, error) {
	b := make([]byte, 32)
	_, err := rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b), err
}

// hashOf is what is kept of a token: its 256 bits need no salt and no dear hash.
func hashOf(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}

// CSRF is the token that goes with a session's: a page of ours sends it in a header, a page
// of others cannot know it.
func CSRF(token string) string {
	h := sha256.Sum256([]byte("chengshu csrf\x00" + token))
	return base64.RawURLEncoding.EncodeToString(h[:])
}

// CheckCSRF says whether given is the token that goes with a session's.
func CheckCSRF(token, given string) bool {
	return token != "" && subtle.ConstantTimeCompare([]byte(CSRF(token)), []byte(given)) == 1
}

func (p *People) begin(ctx context.Context, tx store.Tx, r *userRow, rules Rules, from Place, token string) (Session, error) {
	now := p.opt.Now().UTC()
	s := &sessionRow{ID: ident.New(), Hash: hashOf(token), UserID: r.ID, CreatedAt: now, SeenAt: now,
		Until: now.Add(rules.whole()), Address: cut(from.Address, 64), Agent: cut(from.Agent, 200)}
	if _, err := tx.NewInsert().Model(s).Exec(ctx); err != nil {
		return Session{}, err
	}
	_, err := tx.NewUpdate().Model((*userRow)(nil)).Set("seen_at = ?", now).Where("id = ?", r.ID).Exec(ctx)
	return s.session(), err
}

func cut(s string, most int) string {
	r := []rune(s)
	return string(r[:min(len(r), most)])
}

// seenEvery is how exactly the last use of a session is kept: to a quarter of the shortest
// time after which the rules may end one that nobody uses. Else it would end in use.
const seenEvery = 15 * time.Second

// Authenticate says who a session's token is of; ErrSession for what is none. It asks the
// store each time, so that an ended session ends on every node at once. The session counts
// as used.
func (p *People) Authenticate(ctx context.Context, token string) (Signed, error) {
	out, err := p.Stands(ctx, token)
	if now := p.opt.Now().UTC(); err == nil && now.Sub(out.Session.SeenAt) >= seenEvery {
		err = p.touch(ctx, out.Session.ID, now)
	}
	return out, err
}

// Stands is Authenticate without using the session: whoever only watches is idle.
func (p *People) Stands(ctx context.Context, token string) (Signed, error) {
	db, now := p.opt.Store.Read(), p.opt.Now().UTC()
	var s sessionRow
	err := db.NewSelect().Model(&s).Where("hash = ?", hashOf(token)).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Signed{}, ErrSession
	}
	if err != nil {
		return Signed{}, fmt.Errorf("people: session: %w", err)
	}
	rules, err := rulesOf(ctx, db)
	if err != nil {
		return Signed{}, err
	}
	r, err := findUser(ctx, db, s.UserID)
	if err != nil {
		return Signed{}, err
	}
	if s.over(rules, now) || r.State != Enabled {
		return Signed{}, ErrSession
	}
	out := Signed{User: r.user(), Session: s.session(), MustChange: r.Fresh || rules.stale(r.SetAt, now)}
	if out.Actor, err = p.actor(ctx, out.User); err != nil {
		return Signed{}, err
	}
	if out.MustChange {
		out.Actor.Roles = nil
	}
	return out, nil
}

func (p *People) actor(ctx context.Context, u User) (Actor, error) {
	a := Actor{Kind: UserKind, ID: u.ID, Name: u.Login, Office: u.Office, Roles: u.Roles}
	if u.Office == "" {
		return a, nil
	}
	var err error
	a.Below, err = p.opt.Offices.Descendants(ctx, u.Office)
	return a, err
}

func (p *People) touch(ctx context.Context, id string, now time.Time) error {
	return p.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.NewUpdate().Model((*sessionRow)(nil)).Set("seen_at = ?", now).Where("id = ? AND seen_at < ?", id, now).Exec(ctx)
		return err
	})
}

// Sessions lists the sessions that stand, the newest first; owner limits it to one user's.
func (p *People) Sessions(ctx context.Context, owner string) ([]Session, error) {
	rules, err := p.Rules(ctx)
	if err != nil {
		return nil, err
	}
	var rows []sessionRow
	q := p.opt.Store.Read().NewSelect().Model(&rows)
	if owner != "" {
		q = q.Where("user_id = ?", owner)
	}
	if err := q.Order("id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("people: sessions: %w", err)
	}
	out, now := []Session{}, p.opt.Now()
	for _, r := range rows {
		if !r.over(rules, now) {
			out = append(out, r.session())
		}
	}
	return out, nil
}

// ErrNoSession is a session that is not there, or not any more.
var ErrNoSession = fault.New(fault.Missing, "session.unknown", fault.T("没有该会话", "there is no such session")).
	Fix(fault.T("请刷新会话列表", "refresh the list of sessions"))

// EndSession ends a session: one's own to sign out, or another's. With nobody's right to it
// the session is as if it were not there.
func (p *People) EndSession(ctx context.Context, by Actor, id string) error {
	return p.write(ctx, by, mayEnd, func(ctx context.Context, tx store.Tx, c *Change) error {
		var s sessionRow
		err := tx.NewSelect().Model(&s).Where("id = ?", id).Scan(ctx)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNoSession.At("%s", id)
		}
		if err != nil {
			return err
		}
		if s.UserID != by.ID && p.opt.Allow(by, mayEnd, s.UserID, "") != nil {
			return ErrNoSession.At("%s", id)
		}
		c.Kind, c.Key, c.Text = "session", s.ID, fault.T("结束会话", "ended a session")
		c.Detail = map[string]string{"user": s.UserID}
		_, err = tx.NewDelete().Model(&s).WherePK().Exec(ctx)
		return err
	})
}

// endAll ends a user's sessions but one.
func endAll(ctx context.Context, tx store.Tx, user, but string) error {
	_, err := tx.NewDelete().Model((*sessionRow)(nil)).Where("user_id = ? AND id <> ?", user, but).Exec(ctx)
	return err
}

// Sweep forgets sessions that are over, and says how many there were.
func (p *People) Sweep(ctx context.Context) (int, error) {
	n := int64(0)
	err := p.opt.Store.Write(ctx, func(ctx context.Context, tx store.Tx) error {
		rules, err := rulesOf(ctx, tx)
		if err != nil {
			return err
		}
		now := p.opt.Now().UTC()
		r, err := tx.NewDelete().Model((*sessionRow)(nil)).Where("until <= ? OR seen_at <= ?", now, now.Add(-rules.idle())).Exec(ctx)
		if err != nil {
			return err
		}
		n, err = r.RowsAffected()
		return err
	})
	return int(n), err
}
