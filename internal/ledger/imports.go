package ledger

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/spec"
)

// Import is the section import, under the name of its register: how a workbook or a CSV file
// becomes records. Without one a register takes files whose headers are its fields' titles or names, and adds records.
type Import struct {
	Entity string     `yaml:"-" json:"entity" jsonschema:"-"` // the register, whose name it has
	Title  spec.Label `yaml:"title,omitempty" json:"title" jsonschema:"title=名称"`
	// Mode: add refuses a record that is there, update one that is not, merge takes both.
	Mode string `yaml:"mode,omitempty" json:"mode" jsonschema:"title=方式,enum=add,enum=update,enum=merge"`
	// Match are the fields by which a row finds its record; key is the record's number.
	Match Words `yaml:"match,omitempty" json:"match" jsonschema:"title=匹配字段"`
	// Columns are further headers by field: name: [名称, 路名].
	Columns spec.Map[Words] `yaml:"columns,omitempty" json:"columns" jsonschema:"title=列名"`
	Sheet   string          `yaml:"sheet,omitempty" json:"sheet" jsonschema:"title=工作表"`

	// Within bounds whose records an import makes and changes, Seen whose it finds; nil does not.
	Within *Reach `yaml:"-" json:"-" jsonschema:"-"`
	Seen   *Reach `yaml:"-" json:"-" jsonschema:"-"`
}

// beyond is what is wrong with a row whose record would be, or is, of an office that the
// importer's right does not reach.
func (d Import) beyond(e *Entity, offices ...string) *fault.Error {
	if d.Within == nil || !slices.ContainsFunc(offices, func(o string) bool { return !d.Within.Has(Record{Office: o}) }) {
		return nil
	}
	return fault.New(fault.Invalid, "import.office", fault.T("归属部门不在您可以登记的范围内", "it is of an office that your right does not reach")).At("%s", e.office).
		Fix(fault.T("请改为本部门或所辖部门，或请该部门导入", "write your office or one below it, or let that office import it"))
}

// finds says whether an import finds a record that is there.
func (d Import) finds(r Record) bool { return d.Seen == nil || d.Seen.Has(r) }

var modes = []string{"add", "update", "merge"}

// ImportOf is how a register is imported: what its pack declares, else the usual way.
func ImportOf(p *pack.Pack, e *Entity) Import {
	out := Import{Entity: e.Name, Title: e.Title, Mode: "add"}
	if d, ok := pack.Get[*Import](p, "import", e.Name); ok {
		out = *d
		out.Entity, out.Title = e.Name, d.Title.Else(e.Title)
		if out.Mode == "" {
			out.Mode = "add"
			if len(out.Match) > 0 {
				out.Mode = "merge"
			}
		}
	}
	return out
}

type importKind struct{ plainKind }

func (importKind) Section() spec.Section {
	return spec.Section{Name: "import", Shape: spec.Named, New: func() any { return new(Import) }}
}

func (importKind) Diff(_ context.Context, _ bun.IDB, old, new *pack.Pack) ([]pack.Change, error) {
	return pack.Changes("import", fault.T("导入", "import"), old, new), nil
}

func (importKind) Check(p *pack.Pack, entry spec.Entry) []*fault.Error {
	d := entry.Value.(*Import)
	e, out := about(p, entry, "")
	if e == nil {
		return out
	}
	fail := func(at, code string, text, fix fault.Text) {
		out = append(out, fault.New(fault.Invalid, code, text).At("%s", at).Fix(fix))
	}
	if d.Mode != "" && !slices.Contains(modes, d.Mode) {
		fail("mode", "import.mode", fault.T("没有导入方式 %q", "there is no mode %q", spec.Clip(d.Mode, 40)), spec.Meant(d.Mode, modes))
	}
	if (d.Mode == "update" || d.Mode == "merge") && len(d.Match) == 0 && !entry.Broken {
		fail("mode", "import.match", fault.T("更新已有记录须写明 match", "match is needed to find the records that are there"), fault.T("例如 match: [key]", "such as match: [key]"))
	}
	strange := columnsThere(p, e, "match", d.Match, []string{"key"})
	out = append(out, strange...)
	if len(d.Match) > 0 && len(strange) == 0 && !slices.Equal(d.Match, Words{"key"}) && len(cut(p, e)) == 0 &&
		!slices.ContainsFunc(e.groups, func(g []string) bool { return slices.Equal(g, d.Match) }) {
		fail("match", "import.match.unique", fault.T("match 的字段须为唯一：key、unique 字段或 unique 组", "match must be unique: key, a field with unique, or a group of unique"), fault.T("请给 %s 加 unique: true", "add unique: true to %s", strings.Join(d.Match, ", ")))
	}
	for _, c := range d.Columns {
		bad := columnsThere(p, e, "columns", []string{c.Name}, nil)
		for _, b := range bad {
			out = append(out, b.At("columns.%s", c.Name))
		}
		if f, ok := e.by[c.Name]; ok && (f.Computes() || slices.Contains([]Kind{Area, Files, Table}, f.Type.Kind)) {
			fail("columns."+c.Name, "import.column", fault.T("字段 %s 不能从单元格导入", "the field %s is not imported from a cell", c.Name), fault.T("请删去", "remove it"))
		}
	}
	return out
}
