package share

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/spec"
)

// Kind is what a declaration of a service says in kind.
const Kind = "service"

// Declaration is a data service as its office declares it: a directory by a key, by lists,
// or both.
type Declaration struct {
	Kind      string   `json:"kind,omitempty" yaml:"kind" jsonschema:"enum=service"`
	Name      string   `json:"name" yaml:"name" jsonschema:"title=英文名,pattern=^[a-z][a-z0-9_]{0\\,62}$"`
	Title     string   `json:"title" yaml:"title" jsonschema:"title=名称"`
	Abstract  string   `json:"abstract,omitempty" yaml:"abstract,omitempty" jsonschema:"title=说明"` // for callers, in its OpenAPI document
	Directory string   `json:"directory" yaml:"directory" jsonschema:"title=目录"`
	Key       []string `json:"key,omitempty" yaml:"key,omitempty,flow" jsonschema:"title=查询键"`
	Filter    []string `json:"filter,omitempty" yaml:"filter,omitempty,flow" jsonschema:"title=可筛选项"`
	Sort      []string `json:"sort,omitempty" yaml:"sort,omitempty,flow" jsonschema:"title=可排序项"`
	Stopped   bool     `json:"stopped,omitempty" yaml:"stopped,omitempty" jsonschema:"title=停用"`
}

// Service is a declaration as it is kept.
type Service struct {
	Declaration
	Office    string    `json:"office"` // whose directory it is
	Version   int       `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	ChangedAt time.Time `json:"changed_at"`
}

// Decode reads the services of a document; nothing else may be in it.
func Decode(file string, text []byte) ([]spec.Doc[*Declaration], error) {
	return spec.Decode(file, text, spec.Kinds[*Declaration]{Kind: func() *Declaration { return new(Declaration) }})
}

// Schema is the JSON Schema of a service's declaration, for editors.
func Schema() ([]byte, error) { return spec.Schema(Kind, Declaration{}) }

// reserved are names that the gateway's paths and the console's need.
var reserved = []string{"receipts", "services", "openapi", "new"}

const mostAbstract = 1000

// Check gives everything that is wrong with a declaration over its directory, as one
// Invalid fault. It is pure.
func Check(s Declaration, d catalog.Directory) error {
	var faults []*fault.Error
	fail := func(where, code string, text, fix fault.Text) {
		faults = append(faults, fault.New(fault.Invalid, code, text).At("%s", where).Fix(fix))
	}
	if err := ident.Check(s.Name); err != nil {
		faults = append(faults, fault.From(err).At("name"))
	} else if slices.Contains(reserved, s.Name) {
		fail("name", "service.reserved", fault.T("名称 %s 为平台保留", "the platform keeps the name %s for itself", s.Name), fault.T("请另拟名称", "choose another"))
	}
	if n := len([]rune(strings.TrimSpace(s.Title))); n == 0 || n > 100 {
		fail("title", "service.title", fault.T("服务名称须为 1 至 100 字", "a title has 1 to 100 characters"), fault.T("请填写 title", "fill in title"))
	}
	if len([]rune(s.Abstract)) > mostAbstract {
		fail("abstract", "service.abstract", fault.T("说明超过 %d 字", "the abstract has more than %d characters", mostAbstract), fault.T("请缩写", "shorten it"))
	}
	for _, list := range []struct {
		at    string
		items []string
	}{{"key", s.Key}, {"filter", s.Filter}, {"sort", s.Sort}} {
		for i, name := range list.items {
			at := fmt.Sprintf("%s[%d]", list.at, i)
			it, ok := d.Item(name)
			switch {
			case !ok:
				fail(at, "service.item", fault.T("目录没有信息项 %q", "the directory has no item %q", name), spec.Meant(name, names(d)))
			case slices.Contains(list.items[:i], name):
				fail(at, "service.twice", fault.T("信息项 %s 重复", "the item %s is there twice", name), fault.T("请删去其中一个", "remove one"))
			case it.Type.Kind == row.TextList:
				fail(at, "service.type", fault.T("类型 %s 不能作为条件", "the type %s cannot be a condition", it.Type), fault.T("请改用其他信息项", "use another item"))
			}
		}
	}
	return fault.All("service.invalid", fault.T("服务声明有 %d 处错误", "%d errors in the service", len(faults)), faults)
}

func names(d catalog.Directory) []string {
	out := make([]string, len(d.Items))
	for i, it := range d.Items {
		out[i] = it.Name
	}
	return out
}
