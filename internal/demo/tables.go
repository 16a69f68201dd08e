package demo

import "github.com/chengshu/chengshu/internal/demo/invent"

// tables are how each mounted directory's rows are made.
func tables() map[string]table {
	all := map[string]table{}
	for _, part := range []map[string]table{personTables(), certTables(), firmTables(), permitTables(), facilityTables(), workTables()} {
		for name, t := range part {
			all[name] = t
		}
	}
	return all
}

func anybody(*record) bool { return true }

// aged chooses people of so many years.
func aged(from, to int) func(*record) bool {
	return func(r *record) bool {
		days := int(r.today - r.who.birth)
		return days >= from*365 && days < to*365+to/4
	}
}

func personTables() map[string]table {
	return map[string]table{
		"people": {rows: 215_000, people: anybody, twice: 20, cells: map[string]cell{
			"id_no": wideID(300), "name": padded(80, blank(15, personName)), "nation": nation,
			"education": odd(30, pick("研究生", "大学本科", "大学专科", "中等职业", "普通高中", "初级中学", "小学", "40"), "大本", "中专毕业"),
			"marriage":  odd(20, marriage, "已婚有子女"),
			"household": odd(30, digits(9), "无户号", "12345"),
			"relation":  pick("户主", "户主", "户主", "配偶", "配偶", "子", "女", "孙子女", "父母", "其他"),
			"kind":      pick("户籍人口", "户籍人口", "户籍人口", "流动人口", "人户分离"), "status": pick("正常"),
			"registered": early(15, grown(0)), "updated": future(10, past(0, 2500)),
		}},
		"pension": {rows: 5000, form: csvGB18030, people: aged(60, 92), from: 100, twice: 30, place: pensionPlace, cells: map[string]cell{
			"id_no": pensionID, "kind": pick("城镇职工养老", "城镇职工养老", "城乡居民养老", "机关事业养老"),
			"amount": odd(40, amount(180, 9800), "面议", "-1"), "bank": blank(60, pick("工商银行江岸支行", "建设银行后湖支行", "农业银行台北支行", "汉口银行塔子湖支行", "邮储银行江岸支行")),
			"account": odd(60, digits(19), "6217"), "first_paid": future(70, retired), "entered": entered,
			"status": pick("正常", "正常", "正常", "正常", "暂停", "终止"),
		}},
		"low_income": {rows: 1240, people: aged(1, 92), from: 3000, cells: map[string]cell{
			"household": odd(40, serial("DB", 8), "无"), "members": number(1, 5), "amount": amount(300, 2900),
			"kind": pick("城市低保", "城市低保", "城市低保", "特困供养", "低保边缘"), "reason": pick("因病", "因残", "失业", "就学", "年老", "其他"),
			"started": dated(ago(30, 330)),
		}},
		"disabled_cards": {rows: 920, people: aged(3, 90), from: 9000, twice: 40, cells: map[string]cell{
			"cert": joined(plainID, digits1(1, 7), digits1(1, 4)), "category": pick("视力残疾", "听力残疾", "言语残疾", "肢体残疾", "肢体残疾", "智力残疾", "精神残疾", "多重残疾"),
			"grade": odd(60, pick("一级", "二级", "三级", "四级", "3"), "五级"), "issued": dated(ago(20, 800)), "expires": early(60, later(3650, 3650)),
		}},
		"pupils": {rows: 4100, people: aged(6, 18), from: 20_000, twice: 20, cells: map[string]cell{
			"student_no": joined(text("G"), plainID), "school": school, "grade": grade, "class": joined(number0(1, 12), text("班")),
			"guardian": another(40_000, -1, personName),
		}},
		"teachers": {rows: 910, people: aged(22, 59), from: 60_000, cells: map[string]cell{
			"cert": odd(60, digits(17), "无"), "kind": pick("幼儿园教师资格", "小学教师资格", "小学教师资格", "初级中学教师资格", "高级中学教师资格"),
			"subject": pick("语文", "数学", "英语", "物理", "化学", "道德与法治", "历史", "体育", "音乐", "信息科技"), "school": school, "issued": early(20, grown(21)),
		}},
		"medics": {rows: 1520, people: aged(23, 64), from: 80_000, cells: map[string]cell{
			"cert": odd(50, digits(15), "办理中"), "kind": pick("医师", "医师", "护士", "护士", "药师", "技师"),
			"job": odd(40, pick("正高级", "副高级", "中级", "中级", "师级", "士级"), "主管"), "org": clinic, "issued": future(30, grown(22)),
		}},
		"volunteers": {rows: 2260, people: aged(16, 75), from: 120_000, twice: 60, cells: map[string]cell{
			"code": joined(text("420102"), digits(8)), "team": joined(streetName, pick("邻里守望队", "文明劝导队", "助老服务队", "河湖守护队")),
			"hours": odd(50, amount1(0, 900), "若干"), "joined": early(20, grown(14)),
		}},
		"grid_workers": {rows: 1300, people: aged(22, 59), from: 140_000, place: inTurn, cells: map[string]cell{
			"grid": odd(60, gridCode, "420102018003999", "未分配"), "kind": pick("专职网格员", "专职网格员", "兼职网格员", "网格长"), "joined": dated(ago(30, 1500)),
		}},
	}
}

