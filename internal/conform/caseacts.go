package conform

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/xuri/excelize/v2"
)

const docketPack = `pack: {id: docket, version: 1.0.%[1]d, title: {zh: 试, en: "of 1.0.%[1]d"}}
roles: {worker: {title: worker, reach: all}}
codes:
  sort:
%[2]s
entity:
  matter:
    title: matter
    key: "M{seq:6}"
    fields:
      name: {type: text(40), title: name, required: true, unique: true}
      times: {type: integer, title: times}
      region: {type: region, title: region, required: true}
    show: [name]
  item:
    title: item
    key: "I{seq:7}"
    fields:
      name: {type: text(40), title: name, required: true, unique: true}
      amount: {type: integer, title: amount}
      sort: {type: code(sort), title: sort}
%[3]s
flow:
  matter:
    clock: {budget: 1m, ladder: fast}
    states:
      here: {title: here, by: worker, actions: {
        go: {title: go, to: there, need: reason, edit: times}}}
      there: {title: there, by: worker, actions: {
        back: {title: back, to: here, need: reason},
        close: {title: close, to: over, need: reason}}}
      over: {title: over, end: true}
ladder:
  fast: [%[4]s]
`

// rungs are those of the ladder, in hundredths of a minute.
var rungs = []int{1, 2, 4, 7}

// packs is which version is installed, and what is known of those before.
type packs struct {
	version, former int
	next            int         // whose number is free
	fields          map[int]int // of each version: how many it adds
	turns           int         // installations and undos
	pending         *turn
}

// turn is an installation or undo that was not answered yet.
type turn struct{ from, to, former int }

func packText(n, fields int) string {
	var codes, more, ladder []string
	for i := range fields + 1 {
		codes = append(codes, fmt.Sprintf("    - {code: s%d, name: s%d}", i, i))
	}
	for i := range fields {
		more = append(more, fmt.Sprintf("      f%d: {type: text, title: f%d, index: true}", i, i))
	}
	for _, at := range rungs {
		ladder = append(ladder, fmt.Sprintf("{at: %d%%, notify: worker, score: 1}", at))
	}
	return fmt.Sprintf(docketPack, n, strings.Join(codes, "\n"), strings.Join(more, "\n"), strings.Join(ladder, ", "))
}

// found registers the office, installs the pack and makes its users.
func (d *docket) found(ctx context.Context) error {
	if err := d.call(ctx, "POST", "/directories", "kind: office\nname: docket\ntitle: docket\nregion: \"420102000000\"\n", nil); err != nil {
		return err
	}
	d.pack = packs{next: 1, fields: map[int]int{0: 0}, turns: 1}
	if err := d.call(ctx, "POST", "/packs", map[string]any{"files": map[string]string{"pack.yaml": packText(0, 0)}}, nil); err != nil {
		return err
	}
	for i := range 3 {
		s, err := d.join(ctx, fmt.Sprintf("docket%d", i), "docket", "docket.worker")
		if err != nil {
			return err
		}
		d.users = append(d.users, s)
	}
	return nil
}

// as asks as a user. gone says that no answer came: what was asked for may have been done.
func (d *docket) as(ctx context.Context, u session, method, path string, body, out any) (no *refused, gone bool) {
	_, text, err := d.web(ctx, method, "/api/v1"+path, body, append(u.header(), "Accept-Language", "en")...)
	if errors.As(err, &no) {
		return no, false
	}
	if err != nil || out != nil && json.Unmarshal(text, out) != nil {
		return nil, true
	}
	return nil, false
}

func (d *docket) saw(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wrong = append(d.wrong, err)
}

// opener opens some cases.
func (d *docket) opener(ctx context.Context, _ *rand.Rand) {
	for range 12 {
		d.mu.Lock()
		d.files++
		name := fmt.Sprintf("case %d", d.files)
		d.asked[name] = true
		d.mu.Unlock()
		var c struct {
			Case struct {
				ID, State string
				Rev       int
			}
		}
		no, gone := d.as(ctx, d.users[0], "POST", "/cases", map[string]any{"pack": "docket", "flow": "matter", "values": map[string]any{"name": name, "region": "420102000000"}}, &c)
		if gone {
			return
		}
		if no != nil {
			d.saw(fmt.Errorf("a case was not opened: %w", no))
			return
		}
		d.know(&matter{id: c.Case.ID, name: name, state: c.Case.State, rev: c.Case.Rev})
	}
}

// know takes a case over whose opening was answered, or that was found.
func (d *docket) know(m *matter) {
	m.acked, m.sent = map[string]bool{}, map[string]bool{}
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.asked, m.name)
	d.cases[m.id] = m
	d.order = append(d.order, m.id)
}

// actor acts on cases until the server is gone: several do on the same one, so that some are
// refused.
func (d *docket) actor(ctx context.Context, u session, rng *rand.Rand) {
	for ctx.Err() == nil {
		d.mu.Lock()
		if len(d.order) == 0 {
			d.mu.Unlock()
			if no, gone := d.as(ctx, u, "GET", "/case-desks", nil, nil); gone || no != nil {
				return
			}
			continue
		}
		from := max(0, len(d.order)-12)
		m := d.cases[d.order[from+rng.IntN(len(d.order)-from)]]
		d.acts++
		n := d.acts
		reason := fmt.Sprintf("act %d", n)
		action, rev := map[string]string{"here": "go", "there": "back"}[m.state], m.rev
		m.sent[reason] = true
		d.mu.Unlock()
		body := map[string]any{"action": action, "reason": reason, "rev": rev}
		if action == "go" {
			body["values"] = map[string]any{"times": n}
		}
		if !d.act(ctx, u, m, reason, body) {
			return
		}
	}
}

