package eval

import (
	"slices"
	"sync"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/shell/fd"
)

// pipeline compiles a | b | c (POSIX XCU 2.9.2). All members are subshells:
// goroutines of this process, of which those that are external commands start a
// child; under set -m they are processes in a group of their own.
func (c *compiler) pipeline(x *syntax.BinaryCmd) node {
	p := c.members(x)
	for i := range p.members {
		p.members[i].body = c.stmt(p.members[i].stmt)
	}
	return leaf(p.run)
}

// A pipe is a pipeline.
type pipe struct{ members []member }

// A member is one command of a pipeline.
type member struct {
	stmt    *syntax.Stmt
	stmts   []*syntax.Stmt // what a process of its own runs
	direct  *simple        // see compiler.direct
	body    node           // what a goroutine runs
	stderr  bool           // its standard error goes into the pipe as well
	process bool           // has to be a process of its own
}

func (c *compiler) members(x *syntax.BinaryCmd) *pipe {
	var reverse []member
	stderr := false
	for at := x; ; {
		m := c.member(at.Y)
		m.stderr = stderr
		stderr = at.Op == syntax.PipeAll
		reverse = append(reverse, m)
		left, ok := at.X.Cmd.(*syntax.BinaryCmd)
		if !ok || len(at.X.Redirs) > 0 || at.X.Negated || left.Op != syntax.Pipe && left.Op != syntax.PipeAll {
			m := c.member(at.X)
			m.stderr = stderr
			reverse = append(reverse, m)
			break
		}
		at = left
	}
	slices.Reverse(reverse)
	return &pipe{reverse}
}

func (c *compiler) member(s *syntax.Stmt) member {
	return member{stmt: s, stmts: []*syntax.Stmt{unwrap(s)}, direct: c.direct(s), process: needsProcess([]*syntax.Stmt{s})}
}

// unwrap makes of a subshell the list in it: a process of its own is one already.
func unwrap(s *syntax.Stmt) *syntax.Stmt {
	x, ok := s.Cmd.(*syntax.Subshell)
	if !ok || s.Negated {
		return s
	}
	inner := *s
	inner.Cmd = &syntax.Block{Lbrace: x.Lparen, Rbrace: x.Rparen, Stmts: x.Stmts}
	return &inner
}

func (p *pipe) run(sh *Shell) int {
	if sh.Opt(Monitor) {
		j, err := p.start(sh, launch{group: true, foreground: true})
		if err != nil {
			sh.Errorf("%v", err)
			return 126
		}
		return sh.foreground(j)
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
			var err error
			if in, err = sub.pipeOut(m.stderr); err != nil {
				sub.end()
				sh.Errorf("%v", err)
				results[last] = 2
				break
			}
		}
		body := m.body
		if m.process {
			body = func(sub *Shell) int { return sub.foregroundProcess(m.stmts) }
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
