package eval

import (
	"context"
	"maps"
	"strings"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/syntax"
)

// Context is for a builtin's calls into the World.
func (sh *Shell) Context() context.Context { return sh.ctx() }

// Interrupted is called when Read gave ErrInterrupted. It runs the traps that
// wait. If it returns anything but 0 the builtin ends with that status: always
// in a strict shell, otherwise when a trap ended the shell.
func (sh *Shell) Interrupted() int {
	n := sh.interrupting()
	sh.checkTraps()
	if sh.flow != flowNone || sh.Opt(Posix) {
		return 128 + n
	}
	return 0
}

// InputReady reports whether a read from descriptor n would not block.
func (sh *Shell) InputReady(n int) bool {
	f := sh.fds.Get(n)
	if f == nil || f.Fd() < 0 {
		return false
	}
	fds := []unix.PollFd{{Fd: int32(f.Fd()), Events: unix.POLLIN}}
	for {
		k, err := unix.Poll(fds, 0)
		if err != unix.EINTR {
			return err == nil && k > 0 && fds[0].Revents&unix.POLLNVAL == 0
		}
	}
}

// LocalOptions brings the options of set back when the running function ends
// (local -).
func (sh *Shell) LocalOptions() {
	for i := len(sh.frames) - 1; i >= 0; i-- {
		if f := &sh.frames[i]; f.function != nil && !f.localOpt {
			f.localOpt, f.opts = true, sh.opts
			return
		} else if f.function != nil {
			return
		}
	}
}

// Hash remembers where a command is (see the hash builtin).
func (sh *Shell) Hash(name, path string) {
	sh.hash = maps.Clone(sh.hash) // a subshell may share it
	if sh.hash == nil {
		sh.hash = map[string]string{}
	}
	sh.hash[name] = path
}

// Hashed is what Hash remembers. The map must not be changed.
func (sh *Shell) Hashed() map[string]string { return sh.hash }

// ForgetHashed forgets a command; "" forgets all.
func (sh *Shell) ForgetHashed(name string) {
	if name == "" {
		sh.hash = nil
		return
	}
	sh.hash = maps.Clone(sh.hash)
	delete(sh.hash, name)
}

// hashWords remembers the commands that a function names (set -h: POSIX XCU set).
func (sh *Shell) hashWords(body syntax.Node) {
	syntax.Walk(body, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.CallExpr); ok && len(call.Args) > 0 {
			sh.ran(call.Args[0].Lit())
		}
		return true
	})
}

// ran remembers a command that was found along PATH; where, is looked up when
// somebody asks.
func (sh *Shell) ran(name string) {
	if _, known := sh.hash[name]; known || name == "" || strings.Contains(name, "/") || sh.Builtin(name) != nil || sh.funcs[name] != nil {
		return
	}
	sh.Hash(name, "")
}
