package eval

import (
	"strings"
	"syscall"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/runtimes/local"
	"github.com/lxsh/lxsh/shell/job"
)

// async compiles an asynchronous list (POSIX XCU 2.9.3.1).
func (c *compiler) async(s *syntax.Stmt) node {
	plain := *s
	plain.Background, plain.Coprocess, plain.Disown = false, false, false
	p := &pipe{members: []member{c.member(&plain)}}
	if x, ok := plain.Cmd.(*syntax.BinaryCmd); ok && len(plain.Redirs) == 0 && !plain.Negated && (x.Op == syntax.Pipe || x.Op == syntax.PipeAll) {
		p = c.members(x)
	}
	text := strings.TrimSuffix(printNode(&plain), "\n")
	line := int(s.Pos().Line())
	return func(sh *Shell) int {
		sh.line = line
		how := launch{group: sh.Opt(Monitor)}
		if !how.group {
			how.ignore = []int{int(syscall.SIGINT), int(syscall.SIGQUIT)}
		}
		j, err := p.start(sh, how)
		if err != nil {
			sh.Errorf("cannot start: %v", err)
			return sh.set(126)
		}
		j.Text = text
		sh.addJob(j)
		return sh.set(0)
	}
}

// addJob records an asynchronous list.
func (sh *Shell) addJob(j *job.Job) {
	if sh.jobsInherited {
		sh.Jobs, sh.jobsInherited = job.NewTable(), false
	}
	sh.prune()
	sh.Jobs.Add(j)
	sh.lastJob = j.Pid()
	if sh.interactive {
		_ = sh.Write(2, []byte("["+itoa(int64(j.ID))+"] "+itoa(int64(j.Pid()))+"\n"))
	}
}

// prune forgets jobs that ended, so that a script that never waits does not
// collect zombies. Their statuses stay known for a while.
func (sh *Shell) prune() {
	if sh.interactive || sh.Jobs.Len() < 16 {
		return
	}
	sh.Jobs.Poll()
	for _, j := range sh.Jobs.List() {
		if j.Ended() {
			sh.Jobs.Remove(j)
		}
	}
}

// launch says how a list is started as a process.
type launch struct {
	group      bool // it belongs to a process group of its own
	pgid       int  // the group to join; 0: it leads one
	foreground bool
	ignore     []int
}

// spawn starts a member in sh, a subshell made for it: directly when it is one
// external command, otherwise as a shell that takes over the state of sh.
func (sh *Shell) spawn(m *member, how launch) (plugins.Process, error) {
	if m.direct != nil {
		if w, cmd := m.direct.prepare(sh); cmd != nil {
			how.on(sh, cmd)
			p, err := sh.startIn(w, cmd)
			if err == nil {
				return p, nil
			}
			// A process has to exist all the same: it tells the error.
		}
		sh.flow = flowNone
	}
	cmd, err := sh.reincarnation(m.stmts, how.ignore)
	if err != nil {
		return nil, err
	}
	defer cmd.Files[len(cmd.Files)-1].Close()
	how.on(sh, cmd)
	return local.Instance{}.Start(sh.ctx(), cmd)
}

// on completes a command.
func (how launch) on(sh *Shell, cmd *plugins.Command) {
	cmd.Ignored = append(cmd.Ignored, how.ignore...)
	cmd.Hangup = how.foreground
	if !how.group {
		return
	}
	cmd.Group = plugins.Group(how.pgid)
	if tty := sh.terminal(); tty != nil && how.foreground {
		cmd.Foreground, cmd.TTY = true, tty
	}
}

// direct recognises a simple command that can be expanded without running
// anything or waiting for anything: no command substitution, and redirections
// only to /dev/null or between descriptors.
func (c *compiler) direct(s *syntax.Stmt) *simple {
	x, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || s.Negated || len(x.Args) == 0 || len(x.Assigns) > 0 {
		return nil
	}
	harmless := true
	syntax.Walk(x, func(n syntax.Node) bool {
		switch n.(type) {
		case *syntax.CmdSubst, *syntax.ProcSubst:
			harmless = false
		}
		return harmless
	})
	for _, r := range s.Redirs {
		switch r.Op {
		case syntax.DplIn, syntax.DplOut:
		default:
			harmless = harmless && r.Word != nil && r.Word.Lit() == "/dev/null"
		}
	}
	if !harmless {
		return nil
	}
	d := &simple{redirs: c.redirects(s.Redirs), line: int(s.Pos().Line())}
	for _, w := range x.Args {
		d.words = append(d.words, c.words(w)...)
	}
	return d
}

