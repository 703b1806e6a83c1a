package eval

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/shell/expand"
	"github.com/lxsh/lxsh/shell/fd"
	"github.com/lxsh/lxsh/shell/job"
)

// procSubst compiles <(…) and >(…): a process at the other end of a pipe, which
// the command opens as /dev/fd/N. The process outlives the shell if it must.
func (c *compiler) procSubst(x *syntax.ProcSubst) part {
	m := member{stmts: x.Stmts}
	if len(x.Stmts) == 1 && !x.Stmts[0].Background {
		m = c.member(x.Stmts[0])
	}
	read := x.Op == syntax.CmdIn
	return func(sh *Shell, out *expand.Sink) {
		r, w, err := fd.Pipe()
		if err != nil {
			sh.Errorf("%v", err)
			sh.fatal(1)
			return
		}
		ours, theirs, number := r, w, 1
		if !read {
			ours, theirs, number = w, r, 0
		}
		sub := sh.subshell()
		sub.fds.Set(number, fd.New(theirs))
		p, err := sub.spawn(&m, launch{})
		sub.end()
		if err != nil {
			_ = ours.Close()
			sh.Errorf("cannot start a process substitution: %v", err)
			sh.fatal(126)
			return
		}
		sh.lastJob = p.Pid()
		sh.Jobs.Add(&job.Job{Procs: []*job.Proc{{Process: p}}, Disowned: true, Reported: true})
		n := sh.fds.Free(60)
		sh.fds.Set(n, fd.New(ours))
		sh.temporary = append(sh.temporary, n)
		out.Quoted("/dev/fd/" + strconv.Itoa(n))
	}
}

// closeTemporary closes the descriptors of process substitutions when the
// command that they were made for has ended.
func (sh *Shell) closeTemporary(from int) {
	for _, n := range sh.temporary[from:] {
		sh.fds.Set(n, nil)
	}
	sh.temporary = sh.temporary[:from]
}

// coproc compiles bash's coproc: an asynchronous command whose standard input
// and output are pipes, with their ends in the array NAME and its pid in NAME_PID.
func (c *compiler) coproc(x *syntax.CoprocClause) node {
	name := "COPROC"
	if x.Name != nil {
		name = x.Name.Lit()
	}
	m := c.member(x.Stmt)
	return func(sh *Shell) int {
		r1, w1, err := fd.Pipe()
		if err != nil {
			sh.Errorf("coproc: %v", err)
			return sh.set(1)
		}
		r2, w2, err := fd.Pipe()
		if err != nil {
			_, _ = r1.Close(), w1.Close()
			sh.Errorf("coproc: %v", err)
			return sh.set(1)
		}
		sub := sh.subshell()
		sub.fds.Set(0, fd.New(r1))
		sub.fds.Set(1, fd.New(w2))
		p, err := sub.spawn(&m, launch{group: sh.Opt(Monitor)})
		sub.end()
		if err != nil {
			_, _ = w1.Close(), r2.Close()
			sh.Errorf("coproc: cannot start: %v", err)
			return sh.set(126)
		}
		from, to := sh.fds.Free(60), 0
		sh.fds.Set(from, fd.New(r2).Private())
		to = sh.fds.Free(60)
		sh.fds.Set(to, fd.New(w1).Private())
		j := &job.Job{Procs: []*job.Proc{{Process: p}}, Text: strings.TrimSpace(printNode(x.Stmt))}
		if sh.Opt(Monitor) {
			j.Group = p.Pid()
		}
		sh.addJob(j)
		_ = sh.SetArray(name, []string{strconv.Itoa(from), strconv.Itoa(to)})
		_ = sh.Set(name+"_PID", strconv.Itoa(p.Pid()))
		return sh.set(0)
	}
}
