// Package catalog owns directories, their items, mounts and versions, the offices that
// compile them, and the code lists they name. A directory is metadata (发改高技〔2017〕1272号
// and Decree 809); its rows live in the lake.
//
// Read first: Directory, Catalog.
package catalog

import (
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
)

// Directory is one catalog entry as its office declares it.
type Directory struct {
	Kind     string `json:"kind" yaml:"kind"` // "directory"
	Name     string `json:"name" yaml:"name"`
	Title    string `json:"title" yaml:"title"`
	Code     string `json:"code,omitempty" yaml:"code,omitempty"`   // 类1 项2 目3 细目n "/" serial
	Office   string `json:"office" yaml:"office"`                   // 提供方: an office's name
	Class    string `json:"class,omitempty" yaml:"class,omitempty"` // base, theme, department
	Abstract string `json:"abstract" yaml:"abstract"`
	Format   string `json:"format,omitempty" yaml:"format,omitempty"` // database, table, file, image, stream, self, api
	Secret   bool   `json:"secret,omitempty" yaml:"secret,omitempty"` // 涉密: true is refused
	Share    Share  `json:"share,omitempty" yaml:"share,omitempty"`
	Open     Open   `json:"open,omitempty" yaml:"open,omitempty"`
	Level    string `json:"level,omitempty" yaml:"level,omitempty"`   // L1–L4 within 一般
	Update   string `json:"update,omitempty" yaml:"update,omitempty"` // realtime, daily, weekly, monthly, quarterly, yearly

	Items []Item      `json:"items" yaml:"items"`
	Rules []rule.Decl `json:"rules,omitempty" yaml:"rules,omitempty"`
	Load  *Load       `json:"load,omitempty" yaml:"load,omitempty"` // nil: not mounted yet
	Codes []CodeList  `json:"codes,omitempty" yaml:"codes,omitempty"`
}

// Share is 共享属性.
type Share struct {
	Type      string `json:"type,omitempty" yaml:"type,omitempty"` // free, conditional, none
	Condition string `json:"condition,omitempty" yaml:"condition,omitempty"`
	Way       string `json:"way,omitempty" yaml:"way,omitempty"` // api, exchange, file
	Basis     string `json:"basis,omitempty" yaml:"basis,omitempty"`
}

// Open is 开放属性.
type Open struct {
	Public    bool   `json:"public,omitempty" yaml:"public,omitempty"`
	Condition string `json:"condition,omitempty" yaml:"condition,omitempty"`
}

// Item is 信息项: one field.
type Item struct {
	Name     string      `json:"name" yaml:"name"`
	Title    string      `json:"title" yaml:"title"`
	Type     row.Type    `json:"type" yaml:"type"`
	Aka      []string    `json:"aka,omitempty" yaml:"aka,omitempty,flow"` // other headers it comes under
	Required bool        `json:"required,omitempty" yaml:"required,omitempty"`
	Personal string      `json:"personal,omitempty" yaml:"personal,omitempty"` // name, id, phone, address, account: decides the mask of samples
	Clean    []rule.Step `json:"clean,omitempty" yaml:"clean,omitempty,flow"`
}

// Load says how batches enter the directory's table.
type Load struct {
	Mode string   `json:"mode" yaml:"mode"` // append, replace, merge
	Key  []string `json:"key,omitempty" yaml:"key,omitempty,flow"`
}

// CodeList is a code set: code → name.
type CodeList struct {
	Name  string            `json:"name" yaml:"name"`
	Title string            `json:"title,omitempty" yaml:"title,omitempty"`
	Codes map[string]string `json:"codes" yaml:"codes"`
}

// Office is an organisation at a region.
type Office struct {
	Name   string `json:"name" yaml:"name"`
	Title  string `json:"title" yaml:"title"`
	Region string `json:"region" yaml:"region"`
	Credit string `json:"credit,omitempty" yaml:"credit,omitempty"` // 统一社会信用代码
	Parent string `json:"parent,omitempty" yaml:"parent,omitempty"`
}
