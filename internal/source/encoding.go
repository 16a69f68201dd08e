package source

import (
	"bytes"
	"io"

	"github.com/chengshu/chengshu/internal/fault"
)

// utf16Order tells UTF-16 by its byte order mark; "" is no UTF-16.
func utf16Order(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return UTF16LE
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return UTF16BE
	}
	return ""
}

// guessEncoding judges a file by its head and, where the head is plain ASCII or its end is
// cut off, by what the spooling pass met later. at is the first byte that is not UTF-8.
func guessEncoding(name string, head []byte, whole bool, later []byte, at *place) (string, fault.Text, error) {
	if e := utf16Order(head); e != "" {
		return e, fault.T("文件开头有 %s 字节序标记", "the file begins with the byte order mark of %s", e), nil
	}
	var v validator
	i := v.feed(head)
	if i == clean && whole {
		if n := v.end(); n != clean {
			i = len(head) + n
		}
	}
	marked := bytes.HasPrefix(head, bom)
	switch {
	case i == clean && at == nil && marked:
		return UTF8BOM, fault.T("文件开头有 UTF-8 字节序标记", "the file begins with the byte order mark of UTF-8"), nil
	case i == clean && at == nil && v.high:
		return UTF8, fault.T("中文等字符全部符合 UTF-8 规则", "all its characters are valid UTF-8"), nil
	case i == clean && at == nil:
		return UTF8, fault.T("只有 ASCII 字符", "it holds ASCII only"), nil
	}
	if i != clean {
		i = max(i, 0)
		line := int64(bytes.Count(head[:i], []byte("\n"))) + 1
		at = &place{int64(i), line}
	}
	if marked || v.high && wellBefore(head, at) {
		e := UTF8
		if marked {
			e = UTF8BOM
		}
		return "", fault.Text{}, faultDamaged(name, e, *at)
	}
	text := head
	if i == clean {
		text = later
	}
	if e := plausibleGB(text); e != "" {
		return e, fault.T("第 %d 行起不是 UTF-8，按 %s 解码得到的都是常用汉字", "from line %d on it is not UTF-8; read as %[2]s it is everyday Chinese", at.line, e), nil
	}
	return "", fault.Text{}, faultEncoding(name, *at)
}

// wellBefore says that enough valid UTF-8 precedes the bad byte to call the file damaged
// UTF-8. A pair of GBK characters may look like UTF-8 by chance, three in a row hardly.
func wellBefore(head []byte, at *place) bool {
	n := 0
	for _, r := range string(head[:min(int64(len(head)), at.off)]) {
		if r >= 0x4E00 && r <= 0x9FFF {
			n++
		}
	}
	return n >= 3
}

// plausibleGB says GBK or GB18030 when every byte decodes and most characters of two bytes
// are among the 6,763 of GB 2312; "" otherwise. text may begin and end within a character.
func plausibleGB(text []byte) string {
	if i := bytes.IndexByte(text, '\n'); i >= 0 && i < len(text)-1 && i < 64<<10 && text[0] >= 0x80 {
		text = text[i+1:]
	}
	usual, all, four := 0, 0, false
	for i := 0; i < len(text); {
		c := text[i]
		switch n := gbLen(text[i:]); {
		case c < 0x80:
			i++
		case n == 0 && len(text)-i < 4:
			i = len(text)
		case n == 2:
			d := text[i+1]
			all++
			if d >= 0xA1 && (c >= 0xB0 && c <= 0xF7 || c >= 0xA1 && c <= 0xA9) {
				usual++
			}
			i += 2
		case n == 4:
			four = true // hardly by chance, so never a point against it
			i += 4
		default:
			return ""
		}
	}
	switch {
	case all == 0 && !four || usual*10 < all*7:
		return ""
	case four:
		return GB18030
	}
	return GBK
}

// decode gives src as UTF-8 without its byte order mark. A byte that does not belong is an
// *undecodable.
func decode(src io.Reader, encoding string) io.Reader {
	switch encoding {
	case UTF16LE:
		return &transcoder{src: src, step: utf16Step(false), skip: 2}
	case UTF16BE:
		return &transcoder{src: src, step: utf16Step(true), skip: 2}
	case GBK, GB18030:
		return &transcoder{src: src, step: newGB().step}
	case UTF8BOM:
		return &transcoder{src: src, step: sameStep, skip: 3}
	}
	return src
}

func sameStep(dst, src []byte, _ bool) (int, int, bool) {
	n := copy(dst, src)
	return n, n, true
}
