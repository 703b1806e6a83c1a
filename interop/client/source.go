package client

import (
	"errors"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/interop/wire"
)

// A source sends a stream from a descriptor. What it sends it looks at without
// taking it, where the kind of file allows that, and takes it when the program
// has: whoever reads the same pipe or file next finds what the program left.
type source struct {
	conn   *wire.Conn
	stream int
	file   int
	stat   *unix.Stat_t

	peeker       peeker
	epoll, event int // event wakes epoll

	mu      sync.Mutex
	sent    int // bytes sent and not told as taken
	toTake  int // bytes told as taken and not yet taken from the file
	stopped bool
	closed  bool // the program reads no more
}

// A peeker looks at a descriptor's bytes.
type peeker interface {
	// peek copies bytes that come skip bytes after the next one to be read.
	// At the end it returns 0 and true; where there are none now, 0 and false.
	peek(p []byte, skip int) (n int, end bool, err error)
	// take takes the next n bytes away.
	take(n int) error
	close()
}

func newSource(conn *wire.Conn, stream, file int, stat *unix.Stat_t) *source {
	return &source{conn: conn, stream: stream, file: file, stat: stat, epoll: -1, event: -1}
}

// open gets what run needs. When it fails close is called all the same.
func (s *source) open() (err error) {
	s.peeker = newPeeker(s.file, s.stat)
	if s.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return err
	}
	if s.event, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return err
	}
	// Edges and not levels: bytes that were looked at are still there.
	if err := s.watch(s.event, unix.EPOLLIN|unix.EPOLLET); err != nil {
		return err
	}
	err = s.watch(s.file, unix.EPOLLIN|unix.EPOLLRDHUP|unix.EPOLLET)
	if err == unix.EPERM {
		return nil // a regular file: it cannot be waited for and need not
	}
	return err
}

func (s *source) watch(file int, events uint32) error {
	return unix.EpollCtl(s.epoll, unix.EPOLL_CTL_ADD, file, &unix.EpollEvent{Events: events, Fd: int32(file)})
}

func (s *source) wake() { unix.Write(s.event, []byte{1, 0, 0, 0, 0, 0, 0, 0}) }

func (s *source) taken(n int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.toTake += n; s.toTake > s.sent {
		return errors.New("more bytes taken than were sent")
	}
	s.wake()
	return nil
}

func (s *source) unread() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.wake()
}

func (s *source) stop() {
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	s.wake()
}

func (s *source) run() {
	defer s.close()
	buffer := make([]byte, wire.Lead+wire.Chunk)
	bytes := buffer[wire.Lead:]
	over := false
	for {
		room, stopped := s.settle()
		switch {
		case stopped:
			return
		case over || room <= 0:
			s.wait()
			continue
		}
		n, end, err := s.peeker.peek(bytes[:min(room, len(bytes))], wire.Window-room)
		switch {
		case n > 0:
			s.mu.Lock()
			s.sent += n
			s.mu.Unlock()
			if s.conn.SendData(s.stream, buffer[:wire.Lead+n]) != nil {
				over = true
			}
		case end || err != nil:
			over = true
			s.conn.Send(&wire.Finish{Stream: s.stream})
		default:
			s.wait()
		}
	}
}

// settle takes from the file what the program took, and returns how much more may
// be sent.
func (s *source) settle() (room int, stopped bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.toTake > 0 {
		s.peeker.take(s.toTake) // a source that fails ends at the next look
		s.sent -= s.toTake
		s.toTake = 0
	}
	if s.closed {
		return 0, s.stopped
	}
	return wire.Window - s.sent, s.stopped
}

func (s *source) wait() {
	var events [2]unix.EpollEvent
	for {
		if _, err := unix.EpollWait(s.epoll, events[:], -1); err != unix.EINTR {
			break
		}
	}
	var count [8]byte
	unix.Read(s.event, count[:])
}

func (s *source) close() {
	if s.peeker != nil {
		s.peeker.close()
	}
	for _, fd := range []int{s.epoll, s.event} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
}
