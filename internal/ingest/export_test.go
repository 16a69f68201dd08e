package ingest

// Cleaned waits for the removal of what finished batches left.
func (e *Engine) Cleaned() { e.cleaning.Wait() }
