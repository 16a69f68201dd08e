package node

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/door/console"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/share"
	"github.com/chengshu/chengshu/internal/store"
)

// The matrix asks each operation of the OpenAPI document as each role, about what is the
// asker's own office's, an office's under it, and another's.
const (
	ownOffice   = "street"
	belowOffice = "village"
	otherOffice = "elsewhere"
)

var targets = []string{ownOffice, belowOffice, otherOffice}

// ask is a request of the matrix: what of it names the office's thing is written {office}.
// before runs as the local command, so that what an earlier asker changed is there again.
type ask struct {
	path, body string
	seen       string // of a list: what its answer must hold, or the list did not show the office's
	before     func(m *matrix, office string)
	hidden     bool // another's is as if it were not there: 404 is a no
}

// cell begins every cell of the offices' rows: an answer with it shows rows.
const cell = "cell-7f3a-"

const reason = `{"reason":"试"}`

// asks has a row for each operation. get by name, never by state: an answer of 404, 409 or
// 422 came after the right was asked for.
var asks = map[string]ask{
	"get-district": {}, "get-overview": {}, "list-tasks": {seen: "{batch}"}, "call-statistics": {seen: "s_{office}"}, "find-anything": {path: "/find?q=a_{office}", seen: "a_{office}"}, "list-parked": {}, "verify": {}, "care": {body: `{"grace_seconds":3600}`},
	"stream-events": {}, "list-kinds": {}, "get-outcome": {path: "/outcomes/call.denied"}, "list-regions": {}, "get-outline": {path: "/regions/420102000000/outline"}, "list-offices": {},
	"list-directories": {seen: "d_{office}"}, "get-directory": {path: "/directories/d_{office}"}, "list-snapshots": {path: "/directories/d_{office}/snapshots"},
	"read-declaration":   {body: "kind: directory\nname: d\n"},
	"import-directories": {path: "/directory-imports?check=true", body: "none"}, "mark-import": {path: "/directory-imports/marked", body: "none"},
	"get-import-template": {path: "/directory-imports/template"},
	"get-version":         {path: "/directories/d_{office}/versions/1"}, "get-lineage": {path: "/directories/d_{office}/lineage"},
	"list-rows":          {path: "/directories/d_{office}/rows"},
	"put-office":         {body: `{"name":"{unique}","title":"试","region":"420102000000"}`},
	"put-directory":      {path: "/directories?check=true", body: "kind: directory\nname: d_{office}\ntitle: 试\noffice: {office}\nitems: [{name: id, title: 号, type: text}]\n"},
	"publish-directory":  {path: "/directories/d_{office}/publish", body: reason},
	"withdraw-directory": {path: "/directories/d_{office}/withdraw", body: reason},
	"search-directories": {path: "/search?q={office}"},
	"upload-file":        {body: "multipart"},
	"guess-file":         {body: `{"directory":"d_{office}","upload":"{upload}"}`},
	"try-file":           {body: `{"directory":"d_{office}","upload":"{upload}"}`},
	"load-file":          {body: `{"directory":"d_{office}","upload":"none"}`},
	"list-batches":       {seen: "d_{office}"}, "get-batch": {path: "/batches/{batch}"}, "get-report": {path: "/batches/{batch}/report"},
	"release-batch": {path: "/batches/{batch}/release", body: reason}, "return-batch": {path: "/batches/{batch}/return", body: reason},
	"discard-batch": {path: "/batches/{batch}/discard", body: reason}, "cancel-batch": {path: "/batches/{batch}/cancel", body: reason},
	"retry-batch":       {path: "/batches/{batch}/retry"},
	"list-quarantine":   {path: "/batches/{batch}/quarantine"},
	"export-quarantine": {path: "/exports/batches/{batch}/quarantine?format=csv&columns=id"}, "export-rows": {path: "/exports/directories/d_{office}/rows?format=csv"},
	"export-directories": {path: "/exports/directories?format=csv", seen: "d_{office}"}, "export-batches": {path: "/exports/batches?format=csv", seen: "d_{office}"},
	"export-services": {path: "/exports/services?format=csv", seen: "s_{office}"}, "export-apps": {path: "/exports/apps?format=csv", seen: "a_{office}"},
	"export-grants": {path: "/exports/grants?format=csv", seen: "d_{office}"}, "export-users": {path: "/exports/users?format=csv", seen: "u_{office}"},
	"export-calls": {path: "/exports/calls?format=csv", seen: "s_{office}"}, "export-audit": {path: "/exports/audit?format=csv"},
	"try-step":         {path: "/batches/{batch}/trial", body: `{"item":"id","step":{"do":"replace","find":"-"}}`},
	"adopt-step":       {path: "/batches/{batch}/adopt", body: `{"item":"none","step":{"do":"trim"}}`},
	"replay-batch":     {path: "/batches/{batch}/replay", body: `{"rows":["none"]}`},
	"preview-replay":   {path: "/batches/{batch}/preview", body: `{"rows":["none"]}`},
	"correct-rows":     {path: "/batches/{batch}/correct", body: `{"cells":[{"row":"none","item":"id","text":"1"}]}`},
	"preview-replays":  {path: "/replay-previews", body: `{"directory":"d_{office}"}`},
	"replay-directory": {body: `{"directory":"d_{office}"}`},
	"list-services":    {seen: "s_{office}"}, "get-service": {path: "/services/s_{office}"},
	"put-service":    {path: "/services?check=true", body: "kind: service\nname: s_{office}\ntitle: 试\ndirectory: d_{office}\nkey: [id]\n"},
	"remove-service": {path: "/services/s_{office}/remove", body: reason, before: (*matrix).service},
	"list-apps":      {seen: "a_{office}"}, "get-app": {path: "/apps/a_{office}"},
	"add-app":     {body: `{"name":"{unique}","title":"试","office":"{office}"}`},
	"disable-app": {path: "/apps/a_{office}/disable", body: reason}, "enable-app": {path: "/apps/a_{office}/enable"},
	"add-key": {path: "/apps/a_{office}/keys", body: `{"kind":"hmac"}`}, "end-key": {path: "/apps/a_{office}/keys/none/end", body: reason},
	"list-grants": {seen: "d_{office}"}, "get-grant": {path: "/grants/{grant}"},
	"make-grant": {path: "/grants?check=true", body: `{"grantee":{"kind":"app","name":"a_{office}"},"directory":"d_{office}","items":[{"item":"id"}],"all_rows":true,` +
		`"purpose":"试","basis":"试","until":"2999-01-01T00:00:00Z","per_second":1,"per_day":1}`},
	"revoke-grant": {path: "/grants/{grant}/revoke", body: reason}, "get-grant-effect": {path: "/grants/{grant}/effect"},
	"list-grantees": {}, "preview-grant": {body: `{"grantee":{"kind":"app","name":"a_{office}"},"directory":"d_{office}","items":[{"item":"id"}],"all_rows":true,` +
		`"purpose":"","basis":"","until":"2999-01-01T00:00:00Z","per_second":1,"per_day":1}`},
	"get-receipt": {path: "/receipts/{receipt}"}, "get-receipt-names": {path: "/receipts/{receipt}/names"}, "get-public-key": {path: "/keys/none"},
	"get-chain": {}, "check-audit": {}, "list-audit-choices": {},
	"list-audit": {}, "find-subject": {path: "/audit/subjects", body: `{"service":"s_{office}","key":{"id":"1"}}`}, "list-segments": {}, "archive-audit": {body: `{}`}, "move-segment": {path: "/audit/segments/1/moved", body: `{"where":"柜"}`},
	"list-keys": {}, "rotate-key": {path: "/keys/page/rotate", body: `{}`}, "rotate-master": {body: `{}`},
	"list-packs": {}, "get-pack": {path: "/packs/matrix"}, "undo-pack": {path: "/packs/matrix/undo", body: `{}`},
	"get-pack-archive": {path: "/packs/matrix/archive"}, "add-pack-field": {path: "/packs/matrix/fields?check=true", body: `{"register":"note","name":"more","title":"试","type":"text"}`},
	"install-pack": {path: "/packs?check=true", body: `{"files":{"pack.yaml":"pack: {id: none, version: 1.0.0, title: 试}"}}`},
	"replay-pack":  {path: "/packs/matrix/replay", body: `{"files":{"pack.yaml":"pack: {id: matrix, version: 9.0.0, title: 试}"},"since":"2026-01-01T00:00:00Z"}`},
	"export-cases": {path: "/exports/cases?desk=all&format=csv", seen: "{case}"},
	"list-cases":   {path: "/cases?desk=all", seen: "{case}"}, "get-desks": {}, "get-case": {path: "/cases/{case}", hidden: true}, "see-case": {path: "/cases/{case}/plain?purpose=check", hidden: true},
	"open-case":   {body: `{"pack":"matrix","flow":"job","values":{"text":"` + cell + `"}}`},
	"act-on-case": {path: "/cases/{case}/act", body: `{"action":"go"}`, before: (*matrix).job, hidden: true}, "act-on-cases": {body: `{"ids":["{case}"],"action":"go"}`, before: (*matrix).job, seen: "done"},
	"list-case-offers": {body: `{"ids":["{case}"]}`, before: (*matrix).job, seen: "{case}"},
	"watch-case":       {path: "/cases/{case}/watch", body: `{"on":true}`, before: (*matrix).job, hidden: true},
	"list-records":     {path: "/registers/matrix/note", seen: "{record}"}, "find-records": {path: "/record-searches/matrix/note", body: `{}`, seen: "{record}"}, "get-record": {path: "/registers/matrix/note/{record}", hidden: true},
	"see-record": {path: "/registers/matrix/note/{record}/plain?purpose=check", hidden: true}, "get-record-history": {path: "/registers/matrix/note/{record}/history", hidden: true},
	"create-record": {path: "/registers/matrix/note", body: `{"values":{"text":"` + cell + `"}}`, hidden: true}, "change-record": {path: "/registers/matrix/note/{record}", body: `{"values":{"text":"` + cell + `{unique}"},"version":0}`, hidden: true},
	"change-records": {path: "/record-changes/matrix/note", body: `{"records":[{"id":"{record}"}],"values":{"text":"` + cell + `{unique}"},"reason":"试"}`, seen: "{key}", hidden: true},
	"check-record":   {path: "/register-forms/matrix/note", body: `{"values":{"text":"试"}}`, hidden: true},
	"get-menu":       {}, "list-views": {path: "/views?page=registers"}, "save-view": {path: "/views", body: `{"page":"registers","name":"{unique}","query":"q=1"}`}, "remove-view": {path: "/views/none/remove", body: `{}`},
	"send-records": {path: "/register-imports/matrix/note", body: "multipart", hidden: true}, "list-record-imports": {path: "/register-imports/matrix/note", seen: "{import}", hidden: true},
	"get-record-import": {path: "/register-imports/matrix/note/{import}", hidden: true}, "load-records": {path: "/register-imports/matrix/note/{import}/load", hidden: true},
	"take-back-records": {path: "/register-imports/matrix/note/{import}/take-back", hidden: true}, "get-marked-records": {path: "/register-imports/matrix/note/{import}/marked", hidden: true},
	"get-record-template": {path: "/register-templates/matrix/note", hidden: true}, "send-file": {body: "multipart"},
	"get-record-file": {path: "/register-files/matrix/note/{record}/{file}", hidden: true}, "export-records": {path: "/exports/registers/matrix/note?format=csv", seen: "{key}", hidden: true},
	"get-calendar": {}, "change-calendar": {path: "/calendar/changes?check=true", body: `{"days":[{"date":"2026-12-31","kind":"holiday"}],"source":"试"}`},
	"list-office-hours": {}, "set-office-hours": {body: `{"office":"no_such"}`},
	"list-notices": {}, "read-notices": {body: `{}`},
	"list-users": {seen: "u_{office}"}, "add-user": {body: `{"login":"{unique}","name":"试","office":"{office}"}`},
	"correct-user": {path: "/users/u_{office}", body: `{"name":"试","office":"{office}"}`},
	"disable-user": {path: "/users/u_{office}/disable", body: reason}, "enable-user": {path: "/users/u_{office}/enable"},
	"reset-user": {path: "/users/u_{office}/reset"}, "set-roles": {path: "/users/u_{office}/roles", body: `{"roles":["officer"]}`},
	"list-roles": {}, "list-sessions": {}, "end-session": {path: "/sessions/{session}/end", before: (*matrix).session},
	"get-account-rules": {}, "set-account-rules": {body: `{"apart":true,"failures":5,"lock_minutes":15,"idle_minutes":30,"session_hours":12,"password_length":10,"password_days":90}`},
	"sign-in": {path: "/session", body: `{"login":"{unique}","password":"none"}`}, "who-am-i": {path: "/session"},
	"change-password": {body: `{"old":"none","password":"none"}`},
	"sign-out":        {path: "/session"},
}

