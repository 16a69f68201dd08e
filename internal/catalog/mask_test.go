package catalog_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/chengshu/chengshu/internal/catalog"
)

func TestMask(t *testing.T) {
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
		if got := catalog.Mask(c.kind, c.in); got != c.want {
			t.Errorf("%s %q: got %q, want %q", c.kind, c.in, got, c.want)
		}
	}
}

func TestMaskRow(t *testing.T) {
	d := pension()
	text := func(in ...string) (out []*string) {
		for _, s := range in {
			out = append(out, &s)
		}
		return out
	}
	plain := func(in []*string) string {
		var out []string
		for _, s := range in {
			if s == nil {
				out = append(out, "NULL")
			} else {
				out = append(out, *s)
			}
		}
		return strings.Join(out, "|")
	}
	whole := text("李明", "420102195603120031", "1956-03-12", "1", "13812341234", "塔新社区")
	missing := text("李明", "420102195603120031", "1956-03-12", "1", "13812341234", "塔新社区")
	missing[4] = nil
	for _, c := range []struct {
		name string
		in   []*string
		want string
	}{
		{"each cell by its item", whole, "李*|420102********0031|1956-**-**|1|138****1234|塔新社区"},
		{"what is missing stays so", missing, "李*|420102********0031|1956-**-**|1|NULL|塔新社区"},
		{"shifted cells", text("1", "李明", "420102195603120031", "1956-03-12", "1", "电话13812341234 塔新"),
			"*|**|******************|1956-03-12|*|电话138****1234 塔新"},
		{"a line that was not parsed", text("李明,420102195603120031,\"1956"), "***"},
	} {
		if got := plain(d.MaskRow(c.in)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	for i := range d.Items {
		d.Items[i].Personal = ""
	}
	if got := d.MaskRow(whole); !reflect.DeepEqual(got, whole) {
		t.Errorf("nothing personal: %s", plain(got))
	}
}

// TestMaskAlwaysCovers: whatever a personal cell holds, at most so many of its characters
// are seen, and never all of them.
func TestMaskAlwaysCovers(t *testing.T) {
	seen := map[string]int{"name": 1, "id": 10, "birth": 4, "phone": 7, "address": 6, "account": 4, "other": 0}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(catalog.Personals()).Draw(t, "kind").Name
		text := rapid.OneOf(rapid.StringMatching(`[0-9Xx×]{1,20}`), rapid.StringMatching(`[一-龥a-z0-9]{1,30}`),
			rapid.StringMatching(`[12]?[0-9]{1,3}.?[0-9]{1,2}.?[0-9]{1,4}`), rapid.String()).Draw(t, "text")
		n := 0
		for _, r := range catalog.Mask(kind, text) {
			if unicode.IsLetter(r) && !strings.ContainsRune("年月日", r) || unicode.IsNumber(r) {
				n++
			}
		}
		all := strings.IndexFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) < 0
		if n > seen[kind] || !all && kind != "birth" && catalog.Mask(kind, text) == text {
			t.Fatalf("%q as %s shows %q", text, kind, catalog.Mask(kind, text))
		}
	})
}

func TestMatch(t *testing.T) {
	for _, c := range []struct{ name, headers, want string }{
		{"titles", "姓名|公民身份号码|出生日期", "name|id_no|born"},
		{"names in any case", "NAME|Id_No", "name|id_no"},
		{"width, blanks, byte order mark", "\ufeff姓 名|ＩＤ＿ＮＯ|　性别\t", "name|id_no|sex"},
		{"other headers and brackets", "身份证号|手机号", "id_no|phone"},
		{"brackets of another kind", "证件号码(居民身份证)", "id_no"},
		{"brackets around all", "证件号码【居民身份证】", "id_no"},
		{"a remark is left out", "联系电话（手机或座机）|姓名(必填)", "phone|name"},
		{"a remark of ours is left out", "证件号码", "id_no"},
		{"stars of forms", "*姓名|性别*", "name|sex"},
		{"the better header wins", "姓名（曾用名）|姓名", "|name"},
		{"of equals the first", "姓名|姓名", "name|"},
		{"unknown and empty", "籍贯||()", "||"},
	} {
		got := catalog.Match(strings.Split(c.headers, "|"), pension())
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s: got %s, want %s", c.name, s, c.want)
		}
	}
	twins := catalog.Directory{Items: []catalog.Item{{Name: "a", Title: "金额（元）"}, {Name: "b", Title: "金额（万元）"}}}
	if got := catalog.Match([]string{"金额", "金额(万元)", "金额 (元)"}, twins); !reflect.DeepEqual(got, []string{"", "b", "a"}) {
		t.Errorf("items that differ by the remark alone: %q", got)
	}
}
