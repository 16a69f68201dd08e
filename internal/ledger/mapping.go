package ledger

import (
	"slices"
	"strings"

	"golang.org/x/text/width"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// mapping says which column of a file is which field.
type mapping struct {
	e      *Entity
	d      Import
	fields []*Compiled // by column; nil: not read
	key    int         // the column of the record's number, -1: none
	at     map[string]int
}

// Column is a column of a file as it will be read.
type Column struct {
	Header string `json:"header"`
	Field  string `json:"field"` // "": not read; key: the record's number
}

// errorColumn is the header of the column in which a marked file says what is wrong: it is
// passed over when the file comes back.
var errorColumn = fault.T("错误说明", "what is wrong")

func folded(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\n\r*＊：:()（）", r) {
			return -1
		}
		return r
	}, width.Narrow.String(s)))
}

// heads are the words that a header may have, folded, with what they mean.
func (e *Entity) heads(d Import) map[string]string {
	out := map[string]string{folded("编号"): "key", folded("number"): "key", "key": "key"}
	for _, f := range e.Fields {
		if f.Computes() || slices.Contains([]Kind{Area, Files, Table}, f.Type.Kind) {
			out[folded(f.Label().ZH)] = "" // exports have them
			continue
		}
		for _, w := range []string{f.Label().ZH, f.Label().EN, f.Name} {
			out[folded(w)] = f.Name
		}
	}
	for _, t := range ownTitles {
		if _, taken := out[folded(t.ZH)]; !taken {
			out[folded(t.ZH)], out[folded(t.EN)] = "", ""
		}
	}
	for _, c := range d.Columns {
		for _, w := range c.Value {
			out[folded(w)] = c.Name
		}
	}
	out[folded(errorColumn.ZH)], out[folded(errorColumn.EN)] = "", ""
	return out
}

// ownTitles are the columns an export has besides the fields.
var ownTitles = map[string]fault.Text{"office": fault.T("归属部门", "office"), "created_at": fault.T("登记时间", "created"), "created_by": fault.T("登记人", "created by"),
	"updated_at": fault.T("修改时间", "changed"), "updated_by": fault.T("修改人", "changed by"), "region": fault.T("所在区划", "region"), "key": fault.T("编号", "number")}

// OwnTitle is the title of a column that every register has.
func OwnTitle(name string) (fault.Text, bool) {
	t, ok := ownTitles[name]
	return t, ok
}

// mapped reads a header. What it does not know is told with what was meant.
func (e *Entity) mapped(d Import, r *sheetReader) (*mapping, []CellFault) {
	m := &mapping{e: e, d: d, key: -1, fields: make([]*Compiled, len(r.header)), at: map[string]int{}}
	heads := e.heads(d)
	var faults []CellFault
	tell := func(i int, code string, text, fix fault.Text) {
		faults = append(faults, CellFault{Where: cellAt(r.name, r.top, i), Line: r.top, Column: i, Code: code, Text: text, Remedy: fix})
	}
	var titles []string
	for _, f := range e.Fields {
		if !f.Computes() {
			titles = append(titles, f.Label().ZH)
		}
	}
	for i, h := range r.header {
		name, known := heads[folded(h)]
		_, twice := m.at[name]
		switch {
		case folded(h) == "" || known && name == "":
		case !known:
			tell(i, "import.header", fault.T("没有“%s”这一列", "there is no column %q", spec.Clip(h, 40)), spec.Meant(h, titles))
		case twice:
			tell(i, "import.header.twice", fault.T("“%s”列重复", "the column %q is there twice", spec.Clip(h, 40)), fault.T("请删去其中一列", "remove one of them"))
		default:
			m.at[name] = i
			if name == "key" {
				m.key = i
			} else {
				m.fields[i] = e.by[name]
			}
		}
	}
	return m, append(faults, m.lacking(r)...)
}

// lacking tells the columns without which no row can be taken.
func (m *mapping) lacking(r *sheetReader) (faults []CellFault) {
	need := slices.Clone(m.d.Match)
	if m.d.Mode != "update" {
		for _, f := range m.e.Fields {
			if f.Required == "true" && f.Initial == nil && !f.today && !f.Computes() && f.Visible == "" {
				need = append(need, f.Name)
			}
		}
	}
	for _, n := range need {
		if _, ok := m.at[n]; ok {
			continue
		}
		title := ownTitles["key"]
		if f, ok := m.e.by[n]; ok {
			title = f.Label()
		}
		faults = append(faults, CellFault{Where: cellAt(r.name, r.top, -1), Line: r.top, Column: -1, Field: n, Code: "import.column.missing",
			Text: fault.Text{ZH: "缺少“" + title.ZH + "”列", EN: "the column " + title.EN + " is missing"}, Remedy: fault.T("请下载模板，照其表头填写", "take the header of the template")})
	}
	return faults
}
