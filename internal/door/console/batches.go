package console

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
)

type BatchIn struct {
	ID string `path:"id" maxLength:"128" doc:"id or label of a batch"`
}

type reasonIn struct {
	BatchIn
	Body struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (c *Console) batches() {
	route(c, http.MethodGet, "/batches", "list-batches", "批次列表 / Batches", c.listBatches)
	route(c, http.MethodGet, "/batches/{id}", "get-batch", "批次 / A batch", func(ctx context.Context, in *BatchIn) (batchBody, error) {
		b, err := c.Ingest.Batch(ctx, in.ID)
		if err != nil {
			return batchBody{}, err
		}
		return c.batch(ctx, b)
	})
	route(c, http.MethodGet, "/batches/{id}/report", "get-report", "质量报告 / The report of a batch", c.report)
	route(c, http.MethodGet, "/batches/{id}/quarantine", "list-quarantine", "问题数据 / Quarantined rows", c.quarantine)
	huma.Register(c.api, huma.Operation{OperationID: "download-quarantine", Method: http.MethodGet, Path: "/api/v1/batches/{id}/quarantine.csv",
		Summary: "下载问题数据 / Quarantined rows as CSV", Errors: problems(http.MethodGet),
		Responses: map[string]*huma.Response{"200": {Description: "UTF-8 CSV with reasons", Content: map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: "string"}}}}},
	}, c.quarantineCSV)
	for _, d := range []struct {
		verb, summary string
		do            func(context.Context, string, string) (*ingest.Batch, error)
	}{
		{"release", "放行合格行 / Publish the good rows of a held batch", c.Ingest.Release},
		{"return", "退回源头 / Return a held batch to its office", c.Ingest.Return},
		{"discard", "丢弃 / Discard a held batch", c.Ingest.Discard},
		{"cancel", "取消装载 / Cancel a running load", c.Ingest.Cancel},
	} {
		route(c, http.MethodPost, "/batches/{id}/"+d.verb, d.verb+"-batch", d.summary, func(ctx context.Context, in *reasonIn) (batchBody, error) {
			b, err := d.do(ctx, in.ID, strings.TrimSpace(in.Body.Reason))
			if err != nil {
				return batchBody{}, err
			}
			return c.batch(ctx, b)
		})
	}
	c.mending()
}

type listBatchesIn struct {
	Paging
	Directory string `query:"directory" maxLength:"64"`
	Parent    string `query:"parent" maxLength:"128"`
	State     string `query:"state" maxLength:"200" doc:"states, with commas between"`
}

// states are what a batch can be asked for by.
var states = []ingest.State{ingest.Queued, ingest.Judging, ingest.Publishing, ingest.Published, ingest.Held, ingest.Returned,
	ingest.Discarded, ingest.Failed, ingest.Cancelled, ingest.Superseded}

func (c *Console) listBatches(ctx context.Context, in *listBatchesIn) (List[batchBody], error) {
	f := ingest.Filter{Directory: in.Directory, Parent: ident.Batch(in.Parent)}
	if in.State != "" {
		for _, s := range strings.Split(in.State, ",") {
			state := ingest.State(strings.TrimSpace(s))
			if !slices.Contains(states, state) {
				return List[batchBody]{}, fault.New(fault.Invalid, "batch.state", fault.T("没有状态 %s", "there is no state %s", s)).
					Fix(fault.T("可用的状态：%v", "the states are %v", states))
			}
			f.States = append(f.States, state)
		}
	}
	if in.Directory != "" {
		if _, err := c.Catalog.Get(ctx, in.Directory); err != nil {
			return List[batchBody]{}, err
		}
	}
	bs, next, err := c.Ingest.Batches(ctx, f, in.Cursor, in.Limit)
	if err != nil {
		return List[batchBody]{}, err
	}
	bodies, err := c.bodies(ctx, bs)
	return page(bodies, next), err
}

// batch renders one batch.
func (c *Console) batch(ctx context.Context, b *ingest.Batch) (batchBody, error) {
	bodies, err := c.bodies(ctx, []*ingest.Batch{b})
	if err != nil {
		return batchBody{}, err
	}
	return bodies[0], nil
}

// bodies renders batches with their directories' and offices' titles, asked for once.
func (c *Console) bodies(ctx context.Context, bs []*ingest.Batch) ([]batchBody, error) {
	names := make([]string, len(bs))
	for i, b := range bs {
		names[i] = b.Directory
	}
	titles, err := c.Catalog.Entries(ctx, names...)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(bs))
	var parentIDs []string
	for i, b := range bs {
		ids[i] = string(b.ID)
		if b.Parent != "" {
			parentIDs = append(parentIDs, string(b.Parent))
		}
	}
	parents, err := c.Ingest.Named(ctx, parentIDs...)
	if err != nil {
		return nil, err
	}
	grades, err := c.Quality.Grades(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := make([]batchBody, len(bs))
	for i, b := range bs {
		out[i] = c.body(b, lang(ctx))
		out[i].DirectoryTitle, out[i].OfficeTitle = titles[b.Directory].Title, titles[b.Directory].OfficeTitle
		if g, ok := grades[ids[i]]; ok {
			out[i].Score = g.Score
			if g.Grade != "" { // an empty batch has none
				out[i].Grade = &g.Grade
			}
		}
		if p := parents[string(b.Parent)]; p != nil {
			out[i].ParentLabel = &p.Label
		}
	}
	return out, nil
}

