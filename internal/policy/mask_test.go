package policy_test

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/chengshu/chengshu/internal/policy"
)

func TestHide(t *testing.T) {
	for _, c := range []struct{ kind, in, want string }{
		{"name", "李明", "李*"},
		{"name", "王小明", "王**"},
		{"name", " 陈某 ", "陈*"},
		{"name", "买买提·艾力", "买***"},
		{"name", "李", "*"},
		{"id", "42010219560312003×", "420102********003×"},
		{"id", "420103195802302218", "420103********2218"},
		{"id", "4201021956031262", "420102********62"},
		{"id", "420102560312003", "420102********3"},
		{"id", "号码420102195603120031", "号码4201**********0031"},
		{"id", "4201021956", "420*******"},
		{"id", "E12345678", "E12******"},
		{"birth", "1956-03-12", "1956-**-**"},
		{"birth", "1958-02-30", "1958-**-**"},
		{"birth", "19560312", "1956****"},
		{"birth", "1956年3月12日", "1956年*月**日"},
		{"birth", "12/03/1956", "**/**/1956"},
		{"birth", "12031956", "********"},
		{"birth", "56-3-12", "**-*-**"},
		{"birth", "一九五六年三月", "****年*月"},
		{"birth", "Mar 12, 1956", "*** **, 1956"},
		{"phone", "13812341234", "138****1234"},
		{"phone", "027-82345678", "027*****5678"},
		{"phone", "8234567", "8*****7"},
		{"phone", "110", "***"},
		{"address", "湖北省武汉市江岸区塔子湖街道幸福里3栋402室", "湖北省武汉市****"},
		{"address", "3栋402", "3****"},
		{"account", "6222021234567890123", "********0123"},
		{"account", "123", "***"},
		{"other", "O型", "**"},
		{"unheard of", "abcdef", "***"},
		{"", "江岸区", "江岸区"},
		{"id", "", ""},
		{"id", "  ", "  "},
	} {
		if got := policy.Hide(policy.MaskKind(c.kind), c.in); got != c.want {
			t.Errorf("%s %q: got %q, want %q", c.kind, c.in, got, c.want)
		}
	}
}

// TestHideAlwaysCovers: whatever a personal cell holds, at most so many of its characters
// are seen, and never all of them.
func TestHideAlwaysCovers(t *testing.T) {
	seen := map[string]int{"name": 1, "id": 10, "birth": 4, "phone": 7, "address": 6, "account": 4, "other": 0}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]string{"name", "id", "birth", "phone", "address", "account", "other"}).Draw(t, "kind")
		text := rapid.OneOf(rapid.StringMatching(`[0-9Xx×]{1,20}`), rapid.StringMatching(`[一-龥a-z0-9]{1,30}`),
			rapid.StringMatching(`[12]?[0-9]{1,3}.?[0-9]{1,2}.?[0-9]{1,4}`), rapid.String()).Draw(t, "text")
		n := 0
		for _, r := range policy.Hide(policy.MaskKind(kind), text) {
			if unicode.IsLetter(r) && !strings.ContainsRune("年月日", r) || unicode.IsNumber(r) {
				n++
			}
		}
		all := strings.IndexFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) < 0
		if n > seen[kind] || !all && kind != "birth" && policy.Hide(policy.MaskKind(kind), text) == text {
			t.Fatalf("%q as %s shows %q", text, kind, policy.Hide(policy.MaskKind(kind), text))
		}
	})
}
