package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/chengshu/chengshu/internal/clock"
)

// Settings are kept by name: the days that were changed, and offices' hours.
const (
	settingDays  = "days"
	settingHours = "hours"
)

// times is a calendar with the hours of offices. It is read under the engine's lock, or by
// one alone.
type times struct {
	cal    *clock.Calendar
	edits  []Edition
	hours  map[string]clock.Office // by office; the empty name is the usual ones
	clocks map[string]*clock.Clock
	kept   map[string]string // settings as they are written
}

func newTimes() *times {
	return &times{cal: clock.Published(), hours: map[string]clock.Office{"": clock.DefaultOffice()}, clocks: map[string]*clock.Clock{}, kept: map[string]string{}}
}

// Edition is a change that was made to the calendar: by whom, when, and what it moved.
type Edition struct {
	clock.Change
	At      time.Time `json:"at,omitzero"`
	By      string    `json:"by,omitempty"` // user's id
	Moves   Moves     `json:"moves,omitzero"`
	Version string    `json:"-"` // of the calendar that came of it
}

// clock is the calendar read with an office's hours, or with the usual ones.
func (t *times) clock(office string) (*clock.Clock, error) {
	hours, own := t.hours[office]
	if !own {
		office, hours = "", t.hours[""]
	}
	if c := t.clocks[office]; c != nil {
		return c, nil
	}
	c, err := clock.New(t.cal, hours)
	if err != nil {
		return nil, err
	}
	t.clocks[office] = c
	return c, nil
}

// edited are the times with one more change of the calendar.
func (t *times) edited(x Edition) (*times, error) {
	n := &times{hours: t.hours, clocks: map[string]*clock.Clock{}}
	var err error
	if n.cal, err = t.cal.With(x.Change); err != nil {
		return nil, err
	}
	x.Version = n.cal.Version()
	n.edits = append(t.edits[:len(t.edits):len(t.edits)], x)
	return n, nil
}

// opened are the times with an office's own hours; without, it goes back to the usual ones.
func (t *times) opened(office string, h *clock.Office) (*times, error) {
	n := &times{cal: t.cal, edits: t.edits, hours: maps.Clone(t.hours), clocks: map[string]*clock.Clock{}}
	switch {
	case h != nil:
		n.hours[office] = *h
	case office == "":
		n.hours[""] = clock.DefaultOffice()
	default:
		delete(n.hours, office)
	}
	_, err := n.clock(office)
	return n, err
}

// stored reads calendar and hours as they are committed.
func (e *Engine) stored(ctx context.Context) (*times, error) {
	rows, err := e.opt.Store.Read().QueryContext(ctx, `SELECT name, value FROM flow_setting`)
	if err != nil {
		return nil, wrapped("settings", err)
	}
	defer rows.Close()
	t := newTimes()
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, wrapped("settings", err)
		}
		t.kept[name] = value
		switch name {
		case settingDays:
			err = t.days(value)
		case settingHours:
			err = json.Unmarshal([]byte(value), &t.hours)
		}
		if err != nil {
			return nil, fmt.Errorf("flow: setting %s: %w", name, err)
		}
	}
	return t, wrapped("settings", rows.Err())
}

func (t *times) days(value string) error {
	if err := json.Unmarshal([]byte(value), &t.edits); err != nil {
		return err
	}
	for i := range t.edits {
		cal, err := t.cal.With(t.edits[i].Change)
		if err != nil {
			return err
		}
		t.cal, t.edits[i].Version = cal, cal.Version()
	}
	return nil
}

// settings takes calendar and hours into use.
func (e *Engine) settings(ctx context.Context) error {
	t, err := e.stored(ctx)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.times = t
	return nil
}

// Calendar is the calendar in use.
func (e *Engine) Calendar() *clock.Calendar {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.times.cal
}

// Editions are the changes made to the calendar in use, in order.
func (e *Engine) Editions() []Edition {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.times.edits
}

// Hours are an office's working hours, or the usual ones; own says which.
func (e *Engine) Hours(office string) (h clock.Office, own bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if h, own = e.times.hours[office]; own {
		return h, true
	}
	return e.times.hours[""], false
}
