package clock

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func notices11to26(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/notices/*.txt")
	if err != nil || len(files) != 19 {
		t.Fatal(files, err)
	}
	slices.Sort(files) // the years in order, for each may tell days of the December before, then what changed them
	slices.SortStableFunc(files, func(a, b string) int { return len(filepath.Base(a)) - len(filepath.Base(b)) })
	var texts []string
	for _, f := range files {
		texts = append(texts, string(must(os.ReadFile(f))))
	}
	return texts
}

// The calendar is what the State Council's notices say, from 2011 to 2026, word by word.
func TestCalendarAgainstTheNotices(t *testing.T) {
	bare := must(Published().With(Change{Publishes: years(2011, 2026), Source: "weeks alone"}))
	var changes []Change
	for _, text := range notices11to26(t) {
		ch, err := ParseNotice(text)
		if strings.Contains(text, "延长2020年春节假期") {
			if code(err) != "clock.notice" {
				t.Errorf("an extension told in words of its own: %v", err)
			}
			ch = Change{Days: []Day{{Date: NewDate(2020, 1, 31), Kind: Holiday}, {Date: NewDate(2020, 2, 1), Kind: Holiday}, {Date: NewDate(2020, 2, 2), Kind: Holiday}}}
		} else if err != nil {
			t.Fatalf("%s: %v", text[:60], err)
		} else if ch.Source == "" {
			t.Errorf("%s has no number", text[:60])
		}
		changes = append(changes, ch)
	}
	read := must(bare.With(changes...))
	for d := NewDate(2011, 1, 1); d <= NewDate(2026, 12, 31); d++ {
		if a, b := must(read.Day(d)), must(Published().Day(d)); a.Kind.Works() != b.Kind.Works() {
			t.Errorf("%s is %s by the notices, %s in the calendar", d, a.Kind, b.Kind)
		}
	}
	if d := must(read.Day(NewDate(2025, 10, 6))); d.Name.ZH != "国庆节、中秋节" || d.Name.EN != "National Day, Mid-autumn Festival" {
		t.Errorf("%+v", d.Name)
	}
}

func years(from, to int) (all []int) {
	for y := from; y <= to; y++ {
		all = append(all, y)
	}
	return all
}

// A slip in a notice is found, and told with its place.
func TestNoticeRefuses(t *testing.T) {
	good := string(must(os.ReadFile("testdata/notices/2026.txt")))
	for name, x := range map[string]struct{ old, new, place string }{
		"a weekday that is not the date's": {"2月14日（周六）", "2月14日（周日）", "2月14日（周日）"},
		"too many days":                    {"共9天", "共8天", "2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）"},
		"no such day":                      {"9月25日（周五）至27日（周日）", "9月25日（周五）至31日", "至31日"},
		"a working day that is made up":    {"5月9日（周六）上班", "5月11日上班", "2026-05-11"},
		"rest and work at once":            {"2月28日（周六）上班", "2月21日（周六）上班", "2026-02-21"},
		"a festival forgotten":             {"三、清明节：4月4日（周六）至6日（周一）放假，共3天。", "", "清明节"},
	} {
		text := strings.Replace(good, x.old, x.new, 1)
		if text == good {
			t.Fatalf("%s changes nothing", name)
		}
		_, err := ParseNotice(text)
		if code(err) != "clock.notice" || !strings.Contains(err.Error(), x.place+": ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseNotice("请大家注意休息"); code(err) != "clock.notice" {
		t.Error(err)
	}
	if half := strings.NewReplacer("（", "(", "）", ") ", "：", ": ", "，", ", ").Replace(good); len(must(ParseNotice(half)).Days) != len(must(ParseNotice(good)).Days) {
		t.Error("narrow punctuation is read otherwise")
	}
}

func FuzzNotice(f *testing.F) {
	f.Add("关于2026年部分节假日安排的通知 元旦：1月1日（周四）至3日（周六）放假调休，共3天。")
	f.Add("9月3日至5日调休放假。9999年99月99日至1日上班")
	f.Fuzz(func(t *testing.T, text string) {
		if ch, err := ParseNotice(text); err == nil {
			if _, err := Published().With(ch); err != nil {
				t.Errorf("%q is read, but is no change: %v", text, err)
			}
		}
	})
}
