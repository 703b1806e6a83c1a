package eval

import (
	"sync"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/shell/fd"
)

// pipeline compiles a | b | c (POSIX XCU 2.9.2). All members are subshells:
// goroutines of this process, of which those that are external commands start a
// child; under set -m they are processes in a group of their own.
func (c *compiler) pipeline(x *syntax.BinaryCmd) node {
	var stmts []*syntax.Stmt
	var both []bool // stderr goes along: |&
	for at := x; ; {
		stmts = append(stmts, at.Y)
		both = append(both, at.Op == syntax.PipeAll)
		left, ok := at.X.Cmd.(*syntax.BinaryCmd)
		if !ok || len(at.X.Redirs) > 0 || at.X.Negated || left.Op != syntax.Pipe && left.Op != syntax.PipeAll {
			stmts = append(stmts, at.X)
			break
		}
		at = left
	}
	n := len(stmts)
	p := &pipe{members: make([]member, n)}
	for i, s := range stmts {
		m := &p.members[n-1-i]
		m.stmt, m.body, m.process = s, c.stmt(s), needsProcess([]*syntax.Stmt{s})
		if i > 0 {
			m.stderr = both[i-1]
		}
	}
	return leaf(p.run)
}

type pipe struct{ members []member }

type member struct {
	stmt    *syntax.Stmt
	body    node
	stderr  bool // its standard error goes into the pipe as well
	process bool // has to be a process of its own
}

func (p *pipe) run(sh *Shell) int {
	if sh.Opt(Monitor) {
		return p.runProcesses(sh)
	}
	last := len(p.members) - 1
	results := make([]int, last+1)
	var wait sync.WaitGroup
	var in *fd.File
	for i := range p.members {
		m := &p.members[i]
		if i == last && sh.opts&Lastpipe != 0 {
			results[i] = sh.runLast(m.body, in)
			break
		}
		sub := sh.subshell()
		if in != nil {
			sub.fds.Set(0, in)
			in = nil
		}
		if i < last {
			r, w, err := fd.Pipe()
			if err != nil {
				sub.end()
				sh.Errorf("%v", err)
				results[i] = 2
				break
			}
			in = fd.New(r)
			out := fd.New(w)
			sub.fds.Set(1, out)
			if m.stderr {
				sub.fds.Set(2, out.Ref())
			}
		}
		body := m.body
		if m.process {
			stmts := []*syntax.Stmt{m.stmt}
			body = func(sub *Shell) int { return sub.foregroundProcess(stmts) }
		}
		if i == last {
			results[i] = sub.runSubshell(body)
			break
		}
		sub.parallel()
		wait.Add(1)
		go func() {
			defer wait.Done()
			results[i] = sub.runSubshell(body)
		}()
	}
	wait.Wait()
	return sh.pipeStatus(results)
}

// parallel makes a subshell fit to run beside its parent: what the parent only
// lends to a subshell that it waits for is copied.
func (sh *Shell) parallel() {
	sh.async = true
	sh.sinks, sh.globber = nil, nil
}

// runLast runs the last member in this shell itself (lastpipe).
func (sh *Shell) runLast(body node, in *fd.File) int {
	old := sh.fds.Swap(0, in)
	status := body(sh)
	sh.fds.Set(0, old)
	return status
}

// pipeStatus is the status of a pipeline: of its last member, or with pipefail of
// the last that failed.
func (sh *Shell) pipeStatus(results []int) int {
	sh.pipeline = results
	status := results[len(results)-1]
	if sh.opts&Pipefail != 0 {
		for i := len(results) - 1; i >= 0 && status == 0; i-- {
			status = results[i]
		}
	}
	return status
}
