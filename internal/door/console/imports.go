package console

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/export"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/task"
)

// RecordImportIn names an import of a register.
type RecordImportIn struct {
	RegisterIn
	Job string `path:"job" maxLength:"64"`
}

type cellFaultBody struct {
	Where  string `json:"where" doc:"sheet, column letter and row: Sheet1!C12"`
	Field  string `json:"field"`
	Line   int64  `json:"line"`
	Code   string `json:"code"`
	Text   string `json:"text"`
	Remedy string `json:"remedy"`
}

type importBody struct {
	ID      string          `json:"id"`
	File    string          `json:"file"`
	Sheet   string          `json:"sheet"`
	State   string          `json:"state" enum:"received,refused,tried,running,done,undoing,undone"`
	Rows    int64           `json:"rows" doc:"of the file, once it was tried"`
	Made    int64           `json:"made"`
	Changed int64           `json:"changed"`
	Kept    int64           `json:"kept" doc:"not taken back, since somebody changed them"`
	Bad     int64           `json:"bad" doc:"errors, of which the first thousand are told"`
	Faults  []cellFaultBody `json:"faults"`
	By      string          `json:"by"`
	ByName  string          `json:"by_name"`
	At      time.Time       `json:"at"`
	EndedAt *time.Time      `json:"ended_at"`
	Task    string          `json:"task" doc:"that works on it; empty where none was begun by this answer"`
}

func (c *Console) importOf(ctx context.Context, j ledger.Job, taskID string) importBody {
	l := lang(ctx)
	b := importBody{ID: j.ID, File: j.File, Sheet: j.Sheet, State: string(j.State), Rows: j.Rows, Made: j.Made, Changed: j.Changed, Kept: j.Kept, Bad: j.Bad,
		By: j.Actor, ByName: c.named(ctx)(j.Actor, j.Person), At: j.At, Task: taskID}
	if !j.EndedAt.IsZero() {
		b.EndedAt = &j.EndedAt
	}
	for _, f := range j.Faults {
		b.Faults = append(b.Faults, cellFaultBody{f.Where, f.Field, f.Line, f.Code, f.Text.In(l), f.Remedy.In(l)})
	}
	return b
}

const importsPath = "/register-imports/{pack}/{register}"

func (c *Console) recordImports(mux *http.ServeMux) {
	register := []*huma.Param{{Name: "pack", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}}, {Name: "register", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}}}
	sheet := &huma.Param{Name: "sheet", In: "query", Description: "worksheet of a workbook; the first that holds a table unless given", Schema: &huma.Schema{Type: "string"}}
	c.api.OpenAPI().AddOperation(&huma.Operation{OperationID: "send-records", Method: http.MethodPost, Path: "/api/v1" + importsPath, Summary: "提交导入文件并试导入 / Send a file of records and have it tried",
		Parameters: append(slices.Clone(register), sheet), RequestBody: multipartBody(), Responses: c.responses(http.MethodPost, http.StatusAccepted, importBody{})})
	mux.HandleFunc("POST /api/v1"+importsPath, c.guarded("send-records", c.sendRecords))

	route(c, http.MethodGet, importsPath, "list-record-imports", "登记表的导入 / Imports of a register", func(ctx context.Context, in *RegisterIn) (List[importBody], error) {
		_, e, err := c.importable(ctx, in)
		if err != nil {
			return List[importBody]{}, err
		}
		reach := c.reachOf(actor(ctx), in.Pack, policy.RecordWrite)
		offices := reach.Offices
		if reach.All {
			offices = nil
		} else if offices == nil {
			offices = []string{}
		}
		jobs, err := c.Ledger.Jobs(ctx, e, offices)
		var out []importBody
		for _, j := range jobs {
			out = append(out, c.importOf(ctx, j, ""))
		}
		return page(out, ""), err
	})
	route(c, http.MethodGet, importsPath+"/{job}", "get-record-import", "一次导入 / An import", func(ctx context.Context, in *RecordImportIn) (importBody, error) {
		_, _, j, err := c.importJob(ctx, in)
		return c.importOf(ctx, j, ""), err
	})
	accepted := func(id, path, summary string, kind string) {
		route2(c, huma.Operation{OperationID: id, Method: http.MethodPost, Path: "/api/v1" + importsPath + path, Summary: summary, DefaultStatus: http.StatusAccepted, Errors: problems(http.MethodPost)},
			func(ctx context.Context, in *RecordImportIn) (importBody, error) {
				_, _, j, err := c.importJob(ctx, in)
				if err != nil {
					return importBody{}, err
				}
				by := actor(ctx)
				return c.workOn(ctx, j, kind, ledger.ImportTask{Job: j.ID, Rows: j.Rows, By: by.ID, ByName: by.Name, Office: by.Office})
			})
	}
	accepted("load-records", "/{job}/load", "导入 / Load what was tried", ledger.LoadTask)
	accepted("take-back-records", "/{job}/take-back", "撤销导入 / Take an import back", ledger.UndoTask)

	book := map[string]*huma.Response{"200": {Description: "a workbook", Content: map[string]*huma.MediaType{export.XLSX.Type(): {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}}
	huma.Register(c.api, huma.Operation{OperationID: "get-marked-records", Method: http.MethodGet, Path: "/api/v1" + importsPath + "/{job}/marked", Summary: "标出错误的导入文件 / The file with its wrong cells marked",
		Errors: problems(http.MethodGet), Responses: book}, c.markedRecords)
	huma.Register(c.api, huma.Operation{OperationID: "get-record-template", Method: http.MethodGet, Path: "/api/v1/register-templates/{pack}/{register}", Summary: "登记表的导入模板 / The template of a register's import",
		Errors: problems(http.MethodGet), Responses: map[string]*huma.Response{"200": book["200"]}}, c.recordTemplate)
}

func multipartBody() *huma.RequestBody {
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {
		Schema: &huma.Schema{Type: "object", Required: []string{"file"}, Properties: map[string]*huma.Schema{"file": {Type: "string", Format: "binary"}}}}}}
}

