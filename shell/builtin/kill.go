package builtin

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/shell/eval"
)

func kill(sh *eval.Shell, args []string) int {
	sig, rest := int(syscall.SIGTERM), args[1:]
	if len(rest) > 0 && len(rest[0]) > 1 && rest[0][0] == '-' {
		option, value := rest[0], rest[0][2:]
		rest = rest[1:]
		switch {
		case option == "--":
		case option == "-l" || option == "-L":
			return killNames(sh, rest)
		case option[1] == 's' && len(option) == 2, option[1] == 'n' && len(option) == 2:
			if len(rest) == 0 {
				return sh.Fail(2, "kill: %s: a signal is expected", option)
			}
			value, rest = rest[0], rest[1:]
			fallthrough
		case option[1] == 's' && !knownSignal(option[1:]), option[1] == 'n':
			if !setSignal(&sig, value) {
				return sh.Fail(2, "kill: %s: no such signal", value)
			}
		case !setSignal(&sig, option[1:]):
			return sh.Fail(2, "kill: %s: no such signal", option[1:])
		}
		if option != "--" && len(rest) > 0 && rest[0] == "--" {
			rest = rest[1:]
		}
	}
	if len(rest) == 0 {
		return sh.Fail(2, "kill: a process or a job is expected")
	}
	status := 0
	for _, word := range rest {
		if err := killOne(sh, word, sig); err != nil {
			status = sh.Fail(1, "kill: %s: %v", word, why(err))
		}
	}
	return status
}

func knownSignal(s string) bool {
	var n int
	return setSignal(&n, s)
}

// setSignal reads a signal to be sent; 0 only asks whether the process is there.
func setSignal(sig *int, s string) bool {
	n, ok := eval.SignalNumber(s)
	if !ok || n < 0 {
		return false
	}
	*sig = n
	return true
}

func killOne(sh *eval.Shell, word string, sig int) error {
	if strings.HasPrefix(word, "%") {
		j, err := sh.Jobs.Find(word)
		if err != nil {
			return err
		}
		return sh.Signal(j, sig)
	}
	pid, err := strconv.Atoi(word)
	if err != nil {
		return errors.New("a process number or a job is expected")
	}
	if pid == os.Getpid() {
		sh.KillSelf(sig)
		return nil
	}
	// A process of another world has its own numbers, which mean nothing to
	// this kernel: it is reached through the job table.
	if j := sh.Jobs.ByPid(pid); j != nil {
		for _, p := range j.Procs {
			if p.Pid() != pid {
				continue
			}
			if p.Status.Ended() {
				return nil // until waited for, it counts as there
			}
			if err := p.Signal(sh.Context(), sig, false); !errors.Is(err, os.ErrProcessDone) {
				return err
			}
			return nil
		}
	}
	if pid > 0 && isThread(pid) {
		return syscall.ESRCH
	}
	return syscall.Kill(pid, syscall.Signal(sig))
}

// isThread reports whether the number is that of a thread of this process, which
// kill(2) takes for the process. A shell has no threads that anybody knows of.
func isThread(pid int) bool {
	_, err := os.Stat("/proc/self/task/" + strconv.Itoa(pid))
	return err == nil
}

// killNames is kill -l: all names, or those that belong to numbers and to the
// statuses of processes that a signal ended, or the number of a name.
func killNames(sh *eval.Shell, words []string) int {
	if len(words) == 0 {
		return listSignals(sh, "kill")
	}
	var out []byte
	status := 0
	for _, word := range words {
		n, isNumber := unsigned(word)
		switch {
		case isNumber && n > 128:
			n -= 128
			fallthrough
		case isNumber:
			if name := eval.SignalName(n); n <= 64 && name != "" {
				out = fmt.Appendf(out, "%s\n", name)
				continue
			}
		default:
			if n, ok := eval.SignalNumber(word); ok && n >= 0 {
				out = fmt.Appendf(out, "%d\n", n)
				continue
			}
		}
		status = sh.Fail(1, "kill: %s: no such signal", word)
	}
	return max(sh.Output("kill", out), status)
}
