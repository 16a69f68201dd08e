package people

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

// Rules are the settings that guard accounts.
type Rules struct {
	Apart          bool `json:"apart"`
	Failures       int  `json:"failures" minimum:"3" maximum:"20"`
	LockMinutes    int  `json:"lock_minutes" minimum:"1" maximum:"1440"`
	IdleMinutes    int  `json:"idle_minutes" minimum:"1" maximum:"1440"`
	SessionHours   int  `json:"session_hours" minimum:"1" maximum:"168"`
	PasswordLength int  `json:"password_length" minimum:"8" maximum:"64"`
	PasswordDays   int  `json:"password_days" minimum:"0" maximum:"3650"`
}

// UsualRules are those of a district that has set none.
func UsualRules() Rules {
	return Rules{Apart: true, Failures: 5, LockMinutes: 15, IdleMinutes: 30, SessionHours: 12, PasswordLength: 10, PasswordDays: 90}
}

// bounds of the numbers, in the order of their fields.
var bounds = []struct {
	at          string
	least, most int
}{{"failures", 3, 20}, {"lock_minutes", 1, 1440}, {"idle_minutes", 1, 1440}, {"session_hours", 1, 168}, {"password_length", 8, 64}, {"password_days", 0, 3650}}

func (r Rules) check() error {
	var faults []*fault.Error
	for i, n := range []int{r.Failures, r.LockMinutes, r.IdleMinutes, r.SessionHours, r.PasswordLength, r.PasswordDays} {
		f := bounds[i]
		if n < f.least || n > f.most {
			faults = append(faults, fault.New(fault.Invalid, "people.rules", fault.T("%s 须在 %d 至 %d 之间", "%s must be from %d to %d", f.at, f.least, f.most)).
				At("%s", f.at).Fix(fault.T("请改写 %s", "write another %s", f.at)))
		}
	}
	return fault.All("people.rules.invalid", fault.T("安全策略有 %d 处错误", "%d errors in the rules", len(faults)), faults)
}

type settingRow struct {
	bun.BaseModel `bun:"table:people_setting"`
	Name          string `bun:",pk"`
	Body          string
}

const rulesName = "rules"

// Rules gives the rules in force.
func (p *People) Rules(ctx context.Context) (Rules, error) {
	return rulesOf(ctx, p.opt.Store.Read())
}

func rulesOf(ctx context.Context, db bun.IDB) (Rules, error) {
	out := UsualRules()
	var r settingRow
	err := db.NewSelect().Model(&r).Where("name = ?", rulesName).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return out, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(r.Body), &out)
	}
	if err != nil {
		return Rules{}, fmt.Errorf("people: rules: %w", err)
	}
	return out, nil
}

// SetRules changes the rules. The three administrators cannot be set apart while somebody
// holds two of their roles: who, the fault says.
func (p *People) SetRules(ctx context.Context, by Actor, r Rules) error {
	if err := r.check(); err != nil {
		return err
	}
	return p.change(ctx, by, mayDuty, "", func(ctx context.Context, tx store.Tx, c *Change) error {
		before, err := rulesOf(ctx, tx)
		if err != nil {
			return err
		}
		if r.Apart && !before.Apart {
			if err := apartNow(ctx, tx); err != nil {
				return err
			}
		}
		body, err := json.Marshal(r)
		if err != nil {
			return err
		}
		_, err = tx.NewInsert().Model(&settingRow{Name: rulesName, Body: string(body)}).
			On("CONFLICT (name) DO UPDATE").Set("body = EXCLUDED.body").Exec(ctx)
		c.Kind, c.Key, c.Text = "setting", rulesName, fault.T("修改安全策略", "changed the security rules")
		if r.Apart != before.Apart {
			c.Text = map[bool]fault.Text{true: fault.T("启用三员分立", "set the three administrators apart"),
				false: fault.T("关闭三员分立", "switched the rule of three administrators off")}[r.Apart]
		}
		c.Detail = map[string]string{"before": mustJSON(before), "after": string(body)}
		return err
	})
}

// apartNow refuses to set the administrators apart while they are not.
func apartNow(ctx context.Context, db bun.IDB) error {
	var rows []userRow
	if err := db.NewSelect().Model(&rows).Where("state = ?", Enabled).Order("login").Scan(ctx); err != nil {
		return err
	}
	var parts []*fault.Error
	for _, r := range rows {
		if err := CheckRoles(own(r.user().Roles), true, nil); err != nil {
			parts = append(parts, fault.New(fault.Conflict, "people.apart", fault.T("用户 %s 的角色不符合三员分立", "the roles of %s are not apart", r.Login)).
				At("%s", r.Login).Fix(fault.T("请先调整其角色", "change them first")))
		}
	}
	return fault.All("people.apart", fault.T("有 %d 个用户的角色不符合三员分立", "the roles of %d users are not apart", len(parts)), parts)
}

func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return strconv.Quote(err.Error())
	}
	return string(b)
}

func (r Rules) lock() time.Duration { return time.Duration(r.LockMinutes) * time.Minute }
func (r Rules) idle() time.Duration { return time.Duration(r.IdleMinutes) * time.Minute }
func (r Rules) whole() time.Duration {
	return time.Duration(r.SessionHours) * time.Hour
}

// stale says whether a password set then must be changed now.
func (r Rules) stale(set, now time.Time) bool {
	return r.PasswordDays > 0 && !now.Before(set.AddDate(0, 0, r.PasswordDays))
}
