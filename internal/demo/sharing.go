package demo

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"

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
	calls              int
	list               string // the body of its lists; empty: it looks keys up
	revoked            string // why it ended; empty: it stands
}

var uses = []use{
	{app: "elder_allowance", title: "高龄津贴核发系统", office: "civil", service: "pension_check", items: "id_no=id name=name birth=range kind status",
		rows: []policy.RowRule{{Item: "region", Op: policy.RowUnder, Values: []string{districtCode}}}, purpose: "高龄津贴资格核验", basis: "《湖北省老年人权益保障条例》及高龄津贴发放办法", calls: 120},
	{app: "bus_card", title: "爱心乘车卡", office: "traffic", service: "disability_check", items: "id_no=id name=name expires grade=null",
		rows: []policy.RowRule{}, purpose: "残疾人免费乘车资格核验", basis: "《残疾人保障法》第四十六条", calls: 60},
	{app: "aid_match", title: "社会救助比对", office: "disabled", service: "low_income_check", items: "id_no=id name=name kind amount started",
		rows: []policy.RowRule{}, purpose: "困难残疾人生活补贴对象比对", basis: "国发〔2015〕52号", calls: 40},
	{app: "one_window", title: "一窗通办", office: "approval", service: "enterprise_info", items: "credit company kind legal_person=name capital founded industry status",
		purpose: "行政许可申请材料免提交", basis: "国务院令第722号《优化营商环境条例》第三十七条", calls: 80},
	{app: "invest_map", title: "招商地图", office: "invest", service: "enterprise_info", items: "credit company industry region founded status",
		purpose: "产业链分析", basis: "《政务数据共享条例》第二十一条", calls: 12, list: `{"filters":[{"item":"industry","op":"eq","values":["C"]}],"sort":"-founded","limit":50}`},
	{app: "health_map", title: "就医地图", office: "civil", service: "hospital_list", items: "licence org kind grade beds street address lon lat",
		purpose: "居家养老就近就医指引", basis: "《政务数据共享条例》第二十一条", calls: 12, list: `{"sort":"-beds","limit":100}`},
	{app: "licence_watch", title: "双公示核对", office: "reform", service: "licence_list", items: "doc subject credit kind decided organ",
		purpose: "信用信息双公示核对", basis: "发改办财金〔2018〕424号", calls: 20, revoked: "核对任务已完成，用途终止"},
}

// sharing declares the services, grants their use, calls them through the door as
// applications do, and proves an answer and a revocation.
func (s *stage) sharing(ctx context.Context) error {
	if err := s.step("services", func() (int64, error) { return s.services(ctx) }); err != nil {
		return err
	}
	callers := make([]caller, 0, len(uses))
	if err := s.step("grants", func() (int64, error) {
		for _, u := range uses {
			c, err := s.allow(ctx, u)
			if err != nil {
				return 0, fmt.Errorf("demo: %s: %w", u.app, err)
			}
			callers = append(callers, c)
		}
		return int64(len(callers)), nil
	}); err != nil {
		return err
	}
	var last reply
	if err := s.step("calls", func() (n int64, err error) {
		last, n, err = s.calls(ctx, callers)
		return n, err
	}); err != nil {
		return err
	}
	return errors.Join(s.step("receipt", func() (int64, error) { return 1, s.prove(ctx, callers[0], last) }),
		s.step("revoke", func() (int64, error) { return s.revoke(ctx, callers) }))
}

func (s *stage) services(ctx context.Context) (int64, error) {
	docs, err := share.Decode("services.yaml", services)
	if err != nil {
		return 0, err
	}
	for _, d := range docs {
		if _, _, _, err := s.node.Share.Put(ctx, people.Local(), *d.Value); err != nil {
			return 0, d.Locate(err)
		}
	}
	return int64(len(docs)), s.node.Store.Drain(ctx) // until their files are built
}

// caller is an application with its key, its grant and values to look up.
type caller struct {
	use
	key, grant string
	item       string
	values     []string
}

