package node

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/door/console"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/people"
)

func (w *world) csvOf(role people.Role, office, path string) [][]string {
	w.t.Helper()
	status, text := w.looks(role, office, path, "")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if status != 200 || err != nil || !strings.HasPrefix(text, "\ufeff") {
		w.t.Fatalf("%s: %d, %v, %.200s", path, status, err, text)
	}
	return rows
}

// A file shows what the screen shows: the columns chosen, masked until whole values are asked
// for by whoever may see them, and who took it.
func TestRowsAsAFile(t *testing.T) {
	w := published(t)
	const path = "/exports/directories/pension/rows?columns=person,id_no,amount,paid"
	status, text := w.looks(people.Officer, "rsj", path+"&purpose=%E6%A0%B8%E5%AF%B9", "")
	book, err := excelize.OpenReader(strings.NewReader(text))
	if status != 200 || err != nil {
		t.Fatalf("%d %v %.200s", status, err, text)
	}
	rows, err := book.GetRows("养老金发放")
	if err != nil || len(rows) != 6 || strings.Join(rows[0], " ") != "姓名 身份证号 金额 发放日期" || strings.Join(rows[2], " ") != "钱* 000000********0022 2890 2026-11-10" {
		t.Errorf("masked: %q, %v", rows, err)
	}
	if kind, _ := book.GetCellType("养老金发放", "C2"); kind != excelize.CellTypeUnset {
		t.Errorf("an amount is of kind %v, no number", kind)
	}
	about, err := book.GetRows("导出说明")
	said := fmt.Sprint(about)
	for _, want := range []string{"导出人 试（l_officerrsj） 人社局", "个人信息 已脱敏", "用途 核对", "行数 5", "筛选条件 无"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said in %s, %v", want, said, err)
		}
	}
	e := w.lastLook("rows.export")
	if e.Of == 0 || e.Rows != 5 || strings.Join(e.Items, " ") != "person id_no amount paid" || e.Purpose != "核对" || !strings.HasPrefix(e.Target, "snapshot/") || !strings.Contains(said, w.Audit.ReceiptID(e.Of)) {
		t.Errorf("the audit says %+v", e)
	}

	plain := w.csvOf(people.Officer, "rsj", path+"&format=csv&plain=true")
	if len(plain) != 7 || strings.Join(plain[1], " ") != "赵一 000000195001010011 3120.50 2026-11-10" || !strings.Contains(plain[6][0], "个人信息：原值") {
		t.Errorf("whole: %q", plain)
	}
	if e := w.lastLook("rows.export.plain"); e.Rows != 5 {
		t.Errorf("the audit says %+v", e)
	}
	for role, path := range map[people.Role]string{people.DataAdmin: path + "&plain=true", people.Reviewer: path, people.AuditAdmin: path} {
		if status, text := w.looks(role, "mzj", path, ""); status != 403 || strings.Contains(text, "赵") {
			t.Errorf("%s: %d %s", role, status, text)
		}
	}
	for _, bad := range []string{"&format=ods", "&columns=none", "&bom=null", "&bom=true&bom=false", "&columns=" + strings.Repeat("a", 2001)} {
		if status, text := w.looks(people.Officer, "rsj", "/exports/directories/pension/rows?x=1"+bad, ""); status != 422 || !strings.Contains(text, `"code":"export.`) {
			t.Errorf("%s: %d %s", bad, status, text)
		}
	}
}

