package eval

import (
	"mvdan.cc/sh/v3/syntax"
)

// A node is a compiled command. It returns the exit status. After the call the
// caller looks at the flow before it goes on.
type node func(sh *Shell) int

// runStmts compiles and runs complete commands.
func (sh *Shell) runStmts(stmts []*syntax.Stmt) int {
	if sh.Opt(Noexec) && !sh.interactive {
		return 0
	}
	return sh.compiler().list(stmts)(sh)
}

func (c *compiler) list(stmts []*syntax.Stmt) node {
	nodes := make([]node, len(stmts))
	last := c.last
	for i, s := range stmts {
		c.last = last && i == len(stmts)-1
		nodes[i] = c.stmt(s)
	}
	c.last = false
	switch len(nodes) {
	case 0:
		return func(*Shell) int { return 0 }
	case 1:
		return nodes[0]
	}
	return func(sh *Shell) int {
		status := 0
		for _, n := range nodes {
			if status = n(sh); sh.flow != flowNone {
				break
			}
		}
		return status
	}
}

// leaf wraps a command that set -e looks at: it records the status and lets
// signals in.
func leaf(n node) node {
	return func(sh *Shell) int {
		status := n(sh)
		if sh.flow >= flowExit {
			return sh.status
		}
		sh.status = status
		if status != 0 && sh.quiet == 0 && sh.flow == flowNone {
			sh.failure(status)
		}
		if dispositions.any.Load() && sh.flow == flowNone {
			sh.checkTraps()
		}
		return sh.status
	}
}

// failure is a command whose status is not 0 where that is not being tested.
func (sh *Shell) failure(status int) {
	if a, ok := sh.traps.actions[TrapErr]; ok && a != "" && sh.traps.running == 0 &&
		(sh.opts&Errtrace != 0 || sh.functionDepth() <= sh.traps.depth) {
		sh.runTrap(TrapErr, a)
	}
	if sh.opts&Errexit != 0 && sh.flow == flowNone {
		sh.Exit(status)
	}
}

// set records the status of a compound command.
func (sh *Shell) set(status int) int {
	if sh.flow < flowExit {
		sh.status = status
	}
	return sh.status
}

func (c *compiler) stmt(s *syntax.Stmt) node {
	c.last = c.last && !s.Negated
	if s.Background || s.Coprocess || s.Disown {
		return c.async(s)
	}
	n := c.command(s)
	if !s.Negated {
		return n
	}
	return func(sh *Shell) int {
		sh.quiet++
		status := n(sh)
		sh.quiet--
		if sh.flow != flowNone {
			return status
		}
		if status == 0 {
			return sh.set(1)
		}
		return sh.set(0)
	}
}

// command compiles the command of a statement with its redirections.
func (c *compiler) command(s *syntax.Stmt) node {
	line := s.Pos().Line()
	switch x := s.Cmd.(type) {
	case nil:
		return c.call(&syntax.CallExpr{}, s.Redirs, line)
	case *syntax.CallExpr:
		return c.call(x, s.Redirs, line)
	case *syntax.DeclClause:
		return c.declaration(x, s.Redirs, nil, line)
	case *syntax.BinaryCmd:
		if len(s.Redirs) == 0 {
			return c.binary(x)
		}
	}
	if _, ok := s.Cmd.(*syntax.Block); !ok {
		c.last = false
	}
	n, isLeaf := c.compoundCommand(s.Cmd)
	if len(s.Redirs) > 0 {
		n = withRedirects(n, c.redirects(s.Redirs))
	}
	if isLeaf {
		n = leaf(n)
	}
	return n
}

func withRedirects(n node, rs []redirect) node {
	return func(sh *Shell) int {
		done, ok := sh.redirect(rs)
		defer sh.undo(done)
		if sh.flow != flowNone {
			return sh.status
		}
		if !ok {
			sh.set(1)
			if sh.quiet == 0 {
				sh.failure(1)
			}
			return 1
		}
		return n(sh)
	}
}

// compoundCommand compiles all but simple commands. leaf is set for those whose
// status set -e looks at themselves.
func (c *compiler) compoundCommand(cmd syntax.Command) (n node, isLeaf bool) {
	switch x := cmd.(type) {
	case *syntax.BinaryCmd:
		return c.binary(x), false
	case *syntax.Block:
		return c.list(x.Stmts), false
	case *syntax.Subshell:
		return c.subshell(x), true
	case *syntax.IfClause:
		return c.ifClause(x), false
	case *syntax.WhileClause:
		return c.while(x), false
	case *syntax.ForClause:
		return c.forClause(x), false
	case *syntax.CaseClause:
		return c.caseClause(x), false
	case *syntax.FuncDecl:
		return c.funcDecl(x), false
	case *syntax.ArithmCmd:
		return c.arithCmd(x), true
	case *syntax.TestClause:
		return c.testClause(x), true
	case *syntax.TimeClause:
		return c.timeClause(x), false
	case *syntax.CoprocClause:
		return c.coproc(x), false
	}
	return func(sh *Shell) int {
		sh.Errorf("command of a kind that is not known: %T", cmd)
		return sh.fatal(2)
	}, false
}

func (c *compiler) binary(x *syntax.BinaryCmd) node {
	c.last = false
	switch x.Op {
	case syntax.Pipe, syntax.PipeAll:
		return c.pipeline(x)
	}
	left, right := c.stmt(x.X), c.stmt(x.Y)
	and := x.Op == syntax.AndStmt
	return func(sh *Shell) int {
		sh.quiet++
		status := left(sh)
		sh.quiet--
		if sh.flow != flowNone || (status == 0) != and {
			return status
		}
		return right(sh)
	}
}

func (c *compiler) funcDecl(x *syntax.FuncDecl) node {
	name, body := x.Name.Value, c.stmt(x.Body)
	return func(sh *Shell) int {
		sh.ownTables() // a function named as a special builtin is never found
		sh.funcs[name] = &Function{Name: name, file: sh.currentFile(), decl: x, body: body}
		if sh.Opt(Hashall) {
			sh.hashWords(x.Body)
		}
		return sh.set(0)
	}
}

func (c *compiler) subshell(x *syntax.Subshell) node {
	body := c.list(x.Stmts)
	process := needsProcess(x.Stmts)
	return func(sh *Shell) int {
		if process || sh.Opt(Monitor) || sh.interactive { // whose signals differ from a subshell's
			return sh.foregroundProcess(x.Stmts)
		}
		sub := sh.subshell()
		status := sub.runSubshell(body)
		return status
	}
}

// runSubshell runs the body of a subshell to its end.
func (sh *Shell) runSubshell(body node) int {
	if !sh.enter() {
		sh.end()
		return sh.status
	}
	sh.status = sh.parent.status
	status := sh.guard(body)
	if sh.flow == flowNone || sh.flow == flowReturn {
		sh.status = status
	}
	sh.runExit()
	status = sh.status
	sh.end()
	return status
}

func (c *compiler) arithCmd(x *syntax.ArithmCmd) node {
	a := c.arithmetic(x.X)
	line := int(x.Pos().Line())
	return func(sh *Shell) int {
		sh.line = line
		n, err := a.value(sh)
		if sh.flow != flowNone {
			return sh.status
		}
		if err != nil {
			sh.Errorf("%v", err)
			return 1
		}
		if n == 0 {
			return 1
		}
		return 0
	}
}
