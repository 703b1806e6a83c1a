package eval

import (
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/shell/fd"
	"github.com/lxsh/lxsh/shell/job"
)

// start starts every member as a process of its own. What cannot be started
// leaves the pipeline without that member and all after it; an error is returned
// when that is the first.
func (p *pipe) start(sh *Shell, how launch) (*job.Job, error) {
	j := &job.Job{}
	var in *fd.File
	var texts []string
	var failure error
	for i := range p.members {
		m := &p.members[i]
		texts = append(texts, printNode(m.stmt))
		sub := sh.subshell()
		switch {
		case in != nil:
			sub.fds.Set(0, in)
			in = nil
		case !how.group:
			sub.nullInput()
		}
		if i < len(p.members)-1 {
			if in, failure = sub.pipeOut(m.stderr); failure != nil {
				sub.end()
				break
			}
		}
		how.pgid = j.Group
		proc, err := sub.spawn(m, how)
		sub.end()
		if err != nil {
			failure = err
			break
		}
		if how.group && j.Group == 0 {
			j.Group = proc.Pid()
		}
		j.Procs = append(j.Procs, &job.Proc{Process: proc})
	}
	if in != nil {
		in.Unref()
	}
	j.Text = strings.Join(texts, " | ")
	if len(j.Procs) == 0 {
		return nil, failure
	}
	return j, nil
}

// nullInput gives an asynchronous list without job control an empty standard
// input (POSIX XCU 2.9.3.1).
func (sh *Shell) nullInput() {
	null, err := sh.FileSystem().Open(sh.ctx(), sh.dir, "/dev/null", syscall.O_RDONLY, 0)
	if err == nil {
		sh.fds.Set(0, fd.New(null))
	}
}

// pipeOut makes the standard output of sh a pipe and returns the other end.
func (sh *Shell) pipeOut(stderr bool) (*fd.File, error) {
	r, w, err := fd.Pipe()
	if err != nil {
		return nil, err
	}
	out := fd.New(w)
	sh.fds.Set(1, out)
	if stderr {
		sh.fds.Set(2, out.Ref())
	}
	return fd.New(r), nil
}
