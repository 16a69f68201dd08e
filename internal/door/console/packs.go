package console

import (
	"archive/zip"
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/ledger"
	"github.com/chengshu/chengshu/internal/pack"
	"github.com/chengshu/chengshu/internal/policy"
)

// PackSummary is a pack as lists and menus show it.
type PackSummary struct {
	ID        string         `json:"id"`
	Version   string         `json:"version"`
	Title     string         `json:"title"`
	Summary   string         `json:"summary"`
	Registers []RegisterName `json:"registers"`
	Mine      bool           `json:"mine" doc:"the asker sees its cases and registers"`
	Open      *int64         `json:"open" doc:"cases that have not ended; null for whoever does not see all of them"`
	Broken    *Problem       `json:"broken,omitempty" doc:"why this version of the program cannot read it; its data stay"`
}

// RegisterName is a register of a pack.
type RegisterName struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Flow  bool   `json:"flow" doc:"its records are cases"`
	Start bool   `json:"start" doc:"the asker may begin one"`
}

type packBody struct {
	PackSummary
	Hash    string           `json:"hash"`
	Roles   []packRoleBody   `json:"roles"`
	Forms   []RegisterForm   `json:"forms"`
	Flows   []FlowBody       `json:"flows"`
	Codes   []packCodesBody  `json:"codes"`
	Ladders []packLadderBody `json:"ladders" doc:"warnings on the way"`
	Turns   []packTurnBody   `json:"turns"`
	Files   []packFileBody   `json:"files"`
	CanUndo bool             `json:"can_undo"`
}

type packRoleBody struct {
	Name    string           `json:"name" doc:"as users hold it: PACK.ROLE"`
	Title   string           `json:"title"`
	Duty    string           `json:"duty"`
	Reach   string           `json:"reach" enum:"office,descendants,all"`
	Held    int              `json:"held" doc:"accounts that hold it"`
	Holders []packHolderBody `json:"holders" doc:"who they are, for those who install packs or keep accounts"`
}

type packHolderBody struct {
	Name        string `json:"name"`
	OfficeTitle string `json:"office_title"`
	Enabled     bool   `json:"enabled"`
}

type packCodesBody struct {
	Name    string     `json:"name"`
	Entries []pickBody `json:"entries"`
}

type packLadderBody struct {
	Name  string         `json:"name"`
	Rungs []packRungBody `json:"rungs"`
}

type packRungBody struct {
	At     int    `json:"at" doc:"per cent of the time"`
	Notify string `json:"notify" doc:"who is told, in words"`
	Raise  int    `json:"raise" doc:"levels it goes up"`
	Mark   string `json:"mark"`
	Score  int    `json:"score" doc:"points of the office whose turn it is"`
}

type pickBody struct {
	Value string `json:"value"`
	Title string `json:"title"`
}

type packFileBody struct {
	Name string `json:"name"`
	Text string `json:"text" doc:"of declarations and SQL; empty for what is no text"`
}

