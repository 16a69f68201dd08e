package rule

import (
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// Explain is the short reason a broken cell shows, without any value of the row.
func Explain(c Compiled) fault.Text {
	switch c.Kind {
	case Parse:
		return fault.T("该行无法解析", "the row cannot be parsed")
	case "required":
		return fault.T("缺少必填值", "a required value is missing")
	case "type":
		return fault.T("不符合声明的数据类型", "does not fit the declared type")
	case "pattern":
		return fault.T("不符合规定格式", "does not fit the pattern")
	case "length":
		return between("字符数", "characters", c.Min, c.Max)
	case "range":
		if c.From != "" || c.To != "" {
			return fault.T("日期不在 %s 至 %s 之间", "not between %s and %s", orDots(c.From), orDots(c.To))
		}
		return between("数值", "value", c.Min, c.Max)
	case "values":
		return fault.T("不在允许的值之内", "not among the allowed values")
	case "codes":
		return fault.T("不在代码集 %s 中", "not in the code list %s", c.List)
	case "region":
		return explainRegion(c)
	case "citizen_id":
		return fault.T("位数、出生日期或校验码不符（GB 11643）", "wrong length, birth date or check character (GB 11643)")
	case "credit_code":
		return fault.T("位数或校验码不符（GB 32100、GB 11714）", "wrong length or check character (GB 32100, GB 11714)")
	case "phone":
		return fault.T("不是有效的境内电话号码", "not a mainland phone number")
	case "not_future":
		return fault.T("日期晚于入库当日", "after the day of the load")
	case "id_birth":
		return fault.T("身份号码中的出生日期与出生日期项不一致", "the birth date inside the id differs from the birth date")
	case "id_division":
		return fault.T("前六位不是出生或签发时在用的区划代码", "the first six digits were no division at birth or issue")
	}
	return explainRelation(c)
}

func explainRelation(c Compiled) fault.Text {
	switch c.Kind {
	case "check":
		return fault.T("不满足：%s", "does not hold: %s", c.Expr)
	case "unique":
		return fault.T("与本批其他行重复（%s）", "repeated in this batch (%s)", strings.Join(c.Reads, ", "))
	case "duplicate_row":
		return fault.T("与本批另一行完全相同", "equal to another row of this batch")
	case "reference":
		return fault.T("在 %s.%s 中不存在", "not found in %s.%s", c.Table, c.Column)
	case "row_count":
		return fault.T("行数与上一批相差超过 %s", "the row count differs from the last batch's by more than %s", c.Within)
	case "freshness":
		return fault.T("数据未按期更新", "the data is not up to date")
	}
	return fault.Text{ZH: c.Title, EN: c.Name}
}

func explainRegion(c Compiled) fault.Text {
	zh, en := "不是现行区划代码", "not an existing region code"
	if len(c.Levels) > 0 {
		zh, en = zh+"，或层级不是 "+strings.Join(c.Levels, "、"), en+", or not a "+strings.Join(c.Levels, ", ")
	}
	if c.Within != "" {
		zh, en = zh+"，或不属于 "+c.Within, en+", or not within "+c.Within
	}
	return fault.Text{ZH: zh, EN: en}
}

func between(zh, en string, lo, hi *float64) fault.Text {
	show := func(v *float64) string {
		if v == nil {
			return "…"
		}
		return plain(*v)
	}
	return fault.T("%[1]s不在 %[3]s 至 %[4]s 之间", "%[2]s not between %[3]s and %[4]s", zh, en, show(lo), show(hi))
}

func orDots(s string) string {
	if s == "" {
		return "…"
	}
	return s
}
