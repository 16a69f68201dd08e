package spec

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/chengshu/chengshu/internal/fault"
)

var (
	yamlLine   = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)
	fromParser = regexp.MustCompile(`^did not find expected (<|key|'-'|',' or|node content)`)
	noAnchor   = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// syntax reports what the YAML parser could not read, in words and with a remedy for those who
// do not know its own. The line is where the broken part begins, or better where the mistake is,
// if that can be told.
func (p *problems) syntax(data []byte, err error) {
	m := yamlLine.FindStringSubmatch(strings.SplitN(err.Error(), "\n", 2)[0])
	line, _ := strconv.Atoi(m[1])
	if fromParser.MatchString(m[2]) {
		line++ // these alone are counted from 0
	}
	line = max(1, line)
	text, fix := fault.T("YAML 语法错误：%s", "YAML syntax: %s", Clip(m[2], 60)), fault.T("请检查缩进、冒号和引号", "check indentation, colons and quotes")
	for _, s := range said {
		if strings.Contains(m[2], s.said) {
			text, fix = fault.Text{ZH: "YAML 语法错误：" + s.text.ZH, EN: "YAML syntax: " + s.text.EN}, s.fix
			break
		}
	}
	lines := strings.Split(string(data), "\n")
	column := 0
	if a := noAnchor.FindStringSubmatch(m[2]); a != nil {
		if at := bytes.Index(data, []byte("*"+a[1])); at >= 0 {
			line, column = placeOf(data, at)
		}
		text = fault.T("YAML 语法错误：*%s 没有定义", "YAML syntax: *%s refers to nothing", a[1])
	} else if x := strayTab(lines, line); x > 0 {
		line, column = x, 1
		text, fix = fault.T("YAML 语法错误：缩进用了制表符", "YAML syntax: the line is indented by a tab"), fault.T("请改用空格缩进", "indent by blanks")
	} else if x, c, mark := wideMark(lines, line, strings.Contains(m[2], "',' or")); x > 0 {
		line, column = x, c
		text = fault.T("YAML 语法错误：此处的“%s”是全角符号", "YAML syntax: %q is a full-width character here", string(mark))
		fix = fault.T("请改为半角“%s”，冒号和逗号后加空格；作文字用的请给整个值加引号", "write %q and a blank behind it; where it is part of a text, quote the text", wide[mark])
	} else if x, c := misaligned(lines, line); x > 0 && indents.MatchString(m[2]) {
		line, column = x, c
		text = fault.T("YAML 语法错误：缩进 %d 格，与前面各层都不对齐", "YAML syntax: %d blanks before it; no line above is indented so", c-1)
		fix = fault.T("请与同级的键或列表项对齐", "indent it like those of its level")
	}
	p.add(line, column, fault.New(fault.Invalid, "spec.syntax", text).Wrap(err).Fix(fix))
}

// said are the parser's sentences in our words, with what usually causes them.
var said = []struct {
	said      string
	text, fix fault.Text
}{
	{"cannot start any token", fault.T("值不能以此字符开头", "no value begins with this character"), fault.T("以 @、百分号或反引号开头的值请加引号", "quote a value that begins with @, a percent sign or a backquote")},
	{"mapping values are not allowed", fault.T("冒号不能在这里", "a colon cannot stand here"), fault.T("值中含冒号时请加引号；并检查缩进", "quote a value that holds a colon, and check the indentation")},
	{"did not find expected key", fault.T("各键没有对齐", "keys are not indented alike"), fault.T("请检查自此行起各键的缩进是否对齐", "check that the keys from here on are indented alike")},
	{"did not find expected '-' indicator", fault.T("各列表项没有对齐", "entries of a list are not indented alike"), fault.T("请检查自此行起各列表项的缩进是否对齐", "check that the list's entries from here on are indented alike")},
	{"block sequence entries are not allowed", fault.T("列表项不能在这里", "an entry of a list cannot stand here"), fault.T("列表项请另起一行，以“- ”开头并对齐", "begin each entry with - on a line of its own, indented alike")},
	{"could not find expected ':'", fault.T("键后缺少冒号", "a key lacks its colon"), fault.T("键后须有冒号和空格", "a key is followed by a colon and a blank")},
	{"found unexpected end of stream", fault.T("引号没有结束", "a quote is not closed"), fault.T("请检查自此行起的引号是否成对", "check that quotes are closed from here on")},
	{"did not find expected ',' or", fault.T("方括号、花括号中缺少逗号或右括号", "a comma or the closing bracket is missing"), fault.T("请检查自此行起的括号是否成对；含冒号、逗号、引号的值请加引号", "check that brackets are closed from here on; quote values with colons, commas or quotes")},
	{"did not find expected node content", fault.T("此处缺少值", "a value is missing here"), fault.T("请检查多余的逗号和括号", "check for a comma or bracket too many")},
	{"unknown anchor", fault.Text{}, fault.T("请先用 & 定义再用 * 引用", "define it by & before using it by *")},
	{"found unknown escape character", fault.T("双引号中的反斜杠写法有误", "a backslash in double quotes means nothing"), fault.T(`请写作 \\，或改用单引号，如 '1\d{10}'`, `write \\, or use single quotes: '1\d{10}'`)},
	{"did not find expected alphabetic or numeric character", fault.T("& 或 * 之后缺少名称", "a name is missing after & or *"), fault.T("以 & 或 * 开头的值请加引号", "quote a value that begins with & or *")},
	{"did not find expected <document start>", fault.T("此处不能再写内容", "nothing more can stand here"), fault.T("请检查自此行起的缩进和括号", "check indentation and brackets from here on")},
	{"did not find expected whitespace or line break", fault.T("此处须有空格或换行", "a blank or a new line is missing here"), fault.T("请加空格，或给值加引号", "add a blank, or quote the value")},
	{"exceeded max depth", fault.T("嵌套过深", "it is nested too deeply"), fault.T("请减少嵌套", "nest it less deeply")},
}

