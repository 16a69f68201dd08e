package console

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/store"
)

// RegisterIn names a register.
type RegisterIn struct {
	Pack     string `path:"pack" maxLength:"20" pattern:"^[a-z][a-z0-9_]*$"`
	Register string `path:"register" maxLength:"20" pattern:"^[a-z][a-z0-9_]*$"`
}

// RecordIn names a record.
type RecordIn struct {
	RegisterIn
	ID string `path:"id" maxLength:"64"`
}

type registerRecordBody struct {
	ID          string            `json:"id"`
	Key         string            `json:"key"`
	Version     int               `json:"version"`
	Office      string            `json:"office"`
	OfficeTitle string            `json:"office_title"`
	Region      string            `json:"region"`
	CreatedAt   time.Time         `json:"created_at"`
	CreatedName string            `json:"created_name"`
	UpdatedAt   time.Time         `json:"updated_at"`
	UpdatedName string            `json:"updated_name"`
	Values      map[string]any    `json:"values" doc:"personal fields masked unless asked for plain"`
	Words       map[string]string `json:"words" doc:"values in words, by field"`
}

type registerPage struct {
	Form  RegisterForm         `json:"form"`
	Items []registerRecordBody `json:"items"`
	Next  *string              `json:"next"`
	Total int                  `json:"total" doc:"that the filters find, 10001 for more than ten thousand"`
}

type listRecordsIn struct {
	RegisterIn
	Paging
	Q     string   `query:"q" maxLength:"100" doc:"part of the number or of a text"`
	Where []string `query:"where,explode" maxItems:"20" doc:"field:comparison:value, such as class:is:main; comparisons are is not from to under empty filled has; several values with | between"`
	Sort  string   `query:"sort" maxLength:"60" doc:"field, with - before it for the greatest first"`
}

type writeRecordIn struct {
	RegisterIn
	Check bool `query:"check" doc:"check alone, keep nothing"`
	Body  struct {
		Values map[string]any `json:"values"`
	}
}

type changeRecordIn struct {
	RecordIn
	Body struct {
		Values  map[string]any `json:"values" doc:"only what changes; null empties a field"`
		Version int            `json:"version" doc:"of the record as the asker saw it"`
		Reason  string         `json:"reason,omitempty" maxLength:"500"`
	}
}

type recordChangeBody struct {
	Field string `json:"field"`
	Title string `json:"title"`
	From  string `json:"from"`
	To    string `json:"to"`
}

type pastBody struct {
	Version int                `json:"version"`
	At      time.Time          `json:"at"`
	ByName  string             `json:"by_name"`
	Action  string             `json:"action"`
	Reason  string             `json:"reason"`
	Changes []recordChangeBody `json:"changes"`
}

func (c *Console) registers(mux *http.ServeMux) {
	c.recordImports(mux)
	c.recordFiles(mux)
	route(c, http.MethodGet, "/registers/{pack}/{register}", "list-records", "登记表 / Records of a register", c.listRecords)
	route(c, http.MethodGet, "/registers/{pack}/{register}/{id}", "get-record", "一条登记 / A record", func(ctx context.Context, in *RecordIn) (registerRecordBody, error) {
		return c.record(ctx, in, false)
	})
	route(c, http.MethodGet, "/registers/{pack}/{register}/{id}/plain", "see-record", "查看未脱敏的登记 / A record unmasked", func(ctx context.Context, in *RecordIn) (registerRecordBody, error) {
		return c.record(ctx, in, true)
	})
	route(c, http.MethodGet, "/registers/{pack}/{register}/{id}/history", "get-record-history", "登记的变更记录 / A record's changes", c.recordHistory)
	route(c, http.MethodPost, "/registers/{pack}/{register}", "create-record", "新增登记 / Enter a record", c.createRecord)
	route(c, http.MethodPost, "/registers/{pack}/{register}/{id}", "change-record", "更正登记 / Correct a record", c.changeRecord)
}