// act does it and keeps what was answered; false: the server is gone.
func (d *docket) act(ctx context.Context, u session, m *matter, reason string, body any) bool {
	var c struct {
		State string
		Rev   int
	}
	no, gone := d.as(ctx, u, "POST", "/cases/"+m.id+"/act", body, &c)
	if gone {
		return false
	}
	if no != nil {
		if no.Status != http.StatusConflict {
			d.saw(fmt.Errorf("an act was refused: %w", no))
			return false
		}
		if _, gone := d.as(ctx, u, "GET", "/cases/"+m.id, nil, &c); gone {
			return false
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(m.sent, reason)
	if no == nil {
		m.acked[reason] = true
		d.result.Acts++
	} else {
		d.refused[reason] = true
		d.result.Refused++
	}
	if c.Rev > m.rev {
		m.rev, m.state = c.Rev, c.State
	}
	return true
}

// book is a workbook that was sent.
type book struct {
	prefix string
	rows   int
	loads  bool // its loading was acknowledged
	killed bool // … and it was not done when the server was killed
}

// importer sends a workbook and has it loaded, as far as it gets.
func (d *docket) importer(ctx context.Context, rng *rand.Rand) {
	d.mu.Lock()
	d.files++
	b := &book{prefix: fmt.Sprintf("b%d-", d.files), rows: 3000 + rng.IntN(9000)}
	d.mu.Unlock()
	file, err := b.write()
	if err != nil {
		d.saw(err)
		return
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", b.prefix+".xlsx")
	if err == nil {
		_, err = part.Write(file)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		d.saw(err)
		return
	}
	var j struct{ ID, State string }
	if !d.sendForm(ctx, &form, w.FormDataContentType(), &j) {
		return
	}
	d.mu.Lock()
	d.books[j.ID] = b
	d.mu.Unlock()
	for j.State != "tried" {
		if no, gone := d.as(ctx, d.users[0], "GET", "/register-imports/docket/item/"+j.ID, nil, &j); gone || no != nil {
			return
		}
	}
	d.load(ctx, j.ID)
}

func (d *docket) load(ctx context.Context, id string) {
	no, gone := d.as(ctx, d.users[0], "POST", "/register-imports/docket/item/"+id+"/load", nil, nil)
	if gone {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if no != nil {
		d.wrong = append(d.wrong, fmt.Errorf("an import was not taken: %w", no))
		return
	}
	d.books[id].loads = true
}

func (d *docket) sendForm(ctx context.Context, form *bytes.Buffer, kind string, out any) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.address+"/api/v1/register-imports/docket/item", form)
	if err != nil {
		d.saw(err)
		return false
	}
	h := append(d.users[0].header(), "Content-Type", kind)
	for i := 0; i+1 < len(h); i += 2 {
		r.Header.Set(h[i], h[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		d.saw(fmt.Errorf("a workbook was not taken: %s", resp.Status))
		return false
	}
	return json.NewDecoder(resp.Body).Decode(out) == nil
}

func (b *book) name(i int) string { return fmt.Sprintf("%s%d", b.prefix, i) }

func (b *book) write() ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	s, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return nil, err
	}
	if err := s.SetRow("A1", []any{"name", "amount"}); err != nil {
		return nil, err
	}
	for i := range b.rows {
		if err := s.SetRow(fmt.Sprintf("A%d", i+2), []any{b.name(i), i}); err != nil {
			return nil, err
		}
	}
	if err := s.Flush(); err != nil {
		return nil, err
	}
	out, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// installer upgrades the pack with its cases, or takes the last upgrade back, until the
// server is gone.
func (d *docket) installer(ctx context.Context, rng *rand.Rand) {
	for range 7 {
		p := &d.pack
		t := turn{from: p.version, to: p.next, former: p.version}
		path, body := "/packs", any(nil)
		if p.former != p.version && rng.IntN(3) > 0 {
			t = turn{from: p.version, to: p.former, former: p.former}
			path, body = "/packs/docket/undo", map[string]any{"move": true}
		} else {
			p.fields[t.to] = p.fields[p.version] + 1
			body = map[string]any{"files": map[string]string{"pack.yaml": packText(t.to, p.fields[t.to])}, "move": true}
			p.next++
		}
		p.pending = &t
		err := d.call(ctx, "POST", path, body, nil)
		var no *refused
		if errors.As(err, &no) {
			d.saw(fmt.Errorf("the pack was not changed: %w", no))
			return
		}
		if err != nil {
			return
		}
		d.turned()
	}
}

// turned takes the pending turn over as done.
func (d *docket) turned() {
	p := &d.pack
	if p.pending.former == p.pending.to {
		d.result.Undone++
	} else {
		d.result.Upgrades++
	}
	p.version, p.former, p.pending = p.pending.to, p.pending.former, nil
	p.turns++
}