// matrix is a district with a thing of each kind in each office.
type matrix struct {
	*world
	fill  map[string]map[string]string // by office: what the words in braces stand for
	first map[string]string            // passwords of the offices' users
	made  int
	shown map[string]bool // operations whose answers held rows
}

func newMatrix(t *testing.T) *matrix {
	m := &matrix{world: open(t, t.TempDir(), time.Now), fill: map[string]map[string]string{}, first: map[string]string{}, shown: map[string]bool{}}
	ctx := t.Context()
	m.must(m.Catalog.PutOffices(ctx, []catalog.Office{{Name: ownOffice, Title: "街道", Region: "420102000000"},
		{Name: belowOffice, Title: "社区", Region: "420102000000", Parent: ownOffice}, {Name: otherOffice, Title: "他局", Region: "420102000000"}}))
	for _, office := range targets {
		m.fill[office] = map[string]string{"office": office}
		docs, err := catalog.Decode("d.yaml", []byte("kind: directory\nname: d_"+office+"\ntitle: 试\noffice: "+office+
			"\nshare: {type: conditional, way: api, condition: 试}\nitems: [{name: id, title: 号, type: text}]\nrules: [{name: short, kind: length, item: id, max: 30}]\nload: {mode: replace}\n"))
		m.must(err)
		_, err = m.Catalog.Put(ctx, people.Local(), *docs[0].Value)
		m.must(err)
		_, err = m.Catalog.Publish(ctx, people.Local(), "d_"+office, "")
		m.must(err)
		m.batch(office)
		seq, err := m.Audit.Append(ctx, audit.Entry{Action: "read", App: "a_" + office, Service: "s_" + office, Office: office, Outcome: "ok"})
		m.must(err)
		m.fill[office]["receipt"] = m.Audit.ReceiptID(seq)
		m.service(office)
		_, err = m.People.AddApp(ctx, people.Local(), "a_"+office, "试", office)
		m.must(err)
		g, err := m.Grants.Make(ctx, people.Local(), policy.Draft{Grantee: policy.Grantee{Kind: policy.ToApp, Name: "a_" + office}, Directory: "d_" + office,
			Items: []policy.GrantItem{{Item: "id"}}, Rows: policy.Rows{All: true}, Purpose: "试", Basis: "试", Until: time.Now().AddDate(1, 0, 0), PerSecond: 1, PerDay: 1})
		m.must(err)
		m.fill[office]["grant"] = g.ID
		given, err := m.People.Demonstrate(ctx, []people.Profile{{Login: "u_" + office, Name: "试", Office: office, Roles: []people.Role{people.Officer}}})
		m.must(err)
		m.first[office] = given[0]
	}
	m.pack()
	return m
}

