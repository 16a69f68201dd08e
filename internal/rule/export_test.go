package rule

import (
	"testing"
	"time"

	"github.com/chengshu/chengshu/internal/row"
)

// What the tests beside an engine use of those inside the package.

func Nasty() []string                     { return nasty() }
func Generated(n int) []string            { return generated(n) }
func KernelRules(t testing.TB) Set        { return kernelRules(t) }
func SmallLists() Lists                   { return someLists{} }
func Decls(t testing.TB, s string) []Decl { return decls(t, s) }

// Reference evaluates an expression slowly, over raw or typed and over cleaned values.
func Reference(x row.Expr, cols, clean map[string]any, today time.Time) any {
	return cells{cols: cols, clean: clean, today: today}.eval(x)
}
