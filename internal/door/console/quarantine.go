package console

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/lake"
	"github.com/chengshu/chengshu/internal/query"
	"github.com/chengshu/chengshu/internal/row"
	"github.com/chengshu/chengshu/internal/rule"
)

type quarantineIn struct {
	BatchIn
	Paging
	Rule  string `query:"rule" maxLength:"128" doc:"only rows that break this rule"`
	Plain bool   `query:"plain" doc:"personal cells as they are, for those who may see them so; masked unless asked for"`
}

type quarantineRow struct {
	Row    string    `json:"row" doc:"id of the row, for replaying it alone"`
	Cells  []*string `json:"cells" doc:"raw texts in item order"`
	Raw    string    `json:"raw,omitempty" doc:"the whole line, where it could not be parsed"`
	Rules  []string  `json:"rules" doc:"rules it breaks, of the directory's version that judged it last"`
	Why    []string  `json:"why" doc:"for each of these rules, in words"`
	Warns  []string  `json:"warns" doc:"those of the rules that only warn"`
	Broken []string  `json:"broken" doc:"items whose cells break a rule"`
}

type quarantineRule struct {
	Rule  string `json:"rule"`
	Title string `json:"title"`
	Rows  int64  `json:"rows"`
}

type quarantineBody struct {
	Columns []columnBody     `json:"columns"`
	Rules   []quarantineRule `json:"rules" doc:"what the rows that are in quarantine now break, the most first; whatever rule was asked for"`
	List[quarantineRow]
}

func (c *Console) quarantine(ctx context.Context, in *quarantineIn) (quarantineBody, error) {
	q, err := c.quarantineOf(ctx, "list-quarantine", in.ID, in.Rule)
	if err != nil {
		return quarantineBody{}, err
	}
	if q.plain, err = unmasked(ctx, in.Plain, q.office); err != nil {
		return quarantineBody{}, err
	}
	at, err := offset(in.Cursor)
	if err != nil {
		return quarantineBody{}, err
	}
	rows, err := q.read(ctx, at, in.Limit+1)
	if err != nil {
		return quarantineBody{}, err
	}
	rules, total, err := q.tally(ctx)
	if err != nil {
		return quarantineBody{}, err
	}
	next := ""
	if len(rows) > in.Limit {
		rows, next = rows[:in.Limit], strconv.Itoa(at+in.Limit)
	}
	out := quarantineBody{Columns: columnsOf(q.directory), Rules: rules, List: page(rows, next)}
	out.Total = &total
	seen := q.look()
	seen.rows = int64(len(rows))
	return out, show(ctx, seen)
}

func (q *quarantineQuery) look() look {
	return look{directory: q.directory.Name, target: "batch/" + string(q.batch.ID), items: names(q.directory), plain: q.plain}
}

// quarantineQuery reads the rows of one batch in the quarantine table. A replay judges them
// again under a later version of the directory, some of them or all, so each row is explained
// by the version that it names.
type quarantineQuery struct {
	c         *Console
	batch     *ingest.Batch
	directory catalog.Directory       // whose items the raw texts follow
	judged    map[int64]*rule.Program // version → its rules
	why       map[int64]map[string]string
	lang      string
	files     []lake.File
	schema    row.Schema
	all       row.Expr // the batch's rows
	rule      string   // that narrows them; "" for none
	where     row.Expr // all of them, or those that break the rule
	office    string   // whose rows they are
	plain     bool     // personal cells are shown as they are
}

