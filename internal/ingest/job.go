package ingest

import (
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/rule"
)

// job is everything the child process is told: nothing else reaches it but files. It is
// kept with its batch, so that a load goes on after the parent died.
type job struct {
	Directory catalog.Directory      `json:"directory"`
	Input     query.Input            `json:"input"`
	Replay    *replay                `json:"replay,omitempty"`  // the input is made from a quarantine first
	Refs      map[string][]lake.File `json:"refs,omitempty"`    // rule → files of the table it refers to
	Blocked   bool                   `json:"blocked,omitempty"` // judged so: the good rows wait for an officer
	Trial     bool                   `json:"trial,omitempty"`   // nothing is kept

	Batch    string      `json:"batch"`
	BadBatch string      `json:"bad_batch,omitempty"`
	Ruleset  int         `json:"ruleset"`
	Good     *lake.Stage `json:"good"`
	Bad      *lake.Stage `json:"bad"`

	GoodIDs map[string]lake.FieldID `json:"good_ids"`
	BadIDs  map[string]lake.FieldID `json:"bad_ids"`
	Today   time.Time               `json:"today"`

	Memory  string   `json:"memory"`
	Threads int      `json:"threads"`
	Temp    string   `json:"temp"`
	Allow   []string `json:"allow"`

	Upload   string `json:"upload,omitempty"`    // that the file is; it goes when the batch is finished
	Prior    *Batch `json:"prior,omitempty"`     // the batch as it stood, to stand again if this version fails
	PriorJob *job   `json:"prior_job,omitempty"` // its held rows are given up when this version succeeds
	Standing int64  `json:"standing,omitempty"`  // rows of versions before, published until this one is decided
	Mend     string `json:"mend,omitempty"`      // a trial of cleaning this item
	Last     *last  `json:"last,omitempty"`      // the batch before, for row_count and freshness
}

// replay names the quarantine rows of a batch that are judged again; the rest of its
// quarantine is carried over as it is.
type replay struct {
	Batch string      `json:"batch"`
	Rows  []query.Pos `json:"rows,omitempty"` // empty: all that were parsed
}

// last is what batch rules compare with.
type last struct {
	Rows int64     `json:"rows"`
	At   time.Time `json:"at"`
}

// result is the child's last word.
type result struct {
	Judgement rule.Judgement `json:"judgement"`
	Outcome   query.Outcome  `json:"outcome"`
	Mended    [][2]string    `json:"mended,omitempty"` // of a step's trial: a few cells before and after
}

// line is one line of the child's output.
type line struct {
	Progress *query.Progress `json:"progress,omitempty"`
	Result   *result         `json:"result,omitempty"`
	Error    *fault.Error    `json:"error,omitempty"`
}
