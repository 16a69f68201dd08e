package conform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
)

// APIOptions say with what the API is asked, and how much.
type APIOptions struct {
	Self     string // the binary
	Tool     string // schemathesis
	Dir      string // where the data folder is made; removed unless something was found
	Examples int    // random ones of each operation, beside those that go over each bound of its schema
	Seed     uint64
	Tell     func(string)
}

// APIResult is what was asked and found.
type APIResult struct {
	OK      bool       `json:"ok"`
	Seed    uint64     `json:"seed"`
	Roles   []AskedAPI `json:"roles"`
	Cases   int        `json:"cases"`
	Seconds float64    `json:"seconds"`
}

// AskedAPI is one document asked as one role.
type AskedAPI struct {
	Role       string  `json:"role"`
	Document   string  `json:"document"`
	Operations int     `json:"operations"`
	Cases      int     `json:"cases"`
	Failures   int     `json:"failures"`
	Seconds    float64 `json:"seconds"`
	said       string
}

// API asks every operation of the console's OpenAPI document as each role and as nobody, and
// those of data services as an application and as nobody, with what their schemas allow and
// what they forbid, on a district of its own: nothing may answer 5xx, with a status or a
// type of content the document does not name, with a body that is not of its schema, or
// take what the document forbids; and who has signed in stays so.
func API(ctx context.Context, o APIOptions) (r APIResult, err error) {
	began := time.Now()
	r = APIResult{Seed: o.Seed, Roles: []AskedAPI{}}
	if info, err := os.Stat(o.Tool); err != nil || info.IsDir() {
		return r, fault.New(fault.Missing, "conform.tool", fault.T("没有找到 schemathesis", "schemathesis is not there")).At("%s", o.Tool).
			Fix(fault.T("请在源码目录运行 scripts/setup asked，或用 --tool 指明", "run scripts/setup asked in the source's folder, or name it by --tool"))
	}
	dir, err := os.MkdirTemp(o.Dir, "asked-")
	if err != nil {
		return r, err
	}
	q := &questioner{server: server{self: o.Self, data: filepath.Join(dir, "data")}, o: o, dir: dir}
	defer func() {
		err = errors.Join(err, q.stop())
		r.OK, r.Seconds = err == nil, time.Since(began).Seconds()
		if err == nil {
			err = os.RemoveAll(dir)
		}
	}()
	if err := q.start(ctx); err != nil {
		return r, err
	}
	if err := q.found(ctx); err != nil {
		return r, fmt.Errorf("conform: set the district up: %w", err)
	}
	for _, pair := range waves {
		asked, err := q.wave(ctx, pair)
		r.Roles = append(r.Roles, asked...)
		if err != nil {
			return r, err
		}
	}
	return r, r.judge(o.Tell, dir)
}

// judge counts, and shows what was found.
func (r *APIResult) judge(tell func(string), dir string) error {
	failures := 0
	for _, a := range r.Roles {
		r.Cases += a.Cases
		if failures += a.Failures; a.Failures > 0 {
			tell(a.said)
		}
	}
	if failures > 0 {
		return fmt.Errorf("conform: %d failures with seed %d (folder %s kept)", failures, r.Seed, dir)
	}
	return nil
}

// nobody and application ask without a sign-in of a user.
const (
	nobody      = "nobody"
	application = "application"
	console     = "openapi"
)

// waves are asked one after the other, what is in one at the same time. Who may change
// little comes first, so that those who may change much find as much to do it to.
var waves = [][]AskedAPI{
	{{Role: application, Document: "asked_by_number"}, {Role: application, Document: "asked_by_person"}, {Role: nobody, Document: "asked_by_number"}},
	{{Role: nobody, Document: console}, {Role: "audit_admin", Document: console}},
	{{Role: "security_admin", Document: console}, {Role: "system_admin", Document: console}},
	{{Role: "reviewer", Document: console}, {Role: "officer", Document: console}},
	{{Role: "data_admin", Document: console}},
}

// roles are those of waves that sign in.
func roles() (out []string) {
	for _, wave := range waves {
		for _, a := range wave {
			if a.Role != nobody && a.Role != application && !slices.Contains(out, a.Role) {
				out = append(out, a.Role)
			}
		}
	}
	return out
}

// wave asks as some roles at the same time, each signed in anew.
func (q *questioner) wave(ctx context.Context, wave []AskedAPI) ([]AskedAPI, error) {
	out, errs := slices.Clone(wave), make([]error, len(wave))
	told := make([]told, len(wave))
	for i, a := range out {
		if told[i], errs[i] = q.tell(ctx, a); errs[i] != nil {
			return nil, errs[i]
		}
	}
	if err := q.keep(ctx, told); err != nil {
		return nil, err
	}
	var wg sync.WaitGroup
	for i := range out {
		wg.Go(func() { errs[i] = q.ask(ctx, &out[i], told[i]) })
	}
	wg.Wait()
	for _, a := range out {
		q.o.Tell(fmt.Sprintf("%s on %s: %d operations, %d cases, %d failures, %.0f s", a.Role, a.Document, a.Operations, a.Cases, a.Failures, a.Seconds))
	}
	return out, errors.Join(errs...)
}

// report is what is read of the tool's.
type report struct {
	Complete   bool
	Operations struct{ Tested int }
	TestCases  struct {
		Generated int
		Failed    int `json:"unique_failures"`
	} `json:"test_cases"`
	Errors []struct {
		Title string
		Count int
	}
}

// read takes over the tool's report: what it could not do is a failure too.
func (a *AskedAPI) read(path string, said []byte, ended error) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("conform: %s on %s: the tool left no report: %w: %s", a.Role, a.Document, ended, said)
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		return err
	}
	a.Operations, a.Cases, a.Failures, a.said = r.Operations.Tested, r.TestCases.Generated, r.TestCases.Failed, string(said)
	for _, e := range r.Errors {
		a.Failures += e.Count
	}
	if (ended != nil || !r.Complete || a.Cases == 0) && a.Failures == 0 {
		return fmt.Errorf("conform: %s on %s: the tool did not end well: %w: %s", a.Role, a.Document, ended, said)
	}
	return nil
}

func (q *questioner) arguments(a *AskedAPI, folder string) []string {
	return []string{"--config-file", filepath.Join(folder, "schemathesis.toml"), "run", filepath.Join(q.dir, a.Document+".json"), "--url", q.address,
		"--seed", strconv.FormatUint(q.o.Seed, 10), "--max-examples", strconv.Itoa(q.o.Examples), "--no-color", "--report", "json", "--report-json-path", filepath.Join(folder, "report.json")}
}
