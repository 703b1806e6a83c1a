package wire

import (
	"context"
	"os"
	"syscall"
	"time"
)

// connectLimit is how long a listener with a full queue is waited for.
const connectLimit = 5 * time.Second

// Dial connects to the socket at path. Until a [Client] takes the connection over,
// its calls block, each until ctx's deadline or for limit: the first question of a
// short-lived process then needs neither timer nor scheduler nor another thread.
func Dial(ctx context.Context, path string, limit time.Duration) (*Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	// A connect that blocks has to be a blocking one: a full queue gives a
	// non-blocking one EAGAIN and nothing to poll for.
	if deadline, ok := ctx.Deadline(); ok {
		limit = min(limit, max(time.Until(deadline), time.Millisecond))
	}
	limitTime(fd, syscall.SO_SNDTIMEO, min(limit, connectLimit))
	limitTime(fd, syscall.SO_RCVTIMEO, limit)
	for {
		err = syscall.Connect(fd, &syscall.SockaddrUnix{Name: path})
		if err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		syscall.Close(fd)
		return nil, &os.PathError{Op: "connect", Path: path, Err: err}
	}
	return New(blocking(fd))
}

func limitTime(fd, option int, d time.Duration) {
	limit := syscall.NsecToTimeval(d.Nanoseconds())
	syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, option, &limit)
}

// A blocking socket is used by plain system calls. It has one user at a time.
type blocking int

func (b blocking) SyscallConn() (syscall.RawConn, error) { return b, nil }
func (b blocking) Close() error                          { return syscall.Close(int(b)) }
func (b blocking) Write(f func(uintptr) bool) error      { return b.Read(f) }

// Read calls f once: its EAGAIN is the end of the time of [limitTime].
func (b blocking) Read(f func(uintptr) bool) error {
	if !f(uintptr(b)) {
		return context.DeadlineExceeded
	}
	return nil
}

func (b blocking) Control(f func(uintptr)) error {
	f(uintptr(b))
	return nil
}

// share makes the connection one that many goroutines can use and Close ends.
func (c *Conn) share() error {
	b, ok := c.socket.(blocking)
	if !ok {
		return nil
	}
	if err := syscall.SetNonblock(int(b), true); err != nil {
		return os.NewSyscallError("fcntl", err)
	}
	file := os.NewFile(uintptr(b), "session")
	raw, err := file.SyscallConn()
	c.socket, c.raw = file, raw
	return err
}
