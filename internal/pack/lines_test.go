package pack_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/pack"
)

func TestCompared(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"a line in the middle":  {"a\nb\nc\nd\ne\nf\n", "a\nb\nc\nx\nd\ne\nf\n", " 2b  3c +4x  5d  6e"},
		"a line is another":     {"v: 1\nk\n", "v: 2\nk\n", "-1v: 1 +1v: 2  2k"},
		"two places, far apart": {"1\n2\n3\n4\n5\n6\n7\n8\n", "0\n2\n3\n4\n5\n6\n7\n9\n", "-11 +10  22  33  66  77 -88 +89"},
		"a new file":            {"", "a\nb\n", "+1a +2b"},
		"nothing":               {"a\n", "a\n", ""},
		"the last goes":         {"a\nb\nc\n", "a\nb\n", " 1a  2b -3c"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, l := range pack.Compared(map[string][]byte{"f": []byte(c.old)}, map[string][]byte{"f": []byte(c.new)}) {
				got = append(got, fmt.Sprintf("%s%d%s", map[string]string{"same": " ", "added": "+", "removed": "-"}[l.Sign], l.At, l.Text))
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("got %q, want %q", s, c.want)
			}
		})
	}
}
