package eval

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/job"
)

// LastJob is $!, 0 when nothing was started yet.
func (sh *Shell) LastJob() int { return sh.lastJob }

// WaitPid waits for a process that this shell started asynchronously, and takes
// its job off the table when it is the last of it. known is false when there is
// no such process (status 127 then). When a trap interrupts the wait, the trap has
// run and interrupted is the signal's status (128+n), else 0.
func (sh *Shell) WaitPid(pid int) (status int, known bool, interrupted int) {
	if sh.jobsInherited {
		return 127, false, 0
	}
	j := sh.Jobs.ByPid(pid)
	if j == nil {
		status, known = sh.Jobs.EndedStatus(pid)
		return status, known, 0
	}
	for _, p := range j.Procs {
		if p.Pid() != pid {
			continue
		}
		if interrupted = sh.waitAny([]*job.Proc{p}); interrupted != 0 {
			return interrupted, true, interrupted
		}
		status = p.Status.ExitCode()
	}
	if j.Ended() {
		sh.Jobs.Forget(j)
	}
	return status, true, 0
}

// WaitJob waits until a job ended (or, under set -m, stopped).
func (sh *Shell) WaitJob(j *job.Job) (status, interrupted int) {
	for _, p := range j.Procs {
		if interrupted = sh.waitAny([]*job.Proc{p}); interrupted != 0 {
			return interrupted, interrupted
		}
	}
	if j.Ended() {
		sh.Jobs.Forget(j)
	}
	return j.Status().ExitCode(), 0
}

// WaitAll waits for all jobs.
func (sh *Shell) WaitAll() (interrupted int) {
	if sh.jobsInherited {
		return 0
	}
	for _, j := range sh.Jobs.List() {
		if j.State() == plugins.Stopped {
			continue
		}
		if _, interrupted = sh.WaitJob(j); interrupted != 0 {
			return interrupted
		}
	}
	return 0
}

// WaitNext waits for the next of the jobs to end (wait -n); nil: of all.
func (sh *Shell) WaitNext(jobs []*job.Job) (j *job.Job, status, interrupted int) {
	if jobs == nil && !sh.jobsInherited {
		jobs = sh.Jobs.List()
	}
	for {
		var procs []*job.Proc
		for _, j := range jobs {
			if j.Ended() {
				sh.Jobs.Forget(j)
				return j, j.Status().ExitCode(), 0
			}
			for _, p := range j.Procs {
				if p.Running() {
					procs = append(procs, p)
				}
			}
		}
		if len(procs) == 0 {
			return nil, 127, 0
		}
		if interrupted = sh.waitAny(procs); interrupted != 0 {
			return nil, interrupted, interrupted
		}
	}
}

// waitAny waits until one of the processes changes its state to anything but
// running. A signal with a trap ends the wait at once (POSIX XCU 2.12); the trap
// runs, and the status is 128 and the signal's number.
func (sh *Shell) waitAny(procs []*job.Proc) (interrupted int) {
	fds := make([]unix.PollFd, 0, len(procs)+1)
	fds = append(fds, unix.PollFd{Fd: int32(sh.traps.wakeFd()), Events: unix.POLLIN})
	results := make(chan struct{}, len(procs))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for _, p := range procs {
		if !p.Running() {
			return 0
		}
		if _, child := p.Process.(plugins.Child); !child {
			fds = append(fds, unix.PollFd{Fd: sh.watch(ctx, p, results), Events: unix.POLLIN})
			continue
		}
		n, err := unix.PidfdOpen(p.Pid(), 0)
		if err != nil {
			p.Status = plugins.Status{State: plugins.Exited, Code: 127} // not ours to wait for
			return 0
		}
		fds = append(fds, unix.PollFd{Fd: int32(n), Events: unix.POLLIN})
	}
	defer func() {
		for _, f := range fds[1:] {
			_ = unix.Close(int(f.Fd))
		}
	}()
	for {
		if n := sh.interrupting(); n != 0 {
			sh.checkTraps()
			return 128 + n
		}
		timeout := -1
		if sh.Opt(Monitor) {
			timeout = 50 // stops are not seen by a pidfd
		}
		if _, err := unix.Poll(fds, timeout); err != nil && err != unix.EINTR {
			return 0
		}
		for _, p := range procs {
			p.Poll()
			if !p.Running() {
				dispositions.settle()
				return 0
			}
		}
	}
}

