package fakeroot

import (
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A listener is the descriptor of one filter's notifications. It is answered by
// two goroutines and closed by one of them; afterwards every answer is refused.
type listener struct {
	mu sync.Mutex
	fd int // -1 when closed
}

func (l *listener) ioctl(request uintptr, p unsafe.Pointer) unix.Errno {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fd < 0 {
		return unix.EBADF
	}
	_, _, e := unix.Syscall(unix.SYS_IOCTL, uintptr(l.fd), request, uintptr(p))
	return e
}

// receive takes the next notification. It does not block after the listener
// became readable: a task that was killed meanwhile gives ENOENT.
func (l *listener) receive(n *notification) unix.Errno {
	*n = notification{}
	return l.ioctl(notifRecv, unsafe.Pointer(n))
}

// valid reports whether the task still waits for the answer, and so whether what
// was looked up by its number belongs to it.
func (l *listener) valid(id uint64) bool {
	return l.ioctl(notifIDValid, unsafe.Pointer(&id)) == 0
}

// send answers. The only failure is a task that is gone.
func (l *listener) send(a *answer) { l.ioctl(notifSend, unsafe.Pointer(a)) }

func (l *listener) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fd >= 0 {
		unix.Close(l.fd)
		l.fd = -1
	}
}
