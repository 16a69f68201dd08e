package formula

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/file"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// broken words what the library says of a formula that cannot be read: what stands there, in
// our words, and what is to be written instead.
func broken(source string, err error) error {
	var at *file.Error
	if !errors.As(err, &at) {
		return fault.New(fault.Invalid, "formula.syntax", fault.T("公式无法读取", "the formula cannot be read")).Fix(usual).Wrap(err)
	}
	if strings.Contains(at.Message, "maximum allowed nodes") {
		return fault.New(fault.Invalid, "formula.long", fault.T("公式过长：运算、名称和值合计超过 %d 个", "the formula is too long: more than %d operators, names and values", maxNodes)).
			Fix(split).Wrap(err)
	}
	said, fix := words(at.Message)
	all := []rune(source)
	around := string(all[max(min(at.From, len(all))-1, 0):min(at.From+2, len(all))])
	for wrong, right := range twins {
		if strings.Contains(around, wrong) {
			said, fix = fault.T("没有运算符 %s", "there is no operator %s", wrong), fault.T("请写作 %s", "write %s", right)
		}
	}
	text := fault.T("公式第 %d 个字符处：", "character %d of the formula: ", at.From+1)
	return fault.New(fault.Invalid, "formula.syntax", fault.Text{ZH: text.ZH + said.ZH, EN: text.EN + said.EN}).Fix(fix).Wrap(err)
}

// twins are operators of other languages.
var twins = map[string]string{"<>": "!=", "=>": ">=", "=<": "<="}

var (
	usual = fault.T("请检查括号、引号和运算符", "check brackets, quotes and operators")
	split = fault.T("请用计算字段分步书写", "split it by computed fields")
)

// said are what the library says, by how it begins, in our words.
var said = []struct {
	begins    string
	text, fix fault.Text
}{
	{"unexpected token EOF", fault.T("没有写完", "it breaks off"), fault.T("请补上缺少的值或右括号", "give the value that is missing, or close the bracket")},
	{"unexpected end", fault.T("没有写完", "it breaks off"), fault.T("请补上缺少的值或右括号", "give the value that is missing, or close the bracket")},
	{"literal not terminated", fault.T("文字缺少右引号", "a text lacks its closing quote"), fault.T("请补上引号", "close it with the quote it began with")},
	{"invalid char escape", fault.T("文字中的反斜杠写法有误", "a text has a backslash that means nothing"), fault.T(`反斜杠请写作 \\`, `write a backslash as \\`)},
	{"unable to unescape", fault.T("文字中的反斜杠写法有误", "a text has a backslash that means nothing"), fault.T(`反斜杠请写作 \\`, `write a backslash as \\`)},
	{"unclosed comment", fault.T("注释没有结束", "a remark does not end"), fault.T("公式中请勿写注释", "leave remarks out of formulas")},
	{"bad number", fault.T("数写得不对", "this is no number"), fault.T("数请写作 12 或 12.5，不带单位；长度和时长写作 metres(50)、days(3)、hours(2)", "write a number as 12 or 12.5, without a unit; a length is metres(50), a time days(3) or hours(2)")},
	{"invalid integer literal", fault.T("数过大", "the number is too large"), fault.T("请写较小的数", "write a smaller one")},
	{"invalid ", fault.T("数写得不对", "this is no number"), fault.T("数请写作 12 或 12.5", "write a number as 12 or 12.5")},
	{"integer literal", fault.T("数过大", "the number is too large"), fault.T("请写较小的数", "write a smaller one")},
	{"float literal", fault.T("数过大", "the number is too large"), fault.T("请写较小的数", "write a smaller one")},
	{"Operator (", fault.T("?? 与其他运算符混用", "?? is mixed with another operator"), fault.T("请用括号分开，例如 (fee ?? 0) > 3", "keep them apart by brackets: (fee ?? 0) > 3")},
	{"a map key", fault.T("公式中不能写 { }", "a formula has no { }"), fault.T("列表请写作 [ ]", "write a list as [ ]")},
	{"expected name", fault.T("缺少名称", "a name is missing"), fault.T("请写作 名称.名称", "write name.name")},
}

var (
	token     = regexp.MustCompile(`^unexpected token (\w+)\((".*")\)$`)
	character = regexp.MustCompile(`^unrecognized character: U\+([0-9A-F]+)`)
)

func words(message string) (text, fix fault.Text) {
	if m := token.FindStringSubmatch(message); m != nil {
		if word, err := strconv.Unquote(m[2]); err == nil {
			return unexpected(m[1], spec.Clip(word, 40))
		}
	}
	if m := character.FindStringSubmatch(message); m != nil {
		if n, err := strconv.ParseInt(m[1], 16, 32); err == nil {
			return stranger(rune(n))
		}
	}
	for _, s := range said {
		if strings.HasPrefix(message, s.begins) {
			return s.text, s.fix
		}
	}
	return fault.T("不支持这种写法", "this way of writing has no use here"), usual
}

