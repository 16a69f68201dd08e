package flow

import (
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/spec"
)

// roleWords are the roles of a pack with their titles.
func roleWords(p *pack.Pack) (out []spec.Word) {
	for _, r := range pack.All[*pack.Role](p, "roles") {
		out = append(out, spec.Word{Name: r.Name, Title: r.Value.Title.Text()})
	}
	return out
}

// personWords are the roles, and whoever else a case knows.
func personWords(p *pack.Pack) []spec.Word {
	return append(roleWords(p), spec.Word{Name: Holder, Title: fault.T("承办人", Holder)}, spec.Word{Name: Creator, Title: fault.T("登记人", Creator)}, spec.Word{Name: System, Title: fault.T("系统", System)})
}

// levelWords are the levels of places, with what they are called.
func levelWords() (out []spec.Word) {
	for _, l := range []region.Level{region.City, region.District, region.Street, region.Community, region.Grid} {
		out = append(out, spec.Word{Name: string(l), Title: fault.Text{ZH: l.Title(), EN: string(l)}})
	}
	for zh, l := range map[string]region.Level{"市": region.City, "区": region.District, "县": region.District, "区县": region.District, "街道": region.Street, "乡镇": region.Street, "镇": region.Street, "社区": region.Community, "村": region.Community, "网格": region.Grid} {
		out = append(out, spec.Word{Name: string(l), Title: fault.Text{ZH: zh, EN: zh}})
	}
	for en, l := range map[string]region.Level{"county": region.District, "town": region.Street, "village": region.Community} {
		out = append(out, spec.Word{Name: string(l), Title: fault.Text{ZH: en, EN: en}})
	}
	return out
}

// whoFaults refuses roles and levels that are not there.
func whoFaults(p *pack.Pack, w Who, at string) (out []*fault.Error) {
	known := personWords(p)
	levels := levelWords()
	for _, t := range w {
		if t.Role != "" && !p.Has("roles", t.Role) {
			fix := spec.MeantOf(t.Role, known)
			if strings.ContainsAny(t.Role, " \t") {
				fix = conditionForm
			}
			out = append(out, bad("flow.role", at, fault.T("没有角色 %q", "there is no role %q", t.Role), fix))
		}
		if t.If != "" {
			out = append(out, bad("flow.if", at, fault.T("此处不能写条件 if", "no condition (if) can stand here"), fault.T("条件只能写在状态或动作的 by 中", "conditions stand in the by of states and actions")))
		}
		if t.Level != "" && !slices.ContainsFunc(levels, func(w spec.Word) bool { return w.Name == string(t.Level) }) {
			fix := spec.MeantOf(string(t.Level), levels)
			if strings.ContainsAny(string(t.Level), " \t") {
				fix = conditionForm
			}
			out = append(out, bad("flow.level", at, fault.T("没有层级 %q", "there is no level %q", t.Level), fix))
		}
	}
	return out
}

var conditionForm = fault.T("条件写在 if 之后，例如 checker@street if area < 2", "a condition stands behind if: checker@street if area < 2")