type packTurnBody struct {
	Act    string    `json:"act" enum:"install,undo"`
	From   string    `json:"from"`
	To     string    `json:"to"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	ByName string    `json:"by_name"`
	Plan   planBody  `json:"plan"`
}

type planBody struct {
	Pack      string           `json:"pack"`
	Title     string           `json:"title"`
	From      string           `json:"from" doc:"version that is installed; empty for none"`
	To        string           `json:"to"`
	Changes   []planChangeBody `json:"changes"`
	Forbidden int              `json:"forbidden" doc:"changes that would lose data: with any, nothing is done"`
	Running   int64            `json:"running" doc:"open cases"`
	Move      bool             `json:"move" doc:"they come along; else they stay on their version"`
}

type planChangeBody struct {
	Kind   string `json:"kind" doc:"section of the pack"`
	Name   string `json:"name"`
	Act    string `json:"act" enum:"added,changed,removed,forbidden"`
	Text   string `json:"text"`
	Remedy string `json:"remedy"`
}

func planOf(p pack.Plan, l string) planBody {
	out := planBody{Pack: p.Pack, Title: p.Title.In(l), From: p.From, To: p.To, Running: p.Running, Move: p.Move, Forbidden: len(p.Forbidden())}
	for _, c := range p.Changes {
		out.Changes = append(out.Changes, planChangeBody{c.Kind, c.Name, string(c.Act), c.Text.In(l), c.Remedy.In(l)})
	}
	return out
}

// PackIn names a pack.
type PackIn struct {
	Pack string `path:"pack" maxLength:"20" pattern:"^[a-z][a-z0-9_]*$"`
}

type installIn struct {
	Check bool `query:"check" doc:"show the plan, change nothing"`
	Body  struct {
		Files map[string]string `json:"files,omitempty" doc:"text files of the folder by name"`
		Zip   []byte            `json:"zip,omitempty" doc:"or the folder as a zip archive"`
		From  *string           `json:"from,omitempty" maxLength:"20" doc:"the version the plan began at; another one meanwhile is a conflict"`
		Move  bool              `json:"move,omitempty" doc:"open cases come along to the new version"`
	}
}

type undoIn struct {
	PackIn
	Body struct {
		Move bool `json:"move,omitempty" doc:"open cases go back with it"`
	}
}

func (c *Console) packs(mux *http.ServeMux) {
	route(c, http.MethodGet, "/packs", "list-packs", "应用包 / Packs", func(ctx context.Context, _ *struct{}) (List[PackSummary], error) {
		var out []PackSummary
		for _, p := range c.Packs.Installed() {
			s, err := c.packSummary(ctx, p)
			if err != nil {
				return List[PackSummary]{}, err
			}
			out = append(out, s)
		}
		broken, err := c.Packs.Broken(ctx)
		for _, b := range broken {
			out = append(out, PackSummary{ID: b.ID, Version: b.Version, Title: b.ID, Broken: problemOf(fault.From(b.Err), lang(ctx))})
		}
		return page(out, ""), err
	})
	route(c, http.MethodGet, "/packs/{pack}", "get-pack", "一个应用包 / A pack", c.getPack)
	install := huma.Operation{OperationID: "install-pack", Method: http.MethodPost, Path: "/api/v1/packs", Summary: "安装或升级应用包 / Install or upgrade a pack", Errors: problems(http.MethodPost), MaxBodyBytes: mostPack}
	route2(c, install, c.installPack)
	c.editPacks()
	c.replayPacks()
	route(c, http.MethodPost, "/packs/{pack}/undo", "undo-pack", "退回上一版本 / Take a pack back", func(ctx context.Context, in *undoIn) (planBody, error) {
		plan, err := c.Packs.Undo(ctx, actor(ctx), in.Pack, in.Body.Move)
		return planOf(plan, lang(ctx)), err
	})
}

// mostPack is the largest folder that is sent, as JSON carries it.
const mostPack = 16 << 20

func (c *Console) packSummary(ctx context.Context, p *pack.Pack) (PackSummary, error) {
	l, a := lang(ctx), actor(ctx)
	s := PackSummary{ID: p.ID, Version: p.Version, Title: p.Title.In(l), Summary: p.Summary.In(l), Mine: c.Flow.Sees(a, p.ID)}
	for _, e := range ledger.AllOf(p) {
		m, flows := flow.Of(p, e.Name)
		r := RegisterName{Name: e.Name, Title: e.Title.In(l), Flow: flows}
		if flows {
			r.Start = c.Flow.MayOpen(a, m)
		} else {
			r.Start = policy.Reaching(a.In(p.ID), policy.RecordWrite).Scope != policy.None
		}
		s.Registers = append(s.Registers, r)
	}
	if !c.Flow.SeesAll(a, p.ID) {
		return s, nil
	}
	n, err := c.Flow.Running(ctx, p.ID)
	s.Open = &n
	return s, err
}

func (c *Console) getPack(ctx context.Context, in *PackIn) (packBody, error) {
	p, err := c.Packs.Current(in.Pack)
	if err != nil {
		return packBody{}, err
	}
	l := lang(ctx)
	out := packBody{Hash: p.Hash}
	if out.PackSummary, err = c.packSummary(ctx, p); err != nil {
		return out, err
	}
	for _, r := range pack.All[*pack.Role](p, "roles") {
		reach := r.Value.Reach
		if reach == "" {
			reach = "descendants"
		}
		b := packRoleBody{Name: string(p.Person(r.Name)), Title: r.Value.Title.In(l), Duty: r.Value.Duty.In(l), Reach: reach}
		if err := c.holders(ctx, &b); err != nil {
			return out, err
		}
		out.Roles = append(out.Roles, b)
	}
	for _, e := range ledger.AllOf(p) {
		out.Forms = append(out.Forms, formOf(p, e, l))
	}
	for _, m := range flow.Flows(p) {
		out.Flows = append(out.Flows, flowOf(m, l))
	}
	for _, list := range pack.All[*pack.CodeList](p, "codes") {
		b := packCodesBody{Name: list.Name}
		for _, code := range *list.Value {
			b.Entries = append(b.Entries, pickBody{code.Code, code.Name.In(l)})
		}
		out.Codes = append(out.Codes, b)
	}
	out.Ladders = laddersOf(p, l)
	turns, err := c.Packs.Turns(ctx, p.ID)
	if err != nil {
		return out, err
	}
	for _, t := range turns {
		out.Turns = append(out.Turns, packTurnBody{t.Act, t.From, t.To, t.At, t.By, t.ByName, planOf(t.Plan, l)})
	}
	out.CanUndo = len(turns) > 0 && turns[0].Act == "install" && turns[0].From != ""
	if policy.Allowed(actor(ctx), policy.PackInstall, policy.Target{}) == nil {
		for name, data := range p.Files {
			out.Files = append(out.Files, packFileBody{name, string(data)})
		}
		sortBy(out.Files, func(f packFileBody) string { return f.Name })
	}
	return out, nil
}

func laddersOf(p *pack.Pack, l string) (out []packLadderBody) {
	for _, ladder := range pack.All[*flow.Ladder](p, "ladder") {
		b := packLadderBody{Name: ladder.Name}
		for _, r := range *ladder.Value {
			rung := packRungBody{At: int(r.At), Raise: r.Raise, Mark: r.Mark, Score: r.Score}
			if flows := flow.Flows(p); len(flows) > 0 && len(r.Notify) > 0 {
				rung.Notify = flows[0].WhoTitle(r.Notify).In(l)
			}
			b.Rungs = append(b.Rungs, rung)
		}
		out = append(out, b)
	}
	return out
}

func (c *Console) installPack(ctx context.Context, in *installIn) (planBody, error) {
	fsys, err := folderOf(in.Body.Files, in.Body.Zip)
	if err != nil {
		return planBody{}, err
	}
	p, err := c.Packs.Read(fsys)
	if err != nil {
		return planBody{}, err
	}
	var plan pack.Plan
	if in.Check {
		plan, err = c.Packs.Plan(ctx, p, in.Body.Move)
		return planOf(plan, lang(ctx)), err
	}
	from := ""
	if in.Body.From != nil {
		from = *in.Body.From
	} else if now, err := c.Packs.Current(p.ID); err == nil {
		from = now.Version
	}
	plan, err = c.Packs.Install(ctx, actor(ctx), p, from, in.Body.Move)
	return planOf(plan, lang(ctx)), err
}

// folderOf is the folder that was sent: texts, or an archive whose only folder is it.
func folderOf(files map[string]string, archive []byte) (fs.FS, error) {
	bad := fault.New(fault.Invalid, "pack.archive", fault.T("无法读取压缩包", "the archive cannot be read")).Fix(fault.T("请上传 .zip 文件", "send a .zip file"))
	if len(archive) == 0 {
		texts := map[string][]byte{}
		for name, text := range files {
			texts[name] = []byte(text)
		}
		return pack.FS(texts)
	}
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, bad.Wrap(err)
	}
	entries, err := fs.ReadDir(z, ".")
	if err != nil {
		return nil, bad.Wrap(err)
	}
	if len(entries) == 1 && entries[0].IsDir() {
		return fs.Sub(z, entries[0].Name())
	}
	return z, nil
}

// RegisterForm is what a form and a list of a register are made of.
type RegisterForm struct {
	Name    string      `json:"name"`
	Title   string      `json:"title"`
	Help    string      `json:"help"`
	Fields  []FieldBody `json:"fields"`
	Groups  []groupBody `json:"groups" doc:"of the form"`
	Columns []string    `json:"columns" doc:"of the list"`
	Filters []string    `json:"filters"`
	Sort    string      `json:"sort"`
	Show    []string    `json:"show" doc:"fields that stand for a record"`
	Later   []string    `json:"later" doc:"fields that actions of the flow ask for: not when a case is begun"`
}

type groupBody struct {
	Title  string   `json:"title"`
	Fields []string `json:"fields"`
}

// FieldBody is a field as a form needs it.
type FieldBody struct {
	Name     string      `json:"name"`
	Title    string      `json:"title"`
	Help     string      `json:"help"`
	Kind     string      `json:"kind" enum:"text,integer,number,money,date,time,bool,enum,code,reference,person,office,region,point,area,files,rating,table,computed"`
	Of       string      `json:"of" doc:"code list or register it is of"`
	Choices  []pickBody  `json:"choices"`
	Required bool        `json:"required"`
	Asked    string      `json:"asked" doc:"formula that says when it is asked; empty: always"`
	Personal string      `json:"personal" doc:"kind of personal information"`
	Computed bool        `json:"computed"`
	Max      *float64    `json:"max"`
	Min      *float64    `json:"min"`
	Length   int         `json:"length" doc:"characters of a text; 0: the usual"`
	Accept   []string    `json:"accept" doc:"kinds of files: image, pdf, document, audio, video; none: all"`
	Size     float64     `json:"size" doc:"megabytes of one file at most"`
	Columns  []FieldBody `json:"columns" doc:"of a table"`
}

func formOf(p *pack.Pack, e *ledger.Entity, l string) RegisterForm {
	return formFor(p, e, ledger.ListOf(p, e), l)
}

func formFor(p *pack.Pack, e *ledger.Entity, list ledger.List, l string) RegisterForm {
	form := ledger.FormOf(p, e)
	out := RegisterForm{Name: e.Name, Title: e.Title.In(l), Help: e.Help.In(l), Columns: list.Columns, Filters: list.Filters, Sort: list.Sort, Show: e.Show}
	for _, f := range e.Fields {
		out.Fields = append(out.Fields, formFieldOf(f, l))
	}
	for _, g := range form.Groups {
		out.Groups = append(out.Groups, groupBody{g.Title.In(l), g.Fields})
	}
	if m, ok := flow.Of(p, e.Name); ok {
		out.Later = m.Later()
	}
	return out
}

func formFieldOf(f *ledger.Compiled, l string) FieldBody {
	asked := string(f.Visible)
	out := FieldBody{Name: f.Name, Title: f.Label().In(l), Help: f.Help.In(l), Kind: string(f.Holds().Kind), Of: f.Type.Of, Required: f.Required == "true",
		Asked: asked, Personal: f.Class(), Computed: f.Computes(), Max: f.Max, Min: f.Min, Length: f.Type.Max, Accept: f.Accept, Size: f.Megabytes()}
	for _, c := range f.Choices() {
		out.Choices = append(out.Choices, pickBody{c.Value, c.Title.In(l)})
	}
	for _, c := range f.Table {
		out.Columns = append(out.Columns, formFieldOf(c, l))
	}
	return out
}

// FlowBody is a flow as its drawing needs it.
type FlowBody struct {
	Name   string          `json:"name"`
	Title  string          `json:"title"`
	Start  string          `json:"start"`
	States []flowStateBody `json:"states"`
}

type flowStateBody struct {
	Name    string         `json:"name"`
	Title   string         `json:"title"`
	By      string         `json:"by" doc:"whose turn it is"`
	End     bool           `json:"end"`
	Pause   bool           `json:"pause"`
	Within  string         `json:"within" doc:"limit of the stage in words"`
	Expire  string         `json:"expire" doc:"state it goes to by itself"`
	Actions []flowMoveBody `json:"actions"`
}

type flowMoveBody struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	To    string `json:"to"`
}

func flowOf(m *flow.Machine, l string) FlowBody {
	out := FlowBody{Name: m.Name, Title: m.Title.In(l), Start: m.Decl.Start}
	for _, s := range m.Decl.States {
		b := flowStateBody{Name: s.Name, Title: m.StateTitle(s.Name).In(l), By: m.WhoTitle(s.Value.By).In(l), End: s.Value.End, Pause: s.Value.Pause, Expire: s.Value.Expire}
		if s.Value.Within != "" {
			b.Within = m.Limit(s.Value.Within).In(l)
		}
		for _, a := range s.Value.Actions {
			b.Actions = append(b.Actions, flowMoveBody{a.Name, m.ActionTitle(s.Name, a.Name).In(l), a.Value.To})
		}
		out.States = append(out.States, b)
	}
	return out
}

// register finds a register of a pack for somebody.
func (c *Console) register(ctx context.Context, packID, name string) (*pack.Pack, *ledger.Entity, error) {
	p, err := c.Packs.Current(packID)
	if err != nil {
		return nil, nil, err
	}
	if !c.Flow.Sees(actor(ctx), packID) {
		return nil, nil, pack.ErrMissing.At("%s", packID)
	}
	e, ok := ledger.Of(p, name)
	if !ok {
		return nil, nil, fault.New(fault.Missing, "register.unknown", fault.T("没有该登记表", "there is no such register")).At("%s.%s", packID, name).
			Fix(fault.T("请核对名称", "check its name"))
	}
	return p, e, nil
}
