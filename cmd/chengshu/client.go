package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/node"
	"github.com/chengshu/chengshu/internal/store"
)

// client talks to the server that owns the data folder; where there is none, to one of its
// own that lives as long as the command.
type client struct {
	http  *http.Client
	lang  string
	close func() error
}

func (a *app) connect(ctx context.Context) (*client, error) {
	c := &client{lang: a.settings.Lang, close: func() error { return nil }}
	data := a.settings.Data
	o := a.options()
	o.Log = slog.New(slog.DiscardHandler) // a command answers in words, not in a log
	settings := a.settings
	settings.Listen = ""
	n, err := node.Open(ctx, settings, o)
	switch {
	case err == nil:
		serving, stop := context.WithCancel(context.Background())
		ready, ended := make(chan string, 1), make(chan error, 1)
		go func() { ended <- n.Serve(serving, func(s string) { ready <- s }) }()
		select {
		case <-ready:
		case err := <-ended:
			stop()
			return nil, errors.Join(err, n.Close())
		}
		c.close = func() error {
			stop()
			return errors.Join(<-ended, n.Close())
		}
	case !errors.Is(err, store.ErrLocked):
		return nil, err
	}
	c.http = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		conn, err := node.DialSocket(ctx, data)
		if err != nil {
			return nil, fault.New(fault.Busy, "data.unreachable", fault.T(
				"数据目录被另一进程占用，且无法与其通信", "another process owns the data folder and does not answer")).At("%s", data).
				Fix(fault.T("请待其结束，或停止该进程后再试", "wait until it ends, or stop it and try again")).Wrap(err)
		}
		return conn, nil
	}}}
	return c, nil
}

// readFile reads a file that whoever runs the command has named.
func readFile(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.New(fault.Missing, "file.missing", fault.T("无法读取文件", "the file cannot be read")).At("%s", path).
			Fix(fault.T("请核对路径和读取权限", "check the path and that it may be read")).Wrap(err)
	}
	return text, nil
}

// with connects, runs do and closes.
func (a *app) with(ctx context.Context, do func(*client) error) (err error) {
	c, err := a.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	return do(c)
}

type problem struct {
	Status int       `json:"status"`
	Detail string    `json:"detail"`
	Code   string    `json:"code"`
	Where  string    `json:"where"`
	Remedy string    `json:"remedy"`
	Parts  []problem `json:"parts"`
}

var kinds = map[int]fault.Kind{422: fault.Invalid, 400: fault.Invalid, 401: fault.Denied, 403: fault.Denied, 404: fault.Missing, 409: fault.Conflict, 503: fault.Busy}

// fault makes the server's problem ours again; its words are in the language we asked for.
func (p problem) fault() *fault.Error {
	f := fault.New(kinds[p.Status], p.Code, fault.Text{ZH: p.Detail, EN: p.Detail}).Fix(fault.Text{ZH: p.Remedy, EN: p.Remedy})
	f.Where = p.Where
	for _, part := range p.Parts {
		f.Parts = append(f.Parts, part.fault())
	}
	return f
}

// call sends body as JSON, or as it is when it is a file, and reads the answer into out.
func (c *client) call(ctx context.Context, method, path string, body, out any) error {
	resp, err := c.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(text, out)
}

// save writes an answer to a file as it comes; one that broke off leaves none.
func (c *client) save(ctx context.Context, method, path string, body any, file string) (err error) {
	resp, err := c.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	unwritable := fault.New(fault.Invalid, "file.unwritable", fault.T("无法写入文件", "the file cannot be written")).At("%s", file).
		Fix(fault.T("请换一个可写的位置（--out）", "choose a place you may write to (--out)"))
	f, err := os.CreateTemp(filepath.Dir(file), ".chengshu-*")
	if err != nil {
		return unwritable.Wrap(err)
	}
	defer os.Remove(f.Name()) // what was saved has another name by then
	if _, err := io.Copy(f, resp.Body); err != nil {
		_ = f.Close()
		return fault.New(fault.Busy, "file.broken", fault.T("接收中断，文件不完整，未保存", "the answer broke off; nothing was saved")).At("%s", file).
			Fix(fault.T("请重试", "try again")).Wrap(err)
	}
	if err := f.Close(); err != nil {
		return unwritable.Wrap(err)
	}
	if err := os.Rename(f.Name(), file); err != nil {
		return unwritable.Wrap(err)
	}
	return nil
}

// send asks the server; an answer that is a problem comes as its fault. The caller closes the
// answer's body.
func (c *client) send(ctx context.Context, method, path string, body any) (*http.Response, error) {
	var in io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case declaration:
		in, kind = bytes.NewReader(b.text), "application/yaml"
	case workbook:
		in, kind = bytes.NewReader(b), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	default:
		text, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		in = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://chengshu/api/v1"+path, in)
	if err != nil {
		return nil, err
	}
	if in != nil {
		r.Header.Set("Content-Type", kind)
	}
	if d, ok := body.(declaration); ok {
		r.Header.Set("X-File-Name", d.file)
	}
	r.Header.Set("Accept-Language", c.lang)
	resp, err := c.http.Do(r)
	if err != nil || resp.StatusCode < 400 {
		return resp, err
	}
	defer resp.Body.Close()
	var p problem
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil {
		return nil, fmt.Errorf("the server answered %s", resp.Status)
	}
	return nil, p.fault()
}

// workbook is an XLSX file on its way to the server.
type workbook []byte

// declaration is a YAML file on its way to the server.
type declaration struct {
	file string
	text []byte
}