// pack installs a pack with a register and a flow, and puts something of each into each
// office. Its role is one more column of the matrix.
func (m *matrix) pack() {
	p := m.install(written(`
pack: {id: matrix, version: 1.0.0, title: 试}
roles: {worker: 员}
entity: {note: {fields: {text: {type: text, required: true}, paper: files}}, job: {fields: {text: {type: text, required: true}}}}
flow: {job: {states: {new: {by: worker, route: stay, actions: {go: {to: done}}}, done: {end: true}}}}
`))
	for _, office := range targets { // somebody in each: a case nobody is left for is seen by every desk
		_, err := m.People.Demonstrate(m.t.Context(), []people.Profile{{Login: "w_" + office, Name: "试", Office: office, Roles: []people.Role{packRole}}})
		m.must(err)
	}
	m.must(m.Flow.Learn(m.t.Context()))
	note, _ := ledger.Of(p, "note")
	for _, office := range targets {
		m.job(office)
		file, err := m.Ledger.Keep(m.t.Context(), worker(office), "a.txt", strings.NewReader(cell+office))
		m.must(err)
		m.fill[office]["file"] = fmt.Sprint(file["id"])
		m.must(m.Store.Write(m.t.Context(), func(ctx context.Context, tx store.Tx) error {
			r, err := m.Ledger.Create(ctx, tx, worker(office), note, ledger.Values{"text": cell + office, "paper": []any{file}}, time.Now())
			m.fill[office]["record"], m.fill[office]["key"] = r.ID, r.Key
			return err
		}))
		j, err := m.Ledger.Receive(m.t.Context(), worker(office), p.Version, note, "a.csv", "", strings.NewReader("text\n"+cell+office+"\n"))
		m.must(err)
		_, err = m.Ledger.Try(m.t.Context(), note, ledger.ImportOf(p, note), j.ID, nil)
		m.must(err)
		m.fill[office]["import"] = j.ID
	}
}

