package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/demo/invent"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/region"
	"github.com/chengshu/chengshu/packs"
)

// installed are the packs of the district, by their folders.
var installed = []string{"examples/pothole", "quality-orders", "examples/elders"}

func (s *stage) packs(ctx context.Context) (int64, error) {
	for _, folder := range installed {
		files, err := fs.Sub(packs.Files, folder)
		if err != nil {
			return 0, err
		}
		p, err := s.node.Packs.Read(files)
		if err != nil {
			return 0, err
		}
		if _, err := s.node.Packs.Install(ctx, people.Local(), p, "", false); err != nil {
			return 0, err
		}
	}
	return int64(len(installed)), nil
}

// hole is a pothole somebody reported.
type hole struct {
	road, class, region string
	place               [2]float64
	caller              string // the end of the caller's number, which nobody has; whoever saw it takes a photo
}

func (h hole) values() map[string]any {
	v := map[string]any{"road": h.road, "class": h.class, "region": h.region, "place": []any{h.place[0], h.place[1]}}
	if h.caller != "" {
		v["caller"] = "027-0000-00" + h.caller
	}
	return v
}

// Streets of the district whose office mends and checks its roads; in the others nobody does
// yet, and what is reported there waits on the desk.
const inHouhu, inTazihu, inErqi = "420102017000", "420102018000", "420102010000"

