package fakeroot

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Supervisor answers the calls of the programs under [Filter]. It must not be
// under the filter itself, and must see the programs in /proc by the numbers that
// it has for them: it belongs into the pid 1 of their name space.
type Supervisor struct {
	epoll   int
	wake    int // an eventfd that becomes readable when the supervisor is closed
	proc    proc
	table   *table
	devices chan deviceCall
	done    sync.WaitGroup

	mu        sync.Mutex
	listeners map[int]*listener
	closed    bool
}

// New starts a supervisor. /proc must be mounted.
func New() (*Supervisor, error) {
	p, err := openProc()
	if err != nil {
		return nil, fmt.Errorf("fake root: %w", err)
	}
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		p.close()
		return nil, fmt.Errorf("fake root: epoll: %w", err)
	}
	wake, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err == nil {
		err = unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, wake, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(wake)})
	}
	if err != nil {
		unix.Close(wake)
		unix.Close(epoll)
		p.close()
		return nil, fmt.Errorf("fake root: eventfd: %w", err)
	}
	s := &Supervisor{
		epoll:     epoll,
		wake:      wake,
		proc:      p,
		table:     newTable(p.usedSlots),
		devices:   make(chan deviceCall, maxDeviceCalls),
		listeners: map[int]*listener{},
	}
	s.done.Add(2)
	go s.loop()
	go s.makeDevices()
	return s, nil
}

// Add takes over a filter's listener. It is closed when the last program under
// the filter has ended, or here when it is no listener at all.
func (s *Supervisor) Add(fd int) error {
	l := &listener{fd: fd}
	// Only a listener knows this request, and none knows the number 0 for sure:
	// whatever it says of it, it is one.
	var id uint64
	if e := l.ioctl(notifIDValid, unsafe.Pointer(&id)); e != 0 && e != unix.ENOENT {
		l.close()
		return fmt.Errorf("fake root: not a seccomp listener: %w", e)
	}
	// One processor for both sides of the exchange, where the kernel can. It
	// only makes it faster.
	unix.Syscall(unix.SYS_IOCTL, uintptr(fd), notifSetFlags, notifSyncWakeUp)

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		l.close()
		return fmt.Errorf("fake root: %w", os.ErrClosed)
	}
	if err := unix.EpollCtl(s.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)}); err != nil {
		l.close()
		return fmt.Errorf("fake root: epoll: %w", err)
	}
	s.listeners[fd] = l
	return nil
}

// Close ends the supervisor. The calls of programs that are still under a filter
// fail with ENOSYS from then on.
func (s *Supervisor) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return os.ErrClosed
	}
	s.closed = true
	s.mu.Unlock()
	if _, err := unix.Write(s.wake, words(1, 0)); err != nil {
		return fmt.Errorf("fake root: eventfd: %w", err)
	}
	s.done.Wait()
	unix.Close(s.epoll)
	unix.Close(s.wake)
	s.proc.close()
	return nil
}

// loop receives and answers until Close.
func (s *Supervisor) loop() {
	defer s.done.Done()
	defer s.end()
	events := make([]unix.EpollEvent, 64)
	for {
		n, err := unix.EpollWait(s.epoll, events, -1)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return // the descriptor is ours alone: it cannot fail otherwise
		}
		for _, event := range events[:max(n, 0)] {
			if int(event.Fd) == s.wake {
				return
			}
			s.mu.Lock()
			l := s.listeners[int(event.Fd)]
			s.mu.Unlock()
			if event.Events&unix.EPOLLIN != 0 {
				s.next(l)
			} else {
				s.drop(l)
			}
		}
	}
}

// next serves one notification.
func (s *Supervisor) next(l *listener) {
	var n notification
	switch e := l.receive(&n); e {
	case 0:
	case unix.EINTR, unix.ENOENT:
		return
	default:
		s.drop(l)
		return
	}
	a, later := s.handle(l, &n)
	if !later {
		a.ID = n.ID
		l.send(&a)
	}
}

// drop closes a listener, which also takes it out of the epoll set.
func (s *Supervisor) drop(l *listener) {
	s.mu.Lock()
	delete(s.listeners, l.fd)
	s.mu.Unlock()
	l.close()
}

func (s *Supervisor) end() {
	s.mu.Lock()
	s.closed = true
	for fd, l := range s.listeners {
		delete(s.listeners, fd)
		l.close()
	}
	s.mu.Unlock()
	close(s.devices)
}
