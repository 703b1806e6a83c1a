package shell

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/builtin"
	"github.com/lxsh/lxsh/shell/edit"
	"github.com/lxsh/lxsh/shell/eval"
	"github.com/lxsh/lxsh/shell/parse"
	"github.com/lxsh/lxsh/shell/route"
)

// A Program is lxsh without what is only known to cmd/lxsh.
type Program struct {
	Env []string
	// Manage carries out Options.Verb; nil: lxsh-full does.
	Manage func(*Options) error
	// Editor makes the line editor; nil: lxsh-full has one.
	Editor func(*edit.History) edit.Editor
	// Places opens instances.
	Places route.Places
	// Builtins are those of the language. Those of the route come on top.
	Builtins []eval.Builtin

	leave   leaving
	history edit.History // of an interactive shell
}

// Main runs the program and returns its exit status. Errors have been printed.
func (p *Program) Main(argv []string) int {
	o, err := ParseArgs(argv)
	if err != nil {
		return report(err)
	}
	if p.needsFull(o) {
		if err := p.full(argv, o); err != nil {
			return report(err)
		}
	}
	switch o.Verb {
	case "":
		status, err := p.run(o)
		if err != nil {
			return report(err)
		}
		return status
	case Version:
		fmt.Println("lxsh", plugins.Version)
		return 0
	case Help:
		fmt.Print(HelpText)
		return 0
	}
	if err := p.Manage(o); err != nil {
		return report(err)
	}
	return 0
}

// report prints an error and returns the exit status that goes with it.
func report(err error) int {
	fmt.Fprintf(os.Stderr, "lxsh: %v\n", err)
	var exit *ExitError
	var use *UsageError
	switch {
	case errors.As(err, &exit):
		return exit.Status
	case errors.As(err, &use):
		return 2
	}
	return 1
}

// run runs a shell.
func (p *Program) run(o *Options) (int, error) {
	debug.SetGCPercent(400) // a shell's heap is small: time counts more
	sh, world, err := p.newShell(o)
	if err != nil {
		return 0, err
	}
	if err := world.Check(); err != nil {
		return 0, &ExitError{2, err}
	}
	if o.Direct != nil {
		if err := world.Prepare(sh); err != nil {
			return 0, err
		}
		sh.Exec(o.Direct, o.Direct[0], nil)
		return sh.Finish(), nil
	}
	var src parse.Source
	name := o.Name
	switch {
	case o.Command != nil:
		src = parse.String(*o.Command)
		sh.SetOpt(eval.Command, true)
	case o.File != "":
		path, _ := sh.Get("PATH")
		if src, err = openScript(o.File, path); err != nil {
			return 0, err
		}
	default:
		sh.SetOpt(eval.Stdin, true)
		src = stdin{sh}
	}
	if o.Login {
		p.profile(sh)
	}
	if sh.Interactive() {
		return p.interact(sh, world, o, src)
	}
	return sh.Run(parse.New(verbose{src, sh}, sh.ParseOptions(name, 1)), nil), nil
}

// newShell makes the shell that o asks for.
func (p *Program) newShell(o *Options) (*eval.Shell, *route.World, error) {
	interactive := o.interactive()
	world, err := route.New(route.Config{
		Places:      p.Places,
		Env:         p.Env,
		Runtime:     o.choice(o.Runtime, p.getenv("LXSH_RUNTIME")),
		Distro:      o.choice(o.Distro, p.getenv("LXSH_DISTRO")),
		Local:       o.Strict || o.Login,
		Interactive: interactive,
	})
	if err != nil {
		return nil, nil, err
	}
	builtins := append(p.leave.guard(p.Builtins), world.Builtins()...)
	if interactive && o.reads() {
		builtins = append(builtins, builtin.Fc(&p.history))
	}
	sh := eval.New(eval.Config{
		Name:        o.Name,
		Script:      o.File,
		Params:      o.Params,
		Env:         p.Env,
		World:       world,
		Builtins:    builtins,
		Deferred:    world.Deferred(),
		Settle:      world.Settle,
		Interactive: interactive,
		Posix:       o.Strict,
	})
	if interactive {
		sh.SetOpt(eval.Monitor, true)
	}
	sh.SetOpt(eval.Login, o.Login)
	for _, s := range o.Set {
		sh.SetOpt(s.Bit, s.On)
	}
	return sh, world, nil
}

// reads reports whether commands come from standard input.
func (o *Options) reads() bool { return o.Command == nil && o.File == "" }

// interactive is what POSIX says of a shell at a terminal (XCU sh, OPTIONS, -i),
// unless an option says otherwise.
func (o *Options) interactive() bool {
	if o.Interactive != nil {
		return *o.Interactive
	}
	return o.reads() && isTerminal(0) && isTerminal(2)
}

// choice is what the command line says, otherwise what the environment says,
// which does not count for a login shell and for sh: those are local.
func (o *Options) choice(option, env string) string {
	if option != "" || o.Strict || o.Login {
		return option
	}
	return env
}

func (p *Program) getenv(name string) string {
	for _, kv := range p.Env {
		if v, ok := strings.CutPrefix(kv, name+"="); ok {
			return v
		}
	}
	return ""
}

// profile reads the start-up files of a login shell.
func (p *Program) profile(sh *eval.Shell) {
	sourceIfThere(sh, "/etc/profile")
	if home, _ := sh.Get("HOME"); home != "" {
		sourceIfThere(sh, home+"/.profile")
	}
}

// sourceIfThere runs a start-up file. They are the user's own, on the machine
// where the shell runs, and a broken one is no reason not to give a prompt.
func sourceIfThere(sh *eval.Shell, name string) {
	if unix.Access(name, unix.R_OK) != nil {
		return
	}
	if _, err := sh.Source(name, nil); err != nil {
		sh.Errorf("%v", err)
	}
}

func isTerminal(fd int) bool {
	_, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	return err == nil
}