// indents are what the parser says of lines that are not indented as they should be.
var indents = regexp.MustCompile(`did not find expected (key|'-' indicator|<document start>)|mapping values are not allowed`)

// strayTab is the line of a tab that indents, near where the parser stopped; 0 for none.
func strayTab(lines []string, line int) int {
	for _, x := range []int{line, line + 1, line - 1} {
		if x >= 1 && x <= len(lines) && strings.HasPrefix(strings.TrimLeft(lines[x-1], " "), "\t") && strings.TrimSpace(lines[x-1]) != "" {
			return x
		}
	}
	return 0
}

// wide are the marks of Chinese typing that stand where YAML has its own.
var wide = map[rune]string{'：': ":", '，': ",", '［': "[", '］': "]", '【': "[", '】': "]", '｛': "{", '｝': "}", '\u3000': " "}

// wideMark is the first such mark on the line where the parser stopped, or on the one before,
// outside of quotes and remarks: a colon behind a word of ours, a blank that indents, and, where
// a list or a mapping in brackets broke, whatever parts or closes it.
func wideMark(lines []string, line int, within bool) (at, column int, mark rune) {
	for _, x := range []int{line, line - 1} {
		if x < 1 || x > len(lines) {
			continue
		}
		quote, before, column := rune(0), ' ', 0
		for _, r := range lines[x-1] {
			column++
			blame := within
			switch {
			case r == '：':
				blame = before < utf8.RuneSelf && (unicode.IsLetter(before) || unicode.IsDigit(before) || before == '_' || before == '-')
			case r == '\u3000':
				blame = strings.TrimSpace(string([]rune(lines[x-1])[:column])) == ""
			}
			before = r
			switch {
			case quote != 0:
				if r == quote {
					quote = 0
				}
			case r == '"' || r == '\'':
				quote = r
			case r == '#':
				quote = '\n'
			case wide[r] != "" && blame:
				return x, column, r
			}
		}
	}
	return 0, 0, 0
}

// misaligned is the first line from a block's beginning that is indented less than the one
// before it and like none of those above.
func misaligned(lines []string, from int) (line, column int) {
	var levels []int
	depth := 0 // of brackets that are open across lines
	for i, l := range lines {
		word := strings.TrimLeft(l, " ")
		if word == "" || strings.HasPrefix(word, "#") {
			continue
		}
		within := depth > 0
		depth += strings.Count(l, "{") + strings.Count(l, "[") - strings.Count(l, "}") - strings.Count(l, "]")
		if within {
			continue
		}
		indent := utf8.RuneCountInString(l) - utf8.RuneCountInString(word)
		for len(levels) > 0 && levels[len(levels)-1] > indent {
			levels = levels[:len(levels)-1]
			if len(levels) == 0 || levels[len(levels)-1] < indent {
				if i+1 >= from && !slices.Contains(levels, indent) {
					return i + 1, indent + 1
				}
			}
		}
		for strings.HasPrefix(word, "- ") { // an entry's keys stand behind its dash
			levels = push(levels, indent)
			rest := strings.TrimLeft(word[2:], " ")
			indent += len(word) - len(rest)
			word = rest
		}
		levels = push(levels, indent)
	}
	return 0, 0
}

// push adds a level of indentation that is not the last one.
func push(levels []int, indent int) []int {
	if len(levels) > 0 && levels[len(levels)-1] == indent {
		return levels
	}
	return append(levels, indent)
}
