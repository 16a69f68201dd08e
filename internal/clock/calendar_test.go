package clock

import (
	"bufio"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/fault"
)

// others reads a file of scripts/calendars: whether each day is worked.
func others(t *testing.T, file string) map[Date]bool {
	t.Helper()
	f, err := os.Open("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	worked := map[Date]bool{}
	for in := bufio.NewScanner(f); in.Scan(); {
		if strings.HasPrefix(in.Text(), "#") {
			continue
		}
		year, days, _ := strings.Cut(in.Text(), " ")
		first := NewDate(must(strconv.Atoi(year)), 1, 1)
		for i, c := range days {
			worked[first+Date(i)] = c == '1'
		}
	}
	return worked
}

func works(t *testing.T, d Date) bool {
	t.Helper()
	day, err := Published().Day(d)
	if err != nil {
		t.Fatal(err)
	}
	return day.Kind.Works()
}

// The calendar agrees with a source that was made apart from it, on every day it has.
func TestThirdSource(t *testing.T) {
	days := others(t, "chinesecalendar.txt")
	if len(days) != int(NewDate(2027, 1, 1)-NewDate(2004, 1, 1)) {
		t.Fatalf("%d days", len(days))
	}
	for d, worked := range days {
		if works(t, d) != worked {
			t.Errorf("%s: worked is %v there", d, worked)
		}
	}
}

// wrong are the days on which chinese-workday differs from the State Council's notices, by
// the notice that says so.
var wrong = map[string]string{
	"2011-01-29": "国办发明电〔2010〕40号: 1月30日、2月12日上班",
	"2011-02-12": "国办发明电〔2010〕40号: 1月30日、2月12日上班",
	"2011-04-02": "国办发明电〔2010〕40号: 4月2日上班",
	"2011-12-31": "国办发明电〔2011〕45号: 2011年12月31日上班",
	"2012-01-29": "国办发明电〔2011〕45号: 1月21日、1月29日上班",
	"2012-03-31": "国办发明电〔2011〕45号: 3月31日、4月1日上班",
	"2012-04-01": "国办发明电〔2011〕45号: 3月31日、4月1日上班",
	"2012-04-28": "国办发明电〔2011〕45号: 4月28日上班",
	"2012-09-30": "国办发明电〔2011〕45号: 9月30日至10月7日放假调休，9月29日上班",
	"2012-10-08": "国办发明电〔2011〕45号: 9月30日至10月7日放假调休，9月29日上班",
	"2013-04-07": "国办发明电〔2012〕33号: 4月7日上班",
	"2013-04-27": "国办发明电〔2012〕33号: 4月27日、4月28日上班",
	"2013-04-28": "国办发明电〔2012〕33号: 4月27日、4月28日上班",
	"2013-06-08": "国办发明电〔2012〕33号: 6月8日、6月9日上班",
	"2013-06-09": "国办发明电〔2012〕33号: 6月8日、6月9日上班",
	"2013-10-12": "国办发明电〔2012〕33号: 9月29日、10月12日上班",
	"2013-12-29": "国办发明电〔2013〕28号: 2014年元旦1月1日放假1天，无调休",
	"2014-06-03": "国办发明电〔2013〕28号: 6月2日放假，与周末连休",
	"2014-06-04": "国办发明电〔2013〕28号: 6月2日放假，与周末连休",
	"2014-09-09": "国办发明电〔2013〕28号: 9月8日放假，与周末连休",
	"2014-09-10": "国办发明电〔2013〕28号: 9月8日放假，与周末连休",
	"2014-10-11": "国办发明电〔2013〕28号: 9月28日、10月11日上班",
	"2015-09-03": "国发明电〔2015〕1号: 9月3日至5日调休放假",
	"2015-09-04": "国发明电〔2015〕1号: 9月3日至5日调休放假",
	"2018-01-01": "国办发明电〔2017〕12号: 1月1日放假，与周末连休",
	"2020-01-31": "国办发明电〔2020〕1号: 延长2020年春节假期至2月2日",
	"2020-02-01": "国办发明电〔2020〕1号: 延长2020年春节假期至2月2日",
	"2023-01-03": "国办发明电〔2022〕16号: 2022年12月31日至2023年1月2日放假调休",
}

func TestSecondSource(t *testing.T) {
	days, differ := others(t, "chinese-workday.txt"), map[string]bool{}
	if len(days) != int(NewDate(2027, 1, 1)-NewDate(2011, 1, 1)) {
		t.Fatalf("%d days", len(days))
	}
	for d, worked := range days {
		if works(t, d) == worked {
			continue
		}
		differ[d.String()] = true
		if wrong[d.String()] == "" {
			t.Errorf("%s: worked is %v there, and no notice explains it", d, worked)
		}
	}
	for d, notice := range wrong {
		if !differ[d] {
			t.Errorf("%s (%s) does not differ", d, notice)
		}
	}
}

// Every statutory holiday, lunar dates and 清明 among them, is a rest day of the notices.
func TestFestivals(t *testing.T) {
	for y, days := FirstYear, 0; y <= 2026; y, days = y+1, 0 {
		for _, f := range festivals(y) {
			for _, d := range f.days {
				days++
				if day := must(Published().Day(d)); day.Kind.Works() {
					t.Errorf("%s %s is %s", d, f.name.ZH, day.Kind)
				}
			}
		}
		if want := map[bool]int{true: 13, false: 11}[y >= 2025]; y >= 2008 && days != want {
			t.Errorf("%d: %d days", y, days)
		}
	}
}

// Dates known from almanacs, for years nobody has published a calendar for; 2033 has its
// leap month after the eleventh.
func TestLunarDates(t *testing.T) {
	for year, want := range map[int]string{
		2027: "2027-02-06 2027-04-05 2027-06-09 2027-09-15",
		2028: "2028-01-26 2028-04-04 2028-05-28 2028-10-03",
		2033: "2033-01-31 2033-04-04 2033-06-01 2033-09-08",
		2034: "2034-02-19 2034-04-05 2034-06-20 2034-09-27",
	} {
		var got []string
		for _, name := range []string{"春节", "清明", "端午", "中秋"} {
			for _, f := range festivals(year) {
				if f.name.ZH == name {
					d := f.days[0]
					if name == "春节" {
						d++ // the list begins with the eve
					}
					got = append(got, d.String())
				}
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%d: %v, want %s", year, got, want)
		}
	}
}

// The law's fallback has as many working days a year as the notices had: they move days, but
// give none, except where they say so.
func TestFallbackCountsLikeNotices(t *testing.T) {
	given := map[int]int{
		2011: -1, 2012: 1, // 国办发明电〔2011〕45号: 31 December 2011 is worked for 3 January 2012
		2015: 1, // 国发明电〔2015〕1号: 3 September, a holiday of its own
		2020: 2, // 国办发明电〔2020〕1号: 31 January, and 1 February that was to be worked
	}
	for y := 2008; y <= 2026; y++ {
		bare := must(Published().With(Change{Publishes: []int{y}, Source: "weeks alone"}))
		bare.assume(y)
		if got, want := bare.worked(y)-given[y], Published().worked(y); got != want {
			t.Errorf("%d: %d working days, the notice has %d", y, got, want)
		}
	}
}

func (c *Calendar) worked(year int) int {
	n := 0
	for d := NewDate(year, 1, 1); d < NewDate(year+1, 1, 1); d++ {
		if c.kind[d-firstDay].Works() {
			n++
		}
	}
	return n
}

func TestDays(t *testing.T) {
	for text, want := range map[string]string{
		"2026-02-14": "makeup 春节", "2026-02-17": "holiday 春节", "2026-11-20": "working ", "2026-11-21": "weekend ",
	} {
		d := must(Published().Day(must(ParseDate(text))))
		if got := d.Kind.String() + " " + d.Name.ZH; got != want || d.Assumed {
			t.Errorf("%s: %q, assumed %v", text, got, d.Assumed)
		}
	}
	if d := must(Published().Day(must(ParseDate("2027-02-05")))); d.Kind != Holiday || !d.Assumed {
		t.Errorf("the eve of 2027: %+v", d)
	}
	for _, text := range []string{"2003-12-31", "2101-01-01"} {
		_, err := Published().Day(must(ParseDate(text)))
		if !errors.Is(err, fault.New(fault.Invalid, "clock.range", fault.Text{})) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
