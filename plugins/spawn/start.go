package spawn

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
)

// Start resolves cmd and starts it as a child of this process: here, or in the
// instance that join leads into. It returns once the program runs, so with the
// final word on whether there is one.
//
// What cannot be found or executed is a [*plugins.StartError] around the errors
// of package plugins; everything else is a failure of the machine.
func Start(cmd *plugins.Command, join *plugins.Join) (pid int, err error) {
	c, err := prepare(cmd, join)
	if err != nil {
		return 0, &plugins.StartError{Name: cmd.Name, Err: err}
	}
	first, errno := fork(c)
	runtime.KeepAlive(cmd)
	runtime.KeepAlive(join)
	if errno != 0 {
		return 0, &plugins.StartError{Name: cmd.Name, Err: os.NewSyscallError("clone", errno)}
	}
	command := first
	if c.joins {
		reap(first)
		command = c.pid
	}
	if c.errno == 0 && (command == 0 || c.joins && unborn(command)) {
		if command != 0 {
			reap(command)
		}
		return 0, &plugins.StartError{Name: cmd.Name, Err: &JoinError{errors.New("killed before it started")}}
	}
	if c.errno != 0 {
		if c.joins && command != 0 || !c.joins {
			reap(command)
		}
		return 0, c.failure(cmd)
	}
	return int(command), nil
}

// A JoinError is a command that did not get into its instance, and never ran: the
// instance may be gone, along with all that was in it. The clone(2) of a process
// that joined the pid name space of a dead pid 1 gives ENOMEM.
type JoinError struct{ Err error }

func (e *JoinError) Error() string { return e.Err.Error() }
func (e *JoinError) Unwrap() error { return e.Err }

// unborn reports whether a child was killed before it executed its program: it
// still has no exit signal then (see vforkFlags), and so is no child that a
// waitid without __WALL knows.
func unborn(pid uintptr) bool {
	err := unix.Waitid(unix.P_PID, int(pid), nil, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
	return err == unix.ECHILD
}

// reap takes a child that has exited, or is about to, off the process table.
func reap(pid uintptr) {
	for {
		_, err := unix.Wait4(int(pid), nil, unix.WALL, nil)
		if err != unix.EINTR {
			return
		}
	}
}

// failure is the report of the child in the words of the contract.
func (c *child) failure(cmd *plugins.Command) error {
	e := &plugins.StartError{Name: cmd.Name}
	wrap := func(format string, args ...any) error {
		e.Err = fmt.Errorf(format+": %w", append(args, c.errno)...)
		return e
	}
	join := func(format string, args ...any) error {
		wrap(format, args...)
		e.Err = &JoinError{e.Err}
		return e
	}
	switch c.step {
	case stepJoin:
		return join("cannot enter the instance's %s name space", spaceName(c.spaces[c.found].flag))
	case stepFilter:
		return join("cannot install the fake root's filter")
	case stepListener:
		return join("cannot reach the fake root's supervisor")
	case stepFork:
		return join("clone")
	case stepGroup:
		return wrap("cannot join process group %d", c.group)
	case stepNice:
		return wrap("cannot set nice value")
	case stepDir:
		return wrap("cannot enter %s", cmd.Dir.Path)
	case stepFiles:
		return wrap("cannot set up descriptor %d", c.found)
	case stepLimit:
		return wrap("cannot set limit %d", c.limits[c.found].resource)
	}
	if c.found < len(c.paths) && (c.errno != unix.ENOENT || !c.search) {
		e.Path = Candidates(cmd.Path, cmd.Name)[c.found]
	}
	e.Err = Classify(c.errno)
	return e
}

// Classify maps what execve(2) says to the errors of package plugins. ELIBACC
// stands for an ENOENT that is about the interpreter of a file that exists.
func Classify(errno syscall.Errno) error {
	switch errno {
	case unix.ENOENT:
		return plugins.ErrNotFound
	case unix.EACCES:
		return plugins.ErrNotExecutable
	case unix.ELIBACC:
		return plugins.ErrInterpreter
	case unix.ENOEXEC:
		return plugins.ErrExecFormat
	}
	return errno
}

func spaceName(flag int) string {
	return map[int]string{
		unix.CLONE_NEWUSER: "user", unix.CLONE_NEWNS: "mount", unix.CLONE_NEWIPC: "ipc", unix.CLONE_NEWUTS: "uts",
		unix.CLONE_NEWNET: "network", unix.CLONE_NEWCGROUP: "cgroup", unix.CLONE_NEWPID: "pid",
	}[flag]
}
