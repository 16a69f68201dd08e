package conform

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/chengshu/chengshu/internal/node"
)

// server is the binary serving a data folder, and a client on the folder's socket.
type server struct {
	self, data string
	flags      []string // beyond those of every server here

	address string // of its listener, as http://…
	cmd     *exec.Cmd
	http    *http.Client // by the socket: the local command, who may do all
	log     *bytes.Buffer
}

// start runs the server and waits until it answers on its socket.
func (s *server) start(ctx context.Context) error {
	s.log = &bytes.Buffer{}
	s.cmd = exec.Command(s.self, append([]string{"serve", "--data", s.data, "--listen", "127.0.0.1:0", "--json", "--loads.memory", "256MB", "--loads.threads", "1"}, s.flags...)...)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	ready := make(chan error, 1)
	var said struct {
		OK      bool
		Address string
	}
	go func() {
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
			return fmt.Errorf("start the server: %w: %s", err, s.log)
		}
	case <-time.After(time.Minute):
		return fmt.Errorf("the server was not ready within a minute: %s", s.log)
	case <-ctx.Done():
		return ctx.Err()
	}
	s.address = said.Address
	s.http = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return node.DialSocket(ctx, s.data)
	}}}
	return nil
}

// kill ends the server as a power cut would end the process; its loads die with it.
func (s *server) kill() {
	_ = s.cmd.Process.Signal(syscall.SIGKILL)
	_ = s.cmd.Wait()
	s.http.CloseIdleConnections()
}

// killChild kills one loading process of the server, if there is one.
func (s *server) killChild() bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", s.cmd.Process.Pid))
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

func (s *server) stop() error {
	if s.cmd == nil || s.cmd.ProcessState != nil {
		return nil
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("the server did not end well: %w: %s", err, s.log)
	}
	return nil
}

type refused struct {
	Status int
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func (r *refused) Error() string { return fmt.Sprintf("%d %s: %s", r.Status, r.Code, r.Detail) }

// call asks the console's API as the local command. A text is a declaration.
func (s *server) call(ctx context.Context, method, path string, body, out any) error {
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
	resp, err := s.http.Do(r)
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

// batch is what is read of one.
type batch struct {
	ID          string `json:"id"`
	Directory   string `json:"directory"`
	State       string `json:"state"`
	File        string `json:"file"`
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

func (s *server) list(ctx context.Context, query string) []batch {
	var l struct {
		Items []batch `json:"items"`
	}
	_ = s.call(ctx, "GET", "/batches?limit=500"+query, nil, &l) // a killed server lists nothing
	return l.Items
}

// settled waits until no batch is at work.
func (s *server) settled(ctx context.Context) error {
	const atWork = "&state=queued,judging,publishing"
	return soon(ctx, func() error {
		if bs := s.list(ctx, atWork); len(bs) > 0 {
			return fmt.Errorf("batches are still at work: %v", bs)
		}
		return nil
	})
}

// holds asks for the books and for events that could not be handled.
func (s *server) holds(ctx context.Context) error {
	var v struct {
		OK     bool `json:"ok"`
		Doubts []struct{ Batch, What string }
	}
	if err := s.call(ctx, "POST", "/verify", nil, &v); err != nil {
		return err
	}
	if !v.OK {
		return fmt.Errorf("the books do not hold: %v", v.Doubts)
	}
	var parked struct {
		Items []struct{ Consumer, Error string }
	}
	if err := s.call(ctx, "GET", "/parked", nil, &parked); err != nil {
		return err
	}
	if len(parked.Items) > 0 {
		return fmt.Errorf("events are parked: %v", parked.Items)
	}
	return nil
}

// soon tries until what is to come true has, and gives the last error after two minutes.
func soon(ctx context.Context, try func() error) error {
	until := time.Now().Add(2 * time.Minute)
	for {
		err := try()
		if err == nil || time.Now().After(until) {
			return err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
