package client

import (
	"errors"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/interop/wire"
)

// A sink writes a stream to a descriptor, with blocking calls and without the
// runtime's poller: the descriptor's flags are shared with other processes.
type sink struct {
	conn   *wire.Conn
	stream int
	file   int

	mu    sync.Mutex
	ready *sync.Cond
	queue []*wire.Data
	held  int // bytes received and not told as taken
	over  bool
}

func newSink(conn *wire.Conn, stream, file int) *sink {
	s := &sink{conn: conn, stream: stream, file: file}
	s.ready = sync.NewCond(&s.mu)
	return s
}

func (s *sink) add(m *wire.Data) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = append(s.queue, m)
	if s.held += len(m.Bytes); s.held > wire.Window {
		return errors.New("more bytes than the window")
	}
	s.ready.Signal()
	return nil
}

// settled reports whether nothing more can be written now.
func (s *sink) settled() bool {
	s.mu.Lock()
	empty := s.held == 0
	s.mu.Unlock()
	if empty {
		return true
	}
	ready := []unix.PollFd{{Fd: int32(s.file), Events: unix.POLLOUT}}
	n, err := unix.Poll(ready, 0)
	return err == nil && n == 0
}

// end makes run return after what came is written.
func (s *sink) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	s.ready.Signal()
}

// tellAt is how many written bytes are told in one message while more wait.
const tellAt = wire.Window / 4

func (s *sink) run() {
	broken := false
	written := 0
	for {
		m, more := s.next()
		if m == nil {
			return
		}
		if !broken {
			if err := writeAll(s.file, m.Bytes); err != nil {
				broken = true
				s.conn.Send(&wire.Finish{Stream: s.stream})
			}
		}
		written += len(m.Bytes)
		m.Recycle()
		if written >= tellAt || !more {
			s.mu.Lock()
			s.held -= written
			s.mu.Unlock()
			// After the program's end nobody wants to know.
			s.conn.Send(&wire.Taken{Stream: s.stream, Count: written})
			written = 0
		}
	}
}

// next waits for bytes; nil: there will be none.
func (s *sink) next() (m *wire.Data, more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.queue) == 0 && !s.over {
		s.ready.Wait()
	}
	if len(s.queue) == 0 {
		return nil, false
	}
	m, s.queue = s.queue[0], s.queue[1:]
	return m, len(s.queue) > 0
}

func writeAll(file int, bytes []byte) error {
	for len(bytes) > 0 {
		n, err := unix.Write(file, bytes)
		switch err {
		case nil:
			bytes = bytes[n:]
		case unix.EINTR:
		case unix.EAGAIN: // somebody made the description non-blocking
			ready := []unix.PollFd{{Fd: int32(file), Events: unix.POLLOUT}}
			if _, err := unix.Poll(ready, -1); err != nil && err != unix.EINTR {
				return err
			}
		default:
			return err
		}
	}
	return nil
}
