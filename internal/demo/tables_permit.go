package demo

import "github.com/chengshu/chengshu/internal/demo/invent"

// permitTables are directories of what was permitted or punished.
func permitTables() map[string]table {
	return map[string]table{
		"food_licences": {rows: 2540, firms: true, from: 100, form: csvGB18030, twice: 20, cells: map[string]cell{
			"licence": odd(50, joined(text("JY"), digits1(1, 3), digits(13)), "换证中"), "kind": odd(30, pick("餐饮服务经营者", "餐饮服务经营者", "食品销售经营者", "单位食堂"), "餐馆"),
			"grade": pick("A", "B", "B", "C", "未评级"), "issued": dateForms(ago(6, 1500)), "expires": early(60, later(1825, 1825)),
		}},
		"licences": {rows: 1830, firms: true, from: 500, twice: 20, cells: map[string]cell{
			"doc": odd(50, joined(serial("岸审批许", 8), text("号")), "无文号"), "subject": companyName, "kind": odd(40, pick("普通", "普通", "普通", "核准", "登记", "认可"), "备案"),
			"content": blank(40, pick("公共场所卫生许可", "人力资源服务许可", "劳务派遣经营许可", "食品小作坊登记", "临时占道审批", "户外广告设置许可", "城市建筑垃圾处置核准")),
			"decided": future(40, ago(5, 60)), "begins": dated(func(r *record) invent.Day { return r.mark }), "expires": early(80, later(365, 1825)), "organ": text("区行政审批局"),
		}},
		"penalties": {rows: 910, firms: true, from: 1500, cells: map[string]cell{
			"doc": odd(50, joined(text("岸城管罚决字"), docNumber, text("号")), "（补）"), "subject": companyName,
			"fact":  pick("擅自占用城市道路堆放物料", "未经核准处置建筑垃圾", "擅自设置户外广告", "餐饮油烟直接排放", "车辆带泥行驶污染路面", "未落实门前三包责任"),
			"basis": pick("《武汉市市容环境卫生管理条例》", "《城市道路管理条例》", "《城市建筑垃圾管理规定》", "《湖北省城市市容和环境卫生管理条例》"),
			"kind":  odd(40, pick("罚款", "罚款", "罚款", "警告", "通报批评"), "教育"), "amount": blank(250, amount4), "decided": future(50, ago(1, 40)), "organ": text("江岸区城市管理执法局"),
		}},
		"building_permits": {rows: 310, firms: true, from: 2500, cells: map[string]cell{
			"permit": odd(80, joined(text("420102"), digits(12)), "临时"), "name": joined(streetName, road, pick("改造工程", "商务楼项目", "还建房项目", "学校改扩建工程", "排水提升工程")),
			"builder": companyName, "contractor": pick("武汉建工集团股份有限公司", "中建三局集团有限公司", "湖北江汉建筑工程有限公司"), "area": odd(60, amount(300, 90_000), "待定"),
			"price": amount(100, 60_000), "issued": dated(ago(3, 900)), "starts": dated(past(0, 30)), "ends": early(120, later(180, 1000)),
		}},
		"presales": {rows: 240, firms: true, from: 3500, cells: map[string]cell{
			"permit": joined(text("武房开预售"), odd(60, joined(text("2026"), serial("", 3)), "待编号"), text("号")), "name": joined(streetName, brand, pick("府", "花园", "云邸", "时代广场")),
			"developer": companyName, "building": joined(number0(1, 18), text("号楼")), "units": odd(60, number0(40, 420), "0"), "area": amount(4000, 60_000),
			"price": odd(60, number0(12_800, 31_000), "1.9万"), "issued": future(60, ago(5, 700)),
		}},
		"discharge_permits": {rows: 215, firms: true, from: 4500, form: jsonl, cells: map[string]cell{
			"permit": joined(plainCredit, odd(60, text("001V"), "")), "industry": industry, "kind": pick("重点管理", "简化管理", "登记管理", "登记管理"), "issued": dated(ago(20, 1200)), "expires": early(60, later(1825, 1825)),
		}},
	}
}

func plainCredit(r *record, b []byte) []byte {
	return invent.AppendCredit(b, "91", "420102", r.firm.key)
}

// docNumber keeps the numbers of two deliveries apart.
func docNumber(r *record, b []byte) []byte {
	return invent.AppendInt(b, 20_260_000+r.turn*1000+r.n+1, 8)
}

// amount4 is a fine in 万元 with four decimals.
func amount4(r *record, b []byte) []byte {
	if r.hit(80) {
		return append(b, "5000元"...)
	}
	b = append(invent.AppendInt(b, min(r.N(6), r.N(6)), 0), '.')
	return append(invent.AppendInt(b, 1+r.N(99), 2), "00"...)
}

