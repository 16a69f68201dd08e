package console

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/blob"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/policy"
)

type sentFileBody struct {
	ID    string     `json:"id" doc:"for a field of files"`
	Name  string     `json:"name"`
	Type  string     `json:"type" doc:"as its bytes say"`
	Size  int64      `json:"size"`
	Place []float64  `json:"place" doc:"longitude and latitude at which a picture was taken, WGS-84; null where it does not say"`
	Time  *time.Time `json:"time" doc:"when it was taken"`
}

type recordFileIn struct {
	RecordIn
	File  string `path:"file" maxLength:"64" pattern:"^[0-9a-f]{64}$"`
	Small bool   `query:"small" doc:"the small picture of one"`
}

func (c *Console) recordFiles(mux *http.ServeMux) {
	c.api.OpenAPI().AddOperation(&huma.Operation{OperationID: "send-file", Method: http.MethodPost, Path: "/api/v1/files", Summary: "上传照片或附件 / Send a photo or a paper for a record",
		RequestBody: multipartBody(), Responses: c.responses(http.MethodPost, http.StatusCreated, sentFileBody{})})
	mux.HandleFunc("POST /api/v1/files", c.guarded("send-file", c.sendFile))
	huma.Register(c.api, huma.Operation{OperationID: "get-record-file", Method: http.MethodGet, Path: "/api/v1/register-files/{pack}/{register}/{id}/{file}", Summary: "登记的照片或附件 / A file of a record",
		Errors: problems(http.MethodGet), Responses: map[string]*huma.Response{"200": {Description: "the file", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}}}, c.recordFile)
}

// sendFile streams the part named file onto the shelf.
func (c *Console) sendFile(w http.ResponseWriter, r *http.Request) {
	var f map[string]any
	err := filePart(r, func(name string, file io.Reader) (err error) {
		f, err = c.Ledger.Keep(r.Context(), actor(r.Context()), name, file)
		return err
	})
	if f := fault.From(err); f != nil {
		if f.Where == "" && f.Kind == fault.Invalid {
			err = f.At("file")
		}
		c.refuse(w, r, err)
		return
	}
	out := sentFileBody{ID: fmt.Sprint(f["id"]), Name: fmt.Sprint(f["name"]), Type: fmt.Sprint(f["type"])}
	out.Size, _ = f["size"].(int64)
	if at, ok := f["place"].([]any); ok {
		for _, n := range at {
			n, _ := n.(float64)
			out.Place = append(out.Place, n)
		}
	}
	if s, ok := f["time"].(string); ok {
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			out.Time = &t
		}
	}
	fill(reflect.ValueOf(&out))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(out)
}

// recordFile gives a file of a record. One of a field with personal information is for those
// who may see the record unmasked. No browser runs what is in it.
func (c *Console) recordFile(ctx context.Context, in *recordFileIn) (*huma.StreamResponse, error) {
	e, r, err := c.fileRecord(ctx, &in.RecordIn)
	if err != nil {
		return nil, c.problem(ctx, err)
	}
	field, r, err := c.withFile(ctx, e, r, in.File)
	if err != nil {
		return nil, c.problem(ctx, err)
	}
	if field.Class() != "" {
		if _, _, err := c.reachedRecord(ctx, &in.RecordIn, policy.RecordPlain); err != nil {
			return nil, c.problem(ctx, err)
		}
	}
	f, about, err := c.Ledger.File(e, r, in.File, in.Small)
	if err != nil {
		return nil, c.problem(ctx, err)
	}
	err = show(ctx, look{target: "record/" + e.ID() + "/" + r.ID, items: []string{field.Name}, rows: 1, plain: field.Class() != "", stream: func(_ context.Context, w io.Writer, _ string) (int64, error) {
		defer f.Close()
		_, err := io.Copy(w, f)
		return 1, err
	}})
	if err != nil {
		_ = f.Close()
		return nil, c.problem(ctx, err)
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		kind, how := fmt.Sprint(about["type"]), "attachment"
		if strings.HasPrefix(kind, "image/") {
			how = "inline"
		}
		h.SetHeader("Content-Type", kind)
		h.SetHeader("Content-Disposition", how+"; filename*=UTF-8''"+url.PathEscape(fmt.Sprint(about["name"])))
		h.SetHeader("Content-Security-Policy", "sandbox; default-src 'none'")
		h.SetHeader("X-Content-Type-Options", "nosniff")
		h.SetHeader("Cache-Control", "private, max-age=3600")
	}}, nil
}

// fileRecord gives a record to somebody who reaches it, or sees its case.
func (c *Console) fileRecord(ctx context.Context, in *RecordIn) (*ledger.Entity, ledger.Record, error) {
	e, r, err := c.reachedRecord(ctx, in, policy.RecordRead)
	if err == nil || r.ID == "" {
		return e, r, err
	}
	sees, broken := c.Flow.SeesRecord(ctx, actor(ctx), in.Pack, in.Register, in.ID)
	switch {
	case broken != nil:
		return e, r, broken
	case sees:
		return e, r, nil
	}
	return e, r, err
}

// withFile is the field of a record that refers to a file, and the record as it was when it
// did: what an act brought stays to be seen where another exchanged it, unless it is personal.
func (c *Console) withFile(ctx context.Context, e *ledger.Entity, r ledger.Record, file string) (*ledger.Compiled, ledger.Record, error) {
	holds := func(v any) bool {
		return slices.ContainsFunc(filesIn(v), func(m map[string]any) bool { return m["id"] == file })
	}
	for _, f := range e.Fields {
		if f.Type.Kind == ledger.Files && holds(r.Values[f.Name]) {
			return f, r, nil
		}
	}
	history, err := c.Ledger.History(ctx, e, r.ID, false)
	if err != nil {
		return nil, r, err
	}
	for _, h := range history {
		for _, x := range h.Changes {
			f, ok := e.Field(x.Field)
			if ok && f.Type.Kind == ledger.Files && f.Class() == "" && holds(x.From) {
				r.Values = maps.Clone(r.Values)
				r.Values[f.Name] = x.From
				return f, r, nil
			}
		}
	}
	return nil, r, blob.ErrMissing
}
