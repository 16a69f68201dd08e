package row

import "github.com/apache/arrow-go/v18/arrow"

// Reader gives the rows of an answer batch by batch. A record is valid until the next call
// of Next or Close; the caller closes the reader, also after an error.
type Reader interface {
	Schema() *arrow.Schema
	Next() bool
	Record() arrow.RecordBatch
	Err() error
	Close() error
}
