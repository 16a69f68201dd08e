package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"time"
)

// clerk is an invented person at the console: what they do goes through its door, signed in,
// and stands in the audit as theirs.
type clerk struct {
	stage *stage
	User
	cookie *http.Cookie
	csrf   string
	since  time.Time
}

// reply is what a door answered.
type reply struct {
	status int
	header http.Header
	bytes.Buffer
}

func (r *reply) Header() http.Header    { return r.header }
func (r *reply) WriteHeader(status int) { r.status = status }

// ask sends a request through the node's doors.
func (s *stage) ask(ctx context.Context, method, path string, body io.Reader, header http.Header) (*reply, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://127.0.0.1"+path, body)
	if err != nil {
		return nil, err
	}
	r.RemoteAddr = "127.0.0.1:0"
	for k, v := range header {
		r.Header[k] = v
	}
	out := &reply{status: http.StatusOK, header: http.Header{}}
	s.node.Handler.ServeHTTP(out, r)
	return out, nil
}

// do asks the API for something, signing in where they were not at it just now, and reads the answer.
func (c *clerk) do(ctx context.Context, method, path string, body, into any) error {
	if err := c.enter(ctx); err != nil {
		return err
	}
	_, err := c.send(ctx, method, "/api/v1"+path, body, into)
	return err
}

// enter signs in who was not at it just now.
func (c *clerk) enter(ctx context.Context) error {
	if c.cookie == nil || c.stage.clock.Now().Sub(c.since) > 10*time.Minute {
		c.cookie = nil
		var who struct {
			CSRF string `json:"csrf"`
		}
		out, err := c.send(ctx, http.MethodPost, "/api/v1/session", map[string]string{"login": c.Login, "password": c.Password}, &who)
		if err != nil {
			return err
		}
		cookie, err := http.ParseSetCookie(out.header.Get("Set-Cookie"))
		if err != nil {
			return err
		}
		c.cookie, c.csrf, c.since = cookie, who.CSRF, c.stage.clock.Now()
	}
	c.since = c.stage.clock.Now()
	return nil
}

// file sends a file and gives it as a record's field holds it.
func (c *clerk) file(ctx context.Context, name string, data []byte) (out map[string]any, err error) {
	if err := c.enter(ctx); err != nil {
		return nil, err
	}
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile("file", name)
	if err != nil {
		return nil, err
	}
	_, _ = part.Write(data) // into memory
	if err := m.Close(); err != nil {
		return nil, err
	}
	_, err = c.sent(ctx, http.MethodPost, "/api/v1/files", &body, m.FormDataContentType(), &out)
	return map[string]any{"id": out["id"], "name": out["name"]}, err
}

func (c *clerk) send(ctx context.Context, method, path string, body, into any) (*reply, error) {
	if body == nil {
		return c.sent(ctx, method, path, nil, "", into)
	}
	b, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return c.sent(ctx, method, path, bytes.NewReader(b), "application/json", into)
}

func (c *clerk) sent(ctx context.Context, method, path string, body io.Reader, kind string, into any) (*reply, error) {
	header := http.Header{"User-Agent": {"Mozilla/5.0 (X11; Linux x86_64) Chrome"}}
	if kind != "" {
		header.Set("Content-Type", kind)
	}
	if c.cookie != nil {
		header.Set("Cookie", c.cookie.Name+"="+c.cookie.Value)
		header.Set("X-Csrf-Token", c.csrf)
	}
	out, err := c.stage.ask(ctx, method, path, body, header)
	switch {
	case err != nil:
		return nil, err
	case out.status >= 300:
		return nil, fmt.Errorf("demo: %s asks %s %s: %d %s", c.Login, method, path, out.status, out)
	case into == nil:
		return out, nil
	}
	return out, json.Unmarshal(out.Bytes(), into)
}
