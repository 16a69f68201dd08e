package audit

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
)

// Entry is one thing that was done: a call answered or refused, a page of personal data
// shown, a change. It holds who, what, under which grant and why, and never a cell's value.
// What is empty is left out of its JSON, whose keys stand in the order below.
type Entry struct {
	Seq       int64     `json:"seq"`                 // counted from 1 without gaps; given by the chain
	At        time.Time `json:"at"`                  // zero: now
	Action    string    `json:"action"`              // "read", "list", "grant.revoke"
	Door      string    `json:"door,omitempty"`      // gateway, console, socket
	Actor     string    `json:"actor,omitempty"`     // user or application that acted
	App       string    `json:"app,omitempty"`       // application
	Office    string    `json:"office,omitempty"`    // its office
	Service   string    `json:"service,omitempty"`   //
	Directory string    `json:"directory,omitempty"` //
	Grant     string    `json:"grant,omitempty"`     //
	Purpose   string    `json:"purpose,omitempty"`   // as the grant words it
	Subject   string    `json:"subject,omitempty"`   // keyed hash of what was looked up
	Items     []string  `json:"items,omitempty"`     // shown
	Rows      int64     `json:"rows"`                // shown
	Answer    string    `json:"answer,omitempty"`    // base64 of the SM3 of the answer's bytes: AnswerHash
	Of        int64     `json:"of,omitempty"`        // the opening entry, in the closing one of a stream
	Address   string    `json:"address,omitempty"`   // where the caller came from
	Outcome   string    `json:"outcome"`             // "ok", or the code of the refusal
	Target    string    `json:"target,omitempty"`    // of a change: "grant/0193…"
	Record    string    `json:"record,omitempty"`    // of a change: its id, given by Record
	// Change is what changed, as a JSON value; empty or valid.
	Change json.RawMessage `json:"change,omitempty"`
}

// Change is what an entry keeps of a change: in words, with its details by name.
func Change(text fault.Text, detail map[string]string) (json.RawMessage, error) {
	body, err := json.Marshal(struct {
		Text   fault.Text        `json:"text"`
		Detail map[string]string `json:"detail,omitempty"`
	}{text, detail})
	if err != nil {
		return nil, ErrEntry.At("change").Wrap(err)
	}
	return body, nil
}

// AnswerHash is an answer's hash as it stands in an entry; openssl shows the same by
// `openssl dgst -sm3 -binary FILE | openssl base64`.
func AnswerHash(d gm.Digest) string { return base64.StdEncoding.EncodeToString(d[:]) }

// maxEntry is the longest entry in bytes.
const maxEntry = 64 << 10

// ErrEntry is an entry that cannot be kept.
var ErrEntry = fault.New(fault.Internal, "audit.entry",
	fault.T("审计记录不合规", "the audit entry cannot be kept")).
	Fix(fault.T("请将服务日志交给运维人员", "give the log to who runs the server"))

// tail appends the JSON of an entry behind its seq.
func (e *Entry) tail(b []byte) ([]byte, error) {
	began := len(b)
	b = append(b, `"at":"`...)
	b = e.At.UTC().AppendFormat(b, timeForm)
	b = append(b, '"')
	b = word(b, "action", e.Action)
	for _, f := range [...]struct{ key, value string }{
		{"door", e.Door}, {"actor", e.Actor}, {"app", e.App}, {"office", e.Office}, {"service", e.Service},
		{"directory", e.Directory}, {"grant", e.Grant}, {"purpose", e.Purpose}, {"subject", e.Subject},
	} {
		if f.value != "" {
			b = word(b, f.key, f.value)
		}
	}
	b = words(b, e.Items)
	b = strconv.AppendInt(append(b, `,"rows":`...), e.Rows, 10)
	if e.Answer != "" {
		b = word(b, "answer", e.Answer)
	}
	if e.Of != 0 {
		b = strconv.AppendInt(append(b, `,"of":`...), e.Of, 10)
	}
	if e.Address != "" {
		b = word(b, "address", e.Address)
	}
	b = word(b, "outcome", e.Outcome)
	if e.Target != "" {
		b = word(b, "target", e.Target)
	}
	if e.Record != "" {
		b = word(b, "record", e.Record)
	}
	if len(e.Change) > 0 {
		compact, err := json.Marshal(e.Change) // one line, whatever it was
		if err != nil {
			return nil, ErrEntry.At("change").Wrap(err)
		}
		b = append(append(b, `,"change":`...), compact...)
	}
	b = append(b, '}')
	if n := len(b) - began; n > maxEntry {
		return nil, ErrEntry.At("%s %s: %d > %d", e.Action, e.Target, n, maxEntry)
	}
	return b, nil
}

// opening is what stands before the tail.
func opening(b []byte, seq int64) []byte {
	return append(strconv.AppendInt(append(b, `{"seq":`...), seq, 10), ',')
}

// timeForm is RFC 3339 with microseconds, always as long.
const timeForm = "2006-01-02T15:04:05.000000Z"

func words(b []byte, all []string) []byte {
	if len(all) == 0 {
		return b
	}
	b = append(b, `,"items":[`...)
	for i, s := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = text(b, s)
	}
	return append(b, ']')
}

func word(b []byte, key, value string) []byte {
	b = append(append(append(b, `,"`...), key...), `":`...)
	return text(b, value)
}

// text appends a JSON string. Nothing below a space is left as it is, so that an entry is
// one line and holds no NUL.
func text(b []byte, s string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	if plain(s) {
		return append(append(b, s...), '"')
	}
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0', digits[r>>4], digits[r&15])
		default:
			b = utf8.AppendRune(b, r) // bytes that are no UTF-8 come as U+FFFD
		}
	}
	return append(b, '"')
}

// plain says that a text stands in JSON as it is.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' {
			return false
		}
	}
	return utf8.ValidString(s)
}

// parse reads an entry's JSON.
func parse(line []byte) (e Entry, err error) {
	if err = json.Unmarshal(line, &e); err != nil {
		return e, ErrEntry.Wrap(err)
	}
	return e, nil
}
