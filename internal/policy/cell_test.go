package policy_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/row"
)

// laid lays a mask over a cell by way of a grant.
func laid(t *testing.T, m policy.Mask, ty row.Type, grantee string, v any) any {
	t.Helper()
	d := policy.Directory{Name: "x", Share: "free", Items: []policy.Item{{Name: "c", Type: ty}}}
	g := grant(d)
	g.Grantee.Name, g.Items = grantee, []policy.GrantItem{{Item: "c", Mask: m}}
	lens, err := policy.Compile(g, d, noon, salt).Over(schemaOf(d))
	if err != nil {
		t.Fatal(err)
	}
	got, ok := lens.Row([]any{v})
	if !ok {
		t.Fatal("the row is not shown")
	}
	return got[0]
}

func TestMaskedCells(t *testing.T) {
	day := func(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }
	for _, c := range []struct {
		mask string
		ty   row.Type
		in   any
		want any
	}{
		{"", row.IntType, int64(5), int64(5)},
		{"null", row.IntType, int64(5), nil},
		{"id", row.IntType, int64(420102195603120031), "420102********0031"},
		{"phone", row.IntType, int64(13812341234), "138****1234"},
		{"birth", row.DateType, day("1956-03-12"), "1956-**-**"},
		{"birth", row.TimeType, day("1956-03-12").Add(90 * time.Minute), "1956-**-** **:**:**"},
		{"birth", row.DateType, day("0956-03-12"), "****-**-**"},
		{"name", row.TextType, nil, nil},
		{"name", row.TextType, int64(5), nil}, // no cell of its type: nothing is shown
		{"range", row.IntType, int64(67), "[60,70)"},
		{"range", row.IntType, int64(-1), "[-10,0)"},
		{"range", row.IntType, int64(0), "[0,10)"},
		{"range(5)", row.IntType, int64(64), "[60,65)"},
		{"range", row.IntType, int64(math.MaxInt64), "[9223372036854775800,9223372036854775810)"},
		{"range", row.IntType, int64(math.MinInt64), "[-9223372036854775810,-9223372036854775800)"},
		{"range(1000)", money, "3120.50", "[3000,4000)"},
		{"range(1000)", money, "-0.01", "[-1000,0)"},
		{"range", row.FloatType, 9.99, "[0,10)"},
		{"range", row.FloatType, math.NaN(), nil},
		{"range", row.FloatType, math.Inf(1), nil},
		{"range", row.IntType, nil, nil},
		{"range", row.DateType, day("1956-03-12"), "1956"},
		{"range(10)", row.DateType, day("1956-03-12"), "1950-1959"},
		{"range(10)", row.TimeType, day("1956-12-31").Add(23 * time.Hour), "1950-1959"},
		{"hash", row.TextType, "", nil},
		{"hash", row.TextType, nil, nil},
	} {
		m, err := policy.ParseMask(c.mask)
		if err != nil {
			t.Fatal(err)
		}
		got := laid(t, m, c.ty, "a1", c.in)
		if got != c.want {
			t.Errorf("%s over %s %v: %v, want %v", c.mask, c.ty, c.in, got, c.want)
		}
		if _, isText := got.(string); got != nil && c.mask != "" && (!isText || m.Type(c.ty) != row.TextType) {
			t.Errorf("%s over %s gives %T but says %s", c.mask, c.ty, got, m.Type(c.ty))
		}
	}
}

// TestHash: one grantee can join by it, two cannot, and nothing of the text is in it.
func TestHash(t *testing.T) {
	m := policy.Mask{Kind: policy.MaskHash}
	a := laid(t, m, row.TextType, "a1", "42010219560312003x").(string)
	if len(a) != 64 || strings.Trim(a, "0123456789abcdef") != "" {
		t.Errorf("it is %q", a)
	}
	if b := laid(t, m, row.TextType, "a1", " 42010219560312003X "); b != a {
		t.Error("blanks and case make another")
	}
	if b := laid(t, m, row.TextType, "a2", "42010219560312003x"); b == a {
		t.Error("two grantees can join what they got")
	}
	if b := laid(t, m, row.TextType, "a1", "420102195603120031"); b == a {
		t.Error("two persons are one")
	}
	if laid(t, m, row.IntType, "a1", int64(5)) != laid(t, m, row.TextType, "a1", "5") {
		t.Error("a number is another than its text")
	}
}

func TestMaskForms(t *testing.T) {
	for _, s := range []string{"", "name", "id", "birth", "phone", "address", "account", "hash", "range", "range(5)", "null"} {
		m, err := policy.ParseMask(s)
		if err != nil || m.String() != s {
			t.Errorf("%q: %v %v", s, m, err)
		}
	}
	for _, s := range []string{"other", "range(0)", "range()", "range(-1)", "range(9999999999)", "name(3)", "(5)", "NAME", "name ", "null(1)"} {
		if m, err := policy.ParseMask(s); err == nil {
			t.Errorf("%q was taken as %v", s, m)
		}
	}
}

// TestMasksFit: laid over any type, a mask shows nothing that it was not made for.
func TestMasksFit(t *testing.T) {
	types := []row.Type{row.TextType, row.IntType, money, row.FloatType, row.BoolType, row.DateType, row.TimeType, row.ListType}
	want := map[string]string{
		"": "text int decimal(18,2) float bool date time texts", "null": "text int decimal(18,2) float bool date time texts",
		"name": "text", "address": "text", "id": "text int", "phone": "text int", "account": "text int",
		"birth": "text date time", "hash": "text int date", "range": "int decimal(18,2) float date time",
	}
	for _, k := range policy.Masks() {
		var fits []string
		for _, ty := range types {
			if (policy.Mask{Kind: k.Name}).Fits(ty) {
				fits = append(fits, ty.String())
			}
		}
		if got := strings.Join(fits, " "); got != want[string(k.Name)] {
			t.Errorf("%s fits %s", k.Name, got)
		}
		if k.Title.ZH == "" || k.Title.EN == "" {
			t.Errorf("%s has no words", k.Name)
		}
	}
	if (policy.Mask{Kind: policy.MaskRange, Step: 1}).Fits(row.IntType) {
		t.Error("a range of width 1 hides nothing")
	}
	if (policy.Mask{Kind: "unheard"}).Fits(row.TextType) {
		t.Error("a mask nobody knows fits")
	}
	for _, p := range []string{"name", "id", "birth", "phone", "address", "account", "other", "unheard"} {
		if policy.DefaultMask(p).Kind == policy.MaskNone {
			t.Errorf("%s is shown whole", p)
		}
	}
	if got := fmt.Sprint(policy.DefaultMask("")); got != "" {
		t.Errorf("what is not personal is masked by %s", got)
	}
}
