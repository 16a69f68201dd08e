package rule

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/row"
)

// GuessRules suggests rules for a column by its header and samples, which need not be
// cleaned. Without lists no region is guessed.
func GuessRules(header string, values []string, lists Lists) []Guess {
	s := sampleOf(header, values)
	if len(s.plain) == 0 {
		return nil
	}
	var out []Guess
	add := func(d Decl, why fault.Text) { out = append(out, Guess{d, why}) }
	if n := float64(len(s.plain)) / float64(s.all); s.all >= 20 && (n == 1 || n >= most && s.says(keyWords()...)) {
		add(Decl{Kind: "required"}, because(n, "不为空", "are not blank"))
	}
	if !s.numbers(lists, add) {
		s.quantities(add)
		s.sets(add)
	}
	return out
}

func keyWords() []string {
	return []string{"身份证", "身份号码", "信用代码", "证件号", "编号", "证号", "姓名", "名称", "id_no", "id_card", "credit"}
}

// idWords are headers under which a wrong check digit is a wrong id, not another number.
func idWords() []string {
	return []string{"身份证", "身份号码", "id_no", "id_card"}
}

// numbers suggests the rules of well-known numbers; ok when the column is one of them.
func (s sample) numbers(lists Lists, add func(Decl, fault.Text)) (ok bool) {
	if n := s.share(func(v string) bool { return citizenID([]byte(xMarked(v))) }); n >= most || s.says(idWords()...) && s.share(func(v string) bool { return likeID(xMarked(v)) }) >= most {
		add(Decl{Kind: "citizen_id"}, because(n, "通过 GB 11643 校验", "pass the check of GB 11643"))
		if lists != nil {
			add(Decl{Kind: "id_division"}, fault.T("公民身份号码前六位为区划代码", "a citizen id begins with a division"))
		}
		s.key(add)
		return true
	}
	if n := s.share(func(v string) bool { return creditCode([]byte(strings.ToUpper(v))) }); n >= most {
		add(Decl{Kind: "credit_code"}, because(n, "通过 GB 32100 校验", "pass the check of GB 32100"))
		s.key(add)
		return true
	}
	n := s.share(func(v string) bool { return phoneNumber([]byte(barePhone(v))) })
	if n >= most && (s.mostly(mobile) || s.says(phoneWords()...)) {
		add(Decl{Kind: "phone"}, because(n, "为境内电话号码", "are mainland phone numbers"))
		return true
	}
	return lists != nil && s.region(lists, add)
}

// key suggests uniqueness where hardly any value comes twice.
func (s sample) key(add func(Decl, fault.Text)) {
	distinct := map[string]bool{}
	for _, v := range s.plain {
		distinct[v] = true
	}
	if n := float64(len(distinct)) / float64(len(s.plain)); n >= 0.95 && len(s.plain) >= 20 {
		add(Decl{Kind: "unique"}, because(n, "互不相同", "are all different"))
	}
}

func (s sample) region(lists Lists, add func(Decl, fault.Text)) bool {
	levels, heads := map[string]bool{}, map[string]int{}
	n := s.share(func(v string) bool {
		level, ok := lists.Region([]byte(v))
		if !ok || len(v) != 12 {
			return false
		}
		levels[level] = true
		heads[v[:6]]++
		return true
	})
	if n < most {
		return false
	}
	d := Decl{Kind: "region", Levels: slices.Sorted(maps.Keys(levels))}
	for head, count := range heads {
		if float64(count) >= most*float64(len(s.plain)) && !strings.HasSuffix(head, "00") {
			d.Within = head + "000000"
		}
	}
	add(d, because(n, "为现行区划代码", "are existing region codes"))
	return true
}

// quantities suggests bounds for dates and for numbers whose header says what they are.
func (s sample) quantities(add func(Decl, fault.Text)) {
	t, _ := GuessType(s.plain)
	if t.Kind == row.Date && s.says("出生", "成立", "登记", "签发", "发证", "注册", "死亡", "办理", "birth", "registered", "founded") {
		add(Decl{Kind: "not_future"}, fault.T("表头表明是已发生之事的日期", "the header tells of something past"))
	}
	for _, q := range []struct {
		words    []string
		min, max float64
	}{
		{[]string{"年龄", "age"}, 0, 150}, {[]string{"经度", "longitude", "lng"}, 73, 136}, {[]string{"纬度", "latitude"}, 3, 54},
	} {
		fits := func(v string) bool {
			var f float64
			_, err := fmt.Sscan(v, &f)
			return err == nil && f >= q.min && f <= q.max
		}
		if n := s.share(fits); n >= most && s.says(q.words...) && (t.Kind == row.Int || t.Kind == row.Decimal || t.Kind == row.Float) {
			lo, hi := q.min, q.max
			add(Decl{Kind: "range", Min: &lo, Max: &hi}, because(n, "在常见范围内", "lie in the usual range"))
		}
	}
}

// sets suggests a value set or a pattern of digits. Few values make a set only where each
// stands for many rows.
func (s sample) sets(add func(Decl, fault.Text)) {
	count := map[string]int{}
	for _, v := range s.plain {
		count[v]++
	}
	var often []string
	covered := 0
	for v, n := range count {
		if n*50 >= len(s.plain) && n > 1 {
			often = append(often, v)
			covered += n
		}
	}
	slices.SortFunc(often, func(a, b string) int { return cmp.Or(count[b]-count[a], cmp.Compare(a, b)) })
	if n := float64(covered) / float64(len(s.plain)); n >= most && len(s.plain) >= 20 && len(often) <= 12 && len(often)*10 <= len(s.plain) && short(often) && !s.named() {
		add(Decl{Kind: "values", Values: often}, because(n, fmt.Sprintf("集中于 %d 个值", len(often)), fmt.Sprintf("are one of %d values", len(often))))
		return
	}
	width := len(s.plain[0])
	n := s.share(func(v string) bool { return len(v) == width && digits([]byte(v)) })
	if t, _ := GuessType(s.plain); n >= most && t.Kind == row.Text && width >= 4 && width <= 32 && len(s.plain) >= 10 {
		add(Decl{Kind: "pattern", Pattern: fmt.Sprintf("[0-9]{%d}", width)}, because(n, fmt.Sprintf("为 %d 位数字", width), fmt.Sprintf("are %d digits", width)))
		if s.says(keyWords()...) {
			s.key(add)
		}
	}
}

func short(values []string) bool {
	return !slices.ContainsFunc(values, func(v string) bool { return runes([]byte(v)) > 20 })
}
