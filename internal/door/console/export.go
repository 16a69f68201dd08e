package console

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/export"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/region"
)

// An export is a list as a file: the list's own question with its filters, asked page after
// page, under the list's right, and masked as on the screen. Whoever takes it out is in the
// audit before the first byte leaves, and in the file where its content asks for it.

// exported is a list that can be had as a file: I are the parameters of the list, T its rows.
type exported[I, T any] struct {
	what    string // behind export- and /exports/
	path    string // where it is not what
	summary string
	open    func(ctx context.Context, in *I) (*filing[T], error)
}

// filing is one export.
type filing[T any] struct {
	name    string // of the list, in the reader's language
	columns []column[T]
	seen    look
	about   [][2]string // of what is in it; for the mark
	marked  bool        // the file says who took it
	rows    int64       // that are known beforehand; 0: nobody knows
	each    func(ctx context.Context, do func(T) error) error
}

// column is one column of a list as a file has it. Its key is stable: programs and saved
// layouts name it.
type column[T any] struct {
	key   string
	title fault.Text
	of    func(T) any
}

// asking is what an export is asked with besides its list's filters.
type asking struct {
	format  export.Format
	columns []string
	noBOM   bool
	purpose string
	filters string
}

// unfiled are the parameters of a list that an export has no use for.
var unfiled = []string{"cursor", "limit", "facets"}

// mostColumns bounds what names the columns of a file, in bytes.
const mostColumns = 2000

var (
	errColumns = fault.New(fault.Invalid, "export.columns", fault.T("列的标识过长", "the keys of columns are too long")).At("columns").
			Fix(fault.T("请减少列，或不填以导出全部列", "name fewer, or none for all of them"))
	errBOM = fault.New(fault.Invalid, "export.bom", fault.T("bom 须为 true 或 false", "bom is true or false")).At("bom").
		Fix(fault.T("请改正该参数，或不填", "correct it, or leave it out"))
)

// unmarked says whether CSV is to begin without a byte order mark.
func unmarked(asked []string) (bool, error) {
	switch {
	case len(asked) == 0 || len(asked) == 1 && asked[0] == "true":
		return false, nil
	case len(asked) == 1 && asked[0] == "false":
		return true, nil
	}
	return false, errBOM
}

func askingOf(ctx context.Context) (a asking, err error) {
	q, _ := ctx.Value(queryKey{}).(url.Values)
	if a.format, err = export.Parse(cmp.Or(q.Get("format"), string(export.XLSX))); err != nil {
		return a, err
	}
	for c := range strings.SplitSeq(q.Get("columns"), ",") {
		if c != "" {
			a.columns = append(a.columns, c)
		}
	}
	if len(q.Get("columns")) > mostColumns {
		return a, errColumns
	}
	if a.noBOM, err = unmarked(q["bom"]); err != nil {
		return a, err
	}
	a.purpose = q.Get("purpose")
	var filters []string
	for _, k := range slices.Sorted(maps.Keys(q)) {
		if !slices.Contains(slices.Concat(unfiled, []string{"format", "columns", "bom", "purpose", "plain"}), k) && q.Get(k) != "" {
			filters = append(filters, k+"="+q.Get(k))
		}
	}
	a.filters = strings.Join(filters, "；")
	return a, nil
}

// give registers the export of a list.
func give[I, T any](c *Console, e exported[I, T]) {
	path := "/api/v1/exports/" + cmp.Or(e.path, e.what)
	op := huma.Operation{OperationID: "export-" + e.what, Method: http.MethodGet, Path: path, Summary: e.summary, Errors: problems(http.MethodGet),
		Responses: map[string]*huma.Response{"200": {Description: "the list as a file", Content: map[string]*huma.MediaType{
			export.XLSX.Type(): {Schema: &huma.Schema{Type: "string", Format: "binary"}}, "text/csv": {Schema: &huma.Schema{Type: "string"}}}}}}
	huma.Register(c.api, op, func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
		if err := written(reflect.ValueOf(in)); err != nil {
			return nil, c.problem(ctx, err)
		}
		name, format, err := hold(ctx, c, e.what, in, e.open)
		if err != nil {
			return nil, c.problem(ctx, err)
		}
		return &huma.StreamResponse{Body: func(h huma.Context) {
			h.SetHeader("Content-Type", format.Type())
			h.SetHeader("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
		}}, nil
	})
	tellExport(c.api.OpenAPI().Paths[path].Get)
}