const packRole people.Role = "matrix.worker"

func worker(office string) people.Actor {
	return people.Actor{Kind: people.UserKind, ID: "w_" + office, Name: "试", Office: office, Roles: []people.Role{packRole}}
}

// job opens a case of the office.
func (m *matrix) job(office string) {
	c, _, err := m.Flow.Open(m.t.Context(), worker(office), flow.Opening{Pack: "matrix", Flow: "job", Values: ledger.Values{"text": cell + office}})
	m.must(err)
	m.fill[office]["case"] = c.ID
}

func (m *matrix) batch(office string) {
	rows := "号\n" + cell + office + "\n" + cell + office + strings.Repeat("-", 30) + "\n" // the last breaks a rule
	up, err := m.Ingest.Receive(m.t.Context(), strings.NewReader(rows), "d.csv")
	m.must(err)
	m.fill[office]["upload"] = up.Hash + "-" + filepath.Base(up.Path)
	m.fill[office]["batch"] = string(m.judged("d_"+office, rows).ID)
}

func (m *matrix) service(office string) {
	_, _, _, err := m.Share.Put(m.t.Context(), people.Local(), share.Declaration{Name: "s_" + office, Title: "试", Directory: "d_" + office, Key: []string{"id"}})
	m.must(err)
}

// session begins one of the office's user, for others to end.
func (m *matrix) session(office string) {
	given, err := m.People.Demonstrate(m.t.Context(), []people.Profile{{Login: "v_" + office, Name: "试", Office: office, Roles: []people.Role{people.Officer}}})
	m.must(err)
	s, _, err := m.People.SignIn(m.t.Context(), "v_"+office, given[0], people.Place{})
	m.must(err)
	m.fill[office]["session"] = s.Session.ID
}

