package gateway

import (
	"fmt"
	"strconv"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/policy"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/share"
)

func lookPath(s share.Service, d catalog.Directory, rows object, say words) object {
	keys, personal := object{}, false
	var params []any
	for _, name := range s.Key {
		it, _ := d.Item(name)
		// A number may be written as a text, and a text of digits as a number.
		keys[name] = object{"type": []string{"string", "number", "boolean"}, "description": fmt.Sprintf("%s (%s)", it.Title, it.Type)}
		personal = personal || it.Personal != ""
		p := schemaOf(it.Type)
		p["description"] = it.Title
		if it.Type.Kind == row.Int {
			p["type"] = "number" // one with places is answered too: by no row
		}
		params = append(params, object{"name": name, "in": "query", "required": true, "schema": p})
	}
	answer := responses(object{"type": "object", "additionalProperties": false, "properties": object{"rows": rows, "more": object{"type": "boolean",
		"description": say("还有更多行未列出", "there are more rows than these")}}}, say)
	out := object{"post": object{"operationId": "look-up", "summary": say("按键查询", "rows by key"), "responses": answer,
		"requestBody": object{"required": true, "content": object{"application/json": object{"schema": object{"type": "object", "required": []string{"key"}, "additionalProperties": false,
			"properties": object{"key": object{"type": "object", "required": s.Key, "properties": keys, "additionalProperties": false}}}}}}}}
	if !personal {
		out["get"] = object{"operationId": "look-up-by-url", "summary": say("按键查询", "rows by key"), "parameters": params, "responses": answer}
	}
	return out
}

// question is the body of a list or a count.
func question(conditions []string, say words) object {
	filters := object{"type": "array", "maxItems": 0}
	if len(conditions) > 0 {
		filters = object{"type": "array", "maxItems": 20, "items": object{"type": "object", "required": []string{"item", "op", "values"}, "additionalProperties": false, "properties": object{
			"item": object{"type": "string", "enum": conditions}, "op": object{"type": "string", "enum": []string{"eq", "in", "under", "ge", "le"}},
			"values": object{"type": "array", "minItems": 1, "items": object{"type": "string"}}}}}
	}
	return object{"type": "object", "additionalProperties": false, "properties": object{"filters": filters,
		"sort": sortSchema(say), "cursor": object{"type": "string"}, "limit": object{"type": "integer", "minimum": 0, "maximum": 1000, "description": say("0 同未填", "0 is as if it were left out")}}}
}

func sortSchema(say words) object {
	return object{"type": "string", "description": say("信息项，前加 - 为降序", "an item, with - before it the last first")}
}

func limitSchema() object { return object{"type": "integer", "minimum": 1, "maximum": 1000} }

// conditionParams are the conditions that may stand in a URL: of items that are not personal.
func conditionParams(d catalog.Directory, conditions []string, say words) []any {
	out := []any{}
	for _, name := range conditions {
		it, _ := d.Item(name)
		if it.Personal != "" {
			continue
		}
		for _, op := range []struct{ suffix, zh, en string }{{"", "等于其中任一值", "is any of these"}, {".ge", "不小于", "is at least"}, {".le", "不大于", "is at most"}} {
			p := schemaOf(it.Type)
			if op.suffix == "" {
				p = object{"type": "array", "items": p}
			}
			out = append(out, object{"name": name + op.suffix, "in": "query", "schema": p, "description": it.Title + " " + say(op.zh, op.en)})
		}
	}
	return out
}

func pageParams(say words) []any {
	return []any{object{"name": "sort", "in": "query", "schema": sortSchema(say)}, object{"name": "cursor", "in": "query", "schema": object{"type": "string"}},
		object{"name": "limit", "in": "query", "schema": limitSchema()}}
}

func receiptSchema() object {
	text, bytes, number := object{"type": "string"}, object{"type": "string", "contentEncoding": "base64"}, object{"type": "integer"}
	return object{"type": "object", "required": []string{"version", "entry", "prev", "index", "count", "path", "header", "signature", "key"}, "additionalProperties": false,
		"properties": object{"version": number, "entry": text, "prev": bytes, "index": number, "count": number, "path": object{"type": "array", "items": bytes},
			"header": text, "signature": bytes, "key": text}}
}

// responses are the answer and every refusal the door has.
func responses(answer object, say words) object {
	out := object{
		"200": object{"description": say("成功", "OK"), "headers": object{
			"X-Chengshu-Receipt":  object{"schema": object{"type": "string"}, "description": say("回执号，凭此取回执", "id of the receipt")},
			"X-Chengshu-Snapshot": object{"schema": object{"type": "string"}, "description": say("数据版本", "snapshot of the data")},
		}, "content": object{"application/json": object{"schema": answer}}},
	}
	for status := range titles {
		out[strconv.Itoa(status)] = object{"$ref": "#/components/responses/" + strconv.Itoa(status)}
	}
	return out
}

// components hold what all operations have: the refusals, and how a key is shown.
func components(say words) object {
	refusals := object{}
	for status, title := range titles {
		refusals[strconv.Itoa(status)] = object{"description": say(title.ZH, title.EN), "content": object{"application/problem+json": object{"schema": object{"$ref": "#/components/schemas/Problem"}}}}
	}
	text := object{"type": "string"}
	problem := object{"type": "object", "description": say("错误（RFC 9457）", "error (RFC 9457)"), "required": []string{"type", "title", "status", "detail", "code"}, "additionalProperties": false,
		"properties": object{"type": text, "title": text, "status": object{"type": "integer"}, "detail": text, "code": text, "where": text, "remedy": text, "receipt": text}}
	return object{"schemas": object{"Problem": problem}, "responses": refusals, "securitySchemes": object{"key": object{"type": "http", "scheme": "bearer"}}}
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
