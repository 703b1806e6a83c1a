package shell

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/shell/edit"
	"github.com/lxsh/lxsh/shell/eval"
	"github.com/lxsh/lxsh/shell/parse"
	"github.com/lxsh/lxsh/shell/route"
)

// interact runs an interactive shell. src is where commands come from when it is
// not the terminal.
func (p *Program) interact(sh *eval.Shell, world *route.World, o *Options, src parse.Source) (int, error) {
	sh.StartInteractive()
	passHangup(sh)
	for name, value := range map[string]string{"PS1": p.defaultPrompt(o), "PS2": "> ", "PS4": "+ "} {
		if _, set := sh.Get(name); !set {
			_ = sh.Set(name, value)
		}
	}
	p.startUp(sh, o)
	if err := world.Prepare(sh); err != nil {
		// The prompt must come whatever is broken: the user may be about to
		// repair it.
		fmt.Fprintf(os.Stderr, "lxsh: %v\n", err)
	}
	opt := sh.ParseOptions(o.Name, 1)
	if o.reads() {
		openHistory(sh, &p.history)
		opt.Accept = func(text string) {
			if err := p.history.Add(text); err != nil {
				fmt.Fprintf(os.Stderr, "lxsh: history: %v\n", err)
			}
		}
		src = p.terminal(sh, &p.history)
	}
	status := sh.Run(parse.New(src, opt), sh.Report)
	sh.HangUp()
	return status, nil
}

// passHangup hands a SIGHUP that ends the shell on to its jobs: of them, only the
// one in the foreground gets it from a terminal that goes away.
func passHangup(sh *eval.Shell) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	go func() {
		for range c {
			if _, trapped := sh.Trap(int(syscall.SIGHUP)); !trapped {
				sh.HangUp()
				os.Exit(128 + int(syscall.SIGHUP))
			}
		}
	}()
}

// defaultPrompt is the prompt of somebody who did not choose one.
func (p *Program) defaultPrompt(o *Options) string {
	if o.Strict {
		return `\$ `
	}
	return `\u@${LXSH_INSTANCE:-\h}:\w\$ `
}

// startUp reads the start-up files of an interactive shell: ENV is POSIX's, and
// not read by a process with borrowed rights; the others are lxsh's own.
func (p *Program) startUp(sh *eval.Shell, o *Options) {
	if !o.Strict {
		sourceIfThere(sh, "/etc/lxsh/lxshrc")
	}
	if env, _ := sh.Get("ENV"); env != "" && os.Getuid() == os.Geteuid() && os.Getgid() == os.Getegid() {
		sourceIfThere(sh, sh.Prompt(env))
	}
	if dir, err := paths.Config(); err == nil && !o.Strict {
		sourceIfThere(sh, filepath.Join(dir, "lxshrc"))
	}
}

// openHistory reads the file that HISTFILE names, or lxsh's own.
func openHistory(sh *eval.Shell, h *edit.History) {
	file, set := sh.Get("HISTFILE")
	if !set {
		if dir, err := paths.State(); err == nil {
			file = filepath.Join(dir, "history")
		}
	}
	if file == "" {
		return
	}
	if err := h.Open(file); err != nil {
		fmt.Fprintf(os.Stderr, "lxsh: history is not kept: %v\n", err)
	}
}

// terminal gives the lines that the user types.
func (p *Program) terminal(sh *eval.Shell, h *edit.History) parse.Source {
	t := &prompter{sh: sh, leave: &p.leave}
	if term, _ := sh.Get("TERM"); p.Editor != nil && edit.Capable(term) {
		t.editor = p.Editor(h)
	} else {
		t.editor = plain{sh}
	}
	return t
}

// prompter reads lines at a prompt.
type prompter struct {
	sh     *eval.Shell
	editor edit.Editor
	leave  *leaving
	ends   int // ends of input in a row
}

// ReadLine implements parse.Source.
func (t *prompter) ReadLine(first bool) (string, error) {
	name := "PS2"
	if first {
		name = "PS1"
	}
	ps, _ := t.sh.Get(name)
	line, err := t.editor.ReadLine(t.sh.Prompt(ps))
	switch {
	case errors.Is(err, edit.ErrInterrupted), errors.Is(err, eval.ErrInterrupted):
		t.sh.SetStatus(130)
		return "", eval.ErrInterrupted
	case err == io.EOF && first && isTerminal(0):
		return t.end()
	case err != nil:
		return "", err
	}
	t.ends = 0
	if first {
		t.leave.commands++
	}
	line += "\n"
	if t.sh.Opt(eval.Verbose) {
		_ = t.sh.Write(2, []byte(line))
	}
	return line, nil
}

// end is the user's Ctrl-D. It does not end the shell under set -o ignoreeof, nor
// the first time while jobs are stopped.
func (t *prompter) end() (string, error) {
	t.ends++
	if t.sh.Opt(eval.Ignoreeof) && t.ends < 10 {
		_ = t.sh.Write(2, []byte("Use \"exit\" to leave the shell.\n"))
		return "\n", nil
	}
	t.leave.commands++
	if t.leave.hindered(t.sh) {
		return "\n", nil
	}
	_ = t.sh.Write(2, []byte("exit\n"))
	return "", io.EOF
}

// leaving keeps a user from leaving stopped jobs behind by accident: the second
// attempt in a row succeeds.
type leaving struct {
	commands int // typed so far
	warned   int // value of commands at the last warning
}

func (l *leaving) hindered(sh *eval.Shell) bool {
	again := l.warned > 0 && l.commands == l.warned+1
	for _, j := range sh.Jobs.List() {
		if j.State() == plugins.Stopped && !again {
			l.warned = l.commands
			_ = sh.Write(2, []byte("There are stopped jobs.\n"))
			return true
		}
	}
	return false
}

// guard returns the builtins with an exit that asks first.
func (l *leaving) guard(list []eval.Builtin) []eval.Builtin {
	list = slices.Clone(list)
	for i, b := range list {
		if b.Name == "exit" {
			list[i].Run = func(sh *eval.Shell, args []string) int {
				if sh.Interactive() && l.hindered(sh) {
					return 1
				}
				return b.Run(sh, args)
			}
		}
	}
	return list
}

// plain reads lines as they come, for terminals that cannot move their cursor and
// for input that is no terminal.
type plain struct{ sh *eval.Shell }

func (p plain) ReadLine(prompt string) (string, error) {
	_ = p.sh.Write(2, []byte(prompt))
	var line strings.Builder
	var c [1]byte
	for {
		n, err := p.sh.Read(0, c[:], time.Time{})
		if err != nil {
			_ = p.sh.Write(2, []byte("\n"))
			return "", err
		}
		if n == 0 && line.Len() == 0 {
			return "", io.EOF
		}
		if n == 0 || c[0] == '\n' {
			return line.String(), nil
		}
		line.WriteByte(c[0])
	}
}