func (m *matrix) filled(text, office string) string {
	m.made++
	text = strings.ReplaceAll(text, "{unique}", fmt.Sprintf("n%d", m.made))
	for k, v := range m.fill[office] {
		text = strings.ReplaceAll(text, "{"+k+"}", v)
	}
	return text
}

// asker sends the matrix's requests as somebody.
type matrixAsker struct{ token string }

func (m *matrix) signIn(role people.Role) matrixAsker {
	login := "m_" + strings.NewReplacer("_", "", ".", "").Replace(string(role))
	given, err := m.People.Demonstrate(m.t.Context(), []people.Profile{{Login: login, Name: "试", Office: ownOffice, Roles: []people.Role{role}}})
	m.must(err)
	_, token, err := m.People.SignIn(m.t.Context(), login, given[0], people.Place{})
	m.must(err)
	return matrixAsker{token}
}

// may sends a request and says whether it was let through.
func (m *matrix) may(who matrixAsker, op *huma.Operation, a ask, office string) bool {
	if a.before != nil {
		a.before(m, office)
	}
	path := a.path
	if path == "" {
		path = strings.TrimPrefix(op.Path, "/api/v1")
	}
	var body io.Reader
	kind := "application/json"
	switch {
	case a.body == "multipart":
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		part, err := w.CreateFormFile("file", "x.csv")
		m.must(err)
		_, err = part.Write([]byte("号\n1\n"))
		m.must(errorsOf(err, w.Close()))
		body, kind = &b, w.FormDataContentType()
	case a.body != "":
		body = strings.NewReader(m.filled(a.body, office))
		if a.body[0] != '{' {
			kind = "application/yaml"
		}
	}
	r, err := http.NewRequestWithContext(m.t.Context(), op.Method, m.door.URL+"/api/v1"+m.filled(path, office), body)
	m.must(err)
	if body != nil {
		r.Header.Set("Content-Type", kind)
	}
	if who.token != "" {
		r.AddCookie(&http.Cookie{Name: "chengshu_session", Value: who.token})
		r.Header.Set("X-CSRF-Token", people.CSRF(who.token))
	}
	resp, err := http.DefaultClient.Do(r)
	m.must(err)
	defer resp.Body.Close()
	if resp.StatusCode >= 500 {
		m.t.Errorf("%s as somebody: %s", op.OperationID, resp.Status)
	}
	if op.OperationID == "stream-events" && resp.StatusCode == http.StatusOK {
		return true // it has no end
	}
	text, err := io.ReadAll(resp.Body)
	m.must(err)
	if bytes.Contains(text, []byte(cell)) {
		m.witnessed(op.OperationID, resp, text, office)
	}
	if strings.HasPrefix(op.OperationID, "export-") && resp.StatusCode == http.StatusOK {
		m.taken(op.OperationID, resp, text)
	}
	if a.seen != "" && resp.StatusCode == http.StatusOK {
		quote := `"`
		if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/csv") {
			quote = "" // its names stand bare between commas
		}
		return strings.Contains(string(text), quote+m.filled(a.seen, office)+quote)
	}
	if resp.StatusCode == http.StatusNotFound && (op.OperationID == "end-session" || a.hidden) {
		return false // it is there: another's is as if it were not
	}
	if resp.StatusCode != http.StatusForbidden {
		return resp.StatusCode != http.StatusUnauthorized
	}
	var p struct{ Code string }
	m.must(json.Unmarshal(text, &p))
	return p.Code == "signin.wrong" // a wrong password is no lack of a right
}

