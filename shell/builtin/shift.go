package builtin

import "github.com/lxsh/lxsh/shell/eval"

func shift(sh *eval.Shell, args []string) int {
	operands, ok := noOptions(sh, args)
	if !ok {
		return 2
	}
	n := 1
	switch len(operands) {
	case 0:
	case 1:
		if n, ok = number(sh, "shift", operands[0]); !ok {
			return 2
		}
	default:
		return tooMany(sh, args)
	}
	params := sh.Params()
	switch {
	case n > len(params) && sh.Opt(eval.Posix):
		return sh.Fail(2, "shift: %d: there are only %d parameters", n, len(params))
	case n > len(params):
		return 1 // scripts for bash loop until shift fails
	}
	sh.SetParams(params[n:])
	return 0
}
