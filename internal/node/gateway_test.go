package node

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/door/gateway"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/people"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/share"
)

// every grants all items whole but name and number, and all rows.
func (w *world) every(app string) policy.Grant {
	d := w.draft(app)
	d.Rows = policy.Rows{All: true}
	return w.grant(d)
}

func TestListsPageByPage(t *testing.T) {
	w := published(t)
	_, key := w.app("elder_care", people.APIKey, "")
	w.every("elder_care")
	for _, sort := range []string{"", "amount", "-amount", "paid", "-paid"} {
		var amounts []string
		cursor, pages := "", 0
		for {
			body, err := json.Marshal(share.Question{Sort: sort, Limit: 2, Cursor: cursor})
			w.must(err)
			r := w.request("POST", "/data/v1/pension_check/rows", string(body), "X-Api-Key", key)
			var page struct {
				Rows []struct{ Amount json.Number }
				Next *string
			}
			if err := json.Unmarshal([]byte(r.body), &page); err != nil || r.status != 200 {
				t.Fatalf("sorted by %q: %d %s", sort, r.status, r.body)
			}
			for _, row := range page.Rows {
				amounts = append(amounts, row.Amount.String())
			}
			if pages++; page.Next == nil {
				break
			}
			cursor = *page.Next
			if strings.Contains(cursor, "3120") || pages > 5 {
				t.Fatalf("cursor %s of page %d", cursor, pages)
			}
		}
		want := map[string]string{"amount": "120.00 2890.00 3120.50 3333.00 4100.25", "-amount": "4100.25 3333.00 3120.50 2890.00 120.00"}[sort]
		if got := strings.Join(amounts, " "); want != "" && got != want || len(amounts) != 5 || pages != 3 {
			t.Errorf("sorted by %q in %d pages: %s", sort, pages, got)
		}
		if sort == "amount" {
			w.foreignCursor(cursor, key)
		}
	}
}

