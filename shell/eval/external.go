package eval

import (
	"context"
	"errors"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/job"
)

// command is the command that args name, as this shell would start it. path, if
// not nil, is searched in place of PATH.
func (sh *Shell) command(args []string, path *string) *plugins.Command {
	env := sh.Environ()
	search, _ := sh.getSym(symPATH)
	if path != nil {
		search = *path
	}
	return sh.commandWith(args, search, env)
}

func (sh *Shell) commandWith(args []string, search string, env []string) *plugins.Command {
	return &plugins.Command{
		Name:    args[0],
		Argv:    args,
		Env:     env,
		Path:    search,
		Dir:     sh.dir,
		Files:   sh.fds.Files(),
		Group:   plugins.GroupSame,
		Umask:   sh.umask,
		Limits:  sh.limits,
		Ignored: sh.ignored(),
	}
}

// start starts a command in this shell's world. Under set -m it leads a process
// group of its own, which gets the terminal when it is in the foreground.
func (sh *Shell) start(cmd *plugins.Command) (plugins.Process, error) {
	if cmd.Hangup && sh.Opt(Monitor) {
		cmd.Group = plugins.GroupNew
		if tty := sh.terminal(); tty != nil {
			cmd.Foreground, cmd.TTY = true, tty
		}
	}
	p, err := sh.startIn(sh.world, cmd)
	if err != nil && cmd.Foreground {
		// What failed to start may have brought its group there before.
		sh.takeTerminal(cmd.TTY)
	}
	return p, err
}

// startIn starts a command in a World, and nowhere else under set -o nohost.
func (sh *Shell) startIn(w World, cmd *plugins.Command) (plugins.Process, error) {
	if f, ok := w.(Fallback); ok && sh.Opt(Nohost) {
		return f.StartInside(sh.ctx(), cmd)
	}
	return w.Start(sh.ctx(), cmd)
}

// waitForeground waits for a command that this shell started in the foreground.
func (sh *Shell) waitForeground(p plugins.Process, args []string) int {
	if sh.Opt(Monitor) {
		j := &job.Job{Procs: []*job.Proc{{Process: p}}, Text: joinWords(args)}
		if _, child := p.(plugins.Child); child {
			j.Group = p.Pid()
		}
		return sh.foreground(j)
	}
	s, err := sh.waitEnd(p)
	if err != nil {
		sh.Errorf("%s: %v", args[0], err)
		return 126
	}
	return sh.tellSignalled(s)
}

// waitEnd waits for a process to end; without job control stops are not a
// shell's business.
func (sh *Shell) waitEnd(p plugins.Process) (plugins.Status, error) {
	for {
		s, err := p.Wait(sh.ctx())
		if err != nil || s.Ended() {
			dispositions.settle()
			return s, err
		}
	}
}

// tellSignalled says in an interactive shell that a command died of a signal, but
// for the signals that are an ordinary way to end, and returns the status.
func (sh *Shell) tellSignalled(s plugins.Status) int {
	if s.State == plugins.Signalled {
		switch syscall.Signal(s.Code) {
		case syscall.SIGINT:
			if sh.interactive {
				_ = sh.Write(2, []byte("\n"))
				sh.interruptLoops()
			}
		case syscall.SIGPIPE:
		default:
			j := job.Job{Procs: []*job.Proc{{Status: s}}}
			if sh.interactive {
				_ = sh.Write(2, []byte(j.Describe()+"\n"))
			}
		}
	}
	return s.ExitCode()
}

// interruptLoops takes an interactive shell back to its prompt when the command
// that it waited for was interrupted at the terminal.
func (sh *Shell) interruptLoops() {
	if _, trapped := sh.traps.actions[int(syscall.SIGINT)]; !trapped {
		sh.status = 128 + int(syscall.SIGINT)
		sh.flow = flowAbort
	}
}

