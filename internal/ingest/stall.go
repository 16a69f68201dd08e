package ingest

import (
	"context"
	"errors"
	"io/fs"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/store"
)

// settling is the consumer that settles batches.
const settling = "ingest.settle"

// Stalled says whether a batch could not be settled: nothing of it is lost, and it is tried
// again by itself and by Retry, but nobody should wait for it.
func (b *Batch) Stalled() bool { return b.State == Publishing && b.Error != nil }

// stalled keeps why a batch could not be settled, with the event that is set aside.
func (e *Engine) stalled(ctx context.Context, tx store.Tx, p store.ParkedEvent, why error) error {
	b, err := byID(ctx, tx, p.Event.Key)
	if err != nil || b.State != Publishing {
		return fault.Except(fault.Missing, err)
	}
	e.Log.Error("a batch could not be settled; it is tried again", "batch", b.ID, "attempts", p.Attempts, "next", p.Next, "error", why)
	b.Error = errStalled.At("%s", b.Label)
	b.Error.Parts = []*fault.Error{cause(why)}
	if err := e.save(ctx, tx, b); err != nil {
		return err
	}
	tx.After(func() { e.tell(b, nil) })
	return nil
}

var (
	errStalled = fault.New(fault.Busy, "batch.stalled", fault.T("已判定，但结果未能写入数据表", "the batch was judged, but what came of it could not be written to the tables")).
			Fix(fault.T("数据没有丢失。排除下列原因后点“重试”，或执行 chengshu batch retry；系统也会自动重试", "nothing is lost: mend what is named below, then press “Retry” or use chengshu batch retry; it is tried by itself, too"))
	errDisk = fault.New(fault.Busy, "lake.disk", fault.T("数据湖目录无法读写", "the folder of the lake cannot be read or written")).
		Fix(fault.T("请检查数据目录下 lake 的磁盘、空间和权限；详情见服务日志", "check the disk, the space and the rights of lake in the data folder; the server's log has the details"))
)

// cause is what a person can do something about.
func cause(why error) *fault.Error {
	if f := (*fault.Error)(nil); errors.As(why, &f) {
		return f
	}
	if p := (*fs.PathError)(nil); errors.As(why, &p) {
		return errDisk
	}
	return fault.From(why)
}

// Retry settles a batch that stalled now, and not only when it is due. It gives the fault that
// the batch then has where that fails once more.
func (e *Engine) Retry(ctx context.Context, id string) (*Batch, error) {
	b, err := e.Batch(ctx, id)
	if err != nil {
		return nil, err
	}
	parked, err := e.store.Parked(ctx)
	if err != nil {
		return nil, err
	}
	tried := false
	for _, p := range parked {
		if p.Consumer != settling || p.Event.Key != string(b.ID) {
			continue
		}
		tried = true
		if err := e.store.Retry(ctx, settling, p.Event.Seq); err != nil && !errors.Is(err, store.ErrNotParked) {
			if now, e := byID(ctx, e.store.Read(), p.Event.Key); e == nil && now.Stalled() {
				return now, now.Error
			}
			return nil, err
		}
	}
	if !tried {
		return nil, fault.New(fault.Conflict, "batch.state", fault.T("批次 %s 没有待重试的写入", "there is nothing of batch %s to try again", b.Label)).
			Fix(fault.T("请刷新批次，查看其状态", "refresh the batch and see its state"))
	}
	return byID(ctx, e.store.Read(), string(b.ID))
}
