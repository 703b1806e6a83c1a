package fakeroot

import (
	"runtime"
	"unsafe"

	"github.com/lxsh/lxsh/plugins"
	"golang.org/x/sys/unix"
)

// Lacks tells why the fake root cannot work for this process here; empty, it can.
// It changes nothing.
func Lacks() []plugins.Lack {
	var lacks []plugins.Lack
	if _, ok := family[runtime.GOARCH]; !ok {
		lacks = append(lacks, plugins.Lack{
			What:   "fake root",
			Why:    "no table of system calls for " + runtime.GOARCH,
			Remedy: "as root: apt-get install uidmap, and give this user subordinate ids",
		})
	}
	action := uint32(retNotify)
	_, _, e := unix.Syscall(unix.SYS_SECCOMP, seccompGetActionAvail, 0, uintptr(unsafe.Pointer(&action)))
	if e == 0 {
		// A kernel that knows the flags goes on to the missing program: EFAULT.
		_, _, e = unix.Syscall(unix.SYS_SECCOMP, seccompSetModeFilter, filterFlagNewListener|filterFlagWaitKillableRecv, 0)
		if e == unix.EFAULT {
			e = 0
		}
	}
	if e != 0 {
		lacks = append(lacks, plugins.Lack{
			What:   "seccomp user notification",
			Why:    "seccomp: " + e.Error(),
			Remedy: "use Linux 5.19 or later with CONFIG_SECCOMP_FILTER",
		})
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(rlimitLocks, &limit); err == nil && limit.Max != rlimInfinity {
		lacks = append(lacks, plugins.Lack{
			What:   "unlimited file locks (RLIMIT_LOCKS)",
			Why:    "the hard limit, in which the fake root keeps its ids, is set",
			Remedy: "as root: prlimit --locks=unlimited --pid of the login shell, or remove \"locks\" from /etc/security/limits.conf",
		})
	}
	return lacks
}
