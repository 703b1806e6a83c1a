package spawn

import (
	"context"
	"os"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
)

// A Process is a child of this process.
type Process struct {
	pid int

	turn chan struct{} // holds one token: whoever has it waits
	peek chan error    // a watcher that a cancelled Wait left behind, or nil

	mu     sync.Mutex // held while the pid is reaped or signalled
	status plugins.Status
}

var _ plugins.Child = (*Process)(nil)

// NewProcess is the process of a pid that [Start] returned.
func NewProcess(pid int) *Process {
	return &Process{pid: pid, turn: make(chan struct{}, 1)}
}

// Pid is the number of the process for this process's system calls.
func (p *Process) Pid() int { return p.pid }

// Child marks the process as a child of the caller.
func (p *Process) Child() {}

// Wait returns the next change of state. With a context that cannot end it is
// one blocking system call; otherwise a goroutine watches, which a later Wait
// takes over when this one is cancelled.
func (p *Process) Wait(ctx context.Context) (plugins.Status, error) {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return plugins.Status{}, ctx.Err()
	}
	defer func() { <-p.turn }()
	for {
		if p.status.Ended() {
			return p.status, nil
		}
		if err := p.watch(ctx); err != nil {
			return plugins.Status{}, err
		}
		status, err := p.collect()
		if err != nil || status.State != 0 {
			return status, err
		}
	}
}

// watch returns when there is something to collect.
func (p *Process) watch(ctx context.Context) error {
	if ctx.Done() == nil && p.peek == nil {
		return peek(p.pid)
	}
	if p.peek == nil {
		p.peek = make(chan error, 1)
		go func(c chan error) { c <- peek(p.pid) }(p.peek)
	}
	select {
	case err := <-p.peek:
		p.peek = nil
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// peek waits for a change of state and leaves it to be collected, so that the
// pid stays the process's own meanwhile.
func peek(pid int) error {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WSTOPPED|unix.WCONTINUED|unix.WNOWAIT|unix.WALL, nil)
		if err != unix.EINTR {
			return os.NewSyscallError("waitid", err)
		}
	}
}

// collect takes the change of state that peek saw. Its State is 0 when a newer
// one is still to come.
func (p *Process) collect() (plugins.Status, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var ws unix.WaitStatus
	var usage unix.Rusage
	for {
		pid, err := unix.Wait4(p.pid, &ws, unix.WNOHANG|unix.WUNTRACED|unix.WCONTINUED|unix.WALL, &usage)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return plugins.Status{}, os.NewSyscallError("wait4", err)
		case pid == 0:
			return plugins.Status{}, nil
		}
		status := StatusOf(ws, &usage)
		if status.Ended() {
			p.status = status
		}
		return status, nil
	}
}

// Signal sends sig to the process, or to its group.
func (p *Process) Signal(_ context.Context, sig int, group bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.status.Ended() {
		return os.ErrProcessDone
	}
	target := p.pid
	if group {
		pgid, err := unix.Getpgid(p.pid)
		if err != nil {
			return os.NewSyscallError("getpgid", err)
		}
		target = -pgid
	}
	if err := unix.Kill(target, unix.Signal(sig)); err != nil {
		return os.NewSyscallError("kill", err)
	}
	return nil
}

// StatusOf translates what wait4(2) reported.
func StatusOf(ws unix.WaitStatus, usage *unix.Rusage) plugins.Status {
	s := plugins.Status{Usage: plugins.Usage{User: usage.Utime.Nano(), System: usage.Stime.Nano()}}
	switch {
	case ws.Exited():
		s.State, s.Code = plugins.Exited, ws.ExitStatus()
	case ws.Signaled():
		s.State, s.Code, s.Core = plugins.Signalled, int(ws.Signal()), ws.CoreDump()
	case ws.Stopped():
		s.State, s.Code = plugins.Stopped, int(ws.StopSignal())
	case ws.Continued():
		s.State, s.Code = plugins.Continued, int(unix.SIGCONT)
	}
	return s
}
