package conform

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// web asks the listener, as the outside does.
func (s *server) web(ctx context.Context, method, path string, body any, header ...string) (http.Header, []byte, error) {
	var in io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, nil, err
		}
		in = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, s.address+path, in)
	if err != nil {
		return nil, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 400 {
		no := &refused{}
		_ = json.Unmarshal(text, no) // of no form: its text is told below
		no.Status = resp.StatusCode
		err = fmt.Errorf("%s %s: %w: %s", method, path, no, text)
	}
	return resp.Header, text, err
}

// session is somebody's.
type session struct {
	Cookie string `json:"Cookie"`
	CSRF   string `json:"X-CSRF-Token"`
}

func (s session) header() []string { return []string{"Cookie", s.Cookie, "X-CSRF-Token", s.CSRF} }

func (s *server) signIn(ctx context.Context, login, password string) (session, error) {
	h, body, err := s.web(ctx, "POST", "/api/v1/session", map[string]string{"login": login, "password": password})
	var who struct{ CSRF string }
	if err == nil {
		err = json.Unmarshal(body, &who)
	}
	cookie, _, _ := strings.Cut(h.Get("Set-Cookie"), ";")
	return session{cookie, who.CSRF}, err
}

// wanted is everybody's password after their first.
const wanted = "Wanted-for-a-proof-2026"

// join makes a user and signs them in.
func (s *server) join(ctx context.Context, login, office string, roles ...string) (session, error) {
	var given struct{ Password string }
	if err := s.call(ctx, "POST", "/users", map[string]any{"login": login, "name": "某人", "office": office, "roles": roles}, &given); err != nil {
		return session{}, err
	}
	in, err := s.signIn(ctx, login, given.Password)
	if err != nil {
		return in, err
	}
	if _, _, err := s.web(ctx, "POST", "/api/v1/session/password", map[string]string{"old": given.Password, "password": wanted}, in.header()...); err != nil {
		return in, err
	}
	return s.signIn(ctx, login, wanted)
}
