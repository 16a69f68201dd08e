package console

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/spec"
)

type DirectoryIn struct {
	Name string `path:"name" maxLength:"63"`
}

func (c *Console) directories(mux *http.ServeMux) {
	route(c, http.MethodGet, "/offices", "list-offices", "部门列表 / Offices", c.listOffices)
	route(c, http.MethodGet, "/directories", "list-directories", "目录列表 / Directories", c.listDirectories)
	route(c, http.MethodGet, "/directories/{name}", "get-directory", "目录 / A directory", c.getDirectory)
	route(c, http.MethodGet, "/directories/{name}/versions/{version}", "get-version", "目录的一版及其修改 / A version of a directory and what it changed", c.getVersion)
	route(c, http.MethodGet, "/directories/{name}/lineage", "get-lineage", "数据血缘 / Where rows come from and go to", c.lineage)
	route(c, http.MethodGet, "/directories/{name}/rows", "list-rows", "已发布数据 / Published rows", c.rows)
	route(c, http.MethodGet, "/directories/{name}/snapshots", "list-snapshots", "数据版本 / Snapshots", c.snapshots)
	text := &huma.MediaType{Schema: &huma.Schema{Type: "string"}}
	c.api.OpenAPI().AddOperation(&huma.Operation{OperationID: "put-directory", Method: http.MethodPost, Path: "/api/v1/directories",
		Summary: "登记或修改目录 / Add or change directories",
		Parameters: []*huma.Param{{Name: "check", In: "query", Description: "only check, change nothing", Schema: &huma.Schema{Type: "boolean"}},
			{Name: "X-File-Name", In: "header", Description: "what errors name as the file", Schema: &huma.Schema{Type: "string"}}},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/yaml": text, "application/json": text}},
		Responses:   c.responses(http.MethodPost, http.StatusOK, savedBody{})})
	c.declarations(mux)
	mux.HandleFunc("POST /api/v1/directories", c.guarded("put-directory", declared(c, "directory.large", func(ctx context.Context, d document) (savedBody, error) {
		return c.put(ctx, d.file, d.text, d.check)
	})))
}

func (c *Console) listOffices(ctx context.Context, _ *struct{}) (List[officeBody], error) {
	offices, err := c.Catalog.Offices(ctx)
	if err != nil {
		return List[officeBody]{}, err
	}
	out := make([]officeBody, len(offices))
	for i, o := range offices {
		out[i] = officeBody{Name: o.Name, Title: o.Title, Region: o.Region, RegionTitle: c.Regions.Name(region.Code(o.Region)),
			Credit: o.Credit, Parent: o.Parent, Directories: o.Directories, Mounted: o.Mounted}
	}
	return page(out, ""), nil
}

func (c *Console) getDirectory(ctx context.Context, in *DirectoryIn) (out directoryBody, err error) {
	v, err := c.Catalog.Get(ctx, in.Name)
	if err != nil {
		return out, err
	}
	entries, err := c.Catalog.Entries(ctx, in.Name)
	if err != nil {
		return out, err
	}
	due, err := c.due(ctx)
	if err != nil {
		return out, err
	}
	s, err := c.summaries(ctx, []catalog.Entry{entries[in.Name]}, due)
	if err != nil {
		return out, err
	}
	out.DirectorySummary, out.Declaration = s[0], v.Directory
	text, err := v.Directory.YAML()
	if err != nil {
		return out, err
	}
	out.YAML = string(text)
	versions, err := c.Catalog.History(ctx, in.Name)
	if err != nil {
		return out, err
	}
	out.Versions, out.Grades = []DirectoryVersion{}, []gradePoint{}
	for _, v := range versions {
		out.Versions = append(out.Versions, c.revision(ctx, v))
	}
	if out.Turns, err = c.turns(ctx, in.Name); err != nil {
		return out, err
	}
	trend, batches, err := c.trend(ctx, in.Name)
	for _, t := range trend {
		if b := batches[t.Batch]; b != nil {
			out.Grades = append(out.Grades, gradePoint{t.Batch, b.Label, t.At, t.Score, t.Grade})
		}
	}
	return out, err
}

type savedBody struct {
	Name        string   `json:"name"`
	Version     int      `json:"version"`
	Created     bool     `json:"created"`
	Changed     bool     `json:"changed"`
	Directories []string `json:"directories" doc:"every directory of the document, in order"`
	Offices     int      `json:"offices" doc:"offices of the document"`
}

// officeDecl is an office as a document declares it.
type officeDecl struct {
	Kind           string `yaml:"kind" json:"kind"`
	catalog.Office `yaml:",inline"`
}

const mostDeclared = 16 << 20 // bytes of a document