// witnessed proves that an answer with cells of rows is in the audit as it left.
func (m *matrix) witnessed(operation string, resp *http.Response, body []byte, office string) {
	m.t.Helper()
	seq, err := m.Audit.ParseReceiptID(resp.Header.Get("X-Chengshu-Receipt"))
	if err != nil {
		m.t.Errorf("%s shows rows and the audit has no entry of it", operation)
		return
	}
	e, err := m.Audit.Entry(m.t.Context(), seq)
	m.must(err)
	if e.Answer == "" { // streamed: this one opened it
		p, err := m.Audit.Search(m.t.Context(), audit.Filter{Action: e.Action, Limit: 1})
		m.must(err)
		if e = p.Entries[0]; e.Of != seq {
			m.t.Errorf("%s: the entry %d has no closing one", operation, seq)
		}
	}
	ofDirectory := e.Directory == "d_"+office && strings.Join(e.Items, " ") == "id"
	ofPack := e.Directory == "" && e.Target != "" && (slices.Contains(e.Items, "text") || slices.Contains(e.Items, "paper") || operation == "export-cases" && slices.Contains(e.Items, "title"))
	if e.Door != "console" || e.Actor == "" || !ofDirectory && !ofPack || e.Rows == 0 ||
		e.Answer != audit.AnswerHash(gm.Sum3(body)) || strings.TrimSuffix(e.Action, ".plain") != console.Look(operation) {
		m.t.Errorf("%s of %s is in the audit as %+v", operation, office, e)
	}
	m.shown[operation] = true
}