// What happened on the roads in the month: closed ones, one refused, late ones, one that
// waited for the weather, one that was sent back and one that joined it, one whose extension
// is asked for, one nobody is found for, and new ones.
func roadDeeds() (out []deed) {
	const desk = "feng_chenglan"
	mender := map[string]string{inHouhu: "zheng_luyang", inTazihu: "luo_jiean"}
	checker := map[string]string{inHouhu: "yan_jianhe", inTazihu: "tang_heqing"}
	at := map[string]hole{}
	open := func(day int, hour float64, login string, h hole) {
		at[h.road] = h
		out = append(out, deed{day, hour, "a pothole is reported", report(login, h)})
	}
	act := func(day int, hour float64, login, road, action string, more ...any) {
		out = append(out, deed{day, hour, action + " of " + road, walk(login, road, action, more...)})
	}
	mend := func(day int, hour float64, road, action string, more ...any) {
		act(day, hour, mender[at[road].region], road, action, more...)
	}
	check := func(day int, hour float64, road, action string, more ...any) {
		act(day, hour, checker[at[road].region], road, action, more...)
	}
	mended := func(day int, hour float64, road, method string, area float64) {
		out = append(out, deed{day, hour, "done of " + road, mending(mender[at[road].region], at[road], method, area)})
	}
	why := func(text string) []any { return []any{"reason", text} }

	open(-26, 9.5, desk, hole{"石桥一路", "branch", inHouhu, [2]float64{114.3021, 30.6463}, "13"})
	act(-26, 10, desk, "石桥一路", "accept")
	mend(-26, 13.5, "石桥一路", "sign")
	mended(-25, 15, "石桥一路", "hot", 1.6)
	check(-25, 17, "石桥一路", "pass", "values", map[string]any{"score": 5})

	open(-20, 9, desk, hole{"塔子湖东路", "branch", inTazihu, [2]float64{114.2874, 30.6571}, ""})
	act(-20, 9.5, desk, "塔子湖东路", "accept")
	mend(-20, 11, "塔子湖东路", "sign")
	mended(-19, 16, "塔子湖东路", "cold", 0.8)
	check(-18, 10, "塔子湖东路", "fail", why("修补处低于路面 2 厘米，须重新找平")...)
	mended(-17, 14, "塔子湖东路", "hot", 1.1)
	check(-17, 16.5, "塔子湖东路", "pass", "values", map[string]any{"score": 4})

	open(-15, 10, desk, hole{"淌湖二路", "branch", inHouhu, [2]float64{114.2938, 30.6602}, "27"})
	act(-15, 11, desk, "淌湖二路", "reject", why("现场为施工围挡内临时路面，由施工单位恢复，不属道路病害")...)

	open(-12, 9, desk, hole{"后湖大道", "main", inHouhu, [2]float64{114.2991, 30.6532}, "35"})
	act(-12, 9.3, desk, "后湖大道", "accept")
	mend(-12, 10.5, "后湖大道", "sign")
	act(-4, 10, desk, "后湖大道", "urge", why("非机动车道，雨天积水看不清，请尽快修补")...)
	act(-1, 15, desk, "后湖大道", "supervise", why("超时未完成，请说明原因并给出完成时间")...)

	open(-8, 9.2, mender[inTazihu], hole{"金桥大道", "branch", inTazihu, [2]float64{114.2836, 30.6643}, ""})
	act(-8, 10, desk, "金桥大道", "accept")
	mend(-8, 14, "金桥大道", "sign")
	mend(-7, 9, "金桥大道", "wait")
	mend(-6, 9, "金桥大道", "resume")
	mended(-2, 15, "金桥大道", "cold", 2.4)

	open(-5, 8.5, desk, hole{"兴业路", "main", inHouhu, [2]float64{114.3002, 30.6453}, "41"})
	act(-5, 9.2, desk, "兴业路", "accept")
	mend(-5, 11, "兴业路", "return", "basis", "该处为地铁恢复路面，质保期内由建设单位负责")
	open(-5, 14, checker[inHouhu], hole{"兴业路（石桥一路口）", "main", inHouhu, [2]float64{114.3003, 30.6454}, "58"}) // joins it
	act(-5, 15, desk, "兴业路", "accept")

	open(-2, 10, desk, hole{"解放大道", "main", inErqi, [2]float64{114.3133, 30.6263}, "62"})
	act(-2, 10.3, desk, "解放大道", "accept") // nobody there

	open(-1, 9, desk, hole{"建设渠路", "branch", inHouhu, [2]float64{114.2902, 30.6549}, "74"})
	act(-1, 9.5, desk, "建设渠路", "accept")
	mend(-1, 10.5, "建设渠路", "sign")
	mend(-1, 16, "建设渠路", "extend", "reason", "连夜降雨，路基含水过高，须晾干后施工", "budget", "1wd")

	open(0, 8.2, desk, hole{"三金潭路", "branch", inTazihu, [2]float64{114.2789, 30.6687}, ""})
	act(0, 8.6, desk, "三金潭路", "accept")
	mend(0, 9, "三金潭路", "sign")
	open(0, 9.5, desk, hole{"幸福大道", "main", inHouhu, [2]float64{114.3051, 30.6566}, "86"})
	act(0, 10, desk, "幸福大道", "accept")
	open(0, 10.5, mender[inTazihu], hole{"塔子湖西路", "branch", inTazihu, [2]float64{114.2862, 30.6568}, ""})
	return out
}

// orderDeeds are what the data officers did about the orders their data gave rise to; the
// rest closes, or stays, by what later batches bring.
func orderDeeds() []deed {
	const hrss, civil, steward = "zhou_rensheng", "he_minan", "lin_shujv"
	on := func(day int, hour float64, login, about, action string, more ...any) deed {
		return deed{day, hour, action + " of the order of " + about, order(login, about, action, more...)}
	}
	answer := func(cause, measure string) []any {
		return []any{"values", map[string]any{"cause": cause, "measure": measure}}
	}
	return []deed{
		on(-24, 9, civil, "「公民身份号码」校验码", "sign"),
		on(-24, 16, civil, "「公民身份号码」校验码", "submit", answer("entry", "末位字母误录为乘号，已在清洗规则中规范并重放隔离数据")...),
		on(-2, 9.5, hrss, "「公民身份号码」校验码", "sign"),
		on(-2, 14, hrss, "「公民身份号码」校验码", "submit", answer("entry", "已通知街道窗口更正录入方式，随下一批次重报")...),
		on(-2, 14.5, hrss, "「开户银行」必填", "sign"),
		on(-1, 9, hrss, "「录入日期」类型", "sign"),
		on(-1, 10.5, hrss, "「录入日期」类型", "extend", "reason", "历史补录数据涉及纸质档案核对", "budget", "5wd"),
		on(-1, 11, hrss, "「居住社区代码」区划代码", "dispute", "reason", "部分社区今年撤并，系统沿用撤并前代码，请核定口径"),
		on(0, 8.3, steward, "「居住社区代码」区划代码", "uphold", "reason", "区划代码按民政部门当年公布的执行，撤并社区应改报现行代码"),
	}
}