// document is what was sent of declarations.
type document struct {
	file  string
	text  []byte
	check bool // only check, change nothing
	paths bool // errors name their places as paths, for forms that have no lines
}

// declared reads a document and answers with what put made of it; large is the code of the
// refusal of one that is too large.
func declared[T any](c *Console, large string, put func(context.Context, document) (T, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		d := document{file: r.Header.Get("X-File-Name"), check: r.URL.Query().Get("check") == "true", paths: r.URL.Query().Get("places") == "paths"}
		if d.file == "" {
			d.file = "declaration"
		}
		var err error
		d.text, err = io.ReadAll(http.MaxBytesReader(w, r.Body, mostDeclared))
		if err != nil {
			c.refuse(w, r, fault.New(fault.Invalid, large, fault.T("声明文档读取失败或超过 16 MiB", "the document could not be read or is larger than 16 MiB")).
				Fix(fault.T("请拆成几份后分别提交", "split it and send the parts one by one")).Wrap(err))
			return
		}
		out, err := put(r.Context(), d)
		if err != nil {
			c.refuse(w, r, err)
			return
		}
		fill(reflect.ValueOf(&out))
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(out)
	}
}

// put takes every directory of a document or none.
func (c *Console) put(ctx context.Context, file string, text []byte, check bool) (out savedBody, err error) {
	docs, err := spec.Decode(file, text, spec.Kinds[any]{
		catalog.Kind: func() any { return new(catalog.Directory) },
		"office":     func() any { return new(officeDecl) },
	})
	if err != nil {
		return out, err
	}
	var offices []catalog.Office
	var parts []*fault.Error
	for _, d := range docs {
		switch v := d.Value.(type) {
		case *officeDecl:
			offices = append(offices, v.Office)
		case *catalog.Directory:
			out.Directories = append(out.Directories, v.Name)
			if err := c.mayDeclare(ctx, *v); err != nil {
				return out, err
			}
			if err := c.Catalog.Check(ctx, *v, c.Lists); err != nil {
				parts = append(parts, fault.From(d.Locate(err)))
			}
		}
	}
	out.Offices = len(offices)
	if len(offices) > 0 {
		if err := policy.Allowed(actor(ctx), policy.OfficeWrite, policy.Target{}); err != nil {
			return out, err
		}
	}
	if err = fault.All("directory.invalid", fault.T("目录声明有误", "the declarations have errors"), parts); err != nil || check {
		return out, err
	}
	if len(offices) > 0 {
		if err := c.Catalog.PutOffices(ctx, offices); err != nil {
			return out, err
		}
	}
	var all []catalog.Directory
	for _, doc := range docs {
		if d, ok := doc.Value.(*catalog.Directory); ok {
			all = append(all, *d)
		}
	}
	saved, err := c.Catalog.PutAll(ctx, actor(ctx), all)
	if len(saved) > 0 {
		out.Name, out.Version, out.Created, out.Changed = saved[0].Name, saved[0].Version, saved[0].Created, saved[0].Changed
	}
	return out, err
}

// mayDeclare says whether the actor may write a directory: as the office it is to be of, and
// as that it is of now.
func (c *Console) mayDeclare(ctx context.Context, d catalog.Directory) error {
	if err := allowed(ctx, "put-directory", d.Office); err != nil {
		return err
	}
	return fault.Except(fault.Missing, c.allowedDirectory(ctx, "put-directory", d.Name))
}

type rowsBody struct {
	Columns  []columnBody `json:"columns"`
	Items    [][]*string  `json:"items"`
	Next     *string      `json:"next"`
	Total    int64        `json:"total"`
	Snapshot string       `json:"snapshot" doc:"the snapshot read; give it back as at to page through the same one"`
}

type rowsIn struct {
	DirectoryIn
	Paging
	At    string `query:"at" maxLength:"20" doc:"a snapshot's id; empty: the current one"`
	Plain bool   `query:"plain" doc:"personal cells as they are, for those who may see them so; masked unless asked for"`
}

// rows gives published rows as texts. The order is the table's own, the same for a snapshot.
func (c *Console) rows(ctx context.Context, in *rowsIn) (out rowsBody, err error) {
	t, err := c.published(ctx, in)
	if err != nil {
		return out, err
	}
	out.Columns, out.Items = columnsOf(t.directory), [][]*string{}
	from, err := offset(in.Cursor)
	if err != nil {
		return out, err
	}
	if len(t.files) == 0 {
		return out, show(ctx, t.look())
	}
	out.Snapshot = strconv.FormatInt(t.at, 10)
	masked := t.view.Masked()
	values, total, err := c.page(ctx, row.Query{Select: t.columns(), Offset: from, Limit: in.Limit}, t.files, t.schema)
	if err != nil {
		return out, err
	}
	out.Total = total
	for _, v := range values {
		out.Items = append(out.Items, texts(masked(v)))
	}
	if int64(from+in.Limit) < out.Total {
		next := strconv.Itoa(from + in.Limit)
		out.Next = &next
	}
	seen := t.look()
	seen.rows = int64(len(out.Items))
	return out, show(ctx, seen)
}

