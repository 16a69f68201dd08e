package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The children that judge loads are this program with "child", here the test's own.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "child" {
		main()
	}
	os.Exit(m.Run())
}

// said is what a command answered.
type said struct {
	code      int
	out, errs string
}

func command(t *testing.T, args ...string) said {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, &out, &errs)
	return said{code, out.String(), errs.String()}
}

type told struct {
	OK    bool `json:"ok"`
	Error struct {
		Kind, Code, Detail, Where, Remedy string
	} `json:"error"`
}

// Each wrong command ends with 1, says in JSON what was wrong and leaves the output empty.
func TestWrongCommands(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	file, empty := put(t, dir, "a.csv", "id\n1\n"), put(t, dir, "empty.csv", "")
	shout, typo := put(t, dir, "loud.yaml", "log: {level: loud}\n"), put(t, dir, "typo.yaml", "data: d\nlods: {}\n")
	for name, c := range map[string]struct {
		args string
		kind string
		want string // in the text, the place or the remedy
	}{
		"no such command":        {"nosuch", "invalid", "nosuch"},
		"no such subcommand":     {"batch nosuch", "invalid", "nosuch"},
		"no such bench":          {"bench nosuch", "invalid", "nosuch"},
		"no such flag":           {"load --bogus", "invalid", "--bogus"},
		"flag that is no number": {"directory rows x --limit two", "invalid", "--limit"},
		"a word too few":         {"load --directory p", "invalid", "chengshu load --help"},
		"a word too many":        {"verify now", "invalid", "now"},
		"no directory named":     {"load " + file, "invalid", "directory"},
		"no reason":              {"batch release x", "invalid", "reason"},
		"no rounds":              {"conform crash --rounds 0", "invalid", "--rounds"},
		"no rows":                {"bench ingest --rows -1", "invalid", "--rows"},
		"no file":                {"load nosuch.csv --directory p", "missing", "nosuch.csv"},
		"a folder for a file":    {"load . --directory p", "invalid", "regular file"},
		"an empty file":          {"directory guess " + empty, "invalid", "empty"},
		"no declaration":         {"directory add nosuch.yaml", "missing", "nosuch.yaml"},
		"no kind declared":       {"directory check " + shout, "invalid", "kind"},
		"no such directory":      {"load " + file + " --directory nosuch", "missing", "nosuch"},
		"rows of none":           {"directory rows nosuch", "missing", "nosuch"},
		"batches of none":        {"batch list --directory nosuch", "missing", "nosuch"},
		"batches of no state":    {"batch list --state bogus", "invalid", "bogus"},
		"replay of none":         {"replay --directory nosuch", "missing", "nosuch"},
		"replay of nothing":      {"replay", "invalid", "--directory"},
		"no such batch":          {"report nosuch", "missing", "nosuch"},
		"data is a file":         {"verify --data " + file, "invalid", "--data"},
		"no configuration":       {"verify --config nosuch.yaml", "missing", "nosuch.yaml"},
		"a folder of settings":   {"verify --config .", "invalid", "--config"},
		"an unknown key":         {"verify --config " + typo, "invalid", "typo.yaml:2"},
		"an unfit level":         {"verify --config " + shout, "invalid", "log.level"},
		"an unfit region":        {"verify --place.region 12", "invalid", "place.region"},
		"all addresses":          {"serve --listen 0.0.0.0:0", "invalid", "loopback"},
		"any address":            {"serve --listen :0", "invalid", "loopback"},
		"all IPv6 addresses":     {"serve --listen [::]:0", "invalid", "loopback"},
		"a demo for all":         {"demo --listen 192.0.2.1:0", "invalid", "loopback"},
		"no such port":           {"serve --listen 127.0.0.1:99999", "conflict", "99999"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append(strings.Fields(c.args), "--json", "--lang", "en")
			if !strings.Contains(c.args, "--data") {
				args = append(args, "--data", filepath.Join(dir, "data"))
			}
			got := command(t, args...)
			var v told
			lines := strings.Split(strings.TrimSpace(got.errs), "\n")
			if err := json.Unmarshal([]byte(lines[len(lines)-1]), &v); err != nil {
				t.Fatalf("no JSON: %v: %+v", err, got)
			}
			if got.code != 1 || got.out != "" || v.OK || v.Error.Kind != c.kind || v.Error.Code == "" {
				t.Errorf("got %+v", got)
			}
			if text := v.Error.Detail + v.Error.Where + v.Error.Remedy; !strings.Contains(text, c.want) {
				t.Errorf("%q does not say %q", text, c.want)
			}
		})
	}
}

func TestWrongCommandInWords(t *testing.T) {
	got := command(t, "batch", "nosuch")
	if got.code != 1 || !strings.Contains(got.errs, "chengshu: 命令有误") || !strings.Contains(got.errs, "chengshu batch --help") {
		t.Errorf("got %+v", got)
	}
	for _, c := range []struct{ args, zh, en string }{
		{"batch nosuch", `没有命令 "nosuch"`, `there is no command "nosuch"`},
		{"lod", "没有命令 \"lod\"；是否应为 load？", "did you mean load?"},
		{"doctor extra", `不需要参数 "extra"；写法：chengshu doctor`, `it takes no argument "extra"`},
		{"report", "需要参数 1 个，给了 0 个；写法：chengshu report BATCH", "arguments wanted: 1, given: 0"},
		{"pack replay pothole --sinc 2026-11-01", "没有选项 --sinc；是否应为 --since？", "there is no flag --sinc; did you mean --since?"},
		{"report -x B", "没有选项 -x", "there is no flag -x"},
		{"doctor --data", "--data 之后缺少值", "--data lacks its value"},
		{"serve --loads.threads many", "--loads.threads 的值有误", "the value of --loads.threads is wrong"},
	} {
		for lang, want := range map[string]string{"zh-CN": c.zh, "en": c.en} {
			got := command(t, append([]string{"--lang", lang}, strings.Fields(c.args)...)...)
			if got.code != 1 || !strings.Contains(got.errs, want) || !strings.Contains(got.errs, " --help") || lang == "en" && strings.ContainsAny(got.errs, "命令的") {
				t.Errorf("%s in %s: %+v\n want %s", c.args, lang, got, want)
			}
		}
	}
	for _, args := range []string{"verify --nosuch --lang en", "--lang=en verify --nosuch", "verify --nosuch --lang=en"} {
		if got := command(t, strings.Fields(args)...); !strings.Contains(got.errs, "the command is wrong: there is no flag --nosuch") {
			t.Errorf("%s: %s", args, got.errs)
		}
	}
	if help := command(t, "batch"); help.code != 0 || !strings.Contains(help.out, "release") {
		t.Errorf("got %+v", help)
	}
}

func put(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
