package eval

import (
	"errors"
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/parse"
)

// Run runs a program from its source to its end, as the shell's main input, and
// returns the status with which the shell ends. The EXIT trap has run. between,
// if not nil, is called before each complete command, for what an interactive
// shell does before its prompt.
func (sh *Shell) Run(p *parse.Parser, between func()) int {
	for {
		if between != nil {
			between()
		}
		stmts, err := p.Next()
		if dispositions.any.Load() {
			sh.checkTraps()
		}
		if err != nil && sh.flow == flowNone {
			if errors.Is(err, io.EOF) {
				break
			}
			if !errors.Is(err, ErrInterrupted) {
				sh.syntaxError(err)
				sh.status = 2
			}
			if !sh.interactive {
				break
			}
		} else if sh.flow == flowNone && !sh.Opt(Noexec) || sh.flow == flowNone && sh.interactive {
			sh.guard(func(sh *Shell) int {
				c := sh.compiler()
				c.last = p.Done()
				return c.list(stmts)(sh)
			})
		}
		if sh.flow == flowAbort && sh.interactive {
			sh.reset()
		}
		if sh.flow == flowExit || sh.flow == flowReturn {
			break
		}
		sh.flow = flowNone
		p.SetStrict(sh.Opt(Posix))
	}
	return sh.Finish()
}

// reset brings an interactive shell back to its prompt after an error.
func (sh *Shell) reset() {
	for len(sh.frames) > 0 {
		sh.popFrame()
	}
	sh.flow, sh.loops, sh.calls, sh.quiet, sh.depth, sh.compounds = flowNone, 0, 0, 0, 0, nil
}

// Finish ends the shell: it runs the EXIT trap and returns the status.
func (sh *Shell) Finish() int {
	sh.runExit()
	return sh.status
}

// ParseOptions are the options with which this shell's language is parsed.
func (sh *Shell) ParseOptions(name string, line int) parse.Options {
	o := parse.Options{Name: name, Line: line, Strict: sh.Opt(Posix)}
	o.Alias = sh.parseAlias
	return o
}

func (sh *Shell) parseAlias(name string) (string, bool) {
	if len(sh.alias) == 0 {
		return "", false
	}
	return sh.Alias(name)
}

func (sh *Shell) syntaxError(err error) {
	_ = sh.Write(2, []byte(sh.errorText(err)))
}

func (sh *Shell) errorText(err error) string {
	var syn *parse.SyntaxError
	if !errors.As(err, &syn) {
		return sh.name + ": " + err.Error() + "\n"
	}
	return syn.Error() + "\n" + syn.Detail()
}

// Eval runs text in this environment, as the eval builtin does. A syntax error
// is a failure of the builtin, so it ends a non-interactive shell.
func (sh *Shell) Eval(text string) int { return sh.evalText(text, sh.name, sh.line) }

func (sh *Shell) evalText(text, name string, line int) int {
	if !sh.enter() {
		return sh.status
	}
	defer sh.leaveDepth()
	p := parse.New(parse.String(text), sh.ParseOptions(name, line))
	status := 0
	for sh.flow == flowNone {
		stmts, err := p.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			sh.syntaxError(err)
			sh.failed = true
			return 2
		}
		status = sh.runStmts(stmts)
	}
	if sh.flow == flowExit || sh.flow == flowAbort {
		return sh.status
	}
	return status
}

// Source runs the file in this environment, as the dot builtin does. name has
// been found by the caller. params, if not nil, are the positional parameters
// while it runs.
func (sh *Shell) Source(name string, params []string) (int, error) {
	text, err := sh.ReadFile(name)
	if err != nil {
		return 0, err
	}
	saved, loops := sh.params, sh.loops
	if params != nil {
		sh.SetParams(params)
	}
	if sh.Opt(Verbose) {
		_ = sh.Write(2, []byte(text))
	}
	sh.calls++
	sh.frames = append(sh.frames, frame{file: name, line: sh.line})
	status := sh.evalText(text, name, 1)
	sh.popFrame()
	sh.calls--
	sh.loops = loops
	if params != nil {
		sh.params = saved
	}
	if sh.flow == flowReturn {
		sh.flow = flowNone
		status = sh.status
	}
	return status, nil
}

// ReadFile returns the contents of a file. The error tells a directory.
func (sh *Shell) ReadFile(name string) (string, error) {
	f, err := sh.openNamed(name, syscall.O_RDONLY)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var b strings.Builder
	buf := make([]byte, 32<<10)
	for {
		n, err := f.Read(buf)
		b.Write(buf[:n])
		if err == io.EOF || err == nil && n == 0 {
			return b.String(), nil
		}
		if err != nil {
			return "", &os.PathError{Op: "read", Path: name, Err: err}
		}
	}
}

// enter counts what recurses; beyond a limit it is an error and not a crash.
func (sh *Shell) enter() bool {
	const deepest = 12000
	if sh.depth++; sh.depth > deepest {
		sh.depth--
		sh.Errorf("nested more than %d deep", deepest)
		sh.fatal(2)
		return false
	}
	return true
}

func (sh *Shell) leaveDepth() { sh.depth-- }

// Command runs a simple command whose words are expanded: `command` with
// functions passed over, `builtin` with noExternal as well.
func (sh *Shell) Command(args []string, noExternal bool) int {
	if b := sh.Builtin(args[0]); b != nil {
		if b.Name == "exec" && len(args) > 1 {
			return sh.Exec(args[1:], args[1], nil)
		}
		status := b.Run(sh, args)
		sh.failed = false // command takes the special properties away
		return status
	}
	if noExternal {
		return sh.Fail(1, "%s: not a shell builtin", args[0])
	}
	return sh.external(args, nil)
}

// CommandIn is Command with another search path for external commands.
func (sh *Shell) CommandIn(path string, args []string) int {
	if b := sh.Builtin(args[0]); b != nil {
		return sh.Command(args, false)
	}
	return sh.external(args, &path)
}

// Builtin returns the builtin called name, nil when there is none.
func (sh *Shell) Builtin(name string) *Builtin { return sh.config.builtin(name) }

// StartError prints why a command could not be started, and returns the status
// by POSIX XCU 2.8.2: 127 not found, 126 found and not executable.
func (sh *Shell) StartError(name string, err error) int {
	var start *plugins.StartError
	status, cause := 126, err
	if errors.As(err, &start) {
		cause = start.Err
	}
	if errors.Is(cause, plugins.ErrNotFound) {
		status = 127
	}
	// Bare, these are about the command's name; wrapped, about what else it
	// needs, such as its working directory.
	switch cause {
	case syscall.ENOENT, syscall.ENOTDIR, syscall.ENAMETOOLONG, syscall.ELOOP:
		status = 127
	}
	sh.Errorf("%s: %v", name, cause)
	return status
}
