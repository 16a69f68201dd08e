package console

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/xuri/excelize/v2"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/catalog/sheet"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/policy"
)

const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// readBody is a declaration in both its forms, and what is wrong with it.
type readBody struct {
	Declaration *catalog.Directory `json:"declaration" doc:"null where the text is no declaration of one directory"`
	YAML        string             `json:"yaml"`
	Problem     *Problem           `json:"problem" doc:"what a check finds, its parts at paths such as items[3].type; null: nothing"`
}

// importedBody is what came, or would come, of an import.
type importedBody struct {
	Directories []importedDirectory `json:"directories"`
	Saved       bool                `json:"saved"`
}

type importedDirectory struct {
	Name        string `json:"name"`
	Title       string `json:"title"`
	OfficeTitle string `json:"office_title"`
	Items       int    `json:"items"`
	Sheet       string `json:"sheet"`
	Created     bool   `json:"created" doc:"there was none of the name"`
	Changed     bool   `json:"changed" doc:"a version is added"`
	Change      string `json:"change" doc:"what the version changes, in words"`
}

// declarations registers what forms and sheets need to make declarations.
func (c *Console) declarations(mux *http.ServeMux) {
	text := &huma.MediaType{Schema: &huma.Schema{Type: "string"}}
	book := &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
	file := &huma.Response{Description: "XLSX", Content: map[string]*huma.MediaType{workbookType: book}}
	check := []*huma.Param{{Name: "check", In: "query", Description: "only check, change nothing", Schema: &huma.Schema{Type: "boolean"}}}
	add := func(op huma.Operation, do http.HandlerFunc) {
		op.Path = "/api/v1" + op.Path
		c.api.OpenAPI().AddOperation(&op)
		mux.HandleFunc(op.Method+" "+op.Path, c.guarded(op.OperationID, do))
	}
	add(huma.Operation{OperationID: "read-declaration", Method: http.MethodPost, Path: "/declarations", Summary: "读取目录声明的两种写法 / A declaration in both its forms",
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/yaml": text, "application/json": text}},
		Responses:   c.responses(http.MethodPost, http.StatusOK, readBody{})}, declared(c, "directory.large", c.readDeclaration))
	add(huma.Operation{OperationID: "import-directories", Method: http.MethodPost, Path: "/directory-imports", Summary: "从 Excel 导入目录 / Import directories from a workbook", Parameters: check,
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{workbookType: book}},
		Responses:   c.responses(http.MethodPost, http.StatusOK, importedBody{})}, declared(c, "import.file", c.importDirectories))
	marked := c.responses(http.MethodPost, http.StatusOK, importedBody{})
	marked["200"] = file
	add(huma.Operation{OperationID: "mark-import", Method: http.MethodPost, Path: "/directory-imports/marked", Summary: "标出错误的导入文件 / The workbook with its wrong cells marked",
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{workbookType: book}}, Responses: marked}, c.markImport)
	template := c.responses(http.MethodGet, http.StatusOK, importedBody{})
	template["200"] = file
	add(huma.Operation{OperationID: "get-import-template", Method: http.MethodGet, Path: "/directory-imports/template", Summary: "目录导入模板 / The template of an import", Responses: template}, c.importTemplate)
}

// readDeclaration gives a text back as a form needs it and as YAML, with what a check of it
// finds at the fields.
func (c *Console) readDeclaration(ctx context.Context, in document) (out readBody, err error) {
	docs, err := catalog.Decode(in.file, in.text)
	if err == nil && len(docs) != 1 {
		err = fault.New(fault.Invalid, "declaration.one", fault.T("表单一次只能编辑一个目录", "a form edits one directory at a time")).
			Fix(fault.T("请在 YAML 中编辑，或拆分后逐个编辑", "edit them as YAML, or one by one"))
	}
	if err != nil {
		return out, err
	}
	out.Declaration = docs[0].Value
	written, err := out.Declaration.YAML()
	if err != nil {
		return out, err
	}
	out.YAML = string(written)
	if wrong := c.Catalog.Check(ctx, *out.Declaration, c.Lists); wrong != nil {
		if fault.KindOf(wrong) != fault.Invalid {
			return out, wrong
		}
		out.Problem = problemOf(fault.From(wrong), lang(ctx))
	}
	return out, nil
}

// importDirectories takes every directory of a workbook or none.
func (c *Console) importDirectories(ctx context.Context, in document) (out importedBody, err error) {
	all, f, err := c.imported(ctx, in.text)
	if f != nil {
		defer f.Close()
	}
	if err != nil {
		return out, err
	}
	directories := make([]catalog.Directory, len(all))
	for i, e := range all {
		d := e.Directory
		directories[i] = d
		b := importedDirectory{Name: d.Name, Title: d.Title, OfficeTitle: d.Office, Items: len(d.Items), Sheet: e.Sheet, Created: true, Changed: true, Change: catalog.Changed(nil, d).In(lang(ctx))}
		if o, err := c.Catalog.Office(ctx, d.Office); err == nil {
			b.OfficeTitle = o.Title
		}
		before, err := c.Catalog.Get(ctx, d.Name)
		switch {
		case err == nil:
			b.Created, b.Changed = false, len(catalog.Differences(before.Directory, d)) > 0
			b.Change = ""
			if b.Changed {
				b.Change = catalog.Changed(&before.Directory, d).In(lang(ctx))
			}
		case fault.KindOf(err) != fault.Missing:
			return out, err
		}
		out.Directories = append(out.Directories, b)
	}
	if in.check {
		return out, nil
	}
	_, err = c.Catalog.PutAll(ctx, actor(ctx), directories)
	out.Saved = err == nil
	return out, err
}