// foreignCursor gives a cursor to another question, and one that was changed.
func (w *world) foreignCursor(cursor, key string) {
	changed := []byte(cursor)
	changed[20] ^= 1
	for name, q := range map[string]share.Question{"another sort": {Sort: "-amount", Cursor: cursor}, "changed": {Sort: "amount", Cursor: string(changed)}} {
		body, err := json.Marshal(q)
		w.must(err)
		if r := w.request("POST", "/data/v1/pension_check/rows", string(body), "X-Api-Key", key); r.problem.Code != "call.cursor" {
			w.t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
}

func TestConditions(t *testing.T) {
	w := published(t)
	_, key := w.app("elder_care", people.APIKey, "")
	w.grant(w.draft("elder_care"))
	for _, c := range []struct{ method, path, body, want string }{
		{"GET", "count", "", `{"count":4}`},
		{"GET", "count?region=420102001", "", `{"count":3}`},
		{"GET", "count?region.under=420102002", "", `{"count":1}`},
		{"GET", "count?region=420102001&region=420102002", "", `{"count":4}`},
		{"GET", "count?region=420103001", "", `{"count":0}`}, // not of the grant's rows
		{"GET", "count?amount.ge=3000&amount.le=3500", "", `{"count":1}`},
		{"POST", "count", `{"filters":[{"item":"paid","op":"ge","values":["2026-11-11"]}]}`, `{"count":2}`},
		{"GET", "count?id_no=000000195001010011", "", "call.url"},
		{"POST", "count", `{"filters":[{"item":"id_no","op":"eq","values":["000000195001010011"]}]}`, "call.filter"},
		{"POST", "count", `{"filters":[{"item":"bank","op":"eq","values":["6222"]}]}`, "call.filter"},
		{"POST", "count", `{"filters":[{"item":"_batch","op":"eq","values":["6222"]}]}`, "call.filter"},
		{"POST", "count", `{"filters":[{"item":"region","op":"like","values":["赵"]}]}`, "call.form"},
		{"POST", "count", `{"filter":"赵"}`, "call.form"},
		{"GET", "count?amount=赵", "", "grant.rows.value"},
		{"GET", "rows?sort=region", "", "call.filter"},
		{"GET", "rows?limit=1001", "", "call.form"},
		{"GET", "../pension_check?id_no=000000195001010011", "", "call.url"},
		{"POST", "", `{"key":{"bank":"6222000000000001"}}`, "call.key"},
		{"POST", "", `{"key":{"id_no":"000000195001010011","bank":"6222"}}`, "call.key"},
		{"POST", "", `{"key":{"id_no":{}}}`, "call.key"},
		{"PUT", "", `{}`, "call.method"},
		{"GET", "else", "", "call.path"},
	} {
		path := strings.TrimSuffix("/data/v1/pension_check/"+c.path, "/")
		path = strings.Replace(path, "/pension_check/../", "/", 1)
		r := w.request(c.method, path, c.body, "X-Api-Key", key, "Accept-Language", "en")
		if r.body != c.want && r.problem.Code != c.want {
			t.Errorf("%s %s %s: %d %s, want %s", c.method, c.path, c.body, r.status, r.body, c.want)
		}
		if strings.Contains(r.body, "赵") || strings.Contains(r.body, "6222") || strings.Contains(r.body, "000000195001010011") {
			t.Errorf("%s %s: the answer tells a value of the question: %s", c.method, c.path, r.body)
		}
		if r.problem.Code != "" && r.problem.Remedy == "" {
			t.Errorf("%s: no remedy", r.problem.Code)
		}
	}
}

func TestDocumentTellsWhatTheGrantAllows(t *testing.T) {
	w := published(t)
	_, key := w.app("elder_care", people.APIKey, "")
	w.grant(w.draft("elder_care"))
	zh := w.request("GET", "/data/v1/pension_check/openapi.json", "", "X-Api-Key", key)
	en := w.request("GET", "/data/v1/pension_check/openapi.json", "", "X-Api-Key", key, "Accept-Language", "en-GB")
	for _, r := range []reply{zh, en} {
		if r.status != 200 || !json.Valid([]byte(r.body)) || strings.Contains(r.body, `"bank"`) || !strings.Contains(r.body, `"person"`) || strings.Contains(r.body, "look-up-by-url") {
			t.Errorf("%d %.500s", r.status, r.body)
		}
	}
	if !strings.Contains(zh.body, "脱敏") || !strings.Contains(en.body, "masked") {
		t.Error("the masks are not told in both languages")
	}
	if _, other := w.app("other", people.APIKey, ""); w.request("GET", "/data/v1/pension_check/openapi.json", "", "X-Api-Key", other).status != 403 {
		t.Error("the document was given without a grant")
	}
}

// signing makes the headers of a signed call.
func signing(sign func([]byte) []byte, key, method, path, query, body, nonce string, at time.Time) []string {
	stamp := strconv.FormatInt(at.Unix(), 10)
	sig := sign(gateway.Message(method, path, query, stamp, nonce, []byte(body)))
	return []string{"X-Chengshu-Key", key, "X-Chengshu-Timestamp", stamp, "X-Chengshu-Nonce", nonce, "X-Chengshu-Signature", base64.StdEncoding.EncodeToString(sig)}
}

func TestSignedCalls(t *testing.T) {
	w := published(t)
	pair, err := gm.NewPair()
	w.must(err)
	pem, err := gm.PublicPEM(pair.Public())
	w.must(err)
	hmacKey, secret := w.app("elder_care", people.HMACKey, "")
	sm2Key, _ := w.app("elder_care", people.PublicKey, string(pem))
	_, apiKey := w.app("elder_care", people.APIKey, "")
	w.grant(w.draft("elder_care"))
	byHMAC := func(m []byte) []byte { s := gm.HMAC3([]byte(secret), m); return s[:] }
	bySM2 := func(m []byte) []byte { s, err := pair.Sign(m); w.must(err); return s }
	const path = "/data/v1/pension_check"
	now := time.Now()
	first := signing(byHMAC, hmacKey.ID, "POST", path, "", zhao, "nonce-number-0001", now)
	with := func(h []string, name, value string) []string {
		out := append([]string(nil), h...)
		for i := 0; i < len(out); i += 2 {
			if out[i] == name {
				out[i+1] = value
			}
		}
		return out
	}
	for _, c := range []struct {
		name, body string
		header     []string
		want       string
	}{
		{"HMAC-SM3", zhao, first, ""},
		{"the same again", zhao, first, "sign.replay"},
		{"SM2", zhao, signing(bySM2, sm2Key.ID, "POST", path, "", zhao, "nonce-number-0002", now), ""},
		{"another body", `{"key":{"id_no":"000000195102020022"}}`, signing(byHMAC, hmacKey.ID, "POST", path, "", zhao, "nonce-number-0003", now), "key.wrong"},
		{"another path", zhao, signing(byHMAC, hmacKey.ID, "POST", path+"/rows", "", zhao, "nonce-number-0004", now), "key.wrong"},
		{"another nonce", zhao, with(first, "X-Chengshu-Nonce", "nonce-number-0005"), "key.wrong"},
		{"another time", zhao, with(first, "X-Chengshu-Timestamp", strconv.FormatInt(now.Unix()+1, 10)), "key.wrong"},
		{"the other key's", zhao, signing(byHMAC, sm2Key.ID, "POST", path, "", zhao, "nonce-number-0006", now), "key.wrong"},
		{"an unheard key", zhao, signing(byHMAC, "unheard", "POST", path, "", zhao, "nonce-number-0007", now), "key.wrong"},
		{"too old", zhao, signing(byHMAC, hmacKey.ID, "POST", path, "", zhao, "nonce-number-0008", now.Add(-time.Hour)), "sign.window"},
		{"a short nonce", zhao, signing(byHMAC, hmacKey.ID, "POST", path, "", zhao, "short", now), "sign.form"},
		{"no base64", zhao, with(first, "X-Chengshu-Signature", "!"), "sign.form"},
		{"an API key withal", zhao, append([]string{"X-Api-Key", apiKey}, with(first, "X-Chengshu-Signature", "!")...), ""},
		{"an HMAC secret as an API key", zhao, []string{"X-Api-Key", secret}, "key.wrong"},
	} {
		r := w.request("POST", path, c.body, c.header...)
		if r.problem.Code != c.want || (c.want == "") != (r.status == 200) || c.want != "" && r.status != 401 {
			t.Errorf("%s: %d %s, want %q", c.name, r.status, r.body, c.want)
		}
	}
	dir := w.dir
	w.close()
	again := open(t, dir, time.Now)
	if r := again.request("POST", path, zhao, first...); r.problem.Code != "sign.restart" {
		t.Errorf("a call of before the restart: %d %s", r.status, r.body)
	}
}

func TestCallersWithoutAKeyLeaveNothing(t *testing.T) {
	w := published(t)
	w.must(w.Audit.Keep(t.Context()))
	before, size := w.Audit.Last(), sizeOf(t, w.dir)
	var bad atomic.Int64
	var wg sync.WaitGroup
	for k := range 20 {
		wg.Go(func() {
			c := &http.Client{}
			for i := range 500 {
				header := []string{"X-Api-Key", fmt.Sprint("cs_guess", k, i)}
				if i%2 == 0 {
					header = nil
				}
				if r := do(t, c, w.door.URL, "POST", "/data/v1/pension_check", zhao, header...); r.status != 401 || r.problem.Receipt != "" {
					bad.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if bad.Load() > 0 {
		t.Errorf("%d of 10,000 callers without a key were not refused as such", bad.Load())
	}
	if last, grown := w.Audit.Last(), sizeOf(t, w.dir)-size; last != before || grown > 1<<20 {
		t.Errorf("10,000 callers without a key left %d entries and %d bytes", last-before, grown)
	}
	_, metrics := w.asked(people.SystemAdmin, "rsj", "/metrics", "")
	if !strings.Contains(metrics, `chengshu_calls_total{outcome="call.key.missing"} 5000`) || !strings.Contains(metrics, `chengshu_calls_total{outcome="key.wrong"} 5000`) {
		t.Error("they are not counted")
	}
}

func sizeOf(t *testing.T, dir string) (n int64) {
	t.Helper()
	err := filepath.Walk(dir, func(_ string, i os.FileInfo, err error) error {
		if err == nil && !i.IsDir() {
			n += i.Size()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestQuotasAtTheDoor(t *testing.T) {
	w := published(t)
	_, key := w.app("elder_care", people.APIKey, "")
	d := w.draft("elder_care")
	d.PerDay = 25
	g := w.grant(d)
	var ok, refused atomic.Int64
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			for range 10 {
				switch r := w.request("POST", "/data/v1/pension_check", zhao, "X-Api-Key", key); {
				case r.status == 200:
					ok.Add(1)
				case r.status == 429 && r.problem.Code == "quota.day" && r.header.Get("Retry-After") != "":
					refused.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if ok.Load() != 25 || refused.Load() != 25 {
		t.Errorf("of 50 calls at a quota of 25 a day %d were answered and %d refused", ok.Load(), refused.Load())
	}
	dir := w.dir
	w.close()
	again := open(t, dir, time.Now)
	if r := again.request("POST", "/data/v1/pension_check", zhao, "X-Api-Key", key); r.status != 429 {
		t.Errorf("after a restart: %d %s", r.status, r.body)
	}
	if again.Grants.For("pension", "elder_care", "mzj")[0].ID != g.ID {
		t.Error("the grant is gone")
	}
}

func TestRowsFollowWhatIsPublished(t *testing.T) {
	w := published(t)
	_, key := w.app("elder_care", people.APIKey, "")
	w.grant(w.draft("elder_care"))
	w.load(strings.Replace(pensionRows, "3120.50", "3999.00", 1))
	r := w.request("POST", "/data/v1/pension_check", zhao, "X-Api-Key", key)
	if !strings.Contains(r.body, "3999.00") || strings.Contains(r.body, "3120.50") {
		t.Errorf("after a new file: %s", r.body)
	}
	if _, body := w.local("GET", "/services/pension_check", ""); !strings.Contains(body, `"served":{"behind":0,"rows":5,"unkeyed":0,`) {
		t.Errorf("its file: %s", body)
	}
	// By another key of the same name the old file must not answer.
	w.must(w.Served.Drop(t.Context(), "pension_check"))
	if _, body := w.local("GET", "/services/pension_check", ""); !strings.Contains(body, `"served":null`) {
		t.Errorf("without its file: %s", body)
	}
	if slow := w.request("POST", "/data/v1/pension_check", zhao, "X-Api-Key", key); sorted(slow.body) != sorted(r.body) {
		t.Errorf("without its file: %s, with it: %s", slow.body, r.body)
	}
	s, err := w.Share.Get("pension_check")
	w.must(err)
	s.Declaration.Stopped = true
	w.declare(s.Declaration)
	if r := w.request("POST", "/data/v1/pension_check", zhao, "X-Api-Key", key); r.problem.Code != "call.denied" {
		t.Errorf("a stopped service: %d %s", r.status, r.body)
	}
}

// TestRevocationStopsTheNextCall: whatever is on its way, no call that begins after Revoke
// has returned is answered, and every answered one is in the audit.
func TestRevocationStopsTheNextCall(t *testing.T) {
	w := published(t)
	_, key := w.app("elder_care", people.APIKey, "")
	for range 5 {
		g := w.grant(w.draft("elder_care"))
		var revoked atomic.Bool
		var answered, late atomic.Int64
		var receipts sync.Map
		enough := make(chan struct{})
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for {
					after := revoked.Load()
					r := w.request("POST", "/data/v1/pension_check", zhao, "X-Api-Key", key)
					switch {
					case r.status == 200 && after:
						late.Add(1)
					case r.status == 200:
						receipts.Store(r.header.Get("X-Chengshu-Receipt"), true)
						if answered.Add(1) == 20 {
							close(enough)
						}
					}
					if r.status != 200 || after {
						return
					}
				}
			})
		}
		ended := make(chan struct{})
		go func() { wg.Wait(); close(ended) }()
		select {
		case <-enough:
		case <-ended:
			t.Fatal("calls were refused while the grant stood")
		}
		_, err := w.Grants.Revoke(t.Context(), people.Local(), g.ID, "用途已终止")
		w.must(err)
		revoked.Store(true)
		<-ended
		if late.Load() > 0 {
			t.Errorf("%d calls were answered after the revocation", late.Load())
		}
		receipts.Range(func(id, _ any) bool {
			seq, err := w.Audit.ParseReceiptID(id.(string))
			w.must(err)
			e, err := w.Audit.Entry(t.Context(), seq)
			if err != nil || e.Outcome != "ok" || e.Grant != g.ID {
				t.Errorf("the answered call %s is in the audit as %+v: %v", id, e, err)
			}
			return true
		})
	}
}