func (c *Console) body(b *ingest.Batch, lang string) batchBody {
	o := batchBody{ID: string(b.ID), Label: b.Label, Directory: b.Directory, State: string(b.State), File: b.File,
		Encoding: b.Encoding, Bytes: b.Bytes, Version: b.Version, Ruleset: b.Ruleset, RowsIn: b.In, Published: b.Published,
		Quarantined: b.Quarantined, Held: b.Held, Replayed: b.Replayed, Outrun: b.Outrun, StartedAt: b.StartedAt, Seconds: b.Seconds,
		Decision: b.Decision}
	if b.Parent != "" {
		p := string(b.Parent)
		o.Parent = &p
	}
	if !b.EndedAt.IsZero() {
		o.EndedAt = &b.EndedAt
	}
	if b.Error != nil {
		o.Error = problemOf(b.Error, lang)
	}
	if b.State == ingest.Held {
		s := int64(c.Now().Sub(b.EndedAt).Seconds())
		o.HeldSeconds = &s
	}
	if p, ok := c.Ingest.ProgressOf(string(b.ID)); ok && b.State.Running() {
		o.Progress = &progressBody{p.Stage, p.Rows, p.Total, p.RowsPerSecond, p.SecondsLeft}
	}
	return o
}

func columnsOf(d catalog.Directory) []columnBody {
	out := make([]columnBody, len(d.Items))
	for i, it := range d.Items {
		out[i] = columnBody{it.Name, it.Title, it.Type.String(), it.Personal}
	}
	return out
}

type quarantineIn struct {
	BatchIn
	Paging
	Rule string `query:"rule" maxLength:"128" doc:"only rows that break this rule"`
}

type quarantineRow struct {
	Row    string    `json:"row" doc:"id of the row, for replaying it alone"`
	Cells  []*string `json:"cells" doc:"raw texts in item order"`
	Raw    string    `json:"raw,omitempty" doc:"the whole line, where it could not be parsed"`
	Rules  []string  `json:"rules"`
	Broken []string  `json:"broken" doc:"items whose cells break a rule"`
}

type quarantineBody struct {
	Columns []columnBody `json:"columns"`
	List[quarantineRow]
}

func (c *Console) quarantine(ctx context.Context, in *quarantineIn) (quarantineBody, error) {
	q, err := c.quarantineOf(ctx, in.ID, in.Rule)
	if err != nil {
		return quarantineBody{}, err
	}
	at, err := offset(in.Cursor)
	if err != nil {
		return quarantineBody{}, err
	}
	rows, err := q.read(ctx, at, in.Limit+1)
	if err != nil {
		return quarantineBody{}, err
	}
	total, err := q.count(ctx)
	if err != nil {
		return quarantineBody{}, err
	}
	next := ""
	if len(rows) > in.Limit {
		rows, next = rows[:in.Limit], strconv.Itoa(at+in.Limit)
	}
	out := quarantineBody{Columns: columnsOf(q.directory), List: page(rows, next)}
	out.Total = &total
	return out, nil
}

// offset reads the cursor of a list over an immutable snapshot or a batch's own rows.
func offset(cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(cursor)
	if err != nil || n < 0 {
		return 0, fault.New(fault.Invalid, "cursor", fault.T("分页游标不合规", "the cursor is not one of ours")).At("cursor")
	}
	return n, nil
}

// rows of one batch in the quarantine table.
type quarantineQuery struct {
	c         *Console
	directory catalog.Directory // as it judged them
	program   *rule.Program
	files     []lake.File
	schema    row.Schema
	where     row.Expr
}

func (c *Console) quarantineOf(ctx context.Context, id, ruleName string) (*quarantineQuery, error) {
	b, err := c.Ingest.Batch(ctx, id)
	if err != nil {
		return nil, err
	}
	q := &quarantineQuery{c: c}
	v, err := c.Catalog.At(ctx, b.Directory, b.Ruleset)
	if err != nil {
		return nil, err
	}
	q.directory = v.Directory
	if q.program, err = rule.Compile(q.directory.RuleSet(), c.Lists); err != nil {
		return nil, err
	}
	ref := ident.Ref{Space: ident.Quarantine, Name: b.Directory}
	all, err := c.Lake.Files(ctx, ref, 0)
	if err != nil && fault.KindOf(err) != fault.Missing {
		return nil, err
	}
	for _, f := range all {
		if f.Batch == "" || f.Batch == string(b.ID) {
			q.files = append(q.files, f)
		}
	}
	if len(q.files) > 0 {
		if q.schema, err = c.Lake.Schema(ctx, ref); err != nil {
			return nil, err
		}
	}
	q.where = row.F(row.Eq, row.Column(query.BatchColumn), row.Str(string(b.ID)))
	if ruleName == "" {
		return q, nil
	}
	for _, r := range q.program.Rules {
		if r.Name == ruleName && r.Bit >= 0 {
			word, mask := query.Place(r.Bit)
			q.where = row.F(row.And, q.where, row.F(row.HasBits, row.Column(query.Broken(word)), row.Num(mask)))
			return q, nil
		}
	}
	return nil, fault.New(fault.Missing, "rule.missing", fault.T("该批次没有规则 %s", "the batch has no rule %s", ruleName)).At("rule")
}

