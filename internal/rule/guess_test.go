package rule

import (
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// some makes n samples; every tenth is what a department may have written instead.
func some(n int, good func(i int) string, bad string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = good(i)
		if bad != "-" && i%20 == 19 {
			out[i] = bad
		}
	}
	return out
}

func citizen(i int) string {
	s := fmt.Sprintf("420102%04d%02d%02d%03d", 1950+i%60, 1+i%12, 1+i%28, i%1000)
	return s + string(citizenCheck(s))
}

func TestGuesses(t *testing.T) {
	for _, c := range []struct {
		name, header string
		samples      []string
		kind, steps  string
		rules        string
	}{
		{"ids with signs for X", "身份证号", some(100, func(i int) string {
			return strings.Replace(citizen(i), "X", "×", 1)
		}, "42010219900101"), "text", "x_mark", "required citizen_id id_division unique"},
		{"ids in full width", "证件", some(40, func(i int) string { return " " + strings.NewReplacer("4", "４", "2", "２").Replace(citizen(i)) }, "-"), "text", "trim half_width", "required citizen_id id_division unique"},
		{"credit codes", "统一社会信用代码", some(30, func(int) string { return "91350100m000100y43" }, "-"), "text", "upper", "required credit_code"},
		{"phones", "手机", some(40, func(i int) string { return fmt.Sprintf("138 %04d %04d", i, i*7) }, "无"), "text", "blank_words phone", "phone"},
		{"fixed lines by header", "联系电话", some(40, func(i int) string { return fmt.Sprintf("027-8%07d", i) }, "-"), "text", "phone", "required phone"},
		{"numbers of eight digits are no phones", "数量", some(40, func(i int) string { return fmt.Sprint(20000000 + i*999331) }, "-"), "text", "", "required pattern"},
		{"slashed dates", "出生日期", some(40, func(i int) string { return fmt.Sprintf("19%02d/%d/%d", 50+i%50, 1+i%12, 1+i%28) }, ""), "date", "date", "not_future"},
		{"compact dates", "登记日期", some(40, func(i int) string { return fmt.Sprintf("19%02d%02d%02d", 50+i%50, 1+i%12, 1+i%28) }, "不详"), "date", "blank_words date", "not_future"},
		{"serial dates by header", "日期", some(40, func(i int) string { return fmt.Sprint(40000 + i*37) }, "-"), "int", "date", "required"},
		{"timestamps", "更新时间", some(40, func(i int) string { return fmt.Sprintf("2024-01-05 %02d:%02d:11", i%24, i%60) }, "-"), "time", "", "required"},
		{"midnights are dates", "更新时间", some(40, func(i int) string { return fmt.Sprintf("2024-01-%02d 00:00:00", 1+i%28) }, "-"), "date", "date", "required"},
		{"ages", "年龄", some(40, func(i int) string { return fmt.Sprint(i * 2) }, ""), "int", "", "range"},
		{"money", "金额", some(40, func(i int) string { return fmt.Sprintf("%d.%02d", i*977, i) }, ""), "decimal(18,2)", "", ""},
		{"many places", "系数", some(40, func(i int) string { return fmt.Sprintf("0.%010d", i*99991) }, ""), "float", "", ""},
		{"sex", "性别", some(60, func(i int) string { return []string{"男", "女"}[i%2] }, "-"), "text", "", "required values"},
		{"few names are no set", "姓名", some(200, func(i int) string { return []string{"张一", "李二", "王三"}[i%3] }, "-"), "text", "", "required"},
		{"nor those of whoever signs", "经办人", some(200, func(i int) string { return []string{"张一", "李二"}[i%2] }, "-"), "text", "", "required"},
		{"nor those of firms", "企业名称", some(200, func(i int) string { return []string{"甲公司", "乙公司"}[i%2] }, "-"), "text", "", "required"},
		{"nor what somebody noted", "备注", some(200, func(i int) string { return []string{"已核", "待核"}[i%2] }, "-"), "text", "", "required"},
		{"names of kinds are a set", "人员类别名称", some(200, func(i int) string { return []string{"在职", "退休"}[i%2] }, "-"), "text", "", "required values"},
		{"few rows make no set", "学历", some(40, func(i int) string { return []string{"小学", "初中", "高中", "大专", "本科"}[i%5] }, "-"), "text", "", "required"},
		{"many rows do", "学历", some(50, func(i int) string { return []string{"小学", "初中", "高中", "大专", "本科"}[i%5] }, "-"), "text", "", "required values"},
		{"regions", "所属社区", some(40, func(int) string { return "420102002007" }, "江岸区"), "text", "", "required region"},
		{"codes with zeros", "行政编码", some(40, func(i int) string { return fmt.Sprintf("%05d", i*31) }, "-"), "text", "", "required pattern"},
		{"names", "姓名", some(40, func(i int) string { return "张" + string(rune('一'+i)) }, "-"), "text", "", "required"},
		{"addresses keep their width", "地址", some(40, func(i int) string { return fmt.Sprintf("解放大道（北） %d号", i) }, "-"), "text", "", "required"},
		{"truth", "有效", some(40, func(i int) string { return []string{"true", "FALSE"}[i%2] }, "-"), "bool", "", "required values"},
		{"nothing", "备注", []string{"", " ", "无"}, "text", "", ""},
		{"no samples", "备注", nil, "text", "", ""},
		{"too few fit", "身份证号", some(30, func(i int) string { return []string{citizen(i), "不是号码"}[i%2] }, "-"), "text", "", "required"},
	} {
		t.Run(c.name, func(t *testing.T) {
			kind, why := GuessType(c.samples)
			if kind.String() != c.kind || why.ZH == "" || why.EN == "" {
				t.Errorf("type %s (%s)", kind, why.EN)
			}
			var steps, rules []string
			for _, g := range GuessSteps(c.header, c.samples) {
				steps = append(steps, g.Step.Do)
				if g.Reason.ZH == "" || g.Reason.EN == "" {
					t.Error("no reason for", g.Step.Do)
				}
			}
			var d []Decl
			for _, g := range GuessRules(c.header, c.samples, someLists{}) {
				rules = append(rules, g.Decl.Kind)
				if g.Reason.ZH == "" || g.Reason.EN == "" {
					t.Error("no reason for", g.Decl.Kind)
				}
				g.Decl.Item = "v"
				d = append(d, g.Decl)
			}
			if got := strings.Join(steps, " "); got != c.steps {
				t.Errorf("steps %q", got)
			}
			if got := strings.Join(rules, " "); got != c.rules {
				t.Errorf("rules %q", got)
			}
			var clean []Step
			for _, g := range GuessSteps(c.header, c.samples) {
				clean = append(clean, g.Step)
			}
			if _, err := Compile(Set{Items: []Item{{Name: "v", Type: kind, Clean: clean}}, Rules: d}, someLists{}); err != nil {
				t.Error("the guess does not compile:", err)
			}
		})
	}
}

func TestGuessedRegionsKnowLevelAndDistrict(t *testing.T) {
	g := GuessRules("社区", []string{"420102002007", "420102002007"}, someLists{})
	text, _ := yaml.Marshal(g[0].Decl)
	if string(text) != "kind: region\nlevels: [community]\nwithin: \"420102000000\"\n" {
		t.Errorf("%s", text)
	}
}

func TestPersonalByHeader(t *testing.T) {
	for header, want := range map[string]string{"姓名": "name", " 法定代表人 ": "name", "户主": "name", "Name": "name", "企业名称": "", "人名单位": "", "家庭住址": "address",
		"银行账号": "account", "账号状态": "", "性别": "", "": ""} {
		if got := PersonalOf(header); got != want {
			t.Errorf("%q is %q, want %q", header, got, want)
		}
	}
}
