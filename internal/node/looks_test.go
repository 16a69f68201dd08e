package node

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/door/console"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/people"
)

// looks is asked of the console's API.
func (w *world) looks(role people.Role, office, path, body string) (int, string) {
	w.t.Helper()
	return w.asked(role, office, "/api/v1"+path, body)
}

// enter makes a record or a case as somebody would, and gives its id.
func (w *world) enter(role people.Role, office, path, body string) string {
	w.t.Helper()
	status, text := w.looks(role, office, path, body)
	return w.idOf(path, status, text)
}

// idOf is the id of the record or the case that an answer holds.
func (w *world) idOf(path string, status int, text string) string {
	w.t.Helper()
	var record struct{ ID string }
	var opened struct{ Case struct{ ID string } }
	err := json.Unmarshal([]byte(text), &record)
	if err == nil && record.ID == "" {
		err = json.Unmarshal([]byte(text), &opened)
	}
	id := cmp.Or(record.ID, opened.Case.ID)
	if err != nil || status != 200 || id == "" {
		w.t.Fatalf("%s: %d %v %s", path, status, err, text)
	}
	return id
}

// asked gives what somebody gets of a path, who is signed in where they are not.
func (w *world) asked(role people.Role, office, path, body string) (int, string) {
	w.t.Helper()
	login := "l_" + strings.NewReplacer("_", "", ".", "").Replace(string(role)) + office
	token, in := w.in[login]
	if _, err := w.People.Stands(w.t.Context(), token); !in || err != nil {
		given, err := w.People.Demonstrate(w.t.Context(), []people.Profile{{Login: login, Name: "试", Office: office, Roles: []people.Role{role}}})
		w.must(err)
		_, token, err = w.People.SignIn(w.t.Context(), login, given[0], people.Place{})
		w.must(err)
		w.in[login] = token
	}
	method := "GET"
	if body != "" {
		method = "POST"
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.door.URL+path, strings.NewReader(body))
	w.must(err)
	r.Header.Set("Content-Type", "application/json")
	r.AddCookie(&http.Cookie{Name: "chengshu_session", Value: token})
	r.Header.Set("X-CSRF-Token", people.CSRF(token))
	resp, err := http.DefaultClient.Do(r)
	w.must(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	w.must(err)
	return resp.StatusCode, string(text)
}

// The office's own officer sees persons as they are; whoever looks after the district sees
// them masked; another office's officer sees nothing.
func TestRowsByWhoLooks(t *testing.T) {
	w := published(t)
	w.must(w.Store.Drain(t.Context()))
	const path = "/directories/pension/rows"
	if status, text := w.looks(people.Officer, "rsj", path+"?plain=true", ""); status != 200 || !strings.Contains(text, "000000195001010011") || !strings.Contains(text, "赵一") {
		t.Errorf("the office's officer, who asks for whole values: %d %s", status, text)
	}
	if status, text := w.looks(people.Officer, "rsj", path, ""); status != 200 || strings.Contains(text, "000000195001010011") || !strings.Contains(text, "赵*") {
		t.Errorf("the office's officer, unasked: %d %s", status, text)
	}
	if status, text := w.looks(people.DataAdmin, "mzj", path+"?plain=true", ""); status != 403 || strings.Contains(text, "赵") {
		t.Errorf("the data administrator, who asks for whole values: %d %s", status, text)
	}
	status, text := w.looks(people.DataAdmin, "mzj", path, "")
	if status != 200 || strings.Contains(text, "195001010011") || strings.Contains(text, "赵一") || !strings.Contains(text, "赵*") || !strings.Contains(text, "3120.5") {
		t.Errorf("the data administrator: %d %s", status, text)
	}
	if status, text := w.looks(people.Officer, "mzj", path, ""); status != 403 || strings.Contains(text, "赵") {
		t.Errorf("another office's officer: %d %s", status, text)
	}
}

// A path names a file of the server: only commands on it may, or every file it can read
// could be had through a load.
func TestNobodyLoadsTheServersFiles(t *testing.T) {
	w := published(t)
	for _, path := range []string{"/guesses", "/loads", "/trials"} {
		if status, text := w.looks(people.DataAdmin, "mzj", path, `{"directory":"pension","path":"/etc/hostname"}`); status != 403 || !strings.Contains(text, "load.path.local") {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
}

// lastLook is the newest entry of a look.
func (w *world) lastLook(action string) audit.Entry {
	w.t.Helper()
	p, err := w.Audit.Search(w.t.Context(), audit.Filter{Action: action, Limit: 1})
	w.must(err)
	if len(p.Entries) == 0 {
		w.t.Fatalf("the audit has no %s", action)
	}
	return p.Entries[0]
}

// What is looked at in the console is in the audit as it left: who, what, how much, for what,
// and whether persons were shown as they are.
func TestLooksAreInTheAudit(t *testing.T) {
	w := published(t)
	const path = "/directories/pension/rows"
	_, whole := w.looks(people.Officer, "rsj", path+"?limit=2&plain=true&purpose="+url.QueryEscape("核对发放名单"), "")
	e := w.lastLook("rows.read.plain")
	if e.Door != "console" || e.Actor == "" || e.Office != "rsj" || e.Directory != "pension" || strings.Join(e.Items, " ") != "id_no person region amount paid bank" ||
		e.Rows != 2 || e.Purpose != "核对发放名单" || e.Answer != audit.AnswerHash(gm.Sum3([]byte(whole))) || !strings.HasPrefix(e.Target, "snapshot/") || e.Address != "127.0.0.1" {
		t.Errorf("a look at persons as they are: %+v", e)
	}
	_, masked := w.looks(people.DataAdmin, "mzj", path, "")
	if e := w.lastLook("rows.read"); e.Office != "mzj" || e.Rows != 5 || e.Answer != audit.AnswerHash(gm.Sum3([]byte(masked))) {
		t.Errorf("a look at masked rows: %+v", e)
	}
	before := w.Audit.Last()
	if status, _ := w.looks(people.Officer, "mzj", path, ""); status != 403 {
		t.Errorf("another office's officer: %d", status)
	}
	if status, text := w.looks(people.Officer, "rsj", path+"?purpose="+strings.Repeat("a", 201), ""); status != 422 || strings.Contains(text, "赵") {
		t.Errorf("a purpose too long: %d %s", status, text)
	}
	w.must(w.Audit.Move(t.Context()))
	for seq := before + 1; seq <= w.Audit.Last(); seq++ {
		if e, err := w.Audit.Entry(t.Context(), seq); err != nil || e.Directory == "pension" && (e.Outcome != "policy.denied" || e.Rows != 0 || e.Answer != "") {
			t.Errorf("what was refused is there as %+v, %v", e, err)
		}
	}
	r := httptest.NewRequest("GET", "http://chengshu/api/v1"+path+"?plain=true", nil)
	a := httptest.NewRecorder()
	w.Handler.ServeHTTP(a, r.WithContext(console.Local(r.Context())))
	if e := w.lastLook("rows.read.plain"); a.Code != 200 || e.Door != "socket" || e.Actor != "local" || e.Rows != 5 || e.Answer != audit.AnswerHash(gm.Sum3(a.Body.Bytes())) ||
		a.Header().Get("X-Chengshu-Receipt") != w.Audit.ReceiptID(e.Seq) {
		t.Errorf("a command on the server: %d %+v", a.Code, e)
	}
}

// A download has an entry before its first byte and one before its last; what breaks off ends
// without its last byte and with an entry that says so.
func TestDownloadsAreInTheAuditTwice(t *testing.T) {
	w := published(t)
	var file strings.Builder
	file.WriteString("身份证号,姓名,区划,金额,发放日期,银行账号\n")
	const bad = 12_000
	for i := range bad {
		fmt.Fprintf(&file, "%018d,赵%d,420102001,多,2026-11-10,6222\n", i, i)
	}
	w.load(file.String())
	bs, _, err := w.Ingest.Batches(t.Context(), ingest.Filter{Directory: "pension"}, "", 1)
	w.must(err)
	path := "/exports/batches/" + string(bs[0].ID) + "/quarantine?format=csv&plain=true"
	status, text := w.looks(people.Officer, "rsj", path, "")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if status != 200 || err != nil || len(rows) != 1+bad+1 { // the header, and who took it

		t.Fatalf("the download: %d, %d rows, %v", status, len(rows), err)
	}
	end := w.lastLook("quarantine.export.plain")
	begin, err := w.Audit.Entry(t.Context(), end.Of)
	w.must(err)
	if end.Rows != bad || end.Answer != audit.AnswerHash(gm.Sum3([]byte(text))) || end.Outcome != "ok" || end.Target != "batch/"+string(bs[0].ID) {
		t.Errorf("the closing entry: %+v", end)
	}
	if begin.Action != end.Action || begin.Rows != 0 || begin.Answer != "" || begin.Of != 0 || begin.Actor != end.Actor {
		t.Errorf("the opening entry: %+v", begin)
	}

	gone := &leaver{header: http.Header{}, after: 100 << 10}
	r := httptest.NewRequest("GET", "http://chengshu/api/v1"+path, nil)
	func() {
		defer func() {
			if recover() != http.ErrAbortHandler {
				t.Error("a download whose reader left did not end the connection")
			}
		}()
		w.Handler.ServeHTTP(gone, r.WithContext(console.Local(r.Context())))
	}()
	if e := w.lastLook("quarantine.export.plain"); e.Of == 0 || e.Outcome == "ok" || e.Answer != "" || e.Door != "socket" {
		t.Errorf("a download that broke off: %+v", e)
	}
	if gone.got == 0 || gone.got >= len(text) {
		t.Errorf("%d bytes left", gone.got)
	}
}

// leaver is a reader who goes away after so many bytes.
type leaver struct {
	header     http.Header
	after, got int
}

func (l *leaver) Header() http.Header { return l.header }
func (l *leaver) WriteHeader(int)     {}
func (l *leaver) Write(p []byte) (int, error) {
	if l.got+len(p) > l.after {
		return 0, io.ErrClosedPipe
	}
	l.got += len(p)
	return len(p), nil
}
