package eval

import (
	"errors"

	"github.com/lxsh/lxsh/plugins"
)

func (s *simple) run(sh *Shell) int {
	sh.line = s.line
	sh.substRan = false
	if n := len(sh.temporary); s.temporary {
		defer sh.closeTemporary(n)
	}
	args := make([]string, 0, len(s.words))
	for _, w := range s.words {
		args = w.fields(sh, args)
		if sh.flow != flowNone {
			return sh.status
		}
	}
	if len(args) == 0 {
		return s.runEmpty(sh)
	}
	return s.dispatch(sh, args)
}

// runEmpty is a command without a name: its redirections are done in a subshell,
// its assignments stay, and its status is that of the last command substitution.
func (s *simple) runEmpty(sh *Shell) int {
	status := 0
	if sh.substRan {
		status = sh.status
	}
	if len(s.redirs) > 0 {
		sub := sh.subshell() // POSIX XCU 2.9.1: its expansions leave no trace
		sub.substRan = false
		_, ok := sub.redirect(s.redirs)
		ended, ran, last := sub.flow != flowNone, sub.substRan, sub.status
		sub.end()
		switch {
		case ended:
			return sh.fatal(last)
		case !ok:
			return 1
		case ran:
			status, sh.status, sh.substRan = last, last, true
		}
	}
	for i := range s.assigns {
		if err := s.assigns[i].run(sh); err != nil {
			sh.assignError(err)
		}
		if sh.flow != flowNone {
			return sh.status
		}
		if sh.opts&Xtrace != 0 {
			sh.trace([]string{sh.traceAssign(&s.assigns[i])})
		}
	}
	if sh.substRan && len(s.assigns) > 0 {
		status = sh.status
	}
	return status
}

func (s *simple) dispatch(sh *Shell, args []string) int {
	sh.pipeline = nil
	name := args[0]
	b := sh.config.builtin(name)
	var f *Function
	if b == nil || !b.Special {
		if f = sh.funcs[name]; f != nil {
			b = nil
		}
	}
	if b != nil {
		sh.compounds = nil
		if s.compound != nil {
			sh.compounds = make([]*Compound, len(args))
			for i, c := range s.compound {
				if i < len(args) {
					sh.compounds[i] = c.eval(sh)
				}
			}
		}
	}
	if len(s.redirs) == 0 && len(s.assigns) == 0 {
		if sh.opts&Xtrace != 0 {
			sh.trace(args)
		}
		return s.invoke(sh, b, f, args)
	}
	return s.dispatchWith(sh, b, f, args)
}

// dispatchWith runs a command that has redirections or assignments.
func (s *simple) dispatchWith(sh *Shell, b *Builtin, f *Function, args []string) int {
	special := b != nil && b.Special
	done, ok := sh.redirect(s.redirs)
	defer func() {
		if sh.keepFiles && b != nil {
			sh.keepFiles = false
			keep(done)
			return
		}
		sh.undo(done)
	}()
	if !ok || sh.flow != flowNone {
		if sh.flow == flowNone && sh.endedBy(b) {
			sh.fatal(1)
		}
		if sh.flow != flowNone {
			return sh.status
		}
		return 1
	}
	if !special && len(s.assigns) > 0 {
		sh.pushFrame(nil)
		defer sh.popFrame()
	}
	var traced []string
	for i := range s.assigns {
		a := &s.assigns[i]
		if !special {
			sh.save(a.sym)
		}
		err := a.run(sh)
		if err != nil {
			var ro *ReadonlyError
			if errors.As(err, &ro) || special {
				sh.assignError(err)
				return sh.status
			}
			return sh.Fail(1, "%v", err)
		}
		if sh.flow != flowNone {
			return sh.status
		}
		if !special {
			sh.own(a.sym).attr |= Exported
		}
		if sh.opts&Xtrace != 0 {
			traced = append(traced, sh.traceAssign(a))
		}
	}
	if sh.opts&Xtrace != 0 {
		sh.trace(append(traced, args...))
	}
	return s.invoke(sh, b, f, args)
}

// endedBy reports whether an error of b ends the shell: that of a special builtin
// does where POSIX is asked for (XCU 2.8.1). Elsewhere scripts count on what bash
// does, where `. file || true` goes on.
func (sh *Shell) endedBy(b *Builtin) bool { return b != nil && b.Special && sh.Opt(Posix) }

// invoke runs a command whose words are expanded.
func (s *simple) invoke(sh *Shell, b *Builtin, f *Function, args []string) int {
	switch {
	case f != nil:
		return sh.callFunction(f, args)
	case b != nil:
		sh.failed = false
		status := b.Run(sh, args)
		if sh.failed && sh.flow == flowNone && !sh.interactive && sh.endedBy(b) {
			return sh.fatal(status)
		}
		return status
	case s.last && sh.replaceable():
		return sh.Exec(args, args[0], nil)
	}
	return sh.external(args, nil)
}

func (sh *Shell) callFunction(f *Function, args []string) int {
	if !sh.enter() {
		return sh.status
	}
	sh.pushFrame(f)
	saved, loops, line := sh.params, sh.loops, sh.line
	sh.params, sh.loops = args[1:len(args):len(args)], 0
	sh.calls++
	status := f.body(sh)
	sh.calls--
	if sh.flow == flowReturn {
		sh.flow = flowNone
		status = sh.status
	}
	if a, ok := sh.traps.actions[TrapReturn]; ok && a != "" && sh.flow == flowNone {
		sh.status = status
		sh.runTrap(TrapReturn, a)
	}
	sh.params, sh.loops, sh.line = saved, loops, line
	sh.popFrame()
	sh.leaveDepth()
	return status
}

// external starts a command outside the shell and waits for it. path, if not
// nil, is searched in place of PATH.
func (sh *Shell) external(args []string, path *string) int {
	cmd := sh.command(args, path)
	cmd.Hangup = true
	p, err := sh.start(cmd)
	if err != nil {
		return sh.startFailed(cmd, err)
	}
	if path == nil {
		sh.ran(args[0])
	}
	return sh.waitForeground(p, args)
}

func (sh *Shell) startFailed(cmd *plugins.Command, err error) int {
	if errors.Is(err, plugins.ErrExecFormat) {
		if status, ok := sh.runScript(cmd, err); ok {
			return status
		}
	}
	return sh.StartError(cmd.Name, err)
}
