// Command doctest runs what pages of the documentation tell their readers to run:
//
//	doctest -bin bin -with docs/tutorial/people.csv -out FILE PAGE.md ...
//
// Each page has a fresh folder with the binary's folder and the given file. Its blocks
// marked sh are run in order in one shell each; a block marked text after one is what it
// prints, where … stands for anything; without one the block must succeed. BATCH in a
// command is the label that was printed last; what a block exports, later ones have. Blocks marked shell are shown, not run.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	bin := flag.String("bin", "bin", "the folder of the binary")
	with := flag.String("with", "", "a file that readers have")
	out := flag.String("out", "", "where the numbers of passed and failed blocks go")
	flag.Parse()
	passed, failed := 0, 0
	for _, page := range flag.Args() {
		p, f, err := run(page, *bin, *with)
		if err != nil {
			fmt.Fprintln(os.Stderr, "doctest:", page, err)
			f++
		}
		fmt.Printf("%s: %d blocks as told, %d not\n", page, p, f)
		passed, failed = passed+p, failed+f
	}
	if err := os.WriteFile(*out, fmt.Appendf(nil, "%d %d\n", passed, failed), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, "doctest:", err)
		os.Exit(1)
	}
	if failed > 0 || passed == 0 {
		os.Exit(1)
	}
}

func run(page, bin, with string) (passed, failed int, err error) {
	text, err := os.ReadFile(page)
	if err != nil {
		return 0, 0, err
	}
	dir, err := os.MkdirTemp("", "doctest")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(dir)
	if err := furnish(dir, bin, with); err != nil {
		return 0, 0, err
	}
	label, env := "", append(os.Environ(), "LC_ALL=C.UTF-8")
	for _, b := range blocks(string(text)) {
		for _, e := range exports.FindAllStringSubmatch(b.command, -1) {
			env = append(env, e[1])
		}
		got, err := shell(dir, env, strings.ReplaceAll(b.command, "BATCH", label))
		if l := labels.FindAllStringSubmatch(got, -1); l != nil {
			label = l[len(l)-1][1]
		}
		if complaint := b.judge(got, err); complaint != "" {
			fmt.Printf("%s:%d: %s\n$ %s\n%s\n", page, b.line, complaint, b.command, got)
			failed++
			continue
		}
		passed++
	}
	return passed, failed, nil
}

var exports = regexp.MustCompile(`(?m)^export (\w+=\S+)$`)

var labels = regexp.MustCompile(`(?m)^(?:批次|batch) (\d{4}-\d{2,})\b`)

func furnish(dir, bin, with string) error {
	abs, err := filepath.Abs(bin)
	if err != nil {
		return err
	}
	if err := os.Symlink(abs, filepath.Join(dir, "bin")); err != nil || with == "" {
		return err
	}
	text, err := os.ReadFile(with)
	if err != nil {
		return err
	}
	at := filepath.Join(dir, with)
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		return err
	}
	return os.WriteFile(at, text, 0o644)
}

func shell(dir string, env []string, command string) (string, error) {
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", command)
	cmd.Dir = dir
	cmd.Env = env
	var b bytes.Buffer
	cmd.Stdout, cmd.Stderr = &b, &b
	err := cmd.Run()
	return b.String(), err
}
