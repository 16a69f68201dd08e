package demo

import "github.com/chengshu/chengshu/internal/demo/invent"

// creditCode writes the enterprise's credit code, in so many ten-thousandths of the rows
// with a wrong check character or the O and 0 mistaken for one another.
func creditCode(wrong int) cell {
	return func(r *record, b []byte) []byte {
		at := len(b)
		b = invent.AppendCredit(b, "91", "420102", r.firm.key)
		switch {
		case r.hit(wrong):
			if b[len(b)-1] == '0' {
				b[len(b)-1] = '1'
			} else {
				b[len(b)-1] = '0'
			}
		case r.hit(wrong / 4):
			b[at+11] = 'O'
		case r.hit(40): // lower case, mended by upper
			for i := at; i < len(b); i++ {
				if b[i] >= 'A' {
					b[i] += 'a' - 'A'
				}
			}
		}
		return b
	}
}

// orgCode is the credit code of an organisation that is no enterprise.
func orgCode(kind string) cell {
	return func(r *record, b []byte) []byte {
		return invent.AppendCredit(b, kind, "420102", r.firm.key|1)
	}
}

var (
	brands1 = []string{"江", "汉", "华", "中", "鑫", "金", "新", "恒", "德", "瑞", "天", "盛", "宏", "安", "永", "长", "楚", "荆", "光", "明"}
	brands2 = []string{"达", "通", "源", "泰", "和", "兴", "丰", "盛", "康", "宇", "诚", "隆", "合", "汇", "信", "佳", "创", "科", "能", "远"}
	trades  = []string{"商贸", "科技", "餐饮管理", "建筑工程", "物业服务", "文化传媒", "医疗器械", "供应链", "电子商务", "信息技术", "汽车服务", "教育咨询", "装饰工程", "物流", "生物科技", "人力资源"}
)

func companyName(r *record, b []byte) []byte {
	x := of(r.firm.key, 1)
	b = append(b, "武汉"...)
	b = append(b, x.Pick(brands1)...)
	b = append(b, x.Pick(brands2)...)
	if x.One(2) {
		b = append(b, x.Pick(brands2)...)
	}
	b = append(b, x.Pick(trades)...)
	if x.One(12) {
		return append(b, "股份有限公司"...)
	}
	return append(b, "有限公司"...)
}

func legalPerson(r *record, b []byte) []byte {
	x := of(r.firm.key, 2)
	return invent.AppendName(b, &x, x.One(2))
}

// legalID is the citizen id of the legal person: one of the district's people.
func legalID(r *record, b []byte) []byte {
	mine := r.who
	x := of(r.firm.key, 3)
	r.who = r.adult(x.N(180_000))
	b = idNo(100)(r, b)
	r.who = mine
	return b
}

// adult is the first person from the n-th on of working age.
func (r *record) adult(n int) person {
	for ; ; n++ {
		if p := r.person(n); r.today-p.birth > 24*365 && r.today-p.birth < 60*365 {
			return p
		}
	}
}
