package spawn

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// join enters the instance and leaves a second child in it: only children of a
// process that joined a pid name space are in it. CLONE_PARENT makes that second
// child the caller's own.
//
//go:noinline
//go:nosplit
//go:norace
func (c *child) join() {
	c.enter()
	// Groups of the caller have numbers here, and none that is known inside.
	if c.group != 0 {
		c.lead()
	}
	if c.filter != nil {
		c.confine()
	}
	var e uintptr
	if c.pid, e = forkSecond(c); e != 0 {
		c.fail(stepFork, syscall.Errno(e))
	}
	exit()
}

//go:noinline
//go:nosplit
//go:norace
func (c *child) enter() {
	for i := range c.spaces {
		if _, e := raw(unix.SYS_SETNS, uintptr(c.spaces[i].fd), uintptr(c.spaces[i].flag), 0, 0); e != 0 {
			c.found = i
			c.fail(stepJoin, e)
		}
	}
}

// confine installs the filter and sends its listener to the instance.
//
//go:noinline
//go:nosplit
//go:norace
func (c *child) confine() {
	fd, e := raw(unix.SYS_SECCOMP, seccompSetModeFilter, seccompNewListener|seccompWaitKillableRecv, uintptr(unsafe.Pointer(c.filter)), 0)
	if e != 0 {
		c.fail(stepFilter, e)
	}
	*c.right = int32(fd)
	if _, e = raw(unix.SYS_SENDMSG, uintptr(c.socket), uintptr(unsafe.Pointer(c.listener)), unix.MSG_NOSIGNAL, 0); e != 0 {
		c.fail(stepListener, e)
	}
	raw(unix.SYS_CLOSE, fd, 0, 0, 0)
}

// lead puts the process into its group and that into the foreground. A terminal
// that has gone must not keep a command from running, so its error is dropped.
// Signals are blocked, hence no SIGTTOU (POSIX tcsetpgrp).
//
//go:noinline
//go:nosplit
//go:norace
func (c *child) lead() {
	if c.group >= 0 {
		if _, e := raw(unix.SYS_SETPGID, 0, uintptr(c.group), 0, 0); e != 0 {
			c.fail(stepGroup, e)
		}
	}
	if c.foreground {
		group, _ := raw(unix.SYS_GETPGID, 0, 0, 0, 0)
		c.pgrp = int32(group)
		raw(unix.SYS_IOCTL, uintptr(c.tty), unix.TIOCSPGRP, uintptr(unsafe.Pointer(&c.pgrp)), 0)
	}
}
