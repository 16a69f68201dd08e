package search

import "testing"

func TestFewFindsAsTheIndexDoes(t *testing.T) {
	for _, c := range []struct {
		q     string
		texts []string
		found bool
	}{
		{"养老", []string{"养老待遇核验", "pension_check"}, true},
		{"yanglao", []string{"养老待遇核验"}, true},
		{"ylao", []string{"养老待遇核验"}, false},
		{"yang", []string{"养老待遇核验"}, true},
		{"yangl", []string{"养老待遇核验"}, true},
		{"ya", []string{"养老待遇核验"}, false}, // the first syllable is whole
		{"dyhy", []string{"养老待遇核验"}, true},
		{"d", []string{"养老待遇核验"}, false},
		{"chongqing", []string{"重庆路"}, true},
		{"zhongqing", []string{"重庆路"}, true},
		{"lv", []string{"绿化"}, true},
		{"lu", []string{"绿化"}, true},
		{"ＰＥＮＳＩＯＮ", []string{"养老", "pension_check"}, true},
		{"养老 核验", []string{"养老待遇核验"}, true},
		{"养老 残疾", []string{"养老待遇核验"}, false},
		{"xi'an", []string{"西安"}, true},
		{"", []string{"养老"}, false},
		{"  ", []string{"养老"}, false},
		{"zhou", []string{"周仁声", "zhou_rensheng"}, true},
		{"zrs", []string{"周仁声"}, true},
		{"zrsx", []string{"周仁声"}, false},
	} {
		if got := Among(c.q).Find(c.texts...) > 0; got != c.found {
			t.Errorf("%q finds %v: %t", c.q, c.texts, got)
		}
	}
	better := func(q, a, b string) {
		if Among(q).Find(a) <= Among(q).Find(b) {
			t.Errorf("by %q %s does not stand before %s", q, a, b)
		}
	}
	better("人社局", "人社局", "区人社局")
	better("残疾", "残疾人证", "爱心残疾卡")
	better("cj", "残疾人证", "爱心残疾卡")
}
