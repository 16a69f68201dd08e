package demo

import "github.com/chengshu/chengshu/internal/demo/invent"

// workTables are directories of the district's running.
func workTables() map[string]table {
	return map[string]table{
		"grids": {rows: 1310, place: inTurn, cells: map[string]cell{
			"code": gridCode, "name": joined(communityName, text("第"), gridNumber, text("网格")), "region": communityCode, "households": number(180, 620),
			"residents": residents, "leader": anyName, "adjusted": dated(ago(60, 900)),
		}},
		"hotline": {rows: 3020, people: aged(18, 80), from: 160_000, twice: 15, cells: map[string]cell{
			"code": odd(30, joined(text("WH"), codeDay, serial("", 6)), "重复件"), "received": received, "caller": blank(900, personName), "channel": odd(30, pick("电话", "电话", "电话", "网络", "微信", "12345APP", "领导信箱"), "来访"),
			"kind":    odd(50, pick("市容环境", "市容环境", "物业管理", "物业管理", "交通出行", "噪声扰民", "供水供气", "房屋安全", "消费维权", "劳动保障"), "其它问题"),
			"content": content, "dept": pick("区城管执法局", "区住房和城市更新局", "区公安分局", "区水务和湖泊局", "塔子湖街道办", "区市场监管局"),
			"closed": closed, "satisfied": pick("满意", "满意", "非常满意", "基本满意", "不满意", "未评价"),
		}},
		"components": {rows: 4820, form: piped, twice: 30, cells: map[string]cell{
			"code": odd(40, joined(text("420102"), serial("", 10)), "待赋码"), "class": odd(30, pick("公用设施", "公用设施", "交通设施", "市容环境", "园林绿化"), "其它"), "kind": pick("上水井盖", "雨水箅子", "路灯", "交通标志牌", "垃圾箱", "行道树", "护树设施", "通信交接箱"),
			"owner": blank(60, pick("区城管执法局", "区水务和湖泊局", "区交通大队", "区园林和林业局")), "status": pick("完好", "完好", "完好", "完好", "破损", "丢失"), "surveyed": future(30, ago(20, 700)),
		}},
		"air": {rows: 744, form: jsonl, place: nowhere, cells: map[string]cell{
			"station": station, "station_code": stationCode, "at": hour, "aqi": gap(number(18, 160)), "pm25": gap(particles(40, 60)), "pm10": gap(particles(80, 110)),
			"so2": gap(amount1(3, 14)), "no2": gap(amount1(10, 80)), "o3": gap(amount1(5, 160)), "co": gap(joined(text("0."), number0(30, 99))), "chief": pick("PM2.5", "PM10", "O3", "—"),
		}},
		"projects": {rows: 206, form: xlsx, cells: map[string]cell{
			"code": odd(90, joined(text("2026-420102-"), digits(2), text("-"), digits(2), text("-"), digits(6)), "待赋码"), "name": joined(streetName, pick("排水管网改造", "老旧小区改造", "口袋公园建设", "道路微循环", "社区服务中心建设", "学校扩建"), text("项目")),
			"builder": pick("区住房和城市更新局", "区水务和湖泊局", "区园林和林业局", "江岸城投集团有限公司"), "kind": pick("基础设施", "公共服务", "城市更新", "生态环保"), "invest": odd(40, amount(200, 60_000), "约3亿"),
			"done": within(10, 300), "stage": pick("前期", "在建", "在建", "在建", "竣工"), "starts": dated(ago(30, 700)), "ends": early(150, later(200, 1200)),
		}},
	}
}

func nowhere(*record) {}

func gridNumber(r *record, b []byte) []byte { return invent.AppendInt(b, r.n/len(r.places)%9+1, 0) }

func anyName(r *record, b []byte) []byte { return invent.AppendName(b, &r.Rand, r.One(2)) }

func residents(r *record, b []byte) []byte {
	if r.hit(150) {
		return invent.AppendInt(b, r.seen/3, 0)
	}
	return invent.AppendInt(b, r.seen*24/10+r.N(100), 0)
}

func codeDay(r *record, b []byte) []byte { return r.calendar.AppendPlain(b, r.today) }

// received is a time on the day before the delivery, or in the thirty before the first one.
func received(r *record, b []byte) []byte {
	r.mark = r.today - 1
	if r.turn == 0 {
		r.mark -= invent.Day(min(r.N(30), r.N(30)))
	}
	if r.hit(20) {
		return append(b, "昨日上午"...)
	}
	r.seen = 7 + r.N(15)
	return r.clock(b, r.mark, r.seen, r.N(60), r.N(60))
}

func (r *record) clock(b []byte, d invent.Day, hour, minute, second int) []byte {
	b = append(append(b, r.calendar.Text(d)...), ' ')
	b = append(invent.AppendInt(b, hour, 2), ':')
	b = append(invent.AppendInt(b, minute, 2), ':')
	return invent.AppendInt(b, second, 2)
}

func closed(r *record, b []byte) []byte {
	switch {
	case r.N(8) == 0: // still open
		return b
	case r.hit(60):
		return r.clock(b, r.mark-3, 9, r.N(60), 0)
	}
	d := r.mark + invent.Day(1+r.N(6))
	if d >= r.today {
		return b
	}
	return r.clock(b, d, 9+r.N(9), r.N(60), r.N(60))
}

func content(r *record, b []byte) []byte {
	if r.hit(40) {
		return append(b, "同上"...)
	}
	what := []string{"附近夜间施工噪声扰民，请协调处理", "垃圾桶长期满溢无人清运", "路灯不亮，夜间出行不便", "井盖松动，车辆经过异响",
		"小区电梯频繁故障，物业未及时维修", "占道经营影响通行", "水压不足，高层用水困难", "共享单车乱停放堵塞盲道", "房屋渗水，多次报修未解决"}
	b = append(append(append(b, "市民反映"...), r.at.street...), r.at.name...)
	return append(append(b, r.Pick(roads)...), r.Pick(what)...)
}

// air: an hour of a station a row, three stations in turn.
func station(r *record, b []byte) []byte {
	return append(b, [...]string{"后湖子站", "江岸堤角站", "百步亭站"}[r.n%3]...)
}

func stationCode(r *record, b []byte) []byte {
	return append(b, [...]string{"1325A", "1326A", "1327A"}[r.n%3]...)
}

func hour(r *record, b []byte) []byte {
	n := r.n / 3
	if r.hit(20) {
		return append(b, "24:00"...)
	}
	return r.clock(b, r.today-1-invent.Day(n/24), n%24, 0, 0)
}

// gap is what a station sends while it calibrates itself.
func gap(c cell) cell {
	return func(r *record, b []byte) []byte {
		switch {
		case r.hit(150):
			return append(b, '-')
		case r.hit(40):
			return append(b, "9999"...)
		}
		return c(r, b)
	}
}

// particles follow the index: so many to so many per cent of it.
func particles(lo, hi int) cell {
	return func(r *record, b []byte) []byte {
		b = append(invent.AppendInt(b, r.seen*(lo+r.N(hi-lo+1))/100, 0), '.')
		return append(b, byte('0'+r.N(10)))
	}
}
