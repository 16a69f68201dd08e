package ledger

import (
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/chengshu/chengshu/internal/fault"
)

// blank is a template while it is written.
type blank struct {
	f                        *excelize.File
	lang, main, about, lists string
	offices                  []string
}

// lastChoice is the row to which the lists reach.
const lastChoice = 5000

func (t *blank) write(e *Entity, d Import) error {
	if err := t.f.SetSheetName("Sheet1", t.main); err != nil {
		return err
	}
	for _, s := range []string{t.about, t.lists} {
		if _, err := t.f.NewSheet(s); err != nil {
			return err
		}
	}
	needed, err := t.f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Color: red}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{grey}}})
	if err != nil {
		return err
	}
	plain, err := t.f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{grey}}})
	if err != nil {
		return err
	}
	for j, x := range []string{fault.T("列", "column").In(t.lang), fault.T("类型", "type").In(t.lang), fault.T("必填", "required").In(t.lang), fault.T("说明", "help").In(t.lang), fault.T("可填", "may be").In(t.lang)} {
		if err := t.put(t.about, j, 1, x, plain); err != nil {
			return err
		}
	}
	j := 0
	if slices.Contains(d.Match, "key") {
		key := &Compiled{Name: "key", Field: Field{Type: Type{Kind: Text}}}
		key.Field.Title.ZH, key.Field.Title.EN = ownTitles["key"].ZH, ownTitles["key"].EN
		if err := t.column(0, key, true, needed, plain); err != nil {
			return err
		}
		j++
	}
	for _, f := range e.Fields {
		if f.Computes() || slices.Contains([]Kind{Area, Files, Table}, f.Type.Kind) {
			continue
		}
		if err := t.column(j, f, f.Required == "true" && f.Initial == nil, needed, plain); err != nil {
			return err
		}
		j++
	}
	for i, w := range []float64{20, 12, 8, 70, 60} {
		letter := string(rune('A' + i))
		if err := t.f.SetColWidth(t.about, letter, letter, w); err != nil {
			return err
		}
	}
	if err := t.f.SetSheetVisible(t.lists, false); err != nil {
		return err
	}
	return t.f.SetPanes(t.main, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

func (t *blank) put(sheet string, column, row int, text string, style int) error {
	cell, err := excelize.CoordinatesToCellName(column+1, row)
	if err != nil {
		return err
	}
	if err := t.f.SetCellStr(sheet, cell, text); err != nil {
		return err
	}
	return t.f.SetCellStyle(sheet, cell, cell, style)
}

func (t *blank) column(j int, f *Compiled, must bool, needed, plain int) error {
	letter, err := excelize.ColumnNumberToName(j + 1)
	if err != nil {
		return err
	}
	style := plain
	if must {
		style = needed
	}
	words := t.words(f)
	for _, err := range []error{
		t.put(t.main, j, 1, f.Label().In(t.lang), style), t.f.SetColWidth(t.main, letter, letter, 16),
		t.put(t.about, 0, j+2, f.Label().In(t.lang), 0), t.put(t.about, 1, j+2, f.Type.Kind.Title().In(t.lang), 0),
		t.put(t.about, 2, j+2, map[bool]string{true: fault.T("是", "yes").In(t.lang)}[must], 0),
		t.put(t.about, 3, j+2, f.Help.In(t.lang), 0), t.put(t.about, 4, j+2, strings.Join(words[:min(len(words), 50)], "、"), 0),
	} {
		if err != nil {
			return err
		}
	}
	if len(words) == 0 {
		return nil
	}
	for i, w := range words {
		if err := t.put(t.lists, j, i+1, w, 0); err != nil {
			return err
		}
	}
	v := excelize.NewDataValidation(true)
	v.SetSqref(letter + "2:" + letter + strconv.Itoa(lastChoice))
	v.SetSqrefDropList("'" + t.lists + "'!$" + letter + "$1:$" + letter + "$" + strconv.Itoa(len(words)))
	return t.f.AddDataValidation(t.main, v)
}

// words are what a column may be, where that is a list.
func (t *blank) words(f *Compiled) (out []string) {
	switch f.Type.Kind {
	case Enum, Code:
		for _, c := range f.Choices() {
			out = append(out, c.Title.In(t.lang))
		}
	case Bool:
		out = []string{fault.T("是", "yes").In(t.lang), fault.T("否", "no").In(t.lang)}
	case Office:
		out = slices.Sorted(slices.Values(t.offices))
	}
	return out
}
