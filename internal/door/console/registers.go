package console

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/pack"
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
	Words       map[string]string `json:"words" doc:"values in words, by field; of one record cells of tables, too, by field[row].column"`
	Linked      []string          `json:"linked" doc:"fields that refer to a record the asker may open"`
	Case        string            `json:"case" doc:"id of the case it is the matter of; empty for none"`
	State       string            `json:"state" doc:"of that case, in words"`
	Hidden      []string          `json:"hidden" doc:"personal fields that hold something and are masked here"`
	CanWrite    bool              `json:"can_write" doc:"the asker may correct it"`
	CanPlain    bool              `json:"can_plain" doc:"the asker may see it unmasked"`
}

// RegisterMay is what the asker may do with a register.
type RegisterMay struct {
	Write  bool `json:"write" doc:"enter, correct and import records; of cases nobody"`
	Start  bool `json:"start" doc:"begin a case"`
	Export bool `json:"export"`
}

type registerPage struct {
	Pack    string               `json:"pack" doc:"its title"`
	Form    RegisterForm         `json:"form"`
	Flow    bool                 `json:"flow" doc:"the records are cases"`
	May     RegisterMay          `json:"may"`
	Lists   []pickBody           `json:"lists" doc:"further lists of the register"`
	Initial map[string]any       `json:"initial" doc:"what a new record begins with"`
	Items   []registerRecordBody `json:"items"`
	Next    *string              `json:"next"`
	Total   int                  `json:"total" doc:"that the filters find, 10001 for more than ten thousand"`
}

// findRecordsIn is listRecordsIn in the body: what is sought of persons stands in no address.
type findRecordsIn struct {
	RegisterIn
	Paging
	Body struct {
		Q     string   `json:"q,omitempty" maxLength:"100" doc:"part of the number or of a text"`
		Where []string `json:"where,omitempty" maxItems:"20" doc:"as in the address, and of personal fields as well"`
		List  string   `json:"list,omitempty" maxLength:"40" doc:"one of its further lists"`
		Sort  string   `json:"sort,omitempty" maxLength:"60" doc:"field, with - before it for the greatest first"`
	}
}

