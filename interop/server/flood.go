package server

import (
	"sync"
	"time"
)

// A refusal costs its caller nothing, so callers could push the log's other lines
// out by refusals: burst of them are logged at once, and then one an interval.
const (
	burst    = 100
	interval = 500 * time.Millisecond
)

// A flood counts the refusals that are not logged.
type flood struct {
	mu       sync.Mutex
	until    time.Time // the time that the logged ones have used up
	unlogged int
}

// pass reports whether a refusal at that time is logged, and how many before it
// were not.
func (f *flood) pass(now time.Time) (unlogged int, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if earliest := now.Add(-burst * interval); f.until.Before(earliest) {
		f.until = earliest
	}
	if f.until = f.until.Add(interval); f.until.After(now) {
		f.until = f.until.Add(-interval)
		f.unlogged++
		return 0, false
	}
	unlogged, f.unlogged = f.unlogged, 0
	return unlogged, true
}
