package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/spec"
)

// slip is one mistake in the pack of the tutorial.
type slip struct {
	Name   string
	Change []struct{ File, Was, Is string }
	More   string            // behind pack.yaml
	Write  map[string]string // further files
}

// folder writes the pack with its slip.
func (s slip) folder(t *testing.T) string {
	t.Helper()
	dir, files := t.TempDir(), map[string]string{}
	for _, name := range []string{"pack.yaml", "tests.yaml"} {
		text, err := os.ReadFile(filepath.Join("../../packs/examples/pothole", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	for _, c := range s.Change {
		file := c.File
		if file == "" {
			file = "pack.yaml"
		}
		if !strings.Contains(files[file], c.Was) {
			t.Fatalf("%s: %s has no %q", s.Name, file, c.Was)
		}
		files[file] = strings.Replace(files[file], c.Was, c.Is, 1)
	}
	files["pack.yaml"] += s.More
	for name, text := range s.Write {
		files[name] = text
	}
	for name, text := range files {
		put(t, dir, name, text)
	}
	return dir
}

// TestSlips: each of the usual slips is told once, where it is, in words of ours and in both
// languages, with what was meant or what to do.
func TestSlips(t *testing.T) {
	text, err := os.ReadFile("testdata/slips.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var slips []slip
	if err := yaml.Unmarshal(text, &slips); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, s := range slips {
		_, err := folder(s.folder(t))
		f := fault.From(err)
		if f == nil || len(f.Parts) > 0 {
			t.Errorf("%s is not told once: %v", s.Name, err)
			continue
		}
		if file, line, _ := spec.Lines(f); line == 0 || !strings.HasSuffix(file, ".yaml") {
			t.Errorf("%s is told without its line: %v", s.Name, f)
		}
		if f.Remedy.ZH == "" || f.Remedy.EN == "" || f.Text.ZH == f.Text.EN {
			t.Errorf("%s: no remedy, or one language: %v", s.Name, f)
		}
		out.WriteString(s.Name + "\n  " + f.In("zh-CN") + "\n  " + f.In("en") + "\n")
	}
	golden(t, "testdata/slips.txt", out.String())
}
