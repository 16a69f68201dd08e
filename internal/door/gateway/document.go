package gateway

import (
	"encoding/json"
	"net/http"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/share"
)

type object = map[string]any

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
	say := func(zh, en string, args ...any) string { return fault.T(zh, en, args...).In(lang) }
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
	rows := object{"type": "array", "items": object{"type": "object", "properties": items}}
	paths := object{}
	if len(s.Key) > 0 {
		paths[Prefix+s.Name] = lookPath(s, d, rows, say)
	}
	question := object{"type": "object", "additionalProperties": false, "properties": object{
		"filters": object{"type": "array", "maxItems": 20, "items": object{"type": "object", "required": []string{"item", "op", "values"}, "additionalProperties": false, "properties": object{
			"item": object{"type": "string", "enum": plain(s.Filter, decision)}, "op": object{"type": "string", "enum": []string{"eq", "in", "under", "ge", "le"}},
			"values": object{"type": "array", "items": object{"type": "string"}}}}},
		"sort":   object{"type": "string", "description": say("信息项，前加 - 为降序", "an item, with - before it the last first")},
		"cursor": object{"type": "string"}, "limit": object{"type": "integer", "minimum": 1, "maximum": 1000}}}
	post := func(id, summary string, answer object) object {
		return object{"post": object{"operationId": id, "summary": summary,
			"requestBody": object{"content": object{"application/json": object{"schema": question}}}, "responses": responses(answer, say)}}
	}
	paths[Prefix+s.Name+"/rows"] = post("list", say("按条件分页查询", "rows by conditions, page by page"),
		object{"type": "object", "properties": object{"rows": rows, "next": object{"type": []string{"string", "null"}, "description": say("下一页的 cursor", "cursor of the next page")}}})
	paths[Prefix+s.Name+"/count"] = post("count", say("按条件计数", "how many rows meet conditions"),
		object{"type": "object", "properties": object{"count": object{"type": "integer"}}})
	return object{"openapi": "3.1.0",
		"info": object{"title": s.Title, "version": say("第 %d 版", "version %d", s.Version), "description": say("数据目录：%s。授权用途：%s。有效期至 %s。",
			"Directory: %s. Purpose of the grant: %s. Until %s.", d.Title, grant.Purpose, grant.Until.Format("2006-01-02"))},
		"paths": paths, "security": []any{object{"key": []string{}}},
		"components": object{"securitySchemes": object{"key": object{"type": "http", "scheme": "bearer"}}}}
}

func lookPath(s share.Service, d catalog.Directory, rows object, say func(zh, en string, args ...any) string) object {
	keys, personal := object{}, false
	var params []any
	for _, name := range s.Key {
		it, _ := d.Item(name)
		p := schemaOf(it.Type)
		p["description"] = it.Title
		keys[name] = p
		personal = personal || it.Personal != ""
		params = append(params, object{"name": name, "in": "query", "required": true, "schema": p})
	}
	answer := responses(object{"type": "object", "properties": object{"rows": rows, "more": object{"type": "boolean",
		"description": say("还有更多行未列出", "there are more rows than these")}}}, say)
	out := object{"post": object{"operationId": "look-up", "summary": say("按键查询", "rows by key"), "responses": answer,
		"requestBody": object{"required": true, "content": object{"application/json": object{"schema": object{"type": "object", "required": []string{"key"},
			"properties": object{"key": object{"type": "object", "required": s.Key, "properties": keys}}}}}}}}
	if !personal {
		out["get"] = object{"operationId": "get", "summary": say("按键查询", "rows by key"), "parameters": params, "responses": answer}
	}
	return out
}

func responses(answer object, say func(zh, en string, args ...any) string) object {
	return object{
		"200": object{"description": say("成功", "OK"), "headers": object{
			"X-Chengshu-Receipt":  object{"schema": object{"type": "string"}, "description": say("回执号，凭此取回执", "id of the receipt")},
			"X-Chengshu-Snapshot": object{"schema": object{"type": "string"}, "description": say("数据版本", "snapshot of the data")},
		}, "content": object{"application/json": object{"schema": answer}}},
		"default": object{"description": say("错误（RFC 9457）", "error (RFC 9457)"), "content": object{"application/problem+json": object{"schema": object{"type": "object"}}}},
	}
}

func plain(items []string, d policy.Decision) []string {
	out := []string{}
	for _, it := range items {
		if d.Plain(it) {
			out = append(out, it)
		}
	}
	return out
}

func schemaOf(t row.Type) object {
	switch t.Kind {
	case row.Int:
		return object{"type": "integer"}
	case row.Decimal, row.Float:
		return object{"type": "number"}
	case row.Bool:
		return object{"type": "boolean"}
	case row.Date:
		return object{"type": "string", "format": "date"}
	case row.Time:
		return object{"type": "string", "format": "date-time"}
	case row.TextList:
		return object{"type": "array"}
	}
	return object{"type": "string"}
}
