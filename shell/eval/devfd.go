package eval

import (
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/fd"
)

// openNamed opens a file. The names of the shell's own descriptors are answered
// here: their numbers are not those of this process.
func (sh *Shell) openNamed(name string, flags int) (plugins.File, error) {
	if n, ok := ownDescriptor(name); ok {
		f := sh.fds.Get(n)
		if f == nil {
			return nil, &pathError{name, syscall.EBADF}
		}
		return again{f.Ref()}, nil
	}
	f, err := sh.Open(name, flags)
	if err != nil {
		return nil, tidyPath(name, err)
	}
	return f, nil
}

// again is one more use of a file that is open already.
type again struct{ *fd.File }

var _ plugins.File = again{}

func (a again) Close() error {
	a.Unref()
	return nil
}

func ownDescriptor(name string) (int, bool) {
	switch name {
	case "/dev/stdin":
		return 0, true
	case "/dev/stdout":
		return 1, true
	case "/dev/stderr":
		return 2, true
	}
	number, ok := strings.CutPrefix(name, "/dev/fd/")
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(number)
	return n, err == nil && n >= 0
}

// stat is the FileSystem's Stat, but knows the shell's own descriptors.
func (sh *Shell) stat(name string, follow bool) (plugins.FileStat, error) {
	n, ok := ownDescriptor(name)
	if !ok {
		return sh.FileSystem().Stat(sh.ctx(), sh.dir, name, follow)
	}
	f := sh.fds.Get(n)
	switch {
	case f == nil:
		return plugins.FileStat{}, syscall.ENOENT
	case !follow: // they are links to what is open
		return plugins.FileStat{Mode: syscall.S_IFLNK | 0o777}, nil
	case f.Fd() < 0:
		return plugins.FileStat{Mode: syscall.S_IFIFO | 0o600}, nil
	}
	var st unix.Stat_t
	if err := unix.Fstat(f.Fd(), &st); err != nil {
		return plugins.FileStat{}, err
	}
	return plugins.FileStat{Dev: st.Dev, Ino: st.Ino, Rdev: st.Rdev, Mode: st.Mode, Nlink: uint64(st.Nlink), UID: st.Uid, GID: st.Gid,
		Size: st.Size, Atime: st.Atim.Nano(), Mtime: st.Mtim.Nano()}, nil
}

// access is the FileSystem's Access, but knows the shell's own descriptors.
func (sh *Shell) access(name string, mode uint32) bool {
	n, ok := ownDescriptor(name)
	if !ok {
		return sh.FileSystem().Access(sh.ctx(), sh.dir, name, mode) == nil
	}
	f := sh.fds.Get(n)
	if f == nil || f.Fd() < 0 {
		return f != nil && mode&1 == 0
	}
	return unix.Faccessat(unix.AT_FDCWD, "/proc/self/fd/"+strconv.Itoa(f.Fd()), mode, unix.AT_EACCESS) == nil
}
