package main

import (
	"strings"
	"testing"
)

const document = `
components:
  schemas:
    Batch:
      properties:
        id: {type: string}
        state: {type: string, enum: [held, published]}
        score: {type: [number, "null"], description: of 100}
        parent:
          oneOf: [{$ref: "#/components/schemas/Batch"}, {type: "null"}]
        cells: {type: array, items: {type: [string, "null"]}}
        change: {}
        reasons: {type: object, additionalProperties: {type: string}}
      required: [id, state, score, parent, cells]
`

const types = `
export interface Batch {
  cells: (string | null)[];
  change?: unknown;
  id: string;
  parent: Batch | null;
  reasons?: { [name: string]: string };
  /** of 100 */
  score: number | null;
  state: "held" | "published";
}
`

func TestTypes(t *testing.T) {
	var out strings.Builder
	if err := run(strings.NewReader(document), &out); err != nil {
		t.Fatal(err)
	}
	if _, got, _ := strings.Cut(out.String(), "edit.\n"); got != types {
		t.Errorf("got %s", got)
	}
}

func TestUnknownTypesAreRefused(t *testing.T) {
	err := run(strings.NewReader("components: {schemas: {A: {properties: {x: {type: tuple}}}}}"), new(strings.Builder))
	if err == nil || !strings.Contains(err.Error(), "A: x: ") {
		t.Errorf("got %v, want an error that names A and x", err)
	}
}