// importable finds a register that somebody may import into. Cases are begun by their flow.
func (c *Console) importable(ctx context.Context, in *RegisterIn) (ledger.Import, *ledger.Entity, error) {
	p, e, err := c.register(ctx, in.Pack, in.Register)
	if err != nil {
		return ledger.Import{}, nil, err
	}
	if err := policy.Allowed(actor(ctx).In(in.Pack), policy.RecordWrite, policy.Target{Office: actor(ctx).Office}); err != nil {
		return ledger.Import{}, nil, err
	}
	if _, flows := flow.Of(p, e.Name); flows {
		return ledger.Import{}, nil, errCase
	}
	return ledger.ImportOf(p, e), e, nil
}

// importJob finds an import of an office that somebody may write records of.
func (c *Console) importJob(ctx context.Context, in *RecordImportIn) (d ledger.Import, e *ledger.Entity, j ledger.Job, err error) {
	if d, e, err = c.importable(ctx, &in.RegisterIn); err != nil {
		return d, e, j, err
	}
	if j, err = c.Ledger.Job(ctx, in.Job); err != nil {
		return d, e, j, err
	}
	reach := c.reachOf(actor(ctx), in.Pack, policy.RecordWrite)
	if j.Pack != e.Pack || j.Entity != e.Name || !reach.Has(ledger.Record{Office: j.Office, CreatedBy: j.Actor}) {
		return d, e, j, ledger.ErrNoJob.At("%s", in.Job)
	}
	return d, e, j, nil
}

// workOn begins the task of an import.
func (c *Console) workOn(ctx context.Context, j ledger.Job, kind string, body ledger.ImportTask) (importBody, error) {
	ready := map[string][]ledger.JobState{ledger.LoadTask: {ledger.Tried, ledger.Running, ledger.Undoing}, ledger.UndoTask: {ledger.Running, ledger.Done, ledger.Undoing}}
	if states, ok := ready[kind]; ok && !slices.Contains(states, j.State) {
		return importBody{}, fault.New(fault.Conflict, "import.state", fault.T("该导入任务当前不能这样处理", "this cannot be done with the import now")).At("%s", j.ID).
			Fix(fault.T("请刷新查看其状态", "refresh and look at its state"))
	}
	within := c.reachOf(actor(ctx), j.Pack, policy.RecordWrite)
	within.Creator = ""
	seen := c.reachOf(actor(ctx), j.Pack, policy.RecordRead)
	body.Within, body.Seen = &within, &seen
	id, err := c.Tasks.Start(ctx, task.Spec{Kind: kind, Key: j.ID, Body: body})
	return c.importOf(ctx, j, id), err
}

