package policy

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

// State of a grant. It goes from active to one of the others and never back.
type State string

// The states.
const (
	Active  State = "active"
	Revoked State = "revoked"
	Expired State = "expired"
)

// GranteeKind is who is granted something.
type GranteeKind string

// The grantees: one application, or an office with all its applications.
const (
	ToApp    GranteeKind = "app"
	ToOffice GranteeKind = "office"
)

// Grantee is who may use what is granted.
type Grantee struct {
	Kind GranteeKind `json:"kind" enum:"app,office"`
	Name string      `json:"name"` // id of the application, name of the office
}

// String is kind:name.
func (g Grantee) String() string { return string(g.Kind) + ":" + g.Name }

// GrantItem is an item with how it is shown. A personal item needs a mask, or a basis on
// which it may be seen whole.
type GrantItem struct {
	Item  string `json:"item"`
	Mask  Mask   `json:"mask,omitzero"`
	Basis string `json:"basis,omitempty"`
}

// Draft is what a grant says (政务数据共享条例 art. 21: 依据, 场景, 范围, 方式, 时限). It is
// not changed once made: another is made, and this one revoked.
type Draft struct {
	Grantee   Grantee     `json:"grantee"`
	Directory string      `json:"directory"`
	Items     []GrantItem `json:"items"`
	Rows      Rows        `json:"rows"`
	Purpose   string      `json:"purpose"` // 使用场景
	Basis     string      `json:"basis"`   // law, regulation or other document, with its article
	From      time.Time   `json:"from"`    // zero: at once
	Until     time.Time   `json:"until"`   // from then on it is over
	PerSecond int         `json:"per_second"`
	PerDay    int         `json:"per_day"`
}

// Grant is a draft that was made, with what became of it.
type Grant struct {
	ID string `json:"id"`
	Draft
	Office    string     `json:"office"` // the provider: whose directory it is
	State     State      `json:"state"`
	MadeAt    time.Time  `json:"made_at"`
	MadeBy    string     `json:"made_by"`
	EndedAt   *time.Time `json:"ended_at"`
	EndedBy   string     `json:"ended_by,omitempty"`
	EndReason string     `json:"end_reason,omitempty"`
}

// Directory is what this room must know of a directory.
type Directory struct {
	Name   string
	Title  string
	Office string
	Share  string     // free, conditional, none
	Barred fault.Text // why nothing of it may be granted, such as that it was withdrawn; empty: it may
	Items  []Item
}

// Item is an item of a directory.
type Item struct {
	Name     string
	Type     row.Type
	Personal string // the kind of personal information, "" for none
}

func (d Directory) item(name string) (Item, bool) {
	for _, it := range d.Items {
		if it.Name == name {
			return it, true
		}
	}
	return Item{}, false
}

// Directories tells directories; a Missing fault for one that is not there.
type Directories interface {
	Directory(ctx context.Context, name string) (Directory, error)
}

// Grantees tells whether a grantee is there and may be granted something: nil, or a fault.
type Grantees interface {
	Grantee(ctx context.Context, g Grantee) error
}

// Check gives everything that is wrong with a draft for a directory, as one Invalid fault
// whose parts name their places. It is pure; who the grantee is, it takes on trust.
func Check(g Draft, d Directory, now time.Time) error {
	c := &check{g: g, d: d}
	c.words()
	c.directory()
	c.items()
	c.term(now)
	if _, err := g.Rows.expr(d); err != nil {
		c.add(fault.From(err))
	}
	return fault.All("grant.invalid", fault.T("授权有 %d 处错误", "%d errors in the grant", len(c.faults)), c.faults)
}

type check struct {
	g      Draft
	d      Directory
	faults []*fault.Error
}

// add takes a fault, or the parts of one that gathers several.
func (c *check) add(e *fault.Error) {
	if len(e.Parts) > 0 {
		c.faults = append(c.faults, e.Parts...)
		return
	}
	c.faults = append(c.faults, e)
}

func (c *check) fail(where, code string, text, fix fault.Text) {
	c.add(fault.New(fault.Invalid, code, text).At("%s", where).Fix(fix))
}

// mostWords bounds what people write.
const mostWords = 500

