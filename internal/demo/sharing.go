package demo

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/share"
)

//go:embed services.yaml
var services []byte

// use is what an application is granted of a service, and how much it calls it.
type use struct {
	app, title, office string
	service            string
	items              string // item=mask, with blanks between
	rows               []policy.RowRule
	purpose, basis     string
	day, until         int    // when it was granted, and the last day it is for; 0: a year
	perDay             int    // its quota; 0: more than it calls
	calls              int    // on a working day
	list               string // the body of its lists; empty: it looks keys up
}

var uses = []use{
	{app: "elder_allowance", title: "高龄津贴核发系统", office: "civil", service: "pension_check", items: "id_no=id name=name birth=range kind status", day: -30, calls: 38,
		rows: []policy.RowRule{{Item: "region", Op: policy.RowUnder, Values: []string{districtCode}}}, purpose: "高龄津贴资格核验", basis: "《湖北省老年人权益保障条例》及高龄津贴发放办法"},
	{app: "bus_card", title: "爱心乘车卡", office: "traffic", service: "disability_check", items: "id_no=id name=name expires grade=null", day: -30, calls: 22,
		purpose: "残疾人免费乘车资格核验", basis: "《残疾人保障法》第四十六条"},
	{app: "aid_match", title: "社会救助比对", office: "disabled", service: "low_income_check", items: "id_no=id name=name kind amount started", day: -30, until: 6, calls: 9,
		purpose: "困难残疾人生活补贴对象比对", basis: "国发〔2015〕52号"},
	{app: "one_window", title: "一窗通办", office: "approval", service: "enterprise_info", items: "credit company kind legal_person=name capital founded industry status", day: -30, until: 20, calls: 31,
		purpose: "行政许可申请材料免提交", basis: "国务院令第722号《优化营商环境条例》第三十七条"},
	{app: "licence_watch", title: "双公示核对", office: "reform", service: "licence_list", items: "doc subject credit kind decided organ", day: -30, calls: 7,
		purpose: "信用信息双公示核对", basis: "发改办财金〔2018〕424号"},
	{app: "heat_allowance", title: "供热补贴免申即享", office: "urban", service: "low_income_check", items: "id_no=id name=name kind", day: -30, until: -6, calls: 12,
		purpose: "2026年供热补贴对象核验", basis: "江岸区供热补贴发放方案（演示）"},
	{app: "invest_map", title: "招商地图", office: "invest", service: "enterprise_info", items: "credit company industry region founded status", day: -21, perDay: 4, calls: 4,
		purpose: "产业链分析", basis: "《政务数据共享条例》第二十一条", list: `{"filters":[{"item":"industry","op":"eq","values":["C"]}],"sort":"-founded","limit":50}`},
	{app: "health_map", title: "就医地图", office: "civil", service: "hospital_list", items: "licence org kind grade beds street address lon lat", day: -14, calls: 5,
		purpose: "居家养老就近就医指引", basis: "《政务数据共享条例》第二十一条", list: `{"sort":"-beds","limit":100}`},
}

func (s *stage) services(ctx context.Context) error {
	docs, err := share.Decode("services.yaml", services)
	if err != nil {
		return err
	}
	for _, d := range docs {
		if _, _, _, err := s.node.Share.Put(ctx, people.Local(), *d.Value); err != nil {
			return d.Locate(err)
		}
	}
	return s.node.Store.Drain(ctx) // until their files are built
}

// caller is an application with its key, its grant and values to look up.
type caller struct {
	use
	key, grant string
	item       string
	values     []string
	ended      bool // the grant was revoked, or its term is over
}

// allow registers the applications of a day, each with a key and what it is granted.
func allow(day int) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		for _, u := range uses {
			if u.day != day {
				continue
			}
			if err := s.allow(ctx, u); err != nil {
				return fmt.Errorf("demo: %s: %w", u.app, err)
			}
		}
		return nil
	}
}

func (s *stage) allow(ctx context.Context, u use) (err error) {
	c, who := &caller{use: u}, s.clerks["lin_shujv"]
	var key struct {
		Secret string `json:"secret"`
	}
	var made struct {
		ID string `json:"id"`
	}
	if err := who.do(ctx, http.MethodPost, "/apps", map[string]string{"name": u.app, "title": u.title, "office": u.office}, nil); err != nil {
		return err
	}
	if err := who.do(ctx, http.MethodPost, "/apps/"+u.app+"/keys", map[string]string{"kind": string(people.APIKey)}, &key); err != nil {
		return err
	}
	service, err := s.node.Share.Get(u.service)
	if err != nil {
		return err
	}
	if err := who.do(ctx, http.MethodPost, "/grants", u.draft(service.Directory, s.clock), &made); err != nil {
		return err
	}
	c.key, c.grant, c.item = key.Secret, made.ID, service.Key[0]
	s.callers[u.app] = c
	c.values, err = s.values(ctx, service.Directory, c.item)
	return err
}

// draft is what is granted, in the form the API takes it.
func (u use) draft(directory string, clock *Clock) map[string]any {
	items := []map[string]string{}
	for _, field := range strings.Fields(u.items) {
		item, mask, _ := strings.Cut(field, "=")
		items = append(items, map[string]string{"item": item, "mask": mask})
	}
	until, perDay := clock.midnight(0).AddDate(1, 0, u.day), 50_000
	if u.until != 0 {
		until = clock.midnight(u.until + 1)
	}
	if u.perDay > 0 {
		perDay = u.perDay
	}
	return map[string]any{"grantee": map[string]string{"kind": "app", "name": u.app}, "directory": directory, "items": items, "purpose": u.purpose, "basis": u.basis,
		"all_rows": len(u.rows) == 0, "rows": u.rows, "until": until.Format(time.RFC3339), "per_second": 500, "per_day": perDay}
}

// values are some keys that are there, for calls to find.
func (s *stage) values(ctx context.Context, directory, item string) ([]string, error) {
	t := ident.Ref{Space: ident.Published, Name: directory}
	snaps, err := s.node.Lake.Snapshots(ctx, t)
	if err != nil || len(snaps) == 0 {
		return nil, err
	}
	var files []lake.File
	if files, err = s.node.Lake.Files(ctx, t, snaps[0].ID); err != nil {
		return nil, err
	}
	schema, err := s.node.Lake.Schema(ctx, t)
	if err != nil {
		return nil, err
	}
	rows, err := query.Values(ctx, s.node.Reader, row.Query{Select: []row.Named{{Name: item, X: row.Column(item)}}, Limit: 200}, files, schema)
	out := make([]string, 0, len(rows))
	for _, r := range rows {
		if v, ok := r[0].(string); ok {
			out = append(out, v)
		}
	}
	return out, err
}

// answered is a call that was answered, and the answer.
type answered struct {
	by *caller
	*reply
}

// prove fetches the receipt of an answer and verifies it, by the public key alone.
func (s *stage) prove(ctx context.Context) error {
	p := s.proof
	r, err := s.call(ctx, p.by, http.MethodGet, "/data/v1/receipts/"+p.header.Get("X-Chengshu-Receipt"), "")
	if err != nil {
		return err
	}
	receipt, err := audit.ParseReceipt(r.Bytes())
	if err != nil {
		return err
	}
	e, err := audit.VerifyReceipt(receipt, s.node.Keys.PublicKey(receipt.Key))
	if err == nil && (e.Answer != audit.AnswerHash(gm.Sum3(p.Bytes())) || e.Grant != p.by.grant) {
		err = errors.New("demo: the receipt is of another answer")
	}
	return err
}
