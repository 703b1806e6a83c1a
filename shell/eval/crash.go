package eval

import (
	"fmt"
	"os"
	"runtime/debug"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/shell/fd"
)

// crashStatus is EX_SOFTWARE of sysexits.h.
const crashStatus = 70

// guard runs a complete command, or the body of a subshell. A fault of the
// evaluator itself would end the process in the middle of somebody's terminal.
// Here that gets its modes back, one line asks for a report, and the command has
// failed: an interactive shell goes on with its prompt, any other ends.
func (sh *Shell) guard(body node) (status int) {
	var fds fd.Table
	if sh.interactive {
		fds = sh.fds.Clone()
	}
	defer func() {
		fault := recover()
		if fault == nil {
			fds.Close()
			return
		}
		if tty := sh.terminal(); tty != nil && sh.root.modes != nil {
			_ = unix.IoctlSetTermios(tty.Fd(), unix.TCSETSW, sh.root.modes)
		}
		_, _ = fmt.Fprintf(os.Stderr, "lxsh: internal error at line %d: %v (please report it, with what LXSH_TRACEBACK=1 adds)\n", sh.line, fault)
		if os.Getenv("LXSH_TRACEBACK") != "" {
			_, _ = os.Stderr.Write(debug.Stack())
		}
		sh.flow = flowExit
		if sh.interactive {
			sh.flow = flowAbort
			sh.fds.Close()
			sh.fds, sh.sinks, sh.globber, sh.keepFiles, sh.temporary = fds, nil, nil, false, nil
		}
		sh.status, status = crashStatus, crashStatus
	}()
	return body(sh)
}
