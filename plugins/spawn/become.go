package spawn

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

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
	c.aside()
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

// aside moves the descriptors out of the way that arrange would overwrite before
// it gets to them.
//
//go:noinline
//go:nosplit
//go:norace
func (c *child) aside() {
	for i := range c.files {
		f := &c.files[i]
		if *f < 0 || int(*f) >= i {
			continue
		}
		moved, e := raw(unix.SYS_FCNTL, uintptr(*f), unix.F_DUPFD_CLOEXEC, uintptr(len(c.files)), 0)
		if e != 0 {
			c.found = i
			c.fail(stepFiles, e)
		}
		*f = int32(moved)
	}
}

// arrange gives the descriptors their numbers.
//
//go:noinline
//go:nosplit
//go:norace
func (c *child) arrange() {
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
	raw(unix.SYS_CLOSE_RANGE, uintptr(len(c.files)), ^uintptr(0)>>32, 0, 0)
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
