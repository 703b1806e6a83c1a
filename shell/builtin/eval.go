package builtin

import (
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

func evalCmd(sh *eval.Shell, args []string) int {
	words := args[1:]
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	return sh.Eval(strings.Join(words, " "))
}

func let(sh *eval.Shell, args []string) int {
	words := args[1:]
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	if len(words) == 0 {
		return sh.Fail(2, "let: an expression is expected")
	}
	status := 1
	for _, expr := range words {
		n, err := sh.Arith(expr)
		if err != nil {
			return sh.Fail(1, "let: %v", err)
		}
		status = 0
		if n == 0 {
			status = 1
		}
	}
	return status
}