func (c *Console) quarantineOf(ctx context.Context, operation, id, ruleName string) (*quarantineQuery, error) {
	b, err := c.batchFor(ctx, operation, id)
	if err != nil {
		return nil, err
	}
	now, err := c.Catalog.Get(ctx, b.Directory)
	if err != nil {
		return nil, err
	}
	q := &quarantineQuery{c: c, batch: b, office: now.Directory.Office, judged: map[int64]*rule.Program{}, why: map[int64]map[string]string{}, lang: lang(ctx),
		all: row.F(row.Eq, row.Column(query.BatchColumn), row.Str(string(b.ID)))}
	q.where = q.all
	v, err := c.Catalog.At(ctx, b.Directory, b.Items())
	if err != nil {
		return nil, err
	}
	q.directory = v.Directory
	if err := q.open(ctx); err != nil {
		return nil, err
	}
	versions, err := q.versions(ctx)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		at, err := c.Catalog.At(ctx, b.Directory, int(v))
		if err != nil {
			return nil, err
		}
		if q.judged[v], err = c.rules(at); err != nil {
			return nil, err
		}
		q.why[v] = reasonsOf(q.judged[v], q.lang)
	}
	if ruleName == "" {
		return q, nil
	}
	return q, q.only(ruleName)
}

// open finds the files that may hold rows of the batch.
func (q *quarantineQuery) open(ctx context.Context) error {
	ref := ident.Ref{Space: ident.Quarantine, Name: q.batch.Directory}
	all, err := q.c.Lake.Files(ctx, ref, 0)
	if err != nil && fault.KindOf(err) != fault.Missing {
		return err
	}
	for _, f := range all {
		if f.Batch == "" || f.Batch == string(q.batch.ID) {
			q.files = append(q.files, f)
		}
	}
	if len(q.files) > 0 {
		q.schema, err = q.c.Lake.Schema(ctx, ref)
		return err
	}
	return nil
}

// versions are those of the directory that judged the rows, and the batch's own.
func (q *quarantineQuery) versions(ctx context.Context) ([]int64, error) {
	out := []int64{int64(q.batch.Ruleset)}
	if len(q.files) == 0 {
		return out, nil
	}
	version := row.Column(query.RulesetColumn)
	rows, err := query.Values(ctx, q.c.Reader, row.Query{Select: []row.Named{{Name: "v", X: version}}, Group: []row.Expr{version}, Where: q.all}, q.files, q.schema)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if v, ok := r[0].(int64); ok && v != out[0] {
			out = append(out, v)
		}
	}
	return out, nil
}

// only narrows to the rows that break a rule, whose bit is a matter of the version.
func (q *quarantineQuery) only(name string) error {
	some := []row.Expr{}
	for v, program := range q.judged {
		for _, r := range program.Rules {
			if r.Name == name && r.Bit >= 0 {
				word, mask := query.Place(r.Bit)
				if _, ok := q.schema.Find(query.Broken(word)); !ok && len(q.files) > 0 {
					continue // no row of the table ever broke a rule that far
				}
				some = append(some, row.F(row.And, row.F(row.Eq, row.Column(query.RulesetColumn), row.Num(v)),
					row.F(row.HasBits, row.Column(query.Broken(word)), row.Num(mask))))
			}
		}
	}
	if len(some) == 0 {
		return fault.New(fault.Missing, "rule.missing", fault.T("该批次没有规则 %s", "the batch has no rule %s", name)).
			Fix(fault.T("请核对规则名称，批次报告中列有全部规则", "check the rule's name; the batch's report lists them")).At("rule")
	}
	q.rule, q.where = name, row.F(row.And, q.all, row.F(row.Or, some...))
	return nil
}

// tally counts the batch's rows by the rules they break, and those that are asked for.
func (q *quarantineQuery) tally(ctx context.Context) (out []quarantineRule, asked int64, err error) {
	if len(q.files) == 0 {
		return nil, 0, nil
	}
	bits := []row.Named{{Name: "v", X: row.Column(query.RulesetColumn)}}
	bits = append(bits, q.words()...)
	var group []row.Expr
	for _, b := range bits {
		group = append(group, b.X)
	}
	rows, err := query.Values(ctx, q.c.Reader, row.Query{Select: append(bits, row.Named{Name: "n", Agg: row.Count}), Group: group, Where: q.all}, q.files, q.schema)
	if err != nil {
		return nil, 0, err
	}
	counts, titles := map[string]int64{}, q.titles()
	for _, r := range rows {
		version, _ := r[0].(int64)
		n, _ := r[len(r)-1].(int64)
		asked += n
		for _, c := range broken(q.judged[version], r[1:len(r)-1]) {
			counts[c.Name] += n
		}
	}
	for name, n := range counts {
		out = append(out, quarantineRule{name, titles[name], n})
	}
	slices.SortFunc(out, func(a, b quarantineRule) int { return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Rule, b.Rule)) })
	if q.rule != "" {
		asked = counts[q.rule]
	}
	return out, asked, nil
}

