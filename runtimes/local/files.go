package local

import (
	"bytes"
	"context"
	"encoding/binary"
	"io/fs"
	"path"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
)

// FileSystem is the file system of this process. The process's own umask
// applies on top of the caller's, so a process that serves it sets its to 0.
type FileSystem struct{}

var _ plugins.FileSystem = FileSystem{}

// at turns dir and name into the arguments of the *at system calls.
func at(dir plugins.Dir, name string) (int, string) {
	switch {
	case dir.File != nil:
		return dir.File.Fd(), name
	case dir.Path == "" || name == "" || path.IsAbs(name):
		return unix.AT_FDCWD, name
	}
	return unix.AT_FDCWD, dir.Path + "/" + name
}

func failed(op, name string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: op, Path: name, Err: err}
}

// OpenDir opens a directory by O_PATH, which needs no read permission, and makes
// sure that it may be searched.
func (FileSystem) OpenDir(_ context.Context, dir plugins.Dir, name string) (plugins.File, error) {
	d, p := at(dir, name)
	fd, err := retry(func() (int, error) { return unix.Openat(d, p, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0) })
	if err != nil {
		return nil, failed("open", name, err)
	}
	var st unix.Stat_t
	if err := unix.Fstatat(fd, ".", &st, 0); err != nil {
		unix.Close(fd)
		return nil, failed("open", name, err)
	}
	return NewFile(fd), nil
}

// Stat is fstatat(2).
func (FileSystem) Stat(_ context.Context, dir plugins.Dir, name string, follow bool) (plugins.FileStat, error) {
	d, p := at(dir, name)
	flags := 0
	if !follow {
		flags = unix.AT_SYMLINK_NOFOLLOW
	}
	var st unix.Stat_t
	if err := unix.Fstatat(d, p, &st, flags); err != nil {
		return plugins.FileStat{}, failed("stat", name, err)
	}
	return plugins.FileStat{
		Dev: uint64(st.Dev), Ino: st.Ino, Rdev: uint64(st.Rdev), Mode: st.Mode, Nlink: uint64(st.Nlink),
		UID: st.Uid, GID: st.Gid, Size: st.Size, Atime: st.Atim.Nano(), Mtime: st.Mtim.Nano(),
	}, nil
}

// ReadDir reads a whole directory with getdents64(2).
func (FileSystem) ReadDir(_ context.Context, dir plugins.Dir, name string) ([]plugins.DirEntry, error) {
	d, p := at(dir, name)
	fd, err := retry(func() (int, error) { return unix.Openat(d, p, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0) })
	if err != nil {
		return nil, failed("open", name, err)
	}
	defer unix.Close(fd)
	var list []plugins.DirEntry
	buf := make([]byte, 16<<10)
	for {
		n, err := retry(func() (int, error) { return unix.Getdents(fd, buf) })
		if n == 0 || err != nil {
			return list, failed("readdir", name, err)
		}
		list = entries(list, buf[:n])
	}
}

// entries appends the records of getdents64: ino 8 bytes, offset 8, length 2,
// type 1, then the name with a NUL.
func entries(list []plugins.DirEntry, b []byte) []plugins.DirEntry {
	for len(b) > 0 {
		size := binary.NativeEndian.Uint16(b[16:])
		kind, name := b[18], b[19:size]
		b = b[size:]
		if end := bytes.IndexByte(name, 0); end >= 0 {
			name = name[:end]
		}
		if s := string(name); s != "." && s != ".." {
			list = append(list, plugins.DirEntry{Name: s, Type: uint32(kind) << 12}) // DT_* are S_IF* >> 12
		}
	}
	return list
}

// Readlink is readlinkat(2).
func (FileSystem) Readlink(_ context.Context, dir plugins.Dir, name string) (string, error) {
	d, p := at(dir, name)
	for size := 256; ; size *= 4 {
		buf := make([]byte, size)
		n, err := unix.Readlinkat(d, p, buf)
		if err != nil {
			return "", failed("readlink", name, err)
		}
		if n < size {
			return string(buf[:n]), nil
		}
	}
}

// Access is faccessat(2) for the effective ids.
func (FileSystem) Access(_ context.Context, dir plugins.Dir, name string, mode uint32) error {
	d, p := at(dir, name)
	return failed("access", name, unix.Faccessat(d, p, mode, unix.AT_EACCESS))
}
