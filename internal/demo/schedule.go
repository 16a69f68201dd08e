package demo

import (
	"cmp"
	"slices"
)

// arrival is one file that an office delivers. Its rough is the share of usual defects in
// per cent; shift moves on to other people or enterprises with each delivery of a directory,
// with none the same ones are sent again.
type arrival struct {
	directory, title string
	day, rough       int
	rows, shift      int
	expect           string
}

// schedule is who delivers when, over a month: first all that was there before, what others
// refer to before the rest, then what the update period of each asks for.
func schedule() []arrival {
	all := append(slices.Clone(first), single...)
	for day := 1 - before; day <= 0; day++ {
		all = append(all,
			arrival{directory: "air", title: "空气质量", day: day, rough: 40 + (day*37+370*before)%90, rows: 72},
			arrival{directory: "hotline", title: "12345工单", day: day, rough: 50 + (day*53+530*before)%110, rows: 96 + (day*29+290*before)%41, shift: 160})
	}
	for week := -4; week < 0; week++ {
		for i, a := range weekly {
			a.day, a.rough = 7*week-i, a.rough+12*(week+4)
			all = append(all, a)
		}
	}
	slices.SortStableFunc(all, func(a, b arrival) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(rank(a.directory), rank(b.directory)))
	})
	return all
}

// first are the deliveries with which the platform was filled.
var first = []arrival{
	{directory: "enterprises", title: "市场主体", day: -31, rough: 100},
	{directory: "people", title: "常住人口", day: -31, rough: 100},
	{directory: "grids", title: "网格划分", day: -31, rough: 60},
	{directory: "pension", title: "养老待遇", day: -31, rough: 40, rows: 4940},
	{directory: "hotline", title: "12345工单", day: -31, rough: 170},
	{directory: "air", title: "空气质量", day: -31, rough: 100},
	{directory: "hospitals", title: "医疗机构", day: -31, rough: 100},
	{directory: "licences", title: "行政许可", day: -31, rough: 110},
	{directory: "low_income", title: "低保对象", day: -31, rough: 50},
	{directory: "disabled_cards", title: "残疾人证", day: -31, rough: 120},
	{directory: "property", title: "不动产登记", day: -30, rough: 160},
	{directory: "key_firms", title: "重点企业月报", day: -30, rough: 150},
	{directory: "penalties", title: "行政处罚", day: -30, rough: 180},
	{directory: "manholes", title: "井盖普查", day: -30, rough: 220},
	{directory: "lamps", title: "路灯台账", day: -29, rough: 120},
	{directory: "toilets", title: "公共厕所", day: -29, rough: 80},
	{directory: "parks", title: "公园绿地", day: -29, rough: 60},
	{directory: "bus_stops", title: "公交站点", day: -28, rough: 90},
	{directory: "parking", title: "停车场", day: -28, rough: 130},
	{directory: "chargers", title: "充电桩", day: -28, rough: 140},
	{directory: "components", title: "城市部件", day: -27, rough: 110},
	{directory: "nursing_homes", title: "养老机构", day: -27, rough: 90},
	{directory: "associations", title: "社会组织", day: -27, rough: 90},
	{directory: "marriages", title: "婚姻登记", day: -26, rough: 70},
	{directory: "birth_certs", title: "出生医学证明", day: -26, rough: 80},
	{directory: "medics", title: "卫生技术人员", day: -26, rough: 90},
	{directory: "pupils", title: "学生学籍", day: -25, rough: 100},
	{directory: "teachers", title: "教师资格", day: -25, rough: 70},
	{directory: "food_licences", title: "食品经营许可", day: -25, rough: 130},
	{directory: "credit_lists", title: "红黑名单", day: -24, rough: 90},
	{directory: "taxpayers", title: "纳税信用", day: -24, rough: 60},
	{directory: "insured_units", title: "参保单位", day: -23, rough: 90},
	{directory: "fund_units", title: "公积金缴存单位", day: -22, rough: 80},
	{directory: "building_permits", title: "施工许可", day: -22, rough: 120},
	{directory: "presales", title: "商品房预售", day: -20, rough: 100},
	{directory: "tenancies", title: "租赁备案", day: -19, rough: 140},
	{directory: "volunteers", title: "志愿者", day: -18, rough: 150},
	{directory: "grid_workers", title: "网格员", day: -16, rough: 300},
	{directory: "discharge_permits", title: "排污许可", day: -15, rough: 90},
	{directory: "projects", title: "政府投资项目", day: -13, rough: 80},
}

// single are later deliveries of which something comes: two are held and decided by day, of
// one batch the next delivery is the mended one.
var single = []arrival{
	{directory: "disabled_cards", title: "残疾人证", day: -17, rough: 420, rows: 260, shift: 3000, expect: "held"},
	{directory: "low_income", title: "低保对象", day: -12, rough: 560, expect: "held"},
	{directory: "low_income", title: "低保对象", day: -11, rough: 40},
	{directory: "people", title: "常住人口变动", day: -8, rough: 90, rows: 2400, shift: 30_000},
	{directory: "tenancies", title: "租赁备案", day: -5, rough: 90, rows: 420, shift: 2000},
	{directory: "volunteers", title: "志愿者", day: -4, rough: 80, rows: 380, shift: 2500},
	{directory: "property", title: "不动产登记", day: -1, rough: 70, shift: 2900, rows: 3080},
	{directory: "manholes", title: "井盖普查", day: -1, rough: 90, rows: 4260},
	{directory: "key_firms", title: "重点企业月报", day: 0, rough: 60},
	{directory: "licences", title: "行政许可", day: 0, rough: 100, expect: "failed"},
	{directory: "pension", title: "养老待遇", day: 0, rough: 40, expect: "held"},
}

// weekly come once a week; those of 市场监管局 should come every day.
var weekly = []arrival{
	{directory: "licences", title: "行政许可", rough: 60, rows: 130, shift: 200},
	{directory: "penalties", title: "行政处罚", rough: 70, rows: 85, shift: 120},
	{directory: "birth_certs", title: "出生医学证明", rough: 70, rows: 45, shift: 900},
	{directory: "enterprises", title: "市场主体", rough: 50, rows: 420, shift: 22_000},
}
