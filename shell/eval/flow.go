package eval

// flow is the way in which control leaves a command other than at its end.
type flow uint8

const (
	flowNone flow = iota
	flowBreak
	flowContinue
	flowReturn
	flowExit  // the shell ends; its EXIT trap runs
	flowAbort // an error in an interactive shell: back to the prompt
)

// Exit ends the shell with the status after the running command. The EXIT trap
// runs. It returns the status, for `return sh.Exit(n)`.
func (sh *Shell) Exit(status int) int {
	sh.flow, sh.status = flowExit, status&0xff
	return sh.status
}

// Exiting reports whether the shell is about to end.
func (sh *Shell) Exiting() bool { return sh.flow == flowExit }

// CanReturn reports whether return has something to return from: a function or
// a sourced file.
func (sh *Shell) CanReturn() bool { return sh.calls > 0 }

// Return leaves the innermost function or sourced file with the status.
func (sh *Shell) Return(status int) int {
	sh.flow = flowReturn
	return status & 0xff
}

// Loops is the number of loops around the running command.
func (sh *Shell) Loops() int { return sh.loops }

// Break leaves n loops (n ≥ 1; more than there are means all).
func (sh *Shell) Break(n int) int { return sh.leave(flowBreak, n) }

// Continue goes on with the n-th loop around.
func (sh *Shell) Continue(n int) int { return sh.leave(flowContinue, n) }

func (sh *Shell) leave(f flow, n int) int {
	if n = min(n, sh.loops); n > 0 {
		sh.flow, sh.flowCount = f, n
	}
	return 0
}

// loopFlow is called by a loop whose body was left by a flow. It reports
// whether the loop ends; when not, it goes on with its next round.
func (sh *Shell) loopFlow() (ends bool) {
	switch sh.flow {
	case flowBreak:
		if sh.flowCount--; sh.flowCount == 0 {
			sh.flow = flowNone
		}
		return true
	case flowContinue:
		if sh.flowCount--; sh.flowCount == 0 {
			sh.flow = flowNone
			return false
		}
		return true
	}
	return true
}

// fatal is an error that ends a non-interactive shell (POSIX XCU 2.8.1) and
// takes an interactive one back to its prompt. The message has been printed.
func (sh *Shell) fatal(status int) int {
	sh.status = status
	if sh.interactive {
		sh.flow = flowAbort
	} else {
		sh.flow = flowExit
	}
	return status
}
