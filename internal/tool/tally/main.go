// Command tally runs `go test -json`, shows what fails whole and what passes in a line a
// package, and writes "PASSED FAILED" to a file.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
)

type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64
}

func main() {
	out := flag.String("out", "", "where the two numbers go")
	flag.Parse()
	passed, failed, err := run(flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
		failed = max(failed, 1)
	}
	if err := os.WriteFile(*out, fmt.Appendf(nil, "%d %d\n", passed, failed), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
		os.Exit(1)
	}
	if failed > 0 {
		os.Exit(1)
	}
}

func run(args []string) (passed, failed int, err error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	said := map[string][]string{} // package and test → its output
	lines := bufio.NewScanner(pipe)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Println(lines.Text())
			continue
		}
		p, f := e.count(said)
		passed, failed = passed+p, failed+f
	}
	if err := lines.Err(); err != nil {
		return passed, failed, err
	}
	return passed, failed, cmd.Wait()
}

// count keeps the output of what runs and shows that of what failed. A test that skips
// itself counts as failed: here everything a test needs is installed.
func (e event) count(said map[string][]string) (passed, failed int) {
	key := e.Package + "\x00" + e.Test
	switch e.Action {
	case "output":
		said[key] = append(said[key], e.Output)
	case "build-output":
		fmt.Print(e.Output)
	case "pass":
		if e.Test == "" {
			fmt.Printf("ok    %s  %.1fs\n", e.Package, e.Elapsed)
			return 0, 0
		}
		delete(said, key)
		return 1, 0
	case "fail", "skip":
		if e.Test == "" && e.Action == "skip" {
			return 0, 0 // a package without tests
		}
		fmt.Printf("%s  %s %s  %.1fs\n", e.Action, e.Package, e.Test, e.Elapsed)
		for _, s := range said[key] {
			fmt.Print(s)
		}
		if e.Test == "" {
			return 0, 0
		}
		return 0, 1
	}
	return 0, 0
}
