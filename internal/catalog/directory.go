// Package catalog owns directories, their items, mounts and versions, the offices that
// compile them, and the code lists they name. A directory is metadata (发改高技〔2017〕1272号
// and Decree 809); its rows live in the lake, and this room never looks at them.
//
// Read first: Directory, Check, Catalog.
package catalog

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
	"github.com/chengshu/chengshu/internal/spec"
)

// Kind is what a declaration of a directory says in kind.
const Kind = "directory"

// Directory is one catalog entry as its office declares it.
type Directory struct {
	Kind     string   `json:"kind" yaml:"kind"` // "directory"
	Name     string   `json:"name" yaml:"name" jsonschema:"title=英文名,pattern=^[a-z][a-z0-9_]{0\\,62}$"`
	Title    string   `json:"title" yaml:"title" jsonschema:"title=名称"`
	Code     string   `json:"code,omitempty" yaml:"code,omitempty" jsonschema:"title=代码"` // 类1 项2 目3 细目n "/" serial
	Office   string   `json:"office" yaml:"office" jsonschema:"title=提供方"`                // an office's name
	Class    string   `json:"class,omitempty" yaml:"class,omitempty" jsonschema:"title=分类,enum=base,enum=theme,enum=department"`
	Domain   string   `json:"domain,omitempty" yaml:"domain,omitempty" jsonschema:"title=领域"` // one of Domains
	Abstract string   `json:"abstract" yaml:"abstract" jsonschema:"title=摘要"`
	Format   string   `json:"format,omitempty" yaml:"format,omitempty" jsonschema:"title=格式,enum=database,enum=table,enum=file,enum=image,enum=stream,enum=self,enum=api"`
	Secret   bool     `json:"secret,omitempty" yaml:"secret,omitempty" jsonschema:"title=涉密属性"` // true is refused
	Share    Share    `json:"share,omitempty" yaml:"share,omitempty" jsonschema:"title=共享属性"`
	Open     Open     `json:"open,omitempty" yaml:"open,omitempty" jsonschema:"title=开放属性"`
	Use      string   `json:"use,omitempty" yaml:"use,omitempty" jsonschema:"title=使用条件"`                                                              // what whoever receives the data may do with it
	Level    string   `json:"level,omitempty" yaml:"level,omitempty" jsonschema:"title=数据分级,enum=L1,enum=L2,enum=L3,enum=L4,enum=important,enum=core"` // at least; see Highest
	Update   string   `json:"update,omitempty" yaml:"update,omitempty" jsonschema:"title=更新周期,enum=realtime,enum=daily,enum=weekly,enum=monthly,enum=quarterly,enum=yearly"`
	Issued   string   `json:"issued,omitempty" yaml:"issued,omitempty" jsonschema:"title=发布日期,pattern=^\\d{4}-\\d\\d-\\d\\d$"` // where it was published before it came here
	Related  []string `json:"related,omitempty" yaml:"related,omitempty,flow" jsonschema:"title=关联资源代码"`

	Items []Item      `json:"items" yaml:"items" jsonschema:"title=信息项"`
	Rules []rule.Decl `json:"rules,omitempty" yaml:"rules,omitempty" jsonschema:"title=质量规则"`
	Load  *Load       `json:"load,omitempty" yaml:"load,omitempty" jsonschema:"title=挂接"` // nil: not mounted yet
	Codes []CodeList  `json:"codes,omitempty" yaml:"codes,omitempty" jsonschema:"title=代码集"`
}

// Share is 共享属性.
type Share struct {
	Type      string `json:"type,omitempty" yaml:"type,omitempty" jsonschema:"title=共享类型,enum=free,enum=conditional,enum=none"`
	Condition string `json:"condition,omitempty" yaml:"condition,omitempty"`
	Way       string `json:"way,omitempty" yaml:"way,omitempty" jsonschema:"title=共享方式,enum=api,enum=exchange,enum=file"`
	Basis     string `json:"basis,omitempty" yaml:"basis,omitempty" jsonschema:"title=依据"`
	BasisKind string `json:"basis_kind,omitempty" yaml:"basis_kind,omitempty" jsonschema:"title=依据种类,enum=law,enum=regulation,enum=decision"` // empty: seen from the basis
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
	Personal string      `json:"personal,omitempty" yaml:"personal,omitempty" jsonschema:"title=个人信息,enum=name,enum=id,enum=birth,enum=phone,enum=address,enum=account,enum=other"` // decides the mask of samples
	Level    string      `json:"level,omitempty" yaml:"level,omitempty" jsonschema:"title=数据分级,enum=L1,enum=L2,enum=L3,enum=L4,enum=important,enum=core"`                           // where it is higher than the directory's
	Clean    []rule.Step `json:"clean,omitempty" yaml:"clean,omitempty,flow"`
}

// Load says how batches enter the directory's table.
type Load struct {
	Mode string   `json:"mode" yaml:"mode" jsonschema:"enum=append,enum=replace,enum=merge"`
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

// RuleSet is what the rule room must know of the directory.
func (d Directory) RuleSet() rule.Set {
	set := rule.Set{Rules: d.Rules, Codes: map[string]map[string]string{}}
	for _, it := range d.Items {
		set.Items = append(set.Items, rule.Item{
			Name: it.Name, Title: it.Title, Type: it.Type, Required: it.Required, Clean: it.Clean})
	}
	for _, l := range d.Codes {
		set.Codes[l.Name] = l.Codes
	}
	return set
}

// Columns is the schema of the directory's items, without what a load adds.
func (d Directory) Columns() row.Schema {
	s := make(row.Schema, len(d.Items))
	for i, it := range d.Items {
		s[i] = row.Field{Name: it.Name, Type: it.Type}
	}
	return s
}

// Item gives the item of that name.
func (d Directory) Item(name string) (Item, bool) {
	for _, it := range d.Items {
		if it.Name == name {
			return it, true
		}
	}
	return Item{}, false
}

// YAML is the declaration as a person would write it.
func (d Directory) YAML() ([]byte, error) {
	d.Kind = Kind
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(d); err != nil {
		return nil, fmt.Errorf("catalog: write %s: %w", d.Name, err)
	}
	return b.Bytes(), enc.Close()
}

// Decode reads the directories of a document; nothing but directories may be in it.
func Decode(file string, text []byte) ([]spec.Doc[*Directory], error) {
	return spec.Decode(file, text, spec.Kinds[*Directory]{Kind: func() *Directory { return new(Directory) }})
}

// Schema is the JSON Schema of a directory's declaration, for editors.
func Schema() ([]byte, error) { return spec.Schema(Kind, Directory{}) }
