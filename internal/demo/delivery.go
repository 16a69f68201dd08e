package demo

import (
	"strings"

	"github.com/chengshu/chengshu/internal/demo/invent"
)

// form is what kind of file an office delivers.
type form uint8

const (
	csvUTF8 form = iota
	csvBOM
	csvGB18030
	tabbed
	piped
	xlsx
	jsonl
)

func (f form) extension() string {
	return [...]string{"csv", "csv", "csv", "txt", "txt", "xlsx", "jsonl"}[f]
}

// table is how the rows of a directory are made.
type table struct {
	rows   int
	form   form
	people func(r *record) bool // which people it is about; nil: about none
	firms  bool                 // it is about enterprises
	from   int                  // the number of the first person or enterprise looked at
	twice  int                  // ten-thousandths of rows delivered twice
	cells  map[string]cell      // its own; the rest are common
	place  func(r *record)      // chooses where the row is; nil: at home
}

// delivery is one file of a directory.
type delivery struct {
	table
	directory string
	day       int
	rough     int    // per cent of the usual defects
	turn      int    // which delivery of the directory it is, from 0
	title     string // how its file is called
	expect    string // what its batch comes to, unless it is published
}

// fileName is how offices name files: what it is, and the month or day.
func (d delivery) fileName(c *invent.Calendar, day invent.Day) string {
	t := string(c.Text(day))
	month := strings.TrimPrefix(t[5:7], "0") + "月"
	if d.turn > 0 || d.day < -20 {
		month += strings.TrimPrefix(t[8:], "0") + "日"
	}
	return d.title + "_" + month + "." + d.form.extension()
}

// deliveries are all files in the order in which they come.
func deliveries() []delivery {
	all := tables()
	var out []delivery
	for _, s := range schedule {
		t, ok := all[s.directory]
		if !ok {
			continue
		}
		if s.rows != 0 {
			t.rows = s.rows
		}
		if s.turn > 0 {
			t.from += s.turn * s.shift
		}
		out = append(out, delivery{table: t, directory: s.directory, day: s.day, rough: s.rough, turn: s.turn, title: s.title, expect: s.expect})
	}
	return out
}

// schedule is who delivers when: what others refer to first, the second deliveries last.
// shift moves on to other people or enterprises; with none the same ones are sent again.
var schedule = []struct {
	directory, title string
	day, rough, turn int
	rows, shift      int
	expect           string
}{
	{directory: "pension", title: "养老待遇", day: -31, rough: 40, rows: 4940},
	{directory: "property", title: "不动产登记", day: -30, rough: 160},
	{directory: "hotline", title: "12345工单", day: -29, rough: 170},
	{directory: "air", title: "空气质量", day: -28, rough: 100},
	{directory: "key_firms", title: "重点企业月报", day: -28, rough: 150},
	{directory: "penalties", title: "行政处罚", day: -26, rough: 180},
	{directory: "manholes", title: "井盖普查", day: -25, rough: 220},
	{directory: "enterprises", title: "市场主体", day: -7, rough: 100},
	{directory: "people", title: "常住人口", day: -7, rough: 100},
	{directory: "grids", title: "网格划分", day: -7, rough: 60},
	{directory: "lamps", title: "路灯台账", day: -6, rough: 120},
	{directory: "toilets", title: "公共厕所", day: -6, rough: 80},
	{directory: "parks", title: "公园绿地", day: -6, rough: 60},
	{directory: "bus_stops", title: "公交站点", day: -6, rough: 90},
	{directory: "parking", title: "停车场", day: -6, rough: 130},
	{directory: "chargers", title: "充电桩", day: -5, rough: 140},
	{directory: "components", title: "城市部件", day: -5, rough: 110},
	{directory: "low_income", title: "低保对象", day: -5, rough: 50},
	{directory: "nursing_homes", title: "养老机构", day: -5, rough: 90},
	{directory: "associations", title: "社会组织", day: -5, rough: 90},
	{directory: "marriages", title: "婚姻登记", day: -4, rough: 70},
	{directory: "disabled_cards", title: "残疾人证", day: -4, rough: 340},
	{directory: "birth_certs", title: "出生医学证明", day: -4, rough: 80},
	{directory: "hospitals", title: "医疗机构", day: -4, rough: 100},
	{directory: "medics", title: "卫生技术人员", day: -4, rough: 90},
	{directory: "pupils", title: "学生学籍", day: -4, rough: 100},
	{directory: "teachers", title: "教师资格", day: -3, rough: 70},
	{directory: "food_licences", title: "食品经营许可", day: -3, rough: 130},
	{directory: "licences", title: "行政许可", day: -3, rough: 110},
	{directory: "credit_lists", title: "红黑名单", day: -3, rough: 90},
	{directory: "taxpayers", title: "纳税信用", day: -3, rough: 60},
	{directory: "insured_units", title: "参保单位", day: -2, rough: 90},
	{directory: "fund_units", title: "公积金缴存单位", day: -2, rough: 80},
	{directory: "building_permits", title: "施工许可", day: -2, rough: 120},
	{directory: "presales", title: "商品房预售", day: -2, rough: 100},
	{directory: "tenancies", title: "租赁备案", day: -2, rough: 140},
	{directory: "volunteers", title: "志愿者", day: -2, rough: 150},
	{directory: "grid_workers", title: "网格员", day: -1, rough: 300},
	{directory: "discharge_permits", title: "排污许可", day: -1, rough: 90},
	{directory: "projects", title: "政府投资项目", day: -1, rough: 80},
	{directory: "property", title: "不动产登记", day: -1, rough: 70, turn: 1, shift: 2900, rows: 3080},
	{directory: "manholes", title: "井盖普查", day: -1, rough: 90, turn: 1, rows: 4260},
	{directory: "air", title: "空气质量", day: 0, rough: 60, turn: 1},
	{directory: "hotline", title: "12345工单", day: 0, rough: 80, turn: 1, rows: 3150, shift: 5000},
	{directory: "penalties", title: "行政处罚", day: 0, rough: 100, turn: 1, rows: 940, shift: 900},
	{directory: "key_firms", title: "重点企业月报", day: 0, rough: 60, turn: 1},
	{directory: "licences", title: "行政许可", day: 0, rough: 100, turn: 1, expect: "failed"},
	{directory: "pension", title: "养老待遇", day: 0, rough: 40, turn: 1, expect: "held"},
}
