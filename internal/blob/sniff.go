package blob

import (
	"archive/zip"
	"bytes"
	"net/http"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/chengshu/chengshu/internal/fault"
)

// Types are the media types that are taken.
var Types = []string{
	"image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf", "text/plain",
	"application/msword", "application/vnd.ms-excel",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation",
	"audio/mpeg", "audio/wave", "audio/mp4", "audio/amr", "video/mp4",
}

const sniffed = 4096

// sniff says what a file is by its bytes; what is not taken gives a fault that says why.
func sniff(f *os.File, size int64) (string, error) {
	b, err := head(f, sniffed)
	if err != nil {
		return "", err
	}
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return office(f, size)
	case bytes.HasPrefix(b, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return ole(b), nil
	case len(b) > 12 && string(b[4:8]) == "ftyp":
		return media(string(b[8:12]))
	case bytes.HasPrefix(b, []byte("#!AMR")):
		return "audio/amr", nil
	case bytes.HasPrefix(b, []byte("\xFF\xFB")) || bytes.HasPrefix(b, []byte("\xFF\xF3")):
		return "audio/mpeg", nil
	}
	if markup(b) {
		return "", refused(fault.T("网页和 SVG 等含脚本的文件不能上传", "pages, SVG and other files that can run scripts are not taken"), fault.T("请另存为图片或 PDF", "save it as a picture or a PDF"))
	}
	kind, _, _ := strings.Cut(http.DetectContentType(b), ";")
	switch kind {
	case "image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf", "audio/mpeg", "audio/wave":
		return kind, nil
	case "text/plain":
		if text(b) {
			return kind, nil
		}
	}
	return "", refused(fault.T("不接受这种文件", "a file of this kind is not taken"), fault.T("可上传图片（JPEG、PNG、WebP、GIF）、PDF、Word、Excel、文本、录音和 MP4 视频", "send pictures (JPEG, PNG, WebP, GIF), PDF, Word, Excel, text, sound or MP4 video"))
}

func refused(text, fix fault.Text) error {
	return fault.New(fault.Invalid, "blob.type", text).Fix(fix)
}

// markup says that a browser might take the text for a page, wherever in its head that begins.
func markup(b []byte) bool {
	low := bytes.Clone(b)
	for i, c := range low {
		if 'A' <= c && c <= 'Z' {
			low[i] = c + 'a' - 'A'
		}
	}
	for _, tag := range []string{"<html", "<!doctype", "<svg", "<script", "<?xml", "<body", "<iframe", "<head", "<img", "<a href"} {
		if i := bytes.Index(low, []byte(tag)); i >= 0 && utf8.Valid(low[:i]) && !bytes.HasPrefix(b, []byte("%PDF-")) {
			return true
		}
	}
	return false
}

func text(b []byte) bool {
	for range utf8.UTFMax { // the head may end within a character
		if utf8.Valid(b) || len(b) == 0 {
			break
		}
		b = b[:len(b)-1]
	}
	return utf8.Valid(b) && !bytes.ContainsRune(b, 0)
}

// office tells the packages of Word, Excel and PowerPoint from other archives; those with
// macros are refused.
func office(f *os.File, size int64) (string, error) {
	z, err := zip.NewReader(f, size)
	if err == nil && len(z.File) < 10_000 {
		kind := ""
		for _, e := range z.File {
			if strings.HasSuffix(strings.ToLower(e.Name), "vbaproject.bin") {
				return "", refused(fault.T("含宏的文档不能上传", "papers with macros are not taken"), fault.T("请另存为不含宏的文档", "save it without macros"))
			}
			switch e.Name {
			case "word/document.xml":
				kind = "wordprocessingml.document"
			case "xl/workbook.xml":
				kind = "spreadsheetml.sheet"
			case "ppt/presentation.xml":
				kind = "presentationml.presentation"
			}
		}
		if kind != "" {
			return "application/vnd.openxmlformats-officedocument." + kind, nil
		}
	}
	return "", refused(fault.T("压缩包不能上传", "archives are not taken"), fault.T("请解压后上传其中的文件", "unpack it and send what is inside"))
}

// ole tells old Excel from old Word by the names in its folder, as far as the head has them.
func ole(b []byte) string {
	if bytes.Contains(b, []byte("W\x00o\x00r\x00k\x00b\x00o\x00o\x00k")) {
		return "application/vnd.ms-excel"
	}
	return "application/msword"
}

// media tells the brands of ISO media files.
func media(brand string) (string, error) {
	switch strings.TrimSpace(brand) {
	case "heic", "heix", "hevc", "mif1", "msf1", "avif", "avis":
		return "", refused(fault.T("HEIC 图片不能上传", "HEIC pictures are not taken"), fault.T("请在手机的相机设置中选择“兼容性最佳”（JPEG），或另存为 JPEG", "set the phone's camera to the most compatible format, or save it as JPEG"))
	case "M4A", "M4B":
		return "audio/mp4", nil
	case "isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V", "3gp4", "3gp5", "3gp6", "MSNV":
		return "video/mp4", nil
	}
	return "", refused(fault.T("不接受这种视频或录音", "video or sound of this kind is not taken"), fault.T("请转换为 MP4", "convert it to MP4"))
}
