package server

import (
	"container/list"
	"net"
	"sync"
)

// maxWaiting bounds the connections that have not sent a request yet. An honest
// caller's request travels with its connect, so the oldest of many that wait is
// the one to drop.
const maxWaiting = 256

// waiting are the connections whose request has not arrived.
type waiting struct {
	mu      sync.Mutex
	order   list.List // of net.Conn, the oldest first
	element map[net.Conn]*list.Element
}

func (w *waiting) add(c net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.element == nil {
		w.element = make(map[net.Conn]*list.Element)
	}
	w.element[c] = w.order.PushBack(c)
	if w.order.Len() > maxWaiting {
		w.drop()
	}
}

func (w *waiting) remove(c net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e, ok := w.element[c]; ok {
		w.order.Remove(e)
		delete(w.element, c)
	}
}

func (w *waiting) dropOldest() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop()
}

// drop closes the oldest; w.mu is held.
func (w *waiting) drop() {
	if e := w.order.Front(); e != nil {
		c := w.order.Remove(e).(net.Conn)
		delete(w.element, c)
		c.Close()
	}
}
