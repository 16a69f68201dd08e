package flow

import (
	"context"
	"slices"

	"github.com/chengshu/chengshu/internal/store"
)

// Offices see the cases they were with. Those of a case that was joined to another see that one
// as well, and those of that one what was joined to it, via each other and as long as the two
// are joined: whoever reported a matter sees what comes of it, and not who else reported it.

// parties are the offices a case is with now, or has climbed to.
func (c Case) parties() (out []string) {
	all := []string{c.Office, c.From, c.Raised}
	if c.Asked != nil {
		all = append(all, c.Asked.Desk)
	}
	for _, j := range c.Joint {
		all = append(all, j.Office)
	}
	for _, o := range all {
		if o != "" && !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}

// parties remembers the offices that a case has come to.
func parties(ctx context.Context, tx store.Tx, c, before Case) error {
	known := before.parties()
	for _, o := range c.parties() {
		if slices.Contains(known, o) {
			continue
		}
		if err := party(ctx, tx, o, c); err != nil {
			return err
		}
	}
	return nil
}

// party lets an office see a case for good, and what is joined to it.
func party(ctx context.Context, tx store.Tx, office string, c Case) error {
	err := exec(ctx, tx, `INSERT INTO flow_party (office, case_id) VALUES ($1, $2) ON CONFLICT (office, case_id) DO UPDATE SET via = '' WHERE flow_party.via <> ''`, office, c.ID)
	if err != nil || c.Merged == 0 {
		return err
	}
	return exec(ctx, tx, `INSERT INTO flow_party (office, case_id, via) SELECT $1, id, $2 FROM flow_case WHERE into_case = $3 AND into_case <> '' ON CONFLICT DO NOTHING`, office, c.ID, c.ID)
}

// share lets the offices of two cases that were joined see the other.
func share(ctx context.Context, tx store.Tx, one, other string) error {
	for _, x := range [][2]string{{one, other}, {other, one}} {
		err := exec(ctx, tx, `INSERT INTO flow_party (office, case_id, via) SELECT office, $1, case_id FROM flow_party WHERE case_id = $2 AND via = '' ON CONFLICT DO NOTHING`, x[1], x[0])
		if err != nil {
			return err
		}
	}
	return nil
}

// unshare ends that for a case that is no longer joined to another. An office may have more
// that is joined to that one.
func unshare(ctx context.Context, tx store.Tx, into, from string) error {
	for _, x := range [][2]string{{into, from}, {from, into}} {
		if err := exec(ctx, tx, `DELETE FROM flow_party WHERE case_id = $1 AND via = $2`, x[0], x[1]); err != nil {
			return err
		}
	}
	return exec(ctx, tx, `INSERT INTO flow_party (office, case_id, via) SELECT p.office, $1, p.case_id FROM flow_party AS p JOIN flow_case AS c ON c.id = p.case_id
		WHERE c.into_case = $2 AND c.into_case <> '' AND p.via = '' ON CONFLICT DO NOTHING`, into, into)
}

// watch has somebody follow a case.
func watch(ctx context.Context, tx store.Tx, person, id string) error {
	return exec(ctx, tx, `INSERT INTO flow_watch (person, case_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, person, id)
}
