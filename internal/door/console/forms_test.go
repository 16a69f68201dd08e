package console

import (
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"
)

// formless are bodies that no form sends, with what sends them.
var formless = map[string]string{
	"ArchiveIn": "a command", "MovedIn": "a command", "CareRequest": "a command",
	"CorrectIn": "cells of a grid", "PreviewIn": "cells of a grid", "ReplayIn": "rows of a grid", "ReplayDirectoryRequest": "a button", "ForeseeIn": "a button",
	"InstallIn": "a folder of files", "ReplayPackIn": "a folder of files", "UndoIn": "a button", "WatchCaseRequest": "a button", "ReadNoticesRequest": "a button",
	"OpenCaseIn": "fields that the pack tells of", "CaseAct": "fields that the pack tells of", "ActAllIn": "fields that the pack tells of",
	"WriteRecordIn": "fields that the pack tells of", "ChangeRecordIn": "fields that the pack tells of", "ChangeRecordsIn": "fields that the pack tells of",
	"CheckRecordIn": "the form itself, while it is filled in", "CaseOffersIn": "rows that are ticked", "FindRecordsIn": "the filters of a list", "SaveViewIn": "the list as it stands, under a name",
}

// screenOnly are fields that a screen asks for and does not send.
var screenOnly = []string{"password.again"}

// Every field that a form sends is told of, and everything told of is sent: a new body has
// help for its fields, or says why no form sends it.
func TestEveryFieldOfEveryFormIsToldOf(t *testing.T) {
	_, c := New(Options{Metrics: prometheus.NewRegistry()})
	schemas := c.api.OpenAPI().Components.Schemas
	sent := map[string]bool{}
	for _, item := range c.api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil && op.RequestBody != nil {
				if m := op.RequestBody.Content["application/json"]; m != nil && m.Schema.Ref != "" {
					sent[m.Schema.Ref[strings.LastIndexByte(m.Schema.Ref, '/')+1:]] = true
				}
			}
		}
	}
	for _, form := range Forms() {
		if len(form.Fields) == 0 || form.Title.ZH == "" || form.Title.EN == "" {
			t.Errorf("the form %s says nothing", form.Name)
		}
		var told []string
		for _, f := range form.Fields {
			if f.Title.ZH == "" || f.Title.EN == "" || f.Help.ZH == "" || f.Help.EN == "" {
				t.Errorf("%s is without words", f.Path)
			}
			told = append(told, f.Path)
		}
		var has []string
		for _, body := range form.Bodies {
			if !sent[body] || formless[body] != "" {
				t.Errorf("%s of the form %s is no operation's body", body, form.Name)
			}
			delete(sent, body)
			has = append(has, paths(schemas, schemas.Map()[body], form.Name)...)
		}
		if form.Bodies == nil {
			continue
		}
		for _, p := range has {
			if !slices.Contains(told, p) {
				t.Errorf("%s is a field without help", p)
			}
		}
		for _, p := range told {
			if !slices.Contains(has, p) && !slices.Contains(screenOnly, p) {
				t.Errorf("%s is told of and is no field", p)
			}
		}
	}
	for body := range sent {
		if formless[body] == "" {
			t.Errorf("the fields of %s have no help", body)
		}
	}
	for body := range formless {
		if !sent[body] {
			t.Errorf("%s is no operation's body any more", body)
		}
	}
}

// paths are the fields of a body, those of lists of objects below their list; what is one
// choice on the screen is one field.
func paths(r huma.Registry, s *huma.Schema, at string) (out []string) {
	for name, p := range s.Properties {
		if name == "$schema" {
			continue
		}
		out = append(out, at+"."+name)
		if p.Items != nil && p.Items.Ref != "" {
			out = append(out, paths(r, r.SchemaFromRef(p.Items.Ref), at+"."+name)...)
		}
	}
	return out
}

func TestTheDocumentSaysWhatTheFormsSay(t *testing.T) {
	_, c := New(Options{Metrics: prometheus.NewRegistry()})
	schemas := c.api.OpenAPI().Components.Schemas.Map()
	for at, want := range map[[2]string]string{
		{"AddKeyIn", "until"}: "含当日", {"GrantDraft", "basis"}: "Decree", {"GrantedItem", "mask"}: "脱敏", {"Rules", "idle_minutes"}: "From 1 to 1440",
	} {
		if p := schemas[at[0]].Properties[at[1]]; p == nil || !strings.Contains(p.Description, want) {
			t.Errorf("%v says %+v, want %q in it", at, p, want)
		}
	}
}
