package ledger

import (
	"strings"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// Declaration is the section entity: one register, by its name.
type Declaration struct {
	Title spec.Label `yaml:"title,omitempty" jsonschema:"title=名称"`
	Help  spec.Label `yaml:"help,omitempty" jsonschema:"title=说明"`
	// Key is the pattern of the number each record gets: {date} is the day it is made as
	// 20260131, {year} 2026, {month} 202601; {seq:4} counts within what stands before it;
	// {office} {region} and {FIELD} are the record's. Without it: {date}-{seq:4}.
	Key    string          `yaml:"key,omitempty" jsonschema:"title=编号规则"`
	Fields spec.Map[Field] `yaml:"fields" jsonschema:"title=字段"`
	// Show are the fields that stand for a record where another refers to it; else the first
	// text that is nobody's personal information.
	Show Words `yaml:"show,omitempty" jsonschema:"title=显示字段"`
	// Office is the field that says whose a record is; else a field called office, else it is
	// the office of whoever makes it.
	Office string `yaml:"office,omitempty" jsonschema:"title=归属部门字段"`
	// Region is the field that says where a record is; else the first of type region.
	Region string `yaml:"region,omitempty" jsonschema:"title=所在区划字段"`
	// Unique are groups of fields that no two records have alike.
	Unique []Words `yaml:"unique,omitempty" jsonschema:"title=联合唯一"`
	// Merge says when a report is taken for one that is there already.
	Merge *Merge `yaml:"merge,omitempty" jsonschema:"title=并单"`
}

// Merge finds the record that a new one is the same as: within a distance, alike in some
// fields, and its case still open.
type Merge struct {
	Within Metres `yaml:"within,omitempty" jsonschema:"title=距离以内"` // 40m
	Same   Words  `yaml:"same,omitempty" jsonschema:"title=相同字段"`
	Open   bool   `yaml:"open,omitempty" jsonschema:"title=只并入未办结的"`
}

// Field is one field of a register, or a column of a table in it. A bare word is its type:
// name: text.
type Field struct {
	Type  Type       `yaml:"type" jsonschema:"title=类型"`
	Title spec.Label `yaml:"title,omitempty" jsonschema:"title=名称"`
	Help  spec.Label `yaml:"help,omitempty" jsonschema:"title=填写说明"`
	// Required: true, or a formula that says when.
	Required Condition `yaml:"required,omitempty" jsonschema:"title=必填"`
	// Visible: false, or a formula that says when it is asked; what is not is empty.
	Visible Condition `yaml:"visible,omitempty" jsonschema:"title=何时显示"`
	// Personal is the kind of personal information it holds, by which it is masked, audited
	// and exported.
	Personal string `yaml:"personal,omitempty" jsonschema:"title=个人信息,enum=name,enum=id,enum=birth,enum=phone,enum=address,enum=account,enum=other"`
	Index    bool   `yaml:"index,omitempty" jsonschema:"title=索引"`
	Unique   bool   `yaml:"unique,omitempty" jsonschema:"title=唯一"`
	// Default is written as in a form: a code, a date or today, an amount in yuan.
	Default string `yaml:"default,omitempty" jsonschema:"title=默认值"`
	// Min and Max bound a number (money in yuan), the characters of a text, how many files or
	// rows there are; Max is the best rating.
	Min     *float64 `yaml:"min,omitempty" jsonschema:"title=最小"`
	Max     *float64 `yaml:"max,omitempty" jsonschema:"title=最大"`
	Pattern string   `yaml:"pattern,omitempty" jsonschema:"title=正则表达式"` // the whole text
	// Options are the words of an enum with their titles.
	Options spec.Map[spec.Label] `yaml:"options,omitempty" jsonschema:"title=选项"`
	// Accept are the files that may be sent: image, pdf, document, audio, video. Size is the
	// most of one in MB.
	Accept Words   `yaml:"accept,omitempty" jsonschema:"title=文件种类"`
	Size   float64 `yaml:"size,omitempty" jsonschema:"title=单个文件最大 MB"`
	// Columns are the columns of a table.
	Columns spec.Map[Field] `yaml:"columns,omitempty" jsonschema:"-"`
	// Formula computes the field from the others; it is not asked then.
	Formula string `yaml:"formula,omitempty" jsonschema:"title=公式"`
}

// UnmarshalYAML reads a bare type or a mapping.
func (f *Field) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		return f.Type.UnmarshalText([]byte(n.Value))
	}
	type plain Field
	return n.Decode((*plain)(f))
}

// Form is the bare type's form for editors.
func (Field) Form() string { return Type{}.Form() }

// JSONSchemaExtend lets editors accept the columns of a table, which are fields themselves.
func (Field) JSONSchemaExtend(s *jsonschema.Schema) {
	s.Properties.Set("columns", &jsonschema.Schema{Type: "object", Title: "列", AdditionalProperties: jsonschema.TrueSchema})
	for _, name := range []string{"required", "visible"} {
		if p, ok := s.Properties.Get(name); ok {
			p.Type, p.OneOf = "", []*jsonschema.Schema{{Type: "boolean"}, {Type: "string"}}
		}
	}
	if p, ok := s.Properties.Get("default"); ok {
		p.Type, p.OneOf = "", []*jsonschema.Schema{{Type: "string"}, {Type: "number"}, {Type: "boolean"}}
	}
}

// Condition is true, false or a formula; empty where nothing is said.
type Condition string

// UnmarshalText takes what is written: the formula is compiled with its entity.
func (c *Condition) UnmarshalText(b []byte) error {
	*c = Condition(strings.TrimSpace(string(b)))
	if means, ok := map[Condition]string{"是": "true", "yes": "true", "否": "false", "no": "false"}[Condition(strings.ToLower(string(*c)))]; ok {
		return fault.New(fault.Invalid, "field.condition", fault.T("%q 不是条件", "%q is no condition", string(*c))).
			Fix(fault.T("请写 %s，或写公式", "write %s, or a formula", means))
	}
	return nil
}

// formula is the source of a condition that has to be computed.
func (c Condition) formula() (string, bool) {
	return string(c), c != "" && c != "true" && c != "false"
}

// Words is one word or a list of them.
type Words []string

// UnmarshalYAML reads either.
func (w *Words) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*w = Words{n.Value}
		return nil
	}
	return n.Decode((*[]string)(w))
}

// JSONSchema offers either.
func (Words) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "string"}, {Type: "array", Items: &jsonschema.Schema{Type: "string"}}}}
}
