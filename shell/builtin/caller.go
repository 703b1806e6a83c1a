package builtin

import "github.com/lxsh/lxsh/shell/eval"

// caller is bash's caller [N]: where the N-th function call from within stands.
// Without N only line and file.
func caller(sh *eval.Shell, args []string) int {
	n := 0
	if len(args) > 1 {
		var ok bool
		if n, ok = number(sh, args[0], args[1]); !ok {
			return 2
		}
	}
	line, function, file, ok := sh.Caller(n)
	if !ok {
		return 1
	}
	text := line + " " + function + " " + file
	if len(args) == 1 {
		text = line + " " + file
	}
	return sh.Output("caller", []byte(text+"\n"))
}
