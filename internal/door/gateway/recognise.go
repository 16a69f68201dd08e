package gateway

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/people"
)

// The headers of a signed call.
const (
	keyHeader       = "X-Chengshu-Key"
	stampHeader     = "X-Chengshu-Timestamp"
	nonceHeader     = "X-Chengshu-Nonce"
	signatureHeader = "X-Chengshu-Signature"
)

// mostBody is the longest body of a question.
const mostBody = 64 << 10

var errSignForm = fault.New(fault.Denied, "sign.form", fault.T("签名所需的请求头不完整或格式有误", "the headers of a signed call are not all there or not of their form")).
	Fix(fault.T("须有 X-Chengshu-Key、-Timestamp（秒）、-Nonce（16 至 64 位字母、数字、-、_）、-Signature（Base64）",
		"give X-Chengshu-Key, -Timestamp (seconds), -Nonce (16 to 64 letters, digits, - or _) and -Signature (base64)"))

// recognise says who calls and gives the body. Nothing is read from a caller that shows
// neither key nor signature.
func (g *Gateway) recognise(w http.ResponseWriter, r *http.Request) (people.Caller, []byte, error) {
	key := apiKey(r)
	signed := r.Header.Get(signatureHeader) != ""
	if key == "" && !signed {
		return people.Caller{}, nil, errNobody
	}
	var caller people.Caller
	var err error
	if key != "" {
		if caller, err = g.People.AppByKey(key); err != nil {
			return caller, nil, err
		}
	}
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return caller, nil, errMethod
	}
	var body []byte
	if r.Method == http.MethodPost || signed {
		if body, err = readBody(w, r); err != nil {
			var large *http.MaxBytesError
			if errors.As(err, &large) {
				return caller, nil, errLarge
			}
			return caller, nil, errSignForm.Wrap(err)
		}
	}
	if key == "" {
		caller, err = g.signed(r, body)
	}
	return caller, body, err
}

// mostWait is how long a body may take to arrive: whoever signs is not known before it has.
const mostWait = 10 * time.Second

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	c := http.NewResponseController(w)
	if c.SetReadDeadline(time.Now().Add(mostWait)) == nil {
		defer func() { _ = c.SetReadDeadline(time.Time{}) }() // else it would end a long answer
	}
	return io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
}

func apiKey(r *http.Request) string {
	if k := r.Header.Get("X-Api-Key"); k != "" {
		return k
	}
	if a := r.Header.Get("Authorization"); len(a) > 7 && strings.EqualFold(a[:7], "Bearer ") {
		return a[7:]
	}
	return ""
}

// signed proves a signed call: first the signature, so that nobody without a key learns
// what times are accepted or uses a nonce up.
func (g *Gateway) signed(r *http.Request, body []byte) (people.Caller, error) {
	id, stamp, nonce := r.Header.Get(keyHeader), r.Header.Get(stampHeader), r.Header.Get(nonceHeader)
	at, err := strconv.ParseInt(stamp, 10, 64)
	signature, bad := base64.StdEncoding.DecodeString(r.Header.Get(signatureHeader))
	if err != nil || bad != nil || !nonceForm(nonce) || len(id) == 0 || len(id) > 64 {
		return people.Caller{}, errSignForm
	}
	caller, err := g.People.AppBySignature(id, Message(r.Method, r.URL.EscapedPath(), r.URL.RawQuery, stamp, nonce, body), signature)
	if err != nil {
		return caller, err
	}
	return caller, g.nonces.use(r.Context(), id, nonce, at, g.Now())
}

// Message is what a signed call signs: six lines without a line end after the last.
func Message(method, path, query, stamp, nonce string, body []byte) []byte {
	sum := gm.Sum3(body)
	return []byte(strings.Join([]string{method, path, query, stamp, nonce, hex.EncodeToString(sum[:])}, "\n"))
}

func nonceForm(s string) bool {
	if len(s) < 16 || len(s) > 64 {
		return false
	}
	for _, c := range s {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}
