package row

import "testing"

func TestTextsRoundTrip(t *testing.T) {
	long, short, edge := "公民身份号码的校验", "甲", "123456789012"
	in := []*string{&short, nil, &long, &edge}
	v := TextsOf(in)
	for i, want := range in {
		got, ok := v.At(i)
		if ok != (want != nil) || ok && string(got) != *want {
			t.Errorf("value %d: got %q, %v", i, got, ok)
		}
	}
}

func TestTypesReadWhatTheyWrite(t *testing.T) {
	for _, s := range []string{"text", "int", "float", "bool", "date", "time", "texts", "decimal(18,2)"} {
		ty, err := ParseType(s)
		if err != nil || ty.String() != s {
			t.Errorf("%s: %v, %v", s, ty, err)
		}
	}
	for _, s := range []string{"", "varchar", "decimal(0,0)", "decimal(39,1)", "decimal(2,3)"} {
		if _, err := ParseType(s); err == nil {
			t.Errorf("%q was accepted", s)
		}
	}
}