// prepare expands the words in sh, and says where the command runs. It returns nil
// when the command is not an external one.
func (s *simple) prepare(sh *Shell) (World, *plugins.Command) {
	var args []string
	for _, w := range s.words {
		if args = w.fields(sh, args); sh.flow != flowNone {
			return nil, nil
		}
	}
	if len(args) == 0 || sh.funcs[args[0]] != nil {
		return nil, nil
	}
	world := sh.world
	if b := sh.config.builtin(args[0]); b != nil {
		if b.Place == nil {
			return nil, nil
		}
		var err error
		if world, args, err = b.Place(sh, args); err != nil {
			return nil, nil // the builtin itself tells
		}
	}
	if _, ok := sh.redirect(s.redirs); !ok {
		return nil, nil
	}
	return world, sh.command(args, nil)
}

// needsProcess reports whether a list uses what this process cannot give to a
// subshell of its own: signals that it traps or sends to its shell, and a pid.
func needsProcess(stmts []*syntax.Stmt) bool {
	found := false
	for _, s := range stmts {
		syntax.Walk(s, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.FuncDecl:
				return false
			case *syntax.ParamExp:
				found = found || n.Param != nil && n.Param.Value == "BASHPID"
			case *syntax.CallExpr:
				if len(n.Args) > 1 {
					name := n.Args[0].Lit()
					found = found || name == "trap" && trapsSignal(n.Args[1:]) || name == "kill" && mentionsShell(n)
				}
			}
			return !found
		})
	}
	return found
}

// mentionsShell reports whether $$ is used: a subshell that sends a signal to its
// shell must not get it itself.
func mentionsShell(x *syntax.CallExpr) bool {
	found := false
	syntax.Walk(x, func(n syntax.Node) bool {
		if p, ok := n.(*syntax.ParamExp); ok && p.Param != nil && p.Param.Value == "$" {
			found = true
		}
		return !found
	})
	return found
}

// trapsSignal reports whether trap is called for more than EXIT and listing.
func trapsSignal(args []*syntax.Word) bool {
	if args[0].Lit() == "-p" || args[0].Lit() == "-l" {
		return false
	}
	if args[0].Lit() == "--" && len(args) > 1 {
		args = args[1:]
	}
	if len(args) == 1 {
		return args[0].Lit() != "-" && args[0].Lit() != "EXIT" && args[0].Lit() != "0"
	}
	for _, a := range args[1:] {
		switch a.Lit() {
		case "EXIT", "0", "ERR", "DEBUG", "RETURN":
		default:
			return true
		}
	}
	return false
}

// foregroundProcess runs a list in a process of its own and waits for it.
func (sh *Shell) foregroundProcess(stmts []*syntax.Stmt) int {
	return sh.runProcess(sh.subshell(), stmts, text(stmts))
}

// runProcess runs a list as a process that takes over the state of sub, and waits
// for it. name is what people see of it.
func (sh *Shell) runProcess(sub *Shell, stmts []*syntax.Stmt, name string) int {
	defer sub.end()
	how := launch{group: sh.Opt(Monitor), foreground: true}
	p, err := sub.spawn(&member{stmts: stmts}, how)
	if err != nil {
		sh.Errorf("cannot start a subshell: %v", err)
		return sh.set(126)
	}
	if how.group {
		return sh.foreground(&job.Job{Group: p.Pid(), Procs: []*job.Proc{{Process: p}}, Text: name})
	}
	s, err := sh.waitEnd(p)
	if err != nil {
		return sh.set(126)
	}
	return s.ExitCode()
}

func text(stmts []*syntax.Stmt) string {
	var parts []string
	for _, s := range stmts {
		parts = append(parts, printNode(s))
	}
	return strings.Join(parts, "; ")
}
