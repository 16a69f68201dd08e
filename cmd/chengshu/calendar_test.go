package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestCalendar(t *testing.T) {
	t.Chdir(t.TempDir())
	got := command(t, "calendar", "2026", "--lang", "zh-CN")
	for _, want := range []string{"2026 年：248 个工作日，已公布（工作日历 cn-2026）\n", "\n2026-02-15 至 2026-02-23 放假 春节\n", "\n2026-02-28 调休上班 春节\n"} {
		if got.code != 0 || !strings.Contains(got.out, want) {
			t.Errorf("%q is missing:\n%s%s", want, got.out, got.errs)
		}
	}
	if got := command(t, "calendar", "2027", "--lang", "en"); !strings.HasPrefix(got.out, "2027: 248 working days, not published") || !strings.Contains(got.out, "2027-02-05 to 2027-02-10 holiday Spring Festival") {
		t.Errorf("%+v", got)
	}
}

// A notice is shown before anybody takes it over, with what it changes.
func TestCalendarOfANotice(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	text := "国务院办公厅关于2027年部分节假日安排的通知\n一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n二、春节：2月5日至12日放假调休，共8天。2月14日（周日）、2月20日（周六）上班。\n三、清明节：4月3日至5日放假，共3天。\n" +
		"四、劳动节：5月1日至5日放假调休，共5天。5月8日（周六）上班。\n五、端午节：6月9日放假，共1天。\n六、中秋节：9月15日放假，共1天。\n七、国庆节：10月1日至7日放假调休，共7天。9月26日（周日）、10月9日（周六）上班。\n"
	file := put(t, dir, "notice.txt", text)
	got := command(t, "calendar", "--notice", file, "--json")
	var r calendarYear
	if err := json.Unmarshal([]byte(got.out), &r); err != nil || r.Year != 2027 || r.Assumed || len(r.Changed) == 0 || !strings.HasPrefix(r.Version, "cn-2026+") {
		t.Errorf("%+v %v", got, err)
	}
	if r.WorkingDays != 248 {
		t.Errorf("%d working days", r.WorkingDays)
	}
	if got := command(t, "calendar", "--notice", file, "--lang", "zh-CN"); !strings.Contains(got.out, "与现用工作日历不同：2027-02-14 周末 → 调休上班\n") {
		t.Errorf("%s", got.out)
	}
	bad := put(t, dir, "bad.txt", strings.Replace(text, "共8天", "共7天", 1))
	for name, x := range map[string]struct{ args, code, place string }{
		"no year":        {"calendar soon", "command", "YEAR"},
		"a year too far": {"calendar 2101", "command", "YEAR"},
		"no file":        {"calendar --notice none.txt", "command", "none.txt"},
		"a slip in it":   {"calendar --notice " + bad, "clock.notice", "2月5日至12日"},
	} {
		got := command(t, append(strings.Fields(x.args), "--json")...)
		var e told
		if err := json.Unmarshal([]byte(got.errs), &e); err != nil || got.code != 1 || e.Error.Code != x.code || e.Error.Where != x.place {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}
