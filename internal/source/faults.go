package source

import (
	"context"
	"errors"
	"io/fs"
	"syscall"

	"github.com/chengshu/chengshu/internal/fault"
)

var utf8Remedy = fault.T("请用表格软件打开，另存为“CSV UTF-8（逗号分隔）”后重新提交",
	"open it in a spreadsheet, save it as “CSV UTF-8” and send it again")

func invalid(code string, text fault.Text) *fault.Error {
	return fault.New(fault.Invalid, "source."+code, text)
}

func faultEmpty(name string) error {
	return invalid("empty", fault.T("文件为空", "the file is empty")).At("%s", name).
		Fix(fault.T("请确认导出已完成后重新提交", "check that the export finished, then send it again"))
}

func faultNoRows(name string) error {
	return invalid("rows.none", fault.T("文件只有表头，没有数据行", "the file has a header but no rows")).At("%s", name).
		Fix(fault.T("请导出数据后重新提交", "export the rows and send it again"))
}

func faultLarge(name string, limit int64) error {
	return invalid("large", fault.T("文件超过 %d 字节的上限", "the file is larger than the limit of %d bytes", limit)).At("%s", name).
		Fix(fault.T("请拆分文件后分批提交，或由管理员调高上限", "split the file, or have the limit raised"))
}

func faultChanged(name string) error {
	return fault.New(fault.Conflict, "source.changed", fault.T("读取过程中文件发生了变化", "the file changed while it was read")).At("%s", name).
		Fix(fault.T("请等待写入方完成后重新提交", "wait until its writer has finished, then send it again"))
}

func faultDisk(dir string, cause error) error {
	return fault.New(fault.Busy, "source.disk_full", fault.T("磁盘空间不足，文件未能接收", "the disk is full; the file was not taken in")).At("%s", dir).
		Fix(fault.T("请清理磁盘或更换数据目录所在磁盘后重试", "free some space or move the data folder, then try again")).Wrap(cause)
}

func faultNul(name string, p place) error {
	return invalid("nul", fault.T("第 %d 行（字节偏移 %d）含空字符（NUL），不是正常的文本文件", "line %d (byte offset %d) holds a NUL byte; this is no clean text file", p.line, p.off)).At("%s:%d", name, p.line).
		Fix(fault.T("请检查导出程序；若为不带 BOM 的 UTF-16 文件，请另存为 UTF-8", "check the export; if it is UTF-16 without a byte order mark, save it as UTF-8"))
}

func faultLine(name string, p place, limit int) error {
	return invalid("line", fault.T("第 %d 行超过 %d 字节的单行上限", "line %d is longer than the limit of %d bytes", p.line, limit)).At("%s:%d", name, p.line).
		Fix(fault.T("请检查该处是否缺少换行，或引号没有成对", "look there for a missing line end or a quote that is never closed"))
}

func faultEncoding(name string, p place) error {
	return invalid("encoding", fault.T("第 %d 行（字节偏移 %d）的字节不属于任何可识别的编码（UTF-8、UTF-16、GBK、GB18030）", "line %d (byte offset %d) fits no known encoding (UTF-8, UTF-16, GBK, GB18030)", p.line, p.off)).
		At("%s:%d", name, p.line).Fix(utf8Remedy)
}

func faultDamaged(name, encoding string, p place) error {
	return invalid("encoding", fault.T("文件为 %s 编码，但第 %d 行（字节偏移 %d）含无效字节", "the file is %s, but line %d (byte offset %d) holds bytes that are not", encoding, p.line, p.off)).
		At("%s:%d", name, p.line).Fix(utf8Remedy)
}

func faultQuote(name string, p place) error {
	return invalid("quote", fault.T("第 %d 行（字节偏移 %d）的引号直到文件末尾都没有闭合", "the quote on line %d (byte offset %d) is not closed before the end of the file", p.line, p.off)).At("%s:%d", name, p.line).
		Fix(fault.T("请补上或删去该引号", "close that quote or take it out"))
}

func faultColumns(name string, n, limit int) error {
	return invalid("columns", fault.T("文件有 %d 列，超过 %d 列的上限", "the file has %d columns; the limit is %d", n, limit)).At("%s", name).
		Fix(fault.T("请检查分隔符是否正确，或拆分表格", "check the delimiter, or split the table"))
}

func faultBlankHeader(name string, col int) error {
	return invalid("header.blank", fault.T("第 %d 列没有列名", "column %d has no name", col)).At("%s", name).
		Fix(fault.T("请在表头为该列填写列名，合并的单元格请先取消合并", "give the column a name in the header; unmerge merged cells"))
}

func faultDuplicate(name, header string, a, b int) error {
	return invalid("header.duplicate", fault.T("第 %d 列与第 %d 列的列名相同：%s", "columns %d and %d have the same name: %s", a, b, header)).At("%s", name).
		Fix(fault.T("请修改其中一列的列名", "rename one of them"))
}

func faultNoSheets(name string) error {
	return invalid("sheet.none", fault.T("该文件不是工作簿，没有工作表可选", "this file is no workbook and has no worksheets to choose from")).At("%s", name).
		Fix(fault.T("请去掉工作表一项（--sheet）", "leave the worksheet out (--sheet)"))
}

func faultFormat(name string, what, remedy fault.Text) error {
	return invalid("format", what).At("%s", name).Fix(remedy)
}

// readFault turns a failure to open or read the source into what a person can mend; what
// is told already stays as it is.
func readFault(name string, err error) error {
	var told *fault.Error
	switch {
	case errors.As(err, &told):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return fault.New(fault.Missing, "source.missing", fault.T("文件不存在", "there is no such file")).At("%s", name).
			Fix(fault.T("请检查路径", "check the path")).Wrap(err)
	case errors.Is(err, fs.ErrPermission):
		return fault.New(fault.Denied, "source.denied", fault.T("没有读取该文件的权限", "the file may not be read")).At("%s", name).
			Fix(fault.T("请为运行账号授予读取权限", "give the service's account the right to read it")).Wrap(err)
	}
	return fault.New(fault.Busy, "source.read", fault.T("读取文件失败", "the file could not be read")).At("%s", name).
		Fix(fault.T("请检查磁盘或网络连接后重试", "check the disk or the connection, then try again")).Wrap(err)
}

// writeFault turns a failure to write into the spool folder into what a person can mend.
func writeFault(dir string, err error) error {
	for _, full := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, full) {
			return faultDisk(dir, err)
		}
	}
	return err
}
