package spawn

import (
	"syscall"
	_ "unsafe" // for go:linkname

	"golang.org/x/sys/unix"
)

// vfork is clone(2) with flags and no stack of its own; see the assembly.
//
//go:noescape
func vfork(flags uintptr) (pid, errno uintptr)

// beforeFork blocks all signals on this thread and makes every attempt to grow
// the stack fatal; afterFork undoes it.
//
//go:linkname beforeFork syscall.runtime_BeforeFork
func beforeFork()

//go:linkname afterFork syscall.runtime_AfterFork
func afterFork()

// Children are made without an exit signal: until one of them has passed
// execve, which sets it to SIGCHLD (fs/exec.c, de_thread), it is invisible to
// wait4(-1) and raises no SIGCHLD, so no child that failed and no helper is ever
// mistaken for a command.
const vforkFlags = unix.CLONE_VM | unix.CLONE_VFORK

// fork runs c in a new process, and returns when that process and the one it may
// have left behind (c.pid) run their programs or are gone.
//
//go:norace
func fork(c *child) (pid uintptr, errno syscall.Errno) {
	beforeFork()
	pid, e := forkFirst(c)
	afterFork()
	return pid, syscall.Errno(e)
}

// forkFirst and forkSecond are frames of their own, and not inlined: the child
// of a vfork writes to the frames of what it calls, which its suspended parent
// must not need any more. So the parent leaves at once with what is in registers.

//go:noinline
//go:nosplit
//go:norace
func forkFirst(c *child) (pid, errno uintptr) {
	pid, errno = vfork(vforkFlags)
	if pid != 0 || errno != 0 {
		return pid, errno
	}
	if c.joins {
		c.join() // does not return
	}
	c.run() // does not return
	return 0, 0
}

//go:noinline
//go:nosplit
//go:norace
func forkSecond(c *child) (pid, errno uintptr) {
	pid, errno = vfork(vforkFlags | unix.CLONE_PARENT)
	if pid != 0 || errno != 0 {
		return pid, errno
	}
	c.run() // does not return
	return 0, 0
}
