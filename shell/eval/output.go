package eval

import (
	"errors"
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/shell/fd"
)

// ErrInterrupted ends a read for which a trap is waiting to run.
var ErrInterrupted = errors.New("interrupted")

// ErrTimeout ends a read at its deadline.
var ErrTimeout = errors.New("timed out")

// Errorf prints "name: line N: message" on the shell's standard error.
func (sh *Shell) Errorf(format string, args ...any) {
	prefix := sh.name
	if !sh.interactive {
		if file := sh.currentFile(); file != "" {
			prefix = file
		}
		prefix = fmt.Sprintf("%s: line %d", prefix, sh.line)
	}
	_ = sh.Write(2, fmt.Appendf([]byte(prefix+": "), format+"\n", args...))
}

// Fail prints an error of a builtin ("name: what: why") and returns the status.
// In a special builtin it ends a non-interactive shell, unless `command` stands
// before it (POSIX XCU 2.8.1).
func (sh *Shell) Fail(status int, format string, args ...any) int {
	sh.Errorf(format, args...)
	sh.failed = true
	return status
}

// File returns the file behind a descriptor number, nil when it is closed.
func (sh *Shell) File(n int) *fd.File { return sh.fds.Get(n) }

// SetFile puts f (nil: closed) behind descriptor n for good.
func (sh *Shell) SetFile(n int, f *fd.File) { sh.fds.Set(n, f) }

// Write writes all of p to descriptor n. A broken pipe ends the shell as SIGPIPE
// would, when the signal is at its default; the error is then EPIPE as well.
func (sh *Shell) Write(n int, p []byte) error {
	f := sh.fds.Get(n)
	if f == nil {
		return syscall.EBADF
	}
	for len(p) > 0 {
		k, err := f.Write(p)
		p = p[k:]
		switch {
		case err == nil:
		case errors.Is(err, syscall.EAGAIN):
			if err := pollOne(f.Fd(), unix.POLLOUT, -1); err != nil {
				return err
			}
		case errors.Is(err, syscall.EPIPE):
			sh.brokenPipe()
			return err
		default:
			return err
		}
	}
	return nil
}

// Output writes what a builtin prints on standard output and returns its status:
// 0, or 1 after an error message.
func (sh *Shell) Output(name string, p []byte) int {
	if len(p) == 0 {
		return 0
	}
	if err := sh.Write(1, p); err != nil {
		if sh.flow == flowNone {
			sh.Errorf("%s: write error: %v", name, err)
		}
		return 1
	}
	return 0
}

// Read reads from descriptor n. It returns 0 and nil at the end, ErrTimeout at
// the deadline (zero: none) and ErrInterrupted when a trap wants to run.
func (sh *Shell) Read(n int, p []byte, deadline time.Time) (int, error) {
	f := sh.fds.Get(n)
	if f == nil {
		return 0, syscall.EBADF
	}
	if real := f.Fd(); real >= 0 {
		if err := sh.waitReadable(real, deadline); err != nil {
			return 0, err
		}
	}
	k, err := f.Read(p)
	if errors.Is(err, syscall.EAGAIN) {
		if err := sh.waitReadable(f.Fd(), deadline); err != nil {
			return 0, err
		}
		return f.Read(p)
	}
	return k, err
}

// waitReadable waits for data, a deadline, or a signal that has a trap. Without
// either there is nothing to watch beside the read itself.
func (sh *Shell) waitReadable(real int, deadline time.Time) error {
	wake := sh.traps.wakeFd()
	if wake < 0 && deadline.IsZero() {
		return nil
	}
	for {
		if sh.trapPending() {
			return ErrInterrupted
		}
		timeout := -1
		if !deadline.IsZero() {
			timeout = max(int(time.Until(deadline)/time.Millisecond), 0)
		}
		fds := []unix.PollFd{{Fd: int32(real), Events: unix.POLLIN}, {Fd: int32(wake), Events: unix.POLLIN}}
		n, err := unix.Poll(fds, timeout)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return err
		case n == 0:
			return ErrTimeout
		case fds[0].Revents != 0:
			return nil
		}
	}
}

// pollOne waits for events on one descriptor; timeout is in milliseconds, -1 for
// ever.
func pollOne(real int, events int16, timeout int) error {
	fds := []unix.PollFd{{Fd: int32(real), Events: events}}
	for {
		if _, err := unix.Poll(fds, timeout); err != unix.EINTR {
			return err
		}
	}
}
