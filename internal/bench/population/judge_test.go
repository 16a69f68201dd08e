package population

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/chengshu/chengshu/internal/region"
)

var (
	book      = region.New()
	today     = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	idForm    = regexp.MustCompile(`^[0-9]{17}[0-9X]$`)
	nameForm  = regexp.MustCompile(`^[\p{Han}·]+$`)
	houseForm = regexp.MustCompile(`^[0-9]{9}$`)
	phoneForm = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	eighteen  = regexp.MustCompile(`^[0-9]{17}[0-9Xx]$`)
	sexForm   = regexp.MustCompile(`^[0-9]{16}([13579].1|[02468].2)$`)
)

// judge is the slow reference: the rules of directory.yaml read off the norms, row by row,
// knowing nothing of how the row was made.
func judge(f []string, ids map[string]int) (broken []string) {
	if len(f) != 15 {
		return []string{"parse"}
	}
	ok := func(rule string, holds bool) {
		if !holds {
			broken = append(broken, rule)
		}
	}
	id, name, sex, nation, place, address, phone := f[0], f[1], f[2], f[4], f[5], f[6], f[7]
	education, marriage, household, employer := f[8], f[9], f[10], f[12]
	birth, birthFits := date(f[3])
	registered, registeredFits := date(f[13])
	updated, updatedFits := date(f[14])
	for i, rule := range map[int]string{0: "id_no", 1: "name", 2: "sex", 3: "birth", 5: "region", 6: "address", 13: "registered"} {
		ok("required_"+rule, f[i] != "")
	}
	ok("type_birth", birthFits)
	ok("type_registered", registeredFits)
	ok("type_updated", updatedFits)
	members, err := strconv.Atoi(f[11])
	ok("type_members", err == nil)
	ok("range_members", err != nil || members >= 1 && members <= 20)

	ok("citizen_id_id_no", id == "" || citizen(id))
	ok("length_id_no", id == "" || utf8.RuneCountInString(id) == 18)
	ok("pattern_id_no", id == "" || idForm.MatchString(id))
	ok("unique_id_no", ids[id] < 2)
	ok("id_sex", id == "" || sex == "" || sexForm.MatchString(id+sex))
	if eighteen.MatchString(id) {
		year, _ := strconv.Atoi(id[6:10])
		ok("id_division_id_no", book.Division([]byte(id[:6]), year))
		ok("id_birth_birth", birth.IsZero() || birth.Format("20060102") == id[6:14])
	}

	ok("length_name", name == "" || utf8.RuneCountInString(name) >= 2 && utf8.RuneCountInString(name) <= 20)
	ok("pattern_name", name == "" || nameForm.MatchString(name))
	ok("values_sex", sex == "" || sex == "1" || sex == "2")
	ok("range_birth", birth.IsZero() || birth.Year() >= 1900)
	ok("not_future_birth", !birth.After(today))
	ok("codes_nation", nation == "" || len(nation) == 2 && nation >= "01" && nation <= "56")
	level, known := book.Region([]byte(place))
	ok("region_region", place == "" || known && level == "community")
	ok("length_address", address == "" || utf8.RuneCountInString(address) >= 6 && utf8.RuneCountInString(address) <= 100)
	ok("phone_phone", phone == "" || phoneForm.MatchString(phone))
	ok("codes_education", slices.Contains(strings.Fields("10 20 30 40 60 70 80 90"), education) || education == "")
	ok("values_marriage", slices.Contains(strings.Fields("10 20 21 22 23 30 40 90"), marriage) || marriage == "")
	ok("pattern_household", household == "" || houseForm.MatchString(household))
	ok("credit_code_employer", employer == "" || credit(employer))
	ok("range_registered", registered.IsZero() || registered.Year() >= 1958)
	ok("not_future_registered", !registered.After(today))
	ok("registered_after_birth", registered.IsZero() || birth.IsZero() || !registered.Before(birth))
	ok("not_future_updated", !updated.After(today))
	ok("updated_after_registered", updated.IsZero() || registered.IsZero() || !updated.Before(registered))
	return broken
}

// date reads a day; blank fits every date and is zero.
func date(s string) (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, s)
	return t, err == nil || s == ""
}

// citizen is GB 11643: the weighted sum of all eighteen is 1 modulo 11, the birth is a day.
func citizen(id string) bool {
	if !idForm.MatchString(id) {
		return false
	}
	sum, weight := 0, 1
	for i := 17; i >= 0; i-- {
		sum += strings.IndexByte("0123456789X", id[i]) * weight
		weight *= 2
	}
	_, err := time.Parse("20060102", id[6:14])
	return sum%11 == 1 && err == nil
}

// credit is GB 32100 with the organisation code of GB 11714 inside.
func credit(code string) bool {
	if len(code) != 18 {
		return false
	}
	sum, weight := 0, 1
	for _, c := range code[:17] {
		v := strings.IndexRune("0123456789ABCDEFGHJKLMNPQRTUWXY", c)
		if v < 0 {
			return false
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	return strings.IndexByte("0123456789ABCDEFGHJKLMNPQRTUWXY", code[17]) == (31-sum%31)%31
}