// facilityTables are directories of places and things.
func facilityTables() map[string]table {
	return map[string]table{
		"toilets": {rows: 214, form: xlsx, cells: map[string]cell{
			"code": odd(60, serial("JAGC", 4), "新增"), "name": joined(road, text("公厕")), "kind": odd(60, pick("一类", "二类", "二类", "三类", "附属式"), "四类"),
			"stalls": odd(80, number0(4, 32), "十二"), "accessible": pick("是", "是", "否"), "hours": pick("全天", "6:00-22:00", "5:30-23:00"), "phone": office,
		}},
		"parks": {rows: 208, form: xlsx, twice: 200, cells: map[string]cell{
			"name": joined(road, pick("口袋公园", "游园", "绿地公园", "社区公园"), number0(1, 9), text("期")), "kind": pick("综合公园", "社区公园", "游园", "专类公园", "口袋公园"),
			"area": odd(80, amount(0, 40), "两公顷"), "opened": future(60, ago(100, 6000)), "manager": pick("区园林和林业局园林所", "街道办事处"), "phone": office,
		}},
		"hospitals": {rows: 330, firms: true, from: 9000, form: xlsx, cells: map[string]cell{
			"licence": odd(60, joined(text("PDY"), digits(19)), "备案"), "org": joined(text("武汉"), brand, pick("门诊部", "中医诊所", "口腔诊所", "医院")), "kind": odd(60, pick("诊所", "诊所", "门诊部", "专科医院", "综合医院", "社区卫生服务站"), "药店"),
			"grade": pick("未定级", "未定级", "一级", "二级乙等", "二级甲等", "三级甲等"), "beds": odd(60, number0(0, 600), "无"), "expires": dated(later0(300, 1800)), "phone": office,
		}},
		"nursing_homes": {rows: 204, firms: true, from: 9500, form: xlsx, cells: map[string]cell{
			"code": serial("YL", 4), "org": joined(streetName, brand, pick("养老院", "养老服务中心", "嵌入式养老服务点")), "credit": odd(90, orgCode("52"), "办理中"),
			"kind": pick("养老院", "街道综合养老服务中心", "社区嵌入式养老服务点", "社区嵌入式养老服务点"), "beds": number(10, 300), "occupied": within(3, 250),
			"grade": pick("未评定", "一级", "二级", "三级", "四级", "五级"), "opened": dated(ago(50, 3000)), "phone": office,
		}},
		"parking": {rows: 430, firms: true, from: 10_000, cells: map[string]cell{
			"code": odd(60, serial("TC", 5), "待备案"), "name": joined(road, pick("停车场", "地下停车场", "路内泊位")), "kind": odd(50, pick("公共停车场", "配建停车场", "路内泊位", "临时停车场"), "立体车库"),
			"spaces": odd(90, number0(12, 900), "0", "若干"), "fee": pick("首小时5元，之后每小时3元", "每次10元", "免费", "按政府指导价"), "operator": companyName, "opened": dated(ago(30, 3000)),
		}},
		"chargers": {rows: 690, firms: true, from: 10_500, form: jsonl, cells: map[string]cell{
			"code": serial("CDZ", 6), "station": joined(road, text("充电站")), "operator": companyName, "kind": odd(60, pick("直流", "直流", "交流", "交直流一体"), "快充"),
			"power": odd(90, pick("7.00", "30.00", "60.00", "120.00", "180.00"), "7kW", "1200"), "started": future(40, ago(10, 1500)), "status": pick("正常", "正常", "正常", "故障", "停用"),
		}},
		"bus_stops": {rows: 390, form: tabbed, cells: map[string]cell{
			"code": digits(6), "name": joined(road, pick("站", "公交站", "（地铁）站")), "road": road, "direction": odd(60, pick("东", "南", "西", "北"), "东南"), "lines": odd(60, number0(1, 18), "0"),
		}},
		"lamps": {rows: 3240, form: tabbed, twice: 40, cells: map[string]cell{
			"code": odd(40, serial("LD", 6), "LD-新"), "road": road, "kind": odd(50, pick("LED", "LED", "LED", "高压钠灯", "太阳能"), "节能灯"), "power": odd(60, pick("60", "100", "150", "250", "400"), "150W"),
			"height": odd(60, amount(5, 12), "120"), "installed": future(30, ago(100, 5000)), "status": pick("正常", "正常", "正常", "正常", "故障", "停用"),
		}},
		"manholes": {rows: 4200, form: csvGB18030, twice: 30, cells: map[string]cell{
			"code": odd(40, serial("JG", 7), "无编号"), "kind": odd(60, pick("雨水", "雨水", "污水", "给水", "电力", "通信", "燃气"), "不明"), "owner": blank(80, pick("区水务和湖泊局", "市水务集团", "国网武汉供电公司", "武汉电信", "武汉天然气公司")),
			"material": odd(60, pick("球墨铸铁", "复合材料", "钢筋混凝土", "钢格栅"), "铁"), "road": road, "checked": future(40, ago(0, 200)), "status": pick("正常", "正常", "正常", "正常", "破损", "沉降", "缺失"),
		}},
	}
}

// later0 is a day after the delivery.
func later0(lo, hi int) date {
	return func(r *record) invent.Day { return min(r.today+invent.Day(lo+r.N(hi-lo+1)), invent.LastDay) }
}

// office is a fixed line of the district.
func office(r *record, b []byte) []byte {
	if r.hit(80) {
		return append(b, "027-8284"...)
	}
	return invent.AppendInt(append(b, "027-82"...), r.N(1_000_000), 6)
}
