package policy_test

import (
	"testing"

	"github.com/chengshu/chengshu/internal/policy"
)

func TestExamples(t *testing.T) {
	want := map[policy.MaskKind]string{
		"": "李清和", "name": "李**", "id": "000000********0011", "birth": "1950-**-**", "phone": "138****1234",
		"address": "城枢区演****", "account": "********1234", "range": "[60,70)", "null": "",
	}
	for _, k := range policy.Masks() {
		value, shown := policy.Mask{Kind: k.Name}.Example()
		if k.Name == policy.MaskHash {
			if len(shown) != 64 {
				t.Errorf("hash shows %q", shown)
			}
			continue
		}
		if shown != want[k.Name] || (shown == value) != (k.Name == policy.MaskNone) {
			t.Errorf("%s shows %q of %q", k.Name, shown, value)
		}
	}
}
