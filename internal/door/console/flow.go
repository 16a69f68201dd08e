package console

import (
	"context"
	"hash"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
)

// stream lets a long answer out between two entries: one before its first byte, which says
// that it begins, and one before its last, with its rows and the hash of all of it. What
// breaks off is cut so that nobody takes it for whole, and the second entry says so.
func (c *Console) stream(ctx huma.Context, l *look, open audit.Entry) {
	seq, err := c.Audit.Append(ctx.Context(), open)
	if err != nil {
		c.deny(ctx, err)
		return
	}
	ctx.SetHeader(receiptHeader, c.Audit.ReceiptID(seq))
	out := &outflow{to: ctx.BodyWriter(), sum: gm.New3()}
	rows, err := l.stream(ctx.Context(), out, c.Audit.ReceiptID(seq))
	ended := open
	ended.At, ended.Of, ended.Rows = c.Now(), seq, rows
	if err == nil {
		ended.Answer = audit.AnswerHash(gm.Digest(out.sum.Sum(nil)))
	} else {
		ended.Outcome = outcome(ctx.Context(), err)
	}
	_, unwritten := c.Audit.Append(context.WithoutCancel(ctx.Context()), ended)
	switch {
	case err == nil && unwritten == nil:
		if _, err := out.to.Write(out.last); err != nil {
			panic(http.ErrAbortHandler)
		}
		return
	case err == nil:
		err = unwritten
	}
	c.log.ErrorContext(ctx.Context(), "a long answer broke off", "operation", ctx.Operation().OperationID, "error", err)
	if out.begun {
		panic(http.ErrAbortHandler) // the connection ends without the answer's end
	}
	c.deny(ctx, err)
}

// goneCode is the outcome of an answer whose asker went away.
const goneCode = "call.gone"

// outcome is the code of what broke an answer off.
func outcome(ctx context.Context, err error) string {
	if ctx.Err() != nil {
		return goneCode
	}
	return fault.From(err).Code
}

// outflow sends and hashes, always one write behind: the last goes when the entry is durable.
type outflow struct {
	to    io.Writer
	sum   hash.Hash
	last  []byte
	begun bool
}

// Write is part of io.Writer.
func (o *outflow) Write(p []byte) (int, error) {
	if len(o.last) > 0 {
		o.begun = true
		if _, err := o.to.Write(o.last); err != nil {
			return 0, err
		}
	}
	o.sum.Write(p)
	o.last = append(o.last[:0], p...)
	return len(p), nil
}
