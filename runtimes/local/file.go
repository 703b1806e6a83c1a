package local

import (
	"os"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
)

// A File is a descriptor of this process. Its calls block the thread, without
// the runtime's poller, so that the descriptor's flags (which are shared with
// every process that has it) stay as they are.
type File struct{ fd atomic.Int32 }

var _ plugins.File = (*File)(nil)

// NewFile takes over the descriptor fd.
func NewFile(fd int) *File {
	f := &File{}
	f.fd.Store(int32(fd))
	return f
}

// Fd is the descriptor, or -1 after Close.
func (f *File) Fd() int { return int(f.fd.Load()) }

// Read reads once; at the end of the file it returns 0 and no error, as read(2).
func (f *File) Read(p []byte) (int, error) {
	return retry(func() (int, error) { return unix.Read(f.Fd(), p) })
}

// Write writes once, and may take less than p, as write(2).
func (f *File) Write(p []byte) (int, error) {
	return retry(func() (int, error) { return unix.Write(f.Fd(), p) })
}

// Close closes the descriptor; a second call gives os.ErrClosed.
func (f *File) Close() error {
	fd := f.fd.Swap(-1)
	if fd < 0 {
		return os.ErrClosed
	}
	// Linux frees the descriptor also when it says EINTR (close(2), "Dealing
	// with error returns").
	if err := unix.Close(int(fd)); err != nil && err != unix.EINTR {
		return err
	}
	return nil
}

// retry repeats a call that a signal interrupted.
func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return max(n, 0), err
		}
	}
}
