package console

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"reflect"
	"regexp"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/quality"
	"github.com/chengshu/chengshu/internal/source"
)

type uploadBody struct {
	Upload string `json:"upload" doc:"id of the received file, for guesses and loads"`
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
}

type FileIn struct {
	Upload    string `json:"upload,omitempty" maxLength:"200" doc:"id of an upload"`
	Path      string `json:"path,omitempty" maxLength:"4096" doc:"or a file on the server's machine"`
	Sheet     string `json:"sheet,omitempty" maxLength:"255" doc:"worksheet of a workbook; the first that holds a table unless given"`
	Directory string `json:"directory,omitempty" maxLength:"63"`
}

type loadIn struct {
	Body struct {
		FileIn
		Again bool `json:"again,omitempty" doc:"judge the same file again though nothing changed"`
		Trial bool `json:"trial,omitempty" doc:"judge the first 10,000 rows and keep nothing"`
	}
}

const trialRows = 10_000

func (c *Console) loads(mux *http.ServeMux) {
	c.api.OpenAPI().AddOperation(&huma.Operation{OperationID: "upload-file", Method: http.MethodPost, Path: "/api/v1/uploads", Summary: "上传文件 / Upload a file",
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {
			Schema: &huma.Schema{Type: "object", Required: []string{"file"}, Properties: map[string]*huma.Schema{"file": {Type: "string", Format: "binary"}}}}}},
		Responses: c.responses(http.MethodPost, http.StatusCreated, uploadBody{})})
	mux.HandleFunc("POST /api/v1/uploads", c.guarded("upload-file", c.upload))
	route(c, http.MethodPost, "/guesses", "guess-file", "识别文件 / Guess what a file is", func(ctx context.Context, in *struct {
		Body struct {
			FileIn
			Office string `json:"office,omitempty" maxLength:"63" doc:"of the first declaration"`
			Name   string `json:"name,omitempty" maxLength:"63"`
			Title  string `json:"title,omitempty" maxLength:"200"`
		}
	}) (ingest.Guess, error) {
		if in.Body.Directory != "" {
			if err := c.allowedDirectory(ctx, "guess-file", in.Body.Directory); err != nil {
				return ingest.Guess{}, err
			}
		}
		f, err := c.file(ctx, in.Body.Upload, in.Body.Path)
		if err != nil {
			return ingest.Guess{}, err
		}
		defer c.done(f, in.Body.Path)
		g, err := c.Ingest.Guess(ctx, f, ingest.GuessAs{Directory: in.Body.Directory, Sheet: in.Body.Sheet, Office: in.Body.Office, Name: in.Body.Name, Title: in.Body.Title, Lang: lang(ctx)})
		if err != nil {
			return g, err
		}
		return g, show(ctx, look{directory: in.Body.Directory, target: "file/" + f.Hash, items: fed(g), rows: int64(len(g.Sample)), plain: true})
	})
	route(c, http.MethodPost, "/trials", "try-file", "试判前一万行 / Judge the first rows of a file, keep nothing", func(ctx context.Context, in *loadIn) (reportBody, error) {
		if err := c.allowedDirectory(ctx, "try-file", in.Body.Directory); err != nil {
			return reportBody{}, err
		}
		f, err := c.file(ctx, in.Body.Upload, in.Body.Path)
		if err != nil {
			return reportBody{}, err
		}
		defer c.done(f, in.Body.Path)
		j, err := c.Ingest.TryFile(ctx, ingest.Request{Directory: in.Body.Directory, File: f, Sheet: in.Body.Sheet}, trialRows)
		if err != nil {
			return reportBody{}, err
		}
		out, err := c.render(ctx, in.Body.Directory, 0, j, quality.Grade(j))
		if err != nil {
			return out, err
		}
		out.Balance = balanceBody{RowsIn: j.In, Quarantined: j.Bad, Held: j.Good, OK: true}
		return out, show(ctx, look{directory: in.Body.Directory, target: "file/" + f.Hash, items: itemsOf(out), rows: int64(len(out.Samples))})
	})
	route2(c, huma.Operation{OperationID: "load-file", Method: http.MethodPost, Path: "/api/v1/loads", Summary: "装载 / Load a file",
		DefaultStatus: http.StatusAccepted, Errors: problems(http.MethodPost)}, func(ctx context.Context, in *loadIn) (batchBody, error) {
		if err := c.allowedDirectory(ctx, "load-file", in.Body.Directory); err != nil {
			return batchBody{}, err
		}
		f, err := c.file(ctx, in.Body.Upload, in.Body.Path)
		if err != nil {
			return batchBody{}, err
		}
		defer c.done(f, in.Body.Path)
		b, err := c.Ingest.Load(ctx, ingest.Request{Directory: in.Body.Directory, File: f, Sheet: in.Body.Sheet, Again: in.Body.Again})
		if err != nil {
			return batchBody{}, err
		}
		return c.batch(ctx, b)
	})
}

