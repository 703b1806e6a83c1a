package rpc

import (
	"errors"
	"os"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
)

var errUnsupported = errors.ErrUnsupported

// file is a descriptor for a plugins.Command.
type file struct{ fd int }

var _ plugins.File = (*file)(nil)

func newFile(fd int) *file { return &file{fd} }

func (f *file) Fd() int                     { return f.fd }
func (f *file) Read(p []byte) (int, error)  { return syscall.Read(f.fd, p) }
func (f *file) Write(p []byte) (int, error) { return syscall.Write(f.fd, p) }

func (f *file) Close() error {
	if f.fd < 0 {
		return os.ErrClosed
	}
	err := syscall.Close(f.fd)
	f.fd = -1
	return err
}

func closeFiles(list []plugins.File) {
	for _, f := range list {
		if f != nil {
			f.Close()
		}
	}
}

func closeAll(files map[uint32]*os.File) {
	for _, f := range files {
		f.Close()
	}
}
