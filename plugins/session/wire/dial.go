package wire

import (
	"context"
	"os"
	"syscall"
	"time"
)

// connectLimit is how long a listener with a full queue is waited for.
const connectLimit = 5 * time.Second

// Dial connects to the socket at path.
func Dial(ctx context.Context, path string) (*Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	// A connect that blocks has to be a blocking one: a full queue gives a
	// non-blocking one EAGAIN and nothing to poll for.
	limit := syscall.NsecToTimeval(connectLimit.Nanoseconds())
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < connectLimit {
		limit = syscall.NsecToTimeval(max(time.Until(deadline), time.Millisecond).Nanoseconds())
	}
	syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_SNDTIMEO, &limit)
	for {
		err = syscall.Connect(fd, &syscall.SockaddrUnix{Name: path})
		if err != syscall.EINTR {
			break
		}
	}
	if err == nil {
		err = syscall.SetNonblock(fd, true)
	}
	if err != nil {
		syscall.Close(fd)
		return nil, &os.PathError{Op: "connect", Path: path, Err: err}
	}
	return New(os.NewFile(uintptr(fd), path))
}
