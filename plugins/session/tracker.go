package session

import (
	"context"
	"sync"
	"time"

	"github.com/lxsh/lxsh/plugins/session/wire"
)

// tracker counts what a server is busy with, and decides when it ends: the
// decision and the refusal of new sessions are one step.
type tracker struct {
	counter Counter

	mu     sync.Mutex
	load   Load
	ending bool
	change chan struct{} // closed and replaced when load changes
}

// enter counts a session, or refuses it.
func (t *tracker) enter() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ending {
		return wire.ErrEnding
	}
	t.add(1, 0)
	return nil
}

func (t *tracker) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.add(-1, 0)
}

func (t *tracker) process(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.add(0, n)
}

func (t *tracker) add(sessions, processes int) {
	t.load.Sessions += sessions
	t.load.Processes += processes
	close(t.change)
	t.change = make(chan struct{})
}

func (t *tracker) now() Load {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.current()
}

func (t *tracker) current() Load {
	l := t.load
	if t.counter != nil {
		l.Processes += t.counter.Processes()
	}
	return l
}

// countInterval is how often an instance's own count is asked for while no
// session is open.
const countInterval = time.Second

// idle waits until there was nothing for d, and then ends the server.
func (t *tracker) idle(ctx context.Context, d time.Duration) error {
	since := time.Now()
	for {
		t.mu.Lock()
		change := t.change
		idle := t.load.Idle() && t.current().Idle() // the counter is asked last: it takes its time
		if !idle {
			since = time.Now()
		}
		left := d - time.Since(since)
		if idle && left <= 0 {
			t.ending = true
		}
		ending, sessions := t.ending, t.load.Sessions
		t.mu.Unlock()
		if ending && idle {
			return nil
		}
		if t.counter != nil {
			left = min(left, countInterval)
			if !idle {
				left = countInterval
			}
		}
		if err := pause(ctx, change, left, idle || t.counter != nil && sessions == 0); err != nil {
			return err
		}
	}
}

// pause waits for a change, and when timed for no longer than d.
func pause(ctx context.Context, change <-chan struct{}, d time.Duration, timed bool) error {
	var after <-chan time.Time
	if timed {
		timer := time.NewTimer(max(d, time.Millisecond))
		defer timer.Stop()
		after = timer.C
	}
	select {
	case <-change:
	case <-after:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}