// tellExport says in the document what an export is asked with.
func tellExport(op *huma.Operation) {
	op.Parameters = slices.DeleteFunc(op.Parameters, func(p *huma.Param) bool { return slices.Contains(unfiled, p.Name) })
	most := mostColumns
	op.Parameters = append(op.Parameters,
		&huma.Param{Name: "format", In: "query", Description: "xlsx, of up to 1,048,575 rows, or csv", Schema: &huma.Schema{Type: "string", Enum: []any{"xlsx", "csv"}, Default: "xlsx"}},
		&huma.Param{Name: "columns", In: "query", Description: "keys of columns in their order, with commas between; all unless given", Schema: &huma.Schema{Type: "string", MaxLength: &most}},
		&huma.Param{Name: "bom", In: "query", Description: "csv begins with a byte order mark, by which Excel knows UTF-8", Schema: &huma.Schema{Type: "boolean", Default: true}})
}

// hold opens an export and leaves it to the seam, which lets it out between two entries.
func hold[I, T any](ctx context.Context, c *Console, what string, in *I, open func(context.Context, *I) (*filing[T], error)) (name string, f export.Format, err error) {
	a, err := askingOf(ctx)
	if err != nil {
		return "", "", err
	}
	s, err := open(ctx, in)
	if err != nil {
		return "", "", err
	}
	if s.columns, err = chosen(s.columns, a.columns); err != nil {
		return "", "", err
	}
	if a.format == export.XLSX && s.rows > export.MostRows {
		return "", "", export.ErrRows
	}
	l := s.seen
	if l.items = nil; l.target == "" {
		l.target = cut("list/"+what+"?"+withoutWords(a.filters), mostTarget)
	}
	for _, col := range s.columns {
		l.items = append(l.items, col.key)
	}
	l.stream = func(ctx context.Context, w io.Writer, receipt string) (int64, error) {
		mark, err := c.markOf(ctx, s.name, s.about, s.marked, a, receipt)
		if err != nil {
			return 0, err
		}
		return s.write(ctx, w, export.Options{Format: a.format, Name: s.name, Mark: mark, NoBOM: a.noBOM, Temp: c.Temp})
	}
	return fmt.Sprintf("%s-%s.%s", s.name, c.Now().In(region.Beijing).Format("20060102-150405"), a.format), a.format, show(ctx, l)
}

// withoutWords leaves out of what the audit keeps what somebody typed to search by: it may
// name a person.
func withoutWords(filters string) string {
	parts := strings.Split(filters, "；")
	for i, p := range parts {
		if strings.HasPrefix(p, "q=") {
			parts[i] = "q=…"
		}
	}
	return strings.Join(parts, "&")
}

// cut bounds a text without cutting a character.
func cut(s string, most int) string {
	for len(s) > most {
		r := []rune(s)
		s = string(r[:len(r)-1])
	}
	return s
}

// chosen are the columns that were asked for, in their order; all unless some were.
func chosen[T any](all []column[T], keys []string) ([]column[T], error) {
	if len(keys) == 0 {
		return all, nil
	}
	out := make([]column[T], 0, len(keys))
	for _, k := range keys {
		i := slices.IndexFunc(all, func(c column[T]) bool { return c.key == k })
		if i < 0 {
			known := make([]string, len(all))
			for i, c := range all {
				known[i] = c.key
			}
			return nil, fault.New(fault.Invalid, "export.column", fault.T("没有列 %s", "there is no column %s", k)).At("columns").
				Fix(fault.T("可用的列：%s", "the columns are %s", strings.Join(known, ", ")))
		}
		out = append(out, all[i])
	}
	return out, nil
}