func (c *Console) recordOf(e *ledger.Entity, r ledger.Record, plain bool, l string) registerRecordBody {
	b := registerRecordBody{ID: r.ID, Key: r.Key, Version: r.Version, Office: r.Office, OfficeTitle: c.Flow.Tree().Title(r.Office), Region: r.Region, CreatedAt: r.CreatedAt,
		CreatedName: r.CreatedName, UpdatedAt: r.UpdatedAt, UpdatedName: r.UpdatedName, Values: e.Shown(r, plain), Words: map[string]string{}}
	for name, v := range b.Values {
		if f, ok := e.Field(name); ok {
			b.Words[name] = c.words(f, v, l)
		}
	}
	return b
}

func (c *Console) listRecords(ctx context.Context, in *listRecordsIn) (registerPage, error) {
	p, e, err := c.register(ctx, in.Pack, in.Register)
	if err != nil {
		return registerPage{}, err
	}
	q := ledger.Query{Reach: reachOf(actor(ctx), in.Pack, policy.RecordRead), Text: in.Q, After: in.Cursor, Limit: in.Limit}
	if q.Where, err = filters(in.Where); err != nil {
		return registerPage{}, err
	}
	list := ledger.ListOf(p, e)
	q.Where = append(q.Where, list.Fixed()...)
	sort := in.Sort
	if sort == "" {
		sort = list.Sort
	}
	q.Sort, q.Asc = strings.TrimPrefix(sort, "-"), !strings.HasPrefix(sort, "-")
	records, next, err := c.Ledger.Find(ctx, e, q)
	if err != nil {
		return registerPage{}, err
	}
	l := lang(ctx)
	out := registerPage{Form: formOf(p, e, l)}
	for _, r := range records {
		out.Items = append(out.Items, c.recordOf(e, r, false, l))
	}
	if next != "" {
		out.Next = &next
	}
	if out.Total, err = c.Ledger.Count(ctx, e, q); err != nil {
		return out, err
	}
	return out, show(ctx, look{target: "register/" + e.ID(), items: e.Names(), rows: int64(len(out.Items))})
}

// filters reads field:comparison:value.
func filters(all []string) (out []ledger.Filter, err error) {
	for _, s := range all {
		field, rest, ok := strings.Cut(s, ":")
		op, value, _ := strings.Cut(rest, ":")
		if !ok || field == "" {
			return nil, fault.New(fault.Invalid, "filter.form", fault.T("筛选条件须写作 字段:比较:值", "a filter is written field:comparison:value")).At("where").
				Fix(fault.T("例如 class:is:main", "such as class:is:main"))
		}
		f := ledger.Filter{Field: field, Op: ledger.Op(op)}
		if value != "" {
			f.Values = strings.Split(value, "|")
		}
		out = append(out, f)
	}
	return out, nil
}

// reached gives a record of a register to somebody whose right reaches it.
func (c *Console) reachedRecord(ctx context.Context, in *RecordIn, act policy.Action) (*ledger.Entity, ledger.Record, error) {
	_, e, err := c.register(ctx, in.Pack, in.Register)
	if err != nil {
		return nil, ledger.Record{}, err
	}
	r, err := c.Ledger.Get(ctx, c.Store.Read(), e, in.ID)
	if err != nil {
		return e, r, err
	}
	if !reachOf(actor(ctx), in.Pack, policy.RecordRead).Has(r) {
		return e, r, ledger.ErrMissing.At("%s", in.ID)
	}
	if act != policy.RecordRead && !reachOf(actor(ctx), in.Pack, act).Has(r) {
		return e, r, policy.Allowed(actor(ctx).In(in.Pack), act, policy.Target{Office: r.Office})
	}
	return e, r, nil
}