// titles are those of the rules, as the last version that has each calls it.
func (q *quarantineQuery) titles() map[string]string {
	out := map[string]string{}
	for _, v := range slices.Sorted(maps.Keys(q.judged)) {
		for _, r := range q.judged[v].Rules {
			out[r.Name] = r.Title
		}
	}
	return out
}

// words are the columns of bits.
func (q *quarantineQuery) words() (out []row.Named) {
	for i := 0; ; i++ {
		if _, ok := q.schema.Find(query.Broken(i)); !ok {
			return out
		}
		out = append(out, row.Named{Name: fmt.Sprintf("w%d", i), X: row.Column(query.Broken(i))})
	}
}

// broken are the rules whose bits are in the words of a row.
func broken(p *rule.Program, words []any) (out []rule.Compiled) {
	for _, c := range p.Rules {
		if c.Bit < 0 {
			continue
		}
		word, mask := query.Place(c.Bit)
		if word >= len(words) {
			continue
		}
		if bits, _ := words[word].(int64); bits&mask != 0 {
			out = append(out, c)
		}
	}
	return out
}

func (q *quarantineQuery) read(ctx context.Context, at, n int) ([]quarantineRow, error) {
	if len(q.files) == 0 {
		return nil, nil
	}
	rows, err := query.Values(ctx, q.c.Reader, row.Query{Select: q.columns(), Where: q.where, Limit: n, Offset: at,
		Order: []row.Order{{X: row.Column(query.FileColumn)}, {X: row.Column(query.PosColumn)}}}, q.files, q.schema)
	if err != nil {
		return nil, err
	}
	out := make([]quarantineRow, len(rows))
	for i, r := range rows {
		out[i] = q.row(r)
	}
	return out, nil
}

// columns are what row reads.
func (q *quarantineQuery) columns() []row.Named {
	sel := []row.Named{{Name: "f", X: row.Column(query.FileColumn)}, {Name: "p", X: row.Column(query.PosColumn)},
		{Name: "raw", X: row.Column(query.RawColumn)}, {Name: "v", X: row.Column(query.RulesetColumn)}}
	return append(sel, q.words()...)
}

// row reads one: its file, place, raw texts, version, and the words of bits.
func (q *quarantineQuery) row(r []any) quarantineRow {
	const first = 4 // word of bits
	file, _ := r[0].(string)
	pos, _ := r[1].(int64)
	cells, _ := r[2].([]*string)
	version, _ := r[3].(int64)
	if !q.plain {
		cells = q.directory.MaskRow(cells)
	}
	out := quarantineRow{Row: filepath.Base(file) + ":" + strconv.FormatInt(pos, 10), Cells: cells,
		Rules: []string{}, Why: []string{}, Warns: []string{}, Broken: []string{}}
	for _, c := range broken(q.judged[version], r[first:]) {
		out.Rules, out.Why = append(out.Rules, c.Name), append(out.Why, q.why[version][c.Name])
		if c.Do == rule.Warn {
			out.Warns = append(out.Warns, c.Name)
		}
		if c.Kind == rule.Parse {
			out.Cells = make([]*string, len(q.directory.Items))
			if len(cells) > 0 && cells[0] != nil {
				out.Raw = *cells[0]
			}
		}
		if c.Kind != rule.DuplicateRow {
			out.Broken = append(out.Broken, c.Reads...)
		}
	}
	return out
}