func (c *check) words() {
	for _, w := range []struct{ at, value, zh, en string }{
		{"purpose", c.g.Purpose, "用途", "purpose"}, {"basis", c.g.Basis, "依据", "legal basis"},
	} {
		if strings.TrimSpace(w.value) == "" {
			c.fail(w.at, "grant."+w.at, fault.Text{ZH: "缺少" + w.zh, EN: "the " + w.en + " is missing"},
				fault.T("请填写 %s（政务数据共享条例第二十一条）", "fill in %s (Decree 809, art. 21)", w.at))
		}
		if len([]rune(w.value)) > mostWords {
			c.fail(w.at, "grant.long", fault.T("%s 超过 %d 字", "%s has more than %d characters", w.at, mostWords), fault.T("请缩写", "shorten it"))
		}
	}
	if k := c.g.Grantee.Kind; k != ToApp && k != ToOffice || c.g.Grantee.Name == "" {
		c.fail("grantee", "grant.grantee", fault.T("须写明被授权的应用或部门", "name the application or office"),
			fault.T("kind 为 app 或 office，name 为其编号或名称", "kind is app or office, name its id or name"))
	}
	for _, q := range []struct {
		at      string
		n, most int
	}{{"per_second", c.g.PerSecond, 100_000}, {"per_day", c.g.PerDay, 1_000_000_000}} {
		if q.n < 1 || q.n > q.most {
			c.fail(q.at, "grant.quota", fault.T("配额须在 1 至 %d 之间", "a quota is 1 to %d", q.most),
				fault.T("请填写 %s", "fill in %s", q.at))
		}
	}
}

func (c *check) directory() {
	if c.d.Share == "none" {
		c.fail("directory", "grant.unshared", fault.T("目录 %s 不予共享，不得授权", "the directory %s is not shared: nothing of it can be granted", c.d.Name),
			fault.T("确需使用的，请提供部门先按条例第十四、十五条复核共享类型", "if it is needed, have its office review the type of sharing first (Decree 809, art. 14–15)"))
	}
	if c.d.Barred.ZH != "" {
		c.fail("directory", "grant.barred", fault.T("目录 %[1]s 不能授权：%[2]s", "the directory %[1]s cannot be granted: %[3]s", c.d.Name, c.d.Barred.ZH, c.d.Barred.EN),
			fault.T("请先发布该目录", "publish the directory first"))
	}
}

func (c *check) items() {
	if len(c.g.Items) == 0 {
		c.fail("items", "grant.items", fault.T("没有信息项", "there are no items"), fault.T("请至少选择一项", "choose one at least"))
	}
	seen := map[string]bool{}
	for i, gi := range c.g.Items {
		at := fmt.Sprintf("items[%d]", i)
		it, ok := c.d.item(gi.Item)
		switch {
		case !ok:
			c.fail(at, "grant.item", fault.T("目录没有信息项 %q", "the directory has no item %q", gi.Item), fault.T("请从目录的信息项中选择", "choose one of its items"))
		case seen[gi.Item]:
			c.fail(at, "grant.item.twice", fault.T("信息项 %s 重复", "the item %s is there twice", gi.Item), fault.T("请删去其中一个", "remove one"))
		case !gi.Mask.Fits(it.Type):
			c.fail(at+".mask", "grant.mask", fault.T("脱敏方式 %s 不适用于类型 %s", "the mask %s does not fit the type %s", gi.Mask, it.Type),
				fault.T("请改用其他脱敏方式，如 null", "use another mask, such as null"))
		case !gi.covers(it):
			c.fail(at, "grant.personal", fault.T("信息项 %s 含个人信息，须脱敏或写明可以明文使用的依据", "the item %s is personal: it needs a mask, or the basis for showing it whole", gi.Item),
				fault.T("请填写 mask（建议 %s）或 basis", "fill in mask (%s is usual) or basis", DefaultMask(it.Personal)))
		}
		seen[gi.Item] = true
	}
}

// covers says whether an item may be given as the grant says.
func (gi GrantItem) covers(it Item) bool {
	return it.Personal == "" || gi.Mask.Kind != MaskNone || strings.TrimSpace(gi.Basis) != ""
}

func (c *check) term(now time.Time) {
	switch {
	case c.g.Until.IsZero():
		c.fail("until", "grant.until", fault.T("缺少期限", "the term is missing"), fault.T("请填写 until", "fill in until"))
	case !c.g.Until.After(now):
		c.fail("until", "grant.until.past", fault.T("期限已过", "the term is over already"), fault.T("请填写将来的时间", "write a time to come"))
	case !c.g.Until.After(c.g.From):
		c.fail("until", "grant.until.before", fault.T("期限早于起始时间", "it would end before it begins"), fault.T("请核对 from 与 until", "check from and until"))
	}
}