// watch waits for a process that is no child in a goroutine, and makes the
// returned descriptor readable when it has ended.
func (sh *Shell) watch(ctx context.Context, p *job.Proc, done chan<- struct{}) int32 {
	n, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		return -1
	}
	signal, err := unix.FcntlInt(uintptr(n), unix.F_DUPFD_CLOEXEC, 10)
	if err != nil {
		return int32(n)
	}
	go func() {
		_, _ = p.Wait(ctx)
		_, _ = unix.Write(signal, []byte{1, 0, 0, 0, 0, 0, 0, 0})
		_ = unix.Close(signal)
		done <- struct{}{}
	}()
	return int32(n)
}

// interrupting is the number of a pending signal that has a trap here.
func (sh *Shell) interrupting() int {
	if !dispositions.any.Load() {
		return 0
	}
	for n := 1; n <= maxSignal; n++ {
		if dispositions.pending[n].Load() == 0 {
			continue
		}
		if a, ok := sh.traps.actions[n]; sh.traps.root && ok && a != "" || sh.diesOf(n) || sh.interactive && n == int(syscall.SIGINT) {
			return n
		}
	}
	return 0
}

// Signal sends a signal to a job: to its group when it has one.
func (sh *Shell) Signal(j *job.Job, sig int) error {
	var failure error
	if j.Group > 0 {
		failure = syscall.Kill(-j.Group, syscall.Signal(sig))
	} else {
		for _, p := range j.Procs {
			if p.Status.Ended() {
				continue
			}
			if err := p.Signal(sh.ctx(), sig, false); err != nil && !errors.Is(err, os.ErrProcessDone) {
				failure = err
			}
		}
	}
	if failure == nil && j.State() == plugins.Stopped && (sig == int(syscall.SIGTERM) || sig == int(syscall.SIGHUP)) {
		return sh.Signal(j, int(syscall.SIGCONT)) // a stopped job could not act on it
	}
	return failure
}

// Report prints the jobs whose state changed since it was last told, and forgets
// those that ended. An interactive shell calls it before a prompt.
func (sh *Shell) Report() {
	if sh.jobsInherited || sh.Jobs.Len() == 0 {
		return
	}
	sh.Jobs.Poll()
	for _, j := range sh.Jobs.List() {
		switch {
		case j.Ended():
			if sh.interactive && !j.Reported {
				_ = sh.Write(2, []byte(sh.Jobs.Line(j, false)))
			}
			sh.Jobs.Remove(j)
		case j.State() == plugins.Stopped && !j.Reported:
			j.Reported = true
			if sh.interactive {
				_ = sh.Write(2, []byte(sh.Jobs.Line(j, false)))
			}
		}
	}
}

// HangUp sends SIGHUP to the jobs, as an interactive login does when it ends.
func (sh *Shell) HangUp() {
	for _, j := range sh.Jobs.List() {
		if !j.Disowned && !j.Ended() {
			_ = sh.Signal(j, int(syscall.SIGHUP))
			if j.State() == plugins.Stopped {
				_ = sh.Signal(j, int(syscall.SIGCONT))
			}
		}
	}
}

// Times is the processor time of the shell and of its children that ended.
func (sh *Shell) Times() (self, children Usage) {
	var s, c unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &s)
	_ = unix.Getrusage(unix.RUSAGE_CHILDREN, &c)
	return usage(s), usage(c)
}

// Usage is processor time.
type Usage struct{ User, System time.Duration }

func usage(r unix.Rusage) Usage {
	return Usage{time.Duration(r.Utime.Nano()), time.Duration(r.Stime.Nano())}
}
