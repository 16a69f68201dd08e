package lake

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	icetable "github.com/apache/iceberg-go/table"
	"github.com/google/uuid"

	"github.com/chengshu/chengshu/internal/ident"
)

// pointer reads where the table's current metadata lies.
func (l *Lake) pointer(ctx context.Context, t ident.Ref) (string, error) {
	var at string
	err := l.db.QueryRowContext(ctx, `SELECT metadata_location FROM iceberg_tables
		WHERE catalog_name = ? AND table_namespace = ? AND table_name = ?`,
		catalogName, string(t.Space), t.Name).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return "", noTable(t)
	}
	return at, err
}

// swap moves the pointer, or gives errMoved when it is no longer at from. This is the
// commit: iceberg-go's own CommitTable is not used because it reads the metadata anew and
// does not bring the new one to the disk before it points to it.
func (l *Lake) swap(ctx context.Context, t ident.Ref, from, to string) error {
	res, err := l.db.ExecContext(ctx, `UPDATE iceberg_tables
		SET metadata_location = ?, previous_metadata_location = ?
		WHERE catalog_name = ? AND table_namespace = ? AND table_name = ? AND metadata_location = ?`,
		to, from, catalogName, string(t.Space), t.Name, from)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return errMoved
	}
	return err
}

func (l *Lake) readMetadata(t ident.Ref, at string) (icetable.Metadata, error) {
	b, err := os.ReadFile(at)
	if errors.Is(err, os.ErrNotExist) && !strings.HasPrefix(at, l.dir+string(filepath.Separator)) {
		return nil, ErrMovedAway.At("%s", t)
	}
	if err != nil {
		return nil, err
	}
	meta, err := icetable.ParseMetadataBytesDeferredSnapshots(b) // planning needs the current one alone
	if err != nil {
		return nil, fmt.Errorf("lake: metadata of %s: %w", t, err)
	}
	if filepath.Clean(meta.Location()) != l.location(t) {
		return nil, ErrMovedAway.At("%s", t)
	}
	return meta, nil
}

// writeMetadata brings the next version of the metadata to the disk and gives its path.
func writeMetadata(meta icetable.Metadata, previous string) (string, error) {
	version, _, _ := strings.Cut(filepath.Base(previous), "-")
	n, err := strconv.Atoi(version)
	if err != nil {
		return "", fmt.Errorf("lake: name of metadata file %s: %w", previous, err)
	}
	b, err := json.Marshal(meta)
	if err != nil {
		return "", err
	}
	at := filepath.Join(metadataFolder(meta.Location()), fmt.Sprintf("%05d-%s.metadata.json", n+1, uuid.NewString()))
	return at, writeDurably(at, b)
}

func metadataFolder(location string) string { return filepath.Join(location, "metadata") }
func dataFolder(location string) string     { return filepath.Join(location, "data") }
