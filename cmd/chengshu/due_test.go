package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// The sum is told in both languages, needs no data folder, and is the same as JSON.
func TestDue(t *testing.T) {
	t.Chdir(t.TempDir())
	args := []string{"due", "--from", "2026-11-20 10:06", "--budget", "8wh", "--pause", "2026-11-20 11:00/2026-11-20 11:30:等候补正材料",
		"--extend", "1wd:须现场勘验", "--ladder", "50 100", "--now", "2026-11-20 10:06"}
	zh := command(t, append(args, "--lang", "zh-CN")...)
	want := `2026-11-20 10:06 起算，时限 8 个工作小时
2026-11-20 10:06–11:00 计 54 分
2026-11-20 11:00–11:30 暂停：等候补正材料
2026-11-20 11:30–12:00 计 30 分
2026-11-20 13:30–17:30 计 4 小时
2026-11-21 至 2026-11-22 周末，不计
2026-11-23 09:00–11:36 计 2 小时 36 分
2026-11-20 10:06 同意延期 1 个工作日：须现场勘验
2026-11-24 计 1 个工作日
2026-11-24 17:30 到期
工作日历 cn-2026
50%：2026-11-23 14:48
100%：2026-11-24 17:30
还剩 19 小时 24 分（工作时间）
`
	if zh.code != 0 || zh.out != want {
		t.Errorf("code %d, %s\n%s", zh.code, zh.errs, zh.out)
	}
	en := command(t, append(args, "--lang", "en")...)
	if en.code != 0 || !strings.Contains(en.out, "2026-11-20 11:00–11:30: paused: 等候补正材料\n") || !strings.HasSuffix(en.out, "19 h 24 min of working time left\n") {
		t.Errorf("%+v", en)
	}
	var told struct {
		At  string
		Sum []struct{ Kind, Words string }
	}
	if err := json.Unmarshal([]byte(command(t, append(args, "--json")...).out), &told); err != nil || told.At != "2026-11-24T17:30:00+08:00" || len(told.Sum) != 11 || told.Sum[2].Kind != "held" {
		t.Errorf("%+v %v", told, err)
	}
}

func TestDueRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	from, budget := []string{"--from", "2026-11-20 10:06"}, []string{"--budget", "8wh"}
	for name, x := range map[string]struct {
		args        []string
		code, place string
	}{
		"no start":               {budget, "command", "--from"},
		"no budget":              {from, "clock.budget", "--budget"},
		"a budget of nothing":    {append(from, "--budget", "0wd"), "clock.budget", "--budget"},
		"a start long ago":       {append(budget, "--from", "1998-01-01 10:00"), "clock.range", "1998-01-01"},
		"no end in sight":        {append(from, "--budget", "9999999wd"), "clock.horizon", ""},
		"a pause that is none":   {append(append(from, budget...), "--pause", "2026-11-20 11:00"), "command", "--pause"},
		"a pause for no reason":  {append(append(from, budget...), "--pause", "2026-11-20 11:00/2026-11-20 11:30"), "clock.reason", "--pause"},
		"a pause before it":      {append(append(from, budget...), "--pause", "2026-11-20 09:00/:补正"), "clock.order", "--pause"},
		"an extension of none":   {append(append(from, budget...), "--extend", "soon:补正"), "clock.budget", "--extend"},
		"closed for good":        {append(append(from, budget...), "--hours", " "), "clock.hours", "--hours"},
		"steps out of order":     {append(append(from, budget...), "--ladder", "80 50"), "clock.ladder", "50%"},
		"a step that is no step": {append(append(from, budget...), "--ladder", "half"), "clock.ladder", "--ladder"},
	} {
		got := command(t, append([]string{"due", "--json"}, x.args...)...)
		var e told
		if err := json.Unmarshal([]byte(got.errs), &e); err != nil || got.code != 1 || e.Error.Code != x.code || e.Error.Where != x.place {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// The page on time limits shows what the command says.
func TestTimeLimitsPage(t *testing.T) {
	for file, lang := range map[string]string{"time-limits.md": "en", "time-limits.zh-CN.md": "zh-CN"} {
		text, err := os.ReadFile("../../docs/explanation/" + file)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(text), "```sh\nchengshu ")
		line, rest, _ := strings.Cut(rest, "\n")
		_, rest, _ = strings.Cut(rest, "```text\n")
		sum, _, _ := strings.Cut(rest, "```")
		var args []string
		for i, part := range strings.Split(line, `"`) { // every other part stands in quotation marks
			if i%2 == 1 {
				args = append(args, part)
			} else {
				args = append(args, strings.Fields(part)...)
			}
		}
		if got := command(t, append(args, "--lang", lang)...); got.code != 0 || sum == "" || !strings.HasPrefix(got.out, sum) {
			t.Errorf("%s: %s%s\nthe page says\n%s", file, got.out, got.errs, sum)
		}
	}
}
