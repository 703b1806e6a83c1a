package eval

import (
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/job"
)

func joinWords(args []string) string { return strings.Join(args, " ") }

// setMonitor turns job control on or off for the process: its own group comes to
// the foreground, and stop signals of the terminal do not stop it.
func (sh *Shell) setMonitor(on bool) {
	sh.opts.set(Monitor, on)
	if sh.root != sh {
		return
	}
	for _, n := range []syscall.Signal{syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU} {
		sh.applyDisposition(int(n))
	}
	if !on || !sh.interactive {
		return
	}
	tty := sh.terminal()
	if tty == nil {
		return
	}
	if syscall.Getpgrp() != syscall.Getpid() {
		_ = syscall.Setpgid(0, 0) // a session leader has its group already
	}
	sh.takeTerminal(tty)
}

// StartInteractive sets up signals and job control of an interactive shell.
func (sh *Shell) StartInteractive() {
	for _, n := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM} {
		sh.applyDisposition(int(n))
	}
	if tty := sh.terminal(); tty != nil {
		sh.awaitForeground(tty)
		sh.setMonitor(true)
		if modes, err := unix.IoctlGetTermios(tty.Fd(), unix.TCGETS); err == nil {
			sh.modes = modes
		}
	}
}

// awaitForeground stops the shell until somebody has put it in the foreground.
func (sh *Shell) awaitForeground(tty plugins.File) {
	for range 100 {
		group, err := unix.IoctlGetInt(tty.Fd(), unix.TIOCGPGRP)
		if err != nil || group == syscall.Getpgrp() {
			return
		}
		_ = syscall.Kill(0, syscall.SIGTTIN)
	}
}

// takeTerminal brings the shell's own group to the foreground.
func (sh *Shell) takeTerminal(tty plugins.File) {
	_ = unix.IoctlSetPointerInt(tty.Fd(), unix.TIOCSPGRP, syscall.Getpgrp())
}

// foreground waits until a job ended or stopped, takes the terminal back and
// returns the status. A job that stopped goes into the table.
func (sh *Shell) foreground(j *job.Job) int {
	for _, p := range j.Procs {
		for p.Running() {
			s, err := p.Wait(sh.ctx())
			if err != nil {
				p.Status = plugins.Status{State: plugins.Exited, Code: 127}
				break
			}
			p.Status = s
		}
	}
	dispositions.settle()
	tty := sh.terminal()
	if tty != nil && j.Group > 0 {
		sh.takeTerminal(tty)
	}
	if j.State() == plugins.Stopped {
		sh.stopped(j, tty)
		return j.Status().ExitCode()
	}
	if j.ID != 0 {
		sh.Jobs.Forget(j)
	}
	results := make([]int, len(j.Procs))
	for i, p := range j.Procs {
		results[i] = p.Status.ExitCode()
	}
	s := j.Status()
	if s.State == plugins.Signalled && tty != nil && sh.modes != nil {
		_ = unix.IoctlSetTermios(tty.Fd(), unix.TCSETSW, sh.modes) // it had no chance to
	} else if tty != nil {
		if modes, err := unix.IoctlGetTermios(tty.Fd(), unix.TCGETS); err == nil && s.State == plugins.Exited {
			sh.modes = modes
		}
	}
	sh.tellSignalled(s)
	return sh.pipeStatus(results)
}

func (sh *Shell) stopped(j *job.Job, tty plugins.File) {
	if j.ID == 0 {
		sh.Jobs.Add(j)
	}
	sh.Jobs.Touch(j)
	j.Reported = true
	if tty != nil {
		if modes, err := unix.IoctlGetTermios(tty.Fd(), unix.TCGETS); err == nil {
			j.Modes = modes
		}
		if sh.modes != nil {
			_ = unix.IoctlSetTermios(tty.Fd(), unix.TCSETSW, sh.modes)
		}
	}
	if sh.interactive {
		_ = sh.Write(2, []byte("\n"+sh.Jobs.Line(j, false)))
		sh.status = j.Status().ExitCode()
		sh.flow = flowAbort
	}
}

// Foreground continues a job in the foreground (fg) and returns its status.
func (sh *Shell) Foreground(j *job.Job) int {
	tty := sh.terminal()
	if tty != nil && j.Group > 0 {
		_ = unix.IoctlSetPointerInt(tty.Fd(), unix.TIOCSPGRP, j.Group)
		if modes, ok := j.Modes.(*unix.Termios); ok {
			_ = unix.IoctlSetTermios(tty.Fd(), unix.TCSETSW, modes)
		}
	}
	sh.resume(j)
	return sh.foreground(j)
}

// Background continues a stopped job in the background (bg).
func (sh *Shell) Background(j *job.Job) error {
	sh.lastJob = j.Pid()
	return sh.resume(j)
}

func (sh *Shell) resume(j *job.Job) error {
	j.Reported = false
	for _, p := range j.Procs {
		if p.Status.State == plugins.Stopped {
			p.Status = plugins.Status{}
		}
	}
	sh.Jobs.Touch(j)
	return sh.Signal(j, int(syscall.SIGCONT))
}
