package source

import (
	"bytes"

	"github.com/chengshu/chengshu/internal/fault"
)

var bom = []byte("\xEF\xBB\xBF")

// The formats nobody can read rows from; formatOf names them so that Look can say what
// the file really is.
const (
	legacyOffice = "ole"
	pdfDocument  = "pdf"
	zipArchive   = "zip"
	compressed   = "compressed"
	picture      = "picture"
	lockedTable  = "parquet-encrypted"
)

var magics = []struct{ prefix, format string }{
	{"PK\x03\x04", zipArchive},
	{"PK\x05\x06", zipArchive},
	{"PAR1", Parquet},
	{"PARE", lockedTable},
	{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", legacyOffice},
	{"%PDF-", pdfDocument},
	{"\x1F\x8B", compressed},
	{"\x28\xB5\x2F\xFD", compressed},
	{"7z\xBC\xAF\x27\x1C", compressed},
	{"Rar!\x1A\x07", compressed},
	{"BZh", compressed},
	{"\xFD7zXZ\x00", compressed},
	{"\x89PNG\r\n", picture},
	{"\xFF\xD8\xFF", picture},
}

// formatOf goes by content, never by name.
func formatOf(head []byte) string {
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.prefix)) {
			return m.format
		}
	}
	return textFormat(bytes.TrimPrefix(head, bom))
}

// textFormat tells JSON from delimited text by how it begins.
func textFormat(text []byte) string {
	text = bytes.TrimLeft(text, " \t\r\n")
	if len(text) == 0 {
		return CSV
	}
	switch text[0] {
	case '[':
		rest := bytes.TrimLeft(text[1:], " \t\r\n")
		if len(rest) == 0 || bytes.IndexByte([]byte("{[]\"-0123456789tfn"), rest[0]) >= 0 {
			return JSON
		}
	case '{':
		rest := bytes.TrimLeft(text[1:], " \t\r\n")
		if len(rest) == 0 || rest[0] == '"' || rest[0] == '}' {
			return JSONL
		}
	}
	return CSV
}

var asXLSX = fault.T("请另存为 .xlsx 或 CSV UTF-8 后重新提交", "save it as .xlsx or CSV UTF-8 and send it again")

// unreadable explains formats that hold no rows for us.
func unreadable(name, format string, head []byte) error {
	switch format {
	case legacyOffice:
		if bytes.Contains(head, utf16Name("EncryptedPackage")) {
			return invalid("encrypted", fault.T("工作簿设有打开密码", "the workbook is locked with a password")).At("%s", name).
				Fix(fault.T("请取消打开密码后重新提交", "take the password off and send it again"))
		}
		return faultFormat(name, fault.T("这是旧版 Excel（.xls）或其他旧版 Office 文件", "this is an old Excel (.xls) or other old Office file"), asXLSX)
	case pdfDocument:
		return faultFormat(name, fault.T("这是 PDF 文件，不是数据表", "this is a PDF, not a table"), fault.T("请提交生成该 PDF 的原始数据表", "send the table that the PDF was made from"))
	case compressed:
		return faultFormat(name, fault.T("这是压缩文件", "this is a compressed file"), fault.T("请解压后重新提交", "unpack it and send what is inside"))
	case zipArchive:
		return faultFormat(name, fault.T("这是 ZIP 压缩包，其中没有工作簿", "this is a ZIP archive without a workbook in it"), fault.T("请解压后重新提交", "unpack it and send what is inside"))
	case picture:
		return faultFormat(name, fault.T("这是图片，不是数据表", "this is a picture, not a table"), fault.T("请提交数据表", "send the table itself"))
	case lockedTable:
		return invalid("encrypted", fault.T("Parquet 文件已加密", "the Parquet file is encrypted")).At("%s", name).
			Fix(fault.T("请提交未加密的文件", "send it unencrypted"))
	}
	return nil
}

// utf16Name is how names stand in an old Office container's directory.
func utf16Name(s string) []byte {
	var b []byte
	for _, c := range []byte(s) {
		b = append(b, c, 0)
	}
	return b
}
