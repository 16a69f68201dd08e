package lake

import (
	"context"
	"errors"
	"time"

	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/row"
)

var errTODO = errors.New("lake: not yet built")

// Lake is the open warehouse; safe for concurrent use. One process owns it.
type Lake struct{ o Options }

// Open opens or makes the warehouse and its catalog.
func Open(ctx context.Context, o Options) (*Lake, error) { return nil, errTODO }

// Close closes the catalog.
func (l *Lake) Close() error { return errTODO }

// Ensure makes the table or evolves it to hold s.
func (l *Lake) Ensure(ctx context.Context, t ident.Ref, s row.Schema) error { return errTODO }

// Schema gives the table's columns in order.
func (l *Lake) Schema(ctx context.Context, t ident.Ref) (row.Schema, error) { return nil, errTODO }

// FieldIDs gives the ids that staged Parquet files must carry.
func (l *Lake) FieldIDs(ctx context.Context, t ident.Ref) (map[string]FieldID, error) {
	return nil, errTODO
}

// Stage gives the private folder of one version of a batch.
func (l *Lake) Stage(ctx context.Context, t ident.Ref, b ident.Batch, version string) (*Stage, error) {
	return nil, errTODO
}

// Publish takes a stage over into its table in one commit.
func (l *Lake) Publish(ctx context.Context, s *Stage, m Mode) (Snapshot, error) {
	return Snapshot{}, errTODO
}

// Remove takes all rows of a batch out.
func (l *Lake) Remove(ctx context.Context, t ident.Ref, b ident.Batch, version string) (Snapshot, error) {
	return Snapshot{}, errTODO
}

// Discard forgets a stage.
func (l *Lake) Discard(ctx context.Context, s *Stage) error { return errTODO }

// Files plans a snapshot; 0 is the current one.
func (l *Lake) Files(ctx context.Context, t ident.Ref, at int64) ([]File, error) {
	return nil, errTODO
}

// Snapshots lists what is kept of the table's history, newest first.
func (l *Lake) Snapshots(ctx context.Context, t ident.Ref) ([]Snapshot, error) { return nil, errTODO }

// Tables lists the tables of the lake.
func (l *Lake) Tables(ctx context.Context) ([]ident.Ref, error) { return nil, errTODO }

// Compact gathers small files and applies deletes.
func (l *Lake) Compact(ctx context.Context, t ident.Ref, limits Limits) (Compacted, error) {
	return Compacted{}, errTODO
}

// Expire forgets old snapshots except those in keep and the current one.
func (l *Lake) Expire(ctx context.Context, t ident.Ref, olderThan time.Time, keep []int64) ([]int64, error) {
	return nil, errTODO
}

// Sweep removes what nobody refers to.
func (l *Lake) Sweep(ctx context.Context, known func(batch, version string) bool, olderThan time.Time) ([]string, error) {
	return nil, errTODO
}
