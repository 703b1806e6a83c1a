package eval

import (
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

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
