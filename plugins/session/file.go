package session

import (
	"os"
	"sync/atomic"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
)

// file is a descriptor that arrived on a session. Its reads and writes are plain
// system calls: what is passed on may be shared with programs, so its blocking
// mode is not ours to change.
type file struct{ fd atomic.Int64 }

var _ plugins.File = (*file)(nil)

func newFile(fd int) *file {
	f := new(file)
	f.fd.Store(int64(fd))
	return f
}

func (f *file) Fd() int { return int(f.fd.Load()) }

func (f *file) Read(p []byte) (int, error)  { return f.call(syscall.Read, p) }
func (f *file) Write(p []byte) (int, error) { return f.call(syscall.Write, p) }

func (f *file) call(do func(int, []byte) (int, error), p []byte) (int, error) {
	for {
		n, err := do(f.Fd(), p)
		if err != syscall.EINTR {
			return max(n, 0), err
		}
	}
}

func (f *file) Close() error {
	fd := f.fd.Swap(-1)
	if fd < 0 {
		return os.ErrClosed
	}
	return syscall.Close(int(fd))
}
