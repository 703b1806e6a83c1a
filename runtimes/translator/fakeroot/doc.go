// Package fakeroot lets programs in a user name space with a single id believe
// that all ids exist: apt drops to _apt, sshd to its user, su and sudo work.
//
// [Filter] is a seccomp program for everything that runs in the instance. It
// answers what needs no thought and sends the rest to the [Supervisor], which runs
// in the instance's pid 1, outside the filter.
//
//	call                                   answer
//	chown family, ids in {0, -1}           the kernel's own
//	chown family, other ids                0, and nothing happens
//	set*uid set*gid setgroups setfs*id     the rules of credentials(7) on fake credentials
//	get*uid get*gid getgroups              the fake credentials
//	mknod, block or character device       an empty regular file; 0:0 (a whiteout), FIFO and socket are the kernel's own
//	capset, prctl KEEPCAPS and SECUREBITS  noted, then the kernel's own: they decide who may change ids
//	setrlimit, prlimit of RLIMIT_LOCKS     0, and nothing happens
//	i386 and ARM (32 bits)                 as above; the calls with 16-bit ids give ENOSYS, as a kernel without UID16
//	x32, unknown architectures             ENOSYS
//
// # Where the fake credentials are
//
// Linux keeps RLIMIT_LOCKS and uses it for nothing since 2.4.25, and a limit is
// inherited over fork and exec. So its soft value in a process is the number of
// the process's credentials in the supervisor's table; no process is tracked. Any
// other value means root. The hard limit must be infinite: see [Lacks].
//
// A setuid or setgid file takes effect at the first of these calls after exec: the
// program is another one than when the credentials were last looked at, if its
// file or its initial stack address (random for each exec) differs.
//
// # Limits
//
//   - The owners of files are not kept: everything is root's. A chown of a
//     missing file to a fake id succeeds.
//   - There are no walls between the fake users, and /proc/PID/status, SO_PEERCRED
//     and SCM_CREDENTIALS tell of root. AT_SECURE is not set for setuid programs.
//   - Credentials belong to the process, not to the thread.
//   - A setuid program that runs another one before it asked for its ids passes
//     nothing on.
//   - A program inside cannot install a filter with a listener of its own (EBUSY).
//
// Lock order: a listener's mutex is innermost; the Supervisor's is never held
// while a call is handled.
package fakeroot
