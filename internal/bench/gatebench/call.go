package gatebench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Work is what the load generator is told.
type Work struct {
	Address     string  `json:"address"`
	Key         string  `json:"key"`
	Rows        int     `json:"rows"`
	Connections int     `json:"connections"`
	Seconds     float64 `json:"seconds"`
	Rate        float64 `json:"rate"`  // calls a second over all connections; 0: as many as are answered
	Until       bool    `json:"until"` // the end of the order ends the calls as well
}

// Call is the load generator: each connection sends its next call when it has the answer,
// or paced, when the call is due; then its time counts from there, so that a stall is paid
// by every call that it held up.
// It writes requests and reads answers by hand: a client that costs more than the server
// would hide what the server costs.
func Call(ctx context.Context, in io.Reader, out io.Writer) error {
	var w Work
	order := json.NewDecoder(in)
	if err := order.Decode(&w); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if w.Until {
		go func() {
			_, _ = order.Token() // nothing follows but the end
			stop()
		}()
	}
	var mu sync.Mutex
	var took []time.Duration
	var errs []error
	began := time.Now()
	end := began.Add(time.Duration(w.Seconds * float64(time.Second)))
	var wg sync.WaitGroup
	for i := range w.Connections {
		wg.Go(func() {
			t, err := w.connection(ctx, w.pace(began, i), end)
			mu.Lock()
			defer mu.Unlock()
			took = append(took, t...)
			errs = append(errs, err)
		})
	}
	wg.Wait()
	seconds := time.Since(began).Seconds()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if len(took) == 0 {
		return errors.New("gatebench: no call was answered")
	}
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return json.NewEncoder(out).Encode(Figure{Rate: float64(len(took)) / seconds, P50: ms(took[len(took)/2]), P99: ms(took[len(took)*99/100])})
}

// pace gives the moments at which a connection's calls are due; nil: at once.
func (w Work) pace(began time.Time, connection int) func(n int) time.Time {
	if w.Rate <= 0 {
		return nil
	}
	return func(n int) time.Time {
		return began.Add(time.Duration(float64(n*w.Connections+connection) / w.Rate * float64(time.Second)))
	}
}

func (w Work) connection(ctx context.Context, due func(n int) time.Time, end time.Time) ([]time.Duration, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", w.Address)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	r := bufio.NewReaderSize(c, 8<<10)
	var took []time.Duration
	var request []byte
	for now := time.Now(); now.Before(end) && ctx.Err() == nil; {
		if due != nil {
			now = due(len(took))
			select {
			case <-time.After(time.Until(now)):
			case <-ctx.Done():
				return took, nil
			}
		}
		request = fmt.Appendf(request[:0], "GET /data/v1/%s?no=%d HTTP/1.1\r\nHost: bench\r\nX-Api-Key: %s\r\n\r\n", service, rand.IntN(w.Rows), w.Key)
		if _, err := c.Write(request); err != nil {
			return nil, err
		}
		if err := answer(r); err != nil {
			return nil, err
		}
		then := time.Now()
		took, now = append(took, then.Sub(now)), then
	}
	return took, nil
}

var lengthHeader = []byte("Content-Length: ")

// answer reads one answer, which has to be a good one.
func answer(r *bufio.Reader) error {
	length, first := -1, true
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		line = bytes.TrimRight(line, "\r\n")
		if first && !bytes.Equal(line, []byte("HTTP/1.1 200 OK")) {
			return fmt.Errorf("gatebench: the answer is %q", line)
		}
		first = false
		if len(line) == 0 {
			break
		}
		if n, ok := bytes.CutPrefix(line, lengthHeader); ok {
			if length, err = strconv.Atoi(string(n)); err != nil {
				return err
			}
		}
	}
	if length < 100 {
		return fmt.Errorf("gatebench: an answer of %d bytes holds no row", length)
	}
	_, err := r.Discard(length)
	return err
}