func nation(r *record, b []byte) []byte {
	if r.hit(15) {
		return append(b, "汉族人"...)
	}
	if r.N(25) > 0 {
		return append(b, "汉族"...)
	}
	return append(b, r.Pick([]string{"土家族", "苗族", "回族", "满族", "壮族", "侗族", "11", "03"})...)
}

func marriage(r *record, b []byte) []byte {
	if r.today-r.who.birth < 22*365 {
		return append(b, "未婚"...)
	}
	return append(b, r.Pick([]string{"已婚", "已婚", "已婚", "未婚", "离婚", "丧偶"})...)
}

var schools = []string{"育才小学", "长春街小学", "惠济路小学", "汉铁小学", "黄埔路小学", "武汉市第二中学", "武汉市第六中学", "七一华源中学", "二七中学", "后湖实验学校"}

func school(r *record, b []byte) []byte { return append(b, r.Pick(schools)...) }

// grade fits the pupil's age.
func grade(r *record, b []byte) []byte {
	grades := [...]string{"小学一年级", "小学二年级", "小学三年级", "小学四年级", "小学五年级", "小学六年级",
		"初中一年级", "初中二年级", "初中三年级", "高中一年级", "高中二年级", "高中三年级"}
	if r.hit(40) {
		return append(b, "毕业班"...)
	}
	age := int(r.today-r.who.birth) / 365
	return append(b, grades[min(max(age-6, 0), len(grades)-1)]...)
}

func clinic(r *record, b []byte) []byte {
	return append(append(b, r.at.street...), r.Pick([]string{"社区卫生服务中心", "社区卫生服务站", "中医门诊部", "口腔门诊部"})...)
}

func plainID(r *record, b []byte) []byte {
	return invent.AppendID(b, r.calendar, r.who.division, r.who.birth, r.who.serial)
}

// digits1 is one digit from lo to hi.
func digits1(lo, hi int) cell {
	return func(r *record, b []byte) []byte { return append(b, byte('0'+lo+r.N(hi-lo+1))) }
}

// number0 is a whole number that nothing else must agree with.
func number0(lo, hi int) cell {
	return func(r *record, b []byte) []byte { return invent.AppendInt(b, lo+r.N(hi-lo+1), 0) }
}

// amount1 is a number with one decimal.
func amount1(lo, hi int) cell {
	return func(r *record, b []byte) []byte {
		b = append(invent.AppendInt(b, lo+min(r.N(hi-lo+1), r.N(hi-lo+1)), 0), '.')
		return append(b, byte('0'+r.N(10)))
	}
}

// grid is one of nine in a community; inTurn goes through the communities.
func gridCode(r *record, b []byte) []byte {
	return invent.AppendInt(append(b, r.at.code...), r.n/len(r.places)%9+1, 3)
}

func inTurn(r *record) { r.at = &r.places[r.n%len(r.places)] }
