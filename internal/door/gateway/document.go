package gateway

import (
	"encoding/json"
	"net/http"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/share"
)

type object = map[string]any

// words says something in the language asked for.
type words func(zh, en string, args ...any) string

// document describes a service as its caller may use it: the items of the grant with their
// masks, and no others.
func (g *Gateway) document(w http.ResponseWriter, r *http.Request, c share.Caller, service string) {
	if r.Method != http.MethodGet {
		g.refuse(w, r, "", errMethod)
		return
	}
	s, d, decision, grant, err := g.Share.May(r.Context(), c, service)
	if err != nil {
		g.refuse(w, r, "", err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(describe(s, d, decision, grant, lang(r)))
}

func describe(s share.Service, d catalog.Directory, decision policy.Decision, grant policy.Grant, lang string) object {
	say := words(func(zh, en string, args ...any) string { return fault.T(zh, en, args...).In(lang) })
	items := object{}
	for _, c := range decision.Columns {
		it, _ := d.Item(c.Item)
		about := it.Title
		if c.Mask.Kind != policy.MaskNone {
			about += say("（脱敏：%s）", " (masked: %s)", c.Mask)
		}
		p := schemaOf(c.Mask.Type(c.Type))
		p["description"], p["type"] = about, []any{p["type"], "null"}
		items[c.Item] = p
	}
	rows := object{"type": "array", "items": object{"type": "object", "properties": items, "additionalProperties": false}}
	paths := object{}
	if len(s.Key) > 0 {
		paths[Prefix+s.Name] = lookPath(s, d, rows, say)
	}
	conditions := plain(s.Filter, decision)
	for _, l := range []struct {
		path, id, summary string
		answer            object
		params            []any
	}{
		{"/rows", "list", say("按条件分页查询", "rows by conditions, page by page"),
			object{"rows": rows, "next": object{"type": []string{"string", "null"}, "description": say("下一页的 cursor", "cursor of the next page")}}, pageParams(say)},
		{"/count", "count", say("按条件计数", "how many rows meet conditions"), object{"count": object{"type": "integer"}}, nil},
	} {
		answers := responses(object{"type": "object", "properties": l.answer, "additionalProperties": false}, say)
		paths[Prefix+s.Name+l.path] = object{
			"get":  object{"operationId": l.id + "-by-url", "summary": l.summary, "parameters": append(conditionParams(d, conditions, say), l.params...), "responses": answers},
			"post": object{"operationId": l.id, "summary": l.summary, "requestBody": object{"content": object{"application/json": object{"schema": question(conditions, say)}}}, "responses": answers}}
	}
	paths[Prefix+"receipts/{id}"] = object{"get": object{"operationId": "receipt", "summary": say("取本应用一次调用的回执", "the receipt of one of the caller's own calls"),
		"parameters": []any{object{"name": "id", "in": "path", "required": true, "schema": object{"type": "string", "maxLength": 64},
			"description": say("应答头 X-Chengshu-Receipt 中的回执号", "as an answer's X-Chengshu-Receipt has it")}}, "responses": responses(receiptSchema(), say)}}
	return object{"openapi": "3.1.0",
		"info": object{"title": s.Title, "version": say("第 %d 版", "version %d", s.Version), "description": opened(s.Abstract) + say("数据目录：%s。授权用途：%s。有效期至 %s。",
			"Directory: %s. Purpose of the grant: %s. Until %s.", d.Title, grant.Purpose, grant.Until.Format("2006-01-02"))},
		"paths": paths, "security": []any{object{"key": []string{}}},
		"components": components(say)}
}

// opened puts what the provider says of a service before what the platform does.
func opened(abstract string) string {
	if abstract == "" {
		return ""
	}
	return abstract + "\n\n"
}
