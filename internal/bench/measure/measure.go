// Package measure is what the benches share: figures of many samples, and what our side is
// compared with on the same disk and in the same books.
//
// Read first: Percentile, Plain, OpenBooks.
package measure

import (
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// Percentile is the sample below which a share of them lies; it sorts them.
func Percentile(all []float64, p float64) float64 {
	slices.Sort(all)
	return all[min(len(all)-1, int(float64(len(all))*p))]
}

// Median is the middle of what each round gave.
func Median[T any](rounds []T, of func(T) float64) float64 {
	x := make([]float64, len(rounds))
	for i, r := range rounds {
		x[i] = of(r)
	}
	return Percentile(x, 0.5)
}

// Or is a number that was asked for, else the usual one.
func Or[T int | int64](n, usual T) T {
	if n <= 0 {
		return usual
	}
	return n
}

// Millis is a time in milliseconds.
func Millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// Processor is the time all processors have spent on this process, which a busy machine does
// not stretch as it does the clock's.
func Processor() time.Duration {
	var u unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &u) // fails for no other reason than a wrong address
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