// publishedTable is a snapshot of a directory's table as the actor may see it.
type publishedTable struct {
	directory catalog.Directory
	view      policy.Decision
	plain     bool // personal cells are shown as they are
	files     []lake.File
	schema    row.Schema
	at        int64
}

func (c *Console) published(ctx context.Context, in *rowsIn) (t publishedTable, err error) {
	v, err := c.Catalog.Get(ctx, in.Name)
	if err != nil {
		return t, err
	}
	t.directory = v.Directory
	if t.plain, err = unmasked(ctx, in.Plain, t.directory.Office); err != nil {
		return t, err
	}
	t.view = policy.View(actor(ctx), v.Rights(), t.plain)
	if err = t.view.Err(); err != nil {
		return t, err
	}
	t.files, t.schema, t.at, err = c.table(ctx, ident.Ref{Space: ident.Published, Name: in.Name}, in.At)
	return t, err
}

func (t publishedTable) look() look {
	l := look{directory: t.directory.Name, items: names(t.directory), plain: t.plain}
	if len(t.files) > 0 {
		l.target = "snapshot/" + strconv.FormatInt(t.at, 10)
	}
	return l
}

// columns are the directory's items; one that the snapshot has not yet is empty.
func (t publishedTable) columns() (sel []row.Named) {
	for _, it := range t.directory.Items {
		if _, ok := t.schema.Find(it.Name); ok {
			sel = append(sel, row.Named{Name: it.Name, X: row.Column(it.Name)})
		} else {
			sel = append(sel, row.Named{Name: it.Name, X: row.Lit{Type: row.TextType}})
		}
	}
	return sel
}

// snapshotText is a snapshot's id on the wire: scripts cannot hold such numbers.
func snapshotText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// table plans a snapshot of a table; one that does not exist yet has no files.
func (c *Console) table(ctx context.Context, t ident.Ref, at string) ([]lake.File, row.Schema, int64, error) {
	snapshots, err := c.Lake.Snapshots(ctx, t)
	if err != nil && fault.KindOf(err) != fault.Missing || len(snapshots) == 0 {
		return nil, nil, 0, fault.Except(fault.Missing, err)
	}
	id := snapshots[0].ID
	if at != "" {
		id, err = strconv.ParseInt(at, 10, 64)
		known := false
		for _, s := range snapshots {
			known = known || s.ID == id
		}
		if err != nil || !known {
			return nil, nil, 0, fault.New(fault.Missing, "snapshot.missing", fault.T("没有该数据版本，可能已过期清理", "there is no such snapshot; it may have expired")).
				Fix(fault.T("请在数据版本中另选一个", "choose another among the data versions")).At("at")
		}
	}
	files, err := c.Lake.Files(ctx, t, id)
	if err != nil {
		return nil, nil, 0, err
	}
	schema, err := c.Lake.Schema(ctx, t)
	return files, schema, id, err
}

// texts renders cells as they are written.
func texts(cells []any) []*string {
	out := make([]*string, len(cells))
	for i, v := range cells {
		var s string
		switch v := v.(type) {
		case nil:
			continue
		case string:
			s = v
		case int64:
			s = strconv.FormatInt(v, 10)
		case float64:
			s = strconv.FormatFloat(v, 'f', -1, 64)
		case bool:
			s = strconv.FormatBool(v)
		case time.Time:
			s = v.Format("2006-01-02 15:04:05")
			if v.Equal(v.Truncate(24 * time.Hour)) {
				s = v.Format(time.DateOnly)
			}
		}
		out[i] = &s
	}
	return out
}

type snapshotBody struct {
	ID        string    `json:"id"`
	At        time.Time `json:"at"`
	Batch     string    `json:"batch"`
	Operation string    `json:"operation"`
	Rows      int64     `json:"rows"`
}

func (c *Console) snapshots(ctx context.Context, in *DirectoryIn) (List[snapshotBody], error) {
	if _, err := c.Catalog.Get(ctx, in.Name); err != nil {
		return List[snapshotBody]{}, err
	}
	ss, err := c.Lake.Snapshots(ctx, ident.Ref{Space: ident.Published, Name: in.Name})
	out := make([]snapshotBody, len(ss))
	for i, s := range ss {
		out[i] = snapshotBody{strconv.FormatInt(s.ID, 10), s.At, s.Batch, s.Operation, s.Rows}
	}
	return page(out, ""), fault.Except(fault.Missing, err)
}
