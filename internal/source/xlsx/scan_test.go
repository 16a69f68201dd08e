package xlsx

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func tokens(r io.Reader) string {
	s := newScanner(r, 1<<16)
	var b strings.Builder
	for {
		t, err := s.next()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			return b.String() + "!"
		}
		switch t.kind {
		case start:
			fmt.Fprintf(&b, "<%s a=%s %v>", t.name, t.attr("a"), t.empty)
		case end:
			fmt.Fprintf(&b, "</%s>", t.name)
		case text:
			fmt.Fprintf(&b, "[%s]", t.text)
		}
	}
}

func TestScanner(t *testing.T) {
	tests := map[string]string{
		`<?xml version="1.0"?><x:r a='1>2'><!-- <c/> --><c a="&lt;&#20013;&#x4E2D;"/>t&amp;u</x:r>`: "<r a=1>2 false><c a=<中中 true>[t&u]</r>",
		"<t xml:a = \"q\" >a<![CDATA[<&]]>b</t >":                                                   "<t a=q false>[a][<&][b]</t>",
		`<t xmlns:a="no"/>`:                "<t a= true>",
		`plain`:                            "[plain]",
		`<t`:                               "!",
		`<>`:                               "!",
		`<t>&nope;</t>`:                    "<t a= false>!",
		`<t>&#0;</t>`:                      "<t a= false>!",
		"<t>\xff</t>":                      "<t a= false>!",
		`<!DOCTYPE x>`:                     "!",
		`<!-- never`:                       "!",
		``:                                 "",
		"<t>" + strings.Repeat("x", 1<<17): "<t a= false>!",
	}
	for in, want := range tests {
		for name, r := range map[string]io.Reader{"whole": strings.NewReader(in), "by bytes": iotest.OneByteReader(strings.NewReader(in))} {
			if got := tokens(r); got != want {
				t.Errorf("%s %.80q: %s, want %s", name, in, got, want)
			}
		}
	}
}

func FuzzScanner(f *testing.F) {
	f.Add(`<?xml?><r a="1"><c/>t&amp;<![CDATA[x]]></r>`)
	f.Fuzz(func(t *testing.T, in string) {
		whole, parts := tokens(strings.NewReader(in)), tokens(iotest.OneByteReader(strings.NewReader(in)))
		if whole != parts && !strings.HasSuffix(whole, "!") {
			t.Errorf("%q: %s, by bytes %s", in, whole, parts)
		}
	})
}
