package lake

import (
	"context"
	"errors"

	"github.com/apache/iceberg-go"
	icecat "github.com/apache/iceberg-go/catalog"
	icetable "github.com/apache/iceberg-go/table"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/row"
)

// Ensure makes the table, or evolves it: new columns are added (old rows read NULL there),
// types are widened. Columns that s no longer names stay. A narrowing change is refused.
func (l *Lake) Ensure(ctx context.Context, t ident.Ref, s row.Schema) error {
	if err := errors.Join(ident.Check(string(t.Space)), ident.Check(t.Name)); err != nil {
		return err
	}
	if f, ok := s.Find(BatchColumn); !ok || f.Type != row.TextType {
		return fault.New(fault.Invalid, "lake.schema.batch", fault.T(
			"数据表须有文本字段 %s", "a table must have the text column %s", BatchColumn)).
			Fix(fault.T("请将服务日志交给开发人员", "give the log to the developers")).At("%s", t)
	}
	tb := l.table(t)
	tb.mu.Lock()
	defer tb.mu.Unlock()
	if _, err := l.pointer(ctx, t); errors.Is(err, ErrNoTable) {
		return l.create(ctx, t, s)
	} else if err != nil {
		return err
	}
	return tb.evolve(ctx, s)
}

func (l *Lake) create(ctx context.Context, t ident.Ref, s row.Schema) error {
	if err := l.ensureSpace(ctx, t.Space); err != nil {
		return err
	}
	_, err := l.cat.CreateTable(ctx, identifier(t), newSchema(s),
		icecat.WithLocation(l.location(t)),
		icecat.WithProperties(iceberg.Properties{
			icetable.PropertyFormatVersion:          "2",
			icetable.MetadataPreviousVersionsMaxKey: "5",
		}))
	return err
}

func newSchema(s row.Schema) *iceberg.Schema {
	fields := make([]iceberg.NestedField, len(s))
	next := len(s)
	for i, f := range s {
		fields[i] = iceberg.NestedField{ID: i + 1, Name: f.Name, Type: iceType(f.Type)}
		if l, ok := fields[i].Type.(*iceberg.ListType); ok {
			next++
			l.ElementID = next
		}
	}
	return iceberg.NewSchema(0, fields...)
}

func (tb *table) evolve(ctx context.Context, s row.Schema) error {
	st, err := tb.load(ctx)
	if err != nil {
		return err
	}
	have, err := rowSchema(st.meta.CurrentSchema())
	if err != nil {
		return err
	}
	face := icetable.New(identifier(tb.ref), st.meta, st.at, nil, nil)
	update := face.NewTransaction().UpdateSchema(true, false)
	changed := false
	for _, f := range s {
		old, ok := have.Find(f.Name)
		switch {
		case !ok:
			update.AddColumn([]string{f.Name}, iceType(f.Type), "", false, nil)
		case old.Type == f.Type:
			continue
		case widens(old.Type, f.Type):
			update.UpdateColumn([]string{f.Name}, icetable.ColumnUpdate{
				FieldType: iceberg.Optional[iceberg.Type]{Val: iceType(f.Type), Valid: true}})
		default:
			return ErrNarrow.At("%s.%s", tb.ref, f.Name)
		}
		changed = true
	}
	if !changed {
		return nil
	}
	updates, _, err := update.BuildUpdates() // the table's lock stands for the requirements
	if err != nil {
		return err
	}
	next, err := tb.publishMetadata(ctx, st, updates)
	if err != nil {
		return err
	}
	tb.know.Lock()
	defer tb.know.Unlock()
	tb.state = next
	return nil
}

// widens tells whether Iceberg can read from's files as to: of the types here only a
// decimal with more digits before the same point.
func widens(from, to row.Type) bool {
	return from.Kind == row.Decimal && to.Kind == row.Decimal &&
		from.Scale == to.Scale && from.Precision < to.Precision
}

// Schema gives the table's columns in order.
func (l *Lake) Schema(ctx context.Context, t ident.Ref) (row.Schema, error) {
	st, err := l.table(t).load(ctx)
	if err != nil {
		return nil, err
	}
	return rowSchema(st.meta.CurrentSchema())
}

// FieldIDs gives the ids that staged Parquet files must carry.
func (l *Lake) FieldIDs(ctx context.Context, t ident.Ref) (map[string]FieldID, error) {
	st, err := l.table(t).load(ctx)
	if err != nil {
		return nil, err
	}
	return fieldIDs(st.meta.CurrentSchema()), nil
}

func fieldIDs(s *iceberg.Schema) map[string]FieldID {
	ids := map[string]FieldID{}
	for _, f := range s.Fields() {
		id := FieldID{ID: f.ID}
		if l, ok := f.Type.(*iceberg.ListType); ok {
			id.Element = l.ElementID
		}
		ids[f.Name] = id
	}
	return ids
}

func iceType(t row.Type) iceberg.Type {
	switch t.Kind {
	case row.Int:
		return iceberg.PrimitiveTypes.Int64
	case row.Decimal:
		return iceberg.DecimalTypeOf(t.Precision, t.Scale)
	case row.Float:
		return iceberg.PrimitiveTypes.Float64
	case row.Bool:
		return iceberg.PrimitiveTypes.Bool
	case row.Date:
		return iceberg.PrimitiveTypes.Date
	case row.Time:
		return iceberg.PrimitiveTypes.Timestamp
	case row.TextList:
		return &iceberg.ListType{Element: iceberg.PrimitiveTypes.String}
	default:
		return iceberg.PrimitiveTypes.String
	}
}

func rowSchema(s *iceberg.Schema) (row.Schema, error) {
	out := make(row.Schema, 0, s.NumFields())
	for _, f := range s.Fields() {
		t, ok := rowType(f.Type)
		if !ok {
			return nil, fault.New(fault.Invalid, "lake.type", fault.T(
				"字段类型 %s 无法读取", "columns of type %s cannot be read", f.Type)).
				Fix(fault.T("请改用文本、整数、小数、日期、时间或是非", "use text, integer, decimal, date, time or bool")).At("%s", f.Name)
		}
		out = append(out, row.Field{Name: f.Name, Type: t})
	}
	return out, nil
}

func rowType(t iceberg.Type) (row.Type, bool) {
	switch t := t.(type) {
	case iceberg.StringType:
		return row.TextType, true
	case iceberg.Int32Type, iceberg.Int64Type:
		return row.IntType, true
	case iceberg.Float32Type, iceberg.Float64Type:
		return row.FloatType, true
	case iceberg.BooleanType:
		return row.BoolType, true
	case iceberg.DateType:
		return row.DateType, true
	case iceberg.TimestampType, iceberg.TimestampTzType:
		return row.TimeType, true
	case iceberg.DecimalType:
		return row.Type{Kind: row.Decimal, Precision: t.Precision(), Scale: t.Scale()}, true
	case *iceberg.ListType:
		_, text := t.Element.(iceberg.StringType)
		return row.ListType, text
	}
	return row.Type{}, false
}