// Lists are files with the filters of the screen; those of persons say who took them.
func TestListsAsFiles(t *testing.T) {
	w := published(t)
	dirs := w.csvOf(people.DataAdmin, "mzj", "/exports/directories?format=csv&columns=name,state,rows&office=rsj")
	if fmt.Sprint(dirs) != "[[标识 状态 行数] [pension 已发布 5]]" {
		t.Errorf("directories: %q", dirs)
	}
	if none := w.csvOf(people.DataAdmin, "mzj", "/exports/directories?format=csv&columns=name&office=mzj"); len(none) != 1 {
		t.Errorf("of another office: %q", none)
	}
	if e := w.lastLook("directory.export"); e.Target != "list/directories?office=mzj" || e.Rows != 0 || e.Of == 0 {
		t.Errorf("the audit says %+v", e)
	}
	if served := w.csvOf(people.DataAdmin, "mzj", "/exports/services?format=csv&columns=name,key&q=%E5%85%BB%E8%80%81&state=running"); len(served) != 2 || served[1][0] != "pension_check" {
		t.Errorf("services: %q", served)
	}
	if stopped := w.csvOf(people.DataAdmin, "mzj", "/exports/services?format=csv&state=stopped"); len(stopped) != 1 {
		t.Errorf("stopped services: %q", stopped)
	}
	if batches := w.csvOf(people.Officer, "rsj", "/exports/batches?format=csv&columns=directory,state,rows_in"); fmt.Sprint(batches[1:]) != "[[养老金发放 已发布 5]]" {
		t.Errorf("batches: %q", batches)
	}
	users := w.csvOf(people.SecurityAdmin, "mzj", "/exports/users?format=csv&q=l_security")
	if len(users) != 3 || users[1][3] != "安全管理员" || !strings.Contains(users[2][0], "导出人：试（l_securityadminmzj） 民政局") || !strings.Contains(users[2][0], "q=l_security") {
		t.Errorf("users: %q", users)
	}
	if e := w.lastLook("account.export"); e.Target != "list/users?q=…" {
		t.Errorf("the audit keeps what was searched by: %+v", e)
	}
	entries := w.csvOf(people.AuditAdmin, "mzj", "/exports/audit?format=csv&action=account.export&columns=action,rows,office")
	if len(entries) != 4 || strings.Join(entries[1], " ") != "account.export 1 民政局" {
		t.Errorf("the audit: %q", entries)
	}
}

// What somebody wrote into a cell opens as text wherever it is taken to.
func TestNoCellOfAFileIsAFormula(t *testing.T) {
	w := published(t)
	w.load("身份证号,姓名,区划,金额,发放日期,银行账号\n000000195001010011,\"=HYPERLINK(\"\"http://x\"\")\",+420102,-3.50,2026-11-10,@6222\nx,=1+1,420102001,多,2026-11-10,6222\n")
	rows := w.csvOf(people.Officer, "rsj", "/exports/directories/pension/rows?format=csv&plain=true&columns=person,region,amount,bank")
	if strings.Join(rows[1], " ") != `'=HYPERLINK("http://x") '+420102 -3.50 '@6222` {
		t.Errorf("published: %q", rows)
	}
	bs, _, err := w.Ingest.Batches(t.Context(), ingest.Filter{Directory: "pension"}, "", 1)
	w.must(err)
	bad := w.csvOf(people.Officer, "rsj", "/exports/batches/"+string(bs[0].ID)+"/quarantine?format=csv&plain=true&columns=person,amount,_reasons")
	if len(bad) != 3 || bad[1][0] != "'=1+1" || bad[1][1] != "多" || bad[1][2] == "" {
		t.Errorf("quarantined: %q", bad)
	}
}

// taker reads a file of numbered rows and watches how much memory is alive meanwhile.
type taker struct {
	header          http.Header
	status          int
	got, next, most int64
	line            []byte // what came of the one at hand
	first           []string
	rows, sum       int64
	last            []byte
}

func (k *taker) Header() http.Header    { return k.header }
func (k *taker) WriteHeader(status int) { k.status = status }
func (k *taker) Write(p []byte) (int, error) {
	if k.got += int64(len(p)); k.got >= k.next {
		k.next = k.got + 8<<20
		k.most = max(k.most, aliveNow())
	}
	n := len(p)
	for {
		line, rest, whole := bytes.Cut(p, []byte("\n"))
		if k.line = append(k.line, line...); !whole {
			return n, nil
		}
		k.take(k.line)
		k.line, p = k.line[:0], rest
	}
}

