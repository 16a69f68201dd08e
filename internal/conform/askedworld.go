package conform

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

var (
	//go:embed asked/district.yaml
	askedDistrict string
	//go:embed asked/services.yaml
	askedServices string
)

// questioner is a district to ask about, and who asks.
type questioner struct {
	server
	o     APIOptions
	dir   string
	keys  []string            // of applications with the same grant each: none is refused too often
	known map[string][]string // values that are there, by what they are of
	users map[string]string   // passwords by login
}

// found makes the district.
func (q *questioner) found(ctx context.Context) error {
	q.known, q.users = map[string][]string{}, map[string]string{}
	for _, step := range []func(context.Context) error{q.load, q.allow, q.people, q.documents, q.learn} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// load declares and loads: every batch has bad rows, those of asked_held too many.
func (q *questioner) load(ctx context.Context) error {
	if err := q.call(ctx, "POST", "/directories", askedDistrict, nil); err != nil {
		return err
	}
	for i, directory := range []string{"asked_people", "asked_people", "asked_elsewhere", "asked_held", "asked_held", "asked_held", "asked_held", "asked_held", "asked_held"} {
		b := bytes.NewBufferString("id,id_no,person,word,amount,day\n")
		for n := range 40 {
			word := []string{"alpha", "beta", "gamma", "gamma", "delta"}[n%5]
			fmt.Fprintf(b, "%d,00000019500101%04d,某%d,%s,%d.50,2026-01-%02d\n", i*100+n, i*100+n, n, word, n, n%28+1)
		}
		if directory == "asked_elsewhere" {
			b = bytes.NewBufferString("id\n1\n2\n3\n")
		}
		path := filepath.Join(q.dir, fmt.Sprintf("f%d.csv", i))
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			return err
		}
		if err := q.call(ctx, "POST", "/loads", map[string]any{"directory": directory, "path": path}, nil); err != nil {
			return err
		}
	}
	if err := q.settled(ctx); err != nil {
		return err
	}
	for _, directory := range []string{"asked_people", "asked_elsewhere"} {
		if err := q.call(ctx, "POST", "/directories/"+directory+"/publish", map[string]string{"reason": "试"}, nil); err != nil {
			return err
		}
	}
	return q.call(ctx, "POST", "/services", askedServices, nil)
}

// allow registers applications and what they are granted; each calls once, for a receipt.
func (q *questioner) allow(ctx context.Context) error {
	for i := range 12 {
		name := fmt.Sprintf("asked_app%d", i)
		if err := q.call(ctx, "POST", "/apps", map[string]string{"name": name, "title": name, "office": []string{"asked_own", "asked_other"}[i%2]}, nil); err != nil {
			return err
		}
		var given struct {
			Key    struct{ ID string }
			Secret string
		}
		if err := q.call(ctx, "POST", "/apps/"+name+"/keys", map[string]string{"kind": "api"}, &given); err != nil {
			return err
		}
		var g struct{ ID string }
		if err := q.call(ctx, "POST", "/grants", map[string]any{"grantee": map[string]string{"kind": "app", "name": name}, "directory": "asked_people",
			"items":    []map[string]string{{"item": "id"}, {"item": "id_no", "mask": "id"}, {"item": "person", "mask": "name"}, {"item": "word"}, {"item": "amount"}, {"item": "day"}},
			"all_rows": true, "purpose": "试", "basis": "试", "until": time.Now().AddDate(1, 0, 0), "per_second": 100_000, "per_day": 10_000_000}, &g); err != nil {
			return err
		}
		q.keys = append(q.keys, given.Secret)
		q.add("apps", name)
		q.add("app_keys", given.Key.ID)
		q.add("grants", g.ID)
	}
	return soon(ctx, func() error {
		resp, _, err := q.web(ctx, "GET", "/data/v1/asked_by_number?id=1", nil, "X-Api-Key", q.keys[0])
		q.known["receipts"] = []string{resp.Get("X-Chengshu-Receipt")}
		return err
	})
}

func (q *questioner) add(what, value string) { q.known[what] = append(q.known[what], value) }

// people makes the users: two of each role, one that asks and one that signs out, and some
// that have things done to them.
func (q *questioner) people(ctx context.Context) error {
	add := func(login string, roles ...string) error {
		q.users[login] = wanted
		_, err := q.join(ctx, login, "asked_own", roles...)
		return err
	}
	for _, r := range roles() {
		for _, kind := range []string{"asks_", "leaves_"} {
			if err := add(kind+r, r); err != nil {
				return err
			}
		}
	}
	for i := range 3 {
		login := fmt.Sprintf("asked_user%d", i)
		if err := add(login, "officer"); err != nil {
			return err
		}
		q.add("users", login)
	}
	return nil
}

// documents fetches what is asked by: the console's document, and services' as an
// application sees them.
func (q *questioner) documents(ctx context.Context) error {
	for name, path := range map[string]string{console: "/openapi.json", "asked_by_number": "/data/v1/asked_by_number/openapi.json", "asked_by_person": "/data/v1/asked_by_person/openapi.json"} {
		_, text, err := q.web(ctx, "GET", path, nil, "X-Api-Key", q.keys[0], "Accept-Language", "en")
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(q.dir, name+".json"), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// learn gathers values that are there: with made up ones alone, all would be missing.
func (q *questioner) learn(ctx context.Context) error {
	q.known["directories"] = []string{"asked_people", "asked_held", "asked_draft", "asked_elsewhere"}
	q.known["services"] = []string{"asked_by_number", "asked_by_person", "asked_elsewhere"}
	q.known["offices"] = []string{"asked_own", "asked_below", "asked_other"}
	q.known["items"] = []string{"id", "id_no", "person", "word", "amount", "day"}
	q.known["regions"] = []string{"420102000000", "420100000000", "42"}
	for _, b := range q.list(ctx, "") {
		q.add("batches", b.ID)
	}
	var rows struct {
		Items []struct{ Row string }
	}
	if err := q.call(ctx, "GET", "/batches/"+q.known["batches"][len(q.known["batches"])-1]+"/quarantine", nil, &rows); err != nil {
		return err
	}
	for _, r := range rows.Items {
		q.add("rows", r.Row)
	}
	var snapshots struct {
		Items []struct{ ID string }
	}
	if err := q.call(ctx, "GET", "/directories/asked_people/snapshots", nil, &snapshots); err != nil {
		return err
	}
	for _, s := range snapshots.Items {
		q.add("snapshots", s.ID)
	}
	var receipt struct{ Key string }
	if err := q.call(ctx, "GET", "/receipts/"+q.known["receipts"][0], nil, &receipt); err != nil {
		return err
	}
	q.add("keys", receipt.Key)
	return q.upload(ctx)
}

func (q *questioner) upload(ctx context.Context) error {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", "people.csv")
	if err != nil {
		return err
	}
	fmt.Fprint(part, "id,id_no,person,word,amount,day\n901,000000195001019901,某,alpha,1.50,2026-01-01\n902,000000195001019902,某,delta,1.50,2026-01-01\n")
	if err := w.Close(); err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, "POST", "http://chengshu/api/v1/uploads", &b)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	resp, err := q.http.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var up struct{ Upload string }
	if err := json.NewDecoder(resp.Body).Decode(&up); err != nil || up.Upload == "" {
		return fmt.Errorf("upload: %s: %w", resp.Status, err)
	}
	q.add("uploads", up.Upload)
	return nil
}