func (q *quarantineQuery) count(ctx context.Context) (int64, error) {
	if len(q.files) == 0 {
		return 0, nil
	}
	rows, err := query.Values(ctx, q.c.Reader, row.Query{Select: []row.Named{{Name: "n", Agg: row.Count}}, Where: q.where}, q.files, q.schema)
	if err != nil {
		return 0, err
	}
	n, _ := rows[0][0].(int64)
	return n, nil
}

func (q *quarantineQuery) read(ctx context.Context, at, n int) ([]quarantineRow, error) {
	if len(q.files) == 0 {
		return nil, nil
	}
	words := 0
	sel := []row.Named{{Name: "f", X: row.Column(query.FileColumn)}, {Name: "p", X: row.Column(query.PosColumn)}, {Name: "raw", X: row.Column(query.RawColumn)}}
	for ; ; words++ {
		if _, ok := q.schema.Find(query.Broken(words)); !ok {
			break
		}
		sel = append(sel, row.Named{Name: fmt.Sprintf("w%d", words), X: row.Column(query.Broken(words))})
	}
	rows, err := query.Values(ctx, q.c.Reader, row.Query{Select: sel, Where: q.where, Limit: n, Offset: at,
		Order: []row.Order{{X: row.Column(query.FileColumn)}, {X: row.Column(query.PosColumn)}}}, q.files, q.schema)
	if err != nil {
		return nil, err
	}
	out := make([]quarantineRow, len(rows))
	for i, r := range rows {
		out[i] = q.row(r)
	}
	return out, nil
}

func (q *quarantineQuery) row(r []any) quarantineRow {
	file, _ := r[0].(string)
	pos, _ := r[1].(int64)
	cells, _ := r[2].([]*string)
	out := quarantineRow{Row: filepath.Base(file) + ":" + strconv.FormatInt(pos, 10), Cells: cells, Rules: []string{}, Broken: []string{}}
	for _, c := range q.program.Rules {
		if c.Bit < 0 {
			continue
		}
		word, mask := query.Place(c.Bit)
		if 3+word >= len(r) {
			continue
		}
		if bits, _ := r[3+word].(int64); bits&mask == 0 {
			continue
		}
		out.Rules = append(out.Rules, c.Name)
		if c.Kind == rule.Parse {
			out.Cells = make([]*string, len(q.directory.Items))
			if len(cells) > 0 && cells[0] != nil {
				out.Raw = *cells[0]
			}
		}
		if c.Kind != rule.DuplicateRow {
			out.Broken = append(out.Broken, c.Reads...)
		}
	}
	return out
}

// quarantineCSV streams the bad rows with their reasons, a page of rows at a time.
func (c *Console) quarantineCSV(ctx context.Context, in *struct {
	BatchIn
	Rule string `query:"rule" maxLength:"128"`
}) (*huma.StreamResponse, error) {
	q, err := c.quarantineOf(ctx, in.ID, in.Rule)
	if err != nil {
		return nil, c.problem(ctx, err)
	}
	reasons := map[string]string{}
	for _, r := range q.program.Rules {
		reasons[r.Name] = rule.Explain(r).In(lang(ctx))
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", "text/csv; charset=utf-8")
		h.SetHeader("Content-Disposition", `attachment; filename="quarantine-`+in.ID+`.csv"`)
		out := h.BodyWriter()
		_, _ = out.Write([]byte("\ufeff")) // Excel reads it as UTF-8
		w := csv.NewWriter(out)
		head := []string{}
		for _, it := range q.directory.Items {
			head = append(head, it.Title)
		}
		_ = w.Write(append(head, fault.T("原因", "reasons").In(lang(ctx))))
		const step = 5000
		for at := 0; ; at += step {
			rows, err := q.read(h.Context(), at, step)
			if err != nil {
				c.log.ErrorContext(ctx, "download of a quarantine broke off", "batch", in.ID, "error", err)
				return
			}
			for _, r := range rows {
				_ = w.Write(csvRow(r, reasons))
			}
			w.Flush()
			if len(rows) < step || w.Error() != nil {
				return
			}
		}
	}}, nil
}

func csvRow(r quarantineRow, reasons map[string]string) []string {
	var cells, why []string
	for i, cell := range r.Cells {
		switch {
		case r.Raw != "" && i == 0:
			cells = append(cells, r.Raw)
		case cell == nil:
			cells = append(cells, "")
		default:
			cells = append(cells, *cell)
		}
	}
	for _, name := range r.Rules {
		why = append(why, reasons[name])
	}
	return append(cells, strings.Join(why, "；"))
}