func (s *stage) allow(ctx context.Context, u use) (c caller, err error) {
	c.use = u
	local := people.Local()
	if _, err := s.node.People.AddApp(ctx, local, u.app, u.title, u.office); err != nil {
		return c, err
	}
	if _, c.key, err = s.node.People.AddKey(ctx, local, u.app, people.KeySpec{Kind: people.APIKey}); err != nil {
		return c, err
	}
	service, err := s.node.Share.Get(u.service)
	if err != nil {
		return c, err
	}
	d := policy.Draft{Grantee: policy.Grantee{Kind: policy.ToApp, Name: u.app}, Directory: service.Directory, Purpose: u.purpose, Basis: u.basis,
		Rows: policy.Rows{All: len(u.rows) == 0, Rules: u.rows}, Until: s.now.AddDate(1, 0, 0), PerSecond: 500, PerDay: 50_000}
	for _, field := range strings.Fields(u.items) {
		item, mask, _ := strings.Cut(field, "=")
		m, err := policy.ParseMask(mask)
		if err != nil {
			return c, err
		}
		d.Items = append(d.Items, policy.GrantItem{Item: item, Mask: m})
	}
	g, err := s.node.Grants.Make(ctx, local, d)
	if err != nil {
		return c, err
	}
	c.grant, c.item = g.ID, service.Key[0]
	c.values, err = s.values(ctx, service.Directory, c.item)
	return c, err
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

// reply is what the door answered.
type reply struct {
	status int
	header http.Header
	bytes.Buffer
}

func (r *reply) Header() http.Header    { return r.header }
func (r *reply) WriteHeader(status int) { r.status = status }

// call asks the door as an application does.
func (s *stage) call(ctx context.Context, c caller, method, path, body string) (*reply, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://127.0.0.1"+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.RemoteAddr = "127.0.0.1:0"
	r.Header.Set("X-Api-Key", c.key)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	out := &reply{status: http.StatusOK, header: http.Header{}}
	s.node.Handler.ServeHTTP(out, r)
	return out, nil
}

// calls makes everybody's calls, some at a time, and gives an answer of the first caller.
func (s *stage) calls(ctx context.Context, callers []caller) (first reply, n int64, err error) {
	type job struct {
		c          caller
		path, body string
	}
	var jobs []job
	random := rand.New(rand.NewPCG(Seed, 4))
	for _, c := range callers {
		for range c.calls {
			j := job{c, "/data/v1/" + c.service, ""}
			if c.list != "" {
				j.path, j.body = j.path+"/rows", c.list
			} else {
				b, err := json.Marshal(map[string]any{"key": map[string]string{c.item: c.values[random.IntN(len(c.values))]}})
				if err != nil {
					return first, 0, err
				}
				j.body = string(b)
			}
			jobs = append(jobs, j)
		}
	}
	random.Shuffle(len(jobs), func(i, k int) { jobs[i], jobs[k] = jobs[k], jobs[i] })
	work := make(chan job)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	for range 16 {
		wg.Go(func() {
			for j := range work {
				r, err := s.call(ctx, j.c, http.MethodPost, j.path, j.body)
				if err == nil && r.status != http.StatusOK {
					err = fmt.Errorf("demo: a call of %s was answered %d: %s", j.c.service, r.status, r)
				}
				mu.Lock()
				if err != nil {
					errs = append(errs, err)
				} else if n++; j.c.app == callers[0].app {
					first = *r
				}
				mu.Unlock()
			}
		})
	}
	for _, j := range jobs {
		work <- j
	}
	close(work)
	wg.Wait()
	return first, n, errors.Join(errs...)
}

// prove fetches the receipt of an answer and verifies it, by the public key alone.
func (s *stage) prove(ctx context.Context, c caller, answer reply) error {
	r, err := s.call(ctx, c, http.MethodGet, "/data/v1/receipts/"+answer.header.Get("X-Chengshu-Receipt"), "")
	if err != nil {
		return err
	}
	receipt, err := audit.ParseReceipt(r.Bytes())
	if err != nil {
		return err
	}
	e, err := audit.VerifyReceipt(receipt, s.node.Keys.PublicKey(receipt.Key))
	if err == nil && (e.Answer != audit.AnswerHash(gm.Sum3(answer.Bytes())) || e.Grant != c.grant) {
		err = errors.New("demo: the receipt is of another answer")
	}
	return err
}

// revoke ends the grants whose purpose is served, and wants their next calls refused.
func (s *stage) revoke(ctx context.Context, callers []caller) (n int64, err error) {
	for _, c := range callers {
		if c.revoked == "" {
			continue
		}
		if _, err := s.node.Grants.Revoke(ctx, people.Local(), c.grant, c.revoked); err != nil {
			return n, err
		}
		r, err := s.call(ctx, c, http.MethodPost, "/data/v1/"+c.service+"/count", "")
		if err != nil {
			return n, err
		}
		if r.status != http.StatusForbidden {
			return n, fmt.Errorf("demo: after the revocation a call of %s was answered %d", c.service, r.status)
		}
		n++
	}
	return n, nil
}
