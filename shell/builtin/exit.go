package builtin

import "github.com/lxsh/lxsh/shell/eval"

func exit(sh *eval.Shell, args []string) int {
	status, ok := statusOperand(sh, args, sh.DefaultStatus())
	if !ok {
		return sh.Exit(2)
	}
	return sh.Exit(status)
}

func returnCmd(sh *eval.Shell, args []string) int {
	// In a function that a trap action calls it is $? as anywhere: it does not
	// end the action (POSIX.1-2024, return).
	status, ok := statusOperand(sh, args, sh.Status())
	if !ok {
		status = 2
	}
	if !sh.CanReturn() {
		return sh.Fail(1, "return: neither a function nor a sourced file is running")
	}
	return sh.Return(status)
}

// statusOperand reads the optional status of exit and return.
func statusOperand(sh *eval.Shell, args []string, otherwise int) (status int, ok bool) {
	operands := args[1:]
	if len(operands) > 0 && operands[0] == "--" {
		operands = operands[1:]
	}
	switch len(operands) {
	case 0:
		return otherwise, true
	case 1:
		n, negative := operands[0], false
		if len(n) > 1 && n[0] == '-' {
			n, negative = n[1:], true
		}
		if status, ok = number(sh, args[0], n); negative {
			status = -status
		}
		return status & 0xff, ok
	}
	tooMany(sh, args)
	return 0, false
}
