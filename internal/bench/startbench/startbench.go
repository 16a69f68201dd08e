// Package startbench measures how long the server takes from its start on an existing
// folder to readiness, and what it holds then.
//
// Read first: Start.
package startbench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Result is what was measured, in medians. The limit is one second.
type Result struct {
	Name         string         `json:"name"`
	Seconds      float64        `json:"seconds"` // from exec to /readyz
	LimitSeconds float64        `json:"limit_seconds"`
	Ratio        float64        `json:"ratio"`
	RSS          int64          `json:"rss_mb"` // idle, two seconds after
	Details      map[string]any `json:"details"`
}

// Options say with what.
type Options struct {
	Self   string
	Dir    string
	Rounds int
	Tell   func(string)
}

// Start builds the demo district in a folder, then starts and stops the server on it.
func Start(ctx context.Context, o Options) (Result, error) {
	data := filepath.Join(o.Dir, "data")
	o.Tell("building a district to start on")
	if out, err := exec.CommandContext(ctx, o.Self, "demo", "--once", "--data", data).CombinedOutput(); err != nil {
		return Result{}, fmt.Errorf("startbench: %w: %s", err, out)
	}
	info, err := os.Stat(o.Self)
	if err != nil {
		return Result{}, err
	}
	r := Result{Name: "start", LimitSeconds: 1, Details: map[string]any{"binary_mb": info.Size() >> 20, "rounds": o.Rounds}}
	var seconds []float64
	var rss []int64
	for range o.Rounds {
		s, mb, err := once(ctx, o.Self, data)
		if err != nil {
			return r, err
		}
		seconds, rss = append(seconds, s), append(rss, mb)
	}
	slices.Sort(seconds)
	slices.Sort(rss)
	r.Seconds, r.RSS = seconds[len(seconds)/2], rss[len(rss)/2]
	r.Ratio = r.LimitSeconds / r.Seconds
	return r, nil
}

func once(ctx context.Context, self, data string) (seconds float64, mb int64, err error) {
	cmd := exec.CommandContext(ctx, self, "serve", "--data", data, "--listen", "127.0.0.1:0", "--json")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, cmd.Process.Signal(syscall.SIGTERM), cmd.Wait()) }()
	var said struct{ Address string }
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&said); err != nil {
		return 0, 0, fmt.Errorf("startbench: %w", err)
	}
	resp, err := http.Get(said.Address + "/readyz")
	if err != nil {
		return 0, 0, err
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, 0, fmt.Errorf("startbench: /readyz says %s", resp.Status)
	}
	seconds = time.Since(began).Seconds()
	time.Sleep(2 * time.Second) // idle is what is measured
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", cmd.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	if f := strings.Fields(string(text)); len(f) > 1 {
		pages, _ := strconv.ParseInt(f[1], 10, 64)
		mb = pages * int64(os.Getpagesize()) >> 20
	}
	return seconds, mb, nil
}
