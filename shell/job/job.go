// Package job keeps the jobs of a shell: what was started, in which process
// group, and what became of it (POSIX XCU 2.11).
package job

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
)

// A Proc is one process of a job.
type Proc struct {
	plugins.Process
	Status plugins.Status // State is 0 while it runs
}

// Running reports whether the process neither ended nor stopped.
func (p *Proc) Running() bool {
	return p.Status.State == 0 || p.Status.State == plugins.Continued
}

// A Job is a pipeline or an asynchronous list.
type Job struct {
	ID    int
	Group int // process group on this kernel; 0: the shell's own
	Procs []*Proc
	Text  string // the command, for people
	// Reported is set when the last change of state has been shown.
	Reported bool
	// Foreground modes of the terminal when the job stopped, nil: none.
	Modes any
	// Disowned jobs get no SIGHUP when the shell ends.
	Disowned bool
}

// Pid is the last process's number: $!.
func (j *Job) Pid() int { return j.Procs[len(j.Procs)-1].Pid() }

// State is that of the whole job: stopped when a process is stopped and none
// runs, ended when all are.
func (j *Job) State() plugins.State {
	stopped := false
	for _, p := range j.Procs {
		if p.Running() {
			return plugins.Continued
		}
		stopped = stopped || p.Status.State == plugins.Stopped
	}
	if stopped {
		return plugins.Stopped
	}
	return j.Procs[len(j.Procs)-1].Status.State
}

// Running reports whether a process of the job runs.
func (j *Job) Running() bool { return j.State() == plugins.Continued }

// Ended reports whether all processes of the job have ended.
func (j *Job) Ended() bool {
	s := j.State()
	return s == plugins.Exited || s == plugins.Signalled
}

// Status is the job's exit status, that of its last process.
func (j *Job) Status() plugins.Status {
	if j.State() == plugins.Stopped {
		for _, p := range j.Procs {
			if p.Status.State == plugins.Stopped {
				return p.Status
			}
		}
	}
	return j.Procs[len(j.Procs)-1].Status
}

// Describe is the state in the words of POSIX XCU jobs: Running, Done,
// Done(n), Stopped (SIGTSTP), or the name of the signal that ended it.
func (j *Job) Describe() string {
	s := j.Status()
	switch j.State() {
	case plugins.Exited:
		if s.Code == 0 {
			return "Done"
		}
		return "Done(" + strconv.Itoa(s.Code) + ")"
	case plugins.Signalled:
		text := sentence(syscall.Signal(s.Code).String())
		if s.Core {
			text += " (core dumped)"
		}
		return text
	case plugins.Stopped:
		switch syscall.Signal(s.Code) {
		case syscall.SIGSTOP:
			return "Stopped (SIGSTOP)"
		case syscall.SIGTTIN:
			return "Stopped (SIGTTIN)"
		case syscall.SIGTTOU:
			return "Stopped (SIGTTOU)"
		}
		return "Stopped"
	}
	return "Running"
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// Line is the job as `jobs` shows it; long adds the process numbers (-l).
func (t *Table) Line(j *Job, long bool) string {
	mark := " "
	switch j {
	case t.Current():
		mark = "+"
	case t.Previous():
		mark = "-"
	}
	text := j.Text
	if j.Running() {
		text += " &"
	}
	pid := ""
	if long {
		pid = strconv.Itoa(j.Procs[0].Pid()) + " "
	}
	return fmt.Sprintf("[%d]%s %s%-26s %s\n", j.ID, mark, pid, j.Describe(), text)
}
