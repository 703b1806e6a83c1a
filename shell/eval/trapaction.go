package eval

import (
	"syscall"
)

// trapPending reports whether a signal came for which this shell has something
// to do.
func (sh *Shell) trapPending() bool { return dispositions.any.Load() && sh.pendingHere() }

func (sh *Shell) pendingHere() bool {
	for n := 1; n <= maxSignal; n++ {
		if dispositions.pending[n].Load() > 0 && (sh.traps.root || sh.diesOf(n)) {
			return true
		}
	}
	return false
}

// diesOf reports whether a subshell in this process ends because of a signal
// that its root shell caught. What the terminal sends goes to both; of other
// signals nobody can say for whom they were, and they are the root shell's.
func (sh *Shell) diesOf(n int) bool {
	if n != int(syscall.SIGINT) && n != int(syscall.SIGQUIT) {
		return false
	}
	_, ok := sh.traps.actions[n]
	return !ok
}

// checkTraps runs the actions of signals that came. It is called between
// commands.
func (sh *Shell) checkTraps() {
	d := &dispositions
	if !sh.traps.root {
		for n := 1; n <= maxSignal; n++ {
			if d.pending[n].Load() > 0 && sh.diesOf(n) {
				sh.traps.actions = nil
				sh.Exit(128 + n)
			}
		}
		return
	}
	d.any.Store(false)
	d.drain()
	for n := 1; n <= maxSignal; n++ {
		if d.pending[n].Swap(0) == 0 {
			continue
		}
		if a, ok := sh.traps.actions[n]; ok && a != "" {
			sh.runTrap(n, a)
		} else if !ok {
			sh.untrapped(n)
		}
		if sh.flow != flowNone {
			if d.leftOver() {
				d.any.Store(true)
			}
			return
		}
	}
}

func (d *dispositionTable) leftOver() bool {
	for n := range d.pending {
		if d.pending[n].Load() > 0 {
			return true
		}
	}
	return false
}

// untrapped acts on a caught signal without an action: an interactive shell
// goes back to its prompt on SIGINT, anything else is a signal that came while
// its trap was being reset.
func (sh *Shell) untrapped(n int) {
	if sh.interactive {
		if n == int(syscall.SIGINT) {
			sh.status = 128 + n
			sh.flow = flowAbort
		}
		return
	}
	if n != int(syscall.SIGCHLD) && n != int(syscall.SIGWINCH) && n != int(syscall.SIGCONT) {
		die(n)
	}
}

// runTrap runs an action. $? is kept around it (POSIX: the value before the
// trap), unless the action ends the shell or returns.
func (sh *Shell) runTrap(cond int, action string) {
	status, last := sh.status, sh.line
	leave := sh.enterTrap()
	sh.evalText(action, SignalName(cond)+" trap", last)
	leave()
	if sh.flow == flowNone {
		sh.status = status
	}
	sh.line = last
}

// enterTrap is called before an action runs, and what it returns afterwards.
func (sh *Shell) enterTrap() (leave func()) {
	t, before := sh.traps, sh.traps.before
	t.before = sh.status
	t.running++
	return func() {
		t.running--
		t.before = before
	}
}

// DefaultStatus is the status of exit and return without an operand: $?, but in
// a trap action that of the command before it (POSIX XCU exit, return).
func (sh *Shell) DefaultStatus() int {
	if sh.traps.running > 0 {
		return sh.traps.before
	}
	return sh.status
}

// runExit runs the EXIT trap once.
func (sh *Shell) runExit() {
	a, ok := sh.traps.actions[TrapExit]
	if !ok || a == "" {
		return
	}
	delete(sh.traps.actions, TrapExit)
	sh.flow = flowNone
	status := sh.status
	sh.frames, sh.loops, sh.quiet = nil, 0, 0
	leave := sh.enterTrap()
	sh.evalText(a, "EXIT trap", sh.line)
	leave()
	if sh.flow != flowExit && sh.flow != flowAbort {
		sh.status = status
	}
	sh.flow = flowExit
}
