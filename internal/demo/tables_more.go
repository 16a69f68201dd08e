package demo

import "github.com/chengshu/chengshu/internal/demo/invent"

// certTables are directories about people and what was certified to them.
func certTables() map[string]table {
	return map[string]table{
		"marriages": {rows: 1530, people: func(r *record) bool { return r.who.male() && aged(22, 70)(r) }, from: 30_000, form: csvGB18030, cells: map[string]cell{
			"cert": odd(40, joined(text("J420102-2026-"), serial("", 6)), "补录"), "man": blank(15, personName), "man_id": idNo(60),
			"woman": another(70_000, 0, personName), "woman_id": odd(40, another(70_000, 0, idNo(60)), "护照"),
			"kind": odd(30, pick("结婚登记", "结婚登记", "结婚登记", "离婚登记", "补领结婚证"), "复婚"), "organ": text("江岸区民政局婚姻登记处"), "registered": future(20, ago(0, 300)),
		}},
		"birth_certs": {rows: 820, people: anybody, from: 150_000, cells: map[string]cell{
			"cert": odd(40, joined(pick("W", "X", "Y"), digits(9)), "自动生成"), "baby": blank(300, personName), "born": dateForms(ago(4, 25)),
			"weight": odd(50, number0(2300, 4200), "3.4", "31500"), "mother": another(90_000, 0, personName), "mother_id": another(90_000, 0, idNo(80)),
			"hospital": pick("武汉市中心医院后湖院区", "武汉儿童医院", "武汉市第八医院", "江岸区妇幼保健院", "长江航运总医院"), "issued": early(40, past(1, 4)),
		}},
		"property": {rows: 3010, people: aged(24, 88), from: 40_000, twice: 25, cells: map[string]cell{
			"cert":    joined(text("鄂（2026）武汉市江岸不动产权第"), odd(30, serial("", 7), "待缮证"), text("号")),
			"unit_no": joined(text("420102"), digits(6), text("GB"), digits(5), text("F"), digits(8)), "owner": personName,
			"area": odd(60, amount(32, 220), "约90平", "0"), "use": odd(40, pick("成套住宅", "成套住宅", "成套住宅", "非成套住宅", "商业服务", "办公", "11"), "住宅楼"),
			"kind": pick("国有建设用地使用权/房屋所有权", "国有建设用地使用权/房屋所有权", "房屋所有权", "抵押权"), "registered": future(25, ago(0, 700)),
		}},
		"tenancies": {rows: 1540, people: aged(30, 85), from: 110_000, form: csvBOM, cells: map[string]cell{
			"code": odd(40, serial("ZL2026", 6), "补备"), "landlord": personName, "id_no": idNo(90), "tenant": another(50_000, -1, personName), "tenant_id": another(50_000, -1, idNo(120)),
			"area": odd(60, amount(15, 140), "一室一厅"), "rent": odd(60, amount(900, 6500), "面议"), "starts": dated(ago(10, 200)), "ends": early(120, later(180, 730)), "filed": future(30, ago(0, 9)),
		}},
	}
}

