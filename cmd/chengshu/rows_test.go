package main

import (
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chengshu/chengshu/internal/node"
)

const merged = `kind: directory
name: merged
title: 合并
office: data
abstract: 按编号合并
class: department
format: table
update: daily
level: L1
share: {type: free, way: exchange}
items:
  - {name: id, title: id, type: int}
  - {name: word, title: word, type: text}
load: {mode: merge, key: [id]}
`

// Pages of any size show every live row once, in the order in which the batches came.
func TestPagesOfRows(t *testing.T) {
	dir := t.TempDir()
	a := &app{out: io.Discard, errs: io.Discard, settings: node.Defaults()}
	a.settings.Data, a.settings.Listen, a.settings.Lang = filepath.Join(dir, "data"), "", "en"
	c, err := a.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.close(); err != nil {
			t.Error(err)
		}
	}()
	if err := c.call(t.Context(), "POST", "/directories", declaration{"merged.yaml", []byte(merged)}, nil); err != nil {
		t.Fatal(err)
	}
	for i, text := range []string{"id,word\n1,a\n2,a\n3,a\n4,a\n", "id,word\n2,b\n5,b\n", "id,word\n4,c\n6,c\n7,c\n"} {
		file := put(t, dir, fmt.Sprintf("%d.csv", i), text)
		var b batch
		if err := c.call(t.Context(), "POST", "/loads", map[string]any{"directory": "merged", "path": file}, &b); err != nil {
			t.Fatal(err)
		}
		for b.State != "published" {
			if b.State == "failed" {
				t.Fatalf("%+v", b)
			}
			if err := c.call(t.Context(), "GET", "/batches/"+b.ID, nil, &b); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := []string{"1a", "3a", "2b", "5b", "4c", "6c", "7c"}
	for limit := 1; limit <= 8; limit++ {
		var got []string
		for cursor := ""; ; {
			var p struct {
				Items [][]string
				Next  string
				Total int
			}
			if err := c.call(t.Context(), "GET", fmt.Sprintf("/directories/merged/rows?limit=%d&cursor=%s", limit, url.QueryEscape(cursor)), nil, &p); err != nil {
				t.Fatal(err)
			}
			if p.Total != len(want) || len(p.Items) > limit {
				t.Fatalf("pages of %d: %+v", limit, p)
			}
			for _, r := range p.Items {
				got = append(got, r[0]+r[1])
			}
			if cursor = p.Next; cursor == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d: %v", limit, got)
		}
	}
}
