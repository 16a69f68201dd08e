package catalog

import (
	"slices"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// Word is one of the words a declaration may use in a place, with its title.
type Word = spec.Word

// Classes are the kinds of directories (发改高技〔2017〕1272号).
func Classes() []Word {
	return []Word{
		{Name: "base", Title: fault.T("基础信息资源", "base")},
		{Name: "theme", Title: fault.T("主题信息资源", "theme")},
		{Name: "department", Title: fault.T("部门信息资源", "department")},
	}
}

// Domains are the matters data belongs to, as the list of 公共信息资源开放试点工作方案 has them,
// and what remains.
func Domains() []Word {
	return []Word{
		{Name: "credit", Title: fault.T("信用服务", "credit")},
		{Name: "health", Title: fault.T("医疗卫生", "health")},
		{Name: "employment", Title: fault.T("社保就业", "social security and jobs")},
		{Name: "safety", Title: fault.T("公共安全", "public safety")},
		{Name: "housing", Title: fault.T("城建住房", "building and housing")},
		{Name: "transport", Title: fault.T("交通运输", "transport")},
		{Name: "education", Title: fault.T("教育文化", "education and culture")},
		{Name: "technology", Title: fault.T("科技创新", "science and technology")},
		{Name: "energy", Title: fault.T("资源能源", "resources and energy")},
		{Name: "environment", Title: fault.T("生态环境", "environment")},
		{Name: "industry", Title: fault.T("工业农业", "industry and farming")},
		{Name: "trade", Title: fault.T("商贸流通", "trade")},
		{Name: "finance", Title: fault.T("财税金融", "finance and tax")},
		{Name: "production", Title: fault.T("安全生产", "safety at work")},
		{Name: "market", Title: fault.T("市场监督", "market supervision")},
		{Name: "relief", Title: fault.T("社会救助", "social relief")},
		{Name: "law", Title: fault.T("法律服务", "legal services")},
		{Name: "living", Title: fault.T("生活服务", "everyday services")},
		{Name: "weather", Title: fault.T("气象服务", "weather")},
		{Name: "geography", Title: fault.T("地理空间", "geography")},
		{Name: "organisation", Title: fault.T("机构团体", "organisations")},
		{Name: "other", Title: fault.T("其他", "other")},
	}
}

// Formats are the forms a resource is kept in.
func Formats() []Word {
	return []Word{
		{Name: "database", Title: fault.T("数据库", "database")},
		{Name: "table", Title: fault.T("电子表格", "spreadsheet")},
		{Name: "file", Title: fault.T("电子文件", "electronic file")},
		{Name: "image", Title: fault.T("图形图像", "image")},
		{Name: "stream", Title: fault.T("流媒体", "streaming media")},
		{Name: "self", Title: fault.T("自描述格式", "self-describing")},
		{Name: "api", Title: fault.T("服务接口", "service interface")},
	}
}

// ShareTypes are the three of 政务数据共享条例 (Decree 809).
func ShareTypes() []Word {
	return []Word{
		{Name: "free", Title: fault.T("无条件共享", "unconditional")},
		{Name: "conditional", Title: fault.T("有条件共享", "conditional")},
		{Name: "none", Title: fault.T("不予共享", "not shared")},
	}
}

// Ways are how shared data travels (Decree 809 art. 22).
func Ways() []Word {
	return []Word{
		{Name: "api", Title: fault.T("服务接口", "service interface")},
		{Name: "exchange", Title: fault.T("批量交换", "bulk exchange")},
		{Name: "file", Title: fault.T("文件下载", "file download")},
	}
}

// Levels are the grades of data, the lowest first: the four within 一般数据, 重要数据 and
// 核心数据 (GB/T 43697-2024, the four being informative).
func Levels() []Word {
	return []Word{
		{Name: "L1", Title: fault.T("一般 1 级", "general, level 1")},
		{Name: "L2", Title: fault.T("一般 2 级", "general, level 2")},
		{Name: "L3", Title: fault.T("一般 3 级", "general, level 3")},
		{Name: "L4", Title: fault.T("一般 4 级", "general, level 4")},
		{Name: Important, Title: fault.T("重要", "important")},
		{Name: Core, Title: fault.T("核心", "core")},
	}
}

// BasisKinds are the only bases on which data is not shared (Decree 809 art. 14–15).
func BasisKinds() []Word {
	return []Word{
		{Name: "law", Title: fault.T("法律", "law")},
		{Name: "regulation", Title: fault.T("行政法规", "administrative regulation")},
		{Name: "decision", Title: fault.T("国务院决定", "State Council decision")},
	}
}

// Updates are the update periods.
func Updates() []Word {
	return []Word{
		{Name: "realtime", Title: fault.T("实时", "real time")},
		{Name: "daily", Title: fault.T("每日", "daily")},
		{Name: "weekly", Title: fault.T("每周", "weekly")},
		{Name: "monthly", Title: fault.T("每月", "monthly")},
		{Name: "quarterly", Title: fault.T("每季度", "quarterly")},
		{Name: "yearly", Title: fault.T("每年", "yearly")},
	}
}

// Modes are how a batch enters the table.
func Modes() []Word {
	return []Word{
		{Name: "append", Title: fault.T("追加", "append")},
		{Name: "replace", Title: fault.T("全量替换", "replace")},
		{Name: "merge", Title: fault.T("按主键合并", "merge by key")},
	}
}

// Personals are the kinds of personal information an item may hold; each has its mask.
func Personals() []Word {
	return []Word{
		{Name: "name", Title: fault.T("姓名", "name")},
		{Name: "id", Title: fault.T("证件号码", "identity number")},
		{Name: "birth", Title: fault.T("出生日期", "date of birth")},
		{Name: "phone", Title: fault.T("电话号码", "phone number")},
		{Name: "address", Title: fault.T("住址", "address")},
		{Name: "account", Title: fault.T("账号", "account number")},
		{Name: "other", Title: fault.T("其他个人信息", "other personal information")},
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
