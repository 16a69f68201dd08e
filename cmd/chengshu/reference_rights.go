package main

import (
	"fmt"
	"strings"

	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/row"
)

// rightsPage is the table of rights as readers of the documents need it: what is not in it
// is denied.
func rightsPage() string {
	var b strings.Builder
	b.WriteString(generated + "# Rights 权限\n\nWhat each role may do, and how far. What has no scope is denied. `own`: what is one's own; `office`: of one's own office; `descendants`: of the office and those under it; `all`: of the whole district. A command on the server, by whoever may open the data folder, may do all of it and is in the audit as local.\n\n" +
		"各角色可以做什么、范围多大；未列出的一律拒绝。`own` 本人，`office` 本部门，`descendants` 本部门及下级，`all` 全区。能打开数据目录的人在服务器上执行的命令可做全部操作，审计中记为本机。\n\n## Roles 角色\n\n| role | 角色 | duty | 职责 |\n|---|---|---|---|\n")
	roles := people.Roles()
	for _, r := range roles {
		fmt.Fprintf(&b, "| `%s` %s | %s | %s | %s |\n", r.Name, r.Title.EN, r.Title.ZH, r.Duty.EN, r.Duty.ZH)
	}
	b.WriteString("\n## Actions 操作\n\n| action | | 操作 |")
	for _, r := range roles {
		fmt.Fprintf(&b, " %s |", r.Name)
	}
	b.WriteString("\n|---|---|---|" + strings.Repeat("---|", len(roles)) + "\n")
	for _, a := range policy.Actions() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |", a.Name, a.Title.EN, a.Title.ZH)
		for _, r := range roles {
			scope := ""
			if s := policy.Scoped(r.Name, a.Name); s != policy.None {
				scope = s.String()
			}
			fmt.Fprintf(&b, " %s |", scope)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// masksPage tells what each mask leaves of an invented value, and of which types.
func masksPage() string {
	var b strings.Builder
	b.WriteString(generated + "# Masks 脱敏方式\n\nA grant lays a mask over an item; the item's own level and kind of personal data decide the default. `range(5)` gives the width of a range: for numbers the width, for dates the years.\n\n授权时可对信息项指定脱敏方式，默认由信息项的级别和个人信息种类决定。`range(5)` 中的数为区间宽度：数值为宽度，日期为年数。\n\n| mask | | 名称 | types 类型 | example 示例 | shown 显示 |\n|---|---|---|---|---|---|\n")
	types := []row.Type{row.TextType, row.IntType, {Kind: row.Decimal, Precision: 18, Scale: 2}, row.FloatType, row.BoolType, row.DateType, row.TimeType, row.ListType}
	for _, k := range policy.Masks() {
		m := policy.Mask{Kind: k.Name}
		var fits []string
		for _, t := range types {
			if m.Fits(t) {
				name, _, _ := strings.Cut(t.String(), "(")
				fits = append(fits, name)
			}
		}
		name := string(k.Name)
		if name != "" {
			name = "`" + name + "`"
		}
		value, shown := m.Example()
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", name, k.Title.EN, k.Title.ZH, strings.Join(fits, ", "), value, shown)
	}
	return b.String()
}
