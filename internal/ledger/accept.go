package ledger

import (
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// documents are the types of files with text in them.
var documents = []string{"application/pdf", "application/msword", "application/vnd.ms-excel",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation", "text/plain", "text/csv"}

// accepted says whether a type of file is among what a field takes.
func accepted(accept Words, kind string) bool {
	return slices.ContainsFunc(accept, func(a string) bool {
		switch a {
		case "pdf":
			return kind == "application/pdf"
		case "document":
			return slices.Contains(documents, kind)
		}
		return strings.HasPrefix(kind, a+"/")
	})
}

var acceptTitles = map[string]fault.Text{"image": fault.T("图片", "pictures"), "pdf": fault.T("PDF", "PDF"), "document": fault.T("文档", "documents"),
	"audio": fault.T("录音", "sound"), "video": fault.T("视频", "video")}

func (f *Compiled) accepts() fault.Text {
	var zh, en []string
	for _, a := range f.Accept {
		zh, en = append(zh, acceptTitles[a].ZH), append(en, acceptTitles[a].EN)
	}
	return fault.Text{ZH: "可上传：" + strings.Join(zh, "、"), EN: "send " + strings.Join(en, ", ")}
}
