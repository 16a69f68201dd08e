package source

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/chengshu/chengshu/internal/fault"
)

const people = "编号,姓名,登记日期\n1,张三,2024-01-05\n2,李四,2024-02-06\n3,王小五,2024-03-07\n"

func TestLookAtText(t *testing.T) {
	names := []string{"编号", "姓名", "登记日期"}
	tests := map[string]struct {
		content  string
		encoding string
		dialect  string // delim, quote, escape
		columns  []string
		skip     int
		rows     int64
	}{
		"utf-8":               {people, UTF8, `,""`, names, 1, 3},
		"bom":                 {"\uFEFF" + people, UTF8BOM, `,""`, names, 1, 3},
		"gbk":                 {gbk(people), GBK, `,""`, names, 1, 3},
		"gb18030":             {gbk(people + "4,𠮷野,2024-04-08\n"), GB18030, `,""`, names, 1, 4},
		"gb18030, rare names": {gbk("id,name\n1,㐂𠮷李\n2,𠮷㐂王\n3,㐂㐂㐂\n"), GB18030, `,""`, []string{"id", "name"}, 1, 3},
		"gb18030, no Han":     {gbk("id,name\n1,ئالىم\n2,نۇرگۈل\n"), GB18030, `,""`, []string{"id", "name"}, 1, 2},
		"utf-16 little":       {wide(people, false), UTF16LE, `,""`, names, 1, 3},
		"utf-16 big":          {wide(people, true), UTF16BE, `,""`, names, 1, 3},
		"ascii":               {"id,name\n1,a\n2,b\n", UTF8, `,""`, []string{"id", "name"}, 1, 2},
		"tab":                 {strings.ReplaceAll(people, ",", "\t"), UTF8, "\t\"\"", names, 1, 3},
		"semicolon":           {strings.ReplaceAll(people, ",", ";"), UTF8, `;""`, names, 1, 3},
		"bar in gbk":          {gbk(strings.ReplaceAll(people, ",", "|")), GBK, `|""`, names, 1, 3},
		"caret":               {strings.ReplaceAll(people, ",", "^"), UTF8, `^""`, names, 1, 3},
		"tilde":               {strings.ReplaceAll(people, ",", "~"), UTF8, `~""`, names, 1, 3},
		"unit separator":      {strings.ReplaceAll(people, ",", "\x1F"), UTF8, "\x1F\"\"", names, 1, 3},
		"commas in a tab":     {"编号\t姓名\t地址\n1\t张三\t城东,1号\n2\t李四\t城西,2号\n", UTF8, "\t\"\"", []string{"编号", "姓名", "地址"}, 1, 2},
		"times in a comma":    {"编号,时间\n1,10:20:30\n2,11:20:30\n", UTF8, `,""`, []string{"编号", "时间"}, 1, 2},
		"backslash":           {"id,note\n1,\"a \\\"b\\\", c\"\n2,\"d\\\",e\"\n3,f\n", UTF8, `,"\`, []string{"id", "note"}, 1, 3},
		"single quotes":       {"id,note\n1,'a,b'\n2,'c,d,e'\n3,f\n4,'x'\n,'',\n", UTF8, `,''`, []string{"id", "note"}, 1, 5},
		"quotes as text":      {"id|size\n1|\"5\" pipe\n2|\"6\" pipe\n3|\"7\" pipe\n", UTF8, `|`, []string{"id", "size"}, 1, 3},
		"quoted newlines":     {"id,\"地\n址\"\n1,\"x\ny\"\n2,z\n", UTF8, `,""`, []string{"id", "地\n址"}, 1, 2},
		"ragged":              {"id,a,b\n1,2\n1,2,3\n4,5,6,7\n8,9,0\n", UTF8, `,""`, []string{"id", "a", "b"}, 1, 4},
		"cr":                  {strings.ReplaceAll(people, "\n", "\r"), UTF8, `,""`, names, 1, 3},
		"crlf":                {strings.ReplaceAll(people, "\n", "\r\n"), UTF8, `,""`, names, 1, 3},
		"no header":           {"1,张三,2024-01-05\n2,李四,2024-02-06\n", UTF8, `,""`, []string{"column_1", "column_2", "column_3"}, 0, 2},
		"one row, no header":  {"1,2\n", UTF8, `,""`, []string{"column_1", "column_2"}, 0, 1},
		"names below names":   {"姓名,民族\n张三,汉族\n李四,回族\n", UTF8, `,""`, []string{"姓名", "民族"}, 1, 2},
		"words without names": {"红,绿\n红,蓝\n黑,绿\n", UTF8, `,""`, []string{"column_1", "column_2"}, 0, 3},
		"title above":         {"江岸区人口登记表\n填报单位：某局\n" + people, UTF8, `,""`, names, 3, 3},
		"title with commas":   {"江岸区人口登记表,,\n" + people, UTF8, `,""`, names, 2, 3},
		"blank lines above":   {"\n\n" + people, UTF8, `,""`, names, 3, 3},
		"one column":          {"姓名\n张三\n李四\n", UTF8, `,""`, []string{"姓名"}, 1, 2},
		"no end of line":      {strings.TrimSuffix(people, "\n"), UTF8, `,""`, names, 1, 3},
		"long text":           {people + strings.Repeat("7,赵某某,2024-05-05\n", 200_000), UTF8, `,""`, names, 1, 200_003},
		"ascii, then gbk":     {"id,name\n" + strings.Repeat("1,a\n", 800_000) + gbk("2,江岸区张三\n"), GBK, `,""`, []string{"id", "name"}, 1, 800_001},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			o := Options{Dir: t.TempDir()}
			s := spooled(t, "x.csv", c.content, o)
			byHand := &Spooled{Path: s.Path, Name: s.Name, Bytes: s.Bytes}
			for _, s := range []*Spooled{s, byHand} {
				if s == byHand && name == "ascii, then gbk" {
					continue // only the whole pass can know
				}
				sh, err := Look(background, s, o)
				if err != nil {
					t.Fatal(err)
				}
				if sh.Format != CSV || sh.Encoding != c.encoding || sh.Delim+sh.Quote+sh.Escape != c.dialect {
					t.Errorf("format %s, encoding %s, dialect %q", sh.Format, sh.Encoding, sh.Delim+sh.Quote+sh.Escape)
				}
				if !reflect.DeepEqual(sh.Columns, c.columns) || sh.Skip != c.skip || sh.Header != (c.columns[0] != "column_1") {
					t.Errorf("columns %q, skip %d, header %v", sh.Columns, sh.Skip, sh.Header)
				}
				if d := sh.RowsEstimate - c.rows; d*20 > c.rows || d*20 < -c.rows {
					t.Errorf("estimate %d, rows %d", sh.RowsEstimate, c.rows)
				}
				for _, k := range []string{ReasonFormat, ReasonEncoding, ReasonDelimiter, ReasonQuote, ReasonHeader} {
					if r := sh.Reasons[k]; r.ZH == "" || r.EN == "" || strings.Contains(r.ZH+r.EN, "%!") {
						t.Errorf("reason %s: %+v", k, r)
					}
				}
				if len(sh.Sample) != int(min(c.rows, sampleRows)) {
					t.Errorf("sample of %d", len(sh.Sample))
				}
			}
		})
	}
}

func TestPrepareText(t *testing.T) {
	tests := map[string]struct {
		content string
		want    string // "": the original itself
		rows    int64
	}{
		"clean":            {people, "", 3},
		"bom":              {"\uFEFF" + people, "", 3},
		"crlf":             {strings.ReplaceAll(people, "\n", "\r\n"), "", 3},
		"crlf, lf quoted":  {"id,n\r\n1,\"a\nb\"\r\n", "", 1},
		"gbk":              {gbk(people), people, 3},
		"gbk crlf":         {gbk(strings.ReplaceAll(people, "\n", "\r\n")), strings.ReplaceAll(people, "\n", "\r\n"), 3},
		"gb18030":          {gbk(people + "4,𠮷野,2024-04-08\n"), people + "4,𠮷野,2024-04-08\n", 4},
		"utf-16":           {wide(people, false), people, 3},
		"utf-16 cr":        {wide(strings.ReplaceAll(people, "\n", "\r"), true), people, 3},
		"cr":               {strings.ReplaceAll(people, "\n", "\r"), people, 3},
		"mixed line ends":  {"id,n\r\n1,2\n3,4\r\r\n5,6", "id,n\n1,2\n3,4\n5,6", 3},
		"cr in a value":    {"id,n\n1,x\ry\n2,\"p\rq\"\n3,\"r\" \n", "id,n\n1,\"x\ry\"\n2,\"p\rq\"\n3,\"r\" \n", 3},
		"quotes, then cr":  {"id,n\n1,5\" \rx\n", "id,n\n1,\"5\"\" \rx\"\n", 1},
		"text after quote": {"id,n\r\n1,\"a\"b\rc\n2,\"\"\"\"\n", "id,n\n1,\"a\"b c\n2,\"\"\"\"\n", 2},
		"ascii, then gbk":  {"id,n\n" + strings.Repeat("1,a\n", 600_000) + gbk("2,江岸区张三\n"), "id,n\n" + strings.Repeat("1,a\n", 600_000) + "2,江岸区张三\n", 600_001},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			o := Options{Dir: t.TempDir()}
			s := spooled(t, "x.csv", c.content, o)
			for _, s := range []*Spooled{s, {Path: s.Path, Name: s.Name, Bytes: s.Bytes}} {
				sh, err := Look(background, s, o)
				if err != nil {
					t.Fatal(err)
				}
				r, err := Prepare(background, s, sh, o, nil)
				if err != nil {
					t.Fatal(err)
				}
				want := c.want
				if want == "" {
					want = c.content
					if r.Files[0] != s.Path {
						t.Error("a copy was made")
					}
				}
				if got := read(t, r.Files[0]); got != want {
					t.Errorf("prepared %.300q", got)
				}
				if r.Rows != c.rows || r.Skip != 1 || r.Delim != "," || !slices.Equal(r.Columns, sh.Columns) || len(r.Rejects) != 0 {
					t.Errorf("ready %+v", r)
				}
				if err := r.Remove(); err != nil || len(left(t, o.Dir)) != 1 {
					t.Errorf("left %v, %v", left(t, o.Dir), err)
				}
			}
		})
	}
}

func TestBadTextIsToldWithItsPlace(t *testing.T) {
	many := make([]string, 5000)
	for i := range many {
		many[i] = fmt.Sprintf("c%d", i)
	}
	tall := strings.Repeat("1,一二三\n", 400_000) // 5.6 MB, more than Look reads
	tests := map[string]struct {
		content string
		o       Options
		code    string
		where   string
		say     string
	}{
		"blank":                 {" \n\r\n\t", Options{}, "source.empty", "x.csv", ""},
		"only a bom":            {"\uFEFF", Options{}, "source.empty", "x.csv", ""},
		"header only":           {"编号,姓名\n", Options{}, "source.rows.none", "x.csv", ""},
		"duplicate headers":     {"编号,姓名,编号\n1,2,3\n", Options{}, "source.header.duplicate", "x.csv", "columns 1 and 3"},
		"blank header":          {"编号,,姓名\n1,2,a\n", Options{}, "source.header.blank", "x.csv", "column 2"},
		"5,000 columns":         {strings.Join(many, ",") + "\n" + strings.Repeat("1,", 4999) + "1\n", Options{}, "source.columns", "x.csv", "5000"},
		"5,000 columns unnamed": {strings.Repeat("1,", 4999) + "1\n" + strings.Repeat("1,", 4999) + "1\n", Options{}, "source.columns", "x.csv", "5000"},
		"long line":             {"a,b\n1,2\n3," + strings.Repeat("x", 5000) + "\n", Options{MaxLine: 4096}, "source.line", "x.csv:3", ""},
		"long last line":        {tall + strings.Repeat("x", 20<<20), Options{}, "source.line", "x.csv:400001", ""},
		"long in utf-16":        {wide("a,b\n1,2\n3,"+strings.Repeat("x", 5000)+"\n", false), Options{MaxLine: 4096}, "source.line", "x.csv:3", ""},
		"nul":                   {"a,b\n1,2\n3,x\x00y\n", Options{}, "source.nul", "x.csv:3", "byte offset 11"},
		"late nul":              {tall + "3,x\x00y\n", Options{}, "source.nul", "x.csv:400001", ""},
		"nul in gbk":            {gbk("编号,姓名\n1,张三丰\n2,x\x00y\n"), Options{}, "source.nul", "x.csv:3", ""},
		"utf-16 without mark":   {wide(people, false)[2:], Options{}, "source.nul", "x.csv:1", ""},
		"latin-1":               {"id,name\n1,caf\xe9\n2,na\xefve\n", Options{}, "source.encoding", "x.csv:2", "byte offset 13"},
		"damaged utf-8":         {people + "4,赵\xff六,2024-01-01\n", Options{}, "source.encoding", "x.csv:5", "UTF-8"},
		"late damage":           {tall + "4,赵\xff六\n", Options{}, "source.encoding", "x.csv:400001", ""},
		"cut off utf-8":         {people + "4,赵六\xe4\xb8", Options{}, "source.encoding", "x.csv:5", ""},
		"damaged gbk":           {gbk(people) + strings.Repeat(gbk("5,赵钱孙\n"), 300_000) + "4,\xff\xff\n", Options{}, "source.encoding", "x.csv:300005", "GBK"},
		"ascii, then junk":      {"id,name\n" + strings.Repeat("1,a\n", 800_000) + "2,caf\xe9\n", Options{}, "source.encoding", "x.csv:800002", "no known encoding"},
		"half a utf-16 pair":    {wide("a,b\n1,2\n", false) + "\x00\xd8x\x00", Options{}, "source.encoding", "x.csv:3", "UTF-16LE"},
		"odd utf-16":            {wide("a,b\n1,2\n", false) + "x", Options{}, "source.encoding", "x.csv:3", "UTF-16LE"},
		"quote open to the end": {"a,b\n1,2\n3,\"x\n4,5\n6,7\n", Options{}, "source.quote", "x.csv:3", "line 3"},
		"late quote to the end": {tall + "3,\"x\n4,5\n6,7\n", Options{}, "source.quote", "x.csv:400001", ""},
		"quote open in gbk":     {gbk("编号,姓名\n1,\"张三丰\n2,李四\n"), Options{}, "source.quote", "x.csv:2", ""},
		"old excel":             {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600), Options{}, "source.format", "x.csv", ".xls"},
		"locked workbook":       {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600) + string(utf16Name("EncryptedPackage")), Options{}, "source.encrypted", "x.csv", "password"},
		"pdf":                   {"%PDF-1.7\n…", Options{}, "source.format", "x.csv", "PDF"},
		"gzip":                  {"\x1f\x8b\x08\x00", Options{}, "source.format", "x.csv", ""},
		"picture":               {"\x89PNG\r\n\x1a\n", Options{}, "source.format", "x.csv", ""},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			c.o.Dir = t.TempDir()
			_, r, err := walk(t, "x.csv", c.content, c.o)
			f := fault.From(err)
			if r != nil || f == nil || f.Code != c.code || f.Where != c.where || f.Kind != fault.Invalid {
				t.Fatalf("got %v, %v", r, err)
			}
			if !strings.Contains(f.Text.EN, c.say) || f.Remedy.ZH == "" || f.Remedy.EN == "" {
				t.Errorf("says %+v, remedy %+v", f.Text, f.Remedy)
			}
			want := 1
			if name == "long last line" { // not even taken in
				want = 0
			}
			if l := left(t, c.o.Dir); len(l) != want {
				t.Errorf("in the folder: %v", l)
			}
		})
	}
}

func TestHeaderFaultsStillShowTheShape(t *testing.T) {
	sh, _, err := walk(t, "x.csv", "编号,姓名,编号\n1,张三,3\n", Options{Dir: t.TempDir()})
	if code(err) != "source.header.duplicate" || sh == nil || len(sh.Columns) != 3 || len(sh.Sample) != 1 {
		t.Fatalf("%+v, %v", sh, err)
	}
}

func TestCallersMayCorrectTheShape(t *testing.T) {
	o := Options{Dir: t.TempDir()}
	s := spooled(t, "x.csv", "2023,2024\n1,\"2;3\"\n4,\"5\n", o)
	sh := &Shape{Format: CSV, Encoding: UTF8, Delim: ";", Header: true, Columns: []string{"a", "b"}}
	r, err := Prepare(background, s, sh, o, nil)
	if err != nil || r.Skip != 1 || r.Quote != "" || r.Rows != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	sh.Columns[1] = "a"
	if _, err := Prepare(background, s, sh, o, nil); code(err) != "source.header.duplicate" {
		t.Errorf("got %v", err)
	}
	sh.Columns[1], sh.Delim = "b", "||"
	if _, err := Prepare(background, s, sh, o, nil); code(err) != "source.dialect" {
		t.Errorf("got %v", err)
	}
}

func TestEveryGBCharacterDecodes(t *testing.T) {
	var all strings.Builder
	for r := rune(0x80); r < 0x30000; r++ {
		private := r >= 0xE000 && r <= 0xF8FF // the library writes these as nobody else does
		if r >= 0xD800 && r <= 0xDFFF || private || r == utf8.RuneError || r == '€' {
			continue
		}
		all.WriteRune(r)
		if r%97 == 0 {
			all.WriteString(",ascii text\n")
		}
	}
	want := all.String()
	got, err := readAll(decode(strings.NewReader(gbk(want)), GB18030))
	if err != nil || got != want {
		t.Fatalf("%v, %d of %d bytes", err, len(got), len(want))
	}
	made := "\x80,\xAA\xA1\xAF\xFE\xF8\xA1\xFE\xFE\xA1\x40\xA7\xA0\n" // the euro sign, and the corners of the areas for made characters
	if got, err := readAll(decode(strings.NewReader(made), GBK)); err != nil || got != "€,\uE000\uE233\uE234\uE4C5\uE4C6\uE765\n" {
		t.Errorf("%+q, %v", got, err)
	}
}
