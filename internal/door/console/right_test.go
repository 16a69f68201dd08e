package console

import (
	"slices"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/chengshu/chengshu/internal/policy"
)

// TestEveryOperationHasItsRight: a new route without an action fails here, and so does an
// action of a route that is gone.
func TestEveryOperationHasItsRight(t *testing.T) {
	_, c := New(Options{Metrics: prometheus.NewRegistry()})
	there := map[string]bool{}
	for path, item := range c.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete, item.Patch} {
			if op == nil {
				continue
			}
			there[op.OperationID] = true
			if slices.Contains(ownSession, op.OperationID) {
				continue
			}
			known := slices.ContainsFunc(policy.Actions(), func(a policy.ActionInfo) bool { return a.Name == Right(op.OperationID) })
			if !known {
				t.Errorf("%s %s: the operation %q has no right", op.Method, path, op.OperationID)
			}
		}
	}
	for id := range rights {
		if !there[id] {
			t.Errorf("there is no operation %q", id)
		}
	}
	if Right("unheard") != "" {
		t.Error("an operation nobody registered has a right")
	}
}
