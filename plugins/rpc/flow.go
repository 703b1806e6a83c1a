package rpc

import (
	"context"
	"sync"
)

// The flow control of runtime.proto, in bytes.
const (
	maxData      = 64 << 10
	outputWindow = 256 << 10 // granted to every output from the start
	inputWindow  = 64 << 10  // granted to every input when its command runs
)

// credit is how much of one descriptor may still be sent.
type credit struct {
	mu   sync.Mutex
	n    int
	more chan struct{} // closed and replaced when n grows
}

func newCredit(n int) *credit { return &credit{n: n, more: make(chan struct{})} }

func (c *credit) grant(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += n
	close(c.more)
	c.more = make(chan struct{})
}

func (c *credit) spend(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n -= n
}

// available waits until something may be sent and says how much.
func (c *credit) available(ctx context.Context) (int, error) {
	for {
		c.mu.Lock()
		n, more := c.n, c.more
		c.mu.Unlock()
		if n > 0 {
			return min(n, maxData), nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// A queue holds the data that arrived for one descriptor. Its length is bounded
// by the credit that was granted.
type queue struct {
	mu     sync.Mutex
	change *sync.Cond
	parts  [][]byte
	size   int
	ended  bool // nothing more comes
	busy   bool // a part is being written
}

func newQueue() *queue {
	q := new(queue)
	q.change = sync.NewCond(&q.mu)
	return q
}

// put reports false when the sender exceeds limit.
func (q *queue) put(b []byte, limit int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ended {
		return true
	}
	q.parts = append(q.parts, b)
	q.size += len(b)
	q.change.Broadcast()
	return q.size <= limit
}

func (q *queue) end() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ended = true
	q.change.Broadcast()
}

// next returns nil at the end. The part counts as being written until the next
// call.
func (q *queue) next() []byte {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy = false
	q.change.Broadcast()
	for len(q.parts) == 0 && !q.ended {
		q.change.Wait()
	}
	if len(q.parts) == 0 {
		return nil
	}
	b := q.parts[0]
	q.parts = q.parts[1:]
	q.size -= len(b)
	q.busy = true
	return b
}

// drop throws away what is there and all that comes.
func (q *queue) drop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ended, q.busy, q.parts, q.size = true, false, nil, 0
	q.change.Broadcast()
}

// flush waits until all that arrived so far is written.
func (q *queue) flush() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.busy || len(q.parts) > 0 {
		q.change.Wait()
	}
}
