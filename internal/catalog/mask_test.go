package catalog_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/catalog"
)

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
