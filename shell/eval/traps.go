package eval

import (
	"maps"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// traps are the actions of one shell.
type traps struct {
	actions map[int]string // "" ignores
	// inherited are the actions of the parent that a subshell may still show
	// until it sets one of its own (POSIX XCU 2.15 trap).
	inherited map[int]string
	root      bool // of the process's own shell, which dispositions follow
	running   int  // depth of running trap actions
	before    int  // $? before the innermost of them
	depth     int  // of functions, where the ERR trap was set
}

func newTraps() *traps {
	takeSignals()
	return &traps{actions: map[int]string{}, root: true}
}

// forSubshell resets what is caught and keeps what is ignored.
func (t *traps) forSubshell() *traps {
	if len(t.actions) == 0 && len(t.inherited) == 0 {
		return &traps{}
	}
	c := &traps{actions: map[int]string{}, inherited: t.inherited}
	if len(t.actions) > 0 {
		c.inherited = t.actions
	}
	for n, a := range t.actions {
		if a == "" && n > 0 {
			c.actions[n] = ""
		}
	}
	return c
}

// Trap returns the action for a condition and whether there is one. "" means
// that the signal is ignored.
func (sh *Shell) Trap(cond int) (string, bool) {
	a, ok := sh.traps.actions[cond]
	if !ok && sh.IgnoredOnEntry(cond) {
		return "", true
	}
	return a, ok
}

// ShownTraps returns what `trap` without operands prints: the actions, in a
// subshell that has set none those of its parent.
func (sh *Shell) ShownTraps() map[int]string {
	learnEntry()
	shown := maps.Clone(sh.traps.actions)
	if sh.traps.inherited != nil {
		shown = maps.Clone(sh.traps.inherited)
	}
	if shown == nil {
		shown = map[int]string{}
	}
	for n := 1; n <= maxSignal; n++ {
		if dispositions.entry[n] && !sh.root.interactive {
			shown[n] = ""
		}
	}
	return shown
}

// IgnoredOnEntry reports whether a signal was ignored when a non-interactive
// shell was started; such a signal can be neither trapped nor reset.
func (sh *Shell) IgnoredOnEntry(cond int) bool {
	learnEntry()
	return cond > 0 && cond <= maxSignal && dispositions.entry[cond] && !sh.root.interactive
}

// SetTrap sets the action for a condition; nil resets it. It does nothing for a
// signal that was ignored on entry.
func (sh *Shell) SetTrap(cond int, action *string) {
	t := sh.traps
	t.inherited = nil
	if sh.IgnoredOnEntry(cond) {
		return
	}
	if t.actions == nil {
		t.actions = map[int]string{}
	}
	if action == nil {
		delete(t.actions, cond)
	} else {
		t.actions[cond] = *action
	}
	if cond == TrapErr {
		t.depth = sh.functionDepth()
	}
	if t.root && cond > 0 {
		dispositions.entry[cond] = false // as it is in an interactive shell from now on
		sh.applyDisposition(cond)
	}
}

// applyDisposition makes the process behave as the root shell's traps say.
func (sh *Shell) applyDisposition(n int) {
	d := &dispositions
	d.Lock()
	defer d.Unlock()
	a, ok := sh.traps.actions[n]
	switch {
	case ok && a == "":
		d.dispose(n, sigIgnore)
	case ok || sh.interactive && (n == int(syscall.SIGINT) || n == int(syscall.SIGHUP)):
		d.catch(n) // the program around an interactive shell hands SIGHUP on
	case sh.interactive && ignoredByInteractive(n), sh.Opt(Monitor) && ignoredByMonitor(n):
		d.dispose(n, sigIgnore)
	default:
		d.dispose(n, sigDefault)
	}
}

// An interactive shell survives these (POSIX XCU 2.11, sh).
func ignoredByInteractive(n int) bool {
	return n == int(syscall.SIGTERM) || n == int(syscall.SIGQUIT)
}

// Job control keeps these from stopping the shell itself.
func ignoredByMonitor(n int) bool {
	switch syscall.Signal(n) {
	case syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU:
		return true
	}
	return false
}

// ignored lists the signals that a command of this shell starts with ignored.
func (sh *Shell) ignored() []int {
	learnEntry()
	var list []int
	for n := 1; n <= maxSignal; n++ {
		if dispositions.entry[n] {
			list = append(list, n)
		} else if len(sh.traps.actions) > 0 {
			if a, ok := sh.traps.actions[n]; ok && a == "" {
				list = append(list, n)
			}
		}
	}
	return list
}

// wakeFd becomes readable when a signal came. It is -1 while nothing is caught.
func (t *traps) wakeFd() int {
	if dispositions.caught == nil {
		return -1
	}
	return dispositions.wakeR
}

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

// brokenPipe is a write to a pipe that nobody reads.
func (sh *Shell) brokenPipe() {
	if a, ok := sh.Trap(int(syscall.SIGPIPE)); ok {
		if a != "" && sh.traps.root {
			dispositions.post(int(syscall.SIGPIPE))
		}
		return
	}
	if sh.root == sh {
		die(int(syscall.SIGPIPE))
	}
	sh.traps.actions = nil
	sh.Exit(128 + int(syscall.SIGPIPE))
}

// KillSelf sends a signal to this process itself, as kill $$ does: what has a trap
// becomes pending at once, so that it runs before the next command.
func (sh *Shell) KillSelf(n int) {
	d := &dispositions
	learnEntry()
	if n > 0 && n <= maxSignal {
		a, ok := sh.root.traps.actions[n]
		switch {
		case ok && a != "", sh.root.interactive && n == int(syscall.SIGINT) && !ok && !d.entry[n]:
			d.post(n)
			return
		case ok, d.entry[n]:
			return // ignored, also where Go's handler had to stay
		case sh.root.interactive && n == int(syscall.SIGHUP):
			sh.root.HangUp()
			die(n)
		}
		if keepHandler(n) && d.now[n] == handled && !defaultIsNothing(n) {
			die(n)
		}
	}
	// To this thread, so that it has acted before this call returns.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	_ = unix.Tgkill(syscall.Getpid(), unix.Gettid(), syscall.Signal(n))
}

func defaultIsNothing(n int) bool {
	switch syscall.Signal(n) {
	case syscall.SIGURG, syscall.SIGWINCH, syscall.SIGCHLD, syscall.SIGCONT, syscall.SIGSTOP, syscall.SIGKILL:
		return true
	}
	return false
}
