package catalog

import (
	"slices"

	"github.com/chengshu/chengshu/internal/fault"
)

// Word is one of the words a declaration may use in a place, with its title.
type Word struct {
	Name  string     `json:"name"`
	Title fault.Text `json:"title"`
}

// Classes are the kinds of directories (发改高技〔2017〕1272号).
func Classes() []Word {
	return []Word{
		{"base", fault.T("基础信息资源", "base")},
		{"theme", fault.T("主题信息资源", "theme")},
		{"department", fault.T("部门信息资源", "department")},
	}
}

// Domains are the matters data belongs to, as the list of 公共信息资源开放试点工作方案 has them,
// and what remains.
func Domains() []Word {
	return []Word{
		{"credit", fault.T("信用服务", "credit")},
		{"health", fault.T("医疗卫生", "health")},
		{"employment", fault.T("社保就业", "social security and jobs")},
		{"safety", fault.T("公共安全", "public safety")},
		{"housing", fault.T("城建住房", "building and housing")},
		{"transport", fault.T("交通运输", "transport")},
		{"education", fault.T("教育文化", "education and culture")},
		{"technology", fault.T("科技创新", "science and technology")},
		{"energy", fault.T("资源能源", "resources and energy")},
		{"environment", fault.T("生态环境", "environment")},
		{"industry", fault.T("工业农业", "industry and farming")},
		{"trade", fault.T("商贸流通", "trade")},
		{"finance", fault.T("财税金融", "finance and tax")},
		{"production", fault.T("安全生产", "safety at work")},
		{"market", fault.T("市场监督", "market supervision")},
		{"relief", fault.T("社会救助", "social relief")},
		{"law", fault.T("法律服务", "legal services")},
		{"living", fault.T("生活服务", "everyday services")},
		{"weather", fault.T("气象服务", "weather")},
		{"geography", fault.T("地理空间", "geography")},
		{"organisation", fault.T("机构团体", "organisations")},
		{"other", fault.T("其他", "other")},
	}
}

// Formats are the forms a resource is kept in.
func Formats() []Word {
	return []Word{
		{"database", fault.T("数据库", "database")},
		{"table", fault.T("电子表格", "spreadsheet")},
		{"file", fault.T("电子文件", "electronic file")},
		{"image", fault.T("图形图像", "image")},
		{"stream", fault.T("流媒体", "streaming media")},
		{"self", fault.T("自描述格式", "self-describing")},
		{"api", fault.T("服务接口", "service interface")},
	}
}

// ShareTypes are the three of 政务数据共享条例 (Decree 809).
func ShareTypes() []Word {
	return []Word{
		{"free", fault.T("无条件共享", "unconditional")},
		{"conditional", fault.T("有条件共享", "conditional")},
		{"none", fault.T("不予共享", "not shared")},
	}
}

// Ways are how shared data travels (Decree 809 art. 22).
func Ways() []Word {
	return []Word{
		{"api", fault.T("服务接口", "service interface")},
		{"exchange", fault.T("批量交换", "bulk exchange")},
		{"file", fault.T("文件下载", "file download")},
	}
}

// Levels are the grades of data, the lowest first: the four within 一般数据, 重要数据 and
// 核心数据 (GB/T 43697-2024, the four being informative).
func Levels() []Word {
	return []Word{
		{"L1", fault.T("一般 1 级", "general, level 1")},
		{"L2", fault.T("一般 2 级", "general, level 2")},
		{"L3", fault.T("一般 3 级", "general, level 3")},
		{"L4", fault.T("一般 4 级", "general, level 4")},
		{Important, fault.T("重要", "important")},
		{Core, fault.T("核心", "core")},
	}
}

// BasisKinds are the only bases on which data is not shared (Decree 809 art. 14–15).
func BasisKinds() []Word {
	return []Word{
		{"law", fault.T("法律", "law")},
		{"regulation", fault.T("行政法规", "administrative regulation")},
		{"decision", fault.T("国务院决定", "State Council decision")},
	}
}

// Updates are the update periods.
func Updates() []Word {
	return []Word{
		{"realtime", fault.T("实时", "real time")},
		{"daily", fault.T("每日", "daily")},
		{"weekly", fault.T("每周", "weekly")},
		{"monthly", fault.T("每月", "monthly")},
		{"quarterly", fault.T("每季度", "quarterly")},
		{"yearly", fault.T("每年", "yearly")},
	}
}

// Modes are how a batch enters the table.
func Modes() []Word {
	return []Word{
		{"append", fault.T("追加", "append")},
		{"replace", fault.T("全量替换", "replace")},
		{"merge", fault.T("按主键合并", "merge by key")},
	}
}

// Personals are the kinds of personal information an item may hold; each has its mask.
func Personals() []Word {
	return []Word{
		{"name", fault.T("姓名", "name")},
		{"id", fault.T("证件号码", "identity number")},
		{"birth", fault.T("出生日期", "date of birth")},
		{"phone", fault.T("电话号码", "phone number")},
		{"address", fault.T("住址", "address")},
		{"account", fault.T("账号", "account number")},
		{"other", fault.T("其他个人信息", "other personal information")},
	}
}

// fits says by which ways a resource of a format can be shared at all.
func fits(format, way string) bool {
	ways := map[string][]string{
		"database": {"api", "exchange", "file"},
		"table":    {"exchange", "file"},
		"file":     {"exchange", "file"},
		"image":    {"api", "exchange", "file"},
		"stream":   {"api"},
		"self":     {"api", "exchange", "file"},
		"api":      {"api"},
	}
	return slices.Contains(ways[format], way)
}

func names(words []Word) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w.Name
	}
	return out
}

// titleOf is a word's title; the word itself where it is unknown.
func titleOf(words []Word, name string) fault.Text {
	for _, w := range words {
		if w.Name == name {
			return w.Title
		}
	}
	return fault.Text{ZH: name, EN: name}
}
