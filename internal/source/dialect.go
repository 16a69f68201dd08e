package source

import (
	"bytes"
	"fmt"
	"math"

	"github.com/chengshu/chengshu/internal/fault"
)

// guess is a dialect with what speaks for it.
type guess struct {
	dialect
	columns int     // of most records
	share   float64 // of the text that lies in such records
	records int
	bad     int // malformed quotes
}

const guessSize = 1 << 20

// The delimiters, the usual ones before those believed only when no usual one fits.
var (
	usualDelims = []byte(",\t|;^\x01\x1F\x02\x1E")
	rareDelims  = []byte("~!#$%&*:@/ ")
)

// guessDialect scores every delimiter by how evenly it cuts the text into columns.
func guessDialect(text []byte, whole bool) guess {
	if len(text) > guessSize {
		text, whole = text[:guessSize], false
	}
	best := bestOf(text, whole, usualDelims)
	if best.columns < 2 || best.share < 0.8 {
		if rare := bestOf(text, whole, rareDelims); rare.columns >= 2 && rare.share >= 0.95 && rare.records >= 2 && rare.share > best.share {
			return rare
		}
	}
	if best.columns < 2 {
		return measure(text, whole, dialect{',', '"', '"'})
	}
	return best
}

func bestOf(text []byte, whole bool, delims []byte) guess {
	var best guess
	for _, c := range delims {
		if bytes.IndexByte(text, c) < 0 {
			continue
		}
		if g := bestQuote(text, whole, c); g.columns >= 2 && g.score() > best.score() {
			best = g
		}
	}
	return best
}

// score puts evenness first; among even ones more columns win, since a delimiter that
// happens to stand once in every value makes few.
func (g guess) score() float64 {
	return g.share + 0.05*math.Log2(float64(max(1, min(g.columns, 64))))
}

// bestQuote tries the other ways to quote only where the text holds signs of them.
func bestQuote(text []byte, whole bool, delim byte) guess {
	best := measure(text, whole, dialect{delim, '"', '"'})
	better := func(d dialect) {
		if g := measure(text, whole, d); g.share > best.share+0.02 || g.columns == best.columns && g.bad < best.bad && g.share >= best.share {
			best = g
		}
	}
	if bytes.Contains(text, []byte(`\"`)) {
		better(dialect{delim, '"', '\\'})
	}
	if bytes.Contains(text, []byte{delim, '\''}) && bytes.Contains(text, []byte{'\'', delim}) {
		better(dialect{delim, '\'', '\''})
	}
	// A single quote left open is a mistake to be told; many that close nowhere are text.
	if best.bad >= 2 && best.bad*2 > best.records/10 {
		better(dialect{delim, 0, 0})
	}
	return best
}

// measure parses the text and finds the most common number of columns.
func measure(text []byte, whole bool, d dialect) guess {
	g := guess{dialect: d, columns: 1}
	bytesBy := map[int]int{}
	all := 0
	parse(text, d, whole, func(r record) bool {
		if r.blank() {
			return true
		}
		bytesBy[len(r.fields)] += r.bytes
		all += r.bytes
		g.records++
		if r.bad {
			g.bad++
		}
		return true
	})
	most := 0
	for n, b := range bytesBy {
		if b > most || b == most && n > g.columns {
			g.columns, most = n, b
		}
	}
	if all > 0 {
		g.share = float64(most) / float64(all)
	}
	return g
}

func delimName(c byte) fault.Text {
	switch c {
	case ',':
		return fault.Text{ZH: "逗号", EN: "comma"}
	case '\t':
		return fault.Text{ZH: "制表符", EN: "tab"}
	case ';':
		return fault.Text{ZH: "分号", EN: "semicolon"}
	case '|':
		return fault.Text{ZH: "竖线", EN: "vertical bar"}
	case ' ':
		return fault.Text{ZH: "空格", EN: "space"}
	}
	if c < ' ' {
		return fault.T("控制字符 0x%02X", "control character 0x%02X", c)
	}
	return fault.T("“%c”", "“%c”", c)
}

func (g guess) delimReason() fault.Text {
	if g.columns < 2 {
		return fault.T("没有找到分隔符，按单列处理", "no delimiter was found; it is one column")
	}
	n := delimName(g.delim)
	return fault.Text{
		ZH: fmt.Sprintf("以%s分隔时，%.1f%% 的内容都是 %d 列", n.ZH, g.share*100, g.columns),
		EN: fmt.Sprintf("cut by %s, %.1f%% of the text has %d columns", n.EN, g.share*100, g.columns),
	}
}

func (g guess) quoteReason() fault.Text {
	switch {
	case g.quote == 0:
		return fault.T("引号没有成对使用，按普通字符处理", "quotes do not come in pairs; they are plain characters")
	case g.escape != g.quote:
		return fault.T("引号内以反斜杠转义", "inside quotes a backslash escapes")
	case g.quote == '\'':
		return fault.T("字段以单引号括起", "fields stand in single quotes")
	}
	return fault.T("字段以双引号括起，或不加引号", "fields stand in double quotes or in none")
}