// taken proves that a file which left has its two entries in the audit.
func (m *matrix) taken(operation string, resp *http.Response, body []byte) {
	m.t.Helper()
	seq, err := m.Audit.ParseReceiptID(resp.Header.Get("X-Chengshu-Receipt"))
	m.must(err)
	p, err := m.Audit.Search(m.t.Context(), audit.Filter{Action: console.Look(operation), Limit: 1})
	m.must(err)
	if len(p.Entries) == 0 || p.Entries[0].Of != seq || p.Entries[0].Outcome != "ok" || p.Entries[0].Answer != audit.AnswerHash(gm.Sum3(body)) {
		m.t.Errorf("%s left, and the audit says %+v", operation, p.Entries)
	}
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// TestEveryOperationByRoleAndOffice compares what each role may do with testdata/rights.txt:
// what a right lets through, o the own office's, d one's under it, x another's; - nothing. A route
// without a row of asks fails, and so does one whose answer holds rows that are not in the
// audit. UPDATE=1 writes the file anew.
func TestEveryOperationByRoleAndOffice(t *testing.T) {
	m := newMatrix(t)
	operations := map[string]*huma.Operation{}
	for _, item := range m.Door.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete, item.Patch} {
			if op != nil {
				operations[op.OperationID] = op
			}
		}
	}
	for id := range asks {
		if operations[id] == nil {
			t.Errorf("the matrix asks %s, which is no operation", id)
		}
	}
	roles := []people.Role{"nobody", people.SystemAdmin, people.SecurityAdmin, people.AuditAdmin, people.DataAdmin, people.Officer, people.Reviewer, packRole}
	var out strings.Builder
	fmt.Fprintf(&out, "%-20s", "operation")
	for _, r := range roles {
		fmt.Fprintf(&out, " %-14s", r)
	}
	out.WriteString("\n")
	askers := map[people.Role]matrixAsker{}
	for _, r := range roles[1:] {
		askers[r] = m.signIn(r)
	}
	for _, id := range slices.Sorted(maps.Keys(operations)) {
		a, ok := asks[id]
		if !ok {
			t.Errorf("the operation %s has no row in the matrix", id)
			continue
		}
		fmt.Fprintf(&out, "%-20s", id)
		for _, r := range roles {
			fmt.Fprintf(&out, " %-14s", m.cell(askers[r], operations[id], a))
			if id == "sign-out" && r != "nobody" {
				askers[r] = m.signIn(r)
			}
		}
		out.WriteString("\n")
	}
	for id := range operations {
		said := console.Look(id) != "" && (!strings.HasPrefix(id, "export-") || id == "export-rows" || id == "export-quarantine" || id == "export-records" || id == "export-cases") && // other files hold no rows
			id != "get-marked-records" // its rows are packed
		if said != m.shown[id] {
			t.Errorf("%s: said to show rows %t, shows rows %t", id, said, m.shown[id])
		}
	}
	got := strings.ReplaceAll(out.String(), " \n", "\n")
	golden := filepath.Join("testdata", "rights.txt")
	if os.Getenv("UPDATE") != "" {
		m.must(os.MkdirAll("testdata", 0o755))
		m.must(os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	m.must(err)
	if got != string(want) {
		t.Errorf("the rights are not those of %s:\n%s", golden, got)
	}
}

func (m *matrix) cell(who matrixAsker, op *huma.Operation, a ask) string {
	out := ""
	for i, office := range targets {
		asker := who
		if op.OperationID == "sign-out" && who.token != "" && i > 0 {
			continue // the first has ended the session
		}
		if m.may(asker, op, a, office) {
			out += "odx"[i : i+1]
		} else {
			out += "-"
		}
	}
	return strings.TrimSpace(out)
}