// runScript runs a file that the kernel does not know how to execute as a script
// of this shell, in a subshell (POSIX XCU 2.9.1.6). It is not ok when the file
// does not look like text.
func (sh *Shell) runScript(cmd *plugins.Command, cause error) (status int, ok bool) {
	var start *plugins.StartError
	if !errors.As(cause, &start) || start.Path == "" {
		return 0, false
	}
	text, err := sh.ReadFile(start.Path)
	if err != nil || isBinary(text) {
		return 0, false
	}
	sub := sh.subshell()
	sub.forgetUnexported()
	sub.name, sub.params, sub.line = start.Path, cmd.Argv[1:], 0
	if sh.Opt(Monitor) { // it may be stopped
		return sh.runProcess(sub, sourcing(start.Path), joinWords(cmd.Argv)), true
	}
	return sub.runSubshell(func(sub *Shell) int { return sub.evalText(text, start.Path, 1) }), true
}

// sourcing is the command that reads commands from a file.
func sourcing(path string) []*syntax.Stmt {
	if !strings.Contains(path, "/") {
		path = "./" + path // not to be searched
	}
	var name syntax.WordPart = &syntax.DblQuoted{Parts: []syntax.WordPart{&syntax.Lit{Value: escapeQuoted(path)}}}
	words := []*syntax.Word{{Parts: []syntax.WordPart{&syntax.Lit{Value: "."}}}, {Parts: []syntax.WordPart{name}}}
	return []*syntax.Stmt{{Cmd: &syntax.CallExpr{Args: words}}}
}

// escapeQuoted makes s stand for itself between double quotes.
func escapeQuoted(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(s)
}

// isBinary reports whether the first line holds a NUL, which no text does.
func isBinary(s string) bool {
	for i := 0; i < len(s) && i < 512; i++ {
		if s[i] == 0 {
			return true
		}
		if s[i] == '\n' {
			return false
		}
	}
	return false
}

// Exec replaces the shell by a command (POSIX exec). env nil: this shell's
// environment. It returns only after an error, with the status; a non-interactive
// shell is then about to exit.
func (sh *Shell) Exec(args []string, argv0 string, env []string) int {
	cmd := sh.command(args, nil)
	cmd.Argv = append([]string{argv0}, args[1:]...)
	if env != nil {
		cmd.Env = env
	}
	if r, ok := sh.world.(Replacer); ok && sh.root == sh {
		if err := r.Replace(sh.ctx(), cmd); !errors.Is(err, errors.ErrUnsupported) {
			return sh.execFailed(cmd, err)
		}
	}
	cmd.Hangup = true
	p, err := sh.start(cmd)
	if err != nil {
		return sh.execFailed(cmd, err)
	}
	delete(sh.traps.actions, TrapExit)
	s, err := sh.waitEnd(p)
	if err != nil {
		return sh.Exit(126)
	}
	if sh.root == sh && s.State == plugins.Signalled {
		die(s.Code)
	}
	return sh.Exit(s.ExitCode())
}

// replaceable reports whether this shell has nothing left to do after a last
// command, so that the command may take its place.
func (sh *Shell) replaceable() bool {
	if sh.root != sh || sh.interactive || sh.Opt(Monitor) {
		return false
	}
	for _, a := range sh.traps.actions {
		if a != "" {
			return false
		}
	}
	_, ok := sh.world.(Replacer)
	return ok
}

// A Replacer is a World that can put a command in the place of this process.
type Replacer interface {
	// Replace returns only with an error; those of Start, or
	// errors.ErrUnsupported when the command has to be started beside.
	Replace(ctx context.Context, cmd *plugins.Command) error
}

func (sh *Shell) execFailed(cmd *plugins.Command, err error) int {
	if errors.Is(err, plugins.ErrExecFormat) {
		if status, ok := sh.runScript(cmd, err); ok {
			delete(sh.traps.actions, TrapExit)
			return sh.Exit(status)
		}
	}
	status := sh.StartError(cmd.Name, err)
	if !sh.interactive {
		return sh.Exit(status)
	}
	return status
}

// KeepRedirections makes the redirections of the running builtin last.
func (sh *Shell) KeepRedirections() { sh.keepFiles = true }

// terminal is the controlling terminal among this shell's descriptors, nil when
// there is none.
func (sh *Shell) terminal() plugins.File {
	for _, n := range []int{2, 0, 1} {
		if f := sh.root.fds.Get(n); f != nil && f.Fd() >= 0 {
			if _, err := unix.IoctlGetInt(f.Fd(), unix.TIOCGPGRP); err == nil {
				return f.File
			}
		}
	}
	return nil
}
