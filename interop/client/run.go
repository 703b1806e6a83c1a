package client

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
)

// Run starts the program and stands for it until it has ended: signals that this
// process gets go to the program's whole group, and when the program stops this
// process stops, so that a shell's job control works on it. With [ErrLost] the
// program was hung up.
func Run(ctx context.Context, address string, cmd *Command) (plugins.Status, error) {
	signals := make(chan os.Signal, 64)
	signal.Notify(signals, forwarded()...)
	defer signal.Stop(signals)
	p, err := Start(ctx, address, cmd)
	if err != nil {
		return plugins.Status{}, err
	}
	defer p.Close()
	type change struct {
		status plugins.Status
		err    error
	}
	changes := make(chan change)
	go func() {
		for {
			status, err := p.Wait(ctx)
			changes <- change{status, err}
			if err != nil || status.Ended() {
				return
			}
		}
	}()
	for {
		select {
		case s := <-signals:
			p.Signal(ctx, int(s.(syscall.Signal)), true) // lost with the server, which Wait tells
		case c := <-changes:
			switch {
			case c.err != nil || c.status.Ended():
				return c.status, c.err
			case c.status.State == plugins.Stopped:
				Raise(syscall.Signal(c.status.Code))
			}
		}
	}
}

// forwarded are the signals that go to the program. Left out are those that cannot
// be caught, those that are about this process's own doings (faults, profiling,
// children, broken pipes), SIGURG, by which Go's scheduler interrupts threads, and
// those that are ignored here and so ignored there.
func forwarded() []os.Signal {
	list := []os.Signal{
		unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGABRT, unix.SIGUSR1, unix.SIGUSR2, unix.SIGALRM, unix.SIGTERM,
		unix.SIGCONT, unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU, unix.SIGWINCH, unix.SIGIO, unix.SIGPWR,
	}
	const realtime, last = 35, 64 // the C libraries keep 32 to 34, also from Go
	for number := realtime; number <= last; number++ {
		list = append(list, syscall.Signal(number))
	}
	heard := list[:0]
	for _, s := range list {
		if !signal.Ignored(s) {
			heard = append(heard, s)
		}
	}
	return heard
}

// Ignored are the signals that this process was started to ignore, as far as Go
// lets it know.
func Ignored() []int {
	var list []int
	for number := 1; number <= 31; number++ {
		if signal.Ignored(syscall.Signal(number)) {
			list = append(list, number)
		}
	}
	return list
}

// Raise has the default action of the signal on this process: to stop it, from
// which it returns when somebody lets the process go on, or to end it. Its parent
// sees what the program's parent saw.
func Raise(s syscall.Signal) {
	// os/signal's Reset leaves Go's handler in place for some signals, so this
	// goes past it: struct sigaction of rt_sigaction(2), all zero for SIG_DFL,
	// with the size of the kernel's signal set. SIGKILL and SIGSTOP refuse it.
	const setSize = 8
	var action, old [32]byte
	sigaction := func(to, was *[32]byte) {
		unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(s), uintptr(unsafe.Pointer(to)), uintptr(unsafe.Pointer(was)), setSize, 0, 0)
	}
	// Sent to the own thread, the signal has its effect before tgkill returns,
	// and so before the handler is back in place.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	sigaction(&action, &old)
	unix.Tgkill(unix.Getpid(), unix.Gettid(), s)
	sigaction(&old, nil)
}
