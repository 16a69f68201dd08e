package catalog

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

// The grades above 一般数据.
const (
	Important = "important"
	Core      = "core"
)

// Highest is the directory's grade: the highest of its own and its items' (就高从严), "" where
// none is given.
func (d Directory) Highest() string {
	best := d.Level
	for _, it := range d.Items {
		if rank(it.Level) > rank(best) {
			best = it.Level
		}
	}
	return best
}

// rank orders grades; -1 for none and for what is no grade.
func rank(level string) int { return slices.Index(names(Levels()), level) }

// level checks the grade: 重要 and 核心 data must be marked on the directory itself, so that
// nobody overlooks an item among many, and such data is neither open nor shared with
// whoever asks.
func (c *check) level() {
	d := c.d
	top := d.Highest()
	if rank(top) < rank(Important) {
		return
	}
	title := titleOf(Levels(), top)
	if d.Level != top {
		c.fail("level", "directory.level", fault.Text{
			ZH: "含有" + title.ZH + "数据的目录须标明：分级就高从严，以最高的信息项为准",
			EN: "a directory with an item of " + title.EN + " data must be marked so: the highest item decides",
		}, fault.T("请将 level 写为 %[1]s", "write level: %[1]s", top))
	}
	if d.Open.Public {
		c.fail("open.public", "directory.level.open", fault.Text{ZH: title.ZH + "数据不得开放", EN: title.EN + " data cannot be open"},
			fault.T("请去掉 open.public", "remove open.public"))
	}
	if d.Share.Type == "free" {
		c.fail("share.type", "directory.level.free", fault.Text{ZH: title.ZH + "数据不得无条件共享", EN: title.EN + " data cannot be shared without conditions"},
			fault.T("请改为 conditional 并写明共享条件", "write conditional, with its condition"))
	}
}

// basis checks on what ground a resource is not shared (Decree 809 art. 14–15).
func (c *check) basis() {
	s := c.d.Share
	known := c.word("share.basis_kind", s.BasisKind, BasisKinds())
	if s.Type != "none" {
		return
	}
	fix := fault.T("请在 share.basis 写明文件名称和条款", "name document and article in share.basis")
	switch {
	case strings.TrimSpace(s.Basis) == "":
		c.fail("share.basis", "directory.basis", fault.T(
			"不予共享须写明依据：只有法律、行政法规或者国务院决定可以作为依据（国务院令第809号第十四、十五条）",
			"what is not shared needs its basis: a law, an administrative regulation or a State Council decision (Decree 809, art. 14–15)"), fix)
	case known && s.Ground() == "":
		c.fail("share.basis_kind", "directory.basis.kind", fault.T(
			"看不出依据是法律、行政法规还是国务院决定：地方性法规、规章和其他文件不能作为不予共享的依据（国务院令第809号第十四、十五条）",
			"the basis is not seen to be a law, an administrative regulation or a State Council decision: local regulations, rules and other papers are none (Decree 809, art. 14–15)"),
			fault.T("请写明全称，如《中华人民共和国统计法》第二十五条；或在 share.basis_kind 写明 law、regulation 或 decision",
				"write its full title, such as 《中华人民共和国统计法》第二十五条, or law, regulation or decision in share.basis_kind"))
	}
}

// Ground is the kind of basis: as declared, else as the full title of the document shows;
// "" where that does not say.
func (s Share) Ground() string {
	national := strings.Contains(s.Basis, "《中华人民共和国")
	switch b := s.Basis; {
	case s.BasisKind != "":
		return s.BasisKind
	case strings.Contains(b, "国务院") && strings.Contains(b, "决定"):
		return "decision"
	case national && strings.Contains(b, "法》"):
		return "law"
	case national && strings.Contains(b, "条例》") || strings.Contains(b, "国务院令"):
		return "regulation"
	}
	return ""
}

// related checks the codes of related resources and the date of issue.
func (c *check) related() {
	for i, code := range c.d.Related {
		at := fmt.Sprintf("related[%d]", i)
		switch {
		case !codeForm.MatchString(code):
			c.fail(at, "directory.related", fault.T("关联资源代码 %q 不合规", "the code %q of a related resource is ill-formed", code),
				fault.T("例如 301002/15 或 30100200001/000001", "such as 301002/15 or 30100200001/000001"))
		case code == c.d.Code:
			c.fail(at, "directory.related.self", fault.T("关联资源不能是本目录自己", "a directory is not related to itself"), fault.T("请删去", "remove it"))
		case slices.Contains(c.d.Related[:i], code):
			c.fail(at, "directory.related.twice", fault.T("关联资源代码 %s 重复", "the code %s is there twice", code), fault.T("请删去", "remove it"))
		}
	}
	if s := c.d.Issued; s != "" {
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			c.fail("issued", "directory.issued", fault.T("发布日期 %q 不是日期", "%q is no date of issue", s), fault.T("例如 2026-01-31", "such as 2026-01-31"))
		}
	}
}

// Sensitive says that whoever takes rows out of the house is named in the file: the directory
// holds personal items, or its grade is 一般 3 级 or higher.
func (d Directory) Sensitive() bool { return d.personal() || rank(d.Highest()) >= rank("L3") }