type listRecordsIn struct {
	RegisterIn
	Paging
	Q     string   `query:"q" maxLength:"100" doc:"part of the number or of a text"`
	Where []string `query:"where,explode" maxItems:"20" doc:"field:comparison:value, such as class:is:main; comparisons are is not from to under empty filled has; several values with | between; no values of personal fields, which are sought by POST"`
	List  string   `query:"list" maxLength:"40" doc:"one of its further lists"`
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
	c.recordForms()
	c.changeMany()
	route(c, http.MethodGet, "/registers/{pack}/{register}", "list-records", "登记表 / Records of a register", func(ctx context.Context, in *listRecordsIn) (registerPage, error) {
		if err := c.addressed(in); err != nil {
			return registerPage{}, err
		}
		return c.listRecords(ctx, in)
	})
	route(c, http.MethodPost, "/record-searches/{pack}/{register}", "find-records", "检索登记表 / Records of a register by what stands in no address", func(ctx context.Context, in *findRecordsIn) (registerPage, error) {
		return c.listRecords(ctx, &listRecordsIn{RegisterIn: in.RegisterIn, Paging: in.Paging, Q: in.Body.Q, Where: in.Body.Where, List: in.Body.List, Sort: in.Body.Sort})
	})
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

// namer gives the names of people by their ids; stored is what is told of who is no user.
type namer func(id, stored string) string

// named is a namer that has read the names of some people at once, and asks for each other one
// once.
func (c *Console) named(ctx context.Context, ids ...string) namer {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	known, err := c.People.Names(ctx, ids...)
	if err != nil {
		known = map[string]string{}
	}
	for _, id := range ids {
		known[id] += "" // who is not found is not asked for again
	}
	return func(id, stored string) string {
		if _, ok := known[id]; !ok {
			known[id] = c.personName(ctx, id)
		}
		return cmp.Or(known[id], stored)
	}
}

// recordReader is what of a pack's records somebody may do, and how they read people's names.
type recordReader struct {
	named        namer
	write, plain ledger.Reach
}

func (c *Console) recordReader(ctx context.Context, packID string, all ...ledger.Record) recordReader {
	a := actor(ctx)
	var ids []string
	for _, r := range all {
		ids = append(ids, r.CreatedBy, r.UpdatedBy)
	}
	return recordReader{c.named(ctx, ids...), c.reachOf(a, packID, policy.RecordWrite), c.reachOf(a, packID, policy.RecordPlain)}
}

func (c *Console) recordOf(e *ledger.Entity, r ledger.Record, plain bool, l string, by recordReader) registerRecordBody {
	b := registerRecordBody{ID: r.ID, Key: r.Key, Version: r.Version, Office: r.Office, OfficeTitle: c.Flow.Tree().Title(r.Office), Region: r.Region, CreatedAt: r.CreatedAt,
		CreatedName: by.named(r.CreatedBy, r.CreatedName), UpdatedAt: r.UpdatedAt, UpdatedName: by.named(r.UpdatedBy, r.UpdatedName), Values: e.Shown(r, plain)}
	b.Words = c.wordsOf(e, b.Values, l, false)
	if !plain {
		for _, name := range e.PersonalFields() {
			if r.Values[name] != nil {
				b.Hidden = append(b.Hidden, name)
			}
		}
	}
	b.CanWrite, b.CanPlain = by.write.Has(r), e.Personal() && by.plain.Has(r)
	return b
}

// recordsOf are the records of a page, with the cases they are the matter of and what they
// refer to by its number.
func (c *Console) recordsOf(ctx context.Context, p *pack.Pack, e *ledger.Entity, all []ledger.Record, plain bool) ([]registerRecordBody, error) {
	by := c.recordReader(ctx, p.ID, all...)
	out, ids := make([]registerRecordBody, len(all)), make([]string, len(all))
	for i, r := range all {
		out[i], ids[i] = c.recordOf(e, r, plain, lang(ctx), by), r.ID
	}
	refs := make([]referring, len(out))
	for i := range out {
		refs[i] = referring{out[i].Values, out[i].Words, &out[i].Linked}
	}
	if err := c.refer(ctx, p, e, refs); err != nil {
		return nil, err
	}
	m, flows := flow.Of(p, e.Name)
	if !flows {
		return out, nil
	}
	cases, err := c.Flow.OfRecords(ctx, actor(ctx), p.ID, e.Name, ids)
	for i := range out {
		out[i].CanWrite = false
		if x, ok := cases[out[i].ID]; ok {
			out[i].Case, out[i].State = x.ID, m.StateTitle(x.State).In(lang(ctx))
		}
	}
	return out, err
}

// recordQuery reads what a list asks for: its own filters and those that hold for every
// record of the list.
func (c *Console) recordQuery(ctx context.Context, p *pack.Pack, e *ledger.Entity, in *listRecordsIn, act policy.Action) (list ledger.List, q ledger.Query, err error) {
	list, ok := ledger.ListNamed(p, e, cmp.Or(in.List, e.Name))
	if !ok {
		return list, q, fault.New(fault.Missing, "register.list", fault.T("没有该列表", "there is no such list")).At("%s", in.List).Fix(fault.T("请从菜单重新进入", "come again by the menu"))
	}
	q = ledger.Query{Reach: c.reachOf(actor(ctx), p.ID, act), Plain: c.reachOf(actor(ctx), p.ID, policy.RecordPlain), Text: in.Q, After: in.Cursor, Limit: in.Limit}
	if q.Where, err = filters(in.Where); err != nil {
		return list, q, err
	}
	q.Where = append(q.Where, list.Fixed()...)
	sort := cmp.Or(in.Sort, list.Sort)
	q.Sort, q.Asc = strings.TrimPrefix(sort, "-"), !strings.HasPrefix(sort, "-")
	return list, q, nil
}

func (c *Console) listRecords(ctx context.Context, in *listRecordsIn) (registerPage, error) {
	p, e, err := c.register(ctx, in.Pack, in.Register)
	if err != nil {
		return registerPage{}, err
	}
	list, q, err := c.recordQuery(ctx, p, e, in, policy.RecordRead)
	if err != nil {
		return registerPage{}, err
	}
	records, next, err := c.Ledger.Find(ctx, e, q)
	if err != nil {
		return registerPage{}, err
	}
	l, a := lang(ctx), actor(ctx)
	out := registerPage{Pack: p.Title.In(l), Form: formFor(p, e, list, l), Initial: e.Begin(c.Now())}
	m, flows := flow.Of(p, e.Name)
	out.Flow, out.May = flows, RegisterMay{Write: !flows && !c.reachOf(a, p.ID, policy.RecordWrite).Nobody(), Start: flows && c.Flow.MayOpen(a, m), Export: !c.reachOf(a, p.ID, policy.RecordExport).Nobody()}
	for _, x := range ledger.ListsOf(p, e) {
		out.Lists = append(out.Lists, pickBody{x.Name, x.Value.Title.Or(x.Name).In(l)})
	}
	if out.Items, err = c.recordsOf(ctx, p, e, records, false); err != nil {
		return out, err
	}
	if next != "" {
		out.Next = &next
	}
	if out.Total, err = c.Ledger.Count(ctx, e, q); err != nil {
		return out, err
	}
	return out, show(ctx, look{target: "register/" + e.ID(), items: e.Names(), rows: int64(len(out.Items))})
}

// addressed refuses filters in an address that say something of a person: addresses stay in
// histories and in the logs of what stands between.
func (c *Console) addressed(in *listRecordsIn) error {
	p, err := c.Packs.Current(in.Pack)
	if err != nil {
		return nil //nolint:nilerr // that it is not there is told by who reads it
	}
	e, ok := ledger.Of(p, in.Register)
	all, err := filters(in.Where)
	if !ok || err != nil {
		return err
	}
	personal := e.PersonalFields()
	for _, f := range all {
		if slices.Contains(personal, f.Field) && len(f.Values) > 0 {
			return fault.New(fault.Invalid, "filter.personal", fault.T("个人信息不得写入网址", "personal information does not go into an address")).At("where").
				Fix(fault.T("请用 POST /record-searches 检索；个人信息不作为导出条件", "seek by POST /record-searches; files are not taken out by it"))
		}
	}
	return nil
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

// reachedRecord gives a record of a register to somebody whose right reaches it.
func (c *Console) reachedRecord(ctx context.Context, in *RecordIn, act policy.Action) (*ledger.Entity, ledger.Record, error) {
	_, e, err := c.register(ctx, in.Pack, in.Register)
	if err != nil {
		return nil, ledger.Record{}, err
	}
	r, err := c.Ledger.Get(ctx, c.Store.Read(), e, in.ID)
	if errors.Is(err, ledger.ErrMissing) {
		return e, r, ledger.ErrMissing.At("%s", in.ID) // word for word what is said of one that is not theirs
	}
	if err != nil {
		return e, r, err
	}
	if !c.reachOf(actor(ctx), in.Pack, policy.RecordRead).Has(r) {
		return e, r, ledger.ErrMissing.At("%s", in.ID)
	}
	if act != policy.RecordRead && !c.reachOf(actor(ctx), in.Pack, act).Has(r) {
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
	p, err := c.Packs.Current(in.Pack)
	if err != nil {
		return registerRecordBody{}, err
	}
	all, err := c.recordsOf(ctx, p, e, []ledger.Record{r}, plain)
	if err != nil {
		return registerRecordBody{}, err
	}
	c.wordCells(e, all[0].Values, all[0].Words, lang(ctx))
	return all[0], show(ctx, look{target: "record/" + e.ID() + "/" + r.ID, items: e.Names(), rows: 1, plain: plain && e.Personal()})
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
	var ids []string
	for _, x := range past {
		ids = append(ids, x.By)
	}
	p, err := c.Packs.Current(in.Pack)
	if err != nil {
		return List[pastBody]{}, err
	}
	l, named := lang(ctx), c.named(ctx, ids...)
	refs, err := c.referredIn(ctx, p, e, past)
	if err != nil {
		return List[pastBody]{}, err
	}
	var out []pastBody
	for _, x := range past {
		b := pastBody{Version: x.Version, At: x.At, ByName: named(x.By, x.ByName), Action: x.Action, Reason: x.Reason}
		for _, d := range x.Changes {
			f, ok := e.Field(d.Field)
			if !ok {
				b.Changes = append(b.Changes, recordChangeBody{Field: d.Field, Title: d.Field})
				continue
			}
			from, to := c.difference(f, d.From, d.To, refs, l)
			b.Changes = append(b.Changes, recordChangeBody{d.Field, f.Label().In(l), from, to})
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
	if c.reachOf(actor(ctx), in.Pack, policy.RecordWrite).Nobody() {
		return out, policy.Allowed(actor(ctx).In(in.Pack), policy.RecordWrite, policy.Target{Office: actor(ctx).Office})
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
		if r, err = c.Ledger.Create(ctx, tx, actor(ctx), e, in.Body.Values, c.Now()); err != nil {
			return err
		}
		return c.mayKeep(actor(ctx), e, r)
	})
	if err != nil {
		return out, err
	}
	return c.recordOf(e, r, false, lang(ctx), c.recordReader(ctx, e.Pack, r)), c.showRecord(ctx, e, r)
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
	r, err = c.correct(ctx, e, r, in.Body.Values, in.Body.Version, trimmed(in.Body.Reason))
	if err != nil {
		return out, err
	}
	return c.recordOf(e, r, false, lang(ctx), c.recordReader(ctx, e.Pack, r)), c.showRecord(ctx, e, r)
}

// correct changes a record that the asker may write; it does not go to an office beyond their
// right.
func (c *Console) correct(ctx context.Context, e *ledger.Entity, was ledger.Record, v ledger.Values, version int, reason string) (r ledger.Record, err error) {
	a := actor(ctx)
	err = c.Store.Write(ctx, func(ctx context.Context, tx store.Tx) (err error) {
		if r, err = c.Ledger.Update(ctx, tx, a, e, was.ID, v, version, "", reason, c.Now()); err != nil || r.Office == was.Office {
			return err
		}
		return c.mayKeep(a, e, r)
	})
	return r, err
}
