package builtin

import (
	"fmt"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/eval"
	"github.com/lxsh/lxsh/shell/job"
)

func jobs(sh *eval.Shell, args []string) int {
	var long, pids, changed, running, stopped bool
	o := parseOptions(sh, args, "lpnrs")
	for o.next() {
		switch o.letter {
		case 'l':
			long, pids = true, false
		case 'p':
			pids, long = true, false
		case 'n':
			changed = true
		case 'r':
			running = true
		case 's':
			stopped = true
		}
	}
	if o.failed {
		return 2
	}
	sh.Jobs.Poll()
	list, status := sh.Jobs.List(), 0
	if len(o.rest) > 0 {
		list, status = findJobs(sh, args[0], o.rest)
	}
	var out []byte
	var ended []*job.Job
	for _, j := range list {
		switch {
		case changed && j.Reported, running && !j.Running(), stopped && j.State() != plugins.Stopped:
			continue
		case pids:
			out = fmt.Appendf(out, "%d\n", j.Procs[0].Pid())
			continue
		}
		out = append(out, sh.Jobs.Line(j, long)...)
		j.Reported = true
		if j.Ended() {
			ended = append(ended, j)
		}
	}
	if s := sh.Output("jobs", out); s != 0 {
		return s
	}
	for _, j := range ended {
		sh.Jobs.Remove(j)
	}
	return status
}

// findJobs resolves job ids, and reports those that are none.
func findJobs(sh *eval.Shell, name string, ids []string) (list []*job.Job, status int) {
	for _, id := range ids {
		j, err := sh.Jobs.Find(id)
		if err != nil {
			status = sh.Fail(1, "%s: %v", name, err)
			continue
		}
		list = append(list, j)
	}
	return list, status
}

// chosen are the jobs of the operands, or the current one.
func chosen(sh *eval.Shell, args []string) (list []*job.Job, status int) {
	operands, ok := noOptions(sh, args)
	switch {
	case !ok:
		return nil, 2
	case !sh.Opt(eval.Monitor):
		return nil, sh.Fail(1, "%s: job control is off (set -m turns it on)", args[0])
	case len(operands) > 0:
		return findJobs(sh, args[0], operands)
	}
	j := sh.Jobs.Current()
	if j == nil {
		return nil, sh.Fail(1, "%s: there is no job", args[0])
	}
	return []*job.Job{j}, 0
}

func fg(sh *eval.Shell, args []string) int {
	list, status := chosen(sh, args)
	switch {
	case status != 0:
		return status
	case len(list) > 1:
		return tooMany(sh, args)
	}
	j := list[0]
	sh.Jobs.Poll()
	if j.Ended() {
		sh.Jobs.Remove(j)
		return sh.Fail(1, "fg: %%%d: the job has ended", j.ID)
	}
	if s := sh.Output("fg", []byte(j.Text+"\n")); s != 0 {
		return s
	}
	return sh.Foreground(j)
}

func bg(sh *eval.Shell, args []string) int {
	list, status := chosen(sh, args)
	sh.Jobs.Poll()
	for _, j := range list {
		if j.Ended() {
			sh.Jobs.Remove(j)
			status = sh.Fail(1, "bg: %%%d: the job has ended", j.ID)
			continue
		}
		// Whether or not it is known to have stopped: that may be about to happen.
		if err := sh.Background(j); err != nil {
			status = sh.Fail(1, "bg: %%%d: %v", j.ID, why(err))
			continue
		}
		if s := sh.Output("bg", fmt.Appendf(nil, "[%d] %s &\n", j.ID, j.Text)); s != 0 {
			status = s
		}
	}
	return status
}

func disown(sh *eval.Shell, args []string) int {
	var all, running, keep bool
	o := parseOptions(sh, args, "ahr")
	for o.next() {
		switch o.letter {
		case 'a':
			all = true
		case 'h':
			keep = true
		case 'r':
			running = true
		}
	}
	if o.failed {
		return 2
	}
	var list []*job.Job
	status := 0
	switch {
	case len(o.rest) > 0:
		list, status = findJobs(sh, args[0], o.rest)
	case all || running:
		list = sh.Jobs.List()
	case sh.Jobs.Current() != nil:
		list = []*job.Job{sh.Jobs.Current()}
	default:
		return sh.Fail(1, "disown: there is no job")
	}
	for _, j := range list {
		switch {
		case running && !j.Running():
		case keep:
			j.Disowned = true
		default:
			sh.Jobs.Forget(j)
		}
	}
	return status
}
