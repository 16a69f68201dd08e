package clock

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

// A notice says its days as "2月15日（农历腊月二十八、周日）至23日（周一）放假调休，共9天。2月14日（周六）上班。"
const dayWords = `(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日(?:（[^（）]*）)?`

var (
	noticeForm = regexp.MustCompile(`关于(\d{4})年部分节假日安排`)
	numberForm = regexp.MustCompile(`国办?发明电〔\d{4}〕\d+号`)
	yearForm   = regexp.MustCompile(`(\d{4})年`)
	dayForm    = regexp.MustCompile(`(至)?(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:（([^（）]*)）)?`)
	daysForm   = regexp.MustCompile(`(` + dayWords + `(?:[至、和]` + dayWords + `)*)(?:全国)?(放假|补休|调休|公休|上班)(?:[^。]*?共(\d{1,2})天)?`)
	weekForm   = regexp.MustCompile(`(?:星期|周)([日一二三四五六])`)
	namesForm  = regexp.MustCompile(`((?:元旦|春节|清明节|劳动节|端午节|中秋节|国庆节)(?:、(?:中秋节|国庆节))?)：`)
	widths     = strings.NewReplacer("(", "（", ")", "）", ":", "：", ",", "，", " ", "", "\u3000", "", "\r", "", "\n", "", "\t", "")
)

var festivalNames = map[string]string{"元旦": "New Year's Day", "春节": "Spring Festival", "清明节": "Tomb-sweeping Day", "劳动节": "Labour Day",
	"端午节": "Dragon Boat Festival", "中秋节": "Mid-autumn Festival", "国庆节": "National Day"}

// ParseNotice reads the text of the State Council's notice on the holidays of a year
// (国务院办公厅关于某年部分节假日安排的通知), or of one that changes single days. Its weekdays and
// numbers of days are checked, so that a slip of the pen or of the copy is found.
func ParseNotice(text string) (Change, error) {
	text = widths.Replace(text)
	n := notice{found: map[Date]Day{}}
	if m := noticeForm.FindStringSubmatch(text); m != nil {
		n.year, _ = strconv.Atoi(m[1])
		n.change.Publishes = []int{n.year}
	} else if m := yearForm.FindStringSubmatch(text); m != nil {
		n.year, _ = strconv.Atoi(m[1])
	}
	n.change.Source = numberForm.FindString(text)
	for _, m := range daysForm.FindAllStringSubmatchIndex(text, -1) {
		most := ""
		if m[6] >= 0 {
			most = text[m[6]:m[7]]
		}
		if err := n.read(text[m[2]:m[3]], text[m[4]:m[5]], most, nameBefore(text[:m[0]])); err != nil {
			return Change{}, err
		}
	}
	return n.done(text)
}

// notice is what was read of one so far.
type notice struct {
	year   int
	change Change
	found  map[Date]Day
}

// read takes one group of days: they are rest days or, with 上班, worked.
func (n *notice) read(words, verb, most string, name fault.Text) error {
	var days []Date
	month := 0
	for _, m := range dayForm.FindAllStringSubmatch(words, -1) {
		d, err := n.day(m, &month)
		if err != nil {
			return err
		}
		if m[1] != "" && len(days) > 0 {
			for x := days[len(days)-1] + 1; x < d && len(days) < 40; x++ {
				days = append(days, x)
			}
		}
		days = append(days, d)
	}
	if want, err := strconv.Atoi(most); most != "" && (err != nil || want != len(days)) {
		return badNotice(fault.T("天数与起止日期不符", "the number of days differs from its dates"), words)
	}
	kind := Holiday
	if verb == "上班" {
		kind = MakeUp
	}
	for _, d := range days {
		if w := d.Weekday(); kind == MakeUp && w != time.Saturday && w != time.Sunday {
			return badNotice(fault.T("上班的日子不是周末", "a day to be worked is not of a weekend"), d.String())
		}
		if old, ok := n.found[d]; ok && old.Kind != kind {
			return badNotice(fault.T("同一天既放假又上班", "a day both rests and is worked"), d.String())
		}
		n.found[d] = Day{Date: d, Kind: kind, Name: name}
	}
	return nil
}

// day reads one date; a year or month that it does not say is that of the notice or of the
// date before it.
func (n *notice) day(m []string, month *int) (Date, error) {
	year := n.year
	if m[2] != "" {
		year, _ = strconv.Atoi(m[2])
	}
	if m[3] != "" {
		*month, _ = strconv.Atoi(m[3])
	}
	if year == 0 {
		return 0, badNotice(fault.T("没有写明年份", "the year is missing"), m[0])
	}
	of, _ := strconv.Atoi(m[4])
	d := NewDate(year, time.Month(*month), of)
	if *month < 1 || *month > 12 || of < 1 || d != NewDate(year, time.Month(*month), 1)+Date(of-1) || d >= NewDate(year, time.Month(*month)+1, 1) {
		return 0, badNotice(fault.T("没有这一天", "there is no such day"), m[0])
	}
	if !d.ranged() {
		return 0, outside(d)
	}
	if w := weekForm.FindStringSubmatch(m[5]); w != nil && strings.Index("日一二三四五六", w[1])/len("日") != int(d.Weekday()) {
		return 0, badNotice(fault.T("日期与星期不符", "the date and the weekday differ"), m[0])
	}
	return d, nil
}

// done is the change, whole: a yearly notice tells every festival.
func (n *notice) done(text string) (Change, error) {
	if len(n.found) == 0 {
		return Change{}, badNotice(fault.T("没有读到放假或上班的日期", "no days of rest or work were found"), "")
	}
	for name := range festivalNames {
		if len(n.change.Publishes) > 0 && !slices.ContainsFunc(namesForm.FindAllStringSubmatch(text, -1), func(m []string) bool { return strings.Contains(m[1], name) }) {
			return Change{}, badNotice(fault.T("全年通知缺少节日", "a festival is missing from a notice of the year"), name)
		}
	}
	for _, d := range n.found {
		n.change.Days = append(n.change.Days, d)
	}
	slices.SortFunc(n.change.Days, func(a, b Day) int { return int(a.Date - b.Date) })
	return n.change, nil
}

// nameBefore is the festival under whose heading a text ends.
func nameBefore(text string) fault.Text {
	all := namesForm.FindAllStringSubmatch(text, -1)
	if len(all) == 0 {
		return fault.Text{}
	}
	zh := all[len(all)-1][1]
	var en []string
	for _, p := range strings.Split(zh, "、") {
		en = append(en, festivalNames[p])
	}
	return fault.Text{ZH: zh, EN: strings.Join(en, ", ")}
}

func badNotice(text fault.Text, where string) error {
	return fault.New(fault.Invalid, "clock.notice", text).At("%s", where).
		Fix(fault.T("请核对通知原文，或逐日填写", "compare it with the notice itself, or enter the days one by one"))
}