// firmTables are directories about enterprises and organisations.
func firmTables() map[string]table {
	kinds := []string{"有限责任公司", "有限责任公司", "有限责任公司", "个体工商户", "个体工商户", "股份有限公司", "个人独资企业", "合伙企业", "分公司"}
	return map[string]table{
		"enterprises": {rows: 21_500, firms: true, form: csvBOM, twice: 25, cells: map[string]cell{
			"credit": creditCode(150), "company": padded(60, blank(15, companyName)), "kind": odd(30, pick(kinds...), "私营"), "legal_id": legalID,
			"capital": odd(40, amount(3, 5000), "壹佰万", "-50"), "founded": dateForms(founded), "approved": early(60, past(0, 3000)),
			"industry": odd(50, industry, "Z", "批发"), "status": pick("存续", "存续", "存续", "存续", "注销", "吊销", "迁出"), "scope": scope,
		}},
		"associations": {rows: 430, firms: true, from: 30_000, cells: map[string]cell{
			"credit": odd(60, orgCode("52"), "办理中"), "org": joined(text("江岸区"), pick("社区", "养老", "教育", "体育", "文化", "残疾人", "青少年", "物业"), brand, pick("服务中心", "促进会", "协会", "商会")),
			"kind": pick("社会团体", "民办非企业单位", "民办非企业单位"), "capital": amount(3, 50), "supervisor": pick("区民政局", "区教育局", "区文旅局", "区残联"),
			"registered": dated(ago(100, 6000)), "status": pick("正常", "正常", "正常", "注销"),
		}},
		"taxpayers": {rows: 2080, firms: true, form: csvGB18030, cells: map[string]cell{
			"year": text("2025"), "score": scored, "grade": odd(20, taxGrade, "E"), "organ": text("国家税务总局武汉市江岸区税务局"),
		}},
		"insured_units": {rows: 1830, firms: true, from: 2000, twice: 30, cells: map[string]cell{
			"month": odd(30, text("202610"), "2026-10"), "staff": odd(40, number(1, 260), "0"), "base": base, "status": pick("正常参保", "正常参保", "正常参保", "暂停缴费", "欠费"),
		}},
		"fund_units": {rows: 1220, firms: true, from: 4000, cells: map[string]cell{
			"account": joined(text("2701"), serial("", 8)), "staff": number(1, 200), "ratio": odd(60, pick("5.0", "7.0", "8.0", "10.0", "12.0"), "15.0", "4.0"),
			"month": text("202610"), "opened": dated(ago(60, 5000)),
		}},
		"key_firms": {rows: 230, firms: true, from: 6000, form: xlsx, cells: map[string]cell{
			"industry": industry, "month": monthBefore, "output": odd(90, amount(300, 90_000), "未报"), "revenue": revenue, "taxes": taxes, "staff": number0(20, 3000),
		}},
		"credit_lists": {rows: 270, firms: true, from: 7000, cells: map[string]cell{
			"subject": companyName, "kind": pick("红名单", "红名单", "黑名单"), "reason": pick("连续三年纳税信用A级", "诚信示范企业", "拖欠农民工工资", "失信被执行人", "重大税收违法"),
			"organ": pick("区税务局", "区人社局", "区发改局"), "listed": dated(ago(10, 600)), "removed": blank(6000, early(150, later(200, 900))),
		}},
	}
}

func industry(r *record, b []byte) []byte {
	x := of(r.firm.key, 6)
	return append(b, "CEFFFFGHHIIJKLLLMNOPQR"[x.N(22)])
}

func brand(r *record, b []byte) []byte {
	x := of(r.firm.key, 1)
	return append(append(b, x.Pick(brands1)...), x.Pick(brands2)...)
}

func scope(r *record, b []byte) []byte {
	parts := []string{"日用百货销售", "餐饮服务", "信息技术咨询服务", "建筑装饰工程施工", "物业管理", "广告设计", "道路货物运输", "食品互联网销售", "会议及展览服务", "专用设备修理"}
	b = append(b, r.Pick(parts)...)
	for range r.N(4) {
		b = append(append(b, "；"...), r.Pick(parts)...)
	}
	return append(b, "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"...)
}

func scored(r *record, b []byte) []byte {
	r.seen = 100 - r.N(45)
	if r.hit(30) {
		return append(b, "105"...)
	}
	return invent.AppendInt(b, r.seen, 0)
}

// taxGrade follows the score: A from 90, B from 70, C from 40, and M for the new.
func taxGrade(r *record, b []byte) []byte {
	switch {
	case r.hit(60):
		return append(b, 'A')
	case r.seen >= 90:
		return append(b, 'A')
	case r.N(6) == 0:
		return append(b, 'M')
	case r.seen >= 70:
		return append(b, 'B')
	}
	return append(b, 'C')
}

func base(r *record, b []byte) []byte {
	n := r.seen * (4300 + r.N(9000))
	if r.hit(80) {
		n *= 12 // the year's in place of the month's
	}
	return append(invent.AppendInt(b, n, 0), ".00"...)
}

// monthBefore is the month before the delivery's, as 202610.
func monthBefore(r *record, b []byte) []byte {
	t := r.calendar.Text(r.today)
	first := r.today - invent.Day(int(t[8]-'0')*10+int(t[9]-'0'))
	t = r.calendar.Text(first)
	return append(append(b, t[:4]...), t[5:7]...)
}

func revenue(r *record, b []byte) []byte {
	r.seen = r.seen*11/10 + 20
	return append(invent.AppendInt(b, r.seen, 0), ".50"...)
}

func taxes(r *record, b []byte) []byte {
	n := r.seen * (2 + r.N(8)) / 100
	if r.hit(150) {
		n = r.seen*10 + 100 // 元 in place of 万元
	}
	return append(invent.AppendInt(b, n, 0), ".08"...)
}