func (k *taker) take(line []byte) {
	k.last = append(k.last[:0], line...)
	id, _, _ := bytes.Cut(line, []byte(","))
	n, err := strconv.ParseInt(string(id), 10, 64)
	if err != nil {
		return
	}
	k.rows, k.sum = k.rows+1, k.sum+n
	if len(k.first) < 3 {
		k.first = append(k.first, string(id))
	}
}

func aliveNow() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A million rows leave in their order without ever being in memory together; what does not fit
// into a sheet is refused before it begins.
func TestAMillionRowsAsAFile(t *testing.T) {
	const rows, bound = 1_048_576, 64 << 20
	w := published(t)
	path := filepath.Join(t.TempDir(), "million.csv")
	f, err := os.Create(path)
	w.must(err)
	var b bytes.Buffer
	docs, err := catalog.Decode("million.yaml", []byte("kind: directory\nname: million\ntitle: 百万\noffice: rsj\nitems: [{name: no, title: 号, type: text, personal: id}, {name: amount, title: 金额, type: \"decimal(10,2)\"}]\nload: {mode: replace}\n"))
	w.must(err)
	_, err = w.Catalog.Put(t.Context(), people.Local(), *docs[0].Value)
	w.must(err)
	b.WriteString("号,金额\n")
	for i := range rows {
		fmt.Fprintf(&b, "%018d,%d.5\n", i, i)
		if b.Len() > 1<<20 {
			_, err = b.WriteTo(f)
			w.must(err)
		}
	}
	_, err = b.WriteTo(f)
	w.must(errorsOf(err, f.Close()))
	spooled, err := w.Ingest.Spooled(t.Context(), path)
	w.must(err)
	batch, err := w.Ingest.Load(t.Context(), ingest.Request{Directory: "million", File: spooled, At: w.now()})
	w.must(err)
	batch, err = w.Ingest.Wait(t.Context(), batch.ID)
	w.must(err)
	if batch.Published != rows {
		t.Fatalf("%d rows were published: %v", batch.Published, batch.Error)
	}
	w.must(w.Store.Drain(t.Context()))
	take := func(query string) *taker {
		r := httptest.NewRequest("GET", "http://chengshu/api/v1/exports/directories/million/rows?"+query, nil)
		k := &taker{header: http.Header{}, status: http.StatusOK}
		w.Handler.ServeHTTP(k, r.WithContext(console.Local(r.Context())))
		return k
	}
	before := aliveNow()
	k := take("format=csv&plain=true")
	if grown := k.most - before; k.status != http.StatusOK || grown > bound || k.got < rows*20 {
		t.Errorf("%d: %d MiB were alive for %d MiB written", k.status, grown>>20, k.got>>20)
	}
	if e := w.lastLook("rows.export.plain"); e.Rows != rows || k.rows != rows || k.sum != rows*(rows-1)/2 || !bytes.Contains(k.last, []byte("行数：1048576")) {
		t.Errorf("%d rows came, of the sum %d, and at the end %s; the audit says %+v", k.rows, k.sum, k.last, e)
	}
	_, shown := w.looks(people.Officer, "rsj", "/directories/million/rows?limit=3&plain=true", "")
	if len(k.first) != 3 || !strings.Contains(shown, k.first[0]) || !strings.Contains(shown, k.first[1]) || !strings.Contains(shown, k.first[2]) {
		t.Errorf("the file begins with %v, the screen with %s", k.first, shown)
	}
	if k := take("format=xlsx"); k.status != http.StatusUnprocessableEntity || !bytes.Contains(k.last, []byte("export.rows")) {
		t.Errorf("one row more than a sheet takes: %d %s", k.status, k.last)
	}
}