// imported reads a workbook and checks what it declares. A directory whose cells could not
// all be read is not checked further.
func (c *Console) imported(ctx context.Context, book []byte) ([]sheet.Entry, *excelize.File, error) {
	f, err := sheet.Open(bytes.NewReader(book))
	if err != nil {
		return nil, nil, err
	}
	known, err := c.known(ctx)
	if err != nil {
		return nil, f, err
	}
	read, err := sheet.Read(f, known)
	if err != nil {
		return nil, f, err
	}
	wrong := read.Faults
	seen := map[string]bool{}
	for _, e := range read.Directories {
		d := e.Directory
		if d.Office != "" {
			if err := c.mayDeclare(ctx, d); err != nil {
				return nil, f, err
			}
		}
		if seen[d.Name] {
			wrong = append(wrong, e.Locate(fault.New(fault.Invalid, "import.twice", fault.T("目录 %s 在文件中出现两次", "the directory %s is in the file twice", d.Name)).At("title").
				Fix(fault.T("请合并，或填写不同的英文名", "merge them, or give them different names")))...)
		}
		seen[d.Name] = true
		if err := c.Catalog.Check(ctx, d, c.Lists); err != nil {
			if fault.KindOf(err) != fault.Invalid {
				return nil, f, err
			}
			for _, w := range e.Locate(err) {
				if !slices.ContainsFunc(read.Faults, func(o *fault.Error) bool { return o.Where == w.Where }) {
					wrong = append(wrong, w)
				}
			}
		}
	}
	return read.Directories, f, fault.All("import.invalid", fault.T("有 %d 处错误，未导入任何目录", "there are %d errors, and nothing was imported", len(wrong)), wrong)
}

// known is what the words of a sheet may mean here.
func (c *Console) known(ctx context.Context) (sheet.Known, error) {
	offices, err := c.offices(ctx)
	return sheet.Known{Offices: offices, Existing: func(office, title, name string) (catalog.Directory, bool) {
		if name == "" {
			twins, err := c.Catalog.Titled(ctx, office, title)
			if err != nil || len(twins) != 1 {
				return catalog.Directory{}, false
			}
			name = twins[0]
		}
		v, err := c.Catalog.Get(ctx, name)
		return v.Directory, err == nil
	}}, err
}

func (c *Console) offices(ctx context.Context) ([]catalog.Office, error) {
	entries, err := c.Catalog.Offices(ctx)
	out := make([]catalog.Office, len(entries))
	for i, o := range entries {
		out[i] = o.Office
	}
	return out, err
}

func (c *Console) markImport(w http.ResponseWriter, r *http.Request) {
	book, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostDeclared))
	if err != nil {
		c.refuse(w, r, fault.New(fault.Invalid, "import.file", fault.T("文件读取失败或超过 16 MiB", "the file could not be read or is larger than 16 MiB")).
			Fix(fault.T("请使用不超过 16 MiB 的 .xlsx 文件重新上传", "send it again as .xlsx of at most 16 MiB")).Wrap(err))
		return
	}
	_, f, err := c.imported(r.Context(), book)
	if f != nil {
		defer f.Close()
	}
	wrong := fault.From(err)
	if f == nil || err != nil && wrong.Kind != fault.Invalid {
		c.refuse(w, r, err)
		return
	}
	var parts []*fault.Error
	if err != nil {
		if parts = wrong.Parts; len(parts) == 0 {
			parts = []*fault.Error{wrong}
		}
	}
	var out bytes.Buffer
	if err := sheet.Mark(&out, f, parts, lang(r.Context())); err != nil {
		c.refuse(w, r, err)
		return
	}
	sendBook(w, "import-marked.xlsx", out.Bytes())
}

func (c *Console) importTemplate(w http.ResponseWriter, r *http.Request) {
	offices, err := c.offices(r.Context())
	if err != nil {
		c.refuse(w, r, err)
		return
	}
	a := actor(r.Context())
	offices = slices.DeleteFunc(offices, func(o catalog.Office) bool { // one's own, where one compiles for no other
		return policy.Allowed(a, policy.DirectoryWrite, policy.Target{Office: o.Name}) != nil
	})
	var out bytes.Buffer
	if err := sheet.Template(&out, offices, lang(r.Context())); err != nil {
		c.refuse(w, r, err)
		return
	}
	sendBook(w, "directories.xlsx", out.Bytes())
}

func sendBook(w http.ResponseWriter, name string, book []byte) {
	w.Header().Set("Content-Type", workbookType)
	w.Header().Set("Content-Length", strconv.Itoa(len(book)))
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, _ = w.Write(book)
}