// fed are the directory's items that a file's columns seem to feed. Headers are not named: in
// a file without any they are cells.
func fed(g ingest.Guess) (items []string) {
	for _, c := range g.Columns {
		if c.Item != nil {
			items = append(items, *c.Item)
		}
	}
	return items
}

// schema is the entry of a type in the document's components.
func (c *Console) schema(v any) *huma.Schema {
	return c.api.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(v), true, "")
}

// upload streams the part named file into the spool folder; nothing of it is held in memory.
func (c *Console) upload(w http.ResponseWriter, r *http.Request) {
	s, err := c.receive(r)
	if err != nil {
		c.refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(uploadBody{s.Hash + "-" + filepath.Base(s.Path), s.Name, s.Bytes})
}

func (c *Console) receive(r *http.Request) (*source.Spooled, error) {
	missing := fault.New(fault.Invalid, "upload.part", fault.T("请以 multipart/form-data 的 file 字段上传一个文件", "send one file in the field file of multipart/form-data")).
		Fix(fault.T("例如 curl -F file=@people.csv", "such as curl -F file=@people.csv"))
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, missing.Wrap(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, missing
		}
		if err != nil {
			return nil, fault.New(fault.Invalid, "upload.broken", fault.T("上传中断", "the upload broke off")).Fix(fault.T("请重新上传", "send the file again")).Wrap(err)
		}
		if part.FormName() == "file" {
			if err := written(reflect.ValueOf(part.FileName())); err != nil {
				return nil, err
			}
			return c.Ingest.Receive(r.Context(), part, filepath.Base(part.FileName()))
		}
	}
}

var uploadForm = regexp.MustCompile(`^([0-9a-f]{64})-([A-Za-z0-9._-]+)$`)

// file finds an upload, or spools a file of this machine.
func (c *Console) file(ctx context.Context, upload, path string) (*source.Spooled, error) {
	switch {
	case upload != "":
		m := uploadForm.FindStringSubmatch(upload)
		if m == nil {
			return nil, fault.New(fault.Invalid, "upload.id", fault.T("上传标识不合规", "the upload id is not one of ours")).
				Fix(fault.T("请重新上传文件，使用答复中的标识", "upload the file again and use the id in the answer")).At("upload")
		}
		return c.Ingest.Received(ctx, m[2], m[1])
	case path != "" && actor(ctx).Kind != people.LocalKind: // they could read any file the server can
		return nil, fault.New(fault.Denied, "load.path.local", fault.T("只有本机命令可以装载服务器上的文件", "only commands on the server itself load files of it")).At("path").
			Fix(fault.T("请上传文件", "upload the file"))
	case path != "":
		if !filepath.IsAbs(path) {
			return nil, fault.New(fault.Invalid, "load.path", fault.T("请给出绝对路径", "give an absolute path")).
				Fix(fault.T("例如 /data/in/people.csv", "such as /data/in/people.csv")).At("path")
		}
		return c.Ingest.Spooled(ctx, path)
	}
	return nil, fault.New(fault.Invalid, "load.file", fault.T("请指定 upload 或 path", "give upload or path")).
		Fix(fault.T("上传文件后填写 upload，或填写服务器上文件的 path", "upload a file and give upload, or give the path of one on the server"))
}

// done removes the copy that was made of a file of this machine for one request; a batch has
// a name of its own for it. Uploads stay for the next request.
func (c *Console) done(f *source.Spooled, path string) {
	if path == "" {
		return
	}
	if err := f.Remove(); err != nil {
		c.log.Warn("a copy of a file stays until the sweep", "error", err)
	}
}
