package builtin

import "github.com/lxsh/lxsh/shell/eval"

func breakCmd(sh *eval.Shell, args []string) int { return leave(sh, args, (*eval.Shell).Break) }

func continueCmd(sh *eval.Shell, args []string) int { return leave(sh, args, (*eval.Shell).Continue) }

func leave(sh *eval.Shell, args []string, how func(*eval.Shell, int) int) int {
	operands, ok := noOptions(sh, args)
	if !ok {
		return 2
	}
	n := 1
	switch len(operands) {
	case 0:
	case 1:
		if n, ok = number(sh, args[0], operands[0]); !ok {
			return 2
		}
		if n == 0 {
			return sh.Fail(2, "%s: 0: a number from 1 on is expected", args[0])
		}
	default:
		return tooMany(sh, args)
	}
	return how(sh, n)
}
