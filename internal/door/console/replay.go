package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
)

type replayPackIn struct {
	PackIn
	Body struct {
		Files map[string]string `json:"files,omitempty" doc:"text files of the changed folder by name"`
		Zip   []byte            `json:"zip,omitempty" doc:"or the folder as a zip archive"`
		Since time.Time         `json:"since" doc:"cases that were opened since then"`
	}
}

// PackReplay is what past cases would have come to under a changed pack.
type PackReplay struct {
	Pack    string       `json:"pack"`
	From    string       `json:"from" doc:"version that is installed"`
	To      string       `json:"to" doc:"version of the changed folder"`
	Since   time.Time    `json:"since"`
	Cases   int          `json:"cases" doc:"that were replayed"`
	Left    int          `json:"left" doc:"of flows the changed pack does not have"`
	Unclear int          `json:"unclear" doc:"whose own past their declaration refuses today: someone left, an office is gone"`
	Differ  []ReplayCase `json:"differ"`
}

// ReplayCase is a case that would have gone another way.
type ReplayCase struct {
	ID      string     `json:"id"`
	Key     string     `json:"key"`
	Flow    string     `json:"flow"`
	Late    bool       `json:"late" doc:"it is late in one and not in the other"`
	Routed  bool       `json:"routed" doc:"it was with another office"`
	Ended   bool       `json:"ended" doc:"it ends otherwise"`
	Refused bool       `json:"refused" doc:"an act of then is refused"`
	Was     ReplayPath `json:"was"`
	Now     ReplayPath `json:"now"`
}

// ReplayPath is how a replay ends.
type ReplayPath struct {
	State   string            `json:"state"`
	Office  string            `json:"office"`
	Offices map[string]string `json:"offices" doc:"by state"`
	LateAt  *time.Time        `json:"late_at" doc:"when a clock of it first ran out"`
	EndedAt *time.Time        `json:"ended_at"`
	Refusal *ReplayRefusal    `json:"refusal"`
}

// ReplayRefusal is the act at which a replay stopped.
type ReplayRefusal struct {
	Action string    `json:"action"`
	At     time.Time `json:"at"`
	Code   string    `json:"code"`
	Text   string    `json:"text"`
}

// replayPacks lets whoever installs a pack ask what it would have done.
func (c *Console) replayPacks() {
	route2(c, huma.Operation{OperationID: "replay-pack", Method: http.MethodPost, Path: "/api/v1/packs/{pack}/replay", Summary: "用历史案件回放修改后的应用包 / Replay past cases through a changed pack",
		Errors: problems(http.MethodPost), MaxBodyBytes: mostPack}, c.replayPack)
}

func (c *Console) replayPack(ctx context.Context, in *replayPackIn) (PackReplay, error) {
	fsys, err := folderOf(in.Body.Files, in.Body.Zip)
	if err != nil {
		return PackReplay{}, err
	}
	p, err := c.Packs.Read(fsys)
	if err != nil {
		return PackReplay{}, err
	}
	if p.ID != in.Pack {
		return PackReplay{}, fault.New(fault.Invalid, "pack.replay.other", fault.T("文件夹是应用包 %s，不是 %s", "the folder is the pack %s, not %s", p.ID, in.Pack)).
			Fix(fault.T("请发送同一应用包的文件夹", "send a folder of the same pack"))
	}
	r, err := c.Flow.Replay(ctx, p, in.Body.Since)
	if err != nil {
		return PackReplay{}, err
	}
	out := PackReplay{Pack: r.Pack, From: r.From, To: r.To, Since: r.Since, Cases: r.Cases, Left: r.Left, Unclear: r.Unclear, Differ: []ReplayCase{}}
	for _, d := range r.Differ {
		out.Differ = append(out.Differ, ReplayCase{ID: d.ID, Key: d.Key, Flow: d.Flow, Late: d.Late, Routed: d.Routed, Ended: d.Ended, Refused: d.Refused,
			Was: replayPath(d.Was, lang(ctx)), Now: replayPath(d.Now, lang(ctx))})
	}
	return out, nil
}

func replayPath(o flow.Outcome, l string) ReplayPath {
	p := ReplayPath{State: o.State, Office: o.Office, Offices: o.Offices}
	if !o.Late.IsZero() {
		p.LateAt = &o.Late
	}
	if !o.Ended.IsZero() {
		p.EndedAt = &o.Ended
	}
	if r := o.Refused; r != nil {
		p.Refusal = &ReplayRefusal{r.Action, r.At, r.Why.Code, r.Why.Text.In(l)}
	}
	return p
}
