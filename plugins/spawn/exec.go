package spawn

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// execute runs the first candidate that is a regular file and may be executed
// (POSIX XBD 8.3, PATH). The stat tells a missing file from a missing
// interpreter: for both execve says ENOENT.
//
//go:noinline
//go:nosplit
//go:norace
func (c *child) execute() {
	for i, path := range c.paths {
		_, e := raw(sysFstatat, atFdcwd, uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(&c.stat)), 0)
		if c.search && (e != 0 || c.stat.Mode&unix.S_IFMT != unix.S_IFREG) {
			continue
		}
		c.found = i
		if e != 0 {
			c.fail(stepExec, missing(e))
		}
		_, e = raw(unix.SYS_EXECVE, uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(c.argv)), uintptr(unsafe.Pointer(c.env)), 0)
		if e == unix.ENOENT {
			e = unix.ELIBACC
		}
		if e != unix.EACCES || !c.search {
			c.fail(stepExec, e)
		}
		if c.denied == 0 {
			c.denied = i + 1
		}
	}
	if c.denied != 0 {
		c.found = c.denied - 1
		c.fail(stepExec, unix.EACCES)
	}
	c.fail(stepExec, unix.ENOENT)
}

// missing maps the ways in which a path names nothing to ENOENT.
//
//go:nosplit
//go:norace
func missing(e syscall.Errno) syscall.Errno {
	switch e {
	case unix.ENOTDIR, unix.ELOOP, unix.ENAMETOOLONG:
		return unix.ENOENT
	}
	return e
}
