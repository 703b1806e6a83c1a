package eval

import (
	"strings"
	"syscall"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/runtimes/local"
	"github.com/lxsh/lxsh/shell/fd"
	"github.com/lxsh/lxsh/shell/job"
)

// async compiles an asynchronous list (POSIX XCU 2.9.3.1).
func (c *compiler) async(s *syntax.Stmt) node {
	plain := *s
	plain.Background, plain.Coprocess, plain.Disown = false, false, false
	stmts := []*syntax.Stmt{&plain}
	direct := c.direct(&plain)
	text := strings.TrimSuffix(printNode(&plain), "\n")
	line := int(s.Pos().Line())
	return func(sh *Shell) int {
		sh.line = line
		sub := sh.subshell()
		defer sub.end()
		var ignore []int
		if !sh.Opt(Monitor) {
			ignore = []int{int(syscall.SIGINT), int(syscall.SIGQUIT)}
			if null, err := sh.FileSystem().Open(sh.ctx(), sh.dir, "/dev/null", syscall.O_RDONLY, 0); err == nil {
				sub.fds.Set(0, fd.New(null))
			}
		}
		p, err := sub.startAsync(direct, stmts, ignore, sh.Opt(Monitor), false)
		if err != nil {
			if sh.flow != flowNone {
				return sh.status
			}
			sh.Errorf("cannot start: %v", err)
			return sh.set(126)
		}
		sh.addJob(p, text)
		return sh.set(0)
	}
}

// addJob records an asynchronous list.
func (sh *Shell) addJob(p plugins.Process, text string) {
	j := &job.Job{Procs: []*job.Proc{{Process: p}}, Text: text}
	if sh.Opt(Monitor) {
		j.Group = p.Pid()
	}
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

// startAsync starts a list as a process of its own: directly when it is one
// external command (direct), otherwise as a shell that takes over the state of
// sh, which is a subshell made for it.
func (sh *Shell) startAsync(direct *simple, stmts []*syntax.Stmt, ignore []int, group, foreground bool) (plugins.Process, error) {
	var cmd *plugins.Command
	world := sh.world.Start
	if direct != nil {
		cmd = direct.prepare(sh)
		if sh.flow != flowNone {
			return nil, errFlow
		}
	}
	if cmd == nil {
		var err error
		if cmd, err = sh.reincarnation(stmts, ignore); err != nil {
			return nil, err
		}
		defer cmd.Files[len(cmd.Files)-1].Close()
		world = local.Instance{}.Start
	}
	cmd.Ignored = append(cmd.Ignored, ignore...)
	cmd.Hangup = foreground
	if group {
		cmd.Group = plugins.GroupNew
		if tty := sh.terminal(); tty != nil && foreground {
			cmd.Foreground, cmd.TTY = true, tty
		}
	}
	p, err := world(sh.ctx(), cmd)
	if err != nil && direct != nil && sh.flow == flowNone {
		// A process has to exist all the same: it tells the error.
		return sh.startAsync(nil, stmts, ignore, group, foreground)
	}
	return p, err
}

var errFlow = plugins.ErrNotFound // never shown: the flow says what happened

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

// prepare expands the words in sh. It returns nil when the command is not an
// external one.
func (s *simple) prepare(sh *Shell) *plugins.Command {
	var args []string
	for _, w := range s.words {
		if args = w.fields(sh, args); sh.flow != flowNone {
			return nil
		}
	}
	if len(args) == 0 || sh.funcs[args[0]] != nil || sh.config.builtin(args[0]) != nil {
		return nil
	}
	if _, ok := sh.redirect(s.redirs); !ok {
		return nil
	}
	return sh.command(args, nil)
}

// needsProcess reports whether a list uses what this process cannot give to a
// subshell of its own: signals that it traps, and limits.
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
				if len(n.Args) > 1 && n.Args[0].Lit() == "trap" {
					found = found || trapsSignal(n.Args[1:])
				}
			}
			return !found
		})
	}
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
	sub := sh.subshell()
	defer sub.end()
	monitor := sh.Opt(Monitor)
	p, err := sub.startAsync(nil, stmts, nil, monitor, true)
	if err != nil {
		sh.Errorf("cannot start a subshell: %v", err)
		return sh.set(126)
	}
	if monitor {
		return sh.foreground(&job.Job{Group: p.Pid(), Procs: []*job.Proc{{Process: p}}, Text: text(stmts)})
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

// runProcesses runs a pipeline under set -m: every member is a process, all in
// one group, which has the terminal.
func (p *pipe) runProcesses(sh *Shell) int {
	j := &job.Job{}
	var in *fd.File
	var texts []string
	for i := range p.members {
		m := &p.members[i]
		texts = append(texts, printNode(m.stmt))
		sub := sh.subshell()
		if in != nil {
			sub.fds.Set(0, in)
			in = nil
		}
		if i < len(p.members)-1 {
			r, w, err := fd.Pipe()
			if err != nil {
				sub.end()
				sh.Errorf("%v", err)
				break
			}
			in = fd.New(r)
			out := fd.New(w)
			sub.fds.Set(1, out)
			if m.stderr {
				sub.fds.Set(2, out.Ref())
			}
		}
		proc, err := sub.startMember((&compiler{}).direct(m.stmt), m.stmt, j.Group)
		sub.end()
		if err != nil {
			sh.Errorf("cannot start: %v", err)
			break
		}
		if j.Group == 0 {
			j.Group = proc.Pid()
		}
		j.Procs = append(j.Procs, &job.Proc{Process: proc})
	}
	if in != nil {
		in.Unref()
	}
	j.Text = strings.Join(texts, " | ")
	if len(j.Procs) == 0 {
		return 126
	}
	return sh.foreground(j)
}

// startMember starts a member of a pipeline in a group; 0 makes a new one.
func (sh *Shell) startMember(direct *simple, stmt *syntax.Stmt, group int) (plugins.Process, error) {
	var cmd *plugins.Command
	start := sh.world.Start
	if direct != nil {
		cmd = direct.prepare(sh)
	}
	if cmd == nil {
		var err error
		if cmd, err = sh.reincarnation([]*syntax.Stmt{stmt}, nil); err != nil {
			return nil, err
		}
		defer cmd.Files[len(cmd.Files)-1].Close()
		start = local.Instance{}.Start
	}
	cmd.Group, cmd.Hangup = plugins.Group(group), true
	if tty := sh.terminal(); tty != nil {
		cmd.Foreground, cmd.TTY = true, tty
	}
	p, err := start(sh.ctx(), cmd)
	if err != nil && direct != nil {
		return sh.startMember(nil, stmt, group)
	}
	return p, err
}
