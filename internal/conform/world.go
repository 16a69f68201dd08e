package conform

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/chengshu/chengshu/internal/node"
)

// world is a data folder, the server on it, and what was accepted so far.
type world struct {
	self, dir, data string
	rng             *rand.Rand // used between rounds only

	mu     sync.Mutex
	truths map[string]truth // by batch, as the server accepted it
	files  int

	cmd  *exec.Cmd
	http *http.Client
	log  *bytes.Buffer
}

// truth is what judging a file must find.
type truth struct{ in, good, bad int64 }

// batch is what is read of one.
type batch struct {
	ID          string `json:"id"`
	Directory   string `json:"directory"`
	State       string `json:"state"`
	Parent      string `json:"parent"`
	RowsIn      int64  `json:"rows_in"`
	Published   int64  `json:"published"`
	Quarantined int64  `json:"quarantined"`
	Held        int64  `json:"held"`
	Replayed    int64  `json:"replayed"`
	Error       *struct {
		Code string `json:"code"`
	} `json:"error"`
}

// The directories differ in how batches enter them and in how a batch is judged.
var directories = []string{"crash_append", "crash_merge", "crash_replace", "crash_block"}

const declaration = `kind: directory
name: %[1]s
title: %[1]s
office: crash
abstract: rows whose truth is known
class: department
format: table
update: daily
level: L1
share: {type: free, way: exchange}
items:
  - {name: id, title: id, type: int}
  - {name: word, title: word, type: text}
  - {name: day, title: day, type: date}
rules:
  - {kind: required, item: id}
  - {kind: values, item: word, values: [alpha, beta, gamma]%[2]s}
load: {mode: %[3]s%[4]s}
`

// start runs the server and waits until it answers on its socket.
func (w *world) start(ctx context.Context) error {
	w.log = &bytes.Buffer{}
	w.cmd = exec.Command(w.self, "serve", "--data", w.data, "--listen", "127.0.0.1:0", "--json", "--loads.memory", "256MB", "--loads.threads", "1")
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	w.cmd.Stderr = w.log
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := w.cmd.Start(); err != nil {
		return err
	}
	ready := make(chan error, 1)
	go func() {
		var said struct{ OK bool }
		err := json.NewDecoder(bufio.NewReader(out)).Decode(&said)
		if err == nil && !said.OK {
			err = errors.New("the server did not start")
		}
		ready <- err
		_, _ = io.Copy(io.Discard, out)
	}()
	select {
	case err := <-ready:
		if err != nil {
			return fmt.Errorf("start the server: %w: %s", err, w.log)
		}
	case <-time.After(time.Minute):
		return fmt.Errorf("the server was not ready within a minute: %s", w.log)
	case <-ctx.Done():
		return ctx.Err()
	}
	w.http = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return node.DialSocket(ctx, w.data)
	}}}
	return nil
}

// kill ends the server as a power cut would end the process; its loads die with it.
func (w *world) kill() {
	_ = w.cmd.Process.Signal(syscall.SIGKILL)
	_ = w.cmd.Wait()
	w.http.CloseIdleConnections()
}

// killChild kills one loading process of the server, if there is one.
func (w *world) killChild() bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", w.cmd.Process.Pid))
	for _, t := range threads {
		text, err := os.ReadFile(t)
		if err != nil {
			continue
		}
		for _, f := range strings.Fields(string(text)) {
			if pid, err := strconv.Atoi(f); err == nil && syscall.Kill(pid, syscall.SIGKILL) == nil {
				return true
			}
		}
	}
	return false
}

func (w *world) stop() error {
	if w.cmd == nil || w.cmd.ProcessState != nil {
		return nil
	}
	_ = w.cmd.Process.Signal(syscall.SIGTERM)
	if err := w.cmd.Wait(); err != nil {
		return fmt.Errorf("the server did not end well: %w: %s", err, w.log)
	}
	return nil
}

type refused struct {
	Status int
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func (r *refused) Error() string { return fmt.Sprintf("%d %s: %s", r.Status, r.Code, r.Detail) }

func (w *world) call(ctx context.Context, method, path string, body, out any) error {
	var in io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case string:
		in, kind = strings.NewReader(b), "application/yaml"
	default:
		text, err := json.Marshal(b)
		if err != nil {
			return err
		}
		in = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://chengshu/api/v1"+path, in)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Accept-Language", "en")
	resp, err := w.http.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		no := &refused{Status: resp.StatusCode}
		if err := json.NewDecoder(resp.Body).Decode(no); err != nil {
			return errors.Join(no, err)
		}
		no.Status = resp.StatusCode
		return no
	}
	if out == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

// declare registers the directories.
func (w *world) declare(ctx context.Context) error {
	for name, d := range map[string][3]string{
		"crash_append": {"", "append", ""}, "crash_merge": {"", "merge", ", key: [id]"}, "crash_replace": {"", "replace", ""},
		"crash_block": {", do: block, above: 1", "append", ""},
	} {
		if err := w.call(ctx, "POST", "/directories", fmt.Sprintf(declaration, name, d[0], d[1], d[2]), nil); err != nil {
			return err
		}
	}
	return nil
}
