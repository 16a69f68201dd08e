package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// notice2027 is written as such notices are; its days are invented.
const notice2027 = "国务院办公厅关于2027年部分节假日安排的通知\n一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n二、春节：2月5日至12日放假调休，共8天。2月14日（周日）、2月20日（周六）上班。\n三、清明节：4月3日至5日放假，共3天。\n" +
	"四、劳动节：5月1日至5日放假调休，共5天。5月8日（周六）上班。\n五、端午节：6月9日放假，共1天。\n六、中秋节：9月15日放假，共1天。\n七、国庆节：10月1日至7日放假调休，共7天。9月26日（周日）、10月9日（周六）上班。\n"

// A year is assumed until its notice is imported; a day is set; both stand in the history.
func TestCalendar(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	data := " --data " + dir + "/data --lang zh-CN"
	run := func(line string) said { return command(t, strings.Fields(line+data)...) }
	got := run("calendar show 2026")
	for _, want := range []string{"2026 年：248 个工作日，已公布（工作日历 cn-2026）\n", "\n2026-02-15 至 2026-02-23 放假 春节\n", "\n2026-02-28 调休上班 春节\n"} {
		if got.code != 0 || !strings.Contains(got.out, want) {
			t.Errorf("%q is missing:\n%s%s", want, got.out, got.errs)
		}
	}
	if got := run("calendar show 2027"); !strings.Contains(got.out, "尚未公布") || !strings.Contains(got.out, "2027-02-05 至 2027-02-10 放假 春节") {
		t.Errorf("%+v", got)
	}
	file := put(t, dir, "notice.txt", notice2027)
	got = run("calendar import " + file + " --source 试 --check")
	if got.code != 0 || !strings.Contains(got.out, "2027-02-14 周末 → 调休上班\n") || !strings.Contains(got.out, "在办 0 件，到期时间变动 0 件") || !strings.HasSuffix(got.out, "未作改动\n") {
		t.Errorf("%+v", got)
	}
	if got := run("calendar show 2027"); !strings.Contains(got.out, "尚未公布") {
		t.Errorf("a look ahead published it: %s", got.out)
	}
	if got := run("calendar import " + file + " --source 试"); got.code != 0 || !strings.Contains(got.out, "已调整，工作日历 cn-2026+") {
		t.Errorf("%+v", got)
	}
	if got := run("calendar set 2027-07-20..2027-07-21=holiday --title 防汛停工 --source 防汛一级响应"); got.code != 0 || !strings.Contains(got.out, "2027-07-21 工作日 → 放假\n") {
		t.Errorf("%+v", got)
	}
	got = run("calendar show 2027 --json")
	var y calendarYear
	if err := json.Unmarshal([]byte(got.out), &y); err != nil || y.Assumed || y.Working != 246 || len(y.Changes) != 2 || y.Changes[1].Source != "防汛一级响应" || y.Changes[1].ByName != "本机" {
		t.Errorf("%+v %v", got, err)
	}
	if got := run("calendar show 2027"); !strings.Contains(got.out, "2027-07-20 至 2027-07-21 放假 防汛停工 （本地调整 2）\n") {
		t.Errorf("%s", got.out)
	}
	bad := put(t, dir, "bad.txt", strings.Replace(notice2027, "共8天", "共7天", 1))
	for name, x := range map[string]struct{ args, code, place string }{
		"no year":        {"calendar show soon", "command", "YEAR"},
		"a year too far": {"calendar show 2101", "command", "YEAR"},
		"no file":        {"calendar import none.txt", "file.missing", "none.txt"},
		"a slip in it":   {"calendar import " + bad, "clock.notice", "notice"},
		"no day":         {"calendar set tomorrow=holiday", "command", "tomorrow=holiday"},
		"no kind":        {"calendar set 2027-01-04=feast", "clock.calendar", "2027-01-04=feast"},
		"no basis":       {"calendar set 2027-01-04=holiday", "calendar.source", "source"},
		"a Monday":       {"calendar set 2027-01-11=holiday 2027-01-04=makeup --source 试", "clock.kind", "days[1].kind"},
	} {
		got := run(x.args + " --json")
		var e told
		if err := json.Unmarshal([]byte(got.errs), &e); err != nil || got.code != 1 || e.Error.Code != x.code || e.Error.Where != x.place {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}

// Hours are set for the district, and told as they stand.
func TestHoursCommand(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	run := func(args ...string) said {
		return command(t, append(args, "--data", dir+"/data", "--lang", "zh-CN")...)
	}
	if got := run("hours", "set", "--week", "08:30-12:00 14:30-18:00", "--reason", "夏季作息", "--check"); got.code != 0 || !strings.HasSuffix(got.out, "未作改动\n") {
		t.Errorf("%+v", got)
	}
	if got := run("hours", "set", "--week", "08:30-12:00 14:30-18:00", "--saturday", "09:00-12:00", "--reason", "夏季作息"); got.code != 0 || !strings.Contains(got.out, "在办 0 件") {
		t.Errorf("%+v", got)
	}
	if got := run("hours", "list"); !strings.Contains(got.out, "周一 08:30-12:00 14:30-18:00\n") || !strings.Contains(got.out, "周六 09:00-12:00\n") || !strings.Contains(got.out, "周日 不上班\n") {
		t.Errorf("%s", got.out)
	}
	for name, x := range map[string]struct {
		args        []string
		code, place string
	}{
		"out of order": {[]string{"hours", "set", "--week", "12:00-09:00"}, "clock.hours", "week[1]"},
		"never open":   {[]string{"hours", "set"}, "clock.hours", "week"},
		"no office":    {[]string{"hours", "set", "no_such", "--week", "09:00-12:00"}, "calendar.office", "office"},
	} {
		got := run(append(x.args, "--json")...)
		var e told
		if err := json.Unmarshal([]byte(got.errs), &e); err != nil || got.code != 1 || e.Error.Code != x.code || e.Error.Where != x.place {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	if got := run("hours", "reset"); got.code != 0 {
		t.Errorf("%+v", got)
	}
}