// sendRecords streams the part named file into the folder of imports and has it tried.
func (c *Console) sendRecords(w http.ResponseWriter, r *http.Request) {
	out, err := c.receiveRecords(r)
	if err != nil {
		c.refuse(w, r, err)
		return
	}
	fill(reflect.ValueOf(&out))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(out)
}

func (c *Console) receiveRecords(r *http.Request) (importBody, error) {
	ctx := r.Context()
	in := &RegisterIn{Pack: r.PathValue("pack"), Register: r.PathValue("register")}
	_, e, err := c.importable(ctx, in)
	if err != nil {
		return importBody{}, err
	}
	p, err := c.Packs.Current(in.Pack)
	if err != nil {
		return importBody{}, err
	}
	var j ledger.Job
	err = filePart(r, func(name string, file io.Reader) (err error) {
		j, err = c.Ledger.Receive(ctx, actor(ctx), p.Version, e, name, cmp.Or(r.URL.Query().Get("sheet"), ""), file)
		return err
	})
	if err != nil {
		return importBody{}, err
	}
	return c.workOn(ctx, j, ledger.TryTask, ledger.ImportTask{Job: j.ID, Bytes: r.ContentLength})
}

// filePart gives the part named file of a form to do.
func filePart(r *http.Request, do func(name string, file io.Reader) error) error {
	missing := fault.New(fault.Invalid, "upload.part", fault.T("请以 multipart/form-data 的 file 字段上传一个文件", "send one file in the field file of multipart/form-data")).
		Fix(fault.T("例如 curl -F file=@people.csv", "such as curl -F file=@people.csv"))
	parts, err := r.MultipartReader()
	if err != nil {
		return missing.Wrap(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return missing
		}
		if err != nil {
			return fault.New(fault.Invalid, "upload.broken", fault.T("上传中断", "the upload broke off")).Fix(fault.T("请重新上传", "send the file again")).Wrap(err)
		}
		if part.FormName() != "file" {
			continue
		}
		if err := written(reflect.ValueOf(part.FileName())); err != nil {
			return err
		}
		return do(filepath.Base(part.FileName()), part)
	}
}

// markedRecords gives an import's file back with what is wrong in it. It holds what its
// sender wrote, so that it is in the audit like any plain record.
func (c *Console) markedRecords(ctx context.Context, in *RecordImportIn) (*huma.StreamResponse, error) {
	d, e, j, err := c.importJob(ctx, in)
	if err != nil {
		return nil, c.problem(ctx, err)
	}
	l := lang(ctx)
	err = show(ctx, look{target: "import/" + j.ID, items: e.Names(), rows: j.Rows, plain: e.Personal(), stream: func(ctx context.Context, w io.Writer, _ string) (int64, error) {
		return j.Rows, c.Ledger.Marked(ctx, e, d, j.ID, l, w)
	}})
	if err != nil {
		return nil, c.problem(ctx, err)
	}
	return c.bookOf(fmt.Sprintf("%s-%s.xlsx", e.Title.In(l), fault.T("错误标注", "errors").In(l))), nil
}

func (c *Console) bookOf(name string) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", export.XLSX.Type())
		h.SetHeader("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	}}
}

func (c *Console) recordTemplate(ctx context.Context, in *RegisterIn) (*huma.StreamResponse, error) {
	d, e, err := c.importable(ctx, in)
	if err != nil {
		return nil, c.problem(ctx, err)
	}
	l := lang(ctx)
	head := c.bookOf(e.Title.In(l) + ".xlsx")
	return &huma.StreamResponse{Body: func(h huma.Context) {
		head.Body(h)
		if err := c.Ledger.Template(ctx, e, d, l, h.BodyWriter()); err != nil {
			c.log.WarnContext(ctx, "a template was not written", "error", err)
		}
	}}, nil
}
