package spawn

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// A child is everything that the forked processes need, in the form that the
// kernel takes it, and what they report. They share the caller's memory while
// the caller's other threads run on, so they allocate nothing, take no lock,
// grow no stack and store no pointer (the garbage collector may be at work).
type child struct {
	// Entering an instance.
	joins    bool
	spaces   []space
	filter   *unix.SockFprog // nil: none
	listener *unix.Msghdr    // sends listenerFd
	socket   int             // where listener is sent
	right    *int32          // the descriptor's place in listener's control data

	// Becoming the command.
	group      int
	foreground bool
	tty        int
	hangup     bool
	umask      uint32
	nice       int
	dirfd      int   // -1: dir counts
	dir        *byte // nil: stay
	ignored    uint64
	files      []int32
	limits     []limit
	argv, env  **byte
	paths      []*byte // what to execute: the first that can be
	search     bool    // paths come from a search list

	// Scratch memory and the report.
	pgrp   int32
	act    [4]uint64 // struct sigaction of the kernel: handler, flags, restorer, mask
	stat   syscall.Stat_t
	step   step
	errno  syscall.Errno
	found  int // index in paths that errno is about
	denied int // index+1 of the first path that may not be executed
	pid    uintptr
}

type space struct {
	fd   int
	flag int // CLONE_NEW*
}

type limit struct {
	resource int
	rlim     [2]uint64
}

// A step names what a child was doing when it failed.
type step int32

const (
	stepStart step = iota
	stepJoin
	stepFilter
	stepListener
	stepFork
	stepGroup
	stepNice
	stepDir
	stepFiles
	stepLimit
	stepExec
)

// seccomp(2), from linux/seccomp.h.
const (
	seccompSetModeFilter    = 1
	seccompNewListener      = 1 << 3
	seccompWaitKillableRecv = 1 << 5
)

// raw is a system call that neither tells the scheduler nor touches errno. It is
// our own since syscall.RawSyscall6 takes so much of a nosplit stack in a build
// without optimisation (for a debugger) that the linker refuses it.
//
//go:noescape
func raw(nr, a1, a2, a3, a4 uintptr) (r uintptr, errno syscall.Errno)

//go:nosplit
//go:norace
func (c *child) fail(s step, e syscall.Errno) {
	c.step, c.errno = s, e
	exit()
}

//go:nosplit
//go:norace
func exit() {
	for {
		raw(unix.SYS_EXIT_GROUP, 126, 0, 0, 0)
	}
}
