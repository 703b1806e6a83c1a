package spawn

import (
	"syscall"
	"unsafe"

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

// raw is a system call that neither tells the scheduler nor touches errno.
//
//go:nosplit
//go:norace
func raw(nr, a1, a2, a3, a4 uintptr) (uintptr, syscall.Errno) {
	r, _, e := syscall.RawSyscall6(nr, a1, a2, a3, a4, 0, 0)
	return r, e
}

// join enters the instance and leaves a second child in it: only children of a
// process that joined a pid name space are in it. CLONE_PARENT makes that second
// child the caller's own.
//
//go:noinline
//go:nosplit
//go:norace
func (c *child) join() {
	for i := range c.spaces {
		if _, e := raw(unix.SYS_SETNS, uintptr(c.spaces[i].fd), uintptr(c.spaces[i].flag), 0, 0); e != 0 {
			c.found = i
			c.fail(stepJoin, e)
		}
	}
	// Groups of the caller have numbers here, and none that is known inside.
	if c.group != 0 {
		c.lead()
	}
	if c.filter != nil {
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
	pid, e := forkSecond(c)
	if e != 0 {
		c.fail(stepFork, syscall.Errno(e))
	}
	c.pid = pid
	exit()
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

// run makes the process what the command asks for and executes it.
//
//go:noinline
//go:nosplit
//go:norace
func (c *child) run() {
	if c.hangup {
		raw(unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(unix.SIGHUP), 0, 0)
	}
	if c.group == 0 || !c.joins {
		c.lead()
	}
	raw(unix.SYS_UMASK, uintptr(c.umask), 0, 0, 0)
	c.renice()
	c.chdir()
	c.arrange()
	for i := range c.limits {
		l := &c.limits[i]
		if _, e := raw(unix.SYS_PRLIMIT64, 0, uintptr(l.resource), uintptr(unsafe.Pointer(&l.rlim)), 0); e != 0 {
			c.found = i
			c.fail(stepLimit, e)
		}
	}
	c.signals()
	c.execute()
}

//go:noinline
//go:nosplit
//go:norace
func (c *child) renice() {
	if c.nice == 0 {
		return
	}
	// The system call returns 20-nice, so that it is never negative.
	old, e := raw(unix.SYS_GETPRIORITY, unix.PRIO_PROCESS, 0, 0, 0)
	if e == 0 {
		_, e = raw(unix.SYS_SETPRIORITY, unix.PRIO_PROCESS, 0, uintptr(20-int(old)+c.nice), 0)
	}
	if e != 0 {
		c.fail(stepNice, e)
	}
}

//go:noinline
//go:nosplit
//go:norace
func (c *child) chdir() {
	var e syscall.Errno
	if c.dirfd >= 0 {
		_, e = raw(unix.SYS_FCHDIR, uintptr(c.dirfd), 0, 0, 0)
	} else if c.dir != nil {
		_, e = raw(unix.SYS_CHDIR, uintptr(unsafe.Pointer(c.dir)), 0, 0, 0)
	}
	if e != 0 {
		c.fail(stepDir, e)
	}
}

// arrange gives the descriptors their numbers. First those that a lower-numbered
// step of the second pass would overwrite move out of the way.
//
//go:noinline
//go:nosplit
//go:norace
func (c *child) arrange() {
	n := uintptr(len(c.files))
	for i, fd := range c.files {
		if fd >= 0 && int(fd) < i {
			moved, e := raw(unix.SYS_FCNTL, uintptr(fd), unix.F_DUPFD_CLOEXEC, n, 0)
			if e != 0 {
				c.fail(stepFiles, e)
			}
			c.files[i] = int32(moved)
		}
	}
	for i, fd := range c.files {
		var e syscall.Errno
		switch {
		case fd < 0:
			raw(unix.SYS_CLOSE, uintptr(i), 0, 0, 0)
		case int(fd) == i:
			_, e = raw(unix.SYS_FCNTL, uintptr(i), unix.F_SETFD, 0, 0)
		default:
			_, e = raw(unix.SYS_DUP3, uintptr(fd), uintptr(i), 0, 0)
		}
		if e != 0 {
			c.found = i
			c.fail(stepFiles, e)
		}
	}
	// Nothing else may be open in the program, whoever forgot O_CLOEXEC. Before
	// Linux 5.9 the flag alone has to do.
	raw(unix.SYS_CLOSE_RANGE, n, ^uintptr(0)>>32, 0, 0)
}

// signals sets every disposition and lets signals in. A handler of this process
// must never run in the child, which shares its memory.
//
//go:noinline
//go:nosplit
//go:norace
func (c *child) signals() {
	for sig := uintptr(1); sig <= 64; sig++ {
		c.act[0] = uint64(c.ignored >> sig & 1) // SIG_DFL is 0, SIG_IGN is 1
		raw(unix.SYS_RT_SIGACTION, sig, uintptr(unsafe.Pointer(&c.act)), 0, 8)
	}
	c.act[0] = 0
	raw(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(&c.act)), 0, 8)
}

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
