package sheet

import (
	"strings"

	"golang.org/x/text/width"

	"github.com/chengshu/chengshu/internal/catalog"
)

// column is one column of the sheet: a field of a declaration, the headers it comes under.
type column struct {
	path string // as catalog.Fields has it; length and key are the sheet's own
	aka  []string
}

// columns are those of the template, in its order: the directory's, then the item's.
func columns() []column {
	return []column{
		{"title", []string{"资源名称", "目录名称", "数据资源名称"}},
		{"name", []string{"信息资源英文名", "目录英文名", "资源英文名"}},
		{"code", []string{"资源代码", "目录代码", "数据资源代码"}},
		{"office", []string{"提供方", "提供部门", "责任部门", "数源部门"}},
		{"class", []string{"资源分类", "分类", "类"}},
		{"domain", []string{"主题领域", "数据领域"}},
		{"abstract", []string{"资源摘要", "摘要", "目录摘要"}},
		{"format", []string{"资源格式", "格式"}},
		{"level", []string{"目录分级", "分级", "数据级别"}},
		{"update", []string{"更新频率"}},
		{"share.type", []string{"共享属性"}},
		{"share.condition", nil},
		{"share.way", nil},
		{"share.basis", []string{"依据"}},
		{"open.public", []string{"开放属性", "是否开放", "开放类型"}},
		{"open.condition", nil},
		{"use", nil},
		{"issued", nil},
		{"related", []string{"关联资源"}},
		{"items.title", []string{"数据项名称", "字段中文名", "字段名称", "信息项"}},
		{"items.name", []string{"数据项英文名", "字段英文名", "字段名", "英文名"}},
		{"items.type", []string{"字段类型", "类型", "信息项类型"}},
		{"length", []string{"数据长度", "字段长度"}},
		{"items.required", []string{"是否必填", "是否为空"}},
		{"key", []string{"是否主键"}},
		{"items.personal", []string{"个人信息类别", "是否个人信息"}},
		{"items.level", []string{"数据项分级"}},
	}
}

// passed are headers of usual sheets that say nothing a declaration keeps.
var passed = []string{"序号", "备注", "说明", "提供方代码", "信息资源提供方代码", "联系人", "联系电话", "填表人", "no.", "remarks"}

// own are the titles of the columns that are the sheet's own.
var own = map[string][2]string{
	"length": {"长度", "length"}, "key": {"主键", "key"},
}

// ofItem says whether a column tells of an item, not of its directory.
func ofItem(path string) bool {
	return strings.HasPrefix(path, "items.") || path == "length" || path == "key"
}

// heads maps every header a column may have to its path.
func heads() map[string]string {
	out := map[string]string{}
	fields := map[string]catalog.Field{}
	for _, f := range catalog.Fields() {
		fields[f.Path] = f
	}
	for _, c := range columns() {
		for _, a := range c.aka {
			out[folded(a)] = c.path
		}
	}
	for _, c := range columns() { // a title of one's own beats what another is called as well
		if o, ok := own[c.path]; ok {
			out[folded(o[0])], out[folded(o[1])] = c.path, c.path
			continue
		}
		out[folded(fields[c.path].Title.ZH)], out[folded(fields[c.path].Title.EN)] = c.path, c.path
	}
	return out
}

// folded is a header without what people write differently.
func folded(s string) string {
	s = strings.ToLower(strings.Join(strings.Fields(width.Fold.String(s)), ""))
	s = strings.Trim(s, "*:")
	if cut := strings.IndexByte(s, '('); cut > 0 {
		s = s[:cut]
	}
	return s
}
