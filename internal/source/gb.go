package source

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// gb decodes GB18030, and with it GBK, by a table of its two-byte characters. Four-byte
// ones are rare and left to the library.
type gb struct{ runes []uint16 } // [lead-0x81][trail]; 0: no character

func newGB() *gb {
	var all []byte
	for lead := 0x81; lead <= 0xFE; lead++ {
		for trail := 0x40; trail <= 0xFE; trail++ {
			all = append(all, byte(lead), byte(trail), '\n')
		}
	}
	text, _ := simplifiedchinese.GB18030.NewDecoder().Bytes(all)
	g := &gb{runes: make([]uint16, 126*256)}
	for i, s := range bytes.SplitN(text, []byte("\n"), 126*191+1)[:126*191] {
		r, n := utf8.DecodeRune(s)
		if n == len(s) && r != utf8.RuneError && r <= 0xFFFF {
			g.runes[i/191<<8|(0x40+i%191)] = uint16(r)
		}
	}
	g.addMade()
	return g
}

// addMade fills the three areas for characters made by users (造字), which the library's
// table lacks. Names in old registers hold them; they become private-use characters.
func (g *gb) addMade() {
	next := 0xE000
	for _, area := range [][4]int{{0xAA, 0xAF, 0xA1, 0xFE}, {0xF8, 0xFE, 0xA1, 0xFE}, {0xA1, 0xA7, 0x40, 0xA0}} {
		for lead := area[0]; lead <= area[1]; lead++ {
			for trail := area[2]; trail <= area[3]; trail++ {
				if trail == 0x7F {
					continue
				}
				if at := (lead-0x81)<<8 | trail; g.runes[at] == 0 {
					g.runes[at] = uint16(next)
				}
				next++
			}
		}
	}
}

// gbLen is the length of the character at the beginning of b; 0 when none begins there or
// b ends within it.
func gbLen(b []byte) int {
	switch {
	case len(b) == 0:
		return 0
	case b[0] <= 0x80: // 0x80 is the euro sign of code page 936
		return 1
	case b[0] == 0xFF || len(b) < 2:
		return 0
	case b[1] >= 0x40 && b[1] != 0x7F && b[1] != 0xFF:
		return 2
	case b[1] >= '0' && b[1] <= '9' && len(b) >= 4 && b[2] >= 0x81 && b[2] <= 0xFE && b[3] >= '0' && b[3] <= '9':
		return 4
	}
	return 0
}

func (g *gb) step(dst, src []byte, last bool) (w, r int, ok bool) {
	for r < len(src) && w+8 <= len(dst) {
		c := src[r]
		if c < utf8.RuneSelf {
			if r+8 <= len(src) {
				if u := binary.LittleEndian.Uint64(src[r:]); u&highs == 0 {
					binary.LittleEndian.PutUint64(dst[w:], u)
					w, r = w+8, r+8
					continue
				}
			}
			dst[w] = c
			w, r = w+1, r+1
			continue
		}
		if c > 0x80 && c < 0xFF && r+1 < len(src) {
			if u := g.runes[int(c-0x81)<<8|int(src[r+1])]; u >= 0x800 { // three bytes, as nearly all
				dst[w], dst[w+1], dst[w+2] = 0xE0|byte(u>>12), 0x80|byte(u>>6)&0xBF, 0x80|byte(u)&0xBF
				w, r = w+3, r+2
				continue
			}
		}
		n := gbLen(src[r:])
		if n == 0 && !last && len(src)-r < 4 {
			return w, r, true
		}
		u := g.rune(src[r:], n)
		if u == 0 {
			return w, r, false
		}
		w += utf8.EncodeRune(dst[w:], u)
		r += n
	}
	return w, r, true
}

func (g *gb) rune(b []byte, n int) rune {
	switch n {
	case 1:
		return '€'
	case 2:
		return rune(g.runes[int(b[0]-0x81)<<8|int(b[1])])
	case 4:
		s, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b[:4])
		if r, size := utf8.DecodeRune(s); err == nil && size == len(s) && r != utf8.RuneError {
			return r
		}
	}
	return 0
}