// unexpected words a part of a formula that stands where it cannot.
func unexpected(kind, word string) (text, fix fault.Text) {
	switch {
	case word == "=":
		return fault.T("= 不是运算符", "= is no operator"), fault.T("比较是否相等请写作 ==", "write == to compare")
	case kind == "Bracket" && strings.ContainsAny(word, ")]}"):
		return fault.T("%s 之前缺少值，或者多了一个 %s", "a value is missing before %s, or there is one %s too many", word, word), fault.T("请检查括号是否成对", "see that brackets come in pairs")
	case spoken[strings.ToLower(word)] != "":
		return fault.T("%s 不是运算符", "%s is no operator", word), fault.T("请写作 %s", "write %s", spoken[strings.ToLower(word)])
	case kind == "Operator":
		return fault.T("%s 不能在这里", "%s cannot stand here", word), fault.T("运算符两侧都须有值；列表和参数之间用一个逗号", "an operator has a value on both its sides; one comma parts the entries of a list")
	}
	return fault.T("%s 之前缺少运算符", "an operator is missing before %s", word), fault.T("请在两个值之间写运算符，例如 and、==、+", "write an operator between the two, such as and, == or +")
}

// spoken are operators as people say or shout them.
var spoken = map[string]string{"and": "and", "or": "or", "not": "not", "in": "in", "contains": "contains", "且": "and", "并且": "and", "和": "and", "与": "and", "或": "or", "或者": "or", "非": "not", "等于": "==", "不等于": "!=", "大于": ">", "小于": "<", "包含": "contains", "is": "==", "like": "contains"}

// narrow are the marks of Chinese typing with those that formulas have.
var narrow = map[rune]string{'，': ",", '、': ",", '（': "(", '）': ")", '【': "[", '】': "]", '“': `"`, '”': `"`, '‘': `"`, '’': `"`, '＝': "==", '＞': ">", '＜': "<",
	'≥': ">=", '≤': "<=", '≠': "!=", '＋': "+", '－': "-", '×': "*", '÷': "/", '。': ".", '．': ".", '：': ":", '；': ";", '？': "?", '！': "not ", '＆': "and", '&': "and", '｜': "or", '\u3000': " "}

func stranger(r rune) (text, fix fault.Text) {
	text = fault.T("不认识的字符 %q", "the character %q means nothing", r)
	if as := narrow[r]; as != "" {
		return text, fault.T("请写作 %q", "write %q", as)
	}
	return text, usual
}

// patterns are what the standard library says of a regular expression.
var patterns = map[syntax.ErrorCode]fault.Text{
	syntax.ErrInvalidCharClass:      fault.T("字符组有误", "a class of characters is wrong"),
	syntax.ErrInvalidCharRange:      fault.T("字符范围有误", "a range of characters is wrong"),
	syntax.ErrInvalidEscape:         fault.T("反斜杠写法有误", "a backslash means nothing"),
	syntax.ErrInvalidNamedCapture:   fault.T("不支持 (? 的这种写法", "this use of (? is not known"),
	syntax.ErrInvalidPerlOp:         fault.T("不支持 (? 的这种写法", "this use of (? is not known"),
	syntax.ErrInvalidRepeatOp:       fault.T("重复符号连用", "one repetition follows another"),
	syntax.ErrInvalidRepeatSize:     fault.T("重复次数有误或过多", "a repetition is wrong or too often"),
	syntax.ErrInvalidUTF8:           fault.T("不是 UTF-8 文字", "it is no text in UTF-8"),
	syntax.ErrMissingBracket:        fault.T("缺少 ]", "a ] is missing"),
	syntax.ErrMissingParen:          fault.T("缺少 )", "a ) is missing"),
	syntax.ErrMissingRepeatArgument: fault.T("重复符号之前缺少内容", "there is nothing to repeat"),
	syntax.ErrTrailingBackslash:     fault.T("末尾多了反斜杠", "it ends with a backslash"),
	syntax.ErrUnexpectedParen:       fault.T("多了一个 )", "there is one ) too many"),
	syntax.ErrNestingDepth:          fault.T("括号层数过多", "brackets are too deep"),
	syntax.ErrLarge:                 fault.T("过于复杂", "it is too complex"),
}

func patternWords(err error) fault.Text {
	var at *syntax.Error
	if errors.As(err, &at) {
		if t := patterns[at.Code]; t.ZH != "" {
			part := spec.Clip(at.Expr, 40)
			return fault.T(t.ZH+"："+"%s", t.EN+": %s", part)
		}
	}
	return fault.T("请改写正则表达式", "write the expression another way")
}