func (c *Console) record(ctx context.Context, in *RecordIn, plain bool) (registerRecordBody, error) {
	act := policy.RecordRead
	if plain {
		act = policy.RecordPlain
	}
	e, r, err := c.reachedRecord(ctx, in, act)
	if err != nil {
		return registerRecordBody{}, err
	}
	return c.recordOf(e, r, plain, lang(ctx)), show(ctx, look{target: "record/" + e.ID() + "/" + r.ID, items: e.Names(), rows: 1, plain: plain && e.Personal()})
}

func (c *Console) recordHistory(ctx context.Context, in *RecordIn) (List[pastBody], error) {
	e, r, err := c.reachedRecord(ctx, in, policy.RecordRead)
	if err != nil {
		return List[pastBody]{}, err
	}
	past, err := c.Ledger.History(ctx, e, r.ID, false)
	if err != nil {
		return List[pastBody]{}, err
	}
	l := lang(ctx)
	var out []pastBody
	for _, p := range past {
		b := pastBody{Version: p.Version, At: p.At, ByName: p.ByName, Action: p.Action, Reason: p.Reason}
		for _, d := range p.Changes {
			f, ok := e.Field(d.Field)
			if !ok {
				b.Changes = append(b.Changes, recordChangeBody{Field: d.Field, Title: d.Field})
				continue
			}
			b.Changes = append(b.Changes, recordChangeBody{d.Field, f.Label().In(l), c.words(f, d.From, l), c.words(f, d.To, l)})
		}
		out = append(out, b)
	}
	return page(out, ""), show(ctx, look{target: "record/" + e.ID() + "/" + r.ID, items: e.Names(), rows: int64(len(out))})
}

var errCase = fault.New(fault.Conflict, "record.case", fault.T("该登记是案件，须按流程办理", "the record is a case and is changed by its flow")).
	Fix(fault.T("请在案件页办理", "act on the case"))

func (c *Console) createRecord(ctx context.Context, in *writeRecordIn) (out registerRecordBody, err error) {
	p, e, err := c.register(ctx, in.Pack, in.Register)
	if err != nil {
		return out, err
	}
	if err := policy.Allowed(actor(ctx).In(in.Pack), policy.RecordWrite, policy.Target{Office: actor(ctx).Office}); err != nil {
		return out, err
	}
	if _, flows := flow.Of(p, e.Name); flows {
		return out, errCase
	}
	if in.Check {
		if err := e.Check(in.Body.Values, c.Now()); err != nil {
			return out, err
		}
		return registerRecordBody{Values: in.Body.Values}, c.showRecord(ctx, e, ledger.Record{})
	}
	var r ledger.Record
	err = c.Store.Write(ctx, func(ctx context.Context, tx store.Tx) (err error) {
		r, err = c.Ledger.Create(ctx, tx, actor(ctx), e, in.Body.Values, c.Now())
		return err
	})
	if err != nil {
		return out, err
	}
	return c.recordOf(e, r, false, lang(ctx)), c.showRecord(ctx, e, r)
}

// showRecord says of an answer that it holds a record.
func (c *Console) showRecord(ctx context.Context, e *ledger.Entity, r ledger.Record) error {
	return show(ctx, look{target: "record/" + e.ID() + "/" + r.ID, items: e.Names(), rows: 1})
}

func (c *Console) changeRecord(ctx context.Context, in *changeRecordIn) (out registerRecordBody, err error) {
	e, r, err := c.reachedRecord(ctx, &in.RecordIn, policy.RecordWrite)
	if err != nil {
		return out, err
	}
	if p, err := c.Packs.Current(in.Pack); err == nil {
		if _, flows := flow.Of(p, e.Name); flows {
			return out, errCase
		}
	}
	err = c.Store.Write(ctx, func(ctx context.Context, tx store.Tx) (err error) {
		r, err = c.Ledger.Update(ctx, tx, actor(ctx), e, in.ID, in.Body.Values, in.Body.Version, "", trimmed(in.Body.Reason), c.Now())
		return err
	})
	if err != nil {
		return out, err
	}
	return c.recordOf(e, r, false, lang(ctx)), c.showRecord(ctx, e, r)
}
