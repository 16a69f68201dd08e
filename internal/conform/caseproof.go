package conform

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"
)

// prove compares what the server holds now with what it told before it was killed.
func (d *docket) prove(ctx context.Context) error {
	if err := errors.Join(d.wrong...); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{d.holds, d.installed, d.listed, d.acted, d.imported, d.chain} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// get asks as the first user, who sees all of the pack.
func (d *docket) get(ctx context.Context, path string, out any) error {
	no, gone := d.as(ctx, d.users[0], "GET", path, nil, out)
	if no != nil {
		return fmt.Errorf("%s: %w", path, no)
	}
	if gone {
		return fmt.Errorf("%s: no answer", path)
	}
	return nil
}

// installed finds the pack wholly at one version: at the one that was acknowledged, or at
// the one that was asked for and not answered.
func (d *docket) installed(ctx context.Context) error {
	var p struct {
		Version, Title string
		Forms          []struct {
			Name   string
			Fields []struct{ Name string }
		}
		Codes []struct {
			Name    string
			Entries []struct{ Value string }
		}
		Turns []struct{ To string }
	}
	if err := d.get(ctx, "/packs/docket", &p); err != nil {
		return err
	}
	at := func(n int) string { return fmt.Sprintf("1.0.%d", n) }
	if t := d.pack.pending; t != nil {
		if p.Version == at(t.to) {
			d.turned()
		}
		d.pack.pending = nil
	}
	n := d.pack.version
	if p.Version != at(n) || p.Title != "of "+at(n) || len(p.Turns) != d.pack.turns {
		return fmt.Errorf("the pack is %s (%s) after %d turns; it was %s after %d", p.Version, p.Title, len(p.Turns), at(n), d.pack.turns)
	}
	for _, f := range p.Forms {
		if f.Name == "item" && len(f.Fields) != 3+d.pack.fields[n] {
			return fmt.Errorf("%d fields of version %s, which has %d", len(f.Fields), p.Version, 3+d.pack.fields[n])
		}
	}
	for _, c := range p.Codes {
		if len(c.Entries) != 1+d.pack.fields[n] {
			return fmt.Errorf("%d codes of version %s, which has %d", len(c.Entries), p.Version, 1+d.pack.fields[n])
		}
	}
	values := map[string]any{"name": fmt.Sprintf("probe %d", d.files), "sort": fmt.Sprintf("s%d", d.pack.fields[n])}
	for i := range d.pack.fields[n] {
		values[fmt.Sprintf("f%d", i)] = "x"
	}
	if no, gone := d.as(ctx, d.users[0], "POST", "/registers/docket/item?check=true", map[string]any{"values": values}, nil); no != nil || gone {
		return fmt.Errorf("a record of version %s is not taken: %w", p.Version, errors.Join(error(no)))
	}
	return nil
}

// listed finds each case once: those that were acknowledged, and of the others those only
// that were asked for.
func (d *docket) listed(ctx context.Context) error {
	names, left := map[string]bool{}, len(d.cases)
	for cursor := ""; ; {
		var l struct {
			Items []struct {
				ID, State, Title string
				Rev              int
			}
			Next *string
		}
		if err := d.get(ctx, "/cases?desk=all&pack=docket&limit=200&cursor="+url.QueryEscape(cursor), &l); err != nil {
			return err
		}
		for _, c := range l.Items {
			if names[c.Title] {
				return fmt.Errorf("%q stands twice", c.Title)
			}
			names[c.Title] = true
			switch {
			case d.cases[c.ID] != nil:
				left--
			case d.asked[c.Title]:
				d.know(&matter{id: c.ID, name: c.Title})
			default:
				return fmt.Errorf("nobody opened %q", c.Title)
			}
			m := d.cases[c.ID]
			m.rev, m.state = c.Rev, c.State
		}
		if l.Next == nil {
			break
		}
		cursor = *l.Next
	}
	if left > 0 {
		return fmt.Errorf("%d cases that were acknowledged are gone", left)
	}
	clear(d.asked)
	return nil
}

type docketCase struct {
	Version, State string
	Rev, Score     int
	Steps          []struct {
		Action, Reason string
		Percent        int
	}
}

// acted proves every case by its history.
func (d *docket) acted(ctx context.Context) error {
	for _, m := range d.cases {
		if _, err := d.history(ctx, m); err != nil {
			return fmt.Errorf("%q (%s): %w", m.name, m.id, err)
		}
	}
	return nil
}

// history compares a case with what was done to it, and gives the rungs that fired.
func (d *docket) history(ctx context.Context, m *matter) (fired []int, err error) {
	var c docketCase
	if err := d.get(ctx, "/cases/"+m.id, &c); err != nil {
		return nil, err
	}
	if want := fmt.Sprintf("1.0.%d", d.pack.version); c.Version != want {
		return nil, fmt.Errorf("it runs on %s, the pack is %s and it was moved with it", c.Version, want)
	}
	seen, state := map[string]bool{}, "here"
	for _, s := range c.Steps {
		switch s.Action {
		case "go", "back":
			if seen[s.Reason] || !m.acked[s.Reason] && !m.sent[s.Reason] || d.refused[s.Reason] {
				return nil, fmt.Errorf("%q stands in its history; acknowledged: %t, sent: %t, refused: %t, twice: %t", s.Reason, m.acked[s.Reason], m.sent[s.Reason], d.refused[s.Reason], seen[s.Reason])
			}
			seen[s.Reason] = true
			state = map[string]string{"go": "there", "back": "here"}[s.Action]
		case "warn":
			fired = append(fired, s.Percent)
		case "open", "upgrade", "moved":
		default:
			return nil, fmt.Errorf("nobody did %s", s.Action)
		}
	}
	for reason := range m.acked {
		if !seen[reason] {
			return nil, fmt.Errorf("%q was acknowledged and is gone", reason)
		}
	}
	for reason := range m.sent { // it is known now what became of it
		if seen[reason] {
			m.acked[reason] = true
		} else {
			d.refused[reason] = true
		}
		d.result.Unsure++
	}
	clear(m.sent)
	if c.State != state || c.Rev != len(c.Steps) || len(fired) > len(rungs) || !slices.Equal(fired, rungs[:len(fired)]) || c.Score != len(fired) {
		return nil, fmt.Errorf("it is in %s at revision %d with a score of %d; its history of %d steps leads to %s, rungs %v", c.State, c.Rev, c.Score, len(c.Steps), state, fired)
	}
	return fired, nil
}

// imported waits for the imports that were acknowledged; each has made exactly its rows.
func (d *docket) imported(ctx context.Context) error {
	for id, b := range d.books {
		var j struct {
			State      string
			Made, Rows int
		}
		err := soon(ctx, func() error {
			if err := d.get(ctx, "/register-imports/docket/item/"+id, &j); err != nil {
				return err
			}
			if b.loads && j.State != "done" || !b.loads && j.State != "tried" && j.State != "done" {
				b.killed = b.loads
				return fmt.Errorf("the import %s is %s, its loading was acknowledged: %t", id, j.State, b.loads)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if j.State == "tried" {
			d.load(ctx, id) // it goes on, and is asked for after the next kill
			continue
		}
		if j.Rows != b.rows || j.Made != b.rows {
			return fmt.Errorf("the import %s made %d records of %d rows; %d were sent", id, j.Made, j.Rows, b.rows)
		}
	}
	return errors.Join(d.wrong...)
}

// final waits until every rung has fired, and proves all once more: notices and audit have
// each once, the register holds exactly the rows of its imports.
func (d *docket) final(ctx context.Context) error {
	if err := d.prove(ctx); err != nil {
		return err
	}
	for _, m := range d.cases {
		err := soon(ctx, func() error {
			fired, err := d.history(ctx, m)
			if err == nil && len(fired) < len(rungs) {
				err = fmt.Errorf("%q: only the rungs %v have fired", m.name, fired)
			}
			return err
		})
		if err != nil {
			return err
		}
		d.result.Rungs += len(rungs)
	}
	for _, step := range []func(context.Context) error{d.imported, d.records, d.told, d.entries} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := d.stop(); err != nil {
		return err
	}
	return d.chain(ctx)
}

// records finds each row of each import once, and nothing else.
func (d *docket) records(ctx context.Context) error {
	want := map[string]bool{}
	for id, b := range d.books {
		err := soon(ctx, func() error {
			var j struct{ State string }
			if err := d.get(ctx, "/register-imports/docket/item/"+id, &j); err != nil || j.State == "done" {
				return err
			}
			return fmt.Errorf("the import %s is still %s", id, j.State)
		})
		if err != nil {
			return err
		}
		d.result.Imports++
		if b.killed {
			d.result.Resumed++
		}
		for i := range b.rows {
			want[b.name(i)] = true
		}
	}
	d.result.Records = len(want)
	for cursor := ""; ; {
		var l struct {
			Items []struct {
				Values struct{ Name string }
			}
			Next *string
		}
		if err := d.get(ctx, "/registers/docket/item?limit=500&cursor="+url.QueryEscape(cursor), &l); err != nil {
			return err
		}
		for _, r := range l.Items {
			if !want[r.Values.Name] {
				return fmt.Errorf("the record %q is of no import, or stands twice", r.Values.Name)
			}
			delete(want, r.Values.Name)
		}
		if l.Next == nil {
			break
		}
		cursor = *l.Next
	}
	if len(want) > 0 {
		return fmt.Errorf("%d rows of imports are not there", len(want))
	}
	return nil
}

// told finds one notice of each rung of each case.
func (d *docket) told(ctx context.Context) error {
	warned := map[string]int{}
	for cursor := ""; ; {
		var l struct {
			Items []struct{ Why, Link string }
			Next  *string
		}
		if err := d.get(ctx, "/notices?limit=500&cursor="+url.QueryEscape(cursor), &l); err != nil {
			return err
		}
		for _, n := range l.Items {
			if n.Why == "warning" {
				warned[n.Link]++
			}
		}
		if l.Next == nil {
			break
		}
		cursor = *l.Next
	}
	for id, m := range d.cases {
		if n := warned["/cases/"+id]; n != len(rungs) {
			return fmt.Errorf("%q: %d of %d rungs were told", m.name, n, len(rungs))
		}
	}
	return nil
}

// entries finds each act of some cases in the audit once.
func (d *docket) entries(ctx context.Context) error {
	for i, id := range d.order {
		if i%7 != 0 && i != len(d.order)-1 {
			continue
		}
		m := d.cases[id]
		err := soon(ctx, func() error {
			var l struct {
				Items []struct{ Action string }
			}
			if err := d.call(ctx, "GET", "/audit?limit=500&target="+url.QueryEscape("case/"+id)+"&from="+url.QueryEscape(time.Now().AddDate(0, 0, -1).UTC().Format(time.RFC3339)), nil, &l); err != nil {
				return err
			}
			acts, warns := 0, 0
			for _, e := range l.Items {
				switch e.Action {
				case "case.go", "case.back":
					acts++
				case "case.warn":
					warns++
				}
			}
			if acts != len(m.acked) || warns != len(rungs) {
				return fmt.Errorf("%q: the audit has %d acts of %d, %d rungs of %d", m.name, acts, len(m.acked), warns, len(rungs))
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
