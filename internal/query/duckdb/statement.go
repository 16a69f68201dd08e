package duckdb

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
)

// statement prints the layers of a load, each a subquery over the one before: raw texts
// r0…, cleaned texts c0…, typed values t0…, then the judgement j. What is the same in two
// layers is not computed twice: an item without cleaning has no c, a text no t.
type statement struct {
	g       *query.Governed
	session *session
	db      *DB
	own     *own
	item    map[string]int
	clean   []string // per item the name of its cleaned text
	typed   []string // per item the name of its typed value
	guards  []string // per item the function that says whether cleaning may change it; "" for none
}

func (d *DB) statement(s *session, g *query.Governed) (*statement, error) {
	st := &statement{g: g, session: s, db: d, own: &own{d, s, map[string]string{}}, item: map[string]int{},
		clean: make([]string, len(g.Types)), typed: make([]string, len(g.Types)), guards: make([]string, len(g.Types))}
	for i, f := range g.Types {
		st.item[f.Name] = i
		st.clean[i] = rawName(i)
	}
	for _, c := range g.Clean {
		i, err := st.find(c.Name)
		if err != nil {
			return nil, err
		}
		if !untouched(c) {
			st.clean[i] = fmt.Sprintf("c%d", i)
		}
	}
	for i, f := range g.Types {
		st.typed[i] = fmt.Sprintf("t%d", i)
		if f.Type.Kind == row.Text && st.sameText(f.Name) {
			st.typed[i] = st.clean[i]
		}
	}
	return st, st.guard()
}

// input prints the relation of the load's raw rows.
func (st *statement) input(args *[]any, rejects bool) (string, error) {
	p := &printer{today: st.g.Today, args: *args}
	sql, err := p.input(st.g, rejects)
	*args = p.args
	return sql, err
}

func (st *statement) find(item string) (int, error) {
	i, ok := st.item[item]
	if !ok {
		return 0, fault.New(fault.Internal, "load.item", fault.T("加载语句引用了不存在的信息项", "the load's statement names an item that is not there")).
			Fix(fault.T("请将服务日志交给开发人员", "give the log to the developers")).At("item %s", item)
	}
	return i, nil
}

// untouched says whether cleaning gives the raw text as it is. A raw text is never empty:
// what is blank in the file is NULL.
func untouched(c row.Named) bool {
	x := c.X
	if call, ok := x.(row.Call); ok && call.Op == row.NullIf && len(call.Args) == 2 && call.Args[1] == row.Str("") {
		x = call.Args[0]
	}
	col, ok := x.(row.Col)
	return ok && col.Name == c.Name
}

// sameText says whether an item's value is its cleaned text.
func (st *statement) sameText(item string) bool {
	for _, t := range st.g.Typed {
		if t.Name == item {
			c, ok := t.X.(row.Col)
			return ok && c.Name == item
		}
	}
	return true
}

// guard registers what tells values that cleaning leaves alone.
func (st *statement) guard() error {
	for _, dirty := range st.g.Dirty {
		i, err := st.find(dirty.Item)
		if err != nil {
			return err
		}
		if st.clean[i] == rawName(i) || dirty.Kernel == nil {
			continue
		}
		st.guards[i] = st.db.name("dirty")
		if err := st.session.register(guardFunction(st.guards[i], dirty.Kernel)); err != nil {
			return err
		}
	}
	return nil
}

// name makes a name for a function of one load.
func (d *DB) name(what string) string { return fmt.Sprintf("cs_%s_%d", what, d.names.Add(1)) }

// printer resolves columns by a layer's names.
func (st *statement) printer(clean, typed func(i int) (string, row.Type)) *printer {
	return &printer{today: st.g.Today, own: st.own, column: func(c row.Col) (string, row.Type, error) {
		i, err := st.find(c.Name)
		if err != nil {
			return "", row.Type{}, err
		}
		layer := typed
		if c.Clean {
			layer = clean
		}
		n, t := layer(i)
		return n, t, nil
	}}
}

func (st *statement) rawText(i int) (string, row.Type)   { return rawName(i), row.TextType }
func (st *statement) cleanText(i int) (string, row.Type) { return st.clean[i], row.TextType }
func (st *statement) value(i int) (string, row.Type)     { return st.typed[i], st.g.Types[i].Type }

// cleaned prints the raw texts of an input and their cleaned ones, only those of the items
// wanted, nil for all, and what else the input has that is carried along.
func (st *statement) cleaned(args *[]any, input string, wanted map[int]bool, carried ...string) (string, error) {
	p := st.printer(st.rawText, st.rawText)
	p.args = *args
	out := slices.Clone(carried)
	for i := range st.g.Types {
		if wanted == nil || wanted[i] {
			out = append(out, rawName(i))
		}
	}
	for _, c := range st.g.Clean {
		i := st.item[c.Name]
		if st.clean[i] == rawName(i) || wanted != nil && !wanted[i] {
			continue
		}
		sql, t, err := p.expr(c.X)
		if err != nil {
			return "", err
		}
		if t.Kind != row.Text {
			return "", fmt.Errorf("duckdb: cleaning of %s gives %s, not text", c.Name, t)
		}
		if g := st.guards[i]; g != "" {
			sql = "CASE WHEN " + g + "(" + rawName(i) + ") THEN " + sql + " ELSE " + rawName(i) + " END"
		}
		out = append(out, sql+" AS "+st.clean[i])
	}
	*args = p.args
	return "SELECT " + strings.Join(out, ", ") + " FROM (" + input + ")", nil
}

// values adds the typed values.
func (st *statement) values(args *[]any, input string, carried ...string) (string, error) {
	from, err := st.cleaned(args, input, nil, carried...)
	if err != nil {
		return "", err
	}
	p := st.printer(st.cleanText, st.cleanText)
	p.args = *args
	out := []string{"*"}
	for i, f := range st.g.Types {
		if st.typed[i] == st.clean[i] {
			continue
		}
		sql, t, err := p.expr(st.typedOf(f))
		if err != nil {
			return "", err
		}
		if t != f.Type {
			sql = "TRY_CAST(" + sql + " AS " + sqlType(f.Type) + ")"
		}
		out = append(out, sql+" AS "+st.typed[i])
	}
	*args = p.args
	return "SELECT " + strings.Join(out, ", ") + " FROM (" + from + ")", nil
}

func (st *statement) typedOf(f row.Field) row.Expr {
	for _, t := range st.g.Typed {
		if t.Name == f.Name {
			return t.X
		}
	}
	return row.Try{X: row.CleanText(f.Name), To: f.Type}
}
