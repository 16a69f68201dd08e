package console

import (
	"context"
	"net/http"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/policy"
)

type changeRecordsIn struct {
	RegisterIn
	Body struct {
		Records []recordVersion `json:"records" minItems:"1" maxItems:"200"`
		Values  map[string]any  `json:"values" doc:"of the fields that change, alike in every record; null empties one"`
		Reason  string          `json:"reason" minLength:"1" maxLength:"500" doc:"stands in the history of each"`
	}
}

type recordVersion struct {
	ID      string `json:"id" maxLength:"64"`
	Version int    `json:"version,omitempty" doc:"of the record as the asker saw it; without, whatever it is now"`
}

type changedRecordBody struct {
	ID      string   `json:"id"`
	Key     string   `json:"key" doc:"empty where the record is not the asker's to see"`
	Version int      `json:"version"`
	Changed bool     `json:"changed" doc:"false where it had these values already, or was refused"`
	Error   *Problem `json:"error" doc:"why it was refused"`
}

func (c *Console) changeMany() {
	route(c, http.MethodPost, "/record-changes/{pack}/{register}", "change-records", "批量更正登记 / Correct several records alike", c.changeRecords)
}

// changeRecords corrects each record for itself: one that is refused stays as it was and is
// told, the others are changed.
func (c *Console) changeRecords(ctx context.Context, in *changeRecordsIn) (List[changedRecordBody], error) {
	p, e, err := c.register(ctx, in.Pack, in.Register)
	if err != nil {
		return List[changedRecordBody]{}, err
	}
	a := actor(ctx)
	if c.reachOf(a, in.Pack, policy.RecordWrite).Nobody() {
		return List[changedRecordBody]{}, policy.Allowed(a.In(in.Pack), policy.RecordWrite, policy.Target{Office: a.Office})
	}
	if _, flows := flow.Of(p, e.Name); flows {
		return List[changedRecordBody]{}, errCase
	}
	if len(in.Body.Values) == 0 {
		return List[changedRecordBody]{}, errNoChange
	}
	reason := trimmed(in.Body.Reason)
	if reason == "" {
		return List[changedRecordBody]{}, errNoReason
	}
	var out []changedRecordBody
	for _, x := range in.Body.Records {
		out = append(out, c.changeOne(ctx, in, x, reason))
	}
	return page(out, ""), nil
}

var errNoChange = fault.New(fault.Invalid, "record.nothing", fault.T("没有选择要修改的字段", "no field was chosen to change")).At("values").
	Fix(fault.T("请至少选择一个字段", "choose one at least"))

var errNoReason = fault.New(fault.Invalid, "record.reason", fault.T("批量更正须写明事由", "a correction of several records needs a reason")).At("reason").
	Fix(fault.T("请写明为什么更正", "say why they are corrected"))

func (c *Console) changeOne(ctx context.Context, in *changeRecordsIn, x recordVersion, reason string) changedRecordBody {
	b := changedRecordBody{ID: x.ID}
	e, was, err := c.reachedRecord(ctx, &RecordIn{RegisterIn: in.RegisterIn, ID: x.ID}, policy.RecordWrite)
	if err == nil {
		b.Key = was.Key
		var r ledger.Record
		if r, err = c.correct(ctx, e, was, in.Body.Values, x.Version, reason); err == nil {
			b.Version, b.Changed = r.Version, r.Version != was.Version
		}
	}
	if err != nil {
		b.Error = problemOf(fault.From(err), lang(ctx))
	}
	return b
}