// write writes the rows as they come.
func (s *filing[T]) write(ctx context.Context, w io.Writer, o export.Options) (rows int64, err error) {
	l := lang(ctx)
	for _, c := range s.columns {
		o.Columns = append(o.Columns, export.Column{Title: c.title.In(l)})
	}
	f, err := export.New(w, o)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	cells := make([]any, len(s.columns))
	err = s.each(ctx, func(t T) error {
		for i, c := range s.columns {
			cells[i] = c.of(t)
		}
		rows++
		return f.Row(cells)
	})
	if err != nil {
		return rows, err
	}
	return rows, f.End([2]string{fault.T("行数", "rows").In(l), fmt.Sprint(rows)})
}

// markOf says who takes the file, when, and what is in it. Files of invented data always say
// that they are.
func (c *Console) markOf(ctx context.Context, name string, about [][2]string, marked bool, a asking, receipt string) (*export.Mark, error) {
	if !marked && !c.Demo {
		return nil, nil
	}
	l := lang(ctx)
	who, err := c.takerOf(ctx)
	if err != nil {
		return nil, err
	}
	at := c.Now().In(region.Beijing).Format("2006-01-02 15:04:05")
	m := &export.Mark{Name: fault.T("导出说明", "about this file").In(l), Foot: fault.T("导出人 %s　%s", "taken by %s, %s", who, at).In(l)}
	m.Join = [2]string{fault.T("：", ": ").In(l), fault.T("；", "; ").In(l)}
	line := func(title fault.Text, value string) {
		if value != "" {
			m.Lines = append(m.Lines, [2]string{title.In(l), value})
		}
	}
	if c.Demo {
		notice := fault.T("演示数据，人员和企业均为虚构", "invented data: no person or enterprise of it exists").In(l)
		line(fault.T("注意", "note"), notice)
		m.Foot += "　" + notice
	}
	line(fault.T("内容", "content"), name)
	m.Lines = append(m.Lines, about...)
	line(fault.T("筛选条件", "filters"), cmp.Or(a.filters, fault.T("无", "none").In(l)))
	line(fault.T("导出人", "taken by"), who)
	line(fault.T("导出时间", "taken at"), at)
	line(fault.T("用途", "purpose"), a.purpose)
	line(fault.T("审计回执", "receipt in the audit"), receipt)
	return m, nil
}

// takerOf names who asks, with login and office.
func (c *Console) takerOf(ctx context.Context) (string, error) {
	a := askerOf(ctx)
	if a.Actor.Kind == people.LocalKind {
		return fault.T("本机命令", "a command on the server").In(lang(ctx)), nil
	}
	titles, err := c.officeTitles(ctx)
	who := a.User.Name + "（" + a.User.Login + "）"
	if t := cmp.Or(titles[a.User.Office], a.User.Office); t != "" {
		who += " " + t
	}
	return who, err
}

// filePage is how many rows a list gives at once to its export.
const filePage = 500

// paged are the parameters of a list that is read page by page.
type paged[I any] interface {
	*I
	turn(cursor string, limit int)
}

// pages reads a list to its end.
func pages[I any, P paged[I], T any](in *I, list func(context.Context, *I) (List[T], error)) func(context.Context, func(T) error) error {
	return func(ctx context.Context, do func(T) error) error {
		at := *in
		for cursor := ""; ; {
			P(&at).turn(cursor, filePage)
			l, err := list(ctx, &at)
			if err != nil {
				return err
			}
			for _, t := range l.Items {
				if err := do(t); err != nil {
					return err
				}
			}
			if l.Next == nil {
				return nil
			}
			cursor = *l.Next
		}
	}
}

// whole gives a list that is there at once.
func whole[T any](items []T) func(context.Context, func(T) error) error {
	return func(_ context.Context, do func(T) error) error {
		for _, t := range items {
			if err := do(t); err != nil {
				return err
			}
		}
		return nil
	}
}