// readAll has everybody who signs in read what they were told so far.
func readAll(ctx context.Context, s *stage) error {
	var errs []error
	for _, login := range slices.Sorted(maps.Keys(s.clerks)) {
		errs = append(errs, s.clerks[login].do(ctx, http.MethodPost, "/notices/read", map[string]any{}, nil))
	}
	return errors.Join(errs...)
}

// allDeeds are what people did in the month, on its roads, about its data and its elders, in
// the order of the hours.
func allDeeds() []deed {
	all := slices.Concat(deeds, roadDeeds(), orderDeeds(), registerDeeds(), []deed{{-1, 9, "notices are read", readAll}})
	slices.SortStableFunc(all, func(a, b deed) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.hour, b.hour)) })
	return all
}

// report opens a case, or joins the one there is.
func report(login string, h hole) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		var out struct {
			Case struct {
				ID string `json:"id"`
			} `json:"case"`
		}
		values := h.values()
		if h.caller == "" || h.class == "main" {
			shot, err := s.shot(ctx, login, h, invent.Hole)
			if err != nil {
				return err
			}
			values["photo"] = []any{shot}
		}
		err := s.clerks[login].do(ctx, http.MethodPost, "/cases", map[string]any{"pack": "pothole", "flow": "hole", "values": values}, &out)
		s.opened[h.road] = out.Case.ID
		return err
	}
}

// mending tells a hole as mended, with a photo of it.
func mending(login string, h hole, method string, area float64) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		shot, err := s.shot(ctx, login, h, invent.Patch)
		if err != nil {
			return err
		}
		return walk(login, h.road, "done", "values", map[string]any{"method": method, "area": area, "after": []any{shot}})(ctx, s)
	}
}

// shot has somebody take a photo of a hole, some minutes ago and some metres off, and send it.
func (s *stage) shot(ctx context.Context, login string, h hole, scene invent.Scene) (map[string]any, error) {
	seed := uint64(Seed)
	for _, c := range h.road {
		seed = seed*31 + uint64(c)
	}
	r := invent.Rand(seed + uint64(scene))
	off := func(n float64) float64 { return n + float64(r.N(20)-10)/100_000 }
	taken := s.clock.Now().Add(-time.Duration(3+r.N(12)) * time.Minute)
	name := taken.In(region.Beijing).Format("IMG_20060102_150405.jpg")
	return s.clerks[login].file(ctx, name, invent.Photo(seed, scene, off(h.place[0]), off(h.place[1]), taken.In(region.Beijing)))
}

// order acts on an open order of one's own office, or on one's desk, by what is wrong.
func order(login, about, action string, more ...any) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		var found struct {
			Items []struct{ ID, Title string }
		}
		if err := s.clerks[login].do(ctx, http.MethodGet, "/cases?desk=todo&pack=quality_orders&limit=500", nil, &found); err != nil {
			return err
		}
		for _, c := range found.Items {
			if strings.Contains(c.Title, about) {
				s.opened[about] = c.ID
				return walk(login, about, action, more...)(ctx, s)
			}
		}
		return fmt.Errorf("demo: no order of %s among the %d of %s", about, len(found.Items), login)
	}
}

// walk acts on the case of a road.
func walk(login, road, action string, more ...any) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		id := s.opened[road]
		if id == "" {
			return fmt.Errorf("demo: no case of %s", road)
		}
		body := map[string]any{"action": action}
		for i := 0; i+1 < len(more); i += 2 {
			body[more[i].(string)] = more[i+1]
		}
		return s.clerks[login].do(ctx, http.MethodPost, "/cases/"+id+"/act", body, nil)
	}
}
