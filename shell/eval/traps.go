package eval

import (
	"maps"
	"syscall"
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
		// The two without a name are the C library's own; GNU make leaves them
		// ignored.
		if dispositions.entry[n] && !sh.root.interactive && SignalName(n) != "" {
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
