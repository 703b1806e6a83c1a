package job

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
)

// A Table holds the jobs of one shell, and the statuses of ended processes that
// `wait` may still ask for. It belongs to the shell's goroutine.
type Table struct {
	jobs  []*Job      // by ID
	order []*Job      // the most recent last: the current job is the last stopped, or the last
	ended map[int]int // pid → status of jobs that left the table
	queue []int       // the pids of ended, oldest first
}

// kept is how many statuses of ended processes are remembered; POSIX asks for
// CHILD_MAX, whose least value is 25.
const kept = 1024

// NewTable returns an empty table.
func NewTable() *Table { return &Table{ended: map[int]int{}} }

// Add puts a new job into the table and numbers it.
func (t *Table) Add(j *Job) *Job {
	j.ID = 1
	if n := len(t.jobs); n > 0 {
		j.ID = t.jobs[n-1].ID + 1
	}
	t.jobs = append(t.jobs, j)
	t.order = append(t.order, j)
	if pid := j.Pid(); len(t.ended) > 0 {
		delete(t.ended, pid)
	}
	return j
}

// Remove takes a job out; the statuses of its processes stay known.
func (t *Table) Remove(j *Job) {
	t.Forget(j)
	for _, p := range j.Procs {
		if !p.Status.Ended() {
			continue
		}
		t.ended[p.Pid()] = p.Status.ExitCode()
		t.queue = append(t.queue, p.Pid())
	}
	for len(t.queue) > kept {
		delete(t.ended, t.queue[0])
		t.queue = t.queue[1:]
	}
}

// Forget takes a job out as if it had never been there.
func (t *Table) Forget(j *Job) {
	drop := func(o *Job) bool { return o == j }
	t.jobs = slices.DeleteFunc(t.jobs, drop)
	t.order = slices.DeleteFunc(t.order, drop)
}

// Touch makes j the most recent job.
func (t *Table) Touch(j *Job) {
	t.order = append(slices.DeleteFunc(t.order, func(o *Job) bool { return o == j }), j)
}

// List returns the jobs by number.
func (t *Table) List() []*Job { return slices.Clone(t.jobs) }

// Len is the number of jobs.
func (t *Table) Len() int { return len(t.jobs) }

// Current is the job that %+ means: the last one stopped, else the last one.
func (t *Table) Current() *Job { return t.recent(0) }

// Previous is the job that %- means.
func (t *Table) Previous() *Job { return t.recent(1) }

func (t *Table) recent(n int) *Job {
	for _, stopped := range []bool{true, false} {
		for i := len(t.order) - 1; i >= 0; i-- {
			if (t.order[i].State() == plugins.Stopped) != stopped {
				continue
			}
			if n == 0 {
				return t.order[i]
			}
			n--
		}
	}
	return nil
}

// ByPid finds the job with a process of that number.
func (t *Table) ByPid(pid int) *Job {
	for i := len(t.jobs) - 1; i >= 0; i-- {
		for _, p := range t.jobs[i].Procs {
			if p.Pid() == pid {
				return t.jobs[i]
			}
		}
	}
	return nil
}

// EndedStatus is the status of a process that left the table; asking forgets it.
func (t *Table) EndedStatus(pid int) (status int, known bool) {
	status, known = t.ended[pid]
	delete(t.ended, pid)
	return
}

// Find resolves a job id (POSIX XBD 3.182): %%, %+, %-, %n, %text, %?text. The
// leading % may be missing where digits or text stand alone, as in fg 1.
func (t *Table) Find(id string) (*Job, error) {
	s := strings.TrimPrefix(id, "%")
	var found *Job
	switch {
	case s == "" || s == "%" || s == "+":
		found = t.Current()
	case s == "-":
		if found = t.Previous(); found == nil {
			found = t.Current()
		}
	default:
		if n, err := strconv.Atoi(s); err == nil {
			for _, j := range t.jobs {
				if j.ID == n {
					return j, nil
				}
			}
			break
		}
		text, anywhere := strings.CutPrefix(s, "?")
		for _, j := range t.jobs {
			if strings.HasPrefix(j.Text, text) || anywhere && strings.Contains(j.Text, text) {
				if found != nil {
					return nil, fmt.Errorf("%s: ambiguous job", id)
				}
				found = j
			}
		}
	}
	if found == nil {
		return nil, fmt.Errorf("%s: no such job", id)
	}
	return found, nil
}

// Poll brings the states of all jobs up to date, without waiting.
func (t *Table) Poll() {
	for _, j := range t.jobs {
		for _, p := range j.Procs {
			p.Poll()
		}
	}
}

// Poll asks for changes of state that have happened.
func (p *Proc) Poll() {
	for !p.Status.Ended() {
		if _, child := p.Process.(plugins.Child); child {
			var info unix.Siginfo
			err := unix.Waitid(unix.P_PID, p.Pid(), &info, unix.WEXITED|unix.WSTOPPED|unix.WCONTINUED|unix.WNOHANG|unix.WNOWAIT, nil)
			if err != nil || info.Signo == 0 {
				return
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		if _, child := p.Process.(plugins.Child); !child {
			cancel() // tells only what is known by now
		}
		s, err := p.Wait(ctx)
		cancel()
		if err != nil {
			return
		}
		p.Status = s
	}
}
