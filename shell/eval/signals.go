package eval

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Conditions of trap beside the numbers of signals.
const (
	TrapExit   = 0
	TrapErr    = -1
	TrapDebug  = -2
	TrapReturn = -3
)

// maxSignal is the highest signal number of Linux.
const maxSignal = 64

// SignalName returns the name of a condition without SIG: EXIT, INT, RTMIN+1.
func SignalName(n int) string {
	switch {
	case n == TrapExit:
		return "EXIT"
	case n == TrapErr:
		return "ERR"
	case n == TrapDebug:
		return "DEBUG"
	case n == TrapReturn:
		return "RETURN"
	case n >= 34 && n <= 49:
		return rtName("RTMIN", "+", n-34)
	case n >= 50 && n <= maxSignal:
		return rtName("RTMAX", "-", maxSignal-n)
	}
	return strings.TrimPrefix(unix.SignalName(syscall.Signal(n)), "SIG")
}

func rtName(base, sign string, n int) string {
	if n == 0 {
		return base
	}
	return base + sign + strconv.Itoa(n)
}

// SignalNumber reads a condition: a number, or a name with or without SIG, in
// any case.
func SignalNumber(s string) (int, bool) {
	if n, err := strconv.Atoi(s); err == nil {
		return n, n >= 0 && n <= maxSignal && s[0] != '+' && s[0] != '-'
	}
	name := strings.TrimPrefix(strings.ToUpper(s), "SIG")
	switch name {
	case "":
		return 0, false
	case "EXIT":
		return TrapExit, true
	case "ERR":
		return TrapErr, true
	case "DEBUG":
		return TrapDebug, true
	case "RETURN":
		return TrapReturn, true
	case "IOT":
		return int(syscall.SIGABRT), true
	case "CLD":
		return int(syscall.SIGCHLD), true
	case "POLL":
		return int(syscall.SIGIO), true
	}
	for n := 1; n <= maxSignal; n++ {
		if SignalName(n) == name {
			return n, true
		}
	}
	return 0, false
}

// A sigaction is the kernel's struct sigaction of amd64 and arm64.
type sigaction struct {
	handler  uintptr
	flags    uint64
	restorer uintptr
	mask     uint64
}

const (
	sigDefault = 0
	sigIgnore  = 1
)

// dispositions are what this process does on each signal. Go installs a handler
// for nearly all of them at start and then ignores many; a shell must die of
// them. So each signal is given the kernel's own default, and Go's handler
// comes back only while a trap is set.
var dispositions dispositionTable

type osSignal = os.Signal

type dispositionTable struct {
	sync.Mutex
	taken    bool
	goAction [maxSignal + 1]sigaction
	entry    [maxSignal + 1]bool // ignored when this process was started
	now      [maxSignal + 1]uintptr
	caught   chan osSignal
	marked   chan struct{}
	marking  atomic.Bool
	pending  [maxSignal + 1]atomic.Int32
	any      atomic.Bool
	wakeR    int
	wakeW    int
}

const handled = 2 // a disposition that is Go's handler

func rtSigaction(n int, set, old *sigaction) error {
	_, _, e := syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(n), uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(old)), 8, 0, 0)
	if e != 0 {
		return e
	}
	return nil
}

// keepHandler are the signals whose Go handler stays: the runtime's own
// (SIGURG, SIGPROF), those that a fault in this process raises, SIGPIPE, which
// must not kill before a write has given EPIPE, and those whose default is to do
// nothing, on which libraries may wait.
func keepHandler(n int) bool {
	switch syscall.Signal(n) {
	case syscall.SIGURG, syscall.SIGPROF, syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGPIPE, syscall.SIGKILL, syscall.SIGSTOP,
		syscall.SIGWINCH, syscall.SIGCONT:
		return true
	}
	return n == 32 || n == 33
}
